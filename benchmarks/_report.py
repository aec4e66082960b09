"""Where figures go, and the machine and commit that they belong to."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results"


def peak_memory_mb() -> int:
    """The most memory this process has held; Linux. (`ru_maxrss` would begin with what the parent held.)"""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) // 1024
    return 0


def write(name: str, figures: dict[str, Any]) -> None:
    """Write benchmarks/results/NAME.json and show it."""
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False
    )
    machine = {
        "cores": os.cpu_count(),
        "system": platform.platform(terse=True),
        "python": platform.python_version(),
        "load_average": round(os.getloadavg()[0], 1),
        "commit": commit.stdout.strip(),
    }
    text = json.dumps({"machine": machine, **figures}, indent=1, ensure_ascii=False) + "\n"
    (RESULTS / f"{name}.json").write_text(text)
    sys.stdout.write(text)
