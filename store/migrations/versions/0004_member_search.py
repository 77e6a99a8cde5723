"""What the desk looks members up in: names, numbers and addresses by their beginnings."""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

SQLITE = ("CREATE INDEX search_member_email ON member (email COLLATE NOCASE)",)
POSTGRESQL = (
    'CREATE INDEX search_member_email ON member (lower(email) COLLATE "C")',
    'CREATE INDEX search_member_name ON member (name_fold COLLATE "C")',
    'CREATE INDEX search_member_number ON member (number COLLATE "C")',
)


def upgrade() -> None:
    """On SQLite the tables' own indexes serve for names and numbers."""
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(statement)
