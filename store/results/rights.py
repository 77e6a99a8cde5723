"""The policy as one member meets it."""

from __future__ import annotations

from msgspec import Struct


class LimitLine(Struct, frozen=True):
    """How many at once."""

    label_tr: str
    label_en: str
    used: int
    most: int
    clause: str | None


class RightLine(Struct, frozen=True):
    """What the member may do with a kind of item, and what lateness costs."""

    kind_tr: str
    kind_en: str
    period: str
    "As the policy file writes it: `15 days`."
    period_clause: str | None
    renewals: int
    renewals_clause: str | None
    first: int
    "Kuruş for each of the first days, or each hour."
    later: int | None
    "Kuruş for each day after `first_days`."
    first_days: int
    unit: str
    "`day`, `hour`, `none`"
    free_days: int
    fine_clause: str | None
    later_clause: str | None
    free_clause: str | None


class NoRight(Struct, frozen=True):
    """A kind of item that the member can't take home, and the clause that says so."""

    kind_tr: str
    kind_en: str
    clause: str | None
    in_library: bool
    "Used in the library by everybody; otherwise lent to others only."


class Rights(Struct, frozen=True):
    """Everything that the rules page shows."""

    title_tr: str
    title_en: str
    version: str
    category_tr: str
    category_en: str
    limits: tuple[LimitLine, ...]
    lent: tuple[RightLine, ...]
    not_lent: tuple[NoRight, ...]
    opens_after_percent: int
    opens_clause: str | None
    holds_most: int | None
    "Holds at once; 0: none; None: no limit."
    holds_clause: str | None
    pickup_days: int
    pickup_clause: str
    recall_days: int
    recall_clause: str
    fines_above: int
    fines_clause: str | None
    overdue_clause: str | None
    clauses: tuple[tuple[str, str, str], ...]
    "Clause id, the regulation's own words, and their meaning in English: those that the page cites."
    told: tuple[tuple[str, str, str], ...]
    "What else members are to read."
    conduct_tr: str
    conduct_en: str


class CategoryChoice(Struct, frozen=True):
    """A category that an applicant may choose."""

    slug: str
    name_tr: str
    name_en: str
