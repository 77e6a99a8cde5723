"""Which letters and steps time brings to a loan, and when."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from store.policy import due
from store.policy.calendar import Calendar
from store.policy.facts import RunningLoan
from store.policy.model import Policy
from store.policy.periods import parse_period
from store.policy.services import NoticeLine
from store.policy.verdict import PlannedNotice

BY_CATEGORY = ("student_system_block", "letter_to_unit")
"What staff are asked to do about a late loan depends on who has it."


def plan(policy: Policy, calendar: Calendar, loan: RunningLoan, since: datetime) -> tuple[PlannedNotice, ...]:
    """Everything that is to come for a loan lent, renewed or recalled at `since`, in order of time (ITU R14).

    Computed from the present due moment; closed days move nothing. A kind `lost` is the declaration of loss, to be
    made only once `policy.loss.declared_after_notices` reminders are recorded as sent (METU-2-h.lost). The caller
    drops what was sent before.
    """
    kind = policy.kind(loan.item_type)
    if loan.lost:
        return ()
    planned = [*_letters(policy, calendar, loan, since)] if kind.reminded else []
    if kind.can_be_lost:
        planned += _declaration(policy, calendar, loan)
    return tuple(sorted(planned, key=lambda notice: notice.at))


def lost_at(policy: Policy, calendar: Calendar, loan: RunningLoan, reminders: Sequence[datetime]) -> datetime | None:
    """When the loan is declared lost, given when its reminders were really sent; None: not yet (METU-2-h.lost).

    The first night on which both the months are over and the reminders are recorded.
    """
    planned = next(iter(_declaration(policy, calendar, loan)), None)
    needed = policy.loss.declared_after_notices
    if planned is None or not policy.kind(loan.item_type).can_be_lost or len(reminders) < needed:
        return None
    if not needed:
        return planned.at
    last = calendar.local(sorted(reminders)[needed - 1])
    night = calendar.at(last.date(), policy.times.nightly)
    return max(planned.at, night if night >= last else calendar.at(last.date() + timedelta(days=1), night.time()))


def sends(policy: Policy, kind: str) -> bool:
    """Whether the library sends this kind of letter at all."""
    return kind in policy.letter_of


def _letters(policy: Policy, calendar: Calendar, loan: RunningLoan, since: datetime) -> Iterator[PlannedNotice]:
    notices = policy.notices
    last_overdue: datetime | None = None
    previous = loan.due
    for line in notices.hourly if loan.hourly else notices.daily:
        if line.before is not None:
            at = _courtesy(policy, calendar, loan, line, since)
            if at is not None:
                yield PlannedNotice(line.kind, at)
        elif line.after is not None and (line.kind != "invoice" or policy.kind(loan.item_type).invoiced):
            previous = _after(policy, calendar, loan, previous if line.after_previous else loan.due, line.after)
            yield PlannedNotice(line.kind, previous)
            last_overdue = last_overdue if line.kind == "invoice" else previous
    if last_overdue is not None:
        yield from _after_last(policy, calendar, loan, last_overdue)


def _courtesy(
    policy: Policy, calendar: Calendar, loan: RunningLoan, line: NoticeLine, since: datetime
) -> datetime | None:
    """The moment of a notice before the due date, or None; a recall replaces it (ITU R14, METU AMB-74)."""
    if loan.recalled or line.before is None:
        return None
    if line.for_periods_of is not None:
        shortest, longest = line.for_periods_of
        if not shortest <= _nominal_days(policy, calendar, loan) <= longest:
            return None
    day = calendar.local(loan.due).date() - timedelta(days=parse_period(line.before).count)
    moment = calendar.at(day, policy.notices.at)
    if moment > since:
        return moment
    if policy.notices.courtesy_late == "at_once" or day == calendar.local(since).date():
        return since
    return None


def _after(policy: Policy, calendar: Calendar, loan: RunningLoan, base: datetime, written: str) -> datetime:
    period, local = parse_period(written), calendar.local(base)
    if period.unit == "hour":
        return local + timedelta(hours=period.count)
    day = period.after(local.date())
    to_the_second = loan.hourly and policy.notices.hourly_at_the_hour
    return calendar.at(day, local.time() if to_the_second else policy.notices.at)


def _after_last(policy: Policy, calendar: Calendar, loan: RunningLoan, last: datetime) -> Iterator[PlannedNotice]:
    """The day after the last overdue letter for a publication: block or letter to the unit (ITU-M3a, M3b, AMB-085)."""
    category = policy.category(loan.category)
    if policy.notices.after_last is None or loan.item_type not in policy.rules.publications:
        return
    day = parse_period(policy.notices.after_last).after(calendar.local(last).date())
    if category.student:
        yield PlannedNotice("student_system_block", calendar.at(day, policy.notices.at))
    elif category.unit_letter:
        yield PlannedNotice("letter_to_unit", calendar.at(day, policy.notices.at))


def _declaration(policy: Policy, calendar: Calendar, loan: RunningLoan) -> Iterator[PlannedNotice]:
    """The night of the first day after due date and so many months, cut to the month's end (METU AMB-64)."""
    if policy.loss.declared_after is None:
        return
    last: date = parse_period(policy.loss.declared_after).after(calendar.local(loan.due).date())
    yield PlannedNotice("lost", calendar.at(last + timedelta(days=1), policy.times.nightly))


def _nominal_days(policy: Policy, calendar: Calendar, loan: RunningLoan) -> int:
    rule = policy.rules.find(loan.category, loan.item_type, loan.loan_type)
    written = loan.period if loan.loan_type == "standard" else None
    period = due.period_of(
        policy, loan.item_type, rule, written, lambda each: loan.period_start + timedelta(hours=each.rough_hours)
    )
    if period is not None:
        return period.rough_hours // 24
    return (calendar.local(loan.due).date() - calendar.local(loan.period_start).date()).days
