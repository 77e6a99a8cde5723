"""The typed tables of a policy file about services: blocks, fines, renewals, holds, letters, loss, membership."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time, timedelta
from functools import cached_property
from typing import Annotated, Literal

from msgspec import Meta

from store.policy.sections import Count, Kurus, Name, PeriodText, Positive, Section, Slug, Words

Service = Literal["checkout", "renewal", "hold"]
Channel = Literal["kiosk", "desk", "web", "phone", "email"]
ClauseKind = Literal["rule", "data", "job", "staff", "shown", "human"]
TaskKind = Literal[
    "membership_decision_overdue", "hold_shelf_pull", "reshelve", "recall_undelivered", "notice_undelivered",
    "invoice_review", "student_system_block", "letter_to_unit", "cancel_membership", "replacement_check",
    "replacement_overdue", "renewal_decision", "return_check",
]  # fmt: skip
"What the program can put on the staff's list."
Remedy = Literal["replacement_copy", "current_price", "commission_value", "fixed_amount", "closed"]


class Blocks(Section, frozen=True):
    """What stops a member, and for which services: service -> clause. A service not named is open."""

    overdue: Mapping[Service, str]
    fines: Mapping[Service, str]
    fines_above: Kurus
    "Unpaid late fines above this block."
    fines_above_confirmed: bool = True
    lost: Mapping[Service, str] = {}


class Suspension(Section, frozen=True):
    """How long a suspension lasts and what it bars."""

    kind: str
    length: PeriodText
    bars: tuple[Service, ...]
    clause: str


class Tariff(Section, frozen=True):
    """What lateness costs for some item types, in kuruş."""

    slug: Slug
    items: tuple[str, ...]
    unit: Literal["day", "hour", "none"]
    first: Kurus = 0
    "Each of the first days, or each completed hour."
    first_days: Count = 0
    later: Kurus | None = None
    held: Kurus | None = None
    free_days: Count = 0
    "Returned by this late day: nothing."
    clause: str | None = None
    later_clause: str | None = None
    held_clause: str | None = None
    free_clause: str | None = None
    suspends: str | None = None
    "Kind of suspension that a fine brings."


class Renewals(Section, frozen=True, kw_only=True):
    """How renewals are made."""

    opens_after_percent: Annotated[int, Meta(ge=0, le=100)] = 0
    "Part of the period that must have passed."
    opens_clause: str | None = None
    channels: tuple[Channel, ...]
    channels_clause: str | None = None
    email_clause: str | None = None
    phone_clause: str | None = None
    recalled_clause: str
    held_clause: str


class ShelfRest(Section, frozen=True, dict=True):
    """How long a copy rests before the member who used up its renewals may have it again."""

    hours: Positive
    clause: str

    @cached_property
    def span(self) -> timedelta:
        """The rest as a length of time."""
        return timedelta(hours=self.hours)


class Holds(Section, frozen=True, kw_only=True):
    """How holds work."""

    most: Count | None = None
    "Holds at once, waiting and ready; absent: as many as the category's total limit (ITU-F7)."
    pickup_days: Positive
    pickup_clause: str
    on_shelf_clause: str
    limit_clause: str
    not_holdable_clause: str | None = None
    held_clause: str
    "Cited when a copy stands on the hold shelf for another."
    unavailable_clause: str | None = None
    already_yours_clause: str | None = None
    own_cancel_notice: bool
    cancelled_clause: str | None = None


class Recall(Section, frozen=True):
    """How a recall shortens a loan."""

    days: Positive
    clause: str
    counts_from: Literal["delivery", "sending"]
    "A recall that came back counts from when the member was reached, or all the same."


class NoticeLine(Section, frozen=True, kw_only=True):
    """A letter: `before` or `after` the due moment, at the library's hour for daily loans."""

    kind: str
    after: PeriodText | None = None
    before: PeriodText | None = None
    after_previous: bool = False
    for_periods_of: tuple[int, int] | None = None
    "Only for loans whose period in days lies between these."
    clause: str


class Letter(Section, frozen=True):
    """A kind of letter that this library sends, and the clause that asks for it (none: needed to run the rules)."""

    kind: str
    name: Name
    clause: str | None = None


class Notices(Section, frozen=True):
    """When letters go out."""

    at: time
    "Hour of the letters about loans that are due on a day."
    daily: tuple[NoticeLine, ...]
    "Letters about loans that are due at the end of a day."
    hourly: tuple[NoticeLine, ...]
    "Letters about loans that are due at a time of day."
    hourly_at_the_hour: bool
    "Hourly loans: counted from the due time to the second, rather than from the due date."
    courtesy_late: Literal["at_once", "same_day"]
    "A courtesy notice whose moment has passed: sent at once, or only if it was today."
    after_last: PeriodText | None = None
    "How long after the last overdue letter the student's block or the letter to the unit is asked for."
    block_clause: str | None = None
    letter_clause: str | None = None
    no_excuse_clause: str | None = None
    "A letter that did not arrive changes no fine."


class Loss(Section, frozen=True):
    """What loss and damage do."""

    closes_loan: bool
    fine_at_report: bool
    fee: Kurus = 0
    fee_clause: str | None = None
    in_print_days: Count | None = None
    in_print_clause: str | None = None
    equivalent_days: Count | None = None
    equivalent_clause: str | None = None
    declared_after: PeriodText | None = None
    declared_after_notices: Count = 0
    declared_clause: str | None = None
    counted_in_limits: bool = False
    letter_on_intent: str | None = None
    "Clause by which intent is written to the member's unit."
    replacement_task: bool = False
    "Staff are asked to judge the replacement, and reminded when its time has passed."
    remedies: Mapping[Remedy, str] = {}
    "What may settle a case, with the clause; empty string: no clause says so."


class FixedCharge(Section, frozen=True):
    """A fixed amount for a lost item that is out of print and has no value found."""

    items: tuple[str, ...]
    foreign_usd_cents: Kurus | None = None
    foreign_clause: str | None = None
    turkish: Kurus | None = None
    turkish_clause: str | None = None
    fixed: Kurus | None = None
    "Whatever the language."
    fixed_clause: str | None = None
    price_clause: str | None = None
    "The current value is charged, entered by staff: the only remedy of its kind (METU-T-tablet-lost)."


class Membership(Section, frozen=True, kw_only=True):
    """How people become and stop being members."""

    required: tuple[str, ...] = ()
    decision_days: Count | None = None
    "Working days; absent: members are registered by staff only."
    complete_clause: str | None = None
    already_clause: str | None = None
    decision_clause: str | None = None
    pending_clause: str
    cancelled_clause: str
    late_returns: Count = 0
    unpaid_days: Count = 0
    cancel_clause: str | None = None
    form_renewals: tuple[str, ...] = ()
    "Days of the year (`MM-DD`) through the first of which a protocol form is good."


class PinRules(Section, frozen=True):
    """What a PIN is made of."""

    length: Annotated[int, Meta(ge=4, le=32)]
    letters: Words
    "Every lower-case letter that is accepted."
    too_short: str | None = None
    bad_character: str | None = None
    uppercase: str | None = None
    already_set: str | None = None
    mismatch: str | None = None
    incorrect: str | None = None
    mailed_code: bool = True


class Clearance(Section, frozen=True):
    """Leaving the university."""

    items_clause: str | None = None
    fines_clause: str | None = None


class Times(Section, frozen=True):
    """When the daily jobs work."""

    nightly: time
    hold_expiry: time


class Clause(Section, frozen=True):
    """A clause of the regulation and where it is carried out."""

    kind: ClauseKind
    tr: Words
    "The regulation's own words."
    en: Words
    "What it asks for."
    where: Name
    "Where the software carries it out, or what it offers the person who does; one text stands for both languages."
    tasks: tuple[TaskKind, ...] = ()
    "What it puts on the staff's list."
    told: bool = False
    "Its words stand on the page of rules that members read, though no limit or period of theirs comes from it."
