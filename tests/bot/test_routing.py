"""Where updates go."""

from __future__ import annotations

from typing import Any

import pytest

from bot.routing import Me, What, Work, route, without_mention

ME = Me(7, "chutko_bot")
PRIVATE = {"id": 1, "type": "private"}
GROUP = {"id": -5, "type": "supergroup"}


def message(chat: dict[str, Any] = PRIVATE, **content: Any) -> dict[str, Any]:
    return {
        "update_id": 1,
        "message": {"message_id": 3, "date": 0, "chat": chat, "from": {"id": 1}, **content},
    }


def entity(kind: str, text: str, piece: str) -> dict[str, Any]:
    units = len(text[: text.index(piece)].encode("utf-16-le", "surrogatepass")) // 2
    return {"type": kind, "offset": units, "length": len(piece.encode("utf-16-le")) // 2}


def text(words: str, chat: dict[str, Any] = PRIVATE, command: str = "", mention: str = "") -> dict[str, Any]:
    entities = [entity("bot_command", words, command)] if command else []
    entities += [entity("mention", words, mention)] if mention else []
    return message(chat, text=words, entities=entities)


@pytest.mark.parametrize(
    ("content", "what", "work"),
    [
        ({"text": "hi"}, What.TEXT, Work.TALK),
        ({"voice": {}}, What.VOICE, Work.TALK),
        ({"audio": {}}, What.AUDIO, Work.TALK),
        ({"photo": [{}]}, What.PHOTO, Work.TALK),
        ({"video": {}}, What.VIDEO, Work.VIDEO),
        ({"video_note": {}}, What.VIDEO_NOTE, Work.VIDEO),
        ({"animation": {}, "document": {}}, What.ANIMATION, Work.VIDEO),
        ({"sticker": {"is_video": True}}, What.STICKER, Work.VIDEO),
        ({"sticker": {"is_video": False}}, What.STICKER, Work.TALK),
        ({"document": {"mime_type": "video/mp4"}}, What.DOCUMENT, Work.VIDEO),
        ({"document": {"mime_type": "image/png"}}, What.DOCUMENT, Work.TALK),
        ({"location": {}}, What.OTHER, Work.TALK),
        ({"poll": {}}, What.OTHER, Work.TALK),
        ({"dice": {}, "caption": "x"}, What.OTHER, Work.TALK),
    ],
)
def test_a_message_goes_by_what_it_carries(content: dict[str, Any], what: What, work: Work) -> None:
    where = route(message(**content), ME)
    assert where is not None
    assert (where.what, where.work) == (what, work)


@pytest.mark.parametrize(
    "content", [{"new_chat_title": "x"}, {"pinned_message": {}}, {"left_chat_member": {}}]
)
def test_service_messages_owe_nothing(content: dict[str, Any]) -> None:
    assert route(message(GROUP, **content), ME) is None


def test_a_group_is_answered_only_when_the_bot_is_addressed() -> None:
    def owed(update: dict[str, Any]) -> bool:
        where = route(update, ME)
        return where is not None and where.owed

    assert not owed(text("hello all", GROUP))
    assert owed(text("🙂 hello @Chutko_Bot", GROUP, mention="@Chutko_Bot"))
    assert not owed(text("hello @chutko_bots", GROUP, mention="@chutko_bots"))
    assert owed(message(GROUP, text="yes", reply_to_message={"from": {"id": ME.id}}))
    assert not owed(message(GROUP, text="yes", reply_to_message={"from": {"id": 99}}))
    caption = "look @chutko_bot"
    assert owed(
        message(
            GROUP, photo=[{}], caption=caption, caption_entities=[entity("mention", caption, "@chutko_bot")]
        )
    )
    assert not owed(message(GROUP, photo=[{}], caption="look"))
    assert owed(
        message(
            GROUP,
            text="hey you",
            entities=[{"type": "text_mention", "offset": 4, "length": 3, "user": {"id": 7}}],
        )
    )


def test_what_is_said_in_a_topic_that_the_bot_opened_is_not_said_to_the_bot() -> None:
    beginning = {"message_id": 2, "from": {"id": ME.id}, "forum_topic_created": {"name": "Cats"}}
    said = message(GROUP, text="meow", message_thread_id=2, is_topic_message=True, reply_to_message=beginning)
    where = route(said, ME)
    assert where is not None
    assert not where.owed


def test_a_command_is_read_with_its_arguments_and_its_bot() -> None:
    where = route(text("/mood@chutko_bot week cats", GROUP, command="/mood@chutko_bot"), ME)
    assert where is not None
    assert (where.what, where.work, where.command, where.arguments) == (
        What.COMMAND,
        Work.CONTROL,
        "mood",
        "week cats",
    )
    assert route(text("/start@other_bot", GROUP, command="/start@other_bot"), ME) is None
    split = route(text("/help\nmore", command="/help"), ME)
    assert split is not None
    assert (split.command, split.arguments) == ("help", "more")


@pytest.mark.parametrize(
    ("words", "command"),
    [
        ("@chutko_bot /mood week cats", "/mood"),
        ("@Chutko_Bot   \n /mood@chutko_bot week cats", "/mood@chutko_bot"),
    ],
)
def test_a_command_may_come_behind_the_name_of_the_bot(words: str, command: str) -> None:
    name = words.split()[0]
    where = route(text(words, GROUP, command=command, mention=name), ME)
    assert where is not None
    assert (where.what, where.command, where.arguments) == (What.COMMAND, "mood", "week cats")


@pytest.mark.parametrize(
    "words",
    ["@chutko_bot tell me of /mood", "@other_bot /mood", "@chutko_bot 🙂 /mood", "hey @chutko_bot /mood"],
)
def test_a_command_behind_other_words_or_names_is_none(words: str) -> None:
    name = next(word for word in words.split() if word.startswith("@"))
    where = route(text(words, GROUP, command="/mood", mention=name), ME)
    assert where is not None
    assert where.what is What.TEXT
    assert where.addressed == ("@chutko_bot" in words)


def test_a_command_for_another_bot_stays_its_own_behind_any_name() -> None:
    words = "@chutko_bot /start@other_bot"
    assert route(text(words, GROUP, command="/start@other_bot", mention="@chutko_bot"), ME) is None


def test_a_slash_inside_a_text_is_no_command() -> None:
    where = route(text("either /or", command="/or"), ME)
    assert where is not None
    assert where.what is What.TEXT


def test_an_edited_command_is_not_run_again() -> None:
    update = text("/reset", command="/reset")
    assert route({"update_id": 2, "edited_message": update["message"]}, ME) is None


def test_channel_posts_count_only_where_switched_on() -> None:
    post = {
        "update_id": 1,
        "channel_post": {"message_id": 3, "chat": {"id": -9, "type": "channel"}, "text": "news"},
    }
    assert route(post, ME) is None
    where = route(post, ME, channel_posts=True)
    assert where is not None
    assert where.owed
    assert where.person_id is None


def test_the_bots_own_messages_are_left_alone() -> None:
    update = message(GROUP, text="x")
    update["message"]["from"] = {"id": ME.id}
    assert route(update, ME) is None
    assert route(message(text="x", via_bot={"id": ME.id}), ME) is None


def test_a_gif_found_with_the_help_of_another_bot_is_looked_at() -> None:
    where = route(message(animation={}, via_bot={"id": 4}), ME)
    assert where is not None
    assert where.what is What.ANIMATION


def test_a_live_location_is_not_answered_with_every_step() -> None:
    update = message(location={})
    assert route({"update_id": 2, "edited_message": update["message"]}, ME) is None


@pytest.mark.parametrize(("sender", "work"), [(8, Work.VIDEO), (ME.id, Work.TALK)])
def test_a_question_about_somebodys_video_waits_among_the_videos(sender: int, work: Work) -> None:
    where = route(message(text="who is it?", reply_to_message={"video": {}, "from": {"id": sender}}), ME)
    assert where is not None
    assert where.work is work


def test_topics_are_kept_apart_but_replies_are_no_topics() -> None:
    topic = route(message(GROUP, text="@chutko_bot", message_thread_id=5, is_topic_message=True), ME)
    reply = route(message(GROUP, text="@chutko_bot", message_thread_id=5), ME)
    assert topic is not None
    assert topic.thread_id == 5
    assert reply is not None
    assert reply.thread_id is None


def test_its_own_name_is_taken_out_of_what_it_is_told() -> None:
    assert without_mention("@Chutko_bot, how are you?", ME) == "how are you?"
    assert without_mention("tell me @chutko_bot", ME) == "tell me"
    assert without_mention("nothing here", ME) == "nothing here"
    assert without_mention("İİ @CHUTKO_BOT hi", ME) == "İİ  hi"
    assert without_mention("ask @chutko_bot2", ME) == "ask @chutko_bot2"


def test_people_who_come_into_a_group_are_owed_a_word_together_and_bots_none() -> None:
    first = route(message(GROUP, new_chat_members=[{"id": 2, "is_bot": False}]), ME)
    second = route(
        message(GROUP, new_chat_members=[{"id": 5, "is_bot": True}, {"id": 3, "is_bot": False}]), ME
    )
    assert first is not None
    assert second is not None
    assert first.what is What.JOINED
    assert first.owed
    assert first.album is not None
    assert first.album == second.album
    assert route(message(GROUP, new_chat_members=[{"id": 5, "is_bot": True}]), ME) is None


@pytest.mark.parametrize(
    ("before", "after", "came"),
    [
        ({"status": "left"}, {"status": "member"}, True),
        ({"status": "kicked"}, {"status": "restricted", "is_member": True}, True),
        ({"status": "restricted", "is_member": False}, {"status": "member"}, True),
        ({"status": "left"}, {"status": "administrator"}, True),
        ({"status": "left"}, {"status": "restricted", "is_member": False}, False),
        ({"status": "member"}, {"status": "restricted", "is_member": True}, False),
        ({"status": "member"}, {"status": "administrator"}, False),
        ({"status": "member"}, {"status": "left"}, False),
    ],
)
def test_who_comes_in_without_a_message_is_owed_a_word_too(
    before: dict[str, Any], after: dict[str, Any], came: bool
) -> None:
    def change(chat_type: str, *, is_bot: bool = False) -> dict[str, Any]:
        user = {"id": 2, "is_bot": is_bot}
        told = {"chat": {"id": -1, "type": chat_type}, "from": user, "date": 0}
        told |= {"old_chat_member": {**before, "user": user}, "new_chat_member": {**after, "user": user}}
        return {"update_id": 1, "chat_member": told}

    where = route(change("supergroup"), ME)
    assert (where is not None) is came
    if where is not None:
        told = route(message({"id": -1, "type": "group"}, new_chat_members=[{"id": 3, "is_bot": False}]), ME)
        assert told is not None
        assert (where.what, where.chat_id, where.album) == (told.what, told.chat_id, told.album)
    assert route(change("channel"), ME) is None
    assert route(change("supergroup", is_bot=True), ME) is None


def test_half_a_pair_of_surrogates_stops_nothing() -> None:
    where = route(text("oh \ud83d @chutko_bot", GROUP, mention="@chutko_bot"), ME)
    assert where is not None
    assert where.addressed
