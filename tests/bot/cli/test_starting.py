"""The command line before its commands are loaded."""

from __future__ import annotations

import subprocess
import sys

STOPPED_WHILE_LOADING = """
import sys
from bot.__main__ import main

class CtrlC:
    def find_spec(self, name, path, target=None):
        if name == "typer":
            raise KeyboardInterrupt

sys.meta_path.insert(0, CtrlC())
main()
"""


def test_ctrl_c_while_it_is_still_loading_ends_it_without_a_traceback() -> None:
    ended = subprocess.run([sys.executable, "-c", STOPPED_WHILE_LOADING], capture_output=True, text=True)
    assert (ended.returncode, ended.stdout, ended.stderr) == (130, "", "")
