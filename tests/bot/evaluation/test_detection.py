"""The figures of a detector agree with those worked out by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.evaluation.coco import Frame, Truth
from bot.evaluation.detecting import Found
from bot.evaluation.detection import detect

CLASSES = ("cat", "dog", "owl")
Box = tuple[float, float, float, float]


def frame(*truths: tuple[str, Box], crowd: bool = False, size_px: float = 200) -> Frame:
    return Frame(
        1, "x.png", Path("x.png"), size_px, size_px, tuple(Truth(label, box, crowd) for label, box in truths)
    )


def found(*boxes: tuple[str, float, Box]) -> Found:
    return Found(
        tuple(box for _, _, box in boxes),
        tuple(score for _, score, _ in boxes),
        tuple(label for label, _, _ in boxes),
        200,
        200,
        CLASSES,
    )


CAT: Box = (0, 0, 100, 100)


def test_map_is_the_mean_over_ten_overlaps() -> None:
    # The box covers 82 % of the cat: right at IoU 0.50, 0.55 ... 0.80, wrong from 0.85 on.
    figures = detect([(frame(("cat", CAT)), found(("cat", 0.9, (0, 0, 100, 82))))], 0.5)
    assert figures.mean_ap == pytest.approx(0.7)
    assert [figures.map50, figures.map75] == pytest.approx([1.0, 1.0])
    assert figures.mean_iou == pytest.approx(0.82)
    assert figures.mean_ap_large == pytest.approx(0.7)
    assert figures.mean_ap_small is None
    assert figures.mistakes == ()


def test_an_object_is_as_large_as_the_file_says_and_not_as_its_box() -> None:
    thin = Frame(1, "x.png", Path("x.png"), 200, 200, (Truth("cat", CAT, False, 900.0),))
    figures = detect([(thin, found(("cat", 0.9, CAT)))], 0.5)
    assert (figures.mean_ap_small, figures.mean_ap_large) == (pytest.approx(1.0), None)


def test_a_class_that_is_missed_halves_the_mean() -> None:
    pairs = [(frame(("cat", CAT), ("Dog", (100, 100, 50, 50))), found(("cat", 0.9, (0, 0, 100, 100))))]
    figures = detect(pairs, 0.5)
    assert figures.mean_ap == pytest.approx(0.5)
    assert {c.label: (c.ap, c.recall50, c.support) for c in figures.classes} == {
        "cat": (pytest.approx(1.0), 1.0, 1),
        "dog": (0.0, 0.0, 1),
    }
    assert [(m.missed, m.invented) for m in figures.mistakes] == [(("dog",), ())]


def test_what_is_not_there_is_invented_if_the_detector_is_sure_of_it() -> None:
    boxes = (
        ("cat", 0.9, CAT),
        ("owl", 0.8, (120.0, 120.0, 160.0, 160.0)),
        ("cat", 0.2, (5.0, 150.0, 50.0, 199.0)),
    )
    figures = detect([(frame(("cat", CAT)), found(*boxes))], 0.5)
    assert [m.invented for m in figures.mistakes] == [("owl",)]


def test_boxes_are_counted_in_the_pixels_of_the_annotations() -> None:
    half = frame(("cat", (0, 0, 50, 50)), size_px=100)  # annotated on a copy of half the size
    assert detect([(half, found(("cat", 0.9, CAT)))], 0.5).mean_iou == pytest.approx(1.0)


def test_one_of_a_crowd_is_neither_right_nor_wrong() -> None:
    crowd = frame(("dog", (0, 0, 200, 200)), crowd=True)
    pairs = [(frame(("cat", CAT), ("dog", CAT)), found(("cat", 0.9, CAT), ("dog", 0.9, CAT)))]
    figures = detect([*pairs, (crowd, found(("dog", 0.95, (10, 10, 60, 60))))], 0.5)
    assert figures.mean_ap == pytest.approx(1.0)
    assert figures.mistakes == ()


def test_a_detector_that_sees_nothing_gets_nothing() -> None:
    figures = detect([(frame(("cat", CAT)), found())], 0.5)
    assert (figures.mean_ap, figures.mean_iou) == (0.0, None)
    assert [m.missed for m in figures.mistakes] == [("cat",)]


@pytest.mark.parametrize("pairs", [[], [(frame(("unicorn", CAT)), found())]])
def test_without_objects_that_can_be_judged_there_are_no_figures(pairs: list[tuple[Frame, Found]]) -> None:
    with pytest.raises(ValueError, match="no object"):
        detect(pairs, 0.5)
