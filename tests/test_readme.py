"""What the documents say can be done, can be done."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from typer.main import get_command

from bot.cli.app import app
from bot.config import variables
from bot.handlers.commands import GROUP, PRIVATE

ROOT = Path(__file__).parent.parent
READMES = (ROOT / "README.md", ROOT / "README.ru.md")
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])

FENCE = re.compile(r"^ *```[^\n]*\n(.*?)^ *```", re.M | re.S)
INLINE = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"!?\[(?:[^\[\]]|\[[^\]]*\])*\]\(([^)\s]+)\)")
VARIABLE = re.compile(r"CHUTKO_[A-Z_]*[A-Z]")
MAKE_TARGET = re.compile(r"^([a-z][a-z-]*):", re.M)


def where(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def prose(path: Path) -> str:
    """The document without its code blocks."""
    return FENCE.sub("", path.read_text(encoding="utf-8"))


def command_lines(path: Path) -> Iterator[list[str]]:
    """Words of everything shown as code, a line each; without prompt, environment and comment."""
    text = path.read_text(encoding="utf-8")
    blocks = [line for block in FENCE.findall(text) for line in block.splitlines()]
    for line in (*blocks, *INLINE.findall(FENCE.sub("", text))):
        try:
            words = shlex.split(line, comments=True)
        except ValueError:
            continue  # a piece of another language
        while words and (words[0] in ("sudo", "exec") or re.fullmatch(r"[A-Z_]+=.*", words[0])):
            words = words[1:]
        if words:
            yield words


def chutko_lines(path: Path) -> list[list[str]]:
    """The arguments of every call of `chutko`."""
    return [words[1:] for words in command_lines(path) if words[0].rpartition("/")[2] == "chutko"]


def check(arguments: list[str]) -> str:
    """Parse as the program would, without running it; what is wrong, or ""."""
    command: Any = get_command(app)
    rest = list(arguments)
    while True:
        if "--help" in rest:
            rest.remove("--help")
            if not rest:
                return ""
        options = {
            name for parameter in command.params for name in (*parameter.opts, *parameter.secondary_opts)
        }
        if not hasattr(command, "commands"):
            unknown = [word.split("=")[0] for word in rest if re.match(r"-{1,2}[a-z]", word)]
            return next((f"no option {word}" for word in unknown if word not in options), "")
        while rest and rest[0].startswith("-"):
            if rest[0] not in options:
                return f"no option {rest[0]}"
            rest = rest[2:]
        if not rest:
            return ""  # a group alone is named, not called
        if rest[0] not in command.commands:
            return f"no command {rest[0]}"
        command, rest = command.commands[rest[0]], rest[1:]


def anchors(path: Path) -> set[str]:
    """The anchors that GitHub gives the headings of a document."""
    headings = re.findall(r"^#+ (.+)$", prose(path), re.M)
    plain = [re.sub(r"[^\w\- ]", "", re.sub(LINK, "", heading).lower()) for heading in headings]
    return {heading.strip().replace(" ", "-") for heading in plain}


@pytest.mark.parametrize("path", DOCUMENTS, ids=where)
def test_every_command_that_is_shown_exists_with_its_options(path: Path) -> None:
    wrong = [(" ".join(line), fault) for line in chutko_lines(path) if (fault := check(line))]
    assert not wrong


def test_a_command_that_does_not_exist_is_noticed() -> None:
    assert check(["analyze", "smell", "x.png"]) == "no command smell"
    assert check(["demo", "--colour"]) == "no option --colour"
    assert not check(["--config", "other.toml", "demo", "--port", "8081", "--no-browser"])
    assert not check(["models", "pull", "--help"])


@pytest.mark.parametrize("path", DOCUMENTS, ids=where)
def test_every_make_target_that_is_shown_exists(path: Path) -> None:
    targets = set(MAKE_TARGET.findall((ROOT / "Makefile").read_text(encoding="utf-8")))
    shown = {words[1] for words in command_lines(path) if words[0] == "make" and len(words) > 1}
    assert {word for word in shown if re.match("[a-z]", word)} <= targets


@pytest.mark.parametrize("path", DOCUMENTS, ids=where)
def test_links_and_pictures_lead_somewhere(path: Path) -> None:
    for link in LINK.findall(prose(path)):
        if re.match(r"[a-z]+:", link):
            continue
        target, _, anchor = unquote(link).partition("#")
        file = (path.parent / target).resolve() if target else path
        assert file.exists(), link
        if anchor and file.suffix == ".md":
            assert anchor in anchors(file), link


@pytest.mark.parametrize("path", DOCUMENTS, ids=where)
def test_every_variable_that_is_named_is_a_setting(path: Path) -> None:
    assert set(VARIABLE.findall(path.read_text(encoding="utf-8"))) <= set(variables())


def test_every_slash_command_is_described() -> None:
    page = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    assert {f"/{name}" for name in (*PRIVATE, *GROUP)} <= set(re.findall(r"/[a-z]+", page))


def test_every_command_of_the_program_is_described() -> None:
    def paths(command: Any, path: str) -> Iterator[str]:
        if hasattr(command, "commands"):
            for name, inner in command.commands.items():
                if not inner.hidden:
                    yield from paths(inner, f"{path} {name}")
        else:
            yield path

    page = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    assert [path for path in paths(get_command(app), "chutko") if path not in page] == []


def test_both_readmes_are_built_alike() -> None:
    levels = [re.findall(r"^(#+) ", prose(path), re.M) for path in READMES]
    assert levels[0] == levels[1]


def test_both_readmes_show_the_same_commands() -> None:
    def shown(path: Path) -> list[tuple[str, ...]]:
        # What is said in a text of one's own differs by language.
        return [
            tuple(word for word in words if word.isascii() and " " not in word)
            for block in FENCE.findall(path.read_text(encoding="utf-8"))
            for words in [shlex.split(line, comments=True) for line in block.splitlines()]
        ]

    assert shown(READMES[0]) == shown(READMES[1])


def test_both_readmes_show_the_same_pictures_and_settings() -> None:
    for pattern in (re.compile(r"docs/images/[\w.-]+"), VARIABLE):
        # A picture with words in it is shown in the reader's language.
        found = [
            pattern.findall(path.read_text(encoding="utf-8").replace("-ru.png", ".png")) for path in READMES
        ]
        assert found[0] == found[1]
