"""Hours, closed days, public holidays and terms: how staff change them, and what that does to what is due already.

A closure moves a due date or a pick-up that would end on it to the next open day (ITU AMB-022, AMB-023; METU AMB-27),
if who enters it wants so; nothing that was promised ever ends earlier, and what is overdue by now stays so.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from msgspec.structs import replace
from sqlalchemy import Connection, delete, exists, or_, select

from store import rows
from store.act import At
from store.calendar import schedule
from store.calendar.closures import move as move_end
from store.calendar.closures import moved_by
from store.desk.permissions import needs
from store.desk.roles import Right
from store.library import Library
from store.policy.verdict import Reason, Refused
from store.results.calendar import (
    CalendarView,
    Change,
    Close,
    ClosedLine,
    Effect,
    HolidayLine,
    HoursLine,
    Open,
    SetHours,
    SetTerm,
    TermLine,
)
from store.transaction import Reading, Transaction, query, rehearsal, use_case

_LONGEST_CLOSURE = timedelta(days=366)


def view(library: Library, now: datetime) -> CalendarView:
    """What staff have entered, from the running year on."""
    policy = library.policies.at(now)
    names = tuple((branch.slug, branch.name.tr, branch.name.en) for branch in policy.branches)
    since = now.astimezone(policy.zone).date().replace(month=1, day=1)
    return replace(_entered(library, since), branches=names)


@rehearsal
def effect(tx: Transaction, change: Change, now: datetime) -> Effect | Refused:
    """What a change would do to what is due: the very change, taken back. Refusals: those of `enter`."""
    refused = _write(tx, change)
    return refused if refused is not None else Effect(tuple(moved_by(tx, change, now)))


@use_case
@needs(Right.CALENDAR, "calendar")
def enter(tx: Transaction, change: Change, move: bool, now: datetime, at: At) -> Effect | Refused:
    """Change the calendar; with `move`, what would end while a branch is closed ends on the next open day instead.

    Refusals: `times_out_of_order`, `days_out_of_order`, `term_in_use`, `unknown_branch`, `name_missing`.
    """
    refused = _write(tx, change)
    if refused is not None:
        tx.record("calendar", "refused", now, at, reasons=refused.reasons)
        return refused
    schedule.touch(tx.connection)
    tx.library.keep_up(tx.connection)
    moved = tuple(moved_by(tx, change, now)) if move else ()
    for each in moved:
        move_end(tx, each, now)
    done = Effect(moved)
    detail: dict[str, object] = {"change": _told(change), "loans": done.loans, "holds": done.holds, "moved": move}
    tx.record("calendar", "done", now, at, detail=detail)
    return done


def closes(change: Change) -> bool:
    """Whether a change can close a branch at a time at which it was open: only then something may have to move."""
    return isinstance(change, Close) or (isinstance(change, SetHours) and change.opens != "")


@query
def _entered(reading: Reading, since: date) -> CalendarView:
    connection, hours, closed, holiday = reading.connection, rows.opening_hours, rows.closed_day, rows.holiday
    return CalendarView(
        branches=(),
        hours=tuple(
            HoursLine(row.branch, row.weekday, row.opens, row.closes)
            for row in connection.execute(select(hours).order_by(hours.c.branch, hours.c.weekday))
        ),
        closed=tuple(
            ClosedLine(row.branch, row.day, row.name)
            for row in connection.execute(
                select(closed).where(closed.c.day >= since).order_by(closed.c.day, closed.c.branch)
            )
        ),
        holidays=tuple(
            HolidayLine(row.day, row.name)
            for row in connection.execute(select(holiday).where(holiday.c.day >= since).order_by(holiday.c.day))
        ),
        terms=_terms(connection),
    )


def _write(tx: Transaction, change: Change) -> Refused | None:
    """Write the change, or say what is wrong with it."""
    if isinstance(change, SetHours | Close | Open):
        known = {branch.slug for branch in tx.library.policies.latest.branches} | {schedule.EVERY_BRANCH}
        if change.branch not in known:
            return _refuse("unknown_branch", {"branch": change.branch})
    if isinstance(change, SetHours):
        return _write_hours(tx, change)
    if isinstance(change, SetTerm):
        return _write_term(tx, change)
    if isinstance(change, Close):
        days = (change.last - change.first).days
        if not 0 <= days <= _LONGEST_CLOSURE.days:
            return _refuse("days_out_of_order", {"most": _LONGEST_CLOSURE.days})
        for ahead in range(days + 1):
            day = change.first + timedelta(days=ahead)
            values = {"branch": change.branch, "day": day, "name": change.name}
            schedule.enter(tx.connection, rows.closed_day, values)
    elif isinstance(change, Open):
        table = rows.closed_day
        tx.connection.execute(delete(table).where(table.c.branch == change.branch, table.c.day == change.day))
    elif change.name is None:
        tx.connection.execute(delete(rows.holiday).where(rows.holiday.c.day == change.day))
    else:
        schedule.enter(tx.connection, rows.holiday, {"day": change.day, "name": change.name})
    return None


def _write_hours(tx: Transaction, change: SetHours) -> Refused | None:
    if change.opens == "":
        table = rows.opening_hours
        tx.connection.execute(delete(table).where(table.c.branch == change.branch, table.c.weekday == change.weekday))
        return None
    if change.opens is not None and not _in_order(change.opens, change.closes or ""):
        return _refuse("times_out_of_order", {})
    values = {"branch": change.branch, "weekday": change.weekday, "opens": change.opens, "closes": change.closes}
    schedule.enter(tx.connection, rows.opening_hours, values)
    return None


def _write_term(tx: Transaction, change: SetTerm) -> Refused | None:
    table = rows.term
    if not change.name.strip():
        return _refuse("name_missing", {})
    if change.first is None or change.last is None:
        line = next((each for each in _terms(tx.connection) if each.name == change.name), None)
        if line is not None and line.in_use:
            return _refuse("term_in_use", {"term": change.name})
        tx.connection.execute(delete(table).where(table.c.name == change.name))
        return None
    if change.first > change.last:
        return _refuse("days_out_of_order", {"most": _LONGEST_CLOSURE.days})
    values = {"name": change.name, "first_day": change.first, "last_day": change.last}
    schedule.enter(tx.connection, rows.term, values)
    return None


def _terms(connection: Connection) -> tuple[TermLine, ...]:
    """The latest first."""
    term = rows.term
    used = or_(
        exists().where(rows.exchange_listing.c.term == term.c.name), exists().where(rows.teaching.c.term == term.c.name)
    )
    found = connection.execute(select(term, used.label("used")).order_by(term.c.first_day.desc()))
    return tuple(TermLine(row.name, row.first_day, row.last_day, bool(row.used)) for row in found)


def _in_order(opens: str, closes: str) -> bool:
    try:
        first = time.fromisoformat(opens)
        return closes == "24:00" or first < time.fromisoformat(closes)
    except ValueError:
        return False


def _told(change: Change) -> str:
    words = (f"{getattr(change, name)}" for name in change.__struct_fields__ if getattr(change, name) not in (None, ""))
    return " ".join((type(change).__name__, *words))


def _refuse(slug: str, numbers: dict[str, int | str | date | datetime]) -> Refused:
    return Refused((Reason(slug, None, "correct_entry", numbers),))
