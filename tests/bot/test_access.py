"""Who may use the bot, and how much."""

from bot.access import Access
from bot.sections import AccessSettings


def test_everyone_may_use_a_bot_without_lists() -> None:
    assert Access(AccessSettings()).allowed(5, -1)


def test_lists_allow_people_anywhere_and_everyone_in_a_chat() -> None:
    access = Access(AccessSettings(allow_people=(1,), allow_chats=(-7,), admins=(9,)))
    assert access.allowed(1, 1)
    assert access.allowed(1, -100)
    assert access.allowed(2, -7)
    assert access.allowed(9, 9)
    assert not access.allowed(2, 2)
    assert not access.allowed(None, -100)


def test_a_flood_is_told_how_long_to_wait_and_harms_nobody_else() -> None:
    access = Access(AccessSettings(messages_per_minute=60, burst=3))
    assert [access.spend(1, 100.0) for _ in range(3)] == [0, 0, 0]
    assert access.spend(1, 100.0) == 1.0
    assert access.spend(2, 100.0) == 0
    assert access.spend(1, 101.0) == 0
    assert access.spend(1, 99.0) > 0
    assert access.spend(1, 101.0) > 0


def test_admins_are_not_counted() -> None:
    access = Access(AccessSettings(burst=1, admins=(1,)))
    assert [access.spend(1, 100.0) for _ in range(50)] == [0] * 50
