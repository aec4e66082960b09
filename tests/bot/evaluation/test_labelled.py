"""Tables and annotations as people have them: what can be used is, the rest is named."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bot.evaluation.coco import of_classes, read_coco
from bot.evaluation.labelled import Columns, Labelled, only_labels, read_labelled
from bot.evaluation.labels import is_mood
from bot.evaluation.places import Places
from bot.evaluation.rows import DataError
from bot.evaluation.telling import told
from bot.texts import Texts
from skills import MediaKind

SAY = Texts().say("en")


def read(path: Path, kind: MediaKind = MediaKind.TEXT, limit: int = 0) -> Labelled:
    item = "text" if kind is MediaKind.TEXT else "file"
    return read_labelled(path, kind, Columns(item, "label", is_label=is_mood), limit=limit)


def table(folder: Path, text: str, kind: MediaKind = MediaKind.TEXT, limit: int = 0) -> Labelled:
    path = folder / "data.csv"
    path.write_bytes(text.encode())
    return read(path, kind, limit)


@pytest.mark.parametrize(
    "text",
    [
        "text,label\nтак себе,neutral\n",
        "\ufefftext;label\r\nтак себе;neutral\r\n",
        "id\t label \t text\n1\tneutral\tтак себе\n",
        "text|label\nтак себе|neutral\n",
        "sep=;\r\ntext;label\r\nтак себе;neutral\r\n;\r\n",
        "ID,TEXT,Label\n1,так себе,neutral\n",
        "Отзыв,Тональность\nтак себе,neutral\n",
        "sentence,sentiment\nтак себе,neutral\n",
        "так себе,neutral\n",
        "1,neutral,так себе\n",
        '{"text": "так себе", "label": "neutral"}\n',
        '{"version": 1,\n "data": [{"text": "так себе", "label": "neutral"}]}',
        '{"text": {"0": "так себе"}, "label": {"0": "neutral"}}',
        '{"text": ["так себе"], "label": ["neutral"]}',
    ],
    ids=[
        "commas",
        "semicolons of a spreadsheet",
        "tabs, another order, spaces",
        "bars",
        "what Excel says of itself, and an empty row",
        "capitals",
        "Russian",
        "other names",
        "no heading",
        "no heading, another order",
        "JSON under another name",
        "a list within JSON",
        "columns of pandas",
        "columns of JSON",
    ],
)
def test_a_table_is_read_as_programs_write_it(tmp_path: Path, text: str) -> None:
    (example,) = table(tmp_path, text).examples
    assert (example.row, example.name, example.label) == (1, "так себе", "neutral")
    assert example.media.text == "так себе"


@pytest.mark.parametrize(
    ("encoding", "name"), [("cp1251", "Windows-1251"), ("koi8-r", "KOI8-R"), ("cp866", "CP866")]
)
def test_a_table_in_an_old_encoding_is_read_and_it_is_said_in_which(
    tmp_path: Path, encoding: str, name: str
) -> None:
    (tmp_path / "old.csv").write_bytes("текст;метка\nЭтот проект отличный!;позитивный\n".encode(encoding))
    found = read(tmp_path / "old.csv")
    assert [(one.name, one.label) for one in found.examples] == [("Этот проект отличный!", "позитивный")]
    assert name in found.notes[0].said(SAY)


@pytest.mark.parametrize("encoding", ["cp1251", "koi8-r", "cp866"])
def test_a_few_russian_words_among_much_that_is_ascii_are_not_lost(tmp_path: Path, encoding: str) -> None:
    address = "https://example.com/" + "a" * 300
    rows = f"url;text;label\n{address};Так себе;neutral\n{address};Хорошо;positive\n"
    (tmp_path / "old.csv").write_bytes(rows.encode(encoding))
    assert [example.name for example in read(tmp_path / "old.csv").examples] == ["Так себе", "Хорошо"]


def test_letters_that_cannot_be_read_are_noted(tmp_path: Path) -> None:
    (tmp_path / "old.csv").write_bytes("text,label\nA very nice café in town,positive\n".encode("cp1252"))
    assert read(tmp_path / "old.csv").notes == (told("broken", count=1),)


def test_what_is_no_text_is_refused_and_not_judged_as_garbage(tmp_path: Path) -> None:
    text = "text;label\nтак себе;neutral\n"
    for data in (text.encode("utf-16-le"), bytes(range(256)) * 20):
        (tmp_path / "old.csv").write_bytes(data)
        with pytest.raises(DataError, match="no-encoding"):
            read(tmp_path / "old.csv")
    (tmp_path / "new.csv").write_bytes(text.encode("utf-16"))
    (example,) = read(tmp_path / "new.csv").examples
    assert example.name == "так себе"


def test_which_columns_were_taken_is_said_where_they_have_other_names(tmp_path: Path) -> None:
    assert table(tmp_path, "review,stars\na,5\n").notes == (told("columns", item="review", label="stars"),)
    assert table(tmp_path, "a,neutral\n").notes == (told("no-heading", item="1", label="2"),)
    assert table(tmp_path, "Text,label\na,neutral\n").notes == ()


@pytest.mark.parametrize("heading", ["", "Отзыв, текст;Метка\n", "text;label\n"])
def test_commas_of_texts_are_not_taken_for_those_between_the_cells(tmp_path: Path, heading: str) -> None:
    path = tmp_path / "data.csv"
    path.write_text(f"{heading}Да, так себе;neutral\nНет, ну, очень, очень плохо;negative\nТак;neutral\n")
    item = "Отзыв, текст" if "," in heading else "text"
    found = read_labelled(path, MediaKind.TEXT, Columns(item, "label", is_label=is_mood))
    assert [example.name for example in found.examples] == [
        "Да, так себе",
        "Нет, ну, очень, очень плохо",
        "Так",
    ]


def test_a_quoted_text_may_have_lines_and_commas(tmp_path: Path) -> None:
    (example,) = table(tmp_path, 'text,label\n"a, ""b""\nc",neutral\n').examples
    assert example.name == 'a, "b"\nc'


def test_a_quote_that_nobody_closes_takes_no_other_rows_along(tmp_path: Path) -> None:
    found = table(tmp_path, 'text\tlabel\n"никогда\tnegative\n"да" и "нет\tneutral\nещё\tpositive\n')
    assert [example.name for example in found.examples] == ['"никогда', '"да" и "нет', "ещё"]


def test_a_bad_row_is_named_and_the_others_are_used(tmp_path: Path) -> None:
    huge = "x" * 200_000
    found = table(tmp_path, f"text,label\n,neutral\nalone\n{huge},neutral\ngood,positive\na\0b,neutral\n")
    assert [example.row for example in found.examples] == [4]
    assert [fault.row for fault in found.faults] == [1, 2, 3, 5]


def test_only_so_many_rows_are_read(tmp_path: Path) -> None:
    assert [e.row for e in table(tmp_path, "text,label\na,x\nb,x\nc,x\n", limit=2).examples] == [1, 2]


def test_files_lie_beside_the_table(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"12")
    found = table(tmp_path, "file,label\na.png,cat\nb.png,cat\n", MediaKind.PHOTO)
    assert [(e.media.path, e.media.size_bytes) for e in found.examples] == [(tmp_path / "a.png", 2)]
    assert [fault.said(SAY) for fault in found.faults] == ["There is no file b.png."]


@pytest.mark.parametrize("name", ["sub/a.png", "C:\\data\\sub\\a.png", "sub\\a.png", "/elsewhere/a.png"])
def test_files_are_found_by_what_another_machine_calls_them(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "files" / "sub"
    folder.mkdir(parents=True)
    (folder / "a.png").write_bytes(b"12")
    assert Places(tmp_path / "x.csv", tmp_path / "files").find([name]) == {name: folder / "a.png"}


def test_of_two_files_of_one_name_none_is_guessed(tmp_path: Path) -> None:
    for part in ("cat", "dog"):
        (tmp_path / part).mkdir()
        (tmp_path / part / "1.png").touch()
    places = Places(tmp_path / "x.csv", tmp_path)
    assert places.find(["train/1.png", "dog/1.png"]) == {"dog/1.png": tmp_path / "dog" / "1.png"}


@pytest.mark.parametrize("here", ["dog/1.png", "1.png"])
def test_a_file_is_not_taken_for_another_of_the_same_name_that_is_missing(tmp_path: Path, here: str) -> None:
    file = tmp_path / here
    file.parent.mkdir(exist_ok=True)
    file.touch()
    found = Places(tmp_path / "x.csv", tmp_path).find(["cat/1.png", "dog/1.png", "./dog/1.png"])
    assert found == ({"dog/1.png": file, "./dog/1.png": file} if here == "dog/1.png" else {})


def test_where_no_file_is_found_it_is_said_how_to_name_their_folder(tmp_path: Path) -> None:
    assert table(tmp_path, "file,label\na.png,cat\n", MediaKind.PHOTO).notes == (
        told("none-found", option="--files"),
    )
    assert (
        told("none-found", option="--images")
        in read_coco(coco(tmp_path, images=[{"id": 1, "file_name": "gone.png"}])).notes
    )


def test_a_folder_of_folders_is_labelled_by_their_names(tmp_path: Path) -> None:
    for name in (
        "tabby/a.png",
        "tabby/more/b.jpg",
        "n02124075/c.png",
        "tabby/.hidden.png",
        "tabby/Thumbs.db",
        "tabby/readme.txt",
        "tabby/odd.qoi",
        "d.png",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    found = read(tmp_path, MediaKind.PHOTO)
    assert [(one.name, one.label) for one in found.examples] == [
        ("n02124075/c.png", "n02124075"),
        ("tabby/a.png", "tabby"),
        ("tabby/more/b.jpg", "tabby"),
        ("tabby/odd.qoi", "tabby"),
    ]
    assert len(read(tmp_path, MediaKind.PHOTO, limit=1).examples) == 1
    with pytest.raises(DataError, match="no-folders"):
        read(tmp_path / "n02124075", MediaKind.PHOTO)


@pytest.mark.parametrize(
    ("text", "words"), [("", "is empty"), ("tekst,label\na,b\n", "no column “text”; it has tekst, label")]
)
def test_a_table_that_cannot_be_used_says_why(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(DataError) as refused:
        table(tmp_path, text)
    assert words in refused.value.why.said(SAY)


def test_labels_that_the_model_lacks_are_left_out_with_a_note(tmp_path: Path) -> None:
    found = table(tmp_path, "text,label\na,neutral\nb,skip\nc,skip\n")
    kept, note = only_labels(found.examples, {"neutral"})
    assert [example.name for example in kept] == ["a"]
    assert note[0].said(SAY) == "2 rows left out, as the model has no such class: skip (2)."
    assert only_labels(kept, {"neutral"}) == (kept, [])


def coco(folder: Path, **changes: Any) -> Path:
    (folder / "a.png").write_bytes(b"12")
    data = {
        "images": [{"id": 7, "file_name": "train/a.png", "width": 100, "height": 50}],
        "categories": [{"id": 1, "name": "cat"}],
        "annotations": [{"image_id": "7", "category_id": 1, "bbox": [1, 2, 3, 4], "area": 9}],
    }
    path = folder / "coco.json"
    path.write_text(json.dumps(data | changes))
    return path


def test_annotations_find_their_picture_by_name(tmp_path: Path) -> None:
    (frame,) = read_coco(coco(tmp_path), tmp_path).frames
    assert (frame.path.name, frame.width_px, frame.height_px) == ("a.png", 100, 50)
    (truth,) = frame.truths
    assert (truth.label, truth.box_xywh_px, truth.crowd, truth.area_px2) == ("cat", (1, 2, 3, 4), False, 9)


@pytest.mark.parametrize(
    "annotation",
    [
        {"image_id": 7, "category_id": 1, "bbox": [1, 2, 0, 4]},
        {"image_id": 7, "category_id": 1, "bbox": [1, 2, float("nan"), 4]},
        {"image_id": 7, "category_id": 1, "bbox": [1, 2]},
        {"image_id": 7, "category_id": 5, "bbox": [1, 2, 3, 4]},
        {"image_id": None, "category_id": 1, "bbox": [1, 2, 3, 4]},
        "nonsense",
    ],
)
def test_an_annotation_that_cannot_be_used_is_named(tmp_path: Path, annotation: Any) -> None:
    found = read_coco(coco(tmp_path, annotations=[annotation]))
    assert [fault.name for fault in found.faults if fault.row == 0] == ["annotations[0]"]


@pytest.mark.parametrize("images", [[{"id": 1}], ["x"], [{"id": 7, "file_name": "gone.png"}]])
def test_a_picture_that_cannot_be_used_is_named(tmp_path: Path, images: Any) -> None:
    found = read_coco(coco(tmp_path, images=images))
    assert (len(found.frames), [fault.row for fault in found.faults]) == (0, [1])


@pytest.mark.parametrize("text", ["{", "[]", '{"images": []}', "[" * 100_000])
def test_what_is_not_coco_is_said_in_a_sentence(tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.json"
    path.write_text(text)
    with pytest.raises(DataError):
        read_coco(path)


@pytest.mark.parametrize("name", ["CAT", "кошка", "kitty"])
def test_objects_are_known_by_their_other_names(tmp_path: Path, name: str) -> None:
    path = coco(tmp_path, categories=[{"id": 1, "name": name}])
    frames, notes = of_classes(read_coco(path).frames, ["dog", "cat"], [("кошка", "cat")], {"kitty": "cat"})
    assert [truth.label for truth in frames[0].truths] == ["cat"]
    assert bool(notes) == (name != "CAT")


def test_objects_that_the_detector_does_not_know_are_left_out_and_noted(tmp_path: Path) -> None:
    frames, notes = of_classes(read_coco(coco(tmp_path)).frames, ["dog"], [], {})
    assert notes[-1].said(SAY) == "1 object left out, as the model has no such class: cat (1)."
    assert frames[0].truths == ()


def test_objects_of_pictures_that_the_file_does_not_list_are_noted(tmp_path: Path) -> None:
    box = {"category_id": 1, "bbox": [1, 2, 3, 4]}
    annotations = [{**box, "image_id": identity} for identity in (7, "7", 3, 8, 8)]
    found = read_coco(coco(tmp_path, annotations=annotations))
    assert len(found.frames[0].truths) == 2
    assert (
        found.notes[0].said(SAY)
        == "3 objects left out, as the file lists no picture with their image_id: 3, 8."
    )


def test_pictures_beyond_the_limit_are_not_taken_for_missing_ones(tmp_path: Path) -> None:
    images = [{"id": number, "file_name": "a.png"} for number in (1, 7)]
    assert read_coco(coco(tmp_path, images=images), limit=1).notes == ()
