"""Videos against the script that one would write first, in one run: `python -m benchmarks.video FILM...`.

The script is that of the course work this project began with: OpenCV reads, every tenth frame is given to the
detector, boxes are drawn on these frames, OpenCV writes. Both use the same detector on one thread.
Answers two questions; writes benchmarks/results/video.json.
  whole      seconds of processor time, memory, and what the result is good for
  following  how well boxes lie between detections, by method and by how seldom the detector looks;
             the measure is the detector itself on every frame
"""

from __future__ import annotations

import json
import multiprocessing
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import platformdirs

from skills import Job, Media, MediaKind
from skills._boxes import Boxes, Detections, iou_matrix, match, suppress
from skills._catalog import load as load_catalog
from skills._media_video import FilmLimits, look, shots
from skills._store import Store
from skills._tracking import Tracker
from skills._watching import _flow_scale, _grey
from skills.models.median_flow import move_boxes
from skills.models.ssd import SsdMobileNet, load
from skills.video import VideoSkill

THRESHOLD = 0.45
SAME_IOU = 0.3
STEPS = (2, 3, 4, 5, 8, 10)
Seen = list[Detections]


def detector() -> SsdMobileNet:
    store = Store(Path(platformdirs.user_cache_dir("chutko"), "models"), load_catalog())
    return load(store.files("ssd-mobilenet-v2"), {"threads": 1})


def ours(film: Path, folder: Path, every: int = 4) -> dict[str, Any]:
    skill, job = VideoSkill(), Job(folder, {"every": every})
    result = skill.infer(detector(), [skill.prepare(Media(MediaKind.VIDEO, film), job)], [job])[0]
    return {"clip": str(result.clip.path), "frames": result.frames, "detections": result.detected_frames}


def ours_as_seldom(film: Path, folder: Path) -> dict[str, Any]:
    """The detector looks as seldom as in the script."""
    return ours(film, folder, every=10)


def script(film: Path, folder: Path) -> dict[str, Any]:
    import cv2

    model = detector()
    reader = cv2.VideoCapture(str(film))
    size = (int(reader.get(cv2.CAP_PROP_FRAME_WIDTH)), int(reader.get(cv2.CAP_PROP_FRAME_HEIGHT)))
    path = folder / "output_detected.mp4"
    code = cv2.VideoWriter_fourcc(*"mp4v")
    writer = cv2.VideoWriter(str(path), code, int(reader.get(cv2.CAP_PROP_FPS)), size)
    frames = detections = 0
    while True:
        more, bgr = reader.read()
        if not more:
            break
        if frames % 10 == 0:
            (found,) = model.predict([cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB)])
            detections += 1
            for box, score, label in zip(found.boxes_xyxy_px, found.scores, found.labels, strict=True):
                if score >= THRESHOLD:
                    left, top, right, bottom = (int(side) for side in box)
                    cv2.rectangle(bgr, (left, top), (right, bottom), (0, 255, 0), 2)
                    cv2.putText(bgr, f"{label} {score:.2f}", (left, top - 5), 0, 0.5, (0, 255, 0), 2)
        writer.write(bgr)
        frames += 1
    writer.release()
    return {"clip": str(path), "frames": frames, "detections": detections}


def _measured(way: Callable[[Path, Path], dict[str, Any]], film: Path, folder: Path, out: Any) -> None:
    start_s = time.perf_counter()
    result = way(film, folder)
    usage = resource.getrusage(resource.RUSAGE_SELF)
    result["wall_s"] = round(time.perf_counter() - start_s, 2)
    result["cpu_s"] = round(usage.ru_utime + usage.ru_stime, 2)
    result["peak_mb"] = usage.ru_maxrss // 1024
    out.put(result)


def whole(film: Path) -> dict[str, Any]:
    """All ways, each in a process of its own, taking turns; the better of two runs."""
    ways = {"ours": ours, "ours every 10": ours_as_seldom, "script": script}
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in ways}
    context = multiprocessing.get_context("spawn")
    for _ in range(2):
        for name, way in ways.items():
            with tempfile.TemporaryDirectory() as folder:
                out = context.Queue()
                process = context.Process(target=_measured, args=(way, film, Path(folder), out))
                process.start()
                result = out.get()
                process.join()
                clip = Path(result.pop("clip"))
                found[name].append({**result, **_good_for(clip)})
    best = {name: min(runs, key=lambda run: run["cpu_s"]) for name, runs in found.items()}
    theirs = best["script"]
    best["ratio to the script"] = {
        name: {
            key: round(run[key] / theirs[key], 2) for key in ("cpu_s", "peak_mb", "detections", "kilobytes")
        }
        for name, run in best.items()
    }
    return best


def _good_for(clip: Path) -> dict[str, Any]:
    import av

    raw = clip.read_bytes()
    with av.open(str(clip)) as container:
        stream = container.streams.video[0]
        return {
            "codec": stream.codec_context.name,
            "rate": str(stream.average_rate),
            "sound": bool(container.streams.audio),
            "index_first": raw.find(b"moov") < raw.find(b"mdat"),
            "kilobytes": len(raw) // 1000,
        }


def following(film: Path, most_frames: int = 300) -> dict[str, Any]:
    model = detector()
    limits = FilmLimits(10_000, 10**8, 10**6)
    greys, truth = [], []
    for index, shot in enumerate(shots(look(film, limits), max_side_px=model.side_px)):
        if index >= most_frames:
            break
        greys.append(_grey(shot.frame))
        (found,) = model.predict([shot.frame.to_ndarray(format="rgb24")])
        scale = _flow_scale(shot.frame.width, shot.frame.height)
        truth.append(Detections(found.boxes_xyxy_px * scale, found.scores, found.labels))
    table: dict[str, Any] = {}
    for every in STEPS:
        table[str(every)] = {
            "detected frames only": _only_detected(truth, every),
            "straight lines": _followed(greys, truth, every, lambda before, after, boxes: boxes),
            "optical flow": _followed(greys, truth, every, move_boxes),
        }
    return table


def _only_detected(truth: Seen, every: int) -> dict[str, float]:
    nothing = truth[0].only(np.zeros(0, np.intp))
    return _compared(truth, [_sure(seen) if i % every == 0 else nothing for i, seen in enumerate(truth)])


def _followed(greys: list[Any], truth: Seen, every: int, move: Callable[..., Boxes]) -> dict[str, float]:
    tracker = Tracker(move, threshold=THRESHOLD, patience=12)
    start_s = time.process_time()
    for index, (grey, seen) in enumerate(zip(greys, truth, strict=True)):
        cut = tracker.advance(grey)
        if cut or index % every == 0:
            tracker.correct(seen, cut=cut)
    objects = tracker.finish()
    ms = (time.process_time() - start_s) / len(greys) * 1000
    shown: list[list[tuple[Any, str]]] = [[] for _ in greys]
    for one in objects:
        for offset, box in enumerate(one.boxes_xyxy_px):
            shown[one.first + offset].append((box, one.label))
    frames = [
        Detections(
            np.array([box for box, _ in rows], np.float32).reshape(-1, 4),
            np.ones(len(rows), np.float32),
            tuple(label for _, label in rows),
        )
        for rows in shown
    ]
    return {**_compared(truth, frames), "objects": len(objects), "ms_per_frame": round(ms, 1)}


def _sure(seen: Detections) -> Detections:
    return suppress(seen.only(np.flatnonzero(seen.scores >= THRESHOLD)))


def _compared(truth: Seen, shown: Seen) -> dict[str, float]:
    """`iou` of boxes that have a counterpart, `recall`: how many of the detector's have; `score`: both."""
    ious: list[float] = []
    wanted = 0
    for seen, drawn in zip(map(_sure, truth), shown, strict=True):
        wanted += len(seen)
        if len(seen) and len(drawn):
            same = np.array([[a == b for b in drawn.labels] for a in seen.labels])
            overlap = iou_matrix(seen.boxes_xyxy_px, drawn.boxes_xyxy_px) * same
            ious += [float(overlap[pair]) for pair in match(overlap.astype(np.float32), SAME_IOU)]
    return {
        "iou": round(float(np.mean(ious)) if ious else 0.0, 3),
        "recall": round(len(ious) / max(1, wanted), 3),
        "score": round(sum(ious) / max(1, wanted), 3),
    }


def main() -> None:
    films = [Path(name) for name in sys.argv[1:]]
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=True
    )
    report = {
        "machine": {"processor": platform.processor() or platform.machine(), "cores": os.cpu_count()},
        "python": platform.python_version(),
        "commit": commit.stdout.strip(),
        "whole": {film.name: whole(film) for film in films},
        "following": {film.name: following(film) for film in films},
    }
    path = Path(__file__).parent / "results" / "video.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(json.dumps(report["whole"], indent=1))


if __name__ == "__main__":
    main()
