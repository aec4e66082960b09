"""DETR (`facebook/detr-resnet-50`) through transformers: 80 classes of COCO.

Carion et al. 2020, https://arxiv.org/abs/2005.12872. Sizes, class names and the kind of backbone (timm's or
transformers' own) are read from the configs that lie beside the weights.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from skills._boxes import Detections, clip_boxes
from skills.models._pretrained import pretrained

if TYPE_CHECKING:
    Picture = NDArray[np.uint8]

LEAST_SCORE = 0.1
"""Every query gives a box; below this score they are noise. A lower threshold of the skill lowers it."""
_NORM_EPS = 1e-5
"""Of DetrFrozenBatchNorm2d, where it is written out."""
UNUSED = "N/A"
"""Name of the numbers that COCO's 2014 edition never used."""


class Detr:
    """A loaded network. Satisfies `skills.video.Detector`."""

    def __init__(self, network: Any, processor: Any, least_score: float = LEAST_SCORE) -> None:
        self._names: Mapping[int, str] = network.config.id2label
        self.labels = tuple(name for name in self._names.values() if name != UNUSED)
        self.side_px = int(processor.size["longest_edge"])
        self._network = network
        self._processor = processor
        self._least_score = least_score

    def predict(self, frames: Sequence[Picture]) -> list[Detections]:
        """What is in each uint8 RGB frame of shape (height, width, 3). Raises RuntimeError once closed.

        One at a time: frames of different shapes in one batch would be padded, which changes the scores.
        """
        if self._network is None:
            raise RuntimeError("the model is closed")
        return [self._detect(frame) for frame in frames]

    def close(self) -> None:
        """Let the weights go."""
        self._network = None

    def _detect(self, frame: Picture) -> Detections:
        import PIL.Image
        import torch  # type: ignore[import-not-found, unused-ignore]

        height_px, width_px = frame.shape[:2]
        inputs = self._processor(images=PIL.Image.fromarray(frame), return_tensors="pt")
        with torch.inference_mode():
            outputs = self._network(**inputs)
        # The processor leaves out the last class, which is "no object".
        (found,) = self._processor.post_process_object_detection(
            outputs, threshold=self._least_score, target_sizes=[(height_px, width_px)]
        )
        boxes = clip_boxes(found["boxes"].numpy(), width_px, height_px)
        names = [self._names[number] for number in found["labels"].tolist()]
        whole = (boxes[:, 2] - boxes[:, 0] >= 1) & (boxes[:, 3] - boxes[:, 1] >= 1)
        used = np.array([name != UNUSED for name in names], bool)
        return Detections(boxes, found["scores"].numpy(), tuple(names)).only(np.flatnonzero(whole & used))


def load(files: Mapping[str, Path], options: Mapping[str, Any]) -> Detr:
    """The network in `files`, which lie in one folder; `options["threads"]` (1) threads. No hub is asked.

    Scores are given from LEAST_SCORE or the skill's `threshold`, whichever is lower. Frames are scaled as the
    publisher has it (short side 800 px, long side 1333 at most), or to `options["detr_side_px"]` if that is
    less. Raises ValueError if weights are missing, OSError for broken files.
    """
    import torch
    from transformers import (  # type: ignore[import-not-found, unused-ignore]
        DetrForObjectDetection,
        DetrImageProcessor,
    )

    network = pretrained(DetrForObjectDetection, files, int(options.get("threads", 1)))
    _fold_norms(network)
    network.to(memory_format=torch.channels_last)  # as convolutions like it best: a tenth less time again
    processor = DetrImageProcessor.from_pretrained(files["config.json"].parent, local_files_only=True)
    published = processor.size
    share = min(1.0, float(options.get("detr_side_px", 800)) / published["shortest_edge"])
    processor.size = {name: round(published[name] * share) for name in ("shortest_edge", "longest_edge")}
    return Detr(network, processor, min(LEAST_SCORE, float(options.get("threshold", LEAST_SCORE))))


def _fold_norms(network: Any) -> None:
    """Put every frozen batch norm of the backbone into the weights of the convolution that it follows.

    The same numbers but for rounding, and a sixth less time: each norm passes over its whole picture twice.
    """
    from torch.nn import Conv2d, Identity  # type: ignore[import-not-found, unused-ignore]
    from torch.nn.utils import fuse_conv_bn_weights  # type: ignore[import-not-found, unused-ignore]
    from transformers.models.detr.modeling_detr import (  # type: ignore[import-not-found, unused-ignore]
        DetrFrozenBatchNorm2d,
    )

    for part in list(network.model.backbone.modules()):
        children = list(part.named_children())
        for (_, conv), (name, norm) in pairwise(children):
            if isinstance(conv, Conv2d) and isinstance(norm, DetrFrozenBatchNorm2d):
                scale, shift = norm.weight, norm.bias
                conv.weight, conv.bias = fuse_conv_bn_weights(
                    conv.weight, conv.bias, norm.running_mean, norm.running_var, _NORM_EPS, scale, shift
                )
                setattr(part, name, Identity())
