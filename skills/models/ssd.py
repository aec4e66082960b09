"""SSD MobileNet v2 (TensorFlow model zoo, 2018-03-29) through OpenCV's DNN module: 80 classes of COCO.

Liu et al. 2016, https://arxiv.org/abs/1512.02325; Sandler et al. 2018, https://arxiv.org/abs/1801.04381.
The graph takes RGB of 300x300 pixels as 0..255 and scales to [-1, 1] itself; it was trained on pictures
squeezed to a square, so that the aspect ratio is not kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from skills._boxes import Detections, clip_boxes

if TYPE_CHECKING:
    Picture = NDArray[np.uint8]

INPUT_PX = 300
SIDE_PX = 640
"""Of the frames it is given: twice what is left of them, so that scaling averages."""
LEAST_SCORE = 0.1
"""The graph returns its hundred best boxes; below this score they are noise."""

# Ids of COCO's 2014 edition run to 90; ten of them were never used (https://cocodataset.org).
_NAMES = (
    "person bicycle car motorcycle airplane bus train truck boat traffic_light fire_hydrant - stop_sign "
    "parking_meter bench bird cat dog horse sheep cow elephant bear zebra giraffe - backpack umbrella - "
    "- handbag tie suitcase frisbee skis snowboard sports_ball kite baseball_bat baseball_glove "
    "skateboard surfboard tennis_racket bottle - wine_glass cup fork knife spoon bowl banana apple "
    "sandwich orange broccoli carrot hot_dog pizza donut cake chair couch potted_plant bed - "
    "dining_table - - toilet - tv laptop mouse remote keyboard cell_phone microwave oven toaster sink "
    "refrigerator - book clock vase scissors teddy_bear hair_drier toothbrush"
)
LABELS: Mapping[int, str] = {
    number: name.replace("_", " ") for number, name in enumerate(_NAMES.split(), start=1) if name != "-"
}


class SsdMobileNet:
    """A loaded network. Satisfies `skills.video.Detector`."""

    def __init__(self, net: Any) -> None:
        self.labels = tuple(LABELS.values())
        self.side_px = SIDE_PX
        self._net = net

    def predict(self, frames: Sequence[Picture]) -> list[Detections]:
        """What is in each uint8 RGB frame of shape (height, width, 3)."""
        return [self._detect(frame) for frame in frames]

    def close(self) -> None:
        self._net = None

    def _detect(self, frame: Picture) -> Detections:
        import cv2

        self._net.setInput(cv2.dnn.blobFromImage(frame, size=(INPUT_PX, INPUT_PX)))
        # Rows: picture, class, score, left, top, right, bottom; the box in shares of the sides.
        rows = self._net.forward().reshape(-1, 7)
        known = [row[2] >= LEAST_SCORE and int(row[1]) in LABELS for row in rows]
        rows = rows[np.asarray(known, bool)]
        height_px, width_px = frame.shape[:2]
        boxes = rows[:, 3:7] * np.array([width_px, height_px, width_px, height_px], np.float32)
        boxes = clip_boxes(boxes, width_px, height_px)
        whole = (boxes[:, 2] - boxes[:, 0] >= 1) & (boxes[:, 3] - boxes[:, 1] >= 1)
        return Detections(
            boxes[whole],
            np.clip(rows[whole, 2], 0, 1).astype(np.float32),
            tuple(LABELS[int(number)] for number in rows[whole, 1]),
        )


def load(files: Mapping[str, Path], options: Mapping[str, Any]) -> SsdMobileNet:
    """The network in `files`, on `options["threads"]` (1) threads."""
    import cv2

    cv2.setNumThreads(int(options.get("threads", 1)))
    net = cv2.dnn.readNetFromTensorflow(
        str(files["frozen_inference_graph.pb"]), str(files["ssd_mobilenet_v2_coco_2018_03_29.pbtxt"])
    )
    return SsdMobileNet(net)
