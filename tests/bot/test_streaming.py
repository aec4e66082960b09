from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest

from bot.markup import Part
from bot.outlet import FrameLost
from bot.streaming import AnswerStream, Marks, how
from skills import InferenceFailed, ModelUnavailable

MARKS = Marks(stopped="(stopped)", cut="(cut)", broken="(broken)")


class Screen:
    """An outlet that keeps what a person would see."""

    def __init__(self) -> None:
        self.frames: list[str] = []
        self.messages: dict[int, str] = {}
        self.calls: list[str] = []
        self.seen = asyncio.Event()
        self.asked = asyncio.Event()
        self.lose: Callable[[], FrameLost | None] = lambda: None
        self.slow = asyncio.Event()
        self.slow.set()

    async def draft(self, text: str, /) -> None:
        await self._frame("draft", text)

    async def open(self, text: str, /) -> int:
        await self._frame("open", text)
        self.messages[len(self.messages) + 1] = text
        return len(self.messages)

    async def edit(self, message_id: int, text: str, /) -> None:
        await self._frame("edit", text)
        self.messages[message_id] = text

    async def typing(self) -> None:
        self.calls.append("typing")

    async def send(self, part: Part, /) -> int:
        self.calls.append("send")
        self.messages[len(self.messages) + 1] = part.html
        return len(self.messages)

    async def replace(self, message_id: int, part: Part, /) -> int:
        self.calls.append("replace")
        self.messages[message_id] = part.html
        return message_id

    async def _frame(self, call: str, text: str) -> None:
        self.calls.append(call)
        self.asked.set()
        if (lost := self.lose()) is not None:
            raise lost
        await self.slow.wait()
        self.frames.append(text)
        self.seen.set()


class Model:
    """An answer whose pieces come when they are told to."""

    def __init__(self) -> None:
        self._queue: asyncio.Queue[str | BaseException | None] = asyncio.Queue()
        self.closed = False

    def say(self, *pieces: str) -> None:
        for piece in pieces:
            self._queue.put_nowait(piece)

    def end(self, error: BaseException | None = None) -> None:
        self._queue.put_nowait(error)

    def __aiter__(self) -> AsyncIterator[str]:
        return self

    async def __anext__(self) -> str:
        piece = await self._queue.get()
        if piece is None:
            raise StopAsyncIteration
        if isinstance(piece, BaseException):
            raise piece
        return piece

    async def aclose(self) -> None:
        self.closed = True


async def frame_of(screen: Screen, text: str) -> None:
    async with asyncio.timeout(30):
        while not any(text in frame for frame in screen.frames):
            screen.seen.clear()
            await screen.seen.wait()


@pytest.fixture
def screen() -> Screen:
    return Screen()


@pytest.fixture
def model() -> Model:
    return Model()


async def test_a_draft_shows_at_once_grows_and_is_followed_by_exactly_one_message(
    screen: Screen, model: Model
) -> None:
    running = asyncio.create_task(AnswerStream(screen, "draft", MARKS).run(model))
    await frame_of(screen, "")
    assert screen.frames == [""]
    model.say("**Hel")
    await frame_of(screen, "**Hel")
    model.say("lo**")
    await frame_of(screen, "**Hello**")
    model.end()
    said = await running
    assert (said.text, said.message_ids, said.cut, said.stopped, said.error) == (
        "**Hello**",
        (1,),
        False,
        False,
        None,
    )
    assert screen.messages == {1: "<b>Hello</b>"}
    assert screen.calls.count("send") == 1
    assert screen.calls[-1] == "send"
    assert "typing" in screen.calls
    assert model.closed


async def test_an_edited_answer_is_one_message_from_first_word_to_last(screen: Screen, model: Model) -> None:
    running = asyncio.create_task(AnswerStream(screen, "edit", MARKS, edit_every_s=0.01).run(model))
    await asyncio.sleep(0.05)
    assert screen.messages == {}
    model.say("*one*")
    await frame_of(screen, "*one*")
    model.say(" two")
    await frame_of(screen, "*one* two")
    model.end()
    assert (await running).message_ids == (1,)
    assert screen.messages == {1: "<i>one</i> two"}


async def test_without_streaming_only_the_whole_answer_is_sent(screen: Screen, model: Model) -> None:
    model.say("a", "b")
    model.end()
    await AnswerStream(screen, "off", MARKS).run(model)
    assert (screen.frames, screen.messages) == ([], {1: "ab"})


async def test_stale_frames_are_left_out(screen: Screen, model: Model) -> None:
    screen.slow.clear()
    running = asyncio.create_task(AnswerStream(screen, "edit", MARKS, edit_every_s=0.01).run(model))
    model.say("first")
    await screen.asked.wait()
    model.say(*(f" {n}" for n in range(200)))
    await asyncio.sleep(0.05)
    screen.slow.set()
    await frame_of(screen, "199")
    assert len(screen.frames) <= 3
    model.end()
    await running


async def test_a_frame_on_its_way_arrives_before_the_finished_answer(screen: Screen, model: Model) -> None:
    screen.slow.clear()
    running = asyncio.create_task(AnswerStream(screen, "edit", MARKS, edit_every_s=0.01).run(model))
    model.say("word")
    await screen.asked.wait()
    model.end()
    await asyncio.sleep(0.05)
    assert screen.messages == {}
    screen.slow.set()
    assert (await running).message_ids == (1,)
    assert screen.messages == {1: "word"}


async def test_a_long_flood_wait_leaves_only_the_finished_answer(screen: Screen, model: Model) -> None:
    screen.lose = lambda: FrameLost("flood", retry_after_s=200)
    running = asyncio.create_task(AnswerStream(screen, "edit", MARKS, edit_every_s=0.01).run(model))
    for n in range(20):
        model.say(f"{n} ")
        await asyncio.sleep(0.01)
    model.end()
    await running
    assert screen.calls.count("open") == 1
    assert len(screen.messages) == 1


async def test_a_short_flood_wait_is_kept_and_then_frames_go_on(screen: Screen, model: Model) -> None:
    losses = [FrameLost("flood", retry_after_s=0.3)]
    screen.lose = lambda: losses.pop() if losses else None
    running = asyncio.create_task(AnswerStream(screen, "edit", MARKS, edit_every_s=0.01).run(model))
    model.say("one")
    await asyncio.sleep(0.1)
    assert screen.calls.count("open") == 1
    await frame_of(screen, "one")
    model.end()
    assert (await running).message_ids == (1,)


async def test_frames_that_never_arrive_are_given_up(screen: Screen, model: Model) -> None:
    screen.lose = lambda: FrameLost("no network")
    running = asyncio.create_task(AnswerStream(screen, "draft", MARKS).run(model))
    await asyncio.sleep(1.2)
    model.say("still here")
    model.end()
    await running
    assert screen.calls.count("draft") == 3
    assert screen.messages == {1: "still here"}


async def test_stopping_keeps_what_was_said_with_a_mark(screen: Screen, model: Model) -> None:
    stream = AnswerStream(screen, "draft", MARKS)
    running = asyncio.create_task(stream.run(model))
    model.say("half an ans")
    await frame_of(screen, "half an ans")
    stream.stop()
    said = await running
    assert (said.stopped, said.text) == (True, "half an ans")
    assert screen.messages == {1: "half an ans\n\n<i>(stopped)</i>"}
    assert model.closed


async def test_stopping_before_the_first_word_still_ends_the_draft(screen: Screen, model: Model) -> None:
    stream = AnswerStream(screen, "draft", MARKS)
    running = asyncio.create_task(stream.run(model))
    await frame_of(screen, "")
    stream.stop()
    assert (await running).text == ""
    assert screen.messages == {1: "<i>(stopped)</i>"}


async def test_an_answer_as_long_as_allowed_is_marked(screen: Screen, model: Model) -> None:
    model.say("and then")
    model.end()
    said = await AnswerStream(screen, "off", MARKS).run(model, was_cut=lambda: True)
    assert said.cut
    assert screen.messages == {1: "and then\n\n<i>(cut)</i>"}


async def test_an_answer_that_breaks_off_is_kept_and_marked(screen: Screen, model: Model) -> None:
    model.say("half")
    model.end(InferenceFailed("died"))
    said = await AnswerStream(screen, "off", MARKS).run(model)
    assert isinstance(said.error, InferenceFailed)
    assert screen.messages == {1: "half\n\n<i>(broken)</i>"}


async def test_an_error_before_the_first_word_is_for_the_caller_to_explain(
    screen: Screen, model: Model
) -> None:
    model.end(ModelUnavailable(reason="llm-unreachable"))
    with pytest.raises(ModelUnavailable):
        await AnswerStream(screen, "edit", MARKS).run(model)
    assert screen.messages == {}


async def test_saying_nothing_is_an_error(screen: Screen, model: Model) -> None:
    model.say(" ", "\n")
    model.end()
    with pytest.raises(InferenceFailed) as caught:
        await AnswerStream(screen, "off", MARKS).run(model)
    assert caught.value.reason == "llm-empty"


async def test_a_long_answer_takes_several_messages(screen: Screen, model: Model) -> None:
    running = asyncio.create_task(AnswerStream(screen, "edit", MARKS, edit_every_s=0.01).run(model))
    model.say(*("paragraph " * 50 + "\n\n" for _ in range(20)))
    await frame_of(screen, "paragraph")
    model.end()
    said = await running
    assert said.message_ids == (1, 2, 3)
    assert all(len(text) <= 4096 for text in [*screen.messages.values(), *screen.frames])


async def test_cancelling_closes_the_model_and_sends_nothing_more(screen: Screen, model: Model) -> None:
    running = asyncio.create_task(AnswerStream(screen, "draft", MARKS).run(model))
    model.say("half")
    await frame_of(screen, "half")
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    calls = len(screen.calls)
    await asyncio.sleep(0.5)
    assert len(screen.calls) == calls
    assert screen.messages == {}
    assert model.closed


def test_drafts_are_for_private_chats() -> None:
    assert how("auto", private=True) == "draft"
    assert how("auto", private=False) == "edit"
    assert how("draft", private=False) == "edit"
    assert how("edit", private=True) == "edit"
    assert how("off", private=False) == "off"
