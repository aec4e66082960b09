"""The moods of groups."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_Id = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "mood_groups",
        sa.Column("id", _Id, nullable=False),
        sa.Column("chat_id", sa.BigInteger, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("watched", sa.Boolean, nullable=False),
        sa.Column("settings", sa.JSON, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("by_person_id", sa.BigInteger),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mood_groups")),
        sa.UniqueConstraint("chat_id", name=op.f("uq_mood_groups_chat_id")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "moods",
        sa.Column("group_id", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("at", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("message", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("person", sa.BigInteger, nullable=False),
        sa.Column("thread_id", sa.BigInteger, nullable=False),
        sa.Column("label", sa.SmallInteger, nullable=False),
        sa.Column("score", sa.SmallInteger, nullable=False),
        sa.PrimaryKeyConstraint("group_id", "at", "message", name=op.f("pk_moods")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "mood_hours",
        sa.Column("group_id", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("slot", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("thread_id", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("person", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("messages", sa.Integer, nullable=False),
        sa.Column("negative", sa.Integer, nullable=False),
        sa.Column("positive", sa.Integer, nullable=False),
        sa.Column("total", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("group_id", "slot", "thread_id", "person", name=op.f("pk_mood_hours")),
        sqlite_with_rowid=False,
    )
    for name in ("mood_opt_outs", "mood_told"):
        op.create_table(
            name,
            sa.Column("group_id", sa.BigInteger, nullable=False, autoincrement=False),
            sa.Column("person", sa.BigInteger, nullable=False, autoincrement=False),
            sa.PrimaryKeyConstraint("group_id", "person", name=op.f(f"pk_{name}")),
            sqlite_with_rowid=False,
        )
    op.create_table(
        "mood_topics",
        sa.Column("group_id", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("thread_id", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("group_id", "thread_id", name=op.f("pk_mood_topics")),
    )
    op.create_table(
        "mood_watches",
        sa.Column("id", _Id, nullable=False),
        sa.Column("group_id", sa.BigInteger, nullable=False),
        sa.Column("since", sa.BigInteger, nullable=False),
        sa.Column("until", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mood_watches")),
    )
    op.create_index(op.f("ix_mood_watches_group"), "mood_watches", ["group_id", "id"])
    op.create_table(
        "mood_events",
        sa.Column("id", _Id, nullable=False),
        sa.Column("group_id", sa.BigInteger, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("data", sa.JSON, nullable=False),
        sa.Column("told_at", sa.BigInteger),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mood_events")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_mood_events_group"), "mood_events", ["group_id", "kind", "id"])
