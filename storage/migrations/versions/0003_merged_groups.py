"""Groups that became one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("mood_groups", sa.Column("merged", sa.JSON, nullable=False, server_default="[]"))
