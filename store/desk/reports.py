"""Figures of the library for a period and a branch, counted by the database over ranges of indexed columns.

Instants are kept in UTC: the database counts by hours of UTC, which are hours of the library's time zone, too, and
Python puts them into its days. So SQLite, which knows no time zones, and PostgreSQL give the same.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Row,
    Select,
    String,
    and_,
    case,
    cast,
    exists,
    func,
    literal_column,
    or_,
    select,
    text,
)

from store import rows
from store.library import Library
from store.results.reports import (
    AgeLine,
    BranchName,
    Bucket,
    BusyHours,
    Circulation,
    Health,
    MoneyLine,
    Period,
    RefusalLine,
    Span,
    Step,
    TerminalLine,
    TitleLine,
    Wanted,
)
from store.states import LedgerKind, LoanState
from store.transaction import Reading, query
from store.types import Instant

S = TypeVar("S", bound=Select[*tuple[Any, ...]])
_MOST = 15
"Titles and reasons that a report shows."
_AGES = ((1, 7), (8, 14), (15, 30), (31, 60), (61, 90), (91, 180), (181, 365), (366, None))
_DAYS = {"week": 7, "month": 30, "year": 365}
_STUCK = timedelta(minutes=15)
_NOT_UNDONE = rows.loan.c.state != literal_column("'undone'")
_REFUSED = rows.audit_entry.c.outcome == literal_column("'refused'")
"Written out, so that the indexes over these rows alone are used."
_LAST_ENTRIES = text(
    """WITH RECURSIVE chains(chain) AS (
           SELECT min(chain) FROM audit_entry
           UNION ALL
           SELECT (SELECT min(e.chain) FROM audit_entry e WHERE e.chain > c.chain) FROM chains c
           WHERE c.chain IS NOT NULL
       )
       SELECT c.chain, e.at FROM chains c JOIN audit_entry e ON e.chain = c.chain
       AND e.seq = (SELECT max(l.seq) FROM audit_entry l WHERE l.chain = c.chain)
       ORDER BY e.at, c.chain"""
).columns(chain=String, at=Instant)
"From chain to chain along the index: a few looks, however long the audit."


@query
def span(reading: Reading, period: Period, now: datetime) -> Span | None:
    """From when until when a period lasts, up to now; None for `term` if no term has begun."""
    library = reading.library
    zone = library.calendars.zone
    today = now.astimezone(zone).date()
    if period == "today":
        return Span(_midnight(today, zone), now, "hour")
    if period != "term":
        first = today - timedelta(days=_DAYS[period] - 1)
        return Span(_midnight(first, zone), now, "week" if period == "year" else "day")
    term = library.calendars.of(reading.connection, "").running_list_term(today)
    if term is None:
        return None
    after = _midnight(term.last + timedelta(days=1), zone)
    return Span(_midnight(term.first, zone), min(now, after), "week")


def branches(library: Library, now: datetime) -> tuple[BranchName, ...]:
    """The branches of the policy in force."""
    return tuple(BranchName(each.slug, each.name.tr, each.name.en) for each in library.policies.at(now).branches)


def circulation(library: Library, over: Span, branch: str | None) -> Circulation:
    """Loans and returns, step by step; steps in which nothing happened are there, too."""
    zone = library.calendars.zone
    lent, returned = _both(library, zone, over, branch)
    loans, returns = _by_step(lent, over.step), _by_step(returned, over.step)
    starts = _steps(over, zone)
    return Circulation(tuple(Bucket(start, loans[start], returns[start]) for start in starts))


def busy_hours(library: Library, over: Span, branch: str | None) -> BusyHours:
    """When people come: loans and returns by weekday and hour."""
    lent, returned = _both(library, library.calendars.zone, over, branch)
    counts = [[0] * 24 for _ in range(7)]
    for local, count in [*lent.items(), *returned.items()]:
        counts[local.weekday()][local.hour] += count
    return BusyHours(tuple(tuple(day) for day in counts))


@query
def refusals(reading: Reading, over: Span, branch: str | None) -> tuple[RefusalLine, ...]:
    """What was refused and why, the most frequent first; of a branch: what was asked for its copies."""
    entry, copy = rows.audit_entry, rows.copy
    # JSON can't be grouped by; its text can, and there are few different ones.
    reasons = cast(entry.c.reasons, String)
    statement = select(entry.c.act, reasons.label("reasons"), func.count().label("number")).where(
        _REFUSED, _within(entry.c.at, over)
    )
    if branch is not None:
        statement = statement.join(copy, copy.c.barcode == entry.c.barcode).where(copy.c.branch == branch)
    counted: Counter[tuple[str, str, str | None]] = Counter()
    for row in reading.connection.execute(statement.group_by(entry.c.act, reasons)):
        for slug, clause in json.loads(row.reasons):
            counted[(row.act, slug, clause)] += row.number
    return tuple(RefusalLine(act, slug, clause, number) for (act, slug, clause), number in _ranked(counted))


@query
def overdue_ageing(reading: Reading, branch: str | None, now: datetime) -> tuple[AgeLine, ...]:
    """The loans that are late now, by how many days."""
    loan = rows.loan
    since = [now - timedelta(days=first - 1) for first, _last in _AGES]
    ages = case(*((loan.c.due_at >= now - timedelta(days=last or 0), n) for n, (_f, last) in enumerate(_AGES[:-1])),
                else_=len(_AGES) - 1)  # fmt: skip
    statement = select(ages.label("age"), func.count().label("number")).where(
        loan.c.closed_at.is_(None), loan.c.state == LoanState.OPEN, loan.c.due_at < since[0]
    )
    counted = {row.age: row.number for row in reading.connection.execute(_of_branch(statement, branch).group_by(ages))}
    return tuple(AgeLine(first, last, counted.get(n, 0)) for n, (first, last) in enumerate(_AGES))


@query
def money(reading: Reading, over: Span, branch: str | None) -> tuple[MoneyLine, ...]:
    """What was charged, paid, waived and corrected; of a branch: for its loans, as far as they are not forgotten."""
    entry, loan = rows.ledger_entry, rows.loan
    statement = select(entry.c.kind, func.count().label("entries"), func.sum(entry.c.amount).label("amount")).where(
        _within(entry.c.at, over)
    )
    if branch is not None:
        statement = _of_branch(statement.join(loan, loan.c.id == entry.c.loan_id), branch)
    found = {str(row.kind): row for row in reading.connection.execute(statement.group_by(entry.c.kind))}
    lines = ((kind.value, found.get(kind.value)) for kind in LedgerKind)
    return tuple(MoneyLine(kind, row.entries if row else 0, int(row.amount) if row else 0) for kind, row in lines)


@query
def wanted(reading: Reading, over: Span, branch: str | None) -> Wanted:
    """The titles that were held and lent most in the period; of a branch: held where it has a copy."""
    hold, loan, copy = rows.hold, rows.loan, rows.copy
    held = select(hold.c.title_id, func.count().label("number")).where(_within(hold.c.placed_at, over))
    if branch is not None:
        held = held.where(exists().where(and_(copy.c.title_id == hold.c.title_id, copy.c.branch == branch)))
    by_copy = (
        _of_branch(
            select(loan.c.copy_id, func.count().label("number")).where(_NOT_UNDONE, _within(loan.c.lent_at, over)),
            branch,
        )
        .group_by(loan.c.copy_id)
        .subquery()
    )
    lent = (
        select(copy.c.title_id, func.sum(by_copy.c.number).label("number"))
        .join_from(by_copy, copy, copy.c.id == by_copy.c.copy_id)
        .group_by(copy.c.title_id)
    )
    return Wanted(_titles(reading.connection, held.group_by(hold.c.title_id)), _titles(reading.connection, lent))


@query
def health(reading: Reading, over: Span, now: datetime) -> Health:
    """Every terminal with what it did in the period, the longest silent first, and the letters that don't get away."""
    entry, notice = rows.audit_entry, rows.notice
    last = reading.connection.execute(_LAST_ENTRIES).all()
    done, wrong = entry.c.outcome == "done", entry.c.outcome == "failed"
    counted = {
        row.chain: row
        for row in reading.connection.execute(
            select(
                entry.c.chain,
                _sum(done).label("acts"),
                _sum(entry.c.outcome == "refused").label("refused"),
                _sum(and_(wrong, entry.c.act == "sign_in")).label("wrong_pins"),
                _sum(entry.c.act == "fault").label("faults"),
            )
            .where(_within(entry.c.at, over))
            .group_by(entry.c.chain)
        )
    }
    waiting = reading.connection.execute(
        select(func.count().label("number"), func.min(notice.c.at).label("oldest")).where(
            notice.c.status == literal_column("'queued'"),
            or_(notice.c.attempts > 0, notice.c.next_try_at < now - _STUCK),
        )
    ).one()
    return Health(
        tuple(_terminal(row.chain, row.at, counted.get(row.chain)) for row in last), waiting.number, waiting.oldest
    )


def _terminal(name: str, last_at: datetime, row: Row[Any] | None) -> TerminalLine:
    if row is None:
        return TerminalLine(name, last_at, 0, 0, 0, 0)
    return TerminalLine(name, last_at, int(row.acts), int(row.refused), int(row.wrong_pins), int(row.faults))


def _both(
    library: Library, zone: ZoneInfo, over: Span, branch: str | None
) -> tuple[Counter[datetime], Counter[datetime]]:
    return _by_hour(library, zone, "lent_at", over, branch), _by_hour(library, zone, "returned_at", over, branch)


@query
def _by_hour(reading: Reading, zone: ZoneInfo, column: str, over: Span, branch: str | None) -> Counter[datetime]:
    """How many loans or returns fell into each wall-clock hour."""
    loan = rows.loan
    moment = loan.c[column]
    whole = all(edge.astimezone(zone).minute == edge.minute for edge in (over.since, over.until))
    hour = _utc_text(reading.connection, moment, "hour" if whole else "minute")
    statement = select(hour.label("hour"), func.count().label("number")).where(_within(moment, over))
    statement = statement.where(_NOT_UNDONE if column == "lent_at" else moment.is_not(None))
    counted: Counter[datetime] = Counter()
    for row in reading.connection.execute(_of_branch(statement, branch).group_by(hour)):
        utc = datetime.fromisoformat(row.hour if len(row.hour) > 13 else f"{row.hour}:00").replace(tzinfo=UTC)
        counted[utc.astimezone(zone).replace(minute=0, tzinfo=None)] += row.number
    return counted


def _utc_text(connection: Connection, moment: Column[datetime], unit: str) -> ColumnElement[str]:
    """The hour or minute of UTC as text, cut from SQLite's text or made by PostgreSQL."""
    if connection.dialect.name == "sqlite":
        return func.substr(moment, 1, 13 if unit == "hour" else 16, type_=String)
    pattern = 'YYYY-MM-DD"T"HH24' if unit == "hour" else 'YYYY-MM-DD"T"HH24:MI'
    return func.to_char(func.timezone("UTC", moment), pattern, type_=String)


def _by_step(hours: Counter[datetime], step: Step) -> Counter[datetime]:
    counted: Counter[datetime] = Counter()
    for hour, number in hours.items():
        counted[_start(hour, step)] += number
    return counted


def _start(local: datetime, step: Step) -> datetime:
    if step == "hour":
        return local.replace(minute=0, second=0, microsecond=0)
    day = local.replace(hour=0, minute=0, second=0, microsecond=0)
    return day - timedelta(days=day.weekday()) if step == "week" else day


def _steps(over: Span, zone: ZoneInfo) -> Iterator[datetime]:
    """Every step of a span, by the wall clock."""
    last = over.until.astimezone(zone).replace(tzinfo=None)
    start = _start(over.since.astimezone(zone).replace(tzinfo=None), over.step)
    width = {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(days=7)}[over.step]
    while start < last:
        yield start
        start += width


def _within(moment: Column[datetime], over: Span) -> ColumnElement[bool]:
    return and_(moment >= over.since, moment < over.until)


def _of_branch(statement: S, branch: str | None) -> S:
    return statement if branch is None else statement.where(rows.loan.c.branch == branch)


def _sum(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


def _titles(connection: Connection, counted: Select[Any]) -> tuple[TitleLine, ...]:
    best, title = counted.subquery(), rows.title
    found = connection.execute(
        select(title.c.title, title.c.author, best.c.number)
        .join_from(best, title, title.c.id == best.c.title_id)
        .order_by(best.c.number.desc(), title.c.title, title.c.id)
        .limit(_MOST)
    )
    return tuple(TitleLine(row.title, row.author, int(row.number)) for row in found)


def _ranked(counted: Counter[tuple[str, str, str | None]]) -> list[tuple[tuple[str, str, str | None], int]]:
    return sorted(counted.items(), key=lambda pair: (-pair[1], pair[0][0], pair[0][1], pair[0][2] or ""))


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)
