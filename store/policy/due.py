"""When a loan is due, and from when it can be renewed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from store.policy.calendar import Calendar
from store.policy.model import Policy
from store.policy.periods import Period, parse_period
from store.policy.rules import Rule
from store.policy.verdict import Reason


def period_of(
    policy: Policy, item_type: str, rule: Rule | None, written: str | None, end: Callable[[Period], datetime | None]
) -> Period | None:
    """The period of a loan: the table's, or what staff have written for this copy or title.

    That replaces the table's where the library sets a kind's periods as it likes (ITU-I3), elsewhere only if the loan
    ends sooner by it: staff may shorten, never lengthen (ITU-C16). `end`: when a loan of a period ends.
    """
    usual = rule.period if rule is not None else None
    if written is None:
        return usual
    own = parse_period(written)
    if usual is None or policy.kind(item_type).own_periods is not None:
        return own
    by_table, by_copy = end(usual), end(own)
    return usual if by_table is not None and by_copy is not None and by_copy > by_table else own


def shortens(usual: Period, special: Period) -> bool:
    """Whether a copy's own period is shorter than the table's: staff may shorten, never lengthen (ITU-C16)."""
    if usual.unit == "closing":
        return special.unit == "hour"
    return usual.unit not in ("staff", "term") and special.rough_hours < usual.rough_hours


def own_period_fault(policy: Policy, item_type: str, written: str | None) -> Reason | None:
    """Why a period can't be a copy's own: it must be shorter than some category's, unless the library sets the kind's
    periods as it likes (ITU-I3). A category whose period ends sooner keeps its own: nothing is lengthened.
    """
    if written is None:
        return None
    try:
        special = parse_period(written)
    except ValueError:
        return Reason("period_unreadable", None, "write_a_period", {"period": written})
    if policy.kind(item_type).own_periods is not None:
        return None
    usual = [rule.period for (_category, kind), rule in policy.rules.standard.items() if kind == item_type]
    if not usual or any(shortens(period, special) for period in usual):
        return None
    numbers = {"period": str(special), "usual": str(max(usual, key=lambda each: each.rough_hours))}
    return Reason("period_not_shorter", policy.shorter_period_clause, "write_a_period", numbers)


def first_due(policy: Policy, calendar: Calendar, rule: Rule, period: Period, now: datetime) -> datetime | None:
    """The due moment of a loan made now; None if it must be entered or no term is registered.

    Days and months end with their last day, or with the next open day (ITU R3, METU 4.20); hours are kept to the
    second (ITU R4, METU AMB-25).
    """
    local = calendar.local(now)
    if period.unit == "hour":
        overnight = rule.overnight
        if overnight is not None and period == rule.period and local.time() >= overnight.after:
            # From 16:00:00 on, until 11:00 of the next open day (METU AMB-23, AMB-24).
            return calendar.at(calendar.open_on_or_after(local.date() + timedelta(days=1)), overnight.until)
        return _hours_after(policy, calendar, now, period)
    if period.unit == "closing":
        return calendar.closing_after(now)
    if period.unit == "term":
        term = calendar.term_on(local.date())
        special = policy.term_loans
        if term is None or (term.first > local.date() and not (special is not None and special.next_term)):
            return None
        return calendar.day_end(calendar.open_on_or_after(term.last))
    if period.unit == "staff":
        return None
    return calendar.day_end(calendar.open_on_or_after(period.after(local.date())))


def after_closure(
    policy: Policy, calendar: Calendar, rule: Rule | None, due: datetime, start: datetime, *, hourly: bool
) -> datetime:
    """When a loan is due that was to end at `due`, if its branch is closed then: never earlier than it was.

    Days end with the next open day (AMB-022, METU AMB-27); an overnight loan at its hour of the next open day (METU
    AMB-24); hours at the next opening or, as the policy says, by the clock (AMB-025, METU AMB-25); keys with a closing.
    """
    local = calendar.local(due)
    open_day = calendar.open_on_or_after(local.date())
    if not hourly:
        return due if calendar.is_open_day(local.date()) else calendar.day_end(open_day)
    if rule is not None and rule.period.unit == "closing":
        return due if calendar.is_open_day(local.date()) else calendar.closing_after(due)
    overnight = rule.overnight if rule is not None else None
    if overnight is not None and local.time() == overnight.until and calendar.local(start).time() >= overnight.after:
        return calendar.at(open_day, overnight.until)
    return calendar.open_moment(due) if policy.hourly_after_closing == "next_opening" else due


def next_due(policy: Policy, calendar: Calendar, period: Period, due: datetime) -> datetime | None:
    """The due moment after a renewal: counted from the present one (ITU R10, METU AMB-30); None for other periods."""
    if period.unit == "hour":
        return _hours_after(policy, calendar, due, period)
    if period.unit in ("day", "month"):
        return calendar.day_end(calendar.open_on_or_after(period.after(calendar.local(due).date())))
    return None


def next_period_start(calendar: Calendar, lent_at: datetime, due: datetime) -> datetime:
    """The start of the period after a renewal: the old due date at the time of day of the loan (ITU R9)."""
    return datetime.combine(calendar.local(due).date(), calendar.local(lent_at).time(), calendar.zone)


def opens_at(policy: Policy, calendar: Calendar, period: Period, start: datetime, now: datetime) -> datetime:
    """From when the running period can be renewed: part of its nominal length after its start (ITU-D1, R9)."""
    part = policy.renewals.opens_after_percent
    if part == 0 or period.unit not in ("hour", "day", "month"):
        return now
    local = calendar.local(start)
    return local + period.span(local.date()) * part / 100


def _hours_after(policy: Policy, calendar: Calendar, start: datetime, period: Period) -> datetime:
    due = calendar.local(start) + timedelta(hours=period.count)
    return calendar.open_moment(due) if policy.hourly_after_closing == "next_opening" else due
