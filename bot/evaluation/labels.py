"""Labels as data sets write them: other names of the moods, numbers of classes, ids of AudioSet."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

from bot.texts import Speaker
from skills import ModelCard, Store

from .labelled import MOST_NAMED, Example
from .names import ClassNames, plain
from .rows import DataError
from .telling import Told, told

MOODS = {
    name: mood
    for mood, names in {
        "negative": "negative neg bad негативный негативная негативное негативно негатив нег плохо плохой "
        "отрицательный отрицательная отрицательное отрицательно отриц",
        "neutral": "neutral neu neut нейтральный нейтральная нейтральное нейтрально нейтр нейт",
        "positive": "positive pos good позитивный позитивная позитивное позитивно позитив поз хорошо хороший "
        "положительный положительная положительное положительно полож",
    }.items()
    for name in names.split()
}
"""Casefolded name -> the models' own."""
SIGNS = {-1: "negative", 0: "neutral", 1: "positive"}
STARS = {1: "negative", 2: "negative", 3: "neutral", 4: "positive", 5: "positive"}
_NUMBER = re.compile(r"[+-]?[0-9]+([.,]0+)?")
_MID = re.compile(r"/[mgt]/\w+")
_AUDIOSET = "yamnet"
"""The model whose archive has the ids of AudioSet."""


def meanings(wishes: Sequence[str]) -> dict[str, str]:
    """What labels mean, as people have said it: `0=negative,1=positive`. Raises DataError."""
    found: dict[str, str] = {}
    for wish in wishes:
        for each in re.split(r",(?=[^,=]*=)", wish):
            label, equals, name = (part.strip() for part in each.partition("="))
            if not (label and equals and name):
                raise DataError(told("bad-labels", text=each))
            found[label.casefold()] = name
    return found


def said(examples: Sequence[Example], meant: Mapping[str, str]) -> list[Example]:
    """The labels as `meanings` has them, where it has them."""
    return [replace(one, label=meant.get(one.label.casefold(), one.label)) for one in examples]


def is_mood(label: str) -> bool:
    return _mood(label) in SIGNS.values()


def of_moods(examples: Sequence[Example]) -> tuple[list[Example], list[Told]]:
    """Moods under the models' own names, and a note where numbers stand instead of names."""
    named = [replace(one, label=_mood(one.label)) for one in examples]
    numbered = [one.label for one in named if _NUMBER.fullmatch(one.label)]
    if not numbered:
        return named, []
    numbers = {_number(label) for label in numbered}
    scale = _scale(numbers) if len(numbered) == len(named) else None
    if scale is None:
        return named, [told("numbered-moods", number=numbered[0])]
    taken = ", ".join(f"{number} → {mood}" for number, mood in scale.items())
    return (
        [replace(one, label=scale[_number(one.label)]) for one in named],
        [told("scale-of-moods", taken=taken)],
    )


def of_classes(
    examples: Sequence[Example], classes: Sequence[str], others: Iterable[tuple[str, str]] = ()
) -> tuple[list[Example], list[Told]]:
    """Labels as the model's own names, where they mean one, and a note on how they were taken.

    If all are numbers, they are classes in the model's order, counted from 0. `others` are names as ClassNames
    knows them.
    """
    if examples and all(_NUMBER.fullmatch(one.label) for one in examples):
        return _of_numbers(examples, classes)
    names = ClassNames(classes, others)
    found = {label: names.find(label) or label for label in {one.label: None for one in examples}}
    return [replace(one, label=found[one.label]) for one in examples], renamed(found)


def renamed(found: Mapping[str, str]) -> list[Told]:
    """A note on labels that are taken for classes of another name, if there are any."""
    pairs = [f"{label} → {name}" for label, name in found.items() if plain(label) != plain(name)]
    more = max(0, len(pairs) - MOST_NAMED)
    return [told("renamed", pairs="; ".join(pairs[:MOST_NAMED]), more=more)] if pairs else []


def synsets() -> Iterator[tuple[str, str]]:
    """ImageNet's ids of WordNet (as n01440764) and the classes, in the order of all its networks."""
    from skills.models.mobilenet import read_labels

    text = files("bot.evaluation").joinpath("imagenet_synsets.txt").read_text("utf-8")
    return zip(text.split(), read_labels(), strict=True)


def translated(say: Speaker, skill: str) -> Iterator[tuple[str, str]]:
    """The names that the classes of a skill have in another language, and the classes."""
    return ((name, label) for label, name in say.labels(skill).items())


def of_audioset(
    examples: Sequence[Example], names: Mapping[str, str] | None
) -> tuple[list[Example], list[Told]]:
    """Names in place of AudioSet's ids (/m/09x0r), and a note; `names` None: they are not at hand."""
    mids = [one.label for one in examples if _MID.fullmatch(one.label)]
    if not mids:
        return list(examples), []
    if names is None:
        return list(examples), [told("no-mids", mid=mids[0])]
    known = sum(mid in names for mid in mids)
    given = [told("mids", count=known)] if known else []
    return [replace(one, label=names.get(one.label, one.label)) for one in examples], given


def _mood(label: str) -> str:
    return MOODS.get(label.casefold().rstrip("."), label)


def _number(label: str) -> int:
    return int(re.split("[.,]", label)[0])


def _scale(numbers: set[int]) -> Mapping[int, str] | None:
    """Numbers on both sides of 0 are signs, and those from 1 to 5 stars; of others nothing is known."""
    if -1 in numbers and numbers <= SIGNS.keys():
        return SIGNS
    return STARS if 5 in numbers and numbers <= STARS.keys() else None


def _of_numbers(examples: Sequence[Example], names: Sequence[str]) -> tuple[list[Example], list[Told]]:
    numbers = [_number(one.label) for one in examples]
    last = len(names) - 1
    if not 0 <= min(numbers) <= max(numbers) <= last:
        return list(examples), [
            told("numbers-beyond", least=str(min(numbers)), most=str(max(numbers)), last=last)
        ]
    note = told("numbered", first_name=names[0], last=last, last_name=names[-1])
    return [replace(one, label=names[n]) for one, n in zip(examples, numbers, strict=True)], [note]


def class_names(card: ModelCard, own: Mapping[str, Path]) -> tuple[str, ...]:
    """The classes of a model of photos or sounds, in the order of its outputs; `own` are its files."""
    from skills.models import mobilenet, yamnet, yamnet_hub

    if card.skill == "photo":
        return mobilenet.read_labels()
    if "yamnet.tflite" in own:
        return yamnet.read_labels(own["yamnet.tflite"])
    return tuple(name for _, name in yamnet_hub.read_class_map(own["yamnet.tar.gz"]))


def audioset_names(store: Store) -> dict[str, str] | None:
    """AudioSet's id -> name of the class; None if no model that is here has them."""
    from skills.models.yamnet_hub import read_class_map

    if not any(card.id == _AUDIOSET for card in store.catalog) or not store.has(_AUDIOSET):
        return None
    return dict(read_class_map(store.files(_AUDIOSET)["yamnet.tar.gz"]))
