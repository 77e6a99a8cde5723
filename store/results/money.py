"""Money at the desk: receipts, what should be in the drawer, and the closings of the day. All amounts in kuruş."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Credited:
    """What a payment, waiver, correction or refund did."""

    used: int
    "Kuruş that went to what was owed; of a refund, that were given back."
    balance: int
    "Unpaid late fines afterwards."
    receipt: str
    owed: int = 0
    "Everything that is still owed afterwards: late fines and charges."


@dataclass(frozen=True, slots=True)
class ReceiptLine:
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


@dataclass(frozen=True, slots=True)
class ReceiptPart:
    """A charge that a receipt went to."""

    kind: str
    at: datetime
    clause: str | None
    title: str
    "Empty without a loan, or once the history is forgotten."
    amount: int


@dataclass(frozen=True, slots=True)
class ReceiptRead:
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


@dataclass(frozen=True, slots=True)
class Drawer:
    """What a terminal has taken since its last closing."""

    terminal: str
    since: datetime | None
    "The last closing; None: there was none."
    cash: int
    card: int
    receipts: tuple[ReceiptLine, ...]
    "The newest first, at most a page of them."
    count: int


@dataclass(frozen=True, slots=True)
class Closing:
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


@dataclass(frozen=True, slots=True)
class ClosingPage:
    """Past closings, the newest first."""

    closings: tuple[Closing, ...]
    more: bool
