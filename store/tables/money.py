"""What goes over the desk: receipts, and the closings of the day that count them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlmodel import Field, SQLModel

from store.states import PayMethod, ReceiptKind
from store.tables.columns import index_where, instant, key, kurus, refers, state


class CashClosing(SQLModel, table=True):
    """The day's closing of one terminal: what should be in the drawer, what is, and why they differ."""

    __tablename__ = "cash_closing"
    __table_args__ = (CheckConstraint("cash_counted >= 0", name="counted"),)

    id: int | None = key()
    terminal: str = Field(max_length=40, index=True)
    since: datetime | None = instant(optional=True)
    "The closing before it; None for a terminal's first."
    closed_at: datetime = instant()
    payments: int
    "How many receipts it closes."
    cash_expected: int = kurus()
    cash_counted: int = kurus()
    card_expected: int = kurus()
    note: str = ""
    staff_id: int | None = refers("staff.id", optional=True, index=False)


class Receipt(SQLModel, table=True):
    """A payment, a waiver, a correction or a refund under one number, whatever entries of the account it makes."""

    __tablename__ = "receipt"
    __table_args__ = (
        index_where("ix_receipt_open", "closing_id IS NULL", "terminal"),
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("(kind IN ('payment', 'refund')) = (method <> 'none')", name="paid_by"),
    )

    id: int | None = key()
    number: str = Field(unique=True, max_length=40)
    kind: ReceiptKind = state(ReceiptKind, "kind")
    member_id: int = refers("member.id")
    amount: int = kurus()
    method: PayMethod = state(PayMethod, "method", PayMethod.NONE)
    reference: str = Field(default="", max_length=80)
    "What the card terminal has printed."
    at: datetime = instant()
    terminal: str = Field(max_length=40)
    staff_id: int | None = refers("staff.id", optional=True, index=False)
    note: str = ""
    closing_id: int | None = refers("cash_closing.id", optional=True)
    "The only column that changes, once: the closing that has counted it."
