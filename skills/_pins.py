"""What this machine accepts of a model whose hashes the catalog does not know.

The hub says at the first pull what the files are; from then on it is not asked again (docs/decisions/0016).
"""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from skills._catalog import HubSource, ModelCard, ModelFile


class PinError(ValueError):
    """A pin cannot be used. The message is a sentence."""


class PinnedFile(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    size_bytes: Annotated[int, Field(gt=0)]
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Pin(BaseModel):
    """The files of a model, fixed. As JSON it can be carried to another machine, or written by hand."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    model: str
    """Id of the model."""
    hub: str
    """`owner/name` of its repository."""
    commit: Annotated[str, Field(pattern=r"^[0-9a-f]{40}$")]
    endpoint: str
    """Who said so: the address of the hub or of a mirror."""
    pinned_at: AwareDatetime
    files: Annotated[Mapping[str, PinnedFile], Field(min_length=1)]

    def applied(self, card: ModelCard) -> ModelCard:
        """The card with these files instead of unknown ones. Raises PinError if they are not its files."""
        if card.repository is None or (self.model, self.hub) != (card.id, card.repository[0]):
            raise PinError(f"It is a pin of {self.model} in {self.hub}, which is not this model.")
        if strange := sorted(self.files.keys() - {file.name for file in card.files}):
            raise PinError(f"It names {', '.join(strange)}, which {card.id} does not have.")
        if lacking := missing_files(card, self.files):
            raise PinError(f"It does not name {', '.join(lacking)}.")
        return card.model_copy(
            update={
                "files": tuple(
                    self._file(file, source)
                    for file in card.files
                    for source in file.sources[:1]
                    if file.name in self.files and isinstance(source, HubSource)
                )
            }
        )

    def _file(self, file: ModelFile, source: HubSource) -> ModelFile:
        pinned = self.files[file.name]
        return ModelFile(
            name=file.name,
            size_bytes=pinned.size_bytes,
            sha256=pinned.sha256,
            sources=(source.model_copy(update={"revision": self.commit}),),
        )

    def __str__(self) -> str:
        """One sentence for the operator."""
        return (
            f"{self.model} is pinned to commit {self.commit[:7]} of {self.hub} ({len(self.files)} files), as "
            f"{self.endpoint} gave it on {self.pinned_at:%Y-%m-%d}. Nobody vouches for these files but the "
            f"hub; this machine accepts no others from now on."
        )


def missing_files(card: ModelCard, present: Mapping[str, object]) -> list[str]:
    """Names of the files that the model cannot do without, and that are not `present`."""
    return [
        file.name
        for file in card.files
        if file.name not in present and not file.optional and file.unless not in present
    ]


class Pins:
    """The pins of one store: `pins/MODEL.json`. They outlive the models."""

    def __init__(self, root: Path) -> None:
        self._folder = root / "pins"

    def path(self, model_id: str) -> Path:
        return self._folder / f"{model_id}.json"

    def find(self, card: ModelCard) -> Pin | None:
        """None where the model is not pinned, or need not be. Raises PinError for one that is unusable."""
        if card.repository is None:
            return None
        path = self.path(card.id)
        try:
            return self.read(path, card)
        except FileNotFoundError:
            return None
        except (OSError, PinError) as error:
            raise PinError(
                f"{card.id} cannot be used: its pin {path} is not right. {error} Mend the file, or pin the "
                f"model anew with `chutko models pin {card.id} --forget`."
            ) from error

    def read(self, path: Path, card: ModelCard) -> Pin:
        """A pin from anywhere. Raises PinError, OSError."""
        try:
            pin = Pin.model_validate_json(path.read_bytes())
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            where = " / ".join(str(step) for step in first["loc"])
            raise PinError(f"It is no pin: {where + ': ' if where else ''}{first['msg']}.") from error
        pin.applied(card)
        return pin

    def write(self, pin: Pin) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self.path(pin.model)
        draft = path.with_suffix(f".{os.getpid()}-{threading.get_ident()}")
        draft.write_text(pin.model_dump_json(indent=1) + "\n", encoding="utf-8")
        draft.replace(path)

    def forget(self, model_id: str) -> bool:
        """Whether there was one."""
        try:
            self.path(model_id).unlink()
        except FileNotFoundError:
            return False
        return True
