"""What counts for the mood of a group, and what does not."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.mood.overhear import EARLIEST, Voice, chat_of, heard, moved_to, title_of, topic_name
from tests.bot.mood.telegram import AT, CHAT, ME, entity, message

VOICE = {"file_id": "f", "file_unique_id": "u", "duration": 3, "file_size": 9000}
BOT = {"id": 5, "is_bot": True, "first_name": "Some bot"}


def test_a_text_counts_with_what_its_score_needs() -> None:
    said = heard(message(message_id=9), ME)
    assert said is not None
    assert (said.chat_id, said.thread_id, said.person_id, said.message_id) == (CHAT, 0, 1, 9)
    assert (said.at, said.edited, said.text, said.voice, said.language) == (
        AT,
        False,
        "What a day",
        None,
        "ru",
    )


@pytest.mark.parametrize("kind", ["photo", "video", "document", "animation", "audio", "video_note"])
def test_a_caption_counts(kind: str) -> None:
    said = heard(message(text=None, caption="So sad", **{kind: [{}]}), ME)
    assert said is not None
    assert said.text == "So sad"


def test_of_an_album_each_part_with_a_caption_counts() -> None:
    parts = [
        message(text=None, photo=[{}], media_group_id="1", caption=caption)
        for caption in ("One", None, "Three")
    ]
    assert [said.text for part in parts if (said := heard(part, ME))] == ["One", "Three"]


def test_a_correction_keeps_the_time_of_its_message() -> None:
    said = heard(message(edited=True, edit_date=AT + 500), ME)
    assert said is not None
    assert (said.at, said.edited) == (AT, True)


@pytest.mark.parametrize(
    "sender_chat",
    [{"id": CHAT, "type": "supergroup"}, {"id": -1009, "type": "channel"}],
    ids=["anonymous admin", "channel"],
)
def test_who_writes_as_a_chat_is_that_chat(sender_chat: dict[str, Any]) -> None:
    said = heard(message(sender_chat=sender_chat, **{"from": BOT}), ME)
    assert said is not None
    assert said.person_id == sender_chat["id"]


def test_a_topic_is_told_from_a_thread_of_answers() -> None:
    topic = heard(message(message_thread_id=40, is_topic_message=True), ME)
    thread = heard(message(message_thread_id=40), ME)
    assert topic is not None
    assert thread is not None
    assert (topic.thread_id, thread.thread_id) == (40, 0)


def test_a_voice_message_counts_also_with_words_under_it() -> None:
    for caption in (None, "Listen"):
        said = heard(message(text=None, voice=VOICE, caption=caption), ME)
        assert said is not None
        assert (said.voice, said.text) == (Voice("f", 3.0, 9000), caption or "")


@pytest.mark.parametrize(
    "text", ["😡😡", "❤️", ")))", ":(", "да", "5 из 5, спасибо", "see example.com, lovely"]
)
def test_emoji_and_smileys_are_worth_reading(text: str) -> None:
    assert heard(message(text=text), ME) is not None


@pytest.mark.parametrize(
    ("text", "entities"),
    [
        ("12 345,67", []),
        ("?!", []),
        ("https://example.com/x", [("url", "https://example.com/x")]),
        ("@somebody @else 5", [("mention", "@somebody"), ("mention", "@else")]),
        ("a@example.com +79000000000", [("email", "a@example.com"), ("phone_number", "+79000000000")]),
        ("", []),
    ],
)
def test_links_and_numbers_alone_say_nothing(text: str, entities: list[tuple[str, str]]) -> None:
    marks = [entity(kind, text, piece) for kind, piece in entities]
    assert heard(message(text=text, entities=marks), ME) is None


@pytest.mark.parametrize(
    "fields",
    [
        {"from": BOT},
        {"from": {"id": ME.id}},
        {"via_bot": BOT},
        {"forward_origin": {"type": "hidden_user", "sender_user_name": "Bob", "date": AT}},
        {"is_automatic_forward": True, "sender_chat": {"id": -1009, "type": "channel"}, "from": BOT},
        {"text": "/mood week", "entities": [entity("bot_command", "/mood week", "/mood")]},
        {
            "text": "/start@other_bot",
            "entities": [entity("bot_command", "/start@other_bot", "/start@other_bot")],
        },
        {
            "text": "@some_bot /ask me",
            "entities": [
                entity("mention", "@some_bot /ask me", "@some_bot"),
                entity("bot_command", "@some_bot /ask me", "/ask"),
            ],
        },
        {
            "text": None,
            "photo": [{}],
            "caption": "/see",
            "caption_entities": [entity("bot_command", "/see", "/see")],
        },
        {"text": None, "new_chat_title": "Enemies"},
        {"text": None, "pinned_message": {"text": "What a day"}},
        {"text": None, "photo": [{}]},
        {"text": None, "sticker": {"emoji": "😀"}},
        {"chat": {"id": 1, "type": "private"}},
        {"chat": {"id": -1009, "type": "channel", "title": "News"}},
        {"date": EARLIEST - 1},
        {"date": "yesterday"},
        {"message_id": 2**63},
        {"text": {"not": "a text"}},
        {"from": None},
    ],
)
def test_what_does_not_count(fields: dict[str, Any]) -> None:
    assert heard(message(**fields), ME) is None


@pytest.mark.parametrize(
    "fields",
    [
        {"text": "12 345"},
        {"text": "https://example.com", "entities": [{"type": "url", "offset": 0, "length": 19}]},
        {"text": "/mood", "entities": [entity("bot_command", "/mood", "/mood")]},
        {"text": None, "photo": [{}]},
        {"text": None, "photo": [{}], "caption": "5"},
    ],
)
def test_an_edit_may_leave_nothing_that_counts(fields: dict[str, Any]) -> None:
    said = heard(message(edited=True, message_id=9, **fields), ME)
    assert said is not None
    assert (said.message_id, said.at, said.edited, said.text, said.voice) == (9, AT, True, "", None)


@pytest.mark.parametrize(
    "fields",
    [
        {"text": None, "location": {"live_period": 900}},
        {"text": "5", "from": BOT},
        {"text": "5", "via_bot": BOT},
        {"text": "5", "forward_origin": {"type": "hidden_user", "sender_user_name": "Bob", "date": AT}},
        {"text": "5", "chat": {"id": 1, "type": "private"}},
    ],
)
def test_an_edit_of_what_never_counted_is_nothing_to_remember(fields: dict[str, Any]) -> None:
    assert heard(message(edited=True, **fields), ME) is None


def test_nothing_but_messages_counts() -> None:
    body = message()["message"]
    for kind in ("channel_post", "edited_channel_post", "business_message", "my_chat_member"):
        assert heard({"update_id": 1, kind: body}, ME) is None
    assert heard({"update_id": 1, "callback_query": {"message": body, "from": {"id": 1}}}, ME) is None


def test_half_a_pair_of_surrogates_is_taken_as_it_comes() -> None:
    said = heard(message(text="oh \ud83d no"), ME)
    assert said is not None
    assert said.text == "oh \ud83d no"


def test_names_of_topics_are_learned() -> None:
    topic = {"is_topic_message": True, "message_thread_id": 40, "text": None}
    new = topic_name(message(**topic, forum_topic_created={"name": "Work", "icon_color": 1}))
    renamed = topic_name(message(**topic, forum_topic_edited={"name": "Play"}))
    once = topic_name(message(**topic, reply_to_message={"forum_topic_created": {"name": "Work"}}))
    assert new is not None
    assert renamed is not None
    assert once is not None
    assert [(name.thread_id, name.name, name.original) for name in (new, renamed, once)] == [
        (40, "Work", False),
        (40, "Play", False),
        (40, "Work", True),
    ]
    assert topic_name(message(**topic, forum_topic_edited={"icon_custom_emoji_id": "5"})) is None
    assert topic_name(message()) is None


def test_a_group_that_moves_is_followed() -> None:
    assert moved_to(message(text=None, migrate_to_chat_id=-1002)) == -1002
    assert moved_to(message()) is None


FIELDS = [
    "message",
    "edited_message",
    "chat",
    "id",
    "type",
    "from",
    "is_bot",
    "text",
    "caption",
    "date",
    "voice",
]
FIELDS += [
    "message_id",
    "sender_chat",
    "forward_origin",
    "via_bot",
    "is_automatic_forward",
    "entities",
    "offset",
]
FIELDS += [
    "length",
    "caption_entities",
    "is_topic_message",
    "message_thread_id",
    "reply_to_message",
    "file_id",
]
FIELDS += [
    "forum_topic_created",
    "forum_topic_edited",
    "name",
    "migrate_to_chat_id",
    "title",
    "language_code",
]
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4)
LEAVES |= st.sampled_from(["group", "supergroup", AT, "bot_command", "url"])
ODD = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(FIELDS), inner, max_size=6),
    max_leaves=20,
)


@given(ODD)
def test_nothing_odd_raises(update: Any) -> None:
    for look in (chat_of, title_of, topic_name, moved_to):
        look(update)
    heard(update, ME)


@given(st.dictionaries(st.sampled_from(FIELDS), ODD, max_size=4), st.booleans())
def test_odd_fields_never_raise_nor_let_a_bot_or_a_forward_through(
    fields: dict[str, Any], edited: bool
) -> None:
    """The rest of the message is in order, so that much of it is read."""
    update = message(edited, **fields)
    [body] = (value for name, value in update.items() if name != "update_id")
    said = heard(update, ME)
    if said is None:
        return
    sender = body.get("from")
    assert "forward_origin" not in body
    assert "via_bot" not in body
    assert not body.get("is_automatic_forward")
    assert body.get("sender_chat") or not sender.get("is_bot")
    assert said.text or said.voice or said.edited
    assert isinstance(said.text, str)
    assert all(
        -(2**63) <= number < 2**63 for number in (said.person_id, said.message_id, said.thread_id, said.at)
    )
