"""A renewal that staff have declined stays on record: it can be asked for once (METU-1-C-f.renew)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from store.types import Instant

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Empty for every loan that is there."""
    op.add_column("loan", sa.Column("renewal_declined_at", Instant(), nullable=True))
