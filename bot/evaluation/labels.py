"""Labels as data sets write them: other names of the moods, numbers of classes, ids of AudioSet."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from skills import ModelCard, Store

from .labelled import Example

MOODS = {
    name: mood
    for mood, names in {
        "negative": "negative neg негативный негативная негативное негативно негатив нег "
        "отрицательный отрицательная отрицательное отрицательно отриц",
        "neutral": "neutral neu neut нейтральный нейтральная нейтральное нейтрально нейтр нейт",
        "positive": "positive pos позитивный позитивная позитивное позитивно позитив поз "
        "положительный положительная положительное положительно полож",
    }.items()
    for name in names.split()
}
"""Casefolded name -> the models' own."""
NUMBERED_MOODS = (
    "Labels such as {number} are numbers. Which is which mood differs from one data set to the next, so none is "
    "guessed: write negative, neutral or positive instead, or name a column that has them with --label-column."
)
NO_MIDS = (
    "Labels such as {mid} are ids of AudioSet. Their names come with the full profile's YAMNet, which is not here: "
    "chutko models pull yamnet, or write the names of the classes."
)
_NUMBER = re.compile(r"-?[0-9]+(\.0+)?")
_MID = re.compile(r"/[mgt]/\w+")
_AUDIOSET = "yamnet"
"""The model whose archive has the ids of AudioSet."""


def of_moods(examples: Sequence[Example]) -> tuple[list[Example], str]:
    """Moods under the models' own names, and a note where numbers stand instead of names."""
    named = [replace(one, label=MOODS.get(one.label.casefold().rstrip("."), one.label)) for one in examples]
    number = next((one.label for one in named if _NUMBER.fullmatch(one.label)), None)
    return named, "" if number is None else NUMBERED_MOODS.format(number=number)


def of_classes(examples: Sequence[Example], names: Sequence[str]) -> tuple[list[Example], str]:
    """If all labels are numbers of classes, counted from 0: their names, in the model's order; and a note on it."""
    if not examples or not all(_NUMBER.fullmatch(one.label) for one in examples):
        return list(examples), ""
    numbers = [int(one.label.partition(".")[0]) for one in examples]
    last = len(names) - 1
    if not 0 <= min(numbers) <= max(numbers) <= last:
        return list(examples), (
            f"The labels are numbers from {min(numbers)} to {max(numbers)}, but the model's classes are counted "
            f"from 0 to {last}: none of them is taken for a class."
        )
    note = (
        f"The labels are numbers: they were taken for the model's classes in its order, counted from 0 "
        f"(0 is {names[0]}, {last} is {names[-1]})."
    )
    return [replace(one, label=names[n]) for one, n in zip(examples, numbers, strict=True)], note


def of_audioset(examples: Sequence[Example], names: Mapping[str, str] | None) -> tuple[list[Example], str]:
    """Names in place of AudioSet's ids (/m/09x0r), and a note; `names` None: they are not at hand."""
    mids = [one.label for one in examples if _MID.fullmatch(one.label)]
    if not mids:
        return list(examples), ""
    if names is None:
        return list(examples), NO_MIDS.format(mid=mids[0])
    known = sum(mid in names for mid in mids)
    note = (
        f"{known} label{'s' * (known != 1)} given as ids of AudioSet: the model's class map has their names."
    )
    return [replace(one, label=names.get(one.label, one.label)) for one in examples], note


def class_names(card: ModelCard, files: Mapping[str, Path]) -> tuple[str, ...]:
    """The classes of a model of photos or sounds, in the order of its outputs; `files` are its own."""
    from skills.models import mobilenet, yamnet, yamnet_hub

    if card.skill == "photo":
        return mobilenet.read_labels()
    if "yamnet.tflite" in files:
        return yamnet.read_labels(files["yamnet.tflite"])
    return tuple(name for _, name in yamnet_hub.read_class_map(files["yamnet.tar.gz"]))


def audioset_names(store: Store) -> dict[str, str] | None:
    """AudioSet's id -> name of the class; None if no model that is here has them."""
    from skills.models.yamnet_hub import read_class_map

    if not any(card.id == _AUDIOSET for card in store.catalog) or not store.has(_AUDIOSET):
        return None
    return dict(read_class_map(store.files(_AUDIOSET)["yamnet.tar.gz"]))
