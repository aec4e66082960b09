from __future__ import annotations

import asyncio
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, func, select, text
from sqlalchemy.exc import IntegrityError

import storage
from storage.database import Database, StorageError
from storage.inbox import Inbox
from storage.schema import REVISION, metadata, preferences

MIGRATIONS = Path(storage.__path__[0]) / "migrations"


def config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config


def file_of(url: str) -> Path:
    return Path(url.removeprefix("sqlite+aiosqlite:///"))


async def test_migrations_make_exactly_the_tables_of_the_schema(database: Database) -> None:
    def differences(connection: Connection) -> list[Any]:
        options = {"compare_type": True, "compare_server_default": True}
        return list(compare_metadata(MigrationContext.configure(connection, opts=options), metadata))

    async with database.transaction() as connection:
        assert await connection.run_sync(differences) == []


async def test_an_error_does_not_show_what_was_to_be_stored(database: Database) -> None:
    row = {"scope": "nobody", "owner_id": 1, "key": "k", "value": "my secret"}
    async with database.transaction() as connection:
        with pytest.raises(IntegrityError) as failure:
            await connection.execute(preferences.insert(), row)
    assert "secret" not in str(failure.value)


async def test_checks_and_automatic_ids_are_those_of_the_schema(url: str, tmp_path: Path) -> None:
    """What Alembic does not compare."""

    def tables(path: Path) -> dict[str, str]:
        with sqlite3.connect(path) as connection:
            rows = connection.execute("SELECT name, sql FROM sqlite_master WHERE sql NOT NULL").fetchall()
        connection.close()
        return {
            name: " ".join(sql.split()) for name, sql in rows if not name.startswith(("alembic", "sqlite"))
        }

    plain = create_engine(f"sqlite:///{tmp_path / 'plain.sqlite3'}")
    metadata.create_all(plain)
    plain.dispose()
    await (await Database.open(url)).close()
    assert tables(file_of(url)) == tables(tmp_path / "plain.sqlite3")


def test_the_schema_names_the_last_migration() -> None:
    assert ScriptDirectory.from_config(config()).get_heads() == [REVISION]


async def test_an_old_database_is_brought_up_to_date_with_its_data(url: str) -> None:
    file_of(url).parent.mkdir()
    old = create_engine(f"sqlite:///{file_of(url)}")
    with old.begin() as connection:
        command.upgrade(config(connection), str(ScriptDirectory.from_config(config()).get_base()))
        connection.execute(
            text(
                "INSERT INTO turns (chat_id, thread_id, person_id, person_name, role, content, at)"
                " VALUES (1, 0, 1, 'Ann', 'user', 'из прошлого', 5.0)"
            )
        )
    old.dispose()
    database = await Database.open(url)
    async with database.reading() as connection:
        assert (await connection.execute(text("SELECT content FROM turns"))).scalar() == "из прошлого"
        assert (
            await connection.execute(text("SELECT version_num FROM alembic_version"))
        ).scalar() == REVISION
    await database.close()


async def test_a_start_without_news_does_not_load_alembic(url: str) -> None:
    await (await Database.open(url)).close()
    code = (
        "import asyncio, sys; from storage.database import Database\n"
        f"async def main(): await (await Database.open({url!r})).close()\n"
        "asyncio.run(main()); print('alembic' in sys.modules)"
    )
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", code, stdout=subprocess.PIPE)
    out, _ = await process.communicate()
    assert out.decode().strip() == "False"


async def test_a_database_of_a_newer_version_is_left_alone(url: str) -> None:
    database = await Database.open(url)
    async with database.transaction() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    await database.close()
    with pytest.raises(StorageError, match=r"another version of Chutko.*9999"):
        await Database.open(url)


async def test_a_file_that_is_no_database_is_a_sentence(url: str) -> None:
    file_of(url).parent.mkdir()
    file_of(url).write_bytes(b"this is a shopping list, and by no means a database" * 100)
    with pytest.raises(StorageError, match="not a database"):
        await Database.open(url)
    assert file_of(url).read_bytes().startswith(b"this is a shopping list")


@pytest.mark.parametrize("url", ["nonsense", "sqlite+aiosqlite://", "sqlite+aiosqlite:///:memory:"])
async def test_an_address_that_cannot_be_is_a_sentence(url: str) -> None:
    with pytest.raises(StorageError, match=r"sqlite\+aiosqlite:///PATH"):
        await Database.open(url)


async def test_a_folder_that_cannot_be_made_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StorageError, match="cannot be written"):
        await Database.open(f"sqlite+aiosqlite:///{tmp_path / 'file' / 'chutko.sqlite3'}")


async def test_the_file_is_for_its_owner_alone(database: Database, url: str) -> None:
    assert stat.S_IMODE(file_of(url).stat().st_mode) == 0o600


async def test_every_connection_is_careful(database: Database) -> None:
    wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1}
    async with database.reading() as one, database.reading() as other, database.transaction() as writer:
        for connection in (one, other, writer):
            for name, value in wanted.items():
                assert (await connection.exec_driver_sql(f"PRAGMA {name}")).scalar() == value


async def number_of_rows(database: Database) -> int:
    async with database.reading() as connection:
        return await connection.scalar(select(func.count()).select_from(preferences)) or 0


def row(key: int) -> dict[str, Any]:
    return {"scope": "chat", "owner_id": 1, "key": str(key), "value": 0}


async def test_a_transaction_is_all_or_nothing(database: Database) -> None:
    async def fail() -> None:
        async with database.transaction() as connection:
            await connection.execute(preferences.insert(), row(1))
            raise RuntimeError("half-way")

    with pytest.raises(RuntimeError):
        await fail()
    assert await number_of_rows(database) == 0


async def test_tasks_do_not_share_a_transaction(database: Database) -> None:
    """The rollback of one task undoes nothing of another that wrote in the meantime."""
    inside, leave = asyncio.Event(), asyncio.Event()

    async def doomed() -> None:
        async with database.transaction() as connection:
            await connection.execute(preferences.insert(), row(1))
            inside.set()
            await leave.wait()
            raise RuntimeError("rolled back")

    async def good() -> None:
        async with database.transaction() as connection:
            await connection.execute(preferences.insert(), row(2))

    first = asyncio.create_task(doomed())
    await inside.wait()
    second = asyncio.create_task(good())
    assert await number_of_rows(database) == 0, "readers see nothing of what is not committed"
    leave.set()
    assert [type(end) for end in await asyncio.gather(first, second, return_exceptions=True)] == [
        RuntimeError,
        type(None),
    ]
    assert await number_of_rows(database) == 1


async def test_a_cancelled_task_leaves_no_open_transaction(database: Database) -> None:
    inside = asyncio.Event()

    async def cancelled() -> None:
        async with database.transaction() as connection:
            await connection.execute(preferences.insert(), row(1))
            inside.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(cancelled())
    await inside.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with database.transaction() as connection:
        await connection.execute(preferences.insert(), row(2))
    assert await number_of_rows(database) == 1


async def test_read_then_write_never_fails_among_many_writers(url: str) -> None:
    """Two processes' worth of writers: two databases on one file, 30 tasks, each counts up by one."""
    databases = [await Database.open(url), await Database.open(url)]
    where = (preferences.c.scope == "chat", preferences.c.owner_id == 1, preferences.c.key == "1")
    async with databases[0].transaction() as connection:
        await connection.execute(preferences.insert(), row(1))

    async def count_up(database: Database) -> None:
        async with database.transaction() as connection:
            value = await connection.scalar(select(preferences.c.value).where(*where))
            await asyncio.sleep(0)
            await connection.execute(preferences.update().where(*where).values(value=value + 1))

    await asyncio.gather(*(count_up(databases[number % 2]) for number in range(30)))
    async with databases[0].reading() as connection:
        assert await connection.scalar(select(preferences.c.value).where(*where)) == 30
    for database in databases:
        await database.close()


async def test_two_processes_may_open_a_new_database_at_once(url: str) -> None:
    databases = await asyncio.gather(*(Database.open(url) for _ in range(4)))
    for database in databases:
        await database.close()


_WRITER = """
import asyncio, sys
from storage.database import Database
from storage.inbox import Inbox
from storage.history import History
async def main():
    database = await Database.open(sys.argv[1])
    inbox, history = Inbox(database), History(database)
    for number in range(1_000_000):
        ids = [3 * number + part for part in range(3)]
        await inbox.put([(id, 1, "text", b"payload", id) for id in ids])
        await history.add(chat_id=1, role="user", content=str(number))
        await inbox.start(ids[0])
        await inbox.done(ids[0], [number])
        print(number, flush=True)
asyncio.run(main())
"""


@pytest.mark.parametrize("rounds", [1, 7, 20])
async def test_what_was_acknowledged_survives_kill_9(url: str, rounds: int) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", _WRITER, url), stdout=subprocess.PIPE, cwd=Path(__file__).parents[2]
    )
    assert process.stdout is not None
    last = -1
    for _ in range(rounds):
        last = int(await process.stdout.readline())
    process.kill()
    await process.wait()
    rest = [int(line) for line in (await process.stdout.read()).split()]
    last = max([last, *rest])

    database = await Database.open(url)
    async with database.reading() as connection:
        assert (await connection.exec_driver_sql("PRAGMA integrity_check")).scalar() == "ok"
        contents = list(await connection.scalars(text("SELECT content FROM turns ORDER BY id")))
    assert contents[: last + 1] == [str(number) for number in range(last + 1)]
    inbox = Inbox(database)
    owed = {row.update_id for row in await inbox.unfinished()}
    assert {3 * number + part for number in range(last + 1) for part in (1, 2)} <= owed
    for number in range(last + 1):
        assert 3 * number not in owed
        assert await inbox.answer_to(1, 3 * number) == (number,)
    stored = sum((await inbox.count()).values())
    assert stored
    assert stored % 3 == 0, "three were put in one commit: all or none"
    await database.close()


@pytest.fixture
def plan(database: Database) -> Callable[[str], Any]:
    async def plan(query: str) -> str:
        async with database.reading() as connection:
            rows = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}")
            return " / ".join(row[3] for row in rows)

    return plan


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM inbox WHERE state = 'owed' ORDER BY update_id",
        "SELECT answers FROM inbox WHERE chat_id = 1 AND message_id = 2 ORDER BY update_id DESC",
        "DELETE FROM inbox WHERE received_at < 5 AND state != 'owed'",
        "DELETE FROM inbox WHERE chat_id = 1 AND state != 'owed'",
        "SELECT * FROM turns WHERE chat_id = 1 AND thread_id = 0 AND id > 5 ORDER BY id DESC LIMIT 20",
        "SELECT * FROM turns WHERE chat_id = 1 ORDER BY id",
        "UPDATE turns SET content = '' WHERE chat_id = 1 AND message_id = 2",
        "DELETE FROM turns WHERE person_id = 1",
        "DELETE FROM turns WHERE at < 5",
        "SELECT value FROM preferences WHERE scope = 'chat' AND owner_id = 1 AND key = 'x'",
    ],
)
async def test_every_query_has_an_index(plan: Callable[[str], Any], query: str) -> None:
    steps = await plan(query)
    assert "USING" in steps
    assert "INDEX" in steps or "PRIMARY KEY" in steps
