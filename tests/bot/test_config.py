"""Settings come from four places, and what is wrong ends with a sentence."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from bot import config, sections


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in (*config.variables(), *config.COMMON_NAMES):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


def test_flags_win_over_environment_over_dotenv_over_file(monkeypatch: pytest.MonkeyPatch) -> None:
    assert config.load().video.every == sections.VideoSettings().every
    Path("config.toml").write_text(
        "[video]\nevery = 2\n[photo]\ntop = 2\n[chat]\nqueue = 2\n[audio]\n".replace("[audio]\n", "")
    )
    Path(".env").write_text("CHUTKO_VIDEO__EVERY=3\nCHUTKO_PHOTO__TOP=3\n")
    monkeypatch.setenv("CHUTKO_VIDEO__EVERY", "4")
    settings = config.load(flags={"profile": "full"})
    assert (settings.video.every, settings.photo.top, settings.chat.queue) == (4, 3, 2)
    assert settings.profile == "full"
    assert config.load(flags={"video": {"every": 5}}).video.every == 5


def test_one_key_of_a_lane_leaves_its_other_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHUTKO_LANES__SENTIMENT__THREADS", "2")
    lane = config.load().lanes.sentiment
    assert lane.threads == 2
    assert lane.queue == sections.LanesSettings().sentiment.queue


def test_the_token_may_have_its_usual_name_and_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    Path(".env").write_text("TELEGRAM_BOT_TOKEN=123:abc\n")
    settings = config.load()
    assert settings.bot.token.get_secret_value() == "123:abc"
    assert "123:abc" not in repr(settings)
    monkeypatch.setenv("CHUTKO_BOT__TOKEN", "456:def")
    assert config.load().bot.token.get_secret_value() == "456:def"


def test_the_hub_is_named_and_unlocked_as_for_other_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("config.toml").write_text("[models]\nhub_url = 'https://in.the.file'\n")
    Path(".env").write_text("HF_ENDPOINT=https://mirror.example/hf/\nHF_TOKEN=hf_abc\n")
    settings = config.load()
    assert settings.models.hub_url == "https://mirror.example/hf"
    assert settings.models.hub_token.get_secret_value() == "hf_abc"
    assert "hf_abc" not in repr(settings)
    monkeypatch.setenv("HF_ENDPOINT", "")
    assert config.load().models.hub_url == "https://in.the.file"
    monkeypatch.setenv("CHUTKO_MODELS__HUB_URL", "https://ours.example")
    assert config.load().models.hub_url == "https://ours.example"
    monkeypatch.setenv("HF_ENDPOINT", "mirror.example")
    monkeypatch.delenv("CHUTKO_MODELS__HUB_URL")
    with pytest.raises(config.ConfigError, match=r"models\.hub_url = 'mirror\.example' .* begins with http"):
        config.load()


def test_lists_of_ids_are_written_simply(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHUTKO_ACCESS__ADMINS", "1, 2")
    monkeypatch.setenv("CHUTKO_ACCESS__ALLOW_CHATS", "[-100]")
    access = config.load().access
    assert (access.admins, access.allow_chats) == ((1, 2), (-100,))


@pytest.mark.parametrize(
    ("toml", "words"),
    [
        ("[video]\nevery = -1\n", ["video.every", "-1", "greater than or equal to 0"]),
        ("[bot]\nmode = 'carrier pigeon'\n", ["bot.mode", "carrier pigeon", "'polling' or 'webhook'"]),
        ("[bot]\nmde = 'polling'\n", ["bot.mde", "no such setting", "bot.mode"]),
        ("[vidio]\nevery = 3\n", ["vidio", "no such setting"]),
        ("profile = 'huge'\n", ["profile", "huge", "'lite' or 'full'"]),
        ("profile = \n", ["not valid TOML"]),
    ],
)
def test_a_wrong_setting_is_named_with_its_value_and_what_is_allowed(toml: str, words: list[str]) -> None:
    Path("config.toml").write_text(toml)
    with pytest.raises(config.ConfigError) as caught:
        config.load()
    for word in words:
        assert word in str(caught.value)


def test_an_unknown_variable_is_an_error_with_a_suggestion(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHUTKO_BOT__MDE", "polling")
    with pytest.raises(config.ConfigError, match="CHUTKO_BOT__MODE"):
        config.load()


def test_a_settings_file_that_is_asked_for_must_exist() -> None:
    with pytest.raises(config.ConfigError, match=r"nowhere\.toml"):
        config.load(Path("nowhere.toml"))


@pytest.mark.parametrize("name", ["config.toml", ".env"])
def test_a_file_of_another_encoding_is_named(name: str) -> None:
    Path(name).write_bytes("CHUTKO_CHAT__SYSTEM='Ты бот'".encode("cp1251"))
    with pytest.raises(config.ConfigError, match=f"{name} is no text in UTF-8"):
        config.load()


def test_the_shipped_file_says_every_setting_with_its_default() -> None:
    shipped = tomllib.loads((Path(__file__).parents[2] / "config.toml").read_text(encoding="utf-8"))
    assert config.load(Path(__file__).parents[2] / "config.toml") == config.load()
    for path, _, description in config.walk(config.Settings):
        value: object = shipped
        for name in path:
            assert isinstance(value, dict)
            value = value[name]
        assert description, path
