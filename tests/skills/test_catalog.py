from __future__ import annotations

import importlib.util
from importlib.resources import files
from pathlib import Path

import pytest

from skills import _cards
from skills._catalog import (
    SKILLS,
    Catalog,
    CatalogError,
    HubSource,
    UrlSource,
    WheelMember,
    WheelSource,
    load,
    parse,
)

ROOT = Path(__file__).parents[2]

GOOD = """
[[model]]
id = "tiny"
skill = "photo"
profile = "lite"
title = "Tiny"
architecture = "none"
classes = "none"
data = "none"
licence = "CC0-1.0"
publisher = "tests"
homepage = "https://example.org"
loader = "skills.models.tiny:load"
memory_mb = 1
[[model.files]]
name = "model.bin"
size_bytes = 3
sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
sources = [{ url = "https://example.org/model.bin" }]
"""
URL = '{ url = "https://example.org/model.bin" }'
FILE = GOOD[GOOD.index("[[model.files]]") :]
UNKNOWN_FILE = """
[[model.files]]
name = "other.bin"
sources = [{ hub = "a/b", revision = "main", file = "f" }]
"""


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load()


@pytest.mark.parametrize("profile", ["lite", "full"])
def test_every_skill_has_one_model_in_each_profile(catalog: Catalog, profile: str) -> None:
    chosen = catalog.choose(profile)
    assert set(chosen) == set(SKILLS)
    assert all(card.profile == profile and card.skill == skill for skill, card in chosen.items())


def test_the_lite_profile_is_as_agreed(catalog: Catalog) -> None:
    assert {skill: card.id for skill, card in catalog.choose("lite").items()} == {
        "sentiment": "use-sentiment",
        "sounds": "yamnet-lite",
        "speech": "whisper-base",
        "photo": "mobilenet-v2",
        "video": "ssd-mobilenet-v2",
        "chat": "qwen2.5-coder-1.5b",
    }


def test_every_lite_file_is_pinned_and_can_be_had_from_a_package_index(catalog: Catalog) -> None:
    for card in catalog:
        if card.profile == "lite":
            assert card.pinned
            assert card.tested
            for file in card.files:
                assert any(isinstance(source, WheelSource) for source in file.sources), (card.id, file.name)


def test_publishers_stand_before_mirrors(catalog: Catalog) -> None:
    for card in catalog:
        for file in card.files:
            kinds = [not isinstance(source, WheelSource) for source in file.sources]
            assert kinds == sorted(kinds, reverse=True), (card.id, file.name)


def test_files_of_the_hub_are_named_without_its_address_so_that_a_mirror_serves(catalog: Catalog) -> None:
    sources = [source for card in catalog for file in card.files for source in file.sources]
    assert sum(isinstance(source, HubSource) for source in sources) > 10
    assert not [s for s in sources if isinstance(s, UrlSource) and "huggingface.co" in s.url]


def test_every_full_model_without_known_hashes_can_be_pinned(catalog: Catalog) -> None:
    unknown = {card.id: card.repository for card in catalog if not card.pinned}
    assert unknown == {"rubert": ("blanchefort/rubert-base-cased-sentiment", "main")}


def test_every_tested_model_has_a_loader(catalog: Catalog) -> None:
    for card in catalog:
        if card.tested and card.loader:
            module, _, function = card.loader.partition(":")
            found = importlib.util.find_spec(module)
            assert found is not None, card.loader
            assert found.origin is not None
            assert f"def {function}(" in Path(found.origin).read_text(encoding="utf-8"), card.loader


def test_a_wish_replaces_the_choice_of_the_profile(catalog: Catalog) -> None:
    chosen = catalog.choose("lite", {"chat": "qwen2.5-coder-0.5b", "photo": ""})
    assert chosen["chat"].id == "qwen2.5-coder-0.5b"
    assert chosen["photo"].id == "mobilenet-v2"
    assert catalog.choose("lite", {"photo": "resnet18"})["photo"].profile == "full"


def test_a_wish_that_cannot_be_met_ends_in_a_sentence(catalog: Catalog) -> None:
    with pytest.raises(CatalogError, match="mobilenet-v2 is for photo, not for chat"):
        catalog.choose("lite", {"chat": "mobilenet-v2"})
    with pytest.raises(CatalogError, match=r"no model 'gpt' in the catalog\. It knows use-sentiment, "):
        catalog.choose("lite", {"chat": "gpt"})
    with pytest.raises(CatalogError, match="no profile 'tiny'; there are lite and full"):
        catalog.choose("tiny")


def test_parts_are_numbered_from_one() -> None:
    source = WheelSource(wheel="data-part{part}", version="1", member="d{part}/part{part:02}.bin", parts=11)
    assert source.members[0] == WheelMember(project="data-part1", version="1", member="d1/part01.bin")
    assert source.members[10] == WheelMember(project="data-part11", version="1", member="d11/part11.bin")


def test_a_good_catalog_is_read() -> None:
    (card,) = parse(GOOD)
    assert card.size_bytes == 3
    assert card.default


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("memory_mb = 1", "memory_mb = 1\nmemry_mb = 2", "memry_mb"),
        ("memory_mb = 1", "memory_mb = 0", "memory_mb"),
        ('"photo"', '"smell"', "skill"),
        ('"tiny"', '"../tiny"', "id"),
        ('name = "model.bin"', 'name = "../../etc/passwd"', "name"),
        ('name = "model.bin"', 'name = ".hidden"', "name"),
        ("ba7816bf", "BA7816BF", "sha256"),
        ("ba7816bf", "", "sha256"),
        ("size_bytes = 3\n", "", "given together"),
        ("https://example.org/model.bin", "http://example.org/model.bin", "starts with https://"),
        ("https://example.org/model.bin", "file:///etc/passwd", "starts with https://"),
        ('sources = [{ url = "https://example.org/model.bin" }]', "sources = []", "sources"),
        (URL, '{ hub = "a/b", revision = "main", file = "f" }', "names the commit"),
        (URL, '{ hub = "a/b", revision = "v1", file = "f" }', "sources"),
        (URL, '{ hub = "../b", revision = "main", file = "f" }', "sources"),
        (URL, '{ hub = "a/b", revision = "main", file = "../f" }', "sources"),
        ('name = "model.bin"', 'name = "model.bin"\noptional = true', "always taken"),
        (FILE, FILE + UNKNOWN_FILE, "of all files are given, or none"),
        ("skills.models.tiny:load", "os:system", "loader"),
        ('loader = "skills.models.tiny:load"', "", "has a loader"),
        ("memory_mb = 1", 'memory_mb = 1\nshipped = "package"', "files are listed"),
        (GOOD, GOOD + GOOD, "tiny is in the catalog twice"),
        (GOOD, GOOD + GOOD.replace('"tiny"', '"other"'), "the default of lite/photo"),
        (GOOD, GOOD + GOOD[GOOD.index("[[model.files]]") :], "model.bin is listed twice"),
        (GOOD, "[[model", "not TOML"),
    ],
)
def test_a_wrong_catalog_ends_in_a_sentence_that_names_the_place(old: str, new: str, sentence: str) -> None:
    assert old in GOOD
    with pytest.raises(CatalogError, match=sentence):
        parse(GOOD.replace(old, new, 1))


def test_no_package_index_is_named_in_the_catalog() -> None:
    text = files("skills").joinpath("catalog.toml").read_text(encoding="utf-8")
    hosts = {address.split("/")[2] for address in text.split('"') if address.startswith("https://")}
    assert not {host for host in hosts if "pypi" in host or "python" in host}


def test_the_page_of_the_models_is_not_stale(catalog: Catalog) -> None:
    assert (ROOT / "docs" / "models.md").read_text(encoding="utf-8") == _cards.models_page(catalog)


def test_the_notice_is_not_stale(catalog: Catalog) -> None:
    assert (ROOT / "NOTICE").read_text(encoding="utf-8") == _cards.notice(catalog)


def test_the_notice_names_every_model_with_its_licence(catalog: Catalog) -> None:
    notice = _cards.notice(catalog)
    for card in catalog:
        assert card.title in notice
        assert f"Licence of the weights: {card.licence}" in notice


@pytest.mark.parametrize(
    ("size_bytes", "text"),
    [(999, "999 B"), (2_309, "2.3 kB"), (4_126_810, "4.1 MB"), (1_117_320_768, "1.1 GB")],
)
def test_sizes_are_in_decimal_units(size_bytes: int, text: str) -> None:
    assert _cards.human_size(size_bytes) == text
