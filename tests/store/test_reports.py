"""The reports: the same figures on both databases, in the library's own days and hours, for a period and a branch."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import insert
from sqlmodel import Session

from store import rows
from store.act import At
from store.calendar.schedule import touch
from store.circulation import checkouts, holds, returns
from store.desk import reports, terminals
from store.library import Library
from store.members import signin
from store.results.circulation import CheckedOut
from store.results.reports import PERIODS, Period, Span
from store.results.returns import Returned
from store.scenarios.world import World
from store.tables import Term
from tests.store.worlds import NOW, library

AT = At("test", "kiosk")
LATE = datetime(2026, 3, 1, 22, 30, tzinfo=UTC)
"Sunday evening in UTC, Monday half past one in Istanbul."


@pytest.fixture
def made(database_url: str) -> Iterator[tuple[Library, World]]:
    """On both databases."""
    yield from _library(database_url)


@pytest.fixture
def small(sqlite_url: str) -> Iterator[tuple[Library, World]]:
    """For what is the same on both."""
    yield from _library(sqlite_url)


def _library(url: str) -> Iterator[tuple[Library, World]]:
    """Two branches, some loans, one late, one refused, one held."""
    opened, world = library(
        url,
        {"ali": {"category": "undergraduate"}, "ece": {"category": "undergraduate"}, "can": {"category": "guest"}},
        {
            "b1": {"type": "book", "title": "one"},
            "b2": {"type": "book", "title": "two", "branch": "mechanical"},
            "r1": {"type": "course_reserve", "title": "three"},
        },
    )
    for item, moment in (("b1", LATE), ("b2", NOW - timedelta(hours=1))):
        assert isinstance(_lend(opened, world, "ali", item, moment), CheckedOut)
    _lend(opened, world, "can", "b1", NOW)
    holds.place(opened, world.members["ece"], world.titles["b1"], NOW, AT)
    yield opened, world
    opened.close()


def _lend(opened: Library, world: World, name: str, item: str, now: datetime, at: At = AT) -> object:
    return checkouts.checkout(opened, world.members[name], world.items[item], now, at)


def _span(opened: Library, period: Period, now: datetime = NOW) -> Span:
    found = reports.span(opened, period, now)
    assert found is not None
    return found


def test_loans_fall_into_the_librarys_own_days(made: tuple[Library, World]) -> None:
    """What was lent on Sunday evening in Greenwich was lent on Monday here; days without loans are there, too."""
    opened, world = made
    returns.checkin(opened, world.items["b2"], NOW + timedelta(hours=1), AT)
    later = NOW + timedelta(hours=2)
    week = reports.circulation(opened, _span(opened, "week", later), None)
    assert len(week.buckets) == 7
    assert [(bucket.start.date(), bucket.loans, bucket.returns) for bucket in week.buckets][-2:] == [
        (date(2026, 3, 1), 0, 0), (date(2026, 3, 2), 2, 1),
    ]  # fmt: skip
    assert (week.loans, week.returns) == (2, 1)
    today = reports.circulation(opened, _span(opened, "today", later), None)
    assert [(bucket.start.hour, bucket.loans) for bucket in today.buckets if bucket.loans] == [(1, 1), (11, 1)]
    assert reports.circulation(opened, _span(opened, "week", later), "mechanical").loans == 1
    busy = reports.busy_hours(opened, _span(opened, "month", later), None).counts
    assert {(day, hour): n for day, hours in enumerate(busy) for hour, n in enumerate(hours) if n} == {
        (0, 1): 1, (0, 11): 1, (0, 13): 1,
    }  # fmt: skip


def test_what_was_undone_was_no_loan(small: tuple[Library, World]) -> None:
    """A loan taken back within the visit counts nowhere."""
    opened, world = small
    visit = At("test", visit="v1")
    assert isinstance(_lend(opened, world, "ece", "r1", NOW, visit), CheckedOut)
    assert reports.circulation(opened, _span(opened, "week", NOW + timedelta(minutes=1)), None).loans == 3
    checkouts.undo_last(opened, world.members["ece"], NOW, visit)
    span = _span(opened, "week", NOW + timedelta(minutes=1))
    assert reports.circulation(opened, span, None).loans == 2
    assert sum(line.count for line in reports.wanted(opened, span, None).lent) == 2


def test_refusals_count_for_each_of_their_reasons(made: tuple[Library, World]) -> None:
    """With the clause; of a branch those about its copies."""
    opened, world = made
    for _ in range(2):
        _lend(opened, world, "can", "b2", NOW)
    span = _span(opened, "today", NOW + timedelta(minutes=1))
    every = {(line.act, line.slug): (line.count, line.clause) for line in reports.refusals(opened, span, None)}
    assert every[("checkout", "category_not_entitled")] == (3, "ITU-MEM-10")
    here = {line.slug: line.count for line in reports.refusals(opened, span, "mechanical")}
    assert here["category_not_entitled"] == 2
    assert reports.refusals(opened, _span(opened, "today", NOW - timedelta(days=3)), None) == ()


def test_what_is_late_by_its_age(made: tuple[Library, World]) -> None:
    """From the first second after the due date on; returned items are late no more."""
    opened, world = made
    due = datetime(2026, 3, 17, 20, 59, 59, tzinfo=UTC)
    ages = reports.overdue_ageing
    assert sum(line.count for line in ages(opened, None, due)) == 0
    one = ages(opened, None, due + timedelta(seconds=1))
    assert [(line.first, line.last, line.count) for line in one if line.count] == [(1, 7, 2)]
    assert [line.count for line in ages(opened, "mechanical", due + timedelta(days=7, seconds=1))][:2] == [0, 1]
    assert [line.first for line in ages(opened, None, due + timedelta(days=400)) if line.count] == [366]
    returned = returns.checkin(opened, world.items["b1"], due + timedelta(days=10), AT)
    assert isinstance(returned, Returned) and returned.fine.amount > 0
    late = ages(opened, None, due + timedelta(days=11))
    assert sum(line.count for line in late) == 1
    span = _span(opened, "week", due + timedelta(days=11))
    money = {line.kind: line for line in reports.money(opened, span, None)}
    assert (money["late_fine"].entries, money["late_fine"].amount) == (1, returned.fine.amount)
    assert money["payment"].entries == 0
    other = reports.money(opened, span, "mechanical")
    assert all(line.entries == 0 for line in other)


def test_titles_by_how_much_they_are_wanted(small: tuple[Library, World]) -> None:
    """Holds of the period, and loans; of a branch where it has copies."""
    opened, _world = small
    span = _span(opened, "today", NOW + timedelta(minutes=1))
    found = reports.wanted(opened, span, None)
    assert [(line.title, line.count) for line in found.held] == [("one", 1)]
    assert [(line.title, line.count) for line in found.lent] == [("one", 1), ("two", 1)]
    assert [line.title for line in reports.wanted(opened, span, "mechanical").lent] == ["two"]
    assert reports.wanted(opened, span, "mechanical").held == ()


def test_every_terminal_with_its_last_sign_of_life(made: tuple[Library, World]) -> None:
    """Also one that did nothing in the period; failed sign-ins, and letters that don't get away."""
    opened, _world = made
    signin.sign_in(opened, "nobody", "yanlis1", NOW, AT)
    _old_terminal(opened)
    terminals.record_fault(opened, NOW - timedelta(minutes=1), NOW, AT)
    outbox_at = NOW - timedelta(hours=1)
    with opened.database.write.begin() as connection:
        connection.execute(insert(rows.notice).values(
            kind="courtesy", at=outbox_at, facts={}, address="a@b.tr", language="tr", status="queued", attempts=0,
            next_try_at=outbox_at, trouble="",
        ))  # fmt: skip
    health = reports.health(opened, _span(opened, "week", NOW + timedelta(minutes=1)), NOW)
    assert [line.name for line in health.terminals] == ["attic", "test"]
    attic, test = health.terminals
    assert (attic.acts, attic.last_at) == (0, NOW - timedelta(days=90))
    assert (test.acts, test.wrong_pins, test.refused, test.faults) == (3, 1, 1, 1)
    assert (health.stuck, health.oldest_stuck) == (1, outbox_at)


def _old_terminal(opened: Library) -> None:
    chain, opened.chain, opened.audit_head = opened.chain, "attic", None
    checkouts.checkout(opened, 1, "nothing", NOW - timedelta(days=90), At("attic"))
    opened.chain, opened.audit_head = chain, None


def test_periods_end_now_and_begin_at_midnight(small: tuple[Library, World]) -> None:
    """A term only if one has begun; a past one up to its end."""
    opened, _world = small
    begun = {period: reports.span(opened, period, NOW) for period in PERIODS}
    assert begun["term"] is None
    starts = {period: span.since for period, span in begun.items() if span is not None}
    assert starts == {
        "today": datetime(2026, 3, 1, 21, tzinfo=UTC),
        "week": datetime(2026, 2, 23, 21, tzinfo=UTC),
        "month": datetime(2026, 1, 31, 21, tzinfo=UTC),
        "year": datetime(2025, 3, 2, 21, tzinfo=UTC),
    }
    with Session(opened.database.write) as session:
        session.add(Term(name="fall", first_day=date(2025, 9, 15), last_day=date(2026, 1, 9)))
        touch(session.connection())
        session.commit()
    term_span = _span(opened, "term")
    assert term_span.until == datetime(2026, 1, 9, 21, tzinfo=UTC)
