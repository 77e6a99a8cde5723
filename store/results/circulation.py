"""What a checkout, its undoing and a look at an item answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from store.policy.verdict import Reason
from store.results.visit import Meter


@dataclass(frozen=True, slots=True)
class Item:
    """A copy as people speak of it."""

    barcode: str
    title: str
    author: str
    item_type: str
    item_type_tr: str
    item_type_en: str
    branch: str
    branch_tr: str
    branch_en: str
    shelf_mark: str
    state: str


@dataclass(frozen=True, slots=True)
class CheckedOut:
    """A loan that stands."""

    loan_id: int
    item: Item
    due: datetime
    hourly: bool
    renewals_allowed: int
    renewable_from: datetime | None
    "None: not renewable."
    fine_first: int
    "What the first late day or hour that is charged costs, in kuruş; 0: nothing."
    fine_unit: str
    "`day`, `hour` or `none`"
    fine_free_days: int
    short_period: bool
    "Staff have set a shorter period for this title (ITU-C16)."
    from_hold: bool
    "The copy stood on the hold shelf for this member, or fulfils a waiting hold."
    repeated: bool
    "The same scan again within the visit: nothing new was lent."
    overridden: bool
    meters: tuple[Meter, ...]
    "The limits that this loan counts in, after it."


@dataclass(frozen=True, slots=True)
class NotLent:
    """A refused checkout: every reason, and which item it was about (None: the barcode is unknown)."""

    barcode: str
    item: Item | None
    reasons: tuple[Reason, ...]
    can_hold: bool = False
    "A hold on the title would be accepted now."


@dataclass(frozen=True, slots=True)
class Undone:
    """The last loan of the visit was taken back; the copy waits for staff to reshelve it."""

    item: Item
    meters: tuple[Meter, ...]


@dataclass(frozen=True, slots=True)
class NothingToUndo:
    """There is no loan of this visit that could be undone."""
