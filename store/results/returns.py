"""What a return and a renewal answer."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from store.policy.verdict import Fine, Reason
from store.results.circulation import Item


class Returned(Struct, frozen=True):
    """A return that was accepted. Nothing in it says whose loan it was."""

    item: Item
    late: bool
    fine: Fine
    suspended_until: datetime | None
    suspension_clause: str | None
    goes_to: str
    "`shelf`, `hold_shelf`, `transit` (to its own branch), `desk` (staff take it)"
    to_be_checked: bool
    was_lost: bool = False
    "It had been recorded as lost and has turned up."


class NotReturned(Struct, frozen=True):
    """A return that was not accepted; the loan, if there is one, stays open."""

    barcode: str
    item: Item | None
    reasons: tuple[Reason, ...]


class Renewed(Struct, frozen=True):
    """A renewal that stands."""

    loan_id: int
    barcode: str
    due: datetime
    hourly: bool
    renewals: int
    renewals_allowed: int
    opens_at: datetime | None
