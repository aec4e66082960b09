"""Tables and annotations as people have them: what can be used is, the rest is named."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bot.evaluation.coco import read_coco, unknown_labels
from bot.evaluation.labelled import DataError, Labelled, only_labels, read_table
from skills import MediaKind


def table(folder: Path, text: str, kind: MediaKind = MediaKind.TEXT, limit: int = 0) -> Labelled:
    path = folder / "data.csv"
    path.write_bytes(text.encode())
    return read_table(path, kind, "text" if kind is MediaKind.TEXT else "file", "label", limit=limit)


@pytest.mark.parametrize(
    "text",
    [
        "text,label\nтак себе,neutral\n",
        "\ufefftext;label\r\nтак себе;neutral\r\n",
        "id\t label \t text\n1\tneutral\tтак себе\n",
    ],
    ids=["commas", "semicolons of a spreadsheet", "tabs, another order, spaces"],
)
def test_a_table_is_read_as_programs_write_it(tmp_path: Path, text: str) -> None:
    (example,) = table(tmp_path, text).examples
    assert (example.row, example.name, example.label) == (1, "так себе", "neutral")
    assert example.media.text == "так себе"


def test_a_table_in_another_encoding_is_refused_and_not_judged_as_garbage(tmp_path: Path) -> None:
    text = "text;label\nтак себе;neutral\n"
    for encoding in ("cp1251", "koi8-r", "utf-16-le"):
        (tmp_path / "old.csv").write_bytes(text.encode(encoding))
        with pytest.raises(DataError, match="is not UTF-8"):
            read_table(tmp_path / "old.csv", MediaKind.TEXT, "text", "label")
    (tmp_path / "new.csv").write_bytes(text.encode("utf-16"))
    (example,) = read_table(tmp_path / "new.csv", MediaKind.TEXT, "text", "label").examples
    assert example.name == "так себе"


def test_a_quoted_text_may_have_lines_and_commas(tmp_path: Path) -> None:
    (example,) = table(tmp_path, 'text,label\n"a, ""b""\nc",neutral\n').examples
    assert example.name == 'a, "b"\nc'


def test_a_bad_row_is_named_and_the_others_are_used(tmp_path: Path) -> None:
    huge = "x" * 200_000
    read = table(tmp_path, f"text,label\n,neutral\nalone\n{huge},neutral\ngood,positive\na\0b,neutral\n")
    assert [example.row for example in read.examples] == [4]
    assert [fault.row for fault in read.faults] == [1, 2, 3, 5]


def test_only_so_many_rows_are_read(tmp_path: Path) -> None:
    assert [e.row for e in table(tmp_path, "text,label\na,x\nb,x\nc,x\n", limit=2).examples] == [1, 2]


def test_files_lie_beside_the_table(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"12")
    read = table(tmp_path, "file,label\na.png,cat\nb.png,cat\n", MediaKind.PHOTO)
    assert [(e.media.path, e.media.size_bytes) for e in read.examples] == [(tmp_path / "a.png", 2)]
    assert [fault.error for fault in read.faults] == ["There is no file b.png."]


@pytest.mark.parametrize(
    ("text", "words"), [("", "is empty"), ("tekst,label\na,b\n", "no column 'text'; it has tekst, label")]
)
def test_a_table_that_cannot_be_used_says_why(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(DataError, match=words):
        table(tmp_path, text)


def test_labels_that_the_model_lacks_are_left_out_with_a_note(tmp_path: Path) -> None:
    read = table(tmp_path, "text,label\na,Neutral\nb,skip\nc,skip\n")
    kept, note = only_labels(read.examples, {"neutral"})
    assert [example.name for example in kept] == ["a"]
    assert note == "2 rows left out, as the model has no such class: skip (2)."
    assert only_labels(kept, {"neutral"}) == (kept, "")


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
    read = read_coco(coco(tmp_path, annotations=[annotation]))
    assert [fault.name for fault in read.faults if fault.row == 0] == ["annotation 1"]


@pytest.mark.parametrize("images", [[{"id": 1}], ["x"], [{"id": 7, "file_name": "gone.png"}]])
def test_a_picture_that_cannot_be_used_is_named(tmp_path: Path, images: Any) -> None:
    read = read_coco(coco(tmp_path, images=images))
    assert (len(read.frames), [fault.row for fault in read.faults]) == (0, [1])


@pytest.mark.parametrize("text", ["{", "[]", '{"images": []}', "[" * 100_000])
def test_what_is_not_coco_is_said_in_a_sentence(tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.json"
    path.write_text(text)
    with pytest.raises(DataError):
        read_coco(path)


def test_objects_that_the_detector_does_not_know_are_noted(tmp_path: Path) -> None:
    frames = read_coco(coco(tmp_path), tmp_path).frames
    assert unknown_labels(frames, ["dog"]) == "1 object left out, as the model has no such class: cat (1)."
    assert unknown_labels(frames, ["cat"]) == ""


def test_objects_of_pictures_that_the_file_does_not_list_are_noted(tmp_path: Path) -> None:
    box = {"category_id": 1, "bbox": [1, 2, 3, 4]}
    annotations = [{**box, "image_id": identity} for identity in (7, "7", 3, 8, 8)]
    read = read_coco(coco(tmp_path, annotations=annotations))
    assert len(read.frames[0].truths) == 2
    assert read.note == "3 objects left out, as the file lists no picture with their image_id: 3, 8."


def test_pictures_beyond_the_limit_are_not_taken_for_missing_ones(tmp_path: Path) -> None:
    images = [{"id": number, "file_name": "a.png"} for number in (1, 7)]
    assert read_coco(coco(tmp_path, images=images), limit=1).note == ""
