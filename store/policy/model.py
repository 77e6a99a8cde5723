"""The typed policy file: one library's rules, frozen. Numbers and clause ids stand there, never in code."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from functools import cached_property
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PositiveInt

from store.policy.periods import Period, parse_period

Kurus = Annotated[int, Field(ge=0)]
PeriodText = Annotated[str, AfterValidator(lambda text: str(parse_period(text)) and text)]
Unlimited = Literal["no limit"]
Service = Literal["checkout", "renewal", "hold"]
Channel = Literal["kiosk", "desk", "web", "phone", "email"]
ClauseKind = Literal["enforced", "data", "scheduled", "staff", "information", "human"]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Name(_Part):
    """A name in both languages."""

    tr: str
    en: str


class Branch(_Part):
    """A library where things are lent."""

    slug: str
    name: Name
    address: str = ""
    phone: str = ""
    clause: str | None = None


class Category(_Part):
    """A patron category and what is peculiar to it."""

    slug: str
    name: Name
    clause: str | None = None
    paragraph: str = ""
    "Fills `{paragraph}` in the clause ids of shared lines."
    not_entitled: str | None = None
    "The clause that excludes it from what its limits do not name."
    borrows_nothing: bool = False
    holds: int | None = None
    "Holds at once; absent: as many as the total limit (ITU-F7)."
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


class ItemType(_Part):
    """A kind of thing."""

    slug: str
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
    invoiced: bool = True
    reminded: bool = True
    can_be_lost: bool = True


class Group(_Part):
    """Item types that share a limit."""

    slug: str
    name: Name
    items: tuple[str, ...]
    clause: str
    "Cited when the limit is reached; may hold `{paragraph}`."
    not_entitled: str | None = None


class Limits(_Part):
    """A row of the table of limits: how many of each group a category may have at once."""

    category: str
    clause: str
    total: PositiveInt | Unlimited = "no limit"
    groups: Mapping[str, int | Unlimited] = {}
    "Group by group; what is not named, or 0, is not lent to this category."


class Overnight(_Part):
    """Lent late in the day, due the next morning (METU reserve A)."""

    after: time
    until: time
    clause: str


class LoanLine(_Part):
    """A row of the table of periods."""

    items: tuple[str, ...]
    categories: tuple[str, ...] | Literal["all"] = "all"
    period: PeriodText
    clause: str
    renewals: int = 0
    renewals_clause: str | None = None
    "Cited when renewals are used up, or when there are none."
    overnight: Overnight | None = None


class SpecialLoans(_Part):
    """Loans for a term or for a project: who gets them, of what, for how long."""

    items: tuple[str, ...] | Literal["all"]
    categories: tuple[str, ...]
    period: PeriodText
    needs: Literal["teaches", "manages"] | None = None
    limit: PositiveInt | Unlimited = "no limit"
    counted: bool = True
    "Counts in the ordinary limits too."
    renewals: int = 0
    held_by_other_bars: bool = True
    clause: str
    renewals_clause: str | None = None


class Blocks(_Part):
    """What stops a member, and for which services: service -> clause. A service not named is open."""

    overdue: Mapping[Service, str]
    fines: Mapping[Service, str]
    fines_above: Kurus
    "Unpaid late fines above this block."
    fines_above_confirmed: bool = True
    lost: Mapping[Service, str] = {}


class Suspension(_Part):
    """How long a suspension lasts and what it bars."""

    kind: str
    length: PeriodText
    bars: tuple[Service, ...]
    clause: str


class Tariff(_Part):
    """What lateness costs for some item types, in kuruş."""

    slug: str
    items: tuple[str, ...]
    unit: Literal["day", "hour", "none"]
    first: Kurus = 0
    "Each of the first days, or each completed hour."
    first_days: int = 7
    later: Kurus | None = None
    held: Kurus | None = None
    free_days: int = 0
    "Returned by this late day: nothing."
    clause: str | None = None
    free_clause: str | None = None
    suspends: str | None = None
    "Kind of suspension that a fine brings."


class Renewals(_Part):
    """How renewals are made."""

    opens_after: float = 0.0
    "Part of the period that must have passed."
    opens_clause: str | None = None
    channels: tuple[Channel, ...]
    channels_clause: str
    email_clause: str | None = None
    phone_clause: str | None = None
    recalled_clause: str
    held_clause: str


class ShelfRest(_Part):
    """How long a copy rests before the member who used up its renewals may have it again."""

    hours: PositiveInt
    clause: str


class Holds(_Part):
    """How holds work."""

    pickup_days: PositiveInt
    pickup_clause: str
    on_shelf_clause: str
    limit_clause: str
    not_holdable_clause: str | None = None
    held_clause: str
    own_cancel_notice: bool


class Recall(_Part):
    """How a recall shortens a loan."""

    days: PositiveInt
    clause: str


class NoticeLine(_Part):
    """A letter: `before` or `after` the due moment, at the library's hour for daily loans."""

    kind: str
    after: PeriodText | None = None
    before: PeriodText | None = None
    after_previous: bool = False
    for_periods_of: tuple[int, int] | None = None
    "Only for loans whose period in days lies between these."
    clause: str


class Notices(_Part):
    """When letters go out."""

    at: time
    daily: tuple[NoticeLine, ...]
    hourly: tuple[NoticeLine, ...]
    hourly_at_the_hour: bool
    "Hourly loans: counted from the due time to the second, rather than from the due date."
    courtesy_late: Literal["at_once", "same_day"]
    confirmation: bool = False
    "A confirmation is sent at every checkout."
    after_last: str | None = None
    "Task raised a day after the last overdue letter."
    block_clause: str | None = None
    letter_clause: str | None = None
    invoice_ends_fine: bool = False


class Loss(_Part):
    """What loss and damage do."""

    closes_loan: bool
    fine_at_report: bool
    fee: Kurus = 0
    fee_clause: str | None = None
    in_print_days: int | None = None
    in_print_clause: str | None = None
    equivalent_days: int | None = None
    equivalent_clause: str | None = None
    declared_after: PeriodText | None = None
    declared_after_notices: int = 0
    declared_at: time | None = None
    declared_clause: str | None = None
    counted_in_limits: bool = False
    letter_on_intent: str | None = None
    replacement_task: bool = False


class FixedCharge(_Part):
    """A fixed amount for a lost item that is out of print and has no value found."""

    items: tuple[str, ...]
    foreign_usd_cents: int | None = None
    foreign_clause: str | None = None
    turkish: int | None = None
    turkish_clause: str | None = None
    fixed: int | None = None
    fixed_clause: str | None = None


class Membership(_Part):
    """How people become and stop being members."""

    required: tuple[str, ...] = ()
    decision_days: int | None = None
    decision_clause: str | None = None
    pending_clause: str
    cancelled_clause: str
    late_returns: int = 0
    unpaid_days: int = 0
    cancel_clause: str | None = None
    form_renewals: tuple[str, ...] = ()
    "Days of the year (`MM-DD`) through the first of which a protocol form is good."


class PinRules(_Part):
    """What a PIN is made of."""

    length: PositiveInt
    letters: str
    too_short: str | None
    bad_character: str | None
    uppercase: str | None
    already_set: str | None
    mismatch: str | None
    incorrect: str | None
    mailed_code: bool = True


class Clearance(_Part):
    """Leaving the university."""

    items_clause: str
    fines_clause: str


class Times(_Part):
    """When the daily jobs work."""

    nightly: time
    hold_expiry: time


class Clause(_Part):
    """A clause of the regulation and where it is carried out."""

    id: str
    kind: ClauseKind
    text: str
    meaning: str
    where: str


class Policy(_Part):
    """A version of a library's rules."""

    version: str
    effective_from: date
    time_zone: str
    title: Name
    library: Name
    contact: Name
    email: str = ""
    it_email: str = ""
    loan_duty: Name | None = None
    identity_clause: str | None
    card_lost_clause: str | None
    lost_card_with_document: bool = False
    returns_at: Literal["lending_branch", "anywhere"]
    returns_clause: str | None = None
    hourly_after_closing: Literal["next_opening", "kept"]
    tariff_of: Literal["loan", "day"]
    total_clause: str | None = None
    not_entitled_clause: str
    shorter_period_clause: str | None = None
    not_overridable: tuple[str, ...]
    branches: tuple[Branch, ...]
    categories: tuple[Category, ...]
    item_types: tuple[ItemType, ...]
    groups: tuple[Group, ...]
    limits: tuple[Limits, ...]
    loans: tuple[LoanLine, ...]
    term_loans: SpecialLoans | None = None
    project_loans: SpecialLoans | None = None
    blocks: Blocks
    suspensions: tuple[Suspension, ...] = ()
    tariffs: tuple[Tariff, ...]
    renewals: Renewals
    shelf_rest: ShelfRest | None = None
    holds: Holds
    recall: Recall
    notices: Notices
    loss: Loss
    charges: tuple[FixedCharge, ...] = ()
    membership: Membership
    pins: PinRules
    clearance: Clearance | None = None
    times: Times
    clauses: tuple[Clause, ...] = ()
