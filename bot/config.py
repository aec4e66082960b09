"""Settings: config.toml, then `.env` and the environment (`CHUTKO_SECTION__KEY`), then flags.

The only module that reads the environment. `config.toml` is generated from the field descriptions in `sections`.
"""

from __future__ import annotations

import difflib
import os
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

from dotenv import dotenv_values
from pydantic import BaseModel, Field, ValidationError
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
    TomlConfigSettingsSource,
)

from .sections import (
    AccessSettings,
    BotSettings,
    ChatSettings,
    LanesSettings,
    LimitSettings,
    LogSettings,
    ModelsSettings,
    MoodSettings,
    PhotoSettings,
    PlaygroundSettings,
    Section,
    SentimentSettings,
    SoundsSettings,
    SpeechSettings,
    StorageSettings,
    VideoSettings,
)

PREFIX = "CHUTKO_"
COMMON_NAMES = {
    "TELEGRAM_BOT_TOKEN": ("bot", "token"),
    "HF_ENDPOINT": ("models", "hub_url"),
    "HF_TOKEN": ("models", "hub_token"),
}
"""Variables that other programs read, too, and the settings that they are here."""
PLAINLY = {
    "int_parsing": "a whole number",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_parsing": "a number",
    "float_type": "a number",
    "bool_parsing": "true or false",
    "bool_type": "true or false",
    "string_type": "a text in quotation marks",
}
"""What is allowed, where the library's own words are a programmer's."""


class ConfigError(Exception):
    """A setting is wrong. The message is a sentence naming the key, the value and what is allowed."""


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
    mood: MoodSettings = MoodSettings()
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
    try:
        dotenv = dotenv_values(env_file)
    except UnicodeDecodeError:
        raise ConfigError(f"{env_file} is no text in UTF-8.") from None
    environment = {**{k: v for k, v in dotenv.items() if v is not None}, **os.environ}
    _refuse_unknown_variables(environment)
    common_names: dict[str, dict[str, str]] = {}
    for name, (section, key) in COMMON_NAMES.items():
        if environment.get(name):
            common_names.setdefault(section, {})[key] = environment[name]

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
                InitSettingsSource(settings_cls, common_names),
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
    except UnicodeDecodeError:
        raise ConfigError(f"{toml_file} is no text in UTF-8.") from None


def terminal_language(settings: Settings) -> str:
    """The language of whoever sits at the terminal, as `ru_RU.UTF-8`: the terminal's own, or that of the settings.

    English is what terminals are set to where nobody has chosen anything, so it does not go over the settings.
    """
    names = ("LC_ALL", "LC_MESSAGES", "LANG")
    own = next(filter(None, map(os.environ.get, names)), "")
    return settings.bot.language if own.startswith("en") else own


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
            allowed = PLAINLY.get(fault["type"], fault["msg"])
            allowed = allowed.removeprefix("Input should be ").removeprefix("Value error, ")
            sentences.append(f"{key} = {fault['input']!r} is not allowed: it should be {allowed}.")
    return "\n".join(sentences)
