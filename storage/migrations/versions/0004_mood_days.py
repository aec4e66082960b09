"""The sums of days that are over, packed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # It fills itself, from what is there, when a day is first asked for.
    op.create_table(
        "mood_days",
        sa.Column("group_id", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("since", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("until", sa.BigInteger, nullable=False),
        sa.Column("claim", sa.BigInteger, nullable=False),
        sa.Column("people", sa.Integer),
        sa.Column("mean", sa.Float),
        sa.Column("sums", sa.LargeBinary),
        sa.PrimaryKeyConstraint("group_id", "since", name=op.f("pk_mood_days")),
    )
