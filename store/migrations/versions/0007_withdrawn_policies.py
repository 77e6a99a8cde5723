"""A version of the rules that has not begun can be withdrawn; its row stays."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from store.types import Instant

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Empty for every version that is there."""
    op.add_column("policy_version", sa.Column("withdrawn_at", Instant(), nullable=True))
