"""The tables, as they are after the last migration."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    text,
)

REVISION = "0004"
"""The last migration; a database that names it needs none."""

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
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

# The moods of groups. People and messages are keyed hashes here; the key lies outside of the database.

# What the tables below call a group: its chat may change when it becomes a supergroup.
mood_groups = Table(
    "mood_groups",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("chat_id", BigInteger, nullable=False, unique=True),
    Column("title", Text, nullable=False),
    Column("watched", Boolean, nullable=False),
    # What differs from the defaults.
    Column("settings", JSON, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    # The admin who switched it on.
    Column("by_person_id", BigInteger),
    # Ids of groups that became one with this, whose hashes of people may still be found in its rows.
    Column("merged", JSON, nullable=False, server_default="[]"),
    sqlite_autoincrement=True,
)

# One row a message. The key is also the order of time, so that a stretch of it is read, and erased, at one go.
moods = Table(
    "moods",
    metadata,
    Column("group_id", BigInteger, primary_key=True, autoincrement=False),
    Column("at", BigInteger, primary_key=True, autoincrement=False),
    Column("message", BigInteger, primary_key=True, autoincrement=False),
    Column("person", BigInteger, nullable=False),
    Column("thread_id", BigInteger, nullable=False),
    # -1, 0 or 1
    Column("label", SmallInteger, nullable=False),
    # thousandths
    Column("score", SmallInteger, nullable=False),
    sqlite_with_rowid=False,
)

# The same, summed by hour, topic and person: what questions are answered from.
mood_hours = Table(
    "mood_hours",
    metadata,
    Column("group_id", BigInteger, primary_key=True, autoincrement=False),
    # When the hour began.
    Column("slot", BigInteger, primary_key=True, autoincrement=False),
    Column("thread_id", BigInteger, primary_key=True, autoincrement=False),
    Column("person", BigInteger, primary_key=True, autoincrement=False),
    Column("messages", Integer, nullable=False),
    Column("negative", Integer, nullable=False),
    Column("positive", Integer, nullable=False),
    # Sum of scores.
    Column("total", Integer, nullable=False),
    sqlite_with_rowid=False,
)

# And of whole days that are over, packed; NULL while they are being packed.
mood_days = Table(
    "mood_days",
    metadata,
    Column("group_id", BigInteger, primary_key=True, autoincrement=False),
    # A day of the group's own clock.
    Column("since", BigInteger, primary_key=True, autoincrement=False),
    Column("until", BigInteger, nullable=False),
    # Who packs it.
    Column("claim", BigInteger, nullable=False),
    Column("people", Integer),
    # The average.
    Column("mean", Float),
    Column("sums", LargeBinary),
)

mood_opt_outs = Table(
    "mood_opt_outs",
    metadata,
    Column("group_id", BigInteger, primary_key=True, autoincrement=False),
    Column("person", BigInteger, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)

# Who was told on joining.
mood_told = Table(
    "mood_told",
    metadata,
    Column("group_id", BigInteger, primary_key=True, autoincrement=False),
    Column("person", BigInteger, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)

mood_topics = Table(
    "mood_topics",
    metadata,
    Column("group_id", BigInteger, primary_key=True, autoincrement=False),
    Column("thread_id", BigInteger, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False),
)

# Stretches in which the bot was there and watching.
mood_watches = Table(
    "mood_watches",
    metadata,
    # In the order in which they began, whatever the clock said.
    Column("id", _Id, primary_key=True),
    Column("group_id", BigInteger, nullable=False),
    Column("since", BigInteger, nullable=False),
    Column("until", BigInteger, nullable=False),
)
Index("ix_mood_watches_group", mood_watches.c.group_id, mood_watches.c.id)

# What was found out, and whether admins have been told.
mood_events = Table(
    "mood_events",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("group_id", BigInteger, nullable=False),
    Column("kind", String, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("data", JSON, nullable=False),
    # NULL: not yet.
    Column("told_at", BigInteger),
    sqlite_autoincrement=True,
)
Index("ix_mood_events_group", mood_events.c.group_id, mood_events.c.kind, mood_events.c.id)
