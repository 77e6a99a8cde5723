"""The typed tables of a policy file about rights: categories, item types, limits, periods.

Numbers and clause ids stand in the file, never in code.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from store.policy.periods import parse_period

Kurus = Annotated[int, Field(strict=True, ge=0, le=100_000_000)]
Count = Annotated[int, Field(strict=True, ge=0, le=10_000)]
Positive = Annotated[int, Field(strict=True, gt=0, le=10_000)]
Flag = Annotated[bool, Field(strict=True)]
Clock = Annotated[time, Field(strict=True)]
"A number would else be taken for seconds."
Day = Annotated[date, Field(strict=True)]
Slug = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Words = Annotated[str, Field(min_length=1)]
PeriodText = Annotated[str, AfterValidator(lambda text: str(parse_period(text)) and text)]
Unlimited = Literal["no limit"]


class Section(BaseModel):
    """A table of the file: frozen, and no key that it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Name(Section):
    """A name in both languages."""

    tr: Words
    en: Words


class Branch(Section):
    """A library where things are lent."""

    slug: Slug
    name: Name
    address: str = ""
    phone: str = ""
    clause: str | None = None


class Category(Section):
    """A patron category and what is peculiar to it."""

    slug: Slug
    name: Name
    clause: str | None = None
    paragraph: str = ""
    "Fills `{paragraph}` in the clause ids of shared lines."
    not_entitled: str | None = None
    "The clause that excludes it from what its limits do not name."
    borrows_nothing: Flag = False
    holds: Count | None = None
    "Holds at once, if other than what `holds` says."
    holds_clause: str | None = None
    desk_only: str | None = None
    "Clause by which it is served at the desk only."
    needs: Literal["exchange_list", "protocol_form"] | None = None
    needs_clause: str | None = None
    phone_renewals: Flag = False
    renewals_by_staff: str | None = None
    "Clause by which staff decide each renewal."
    student: Flag = False
    unit_letter: Flag = False
    cancelled_when_late: Flag = False


class ItemType(Section):
    """A kind of thing."""

    slug: Slug
    name: Name
    in_library: str | None = None
    "Clause by which it is used in the library only."
    in_library_at: tuple[str, ...] = ()
    "Branches whose copies stay in the library, though the kind is lent."
    in_library_at_clause: str | None = None
    holdable: Flag = True
    publication: Flag = True
    "Counts in the total and for the consequences of overdue publications."
    blocks: Flag = True
    "Overdue, it blocks its borrower; and blocks reach it."
    desk_only: str | None = None
    weekdays_only: str | None = None
    not_with_electronic_access: str | None = None
    reserve: Flag = False
    "Stands in the course reserve (ITU-I1, METU-M2-1-g)."
    own_periods: str | None = None
    "Clause by which the library sets a copy's period as it likes, shorter or longer."
    invoiced: Flag = True
    reminded: Flag = True
    can_be_lost: Flag = True


class Group(Section):
    """Item types that share a limit."""

    slug: Slug
    name: Name
    items: tuple[str, ...]
    clause: str
    "Cited when the limit is reached; may hold `{paragraph}`."
    not_entitled: str | None = None
    "Cited when a category has no right to the group."


class Limits(Section):
    """A row of the table of limits: how many of each group a category may have at once."""

    category: str
    clause: str
    total: Count | Unlimited = "no limit"
    groups: Mapping[str, Count | Unlimited] = {}
    "Group by group; what is not named, or 0, is not lent to this category."
    not_entitled: Mapping[str, str] = {}
    "Group -> the clause that expressly excludes it."


class Overnight(Section):
    """Lent late in the day, due the next morning (METU reserve A)."""

    after: Clock
    until: Clock
    clause: str


class LoanLine(Section):
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


class SpecialLoans(Section):
    """Loans for a term or for a project: who gets them, of what, for how long."""

    name: Name
    items: tuple[str, ...] | Literal["all"]
    categories: tuple[str, ...]
    period: PeriodText
    needs: Literal["teaches", "manages"] | None = None
    next_term: Flag = False
    "Between two terms the next one counts (METU AMB-26)."
    limit: Positive | Unlimited = "no limit"
    counted: Flag = True
    "Counts in the ordinary limits too."
    renewals: Count = 0
    held_by_other_bars: Flag = True
    clause: str
    renewals_clause: str | None = None
