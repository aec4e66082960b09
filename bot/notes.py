"""What holds a model up: a reason with its details, and the words for it in every language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from skills import SkillError

from .texts import Speaker, Texts


@dataclass(frozen=True, slots=True)
class Note:
    reason: str
    """A short stable code: that of a SkillError, or of what fetching waits for."""
    details: Mapping[str, float | int | str] = field(default_factory=dict)
    """What the sentence names."""

    @classmethod
    def of(cls, error: SkillError) -> Note:
        return cls(error.reason, dict(error.details))


def note_words(say: Speaker, note: Note) -> str:
    """A sentence, as plain text. What has no words of its own stands in the log."""
    text = f"note-{note.reason}"
    if not (note.reason and say.has(text)):
        return say("note-other")
    return say(text, **{name.replace("_", "-"): value for name, value in note.details.items()})


def note_in_all_languages(texts: Texts, note: Note) -> dict[str, str]:
    """Language -> the sentence, for readers whose language is not known here."""
    return {language: note_words(texts.say(language), note) for language in texts.languages}
