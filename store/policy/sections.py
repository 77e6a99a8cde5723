"""The typed tables of a policy file about rights: categories, item types, limits, periods.

Numbers and clause ids stand in the file, never in code.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

from msgspec import Meta, Struct

from store.policy.periods import parse_period
from store.policy.said import Said

Kurus = Annotated[int, Meta(ge=0, le=100_000_000)]
Count = Annotated[int, Meta(ge=0, le=10_000)]
Positive = Annotated[int, Meta(gt=0, le=10_000)]
Slug = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]*$")]
Words = Annotated[str, Meta(min_length=1)]
Unlimited = Literal["no limit"]


class PeriodText(str):
    """A length of time in the file's own words. Raises ValueError for what is none."""

    __slots__ = ()

    def __new__(cls, text: str) -> Self:
        """Look whether it is one."""
        parse_period(text)
        return super().__new__(cls, text)


class ZoneText(str):
    """The name of a time zone. Raises ValueError for one that nobody knows."""

    __slots__ = ()

    def __new__(cls, name: str) -> Self:
        """Look whether there is one."""
        try:
            ZoneInfo(name)
        except (KeyError, ValueError, OSError) as error:
            raise ValueError(Said("{name!r} is no time zone: write one like 'Europe/Istanbul'", name=name)) from error
        return super().__new__(cls, name)


class Section(Struct, frozen=True, forbid_unknown_fields=True):
    """A table of the file: frozen, and no key that it does not know."""


class Name(Section, frozen=True):
    """A name in both languages."""

    tr: Words
    en: Words


class Branch(Section, frozen=True):
    """A library where things are lent."""

    slug: Slug
    name: Name
    address: str = ""
    phone: str = ""
    clause: str | None = None


class Category(Section, frozen=True):
    """A patron category and what is peculiar to it."""

    slug: Slug
    name: Name
    clause: str | None = None
    paragraph: str = ""
    "Fills `{paragraph}` in the clause ids of shared lines."
    not_entitled: str | None = None
    "The clause that excludes it from what its limits do not name."
    borrows_nothing: bool = False
    holds: Count | None = None
    "Holds at once, if other than what `holds` says."
    holds_clause: str | None = None
    desk_only: str | None = None
    "Clause by which it is served at the desk only."
    needs: Literal["exchange_list", "protocol_form"] | None = None
    needs_clause: str | None = None
    phone_renewals: bool = False
    renewals_by_staff: str | None = None
    "Clause by which staff decide each renewal."
    student: bool = False
    unit_letter: bool = False
    cancelled_when_late: bool = False


class ItemType(Section, frozen=True):
    """A kind of thing."""

    slug: Slug
    name: Name
    in_library: str | None = None
    "Clause by which it is used in the library only."
    in_library_at: tuple[str, ...] = ()
    "Branches whose copies stay in the library, though the kind is lent."
    in_library_at_clause: str | None = None
    holdable: bool = True
    publication: bool = True
    "Counts in the total and for the consequences of overdue publications."
    blocks: bool = True
    "Overdue, it blocks its borrower; and blocks reach it."
    desk_only: str | None = None
    weekdays_only: str | None = None
    not_with_electronic_access: str | None = None
    reserve: bool = False
    "Stands in the course reserve (ITU-I1, METU-M2-1-g)."
    own_periods: str | None = None
    "Clause by which the library sets a copy's period as it likes, shorter or longer."
    invoiced: bool = True
    reminded: bool = True
    can_be_lost: bool = True


class Group(Section, frozen=True):
    """Item types that share a limit."""

    slug: Slug
    name: Name
    items: tuple[str, ...]
    clause: str
    "Cited when the limit is reached; may hold `{paragraph}`."
    not_entitled: str | None = None
    "Cited when a category has no right to the group."


class Limits(Section, frozen=True):
    """A row of the table of limits: how many of each group a category may have at once."""

    category: str
    clause: str
    total: Count | Unlimited = "no limit"
    groups: Mapping[str, Count | Unlimited] = {}
    "Group by group; what is not named, or 0, is not lent to this category."
    not_entitled: Mapping[str, str] = {}
    "Group -> the clause that expressly excludes it."


class Overnight(Section, frozen=True):
    """Lent late in the day, due the next morning (METU reserve A)."""

    after: time
    until: time
    clause: str


class LoanLine(Section, frozen=True, kw_only=True):
    """A row of the table of periods."""

    items: tuple[str, ...]
    categories: tuple[str, ...] | Literal["all"] = "all"
    period: PeriodText
    clause: str
    renewals: Count
    renewals_clause: str | None = None
    "Cited when renewals are used up, or when there are none."
    held_clause: str | None = None
    "Cited when another's hold bars the renewal; absent: the clause of `renewals`."
    overnight: Overnight | None = None


class SpecialLoans(Section, frozen=True, kw_only=True):
    """Loans for a term or for a project: who gets them, of what, for how long."""

    name: Name
    items: tuple[str, ...] | Literal["all"]
    categories: tuple[str, ...]
    period: PeriodText
    needs: Literal["teaches", "manages"] | None = None
    next_term: bool = False
    "Between two terms the next one counts (METU AMB-26)."
    limit: Positive | Unlimited = "no limit"
    counted: bool = True
    "Counts in the ordinary limits too."
    renewals: Count = 0
    held_by_other_bars: bool = True
    clause: str
    renewals_clause: str | None = None
