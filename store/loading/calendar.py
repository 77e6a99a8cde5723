"""The library's calendar from a file: opening hours, closed days, public holidays and terms."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from sqlmodel import Session

from store.act import At
from store.calendar import schedule
from store.loading.records import CalendarRecord, Damaged, DaysRecord, HoursRecord
from store.loading.reporting import Progress, Report, batches, finish
from store.policy.model import Policy
from store.policy.said import Said
from store.tables import ClosedDay, Holiday, OpeningHours, Term
from store.transaction import Transaction, use_case

_Rows = OpeningHours | ClosedDay | Holiday | Term


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
                _write(tx.session, record, report)
    if report.added or report.changed:
        schedule.touch(tx.session)
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


def _write(session: Session, record: CalendarRecord, report: Report) -> None:
    """A line is one record, however many days it stands for."""
    outcomes = set[str]()
    for row in _rows(record):
        key = tuple(getattr(row, column.name) for column in row.__table__.primary_key)  # type: ignore[union-attr]
        before = session.get(type(row), key)
        if before is None:
            outcomes.add("added")
            session.add(row)
        elif before.model_dump() != row.model_dump():
            outcomes.add("changed")
            session.merge(row)
    session.flush()
    if "changed" in outcomes:
        report.changed += 1
    elif "added" in outcomes:
        report.added += 1
    else:
        report.unchanged += 1


def _rows(record: CalendarRecord) -> Iterator[_Rows]:
    if isinstance(record, HoursRecord):
        yield OpeningHours(branch=record.branch, weekday=record.weekday, opens=record.opens, closes=record.closes)
    elif isinstance(record, DaysRecord):
        yield from _days(record)


def _days(record: DaysRecord) -> Iterator[_Rows]:
    if record.kind == "term":
        yield Term(name=record.name, first_day=record.first, last_day=record.last)
        return
    for ahead in range((record.last - record.first).days + 1):
        day = record.first + timedelta(days=ahead)
        if record.kind == "holiday":
            yield Holiday(day=day, name=record.name)
        else:
            yield ClosedDay(branch=record.branch, day=day, name=record.name)
