"""MobileNetV2 (ONNX Model Zoo, `mobilenetv2-7`) through ONNX Runtime: 1000 classes of ImageNet.

Sandler et al. 2018, https://arxiv.org/abs/1801.04381. The class names in `labels/imagenet.txt` are those that
torchvision (BSD-3-Clause) gives in its weights' metadata, in the order of the network's outputs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL.Image import Image

    Crop = NDArray[np.uint8]

CROP_PX = 224
RESIZE_PX = 256
# https://github.com/onnx/models, vision/classification/imagenet_preprocess.py
_MEAN = (0.485, 0.456, 0.406)
_STD = (0.229, 0.224, 0.225)


class MobileNet:
    """A loaded network. Satisfies `skills.photo.Classifier`."""

    def __init__(self, session: Any, labels: Sequence[str]) -> None:
        self.labels = tuple(labels)
        self._session = session
        (input_,) = session.get_inputs()
        self._input = input_.name
        # The published file has its batch fixed at one; an export with a free batch is given all at once.
        self._one_by_one = input_.shape[0] == 1

    def view(self, image: Image) -> Crop:
        """ImageNet's usual view, uint8 of shape (224, 224, 3): the short side to 256 px, then the middle.

        In one step: cutting out before scaling gives the same pixels, and an image of 10000 x 10 is not blown
        up on the way.
        """
        import numpy as np
        from PIL.Image import Resampling

        side = min(image.size) * CROP_PX / RESIZE_PX
        left, top = (image.width - side) / 2, (image.height - side) / 2
        box = (left, top, left + side, top + side)
        return np.asarray(image.resize((CROP_PX, CROP_PX), Resampling.BILINEAR, box=box))

    def predict(self, batch: Sequence[Crop]) -> list[NDArray[np.float32]]:
        """Probabilities, shape (1000,), for each uint8 RGB crop of shape (224, 224, 3)."""
        import numpy as np

        if not batch:
            return []
        mean, std = np.array(_MEAN, np.float32), np.array(_STD, np.float32)
        scaled = np.stack(batch).astype(np.float32) / np.float32(255)
        images = ((scaled - mean) / std).transpose(0, 3, 1, 2)
        groups = np.split(images, len(images)) if self._one_by_one else [images]
        logits = np.concatenate([self._session.run(None, {self._input: group})[0] for group in groups])
        raised = np.exp(logits - logits.max(axis=1, keepdims=True))
        return list(raised / raised.sum(axis=1, keepdims=True))

    def close(self) -> None:
        self._session = None


def load(files: Mapping[str, Path], options: Mapping[str, Any]) -> MobileNet:
    """The network in `files["mobilenetv2-7.onnx"]`; `options["threads"]` (1) threads."""
    import onnxruntime

    settings = onnxruntime.SessionOptions()
    settings.intra_op_num_threads = int(options.get("threads", 1))
    settings.inter_op_num_threads = 1
    settings.log_severity_level = 3
    # Memory of one picture is small, and an arena would keep the most that was ever wanted.
    settings.enable_cpu_mem_arena = False
    session = onnxruntime.InferenceSession(
        files["mobilenetv2-7.onnx"], settings, providers=["CPUExecutionProvider"]
    )
    return MobileNet(session, read_labels())


def read_labels() -> tuple[str, ...]:
    """The 1000 class names of ImageNet, in the order of every network that has them."""
    return tuple(Path(__file__).with_name("labels").joinpath("imagenet.txt").read_text("utf-8").splitlines())
