"""The database: opened, migrated, and used one transaction at a time."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy import Connection, Table, event, inspect, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DatabaseError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from storage._errors import StorageError
from storage.schema import REVISION

log = logging.getLogger(__name__)

_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",  # what was acknowledged survives a power cut, too
    "foreign_keys=ON",
    "secure_delete=ON",  # what was deleted is overwritten
    "busy_timeout=10000",
    "temp_store=MEMORY",  # sorting leaves nothing in files that nobody erases
)


class Database:
    """One database. Make it with `open`, end it with `close`."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._writer = asyncio.Lock()

    @classmethod
    async def open(cls, url: str) -> Database:
        """Open (or make) the database and bring its tables up to date.

        `url` as `sqlite+aiosqlite:///PATH`. Raises StorageError.
        """
        database = cls(_engine(url))
        try:
            async with database.transaction() as connection:
                await connection.run_sync(_migrate)
        except DatabaseError as error:
            await database.close()
            raise StorageError(f"the database cannot be used: {error.orig}") from error
        except BaseException:
            await database.close()
            raise
        return database

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncConnection]:
        """All or nothing; on the disk when the block is left. One at a time: others wait for their turn.

        Begins with the write lock (BEGIN IMMEDIATE), so that reading and then writing never fails half-way.
        """
        async with self._writer, self._engine.connect() as connection:
            await connection.execution_options(begin="BEGIN IMMEDIATE")
            async with connection.begin():
                yield connection

    async def wait_for_writers(self, connection: AsyncConnection, table: Table) -> None:
        """Until the transaction of `connection` ends, no other changes this table; who was about to is waited for.

        On SQLite that is so anyway, also between processes; on PostgreSQL transactions of several run side by side.
        """
        if self._engine.dialect.name == "postgresql":
            await connection.execute(text(f"LOCK TABLE {table.name} IN SHARE MODE"))

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """A view of the database as it is now; writers neither wait for it nor change it."""
        async with self._engine.connect() as connection:
            yield connection

    async def scrub(self) -> None:
        """After something was erased: leave no copy of it in the write-ahead log."""
        if self._engine.dialect.name != "sqlite":
            return
        async with self._writer, self._engine.connect() as connection:
            await connection.execution_options(begin="")
            busy = (await connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")).scalar()
        if busy:
            log.warning(
                "the write-ahead log is still being read; erased text leaves it with the next erasure"
            )

    def insert(self, table: Table) -> sqlite.Insert | postgresql.Insert:
        """INSERT that knows ON CONFLICT."""
        if self._engine.dialect.name == "postgresql":
            return postgresql.insert(table)
        return sqlite.insert(table)

    async def close(self) -> None:
        await self._engine.dispose()


def _engine(url: str) -> AsyncEngine:
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise StorageError(f"{url!r} is no database address; sqlite+aiosqlite:///PATH is one") from error
    if parsed.get_backend_name() == "sqlite":
        if parsed.database in (None, "", ":memory:"):
            raise StorageError("the database must be a file: sqlite+aiosqlite:///PATH")
        path = Path(str(parsed.database))
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600)  # conversations are for the bot's own account
        except OSError as error:
            raise StorageError(f"the database {path} cannot be written: {error.strerror}") from error
    # The words of an error would show what was to be stored, and errors are logged.
    engine = create_async_engine(parsed, hide_parameters=True)
    if engine.dialect.name == "sqlite":
        event.listen(engine.sync_engine, "connect", _prepare)
        event.listen(engine.sync_engine, "begin", _begin)
    return engine


def _prepare(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # transactions begin where we say, and not where the driver guesses
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    if statement := connection.get_execution_options().get("begin", "BEGIN"):
        connection.exec_driver_sql(statement)


def _migrate(connection: Connection) -> None:
    """Bring the tables up to date, inside the caller's transaction: a crash leaves them as they were."""
    if _revision(connection) == REVISION:
        return
    # Slow to import, and hardly ever needed.
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise StorageError(
            f"the database was made by another version of Chutko (revision {_revision(connection)!r}, "
            f"this one knows up to {REVISION!r}): {error}"
        ) from error


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
