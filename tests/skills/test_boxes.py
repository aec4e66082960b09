"""Arithmetic of boxes."""

from __future__ import annotations

import numpy as np
import pytest

from skills._boxes import Detections, area, clip_boxes, iou_matrix, match, suppress


def boxes(*rows: tuple[float, float, float, float]) -> np.ndarray:
    return np.array(rows, np.float32).reshape(-1, 4)


def detections(*rows: tuple[tuple[float, float, float, float], float, str]) -> Detections:
    return Detections(
        boxes(*(row[0] for row in rows)),
        np.array([row[1] for row in rows], np.float32),
        tuple(row[2] for row in rows),
    )


@pytest.mark.parametrize(
    ("a", "b", "iou"),
    [
        ((0, 0, 10, 10), (0, 0, 10, 10), 1),
        ((0, 0, 10, 10), (10, 0, 20, 10), 0),
        ((0, 0, 10, 10), (5, 0, 15, 10), 1 / 3),
        ((0, 0, 10, 10), (2, 2, 4, 4), 0.04),
        ((0, 0, 0, 0), (0, 0, 0, 0), 0),
        ((5, 5, 1, 1), (0, 0, 10, 10), 0),
    ],
)
def test_overlap_is_intersection_over_union(a: tuple, b: tuple, iou: float) -> None:
    assert iou_matrix(boxes(a), boxes(b))[0, 0] == pytest.approx(iou)
    assert iou_matrix(boxes(b), boxes(a))[0, 0] == pytest.approx(iou)


def test_overlap_of_none_has_no_rows() -> None:
    assert iou_matrix(boxes(), boxes((0, 0, 1, 1))).shape == (0, 1)
    assert iou_matrix(boxes((0, 0, 1, 1)), boxes()).shape == (1, 0)


def test_area_is_never_negative() -> None:
    assert area(boxes((0, 0, 4, 5), (4, 5, 0, 0))).tolist() == [20, 0]


def test_boxes_end_at_the_edge_of_the_picture() -> None:
    assert clip_boxes(boxes((-5, -1, 30, 8)), 20, 10).tolist() == [[0, 0, 20, 8]]


def test_of_a_heap_of_boxes_the_best_remains() -> None:
    found = suppress(
        detections(
            ((0, 0, 10, 10), 0.6, "cat"),
            ((1, 0, 11, 10), 0.9, "cat"),
            ((30, 0, 40, 10), 0.5, "cat"),
        )
    )
    assert found.scores.tolist() == pytest.approx([0.9, 0.5])


def test_a_rider_keeps_both_person_and_bicycle_but_a_thing_not_two_names() -> None:
    rider = suppress(detections(((0, 0, 10, 20), 0.9, "person"), ((0, 6, 10, 24), 0.8, "bicycle")))
    assert rider.labels == ("person", "bicycle")
    van = suppress(detections(((0, 0, 20, 10), 0.7, "car"), ((0, 0, 20, 11), 0.8, "truck")))
    assert van.labels == ("truck",)


def test_nothing_suppressed_is_nothing() -> None:
    assert len(suppress(detections())) == 0


def test_pairs_are_the_best_and_use_nobody_twice() -> None:
    scores = np.array([[0.9, 0.8], [0.85, 0.1]], np.float32)
    assert match(scores, 0.05) == [(0, 0), (1, 1)]
    assert match(scores, 0.5) == [(0, 0)]
    assert match(np.zeros((0, 3), np.float32), 0.5) == []


def test_detections_of_different_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match="labels"):
        Detections(boxes((0, 0, 1, 1)), np.zeros(1, np.float32), ())
