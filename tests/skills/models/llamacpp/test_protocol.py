from __future__ import annotations

import json
import re

import pytest

from skills.models.llamacpp.protocol import (
    FOREVER_S,
    ChatRequest,
    GenerateRequest,
    ProtocolError,
    Shape,
    parse,
    parse_duration,
    parse_format,
    parse_keep_alive,
    parse_options,
    timestamp,
)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("30m", 1800),
        ("1h30m", 5400),
        ("1.5h", 5400),
        ("-1s", -1),
        ("0", 0),
        ("300ms", 0.3),
        ("2h45m0.5s", 9900.5),
    ],
)
def test_durations_are_read_as_go_reads_them(text: str, seconds: float) -> None:
    assert parse_duration(text) == pytest.approx(seconds)


@pytest.mark.parametrize("text", ["", "m", "5", "5 m", "1d", "--1s", "1h30", "abc", "1h-3m"])
def test_a_wrong_duration_is_a_bad_request(text: str) -> None:
    with pytest.raises(ProtocolError, match="duration") as caught:
        parse_duration(text)
    assert caught.value.status == 400


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, 7.0),
        (0, 0.0),
        (10, 10.0),
        (2.5, 2.5),
        (-1, FOREVER_S),
        ("-1s", FOREVER_S),
        ("30m", 1800.0),
        ("0", 0.0),
    ],
)
def test_keep_alive_is_a_number_of_seconds_or_a_duration(value: object, seconds: float) -> None:
    assert parse_keep_alive(value, default_s=7.0) == seconds


@pytest.mark.parametrize("value", [True, [], {}, "soon"])
def test_any_other_keep_alive_is_refused(value: object) -> None:
    with pytest.raises(ProtocolError):
        parse_keep_alive(value, 0)


def test_options_of_the_wrong_type_are_named() -> None:
    for options in ({"num_ctx": "big"}, {"temperature": True}, {"stop": [1]}, {"top_k": [4]}, {"seed": {}}):
        with pytest.raises(ProtocolError, match=f'option "{next(iter(options))}" must be of'):
            parse_options(options)


def test_unknown_and_null_options_are_ignored() -> None:
    assert parse_options({"frobnicate": 3, "num_ctx": None, "mirostat": 1}) == parse_options(None)


def test_numbers_of_options_are_taken_as_go_takes_them() -> None:
    options = parse_options({"num_ctx": 2048.0, "temperature": 0, "seed": 10**12, "stop": "x", "top_k": -1})
    assert (options.num_ctx, options.temperature, options.stop, options.top_k) == (2048, 0.0, ("x",), -1)
    assert options.seed < 2**31


@pytest.mark.parametrize(
    "body", [b"", b"  ", b"{", b"[]", b"\xff", b'{"model": 3}', b'{"messages": "x"}', b"null"]
)
def test_a_body_that_is_no_request_is_a_bad_request(body: bytes) -> None:
    with pytest.raises(ProtocolError) as caught:
        parse(ChatRequest, body)
    assert caught.value.status == 400


def test_nothing_but_nesting_does_not_crash() -> None:
    with pytest.raises(ProtocolError):
        parse(ChatRequest, b"[" * 100_000)


def test_null_fields_are_absent_fields() -> None:
    request = parse(
        ChatRequest, b'{"model":"m","messages":[{"role":"user","content":null}],"stream":null,"options":null}'
    )
    assert request.streamed
    assert request.messages is not None
    assert request.messages[0].content == ""
    assert parse(GenerateRequest, b'{"model":"m","prompt":null,"stream":false}').streamed is False


def test_formats_are_json_or_a_schema() -> None:
    assert parse_format(None) is None
    assert parse_format("json") == {"type": "object"}
    assert parse_format({"type": "array"}) == {"type": "array"}
    for wrong in ("xml", 3, [], True):
        with pytest.raises(ProtocolError, match="invalid format"):
            parse_format(wrong)


def test_times_are_rfc_3339_in_utc() -> None:
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", timestamp())
    assert timestamp(0) == "1970-01-01T00:00:00Z"


def test_each_endpoint_has_its_own_place_for_the_text() -> None:
    chat, generate = Shape("chat", "m"), Shape("generate", "m")
    assert json.loads(json.dumps(chat.piece("hi")))["message"] == {"role": "assistant", "content": "hi"}
    assert generate.piece("hi")["response"] == "hi"
    assert chat.end("", "stop", eval_count=3) | {"created_at": ""} == {
        "model": "m", "created_at": "", "message": {"role": "assistant", "content": ""},
        "done": True, "done_reason": "stop", "eval_count": 3,
    }  # fmt: skip
