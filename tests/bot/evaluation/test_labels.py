"""What other people's data sets call a class, and what is made of it."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import pytest

from bot.evaluation.labelled import Example
from bot.evaluation.labels import class_names, meanings, of_audioset, of_classes, of_moods, said, synsets
from bot.evaluation.names import ClassNames
from bot.evaluation.rows import DataError
from bot.texts import Texts
from skills import Media, MediaKind, load_catalog
from skills.models.yamnet_hub import read_class_map

SAY = Texts().say("en")
NAMES = ("tench", "goldfish", "great white shark")


def labelled(*labels: str) -> list[Example]:
    return [Example(row, "x", label, Media(MediaKind.TEXT, text="x")) for row, label in enumerate(labels, 1)]


def labels_of(examples: list[Example]) -> list[str]:
    return [example.label for example in examples]


def test_a_mood_has_many_names_in_two_languages() -> None:
    read, note = of_moods(
        labelled("NEGATIVE", "Neu", "pos", "Негативный", "нейтрально", "ПОЛОЖИТЕЛЬНАЯ", "skip")
    )
    assert labels_of(read) == ["negative", "neutral", "positive", "negative", "neutral", "positive", "skip"]
    assert note == []


@pytest.mark.parametrize(
    ("labels", "moods"),
    [
        (("-1", "0", "1"), ["negative", "neutral", "positive"]),
        (("-1.0", "+1", "1,0"), ["negative", "positive", "positive"]),
        (("1", "2", "3", "4", "5"), ["negative", "negative", "neutral", "positive", "positive"]),
    ],
)
def test_signs_and_stars_are_moods_and_it_is_said_how_they_were_taken(
    labels: tuple[str, ...], moods: list[str]
) -> None:
    read, note = of_moods(labelled(*labels))
    assert labels_of(read) == moods
    assert "→ negative" in note[0].said(SAY)
    assert "--labels" in note[0].said(SAY)


@pytest.mark.parametrize("labels", [("0", "1", "2"), ("0", "1"), ("1", "2", "3"), ("1", "5", "10")])
def test_of_other_numbers_no_mood_is_guessed(labels: tuple[str, ...]) -> None:
    read, note = of_moods(labelled(*labels))
    assert labels_of(read) == list(labels)
    assert "--labels 0=negative,1=neutral,2=positive" in note[0].said(SAY)


def test_what_labels_mean_can_be_said() -> None:
    meant = meanings(["0=negative, 2 =positive", "Honk=Vehicle horn, car horn, honking,Dog_bark=Bark"])
    assert labels_of(said(labelled("0", "2", "honk", "DOG_BARK", "1"), meant)) == [
        "negative", "positive", "Vehicle horn, car horn, honking", "Bark", "1",
    ]  # fmt: skip


@pytest.mark.parametrize("wish", ["negative", "=negative", "0="])
def test_a_meaning_that_is_none_is_refused(wish: str) -> None:
    with pytest.raises(DataError, match="bad-labels"):
        meanings([wish])


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("goldfish", "goldfish"), ("Great_White-Shark", "great white shark"), ("n01440764", "tench"),
        ("линь", "tench"), ("great white shark, white shark", "great white shark"), ("tench, goldfish", None),
        ("shark", None), ("", None),
    ],
)  # fmt: skip
def test_a_class_has_many_names(label: str, name: str | None) -> None:
    others = [("линь", "tench"), ("рыба", "tench"), ("рыба", "goldfish"), *synsets()]
    assert ClassNames(NAMES, others).find(label) == name
    assert ClassNames(NAMES, others).find("рыба") is None


def test_names_that_differ_in_capitals_alone_stay_apart() -> None:
    names = ClassNames(["Cardigan", "cardigan"])
    assert [names.find(name) for name in ("Cardigan", "cardigan", "CARDIGAN")] == [
        "Cardigan",
        "cardigan",
        None,
    ]


def test_other_names_are_listed_as_they_were_taken() -> None:
    _, note = of_classes(labelled("линь", "Gold_fish", "goldfish"), NAMES, [("линь", "tench")])
    assert note[0].said(SAY) == "Other names of classes were understood: линь → tench."


@pytest.mark.parametrize("label", ["0", "2", "-1", "1.0"])
def test_of_numbers_no_mood_is_guessed_and_it_is_said_why(label: str) -> None:
    read, note = of_moods(labelled("positive", label))
    assert labels_of(read) == ["positive", label]
    assert "differs from one data set to the next" in note[0].said(SAY)


def test_numbers_are_classes_in_the_order_of_the_model_counted_from_0() -> None:
    read, note = of_classes(labelled("2", "0", "1.0"), NAMES)
    assert labels_of(read) == ["great white shark", "tench", "goldfish"]
    assert "counted from 0 (0 is tench, 2 is great white shark)" in note[0].said(SAY)


@pytest.mark.parametrize("labels", [("1", "3"), ("-1", "1")])
def test_numbers_beyond_the_classes_are_not_taken_for_any(labels: tuple[str, ...]) -> None:
    read, note = of_classes(labelled(*labels), NAMES)
    assert labels_of(read) == list(labels)
    assert f"numbers from {labels[0]} to {labels[1]}, but" in note[0].said(SAY)


def test_a_number_among_names_is_none_of_a_class() -> None:
    assert of_classes(labelled("1", "tench"), NAMES) == (labelled("1", "tench"), [])


def test_ids_of_audioset_get_their_names() -> None:
    read, note = of_audioset(labelled("/m/09x0r", "Dog", "/t/dd00003", "/m/none"), {"/m/09x0r": "Speech"})
    assert labels_of(read) == ["Speech", "Dog", "/t/dd00003", "/m/none"]
    assert note[0].said(SAY) == "1 label given as ids of AudioSet: the model's class map has their names."


def test_without_their_names_it_is_said_where_they_are() -> None:
    read, note = of_audioset(labelled("Dog", "/m/09x0r"), None)
    assert labels_of(read) == ["Dog", "/m/09x0r"]
    assert "chutko models pull yamnet" in note[0].said(SAY)
    assert of_audioset(labelled("Dog"), None) == (labelled("Dog"), [])


def test_the_class_map_is_read_without_the_network(tmp_path: Path) -> None:
    rows = b'index,mid,display_name\n1,/m/0bt9lr,Dog\n0,/m/09x0r,"Speech, talk"\n'
    with tarfile.open(tmp_path / "yamnet.tar.gz", "w:gz") as archive:
        member = tarfile.TarInfo("./assets/yamnet_class_map.csv")
        member.size = len(rows)
        archive.addfile(member, io.BytesIO(rows))
    assert read_class_map(tmp_path / "yamnet.tar.gz") == (("/m/09x0r", "Speech, talk"), ("/m/0bt9lr", "Dog"))
    card = load_catalog()["yamnet"]
    assert class_names(card, {"yamnet.tar.gz": tmp_path / "yamnet.tar.gz"}) == ("Speech, talk", "Dog")


def test_an_archive_without_a_class_map_is_refused(tmp_path: Path) -> None:
    tarfile.open(tmp_path / "yamnet.tar.gz", "w:gz").close()
    with pytest.raises(ValueError, match="no yamnet_class_map"):
        read_class_map(tmp_path / "yamnet.tar.gz")


def test_both_models_of_photos_have_the_classes_of_imagenet() -> None:
    for model in ("mobilenet-v2", "resnet18"):
        names = class_names(load_catalog()[model], {})
        assert (len(names), names[0], names[-1]) == (1000, "tench", "toilet tissue")
