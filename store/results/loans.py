"""What a member sees of the loans that are out, and what a renewal of each would bring."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from store.policy.verdict import Reason


class PlannedRenewal(Struct, frozen=True):
    """A loan, with what its renewal would bring now."""

    loan_id: int
    barcode: str
    title: str
    author: str
    item_type_tr: str
    item_type_en: str
    branch_tr: str
    branch_en: str
    lent_at: datetime
    due: datetime
    hourly: bool
    overdue: bool
    recalled: bool
    renewals: int
    renewals_allowed: int
    elapsed: float
    "How much of the running period has passed, from 0 to 1."
    new_due: datetime | None
    "The due date after a renewal now; None if it is refused or waits for staff."
    staff_decide: bool
    "A renewal is a request that staff answer (METU-1-C-f.renew)."
    asked: bool
    "Such a request waits already."
    reasons: tuple[Reason, ...]
    "Why it can't be renewed now: all of them."
    fine_today: int
    "Late fine in kuruş if it came back now."
    fine_tomorrow: int
    "And a day later."
