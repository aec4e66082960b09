"""Whoever names a model roughly is understood, or asked."""

from __future__ import annotations

import pytest

from bot.model_names import find

NAMES = {
    "photo": ["mobilenet-v2", "MobileNet v2 1.0 (ONNX)", "photo", "Фото", "картинки"],
    "speech": ["whisper-base", "Whisper base (CTranslate2)", "speech", "Речь", "голос"],
    "whisper-small": ["whisper-small", "Whisper small (CTranslate2)"],
    "resnet18": ["resnet18", "ResNet-18 (torchvision, IMAGENET1K_V1)"],
    "rubert": ["rubert", "RuBERT base cased sentiment"],
    "llama3-8b": ["llama3-8b", "Llama 3 8B Instruct (Ollama)", "llama3:8b"],
}


@pytest.mark.parametrize(
    ("wanted", "key"),
    [
        ("mobilenet-v2", "photo"),
        ("MobileNet V2", "photo"),
        ("mobile_net", "photo"),
        ("фото", "photo"),
        ("ФОТО", "photo"),
        ("картин", "photo"),
        ("Whisper base (CTranslate2)", "speech"),
        ("small", "whisper-small"),
        ("small whisper", "whisper-small"),
        ("ResNet 18", "resnet18"),
        ("руберт", "rubert"),
        ("РуБЕРТ", "rubert"),
        ("llama3:8b", "llama3-8b"),
        ("LLaMA", "llama3-8b"),
        ("лама", "llama3-8b"),
        ("ｌｌａｍａ３", "llama3-8b"),
    ],
)
def test_a_model_is_found_by_any_spelling(wanted: str, key: str) -> None:
    found = find(wanted, NAMES)
    assert found.keys == (key,)
    assert found.sure


def test_several_that_fit_are_all_named() -> None:
    found = find("whisper", NAMES)
    assert found.sure
    assert found.keys == ("speech", "whisper-small")


@pytest.mark.parametrize(
    ("wanted", "key"),
    [("whispr-smal", "whisper-small"), ("лламма", "llama3-8b"), ("виспер", "speech"), ("reznet", "resnet18")],
)
def test_a_slip_of_the_pen_is_only_a_guess(wanted: str, key: str) -> None:
    found = find(wanted, NAMES)
    assert not found.sure
    assert key in found.keys


@pytest.mark.parametrize(
    "wanted", ["", " ", "💥", "(-)", "nonsense at all", "x" * 4000, "ъь", "'; drop table"]
)
def test_what_is_like_nothing_finds_nothing(wanted: str) -> None:
    assert find(wanted, NAMES).keys == ()
