"""Money at the desk: receipts, what should be in the drawer, and the closings of the day. All amounts in kuruş."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct


class Credited(Struct, frozen=True):
    """What a payment, waiver, correction or refund did."""

    used: int
    "Kuruş that went to what was owed; of a refund, that were given back."
    balance: int
    "Unpaid late fines afterwards."
    receipt: str
    owed: int = 0
    "Everything that is still owed afterwards: late fines and charges."


class ReceiptLine(Struct, frozen=True):
    """A receipt in a list."""

    number: str
    kind: str
    "`payment`, `waiver`, `correction`, `refund`"
    amount: int
    method: str
    "`cash`, `card`, `none`"
    reference: str
    at: datetime
    note: str
    member: str
    staff: str

    @property
    def moved(self) -> int:
        """What went over the desk: in is positive, out negative, nothing for a waiver or correction."""
        if self.method == "none":
            return 0
        return -self.amount if self.kind == "refund" else self.amount


class ReceiptPart(Struct, frozen=True):
    """A charge that a receipt went to."""

    kind: str
    at: datetime
    clause: str | None
    title: str
    "Empty without a loan, or once the history is forgotten."
    amount: int


class ReceiptRead(Struct, frozen=True):
    """A receipt with everything that is printed on it."""

    line: ReceiptLine
    member_id: int
    number_of_member: str
    email: str
    language: str
    "The member's, for paper and letter."
    terminal: str
    parts: tuple[ReceiptPart, ...]
    owed: int
    "What is owed now."


class Drawer(Struct, frozen=True):
    """What a terminal has taken since its last closing."""

    terminal: str
    since: datetime | None
    "The last closing; None: there was none."
    cash: int
    card: int
    receipts: tuple[ReceiptLine, ...]
    "The newest first, at most a page of them."
    count: int


class Closing(Struct, frozen=True):
    """A day's closing."""

    closing_id: int
    terminal: str
    since: datetime | None
    closed_at: datetime
    payments: int
    cash_expected: int
    cash_counted: int
    card_expected: int
    note: str
    staff: str

    @property
    def difference(self) -> int:
        """Counted above what was expected; negative: money is missing."""
        return self.cash_counted - self.cash_expected


class ClosingPage(Struct, frozen=True):
    """Past closings, the newest first."""

    closings: tuple[Closing, ...]
    more: bool
