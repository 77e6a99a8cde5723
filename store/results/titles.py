"""What a title's page shows: its copies, whether a hold can be placed, and when it may come."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from store.policy.verdict import Reason


class CopyLine(Struct, frozen=True):
    """A copy of a title as people look for it."""

    barcode: str
    item_type_tr: str
    item_type_en: str
    branch: str
    branch_tr: str
    branch_en: str
    shelf_mark: str
    state: str
    due: datetime | None
    "When it is due back, if it is out."
    hourly: bool
    stays: bool
    "It is used in the library only."


class TitlePage(Struct, frozen=True):
    """A title with its copies and its queue."""

    title_id: int
    title: str
    author: str
    publisher: str
    year: int | None
    isbn: str
    language: str
    subjects: str
    copies: tuple[CopyLine, ...]
    waiting: int
    "How many holds wait."
    expected: datetime | None
    "When the next hold may be served at the earliest; None: nobody can say."
    can_hold: bool
    "The member who asks could hold it now; False without a member."
    reasons: tuple[Reason, ...]
    "Why not."


class MyHold(Struct, frozen=True):
    """A hold of a member."""

    hold_id: int
    title_id: int
    title: str
    author: str
    placed_at: datetime
    ready: bool
    position: int
    "Place in the queue, from 1; 0 if it stands ready."
    pickup_until: datetime | None
    branch_tr: str
    branch_en: str
    "Where it stands ready."
    expected: datetime | None
    "When it may come at the earliest; None: nobody can say."
