from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skills.models.llamacpp.gguf import NotGguf, read_info
from tests.skills.models.tiny_gguf import CONTEXT, make_tiny_gguf


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_tiny_gguf(tmp_path_factory.mktemp("gguf") / "tiny.gguf")


def test_the_header_says_what_the_model_is(model: Path) -> None:
    info = read_info(model)
    assert info.architecture == "llama"
    assert info.context_length == CONTEXT
    assert info.quantization == "F32"
    assert info.parameters == 2 * 259 * 32 + 32 + 2 * (2 * 32 + 4 * 32 * 32 + 3 * 32 * 64)
    assert info.parameter_size == f"{info.parameters / 1000:.2f}K"
    assert "<|im_start|>" in info.chat_template


def test_a_file_cut_short_in_its_header_is_no_model(model: Path, tmp_path: Path) -> None:
    data = model.read_bytes()
    for length in (0, 3, 4, 20, 24, 100, 1000, 3000):
        cut = tmp_path / "cut.gguf"
        cut.write_bytes(data[:length])
        with pytest.raises(NotGguf):
            read_info(cut)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(start=st.integers(0, 400), junk=st.binary(min_size=1, max_size=16))
def test_a_damaged_header_never_does_worse_than_being_refused(
    model: Path, tmp_path: Path, start: int, junk: bytes
) -> None:
    data = bytearray(model.read_bytes()[:8000])
    data[start : start + len(junk)] = junk
    damaged = tmp_path / "damaged.gguf"
    damaged.write_bytes(data)
    with suppress(NotGguf):
        read_info(damaged)
