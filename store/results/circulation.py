"""What a checkout, its undoing and a look at an item answer."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from store.policy.verdict import Reason
from store.results.visit import Meter


class Item(Struct, frozen=True):
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


class CheckedOut(Struct, frozen=True):
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


class NotLent(Struct, frozen=True):
    """A refused checkout: every reason, and which item it was about (None: the barcode is unknown)."""

    barcode: str
    item: Item | None
    reasons: tuple[Reason, ...]
    can_hold: bool = False
    "A hold on the title would be accepted now."


class Undone(Struct, frozen=True):
    """The last loan of the visit was taken back; the copy waits for staff to reshelve it."""

    item: Item
    meters: tuple[Meter, ...]


class NothingToUndo(Struct, frozen=True):
    """There is no loan of this visit that could be undone."""
