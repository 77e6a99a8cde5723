"""What is to come for a loan if nobody does anything: renewals, letters, what lateness costs, each with its clause."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time

from msgspec.structs import replace
from sqlalchemy import Connection, select

from store import rows
from store.circulation.loans import LoanRead, open_loan_of
from store.library import Library
from store.policy import explaining, fines, holding, notices
from store.policy.calendar import Calendar
from store.policy.facts import RunningLoan
from store.results.simulation import Event
from store.states import HoldStatus

_LATE_SHOWN = 10
"Late days, or hours, that are told one by one; afterwards the letters tell what lateness costs by then."


def ahead(library: Library, connection: Connection, barcode: str, member_id: int, now: datetime) -> tuple[Event, ...]:
    """Everything after `now`, in order of time."""
    events = [*_suspensions(connection, member_id, now), *_pick_ups(library, connection, now)]
    loan = open_loan_of(connection, barcode)
    if loan is not None and not loan.running.lost:
        calendar = library.calendars.of(connection, loan.running.branch)
        events += _of_loan(library, calendar, loan, now)
    return tuple(sorted((event for event in events if event.at > now), key=lambda event: event.at))


def _of_loan(library: Library, calendar: Calendar, loan: LoanRead, now: datetime) -> Iterator[Event]:
    running = loan.running
    policy = library.policies.at(now)
    own = library.policies.of_loan(running.policy_version, running.lent_at)
    if running.opens_at is not None and running.renewals < running.renewals_allowed:
        yield Event(running.opens_at, "opens", policy.renewals.opens_clause)
    rule = own.rules.find(running.category, running.item_type, running.loan_type)
    yield Event(running.due, "due", rule.clause if rule else None, numbers={"late": int(running.hourly)})
    yield from _letters(library, calendar, running, now)
    if not running.fine_ended:
        yield from _late(library, calendar, running)


def _letters(library: Library, calendar: Calendar, running: RunningLoan, now: datetime) -> Iterator[Event]:
    policy = library.policies.at(now)
    for notice in notices.plan(policy, calendar, replace(running, held_spans=()), now):
        clause = explaining.letter_clause(policy, running, notice.kind)
        if notice.kind == "lost":
            if notices.sends(policy, notice.kind):
                yield Event(notice.at, "letter", clause, notice.kind)
            yield Event(notice.at, "declared", clause)
            return  # what would follow a loss is another story
        fine = fines.reckon(library.policies, calendar, running, notice.at).amount if notice.at > running.due else 0
        kind = "task" if notice.kind in notices.BY_CATEGORY else "letter"
        yield Event(notice.at, kind, clause, notice.kind, {"amount": fine} if fine else {})


def _late(library: Library, calendar: Calendar, running: RunningLoan) -> Iterator[Event]:
    """The first late days or hours, at the moment at which each is charged."""
    steps, _suspension = explaining.account(library.policies, calendar, running, _LATE_SHOWN)
    before = -1
    for step in steps:
        if step.open and step.fine.amount != before:
            numbers = {"amount": step.fine.amount, "late": step.fine.late}
            by_day = step.fine.unit == "day"  # a late day costs from its first second on
            at = calendar.at(calendar.local(step.at).date(), time(0)) if by_day else step.at
            yield Event(at, "late", step.fine.clause, step.fine.unit, numbers)
            before = step.fine.amount


def _suspensions(connection: Connection, member_id: int, now: datetime) -> Iterator[Event]:
    table = rows.suspension
    for row in connection.execute(select(table).where(table.c.member_id == member_id, table.c.ends_at > now)):
        yield Event(row.ends_at, "suspension_ends", row.clause, row.kind)


def _pick_ups(library: Library, connection: Connection, now: datetime) -> Iterator[Event]:
    hold = rows.hold
    policy = library.policies.at(now)
    for row in connection.execute(select(hold.c.pickup_until).where(hold.c.status == HoldStatus.READY)):
        ends = holding.expires_at(policy, Calendar(policy.zone), row.pickup_until)
        yield Event(ends, "hold_ends", policy.holds.pickup_clause)
