"""ResNet-18 (torchvision, `IMAGENET1K_V1`) through PyTorch: 1000 classes of ImageNet.

He et al. 2015, https://arxiv.org/abs/1512.03385. The weights' own transforms prepare the pictures, and the
class names are those of the weights' metadata.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL.Image import Image

    View = NDArray[np.float32]

_LONGEST = 8
"""Sides as 8 to 1: of a longer picture only the middle is scaled, which is all that the crop leaves."""


class ResNet:
    """A loaded network. Satisfies `skills.photo.Classifier`."""

    def __init__(self, network: Any, transforms: Any, labels: Sequence[str]) -> None:
        self.labels = tuple(labels)
        self._network = network
        self._transforms = transforms

    def view(self, image: Image) -> View:
        """What the weights' own transforms make of an RGB picture: float32, shape (3, 224, 224)."""
        view: View = self._transforms(_middle(image)).numpy()
        return view

    def predict(self, batch: Sequence[View]) -> list[NDArray[np.float32]]:
        """Probabilities, shape (1000,), for each view. Raises RuntimeError once closed."""
        import numpy as np
        import torch  # type: ignore[import-not-found, unused-ignore]

        if self._network is None:
            raise RuntimeError("the model is closed")
        if not batch:
            return []
        with torch.inference_mode():
            logits = self._network(torch.from_numpy(np.stack(batch)))
        return list(logits.softmax(dim=1).numpy())

    def close(self) -> None:
        """Let the weights go."""
        self._network = None


def load(files: Mapping[str, Path], options: Mapping[str, Any]) -> ResNet:
    """The network in `files["resnet18-f37072fd.pth"]`; `options["threads"]` (1) threads.

    Raises RuntimeError if the weights are not those of a ResNet-18, pickle.UnpicklingError if the file holds
    anything but tensors.
    """
    import torch
    from torchvision.models import (  # type: ignore[import-not-found, import-untyped, unused-ignore]
        ResNet18_Weights,
        resnet18,
    )

    torch.set_num_threads(int(options.get("threads", 1)))
    state = torch.load(files["resnet18-f37072fd.pth"], map_location="cpu", weights_only=True)
    with torch.device("meta"):  # no time is spent on random numbers that are replaced at once
        network = resnet18()
    network.load_state_dict(state, assign=True)
    # The layout that convolutions like best: a seventh less time.
    network = network.eval().requires_grad_(False).to(memory_format=torch.channels_last)
    weights = ResNet18_Weights.IMAGENET1K_V1
    return ResNet(network, weights.transforms(), weights.meta["categories"])


def _middle(image: Image) -> Image:
    """The picture, or of a very long one the middle: its short side scaled to 256 px, it would not fit memory."""
    reach = _LONGEST * min(image.size)
    wide, high = min(image.width, reach), min(image.height, reach)
    if (wide, high) == image.size:
        return image
    left, top = (image.width - wide) // 2, (image.height - high) // 2
    return image.crop((left, top, left + wide, top + high))
