"""A copy whose damage is not settled yet can get lost: one open case of each kind."""

from __future__ import annotations

from alembic import op
from sqlalchemy import text

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_OPEN = text("settled_at IS NULL")


def upgrade() -> None:
    """Widen the index."""
    op.drop_index("uq_loss_case_open", table_name="loss_case")
    op.create_index(
        "uq_loss_case_open", "loss_case", ["copy_id", "kind"], unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN
    )
