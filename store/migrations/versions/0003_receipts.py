"""Receipts with their numbers, and the closings of the day that count them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString

import store.types

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

INDEXES = (
    ("ix_receipt_open", "receipt", "terminal", "closing_id IS NULL"),
    ("ix_ledger_entry_receipt", "ledger_entry", "receipt", "receipt IS NOT NULL"),
    ("ix_card_lost", "card", "member_id", "status = 'lost'"),
    ("ix_application_open", "application", "applied_at", "decided_at IS NULL"),
)


def upgrade() -> None:
    """Two tables, and what the lists of members read along; what was paid before has the number that stands in the account, and no receipt."""
    _create_closing()
    _create_receipt()
    for name, table, column, condition in INDEXES:
        where = sa.text(condition)
        op.create_index(name, table, [column], sqlite_where=where, postgresql_where=where)


def _create_closing() -> None:
    op.create_table(
        "cash_closing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("terminal", AutoString(length=40), nullable=False),
        sa.Column("since", store.types.Instant(timezone=True), nullable=True),
        sa.Column("closed_at", store.types.Instant(timezone=True), nullable=False),
        sa.Column("payments", sa.Integer(), nullable=False),
        sa.Column("cash_expected", store.types.Kurus(), nullable=False),
        sa.Column("cash_counted", store.types.Kurus(), nullable=False),
        sa.Column("card_expected", store.types.Kurus(), nullable=False),
        sa.Column("note", AutoString(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("cash_counted >= 0", name=op.f("ck_cash_closing_counted")),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_cash_closing_staff_id_staff"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cash_closing")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_cash_closing_terminal"), "cash_closing", ["terminal"])


def _create_receipt() -> None:
    kinds = sa.Enum("payment", "waiver", "correction", "refund", name="kind", native_enum=False,
                    create_constraint=True, length=16)  # fmt: skip
    methods = sa.Enum("cash", "card", "none", name="method", native_enum=False, create_constraint=True, length=16)
    op.create_table(
        "receipt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", AutoString(length=40), nullable=False),
        sa.Column("kind", kinds, nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("amount", store.types.Kurus(), nullable=False),
        sa.Column("method", methods, nullable=False),
        sa.Column("reference", AutoString(length=80), nullable=False),
        sa.Column("at", store.types.Instant(timezone=True), nullable=False),
        sa.Column("terminal", AutoString(length=40), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.Column("note", AutoString(), nullable=False),
        sa.Column("closing_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("amount > 0", name=op.f("ck_receipt_amount")),
        sa.CheckConstraint("(kind IN ('payment', 'refund')) = (method <> 'none')", name=op.f("ck_receipt_paid_by")),
        sa.ForeignKeyConstraint(
            ["closing_id"], ["cash_closing.id"], name=op.f("fk_receipt_closing_id_cash_closing"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_receipt_member_id_member"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_receipt_staff_id_staff"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receipt")),
        sa.UniqueConstraint("number", name=op.f("uq_receipt_number")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_receipt_closing_id"), "receipt", ["closing_id"])
    op.create_index(op.f("ix_receipt_member_id"), "receipt", ["member_id"])
