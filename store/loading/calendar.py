"""The library's calendar from a file: opening hours, closed days, public holidays and terms."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from sqlalchemy import Connection, Table, and_, select

from store import rows
from store.act import At
from store.calendar import schedule
from store.loading.records import CalendarRecord, Damaged, DaysRecord, HoursRecord
from store.loading.reporting import Progress, Report, batches, finish
from store.policy.model import Policy
from store.policy.said import Said
from store.transaction import Transaction, use_case

_Row = tuple[Table, dict[str, object]]
"A table and what stands in a row of it."


@use_case
def load_calendar(
    tx: Transaction, records: Iterable[CalendarRecord | Damaged], now: datetime, at: At, progress: Progress, dry: bool
) -> Report:
    """Take in a calendar beside what is there; what the file does not name stays. Raises BrokenFile.

    Loans keep their due dates: a closed day moves those made or renewed from now on.
    """
    report, policy = Report(), tx.library.policies.at(now)
    for batch in batches(records, report, progress, _place):
        for number, record in batch:
            wrong = _wrong(record, policy)
            if wrong is not None:
                report.damaged.append(Damaged(number, wrong))
            else:
                _write(tx.connection, record, report)
    if report.added or report.changed:
        schedule.touch(tx.connection)
    return finish(tx, report, "calendar", now, at, dry)


def _place(record: CalendarRecord) -> str:
    """What two lines may not both say something about."""
    branch = Said("every branch") if record.branch == schedule.EVERY_BRANCH else record.branch
    if isinstance(record, HoursRecord):
        return Said("the hours of weekday {day}, {branch},", day=record.weekday + 1, branch=branch)
    assert isinstance(record, DaysRecord)
    what = record.name if record.kind == "term" else record.first
    return Said("{kind} {what}, {branch},", kind=record.kind, what=what, branch=branch)


def _wrong(record: CalendarRecord, policy: Policy) -> str | None:
    if record.branch != schedule.EVERY_BRANCH and record.branch not in policy.branch_of:
        return Said(
            "the policy knows no branch {branch!r}: write its slug, or nothing for every branch", branch=record.branch
        )
    return None


def _write(connection: Connection, record: CalendarRecord, report: Report) -> None:
    """A line is one record, however many days it stands for."""
    outcomes = set[str]()
    for table, values in _rows(record):
        key = and_(*(column == values[column.name] for column in table.primary_key))
        before = connection.execute(select(table).where(key)).mappings().first()
        if before is None or dict(before) != values:
            outcomes.add("added" if before is None else "changed")
            schedule.enter(connection, table, values)
    if "changed" in outcomes:
        report.changed += 1
    elif "added" in outcomes:
        report.added += 1
    else:
        report.unchanged += 1


def _rows(record: CalendarRecord) -> Iterator[_Row]:
    if isinstance(record, HoursRecord):
        hours = {"branch": record.branch, "weekday": record.weekday, "opens": record.opens, "closes": record.closes}
        yield rows.opening_hours, hours
    elif isinstance(record, DaysRecord):
        yield from _days(record)


def _days(record: DaysRecord) -> Iterator[_Row]:
    if record.kind == "term":
        yield rows.term, {"name": record.name, "first_day": record.first, "last_day": record.last}
        return
    for ahead in range((record.last - record.first).days + 1):
        day = record.first + timedelta(days=ahead)
        if record.kind == "holiday":
            yield rows.holiday, {"day": day, "name": record.name}
        else:
            yield rows.closed_day, {"branch": record.branch, "day": day, "name": record.name}
