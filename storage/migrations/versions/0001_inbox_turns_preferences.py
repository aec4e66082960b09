"""The inbox, the history of conversations, preferences."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_Id = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_OWED = sa.text("state = 'owed'")


def upgrade() -> None:
    op.create_table(
        "inbox",
        sa.Column("update_id", _Id, nullable=False, autoincrement=False),
        sa.Column("chat_id", sa.BigInteger, nullable=False),
        sa.Column("message_id", sa.BigInteger),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("payload", sa.LargeBinary),
        sa.Column("state", sa.String, nullable=False, server_default="owed"),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("received_at", sa.Float, nullable=False),
        sa.Column("answers", sa.JSON, nullable=False, server_default="[]"),
        sa.Column("cause", sa.Text),
        sa.PrimaryKeyConstraint("update_id", name=op.f("pk_inbox")),
        sa.CheckConstraint("state IN ('owed', 'done', 'aside')", name=op.f("ck_inbox_state")),
    )
    op.create_index(op.f("ix_inbox_owed"), "inbox", ["update_id"], sqlite_where=_OWED, postgresql_where=_OWED)
    op.create_index(op.f("ix_inbox_message"), "inbox", ["chat_id", "message_id"])
    op.create_index(op.f("ix_inbox_received"), "inbox", ["received_at"])

    op.create_table(
        "turns",
        sa.Column("id", _Id, nullable=False),
        sa.Column("chat_id", sa.BigInteger, nullable=False),
        sa.Column("thread_id", sa.BigInteger, nullable=False),
        sa.Column("person_id", sa.BigInteger),
        sa.Column("person_name", sa.Text, nullable=False),
        sa.Column("role", sa.String, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("message_id", sa.BigInteger),
        sa.Column("at", sa.Float, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_turns")),
        sa.CheckConstraint("role IN ('user', 'assistant', 'memory')", name=op.f("ck_turns_role")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_turns_conversation"), "turns", ["chat_id", "thread_id", "id"])
    op.create_index(op.f("ix_turns_message"), "turns", ["chat_id", "message_id"])
    op.create_index(op.f("ix_turns_person"), "turns", ["person_id"])
    op.create_index(op.f("ix_turns_at"), "turns", ["at"])

    op.create_table(
        "resets",
        sa.Column("chat_id", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("thread_id", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("after_turn_id", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("chat_id", "thread_id", name=op.f("pk_resets")),
    )

    op.create_table(
        "preferences",
        sa.Column("scope", sa.String, nullable=False),
        sa.Column("owner_id", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("key", sa.String, nullable=False),
        sa.Column("value", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("scope", "owner_id", "key", name=op.f("pk_preferences")),
        sa.CheckConstraint("scope IN ('person', 'chat')", name=op.f("ck_preferences_scope")),
    )
