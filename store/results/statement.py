"""What the account page shows besides the loans: money one by one, suspensions, letters, history."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from msgspec import Struct, field


class ChargeLine(Struct, frozen=True):
    """A fine, fee or charge: what it is for, how it was reckoned, what is left of it."""

    entry_id: int
    kind: str
    "`late_fine`, `processing_fee`, `replacement`, `damage`, `refund`"
    at: datetime
    title: str
    "Empty once the history is forgotten."
    amount: int
    left: int
    clause: str | None
    account: Mapping[str, Any]
    "How it was reckoned: `unit`, `late`, `closed`, and `lines` of kind, count and rate."
    settled: Mapping[str, int] = field(default_factory=dict)
    "What was entered against it, by its kind: `payment`, `waiver`, `correction`."
    given_back: int = 0
    "Of what was paid."

    @property
    def refundable(self) -> int:
        """What was paid and not given back."""
        return self.settled.get("payment", 0) - self.given_back


class CreditLine(Struct, frozen=True):
    """Money paid, let go or corrected."""

    kind: str
    "`payment`, `waiver`, `correction`"
    at: datetime
    amount: int
    receipt: str


class SuspensionPast(Struct, frozen=True):
    """A suspension, running, coming or past."""

    kind: str
    clause: str
    starts: datetime
    ends: datetime


class NoticeLine(Struct, frozen=True):
    """A letter to the member."""

    kind: str
    at: datetime
    title: str
    address: str
    status: str


class PastLoan(Struct, frozen=True):
    """A loan that has ended."""

    title: str
    author: str
    lent_at: datetime
    returned_at: datetime | None
    fined: bool


class Statement(Struct, frozen=True):
    """Everything of the account that is not on loan."""

    number: str
    email: str
    language: str | None
    receipt: str | None
    forget_history: bool
    retention_days: int
    fines: int
    fine_limit: int
    charges: int
    charge_lines: tuple[ChargeLine, ...]
    credit_lines: tuple[CreditLine, ...]
    suspensions: tuple[SuspensionPast, ...]
    notices: tuple[NoticeLine, ...]
    history: tuple[PastLoan, ...]
