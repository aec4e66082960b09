"""Objects followed through frames."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from skills._boxes import Boxes, Detections, iou_matrix
from skills._tracking import Followed, Tracker, most_at_once
from skills.models.median_flow import move_boxes

SIZE = (120, 160)


def ground(seed: int = 0) -> np.ndarray:
    """Grey texture that flow can hold on to."""
    coarse = np.random.default_rng(seed).integers(60, 200, (SIZE[0] // 8, SIZE[1] // 8)).astype(np.uint8)
    return np.kron(coarse, np.ones((8, 8), np.uint8))


def thing(x: int, y: int, *, side: int = 40, seed: int = 0) -> np.ndarray:
    """A textured square on the ground."""
    frame = ground(seed).copy()
    texture = np.random.default_rng(7).integers(0, 255, (side // 4, side // 4)).astype(np.uint8)
    frame[y : y + side, x : x + side] = np.kron(texture, np.ones((4, 4), np.uint8))
    return frame


def seen(*rows: tuple[int, int, str, float], side: int = 40) -> Detections:
    boxes = np.array([(x, y, x + side, y + side) for x, y, *_ in rows], np.float32).reshape(-1, 4)
    return Detections(boxes, np.array([row[3] for row in rows], np.float32), tuple(row[2] for row in rows))


def follow(
    frames: list[np.ndarray],
    find: Callable[[int], Detections],
    *,
    every: int = 4,
    patience: int = 12,
    move: Callable[..., Boxes] = move_boxes,
) -> list[Followed]:
    tracker = Tracker(move, threshold=0.45, patience=patience)
    for index, frame in enumerate(frames):
        cut = tracker.advance(frame)
        if cut or index % every == 0:
            tracker.correct(find(index), cut=cut)
    return tracker.finish()


def test_a_box_moves_with_its_object_between_detections() -> None:
    frames = [thing(10 + 3 * i, 30) for i in range(25)]
    (one,) = follow(frames, lambda i: seen((10 + 3 * i, 30, "cat", 0.9)), every=6)
    assert (one.number, one.label, one.first, one.last) == (1, "cat", 0, 24)
    true = np.array([(10 + 3 * i, 30, 50 + 3 * i, 70) for i in range(25)], np.float32)
    assert np.diag(iou_matrix(one.boxes_xyxy_px, true)).min() > 0.9
    assert one.detected == (0, 6, 12, 18, 24)


def test_a_difference_to_the_next_detection_is_spread_and_never_a_jump() -> None:
    frames = [ground()] * 9
    (one,) = follow(
        frames, lambda i: seen((10 + 2 * i, 30, "cat", 0.9)), every=8, move=lambda a, b, boxes: boxes
    )
    assert np.diff(one.boxes_xyxy_px[:, 0]).tolist() == pytest.approx([2.0] * 8)


def test_an_object_missed_once_keeps_its_number_and_its_boxes() -> None:
    frames = [thing(10 + i, 30) for i in range(17)]
    found = follow(frames, lambda i: seen() if i == 8 else seen((10 + i, 30, "cat", 0.9)))
    assert [(one.first, one.last) for one in found] == [(0, 16)]


def test_a_weak_sighting_carries_on_but_does_not_begin() -> None:
    frames = [thing(10 + i, 30) for i in range(13)]
    carried = follow(frames, lambda i: seen((10 + i, 30, "cat", 0.9 if i == 0 else 0.36)))
    assert [one.last for one in carried] == [12]
    assert follow(frames, lambda i: seen((10 + i, 30, "cat", 0.36))) == []


def test_a_single_doubtful_sighting_is_left_out() -> None:
    frames = [ground()] * 17
    assert follow(frames, lambda i: seen((10, 30, "cat", 0.5)) if i == 4 else seen()) == []
    assert len(follow(frames, lambda i: seen((10, 30, "cat", 0.8)) if i == 4 else seen())) == 1


def test_nothing_is_followed_across_a_cut_and_a_detection_is_asked_for_at_once() -> None:
    frames = [thing(10 + i, 30) for i in range(10)] + [255 - thing(90, 60, seed=3) // 2 for _ in range(10)]
    asked = []

    def find(index: int) -> Detections:
        asked.append(index)
        return seen((10 + index, 30, "cat", 0.9)) if index < 10 else seen((90, 60, "cat", 0.9))

    first, second = follow(frames, find)
    assert asked == [0, 4, 8, 10, 12, 16]
    assert (first.first, first.last, second.first, second.last) == (0, 9, 10, 19)


def test_two_that_stay_apart_are_two_and_keep_their_numbers() -> None:
    frames = [np.maximum(thing(10 + i, 10), thing(100 - i, 70)) for i in range(17)]
    one, two = follow(frames, lambda i: seen((10 + i, 10, "cat", 0.8), (100 - i, 70, "cat", 0.9)))
    assert one.boxes_xyxy_px[0, 1] != two.boxes_xyxy_px[0, 1]
    for track in (one, two):
        assert np.abs(np.diff(track.boxes_xyxy_px[:, 1])).max() < 2
    assert most_at_once([one, two], "cat") == 2
    assert most_at_once([one, two], "dog") == 0


def test_a_detector_that_changes_its_mind_does_not_make_a_second_object() -> None:
    frames = [thing(10 + i, 30) for i in range(17)]
    found = follow(frames, lambda i: seen((10 + i, 30, "truck" if i == 8 else "car", 0.7)))
    assert [(one.label, one.last) for one in found] == [("car", 16)]


def test_boxes_stay_in_the_picture() -> None:
    frames = [np.roll(thing(100, 30), 3 * i, axis=1) for i in range(20)]
    (one,) = follow(frames, lambda i: seen((100, 30, "cat", 0.9)) if i == 0 else seen())
    assert one.boxes_xyxy_px.min() >= 0
    assert one.boxes_xyxy_px[:, 2].max() <= SIZE[1]


def test_no_objects_and_no_frames_are_no_trouble() -> None:
    assert follow([], lambda i: seen()) == []
    assert follow([ground()] * 5, lambda i: seen()) == []
    assert move_boxes(ground(), ground(), np.zeros((0, 4), np.float32)).shape == (0, 4)


def test_what_cannot_be_followed_stays_where_it_was() -> None:
    plain = np.full(SIZE, 128, np.uint8)
    noise = np.random.default_rng(1).integers(0, 255, SIZE).astype(np.uint8)
    box = np.array([[20, 20, 60, 60]], np.float32)
    assert move_boxes(plain, noise, box).tolist() == box.tolist()
