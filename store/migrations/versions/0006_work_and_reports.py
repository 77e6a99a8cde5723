"""What the work list, the letters and the reports read along."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

INDEXES = (
    ("ix_notice_status", "notice", ("status", "id"), None),
    ("ix_task_open_loan", "task", ("loan_id",), "done_at IS NULL"),
    ("ix_task_done", "task", ("done_at",), "done_at IS NOT NULL"),
    ("ix_ledger_entry_at", "ledger_entry", ("at",), None),
    ("ix_audit_entry_refused", "audit_entry", ("at",), "outcome = 'refused'"),
    ("ix_loan_lent", "loan", ("lent_at", "branch", "copy_id"), "state <> 'undone'"),
    ("ix_loan_returned", "loan", ("returned_at", "branch"), "returned_at IS NOT NULL"),
    ("ix_loan_open_due", "loan", ("due_at",), "closed_at IS NULL"),
    ("ix_hold_placed", "hold", ("placed_at",), None),
)


def upgrade() -> None:
    """Indexes alone: no row changes. Due dates are looked for only among the loans that are open."""
    op.drop_index("ix_loan_due_at", "loan")
    for name, table, columns, condition in INDEXES:
        where = None if condition is None else sa.text(condition)
        op.create_index(name, table, list(columns), sqlite_where=where, postgresql_where=where)
