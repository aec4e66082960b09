from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.mood.letters import Sent
from bot.mood.readers import Reader
from bot.mood.rounds import End, Rounds
from bot.texts import Speaker, Texts
from storage.database import Database
from storage.mood_events import MoodEvent
from storage.mood_groups import MoodGroups

SAY = Texts().say("en")
READERS = [Reader(number, SAY) for number in (1, 2, 3)]


class Carrier:
    """Letters that go as a test wants: what happens next to each reader, then they arrive."""

    def __init__(self, **fates: list[Sent | Exception]) -> None:
        self.fates = {int(name[1:]): fate for name, fate in fates.items()}
        self.sent: list[int] = []

    async def send(self, chat_id: int, say: Speaker) -> Sent:
        fate = self.fates[chat_id].pop(0) if self.fates.get(chat_id) else Sent.ARRIVED
        if isinstance(fate, Exception):
            raise fate
        if fate in (Sent.ARRIVED, Sent.DOUBTFUL):
            self.sent.append(chat_id)
        return fate


@pytest.fixture
async def groups(tmp_path: Path) -> AsyncIterator[MoodGroups]:
    database = await Database.open(f"sqlite+aiosqlite:///{tmp_path / 'chutko.sqlite3'}")
    yield MoodGroups(database)
    await database.close()


async def begun(groups: MoodGroups) -> MoodEvent:
    group = await groups.ensure(-1, "Группа")
    await groups.remember_event(group.id, "shift", 5, {"shift": {}})
    return await waiting(groups)


async def waiting(groups: MoodGroups) -> MoodEvent:
    (event,) = await groups.untold()
    return event


async def go(groups: MoodGroups, event: MoodEvent, carrier: Carrier, rounds: Rounds | None = None) -> End:
    return await (rounds or Rounds(groups)).go(event, READERS, carrier)  # type: ignore[arg-type]


async def test_a_crash_on_the_way_costs_nobody_their_letter_and_nobody_gets_two(groups: MoodGroups) -> None:
    event = await begun(groups)
    carrier = Carrier(_2=[RuntimeError("the lights went out")])
    with pytest.raises(RuntimeError):
        await go(groups, event, carrier)
    assert await go(groups, await waiting(groups), carrier) is End.TOLD
    assert carrier.sent == [1, 2, 3]


async def test_a_crash_between_sending_and_remembering_repeats_one_letter(groups: MoodGroups) -> None:
    event = await begun(groups)

    class Forgetful(MoodGroups):
        async def change_event(self, event_id: int, data: dict[str, object]) -> None:
            if data["told"] == [1, 2]:
                raise RuntimeError("the lights went out")
            await super().change_event(event_id, data)

    carrier = Carrier()
    with pytest.raises(RuntimeError):
        await go(groups, event, carrier, Rounds(Forgetful(groups._database)))
    assert await go(groups, await waiting(groups), carrier) is End.TOLD
    assert carrier.sent == [1, 2, 2, 3]


async def test_who_cannot_be_reached_now_is_tried_again_and_who_never_can_is_not_waited_for(
    groups: MoodGroups,
) -> None:
    event = await begun(groups)
    carrier = Carrier(_1=[Sent.LATER], _2=[Sent.REFUSED, Sent.REFUSED])
    assert await go(groups, event, carrier) is End.NOT_YET
    assert await go(groups, await waiting(groups), carrier) is End.TOLD
    assert carrier.sent == [3, 1]
    nobody = Carrier(_1=[Sent.REFUSED], _2=[Sent.REFUSED], _3=[Sent.REFUSED])
    assert await go(groups, event, nobody) is End.NOBODY


async def test_what_may_have_arrived_is_sent_once_more_and_not_for_ever(groups: MoodGroups) -> None:
    event, rounds = await begun(groups), Rounds(groups)
    carrier = Carrier(_2=[Sent.DOUBTFUL] * 9)
    assert await go(groups, event, carrier, rounds) is End.NOT_YET
    assert await go(groups, await waiting(groups), carrier, rounds) is End.TOLD
    assert carrier.sent == [1, 2, 3, 2]


async def test_who_was_told_is_forgotten_once_all_are(groups: MoodGroups) -> None:
    event, rounds = await begun(groups), Rounds(groups)
    await go(groups, event, Carrier(), rounds)
    await rounds.close(await waiting(groups), 77)
    last = await groups.last_event(event.group_id, "shift")
    assert last is not None
    assert (last.told_at, last.data) == (77, {"shift": {}})
    assert await groups.untold() == []
