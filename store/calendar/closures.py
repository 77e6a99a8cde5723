"""What a closure moves: due dates and pick-ups that would end while a branch is closed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from msgspec.structs import replace
from sqlalchemy import Row, select, update

from store import rows, statements
from store.calendar import schedule
from store.circulation.holds import retarget
from store.circulation.loans import open_loan, plan_anew
from store.locks import lock_hold, lock_loan
from store.policy import due as due_dates
from store.policy.calendar import Calendar
from store.results.calendar import Change, Close, Moved, SetHours
from store.states import HoldStatus, LoanState
from store.transaction import Transaction

_loan, _hold, _copy, _title = rows.loan, rows.hold, rows.copy, rows.title
_running = (
    select(
        _loan.c.id, _loan.c.branch, _loan.c.due_at, _loan.c.hourly, _loan.c.category, _loan.c.item_type,
        _loan.c.loan_type, _loan.c.lent_at, _loan.c.period_start, _loan.c.policy_version, _copy.c.barcode,
        _copy.c.period, _title.c.title,
    )
    .join_from(_loan, _copy, _copy.c.id == _loan.c.copy_id)
    .join(_title, _title.c.id == _copy.c.title_id)
    .where(_loan.c.closed_at.is_(None), _loan.c.state == statements.word(LoanState.OPEN))
    .order_by(_loan.c.member_id, _loan.c.id)
)  # fmt: skip
_ready = (
    select(_hold.c.id, _hold.c.pickup_until, _copy.c.branch, _copy.c.barcode, _title.c.title)
    .join_from(_hold, _copy, _copy.c.id == _hold.c.copy_id)
    .join(_title, _title.c.id == _copy.c.title_id)
    .where(_hold.c.status == statements.word(HoldStatus.READY))
    .order_by(_hold.c.member_id, _hold.c.id)
)


def moved_by(tx: Transaction, change: Change, now: datetime) -> Iterator[Moved]:
    """Whatever is to end, from now on, at a time that the change, as it is written by now, has closed."""
    calendars = schedule.Calendars(tx.library.calendars.zone)
    branches = [branch.slug for branch in tx.library.policies.latest.branches]
    known = {branch: calendars.of(tx.connection, branch) for branch in branches if _concerns(change, branch)}
    first, last = _span(change, calendars.zone, now)
    due = rows.loan.c.due_at
    for row in tx.connection.execute(_running.where(due > first, due <= last, rows.loan.c.branch.in_(known))):
        new = _new_due(tx, row, known[row.branch])
        if new is not None and new > row.due_at:
            yield Moved("loan", row.id, row.barcode, row.title, row.due_at, new, bool(row.hourly))
    until = rows.hold.c.pickup_until
    for ready in tx.connection.execute(_ready.where(until > first, until <= last, rows.copy.c.branch.in_(known))):
        calendar = known[ready.branch]
        day = calendar.local(ready.pickup_until).date()
        if not calendar.is_open_day(day):
            new = calendar.day_end(calendar.open_on_or_after(day))
            yield Moved("hold", ready.id, ready.barcode, ready.title, ready.pickup_until, new, hourly=False)


def _concerns(change: Change, branch: str) -> bool:
    return isinstance(change, Close | SetHours) and change.branch in (branch, schedule.EVERY_BRANCH)


def _span(change: Change, zone: ZoneInfo, now: datetime) -> tuple[datetime, datetime]:
    """From when until when something may end that the change concerns; what is past is let alone."""
    if not isinstance(change, Close):
        return now, datetime.max.replace(tzinfo=UTC)
    first = datetime.combine(change.first, time(0), zone)
    return max(now, first), datetime.combine(change.last + timedelta(days=1), time(0), zone)


def _new_due(tx: Transaction, row: Row[*tuple[Any, ...]], calendar: Calendar) -> datetime | None:
    """The due moment that the rules would give today to a loan that ends while the branch is closed; None: as it is."""
    policy = tx.library.policies.of_loan(row.policy_version, row.lent_at)
    rule = policy.rules.find(row.category, row.item_type, row.loan_type)
    unit = rule.period.unit if rule is not None and row.period is None else None
    if unit == "staff":
        return None  # the lending library's date, which is not ours to move (ITU AMB-048)
    return due_dates.after_closure(policy, calendar, rule, row.due_at, row.period_start, hourly=bool(row.hourly))


def move(tx: Transaction, moved: Moved, now: datetime) -> None:
    """Let it end later; what time brings to a loan is planned anew, and holds find their targets again."""
    if moved.kind == "loan":
        _move_loan(tx, moved, now)
    else:
        _move_hold(tx, moved)


def _move_loan(tx: Transaction, moved: Moved, now: datetime) -> None:
    lock_loan(tx.connection, moved.row_id)
    loan = open_loan(tx.connection, loan_id=moved.row_id)
    assert loan is not None
    running = replace(loan.running, due=moved.new)
    policy = tx.library.policies.of_loan(running.policy_version, running.lent_at)
    calendar = tx.library.calendars.of(tx.connection, running.branch)
    plan_anew(tx, policy, calendar, loan, running, now, {"due_at": moved.new})
    retarget(tx, loan.title_id, now)


def _move_hold(tx: Transaction, moved: Moved) -> None:
    lock_hold(tx.connection, moved.row_id)
    hold = rows.hold
    tx.connection.execute(update(hold).where(hold.c.id == moved.row_id).values(pickup_until=moved.new))
