from __future__ import annotations

import json
import logging
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from skills._catalog import Catalog, ModelCard
from skills._errors import ModelUnavailable, PullFailed
from skills._http import Http
from skills._pins import PinError
from skills._retries import Patience
from skills._store import ModelState, Store
from tests.skills.hugging_face import COMMIT, REPOSITORY, HuggingFace, git_sha1, hugging_face
from tests.skills.test_store import card, file_entry

CONFIG = b'{"id2label": {"0": "neutral"}}'
WEIGHTS = random.Random(3).randbytes(2_500_000)
OTHER_WEIGHTS = random.Random(4).randbytes(2_500_000)
LATER = "2" * 40
FAST = Patience(connect_s=2, read_s=0.6, attempts=3, backoff_s=0.01)
TOKEN = "hf_abcdefghijklmnopqrstuvwxyz"
ADDRESS = f"/api/models/{REPOSITORY}"


@pytest.fixture
def hub() -> Iterator[HuggingFace]:
    with hugging_face() as hub:
        yield hub


@dataclass
class Shop:
    root: Path
    hub: HuggingFace

    def store(self, *cards: ModelCard, token: str = "", root: Path | None = None) -> Store:
        catalog = Catalog(cards or (unknown(),))
        return Store(root or self.root, catalog, http=Http(FAST), hub_url=self.hub.url, hub_token=token)


@pytest.fixture
def shop(tmp_path: Path, hub: HuggingFace) -> Shop:
    return Shop(tmp_path / "models", hub)


def at_hub(name: str, revision: str = "main", **more: object) -> dict[str, object]:
    return {"name": name, "sources": [{"hub": REPOSITORY, "revision": revision, "file": name}], **more}


def unknown() -> ModelCard:
    """A model whose hashes nobody knows."""
    return card(
        at_hub("config.json"),
        at_hub("model.safetensors", optional=True),
        at_hub("pytorch_model.bin", unless="model.safetensors"),
    )


def known(body: bytes = WEIGHTS) -> ModelCard:
    source = {"hub": REPOSITORY, "revision": COMMIT, "file": "model.bin"}
    return card(file_entry("model.bin", body, source))


# -- files whose hashes are known


def test_a_large_file_comes_from_where_the_hub_redirects_to(shop: Shop, hub: HuggingFace) -> None:
    hub.publish({"model.bin": WEIGHTS})
    store = shop.store(known())
    seen = set()
    store.pull("tiny", lambda progress: seen.add(progress.source))
    assert store.files("tiny")["model.bin"].read_bytes() == WEIGHTS
    assert [asked.path for asked in hub.api.asked] == [f"/{REPOSITORY}/resolve/{COMMIT}/model.bin"]
    assert seen == {hub.url.removeprefix("http://"), ""}
    assert store.pin("tiny") is None


def test_a_mirror_below_a_path_serves(tmp_path: Path) -> None:
    with hugging_face("/proxy/hf") as mirror:
        mirror.publish({"config.json": CONFIG, "pytorch_model.bin": WEIGHTS})
        store = Shop(tmp_path, mirror).store()
        store.pull("tiny")
        assert store.has("tiny")
        assert all(asked.path.startswith(("/proxy/hf/", "/api/resolve-cache/")) for asked in mirror.api.asked)


def test_a_cut_download_goes_on_at_a_newly_signed_address(shop: Shop, hub: HuggingFace) -> None:
    hub.publish({"model.bin": WEIGHTS})
    hub.body(WEIGHTS).cut_at = [1_500_000]
    store = shop.store(known())
    store.pull("tiny")
    assert store.files("tiny")["model.bin"].read_bytes() == WEIGHTS
    first, second = hub.files.asked
    assert first.path != second.path
    assert second.range == "bytes=1500000-"
    assert second.if_range == hub.body(WEIGHTS).etag


def test_the_token_goes_to_the_hub_alone_and_into_no_log(
    shop: Shop, hub: HuggingFace, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    hub.publish({"config.json": CONFIG, "pytorch_model.bin": WEIGHTS})
    for page in hub.api.pages.values():
        page.token = TOKEN
    hub.body(WEIGHTS).failures = [503]
    shop.store(token=TOKEN).pull("tiny")
    assert len(hub.api.asked) >= 6
    assert {asked.authorization for asked in hub.api.asked} == {f"Bearer {TOKEN}"}
    assert {asked.authorization for asked in hub.files.asked} == {""}
    assert TOKEN not in caplog.text
    assert "503" in caplog.text


@pytest.mark.parametrize("token", ["", "hf_of_somebody_else"])
@pytest.mark.parametrize("model", [known(), unknown()], ids=["known", "unknown"])
def test_a_gated_model_says_what_to_do(shop: Shop, hub: HuggingFace, model: ModelCard, token: str) -> None:
    hub.publish({"config.json": CONFIG, "model.bin": WEIGHTS, "pytorch_model.bin": WEIGHTS})
    for page in hub.api.pages.values():
        page.token = TOKEN
    with pytest.raises(PullFailed, match="only people with permission") as caught:
        shop.store(model, token=token).pull("tiny")
    sentence = str(caught.value)
    assert caught.value.reason == "gated"
    assert f"accept the licence on {hub.url}/{REPOSITORY}" in sentence
    assert ("another token" if token else "set HF_TOKEN") in sentence
    assert not token or token not in sentence


def test_a_token_that_cannot_be_one_is_not_sent(shop: Shop, hub: HuggingFace) -> None:
    hub.publish({"model.bin": WEIGHTS})
    with pytest.raises(PullFailed, match=r"token .* characters") as caught:
        shop.store(known(), token="hf_abc\r\nX-Evil: 1").pull("tiny")
    assert "Evil" not in str(caught.value)
    assert not hub.api.asked


def test_a_refusal_of_the_store_of_files_is_not_taken_for_a_gated_model(shop: Shop, hub: HuggingFace) -> None:
    hub.publish({"model.bin": WEIGHTS})
    hub.body(WEIGHTS).failures = [403]
    with pytest.raises(PullFailed, match="answered 403 Forbidden") as caught:
        shop.store(known()).pull("tiny")
    assert "licence" not in str(caught.value)
    assert "Signature" not in str(caught.value)


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_busy_hub_is_asked_again(shop: Shop, hub: HuggingFace, status: int) -> None:
    hub.publish({"config.json": CONFIG, "pytorch_model.bin": WEIGHTS})
    for page in hub.api.pages.values():
        page.failures, page.headers["Retry-After"] = [status], "0"
    store = shop.store()
    store.pull("tiny")
    assert store.has("tiny")


def test_a_hub_that_asks_for_a_long_pause_is_given_up(shop: Shop, hub: HuggingFace) -> None:
    hub.publish({"config.json": CONFIG, "pytorch_model.bin": WEIGHTS})
    page = hub.api.pages[f"{ADDRESS}/revision/main"]
    page.failures, page.headers["Retry-After"] = [429], "900"
    with pytest.raises(PullFailed, match="answered 429 and asks to wait 900 s"):
        shop.store().pull("tiny")


# -- a model without known hashes


def test_the_first_pull_pins_what_the_hub_has(shop: Shop, hub: HuggingFace) -> None:
    hub.publish({"README.md": b"read me", "config.json": CONFIG, "pytorch_model.bin": WEIGHTS})
    store = shop.store()
    assert store.state("tiny") is ModelState.MISSING
    with pytest.raises(ModelUnavailable) as caught:
        store.files("tiny")
    assert caught.value.reason == "not-fetched"

    store.pull("tiny")

    assert store.state("tiny") is ModelState.READY
    files = store.files("tiny")
    assert {name: path.read_bytes() for name, path in files.items()} == {
        "config.json": CONFIG,
        "pytorch_model.bin": WEIGHTS,
    }
    pin = store.pin("tiny")
    assert pin is not None
    assert (pin.hub, pin.commit, pin.endpoint) == (REPOSITORY, COMMIT, hub.url)
    assert set(pin.files) == set(files)
    assert store.card("tiny").size_bytes == len(CONFIG) + len(WEIGHTS)
    assert not any("resolve/main" in asked.path for asked in hub.api.asked)
    # every byte came once
    assert len(hub.files.asked) == 1
    assert sum("resolve-cache" in asked.path for asked in hub.api.asked) == 1
    assert not any((shop.root / "partial").iterdir())
    assert not [check for check in store.verify("tiny") if check.problem]


def test_safetensors_are_taken_instead_of_a_pickle(shop: Shop, hub: HuggingFace) -> None:
    hub.publish({"config.json": CONFIG, "pytorch_model.bin": OTHER_WEIGHTS, "model.safetensors": WEIGHTS})
    store = shop.store()
    store.pull("tiny")
    assert set(store.files("tiny")) == {"config.json", "model.safetensors"}


def test_what_is_pinned_stays_when_the_publisher_goes_on(shop: Shop, hub: HuggingFace) -> None:
    hub.publish({"config.json": CONFIG, "pytorch_model.bin": WEIGHTS})
    shop.store().pull("tiny")
    hub.publish({"config.json": CONFIG, "pytorch_model.bin": OTHER_WEIGHTS}, commit=LATER)
    store = shop.store()
    store.pull("tiny")
    assert store.remove("tiny") == len(CONFIG) + len(WEIGHTS)
    assert store.state("tiny") is ModelState.MISSING
    hub.api.asked.clear()
    store.pull("tiny")
    assert store.files("tiny")["pytorch_model.bin"].read_bytes() == WEIGHTS
    assert not any(asked.path.startswith(ADDRESS) for asked in hub.api.asked)


def test_other_bytes_under_the_pinned_commit_are_refused(shop: Shop, hub: HuggingFace) -> None:
    hub.publish({"config.json": CONFIG, "pytorch_model.bin": WEIGHTS})
    shop.store().pull("tiny")
    shop.store().remove("tiny")
    hub.publish({"config.json": CONFIG, "pytorch_model.bin": OTHER_WEIGHTS})
    with pytest.raises(PullFailed, match="hash is wrong"):
        shop.store().pull("tiny")
    assert not shop.store().has("tiny")


def test_a_forgotten_pin_gives_way_to_what_the_hub_has_now(shop: Shop, hub: HuggingFace) -> None:
    hub.publish({"config.json": CONFIG, "pytorch_model.bin": WEIGHTS})
    shop.store().pull("tiny")
    hub.publish({"config.json": CONFIG, "pytorch_model.bin": OTHER_WEIGHTS}, commit=LATER)
    store = shop.store()
    assert store.forget_pin("tiny")
    assert not store.forget_pin("tiny")
    assert not any(path.is_file() for path in (shop.root / "blobs").rglob("*"))
    store.pull("tiny")
    assert store.files("tiny")["pytorch_model.bin"].read_bytes() == OTHER_WEIGHTS


def test_hashes_that_the_catalog_learns_replace_the_pin(shop: Shop, hub: HuggingFace) -> None:
    hub.publish({"config.json": CONFIG, "pytorch_model.bin": WEIGHTS, "model.bin": OTHER_WEIGHTS})
    shop.store().pull("tiny")
    store = shop.store(known(OTHER_WEIGHTS))
    assert store.pin("tiny") is None
    assert not store.has("tiny")
    store.pull("tiny")
    assert store.files("tiny")["model.bin"].read_bytes() == OTHER_WEIGHTS


@pytest.mark.parametrize("changed", ["config.json", "pytorch_model.bin"])
def test_a_file_that_changes_after_it_was_listed_is_refused_and_nothing_is_pinned(
    shop: Shop, hub: HuggingFace, changed: str
) -> None:
    hub.publish({"config.json": CONFIG, "pytorch_model.bin": WEIGHTS})
    page = hub.body({"config.json": CONFIG, "pytorch_model.bin": WEIGHTS}[changed])
    page.body = bytes(len(page.body))
    with pytest.raises(PullFailed, match="gave something else than"):
        shop.store().pull("tiny")
    assert shop.store().pin("tiny") is None
    assert not shop.store().has("tiny")


def test_a_cut_first_pull_is_taken_up_again(shop: Shop, hub: HuggingFace) -> None:
    hub.publish({"config.json": CONFIG, "pytorch_model.bin": WEIGHTS})
    hub.body(WEIGHTS).cut_at = [1_500_000, 0, 0, 0]
    with pytest.raises(PullFailed, match="times in a row"):
        shop.store().pull("tiny")
    assert shop.store().pin("tiny") is None
    hub.body(WEIGHTS).cut_at = []
    shop.store().pull("tiny")
    assert hub.files.asked[-1].range == "bytes=1500000-"
    assert shop.store().has("tiny")


def test_a_list_in_pages_is_read_to_its_end_at_the_hub_itself(shop: Shop, hub: HuggingFace) -> None:
    hub.publish({"config.json": CONFIG, "pytorch_model.bin": WEIGHTS})
    tree = hub.api.pages[f"{ADDRESS}/tree/{COMMIT}"]
    _, first, second = json.loads(tree.body)
    tree.body = json.dumps([first]).encode()
    tree.headers["Link"] = f'<https://elsewhere.example{ADDRESS}/tree/{COMMIT}?cursor=abc>; rel="next"'
    hub.api.put(f"{ADDRESS}/tree/{COMMIT}?cursor=abc", json.dumps([second]).encode())
    shop.store().pull("tiny")
    assert shop.store().has("tiny")


def test_a_list_without_end_is_given_up(shop: Shop, hub: HuggingFace) -> None:
    hub.publish({"config.json": CONFIG})
    page = hub.api.pages[f"{ADDRESS}/tree/{COMMIT}"]
    page.headers["Link"] = f'<{ADDRESS}/tree/{COMMIT}?cursor=again>; rel="next"'
    with pytest.raises(PullFailed, match="more files than a model can have"):
        shop.store().pull("tiny")


def node(**changes: object) -> object:
    return {"type": "file", "path": "config.json", "oid": git_sha1(CONFIG), "size": len(CONFIG), **changes}


@pytest.mark.parametrize(
    ("path", "answer", "sentence"),
    [
        ("revision/main", b"<html>Log in</html>", "something else than a list"),
        ("revision/main", b"[]", "something else than a list"),
        ("revision/main", b'{"sha": "../../main"}', "something else than a list"),
        (f"tree/{COMMIT}", b'{"error": "x"}', "something else than a list"),
        (f"tree/{COMMIT}", b"[" * 200_000, "something else than a list"),
        (f"tree/{COMMIT}", b"\xff\xfe", "something else than a list"),
        (f"tree/{COMMIT}", [node(size="much")], "something else than a list"),
        (f"tree/{COMMIT}", [node(lfs={"oid": "short", "size": 3})], "something else than a list"),
        (f"tree/{COMMIT}", [], "has no config.json, pytorch_model.bin in owner/name at 1111111"),
        (f"tree/{COMMIT}", [node(type="directory")], "has no config.json"),
        (f"tree/{COMMIT}", [node(size=0), node(path="pytorch_model.bin")], "an empty config.json"),
        (f"tree/{COMMIT}", [node(size=-5), node(path="pytorch_model.bin")], "something else than a list"),
        (f"tree/{COMMIT}", [node(size=1 << 40), node(path="pytorch_model.bin")], "tells no SHA-256"),
        (f"tree/{COMMIT}", [node(size=3), node(path="pytorch_model.bin")], "has 30 bytes where 3"),
    ],
)
def test_a_strange_answer_ends_in_a_sentence_and_pins_nothing(
    shop: Shop, hub: HuggingFace, path: str, answer: object, sentence: str
) -> None:
    hub.publish({"config.json": CONFIG, "pytorch_model.bin": WEIGHTS})
    body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
    hub.api.pages[f"{ADDRESS}/{path}"].body = body
    with pytest.raises(PullFailed, match=sentence) as caught:
        shop.store().pull("tiny")
    assert str(caught.value).startswith("Could not fetch tiny: 127.0.0.1:")
    assert shop.store().pin("tiny") is None


def test_a_repository_that_is_gone_is_named(shop: Shop, hub: HuggingFace) -> None:
    with pytest.raises(PullFailed, match=r"does not have owner/name \(404\)"):
        shop.store().pull("tiny")


def test_a_hub_out_of_reach_is_told_and_a_pinned_model_serves_on(shop: Shop, hub: HuggingFace) -> None:
    hub.publish({"config.json": CONFIG, "pytorch_model.bin": WEIGHTS})
    shop.store().pull("tiny")
    away = {"http": Http(FAST), "hub_url": "http://127.0.0.1:9"}
    assert Store(shop.root, Catalog((unknown(),)), **away).has("tiny")  # type: ignore[arg-type]
    with pytest.raises(PullFailed, match=r"127\.0\.0\.1:9: cannot be reached"):
        Store(shop.root / "other", Catalog((unknown(),)), **away).pull("tiny")  # type: ignore[arg-type]


# -- pins by hand


def test_a_pin_is_carried_to_a_machine_without_network(shop: Shop, hub: HuggingFace, tmp_path: Path) -> None:
    hub.publish({"config.json": CONFIG, "pytorch_model.bin": WEIGHTS})
    shop.store().pull("tiny")
    stick, there = tmp_path / "stick", shop.store(root=tmp_path / "there")
    stick.mkdir()
    (stick / "any name").write_bytes(WEIGHTS)
    (stick / "another").write_bytes(CONFIG)
    with pytest.raises(PullFailed, match="cannot be told from others"):
        there.pull("tiny", folder=stick)
    there.take_pin("tiny", shop.root / "pins" / "tiny.json")
    hub.api.asked.clear()
    there.pull("tiny", folder=stick)
    assert there.files("tiny")["pytorch_model.bin"].read_bytes() == WEIGHTS
    assert not hub.api.asked
    with pytest.raises(PinError, match="pinned already"):
        there.take_pin("tiny", shop.root / "pins" / "tiny.json")


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('"tiny"', '"huge"', "not this model"),
        ("owner/name", "other/name", "not this model"),
        (COMMIT, "main", "no pin: commit"),
        ('"config.json"', '"evil.py"', "evil.py, which tiny does not have"),
        ('"pytorch_model.bin"', '"model.safetensors"', ""),
        ('"config.json"', '"model.safetensors"', "does not name config.json"),
        ('"pinned_at"', '"pinned"', "no pin: "),
        ("{", "[", "no pin: "),
    ],
)
def test_a_pin_must_fit_its_model(
    shop: Shop, hub: HuggingFace, tmp_path: Path, old: str, new: str, sentence: str
) -> None:
    hub.publish({"config.json": CONFIG, "pytorch_model.bin": WEIGHTS})
    shop.store().pull("tiny")
    text = (shop.root / "pins" / "tiny.json").read_text()
    (tmp_path / "pin.json").write_text(text.replace(old, new, 1))
    there = shop.store(root=tmp_path / "there")
    if not sentence:
        there.take_pin("tiny", tmp_path / "pin.json")
        return
    with pytest.raises(PinError, match=sentence):
        there.take_pin("tiny", tmp_path / "pin.json")
    assert there.pin("tiny") is None


def test_a_damaged_pin_is_never_replaced_in_silence(shop: Shop, hub: HuggingFace) -> None:
    hub.publish({"config.json": CONFIG, "pytorch_model.bin": WEIGHTS})
    shop.store().pull("tiny")
    (shop.root / "pins" / "tiny.json").write_text("{}")
    store = shop.store()
    assert not store.has("tiny")
    with pytest.raises(PullFailed, match=r"its pin .*tiny.json is not right.*--forget"):
        store.pull("tiny")
    store.forget_pin("tiny")
    assert not any(path.is_file() for path in (shop.root / "blobs").rglob("*"))
    store.pull("tiny")
    assert store.has("tiny")
