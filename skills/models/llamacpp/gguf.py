"""What a GGUF model file says of itself. Only the header is read; arrays (the vocabulary) are skipped.

Format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
"""

from __future__ import annotations

import mmap
import struct
from dataclasses import dataclass
from pathlib import Path

_SCALARS = {
    0: "<B",
    1: "<b",
    2: "<H",
    3: "<h",
    4: "<I",
    5: "<i",
    6: "<f",
    7: "<?",
    10: "<Q",
    11: "<q",
    12: "<d",
}
_STRING, _ARRAY = 8, 9
_FILE_TYPES = {
    0: "F32", 1: "F16", 2: "Q4_0", 3: "Q4_1", 7: "Q8_0", 8: "Q5_0", 9: "Q5_1", 10: "Q2_K", 11: "Q3_K_S",
    12: "Q3_K_M", 13: "Q3_K_L", 14: "Q4_K_S", 15: "Q4_K_M", 16: "Q5_K_S", 17: "Q5_K_M", 18: "Q6_K",
    19: "IQ2_XXS", 20: "IQ2_XS", 21: "Q2_K_S", 22: "IQ3_XS", 23: "IQ3_XXS", 24: "IQ1_S", 25: "IQ4_NL",
    26: "IQ3_S", 27: "IQ3_M", 28: "IQ2_S", 29: "IQ2_M", 30: "IQ4_XS", 31: "IQ1_M", 32: "BF16",
}  # fmt: skip
"""llama.cpp's `llama_ftype`."""

Scalar = int | float | bool | str


class NotGguf(ValueError):
    """The file is not a GGUF file, or is cut short."""


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """The header of one model file."""

    metadata: dict[str, Scalar | None]
    """Key to value; arrays are None."""
    parameters: int
    """Number of weights."""

    @property
    def architecture(self) -> str:
        return str(self.metadata.get("general.architecture", "unknown"))

    @property
    def context_length(self) -> int:
        """Longest context the model was trained for, tokens; 0 if it does not say."""
        value = self.metadata.get(f"{self.architecture}.context_length", 0)
        return value if isinstance(value, int) else 0

    @property
    def chat_template(self) -> str:
        return str(self.metadata.get("tokenizer.chat_template", ""))

    @property
    def quantization(self) -> str:
        kind = self.metadata.get("general.file_type")
        return _FILE_TYPES.get(kind, "unknown") if isinstance(kind, int) else "unknown"

    @property
    def parameter_size(self) -> str:
        """As Ollama writes it: `1.5B`, `494.03M`."""
        if self.parameters >= 10**9:
            return f"{self.parameters / 1e9:.1f}B"
        if self.parameters >= 10**6:
            return f"{self.parameters / 1e6:.2f}M"
        return f"{self.parameters / 1e3:.2f}K" if self.parameters >= 1000 else str(self.parameters)


def read_info(path: Path) -> ModelInfo:
    """Raises NotGguf, OSError."""
    with path.open("rb") as file:
        try:
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
                return _Reader(data).read()
        except (struct.error, ValueError, UnicodeDecodeError, OverflowError, MemoryError) as error:
            raise NotGguf(f"{path.name} is not a GGUF model file, or is cut short") from error


class _Reader:
    def __init__(self, data: mmap.mmap) -> None:
        self._data = data
        self._at = 0

    def read(self) -> ModelInfo:
        if self._data[:4] != b"GGUF":
            raise NotGguf("no GGUF magic")
        self._at = 4
        self._scalar("<I")  # version
        tensors, keys = int(self._scalar("<Q")), int(self._scalar("<Q"))
        metadata = {self._string(): self._value(int(self._scalar("<I"))) for _ in range(keys)}
        return ModelInfo(metadata, sum(self._tensor_size() for _ in range(tensors)))

    def _scalar(self, form: str) -> int | float | bool:
        value: int | float | bool = struct.unpack_from(form, self._data, self._at)[0]
        self._at += struct.calcsize(form)
        return value

    def _string(self) -> str:
        length = int(self._scalar("<Q"))
        self._skip(length)
        return self._data[self._at - length : self._at].decode("utf-8", "replace")

    def _skip(self, length: int) -> None:
        self._at += length
        if self._at > len(self._data):
            raise NotGguf("cut short")

    def _value(self, kind: int) -> Scalar | None:
        if kind == _STRING:
            return self._string()
        if kind != _ARRAY:
            return self._scalar(_form(kind))
        item, count = int(self._scalar("<I")), int(self._scalar("<Q"))
        if item == _STRING:
            for _ in range(count):
                self._skip(int(self._scalar("<Q")))
        else:
            self._skip(struct.calcsize(_form(item)) * count)
        return None

    def _tensor_size(self) -> int:
        self._string()
        size = 1
        for _ in range(int(self._scalar("<I"))):
            size *= int(self._scalar("<Q"))
        self._skip(4 + 8)  # type, offset
        return size


def _form(kind: int) -> str:
    if kind not in _SCALARS:
        raise NotGguf(f"unknown value type {kind}")
    return _SCALARS[kind]
