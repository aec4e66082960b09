"""The tables, as they are after the last migration."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Column,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    text,
)

REVISION = "0001"
"""The last migration; a database that names it needs none."""

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)

# SQLite counts rows in INTEGER keys only; elsewhere ids need 64 bits.
_Id = BigInteger().with_variant(Integer, "sqlite")

inbox = Table(
    "inbox",
    metadata,
    Column("update_id", _Id, primary_key=True, autoincrement=False),
    Column("chat_id", BigInteger, nullable=False),
    Column("message_id", BigInteger),
    Column("kind", String, nullable=False),
    # The update as it came; NULL as soon as it is answered.
    Column("payload", LargeBinary),
    # owed, done or aside
    Column("state", String, nullable=False, server_default="owed"),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("received_at", Float, nullable=False),
    # Ids of the messages that answered it.
    Column("answers", JSON, nullable=False, server_default="[]"),
    # Why it was set aside.
    Column("cause", Text),
    CheckConstraint("state IN ('owed', 'done', 'aside')", name="state"),
)
Index(
    "ix_inbox_owed",
    inbox.c.update_id,
    sqlite_where=text("state = 'owed'"),
    postgresql_where=text("state = 'owed'"),
)
Index("ix_inbox_message", inbox.c.chat_id, inbox.c.message_id)
Index("ix_inbox_received", inbox.c.received_at)

turns = Table(
    "turns",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("chat_id", BigInteger, nullable=False),
    # 0 outside of forum topics: equal to itself, as NULL is not.
    Column("thread_id", BigInteger, nullable=False),
    Column("person_id", BigInteger),
    Column("person_name", Text, nullable=False),
    Column("role", String, nullable=False),
    Column("content", Text, nullable=False),
    Column("message_id", BigInteger),
    Column("at", Float, nullable=False),
    CheckConstraint("role IN ('user', 'assistant', 'memory')", name="role"),
    # An id is never given twice: a conversation begins after one.
    sqlite_autoincrement=True,
)
Index("ix_turns_conversation", turns.c.chat_id, turns.c.thread_id, turns.c.id)
Index("ix_turns_message", turns.c.chat_id, turns.c.message_id)
Index("ix_turns_person", turns.c.person_id)
Index("ix_turns_at", turns.c.at)

# Where the current conversation of a chat (and topic) begins.
resets = Table(
    "resets",
    metadata,
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    Column("thread_id", BigInteger, primary_key=True, autoincrement=False),
    Column("after_turn_id", BigInteger, nullable=False),
)

preferences = Table(
    "preferences",
    metadata,
    # person or chat
    Column("scope", String, primary_key=True),
    Column("owner_id", BigInteger, primary_key=True, autoincrement=False),
    Column("key", String, primary_key=True),
    Column("value", JSON, nullable=False),
    CheckConstraint("scope IN ('person', 'chat')", name="scope"),
)
