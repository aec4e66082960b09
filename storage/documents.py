"""JSON documents in one SQLite file: small records that are kept by kind and key.

Meant for state that lives in memory and only has to survive: it is read once, and every change is written
before it is told to anybody. Nothing is ever rewritten as a whole.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Column, MetaData, String, Table, Text, delete, event, select, text, tuple_
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry, StaticPool

_METADATA = MetaData()
_DOCUMENTS = Table(
    "documents",
    _METADATA,
    Column("kind", String, primary_key=True),
    Column("key", String, primary_key=True),
    Column("body", Text, nullable=False),
)

# SQLite's default limit of variables in one statement is 32,766; a document takes three of them.
_ROWS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Document:
    """One record."""

    kind: str
    """What it is, as `message`."""
    key: str
    """Its name within the kind."""
    body: Any
    """Anything that JSON can say."""


class Documents:
    """A table of documents. One writer at a time: callers write in turn."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    @classmethod
    async def open(cls, path: Path) -> Documents:
        """Open the file, or make it. Raises sqlalchemy.exc.DatabaseError if it is not a SQLite database."""
        path.parent.mkdir(parents=True, exist_ok=True)
        engine = create_async_engine(f"sqlite+aiosqlite:///{path}", poolclass=StaticPool)
        event.listen(engine.sync_engine, "connect", _prepare)
        try:
            async with engine.begin() as connection:
                await connection.run_sync(_METADATA.create_all)
        except BaseException:
            await engine.dispose()
            raise
        return cls(engine)

    async def all(self, kind: str) -> list[Document]:
        """Every document of a kind, in the order in which they were first put."""
        query = (
            select(_DOCUMENTS.c.key, _DOCUMENTS.c.body)
            .where(_DOCUMENTS.c.kind == kind)
            .order_by(text("rowid"))
        )
        async with self._engine.connect() as connection:
            rows = (await connection.execute(query)).all()
        return [Document(kind, key, json.loads(body)) for key, body in rows]

    async def write(self, puts: Sequence[Document], deletes: Sequence[tuple[str, str]] = ()) -> None:
        """Put and delete in one transaction; it is on the disk when this returns.

        `deletes` are (kind, key).
        """
        # Plain ASCII, for a lone surrogate in a text could not be stored otherwise.
        rows = [{"kind": put.kind, "key": put.key, "body": json.dumps(put.body)} for put in puts]
        statement = insert(_DOCUMENTS)
        statement = statement.on_conflict_do_update(
            index_elements=["kind", "key"], set_={"body": statement.excluded.body}
        )
        names = tuple_(_DOCUMENTS.c.kind, _DOCUMENTS.c.key)
        async with self._engine.begin() as connection:
            if rows:
                await connection.execute(statement, rows)
            for start in range(0, len(deletes), _ROWS_AT_ONCE):
                await connection.execute(
                    delete(_DOCUMENTS).where(names.in_(deletes[start : start + _ROWS_AT_ONCE]))
                )

    async def close(self) -> None:
        await self._engine.dispose()


def _prepare(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    # FULL: what was acknowledged survives a power cut too. secure_delete: what was deleted is gone.
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON", "busy_timeout=10000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
