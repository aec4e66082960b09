"""The classes of a model by the names that data sets have for them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

OBJECTS = {
    "aeroplane": "airplane", "plane": "airplane", "bike": "bicycle", "motorbike": "motorcycle", "human": "person",
    "pedestrian": "person", "people": "person", "sofa": "couch", "television": "tv", "tv monitor": "tv",
    "tv/monitor": "tv", "mobile phone": "cell phone", "fridge": "refrigerator", "doughnut": "donut",
    "hair dryer": "hair drier", "hand bag": "handbag", "table": "dining table", "plant": "potted plant",
}  # fmt: skip
"""Of COCO's classes: those of PASCAL VOC and other common ones."""


class ClassNames:
    """Finds the class that a label means: capitals, spaces, dashes and underscores do not matter.

    A class may be called by one of several names between commas, as `Dog` of `Domestic animals, dog`, and a label
    may hold several, as `tabby, tabby cat`, as long as that means one class alone.
    """

    def __init__(self, classes: Sequence[str], others: Iterable[tuple[str, str]] = ()) -> None:
        """`others` are further names with their classes; those of classes that there are not do no harm."""
        known = self._classes = frozenset(classes)
        own, more = [(label, label) for label in classes], [pair for pair in others if pair[1] in known]
        self._found: dict[str, str] = {}
        for names in (own, _parts(own), more, _parts(more)):
            self._found = _unique(names) | self._found

    def find(self, label: str) -> str | None:
        """The class, or None for a label that means none, or several."""
        if label in self._classes:  # ImageNet has a Cardigan, which is a dog, and a cardigan
            return label
        whole = self._found.get(plain(label))
        if whole is not None:
            return whole
        parts = {self._found[part] for each in label.split(",") if (part := plain(each)) in self._found}
        return parts.pop() if len(parts) == 1 else None


def _parts(names: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(part, label) for name, label in names for part in name.split(",")]


def _unique(names: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The names that mean one class alone."""
    found: dict[str, set[str]] = {}
    for name, label in names:
        found.setdefault(plain(name), set()).add(label)
    return {name: labels.pop() for name, labels in found.items() if name and len(labels) == 1}


def plain(name: str) -> str:
    """What is the same however somebody writes it."""
    return "".join(filter(str.isalnum, name.casefold().replace("ё", "е")))
