"""The calendar that staff keep: what a closure moves, what it never moves, and that the preview is what is done."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import Session, select

from store import rows
from store.act import At
from store.calendar import opendays
from store.circulation import checkouts, holds, returns
from store.errors import DatabaseBusy
from store.library import Library
from store.policy.verdict import Refused
from store.results.calendar import Change, Close, Effect, Open, SetHoliday, SetHours, SetTerm
from store.results.circulation import CheckedOut
from store.scenarios.world import World
from store.tables import AuditEntry, Hold, Loan
from store.upkeep.verifying import verify
from tests.store.worlds import NOW, library

AT = At("test", "desk")
MEMBERS = {name: {"category": "undergraduate"} for name in ("ali", "ece")}
ITEMS = {"b1": {"type": "book"}, "b2": {"type": "book"}, "r1": {"type": "book", "period": "2 hours"}}


def _lent(library: Library, world: World, item: str, now: datetime = NOW, member: str = "ali") -> datetime:
    answer = checkouts.checkout(library, world.members[member], world.items[item], now, AT)
    assert isinstance(answer, CheckedOut)
    return answer.due


def _due(library: Library, barcode: str) -> datetime:
    with Session(library.database.read) as session:
        found = session.connection().execute(
            select(rows.loan.c.due_at)
            .join(rows.copy, rows.copy.c.id == rows.loan.c.copy_id)
            .where(rows.copy.c.barcode == barcode, rows.loan.c.closed_at.is_(None))
        )
        return found.scalar_one()  # type: ignore[no-any-return]


def _entered(library: Library, change: Change, *, move: bool = True, now: datetime = NOW) -> Effect:
    before = opendays.effect(library, change, now)
    done = opendays.enter(library, change, move, now, AT)
    assert isinstance(done, Effect)
    if move:
        assert before == done
    return done


def test_a_closed_day_moves_what_would_end_on_it(database_url: str) -> None:
    """To the next open day, once asked; the preview is what is done; letters are planned for the new date."""
    opened, world = library(database_url, MEMBERS, ITEMS)
    due = _lent(opened, world, "b1")
    other = _lent(opened, world, "b2", NOW + timedelta(days=1))
    day = due.astimezone(opened.calendars.zone).date()
    done = _entered(opened, Close("*", day, day, "Kar"))
    assert (done.loans, done.holds) == (1, 0)
    assert _due(opened, world.items["b1"]) == due + timedelta(days=1)
    assert _due(opened, world.items["b2"]) == other
    with Session(opened.database.read) as session:
        loan = session.exec(select(Loan).where(Loan.due_at == due + timedelta(days=1))).first()
        assert loan is not None and loan.next_event_at is not None and loan.next_event_at > NOW
        entry = session.exec(select(AuditEntry).where(AuditEntry.act == "calendar")).one()
        assert entry.detail["loans"] == 1 and entry.detail["moved"] is True and str(day) in entry.detail["change"]
    assert verify(opened.database) == ()
    opened.close()


def test_it_may_be_left_as_it_was(sqlite_url: str) -> None:
    """Who enters the day decides; what is lent from then on never ends on it."""
    opened, world = library(sqlite_url, MEMBERS, ITEMS)
    due = _lent(opened, world, "b1")
    day = due.astimezone(opened.calendars.zone).date()
    assert _entered(opened, Close("*", day, day), move=False).loans == 0
    assert _due(opened, world.items["b1"]) == due
    assert _lent(opened, world, "b2") == due + timedelta(days=1)
    opened.close()


def test_what_is_overdue_or_elsewhere_stays(sqlite_url: str) -> None:
    """A day in the past moves nothing, nor one of another branch; a preview changes nothing."""
    opened, world = library(sqlite_url, MEMBERS, ITEMS)
    due = _lent(opened, world, "b1")
    day = due.astimezone(opened.calendars.zone).date()
    late = due + timedelta(seconds=1)
    branches = [branch.slug for branch in opened.policies.latest.branches]
    assert opendays.effect(opened, Close("*", day, day), late) == Effect(())
    assert opendays.effect(opened, Close(branches[1], day, day), NOW) == Effect(())
    found = opendays.effect(opened, Close(branches[0], day, day + timedelta(days=9)), due)
    assert isinstance(found, Effect) and found.loans == 0, "due this very moment is due"
    found = opendays.effect(opened, Close(branches[0], day, day + timedelta(days=9)), due - timedelta(seconds=1))
    assert isinstance(found, Effect) and found.moved[0].new == due + timedelta(days=10)
    assert opendays.view(opened, NOW).closed == () and _due(opened, world.items["b1"]) == due
    opened.close()


def test_a_pick_up_ends_later_too(database_url: str) -> None:
    """Three days to fetch it must end on a day on which it can be fetched (AMB-023)."""
    opened, world = library(database_url, MEMBERS, {"b1": {"type": "book"}})
    _lent(opened, world, "b1")
    with Session(opened.database.read) as session:
        title = session.connection().execute(select(rows.copy.c.title_id)).scalar_one()
    holds.place(opened, world.members["ece"], title, NOW, AT)
    returns.checkin(opened, world.items["b1"], NOW + timedelta(hours=1), AT)
    with Session(opened.database.read) as session:
        until = session.exec(select(Hold.pickup_until)).one()
    assert until is not None
    day = until.astimezone(opened.calendars.zone).date()
    done = _entered(opened, Close("*", day, day), now=NOW + timedelta(hours=2))
    assert (done.loans, done.holds) == (0, 1)
    with Session(opened.database.read) as session:
        assert session.exec(select(Hold.pickup_until)).one() == until + timedelta(days=1)
    opened.close()


def test_hours_that_close_a_weekday_move_every_week(sqlite_url: str) -> None:
    """Closed on the weekday of the due date from now on; open again all day moves nothing back."""
    opened, world = library(sqlite_url, MEMBERS, ITEMS)
    due = _lent(opened, world, "b1")
    weekday = due.astimezone(opened.calendars.zone).weekday()
    assert _entered(opened, SetHours("*", weekday, None, None)).loans == 1
    assert _due(opened, world.items["b1"]) == due + timedelta(days=1)
    assert _entered(opened, SetHours("*", weekday, "", "")).loans == 0
    assert opendays.view(opened, NOW).hours == () and _due(opened, world.items["b1"]) == due + timedelta(days=1)
    opened.close()


def test_an_hourly_loan_waits_for_the_next_opening(sqlite_url: str) -> None:
    """Two hours that would end after closing end when the desk opens again (AMB-025)."""
    opened, world = library(sqlite_url, MEMBERS, ITEMS)
    due = _lent(opened, world, "r1")
    local = due.astimezone(opened.calendars.zone)
    closes = (local - timedelta(minutes=30)).strftime("%H:%M")
    tomorrow = (local.weekday() + 1) % 7
    counts = [_entered(opened, SetHours("*", day, "08:30", closes)).loans for day in (tomorrow, local.weekday())]
    assert counts == [0, 1]
    moved = _due(opened, world.items["r1"]).astimezone(opened.calendars.zone)
    assert (moved.date(), f"{moved:%H:%M}") == (local.date() + timedelta(days=1), "08:30")
    opened.close()


@pytest.mark.parametrize(
    ("change", "slug"),
    [
        (SetHours("*", 0, "17:00", "09:00"), "times_out_of_order"),
        (SetHours("*", 0, "9", "17:00"), "times_out_of_order"),
        (Close("*", date(2026, 5, 2), date(2026, 5, 1)), "days_out_of_order"),
        (Close("*", date(2026, 5, 2), date(2029, 5, 1)), "days_out_of_order"),
        (Close("nowhere", date(2026, 5, 2), date(2026, 5, 2)), "unknown_branch"),
        (SetTerm("2026-summer", date(2026, 9, 1), date(2026, 6, 1)), "days_out_of_order"),
        (SetTerm(" ", date(2026, 6, 1), date(2026, 9, 1)), "name_missing"),
    ],
)
def test_what_makes_no_sense_is_refused(sqlite_url: str, change: Change, slug: str) -> None:
    """With its reason, by the preview as by the act; nothing is written."""
    opened, _world = library(sqlite_url, MEMBERS, ITEMS)
    before = opendays.view(opened, NOW)
    for answer in (opendays.effect(opened, change, NOW), opendays.enter(opened, change, True, NOW, AT)):
        assert isinstance(answer, Refused) and answer.slugs == (slug,)
    assert opendays.view(opened, NOW) == before
    opened.close()


def test_holidays_and_terms_come_and_go(database_url: str) -> None:
    """A term to which lists belong stays; another process sees a change at its next question."""
    opened, world = library(database_url, MEMBERS, ITEMS)
    _entered(opened, SetTerm("2026-spring", date(2026, 2, 16), date(2026, 6, 12)))
    _entered(opened, SetTerm("2026-summer", date(2026, 7, 1), date(2026, 8, 15)))
    _entered(opened, SetHoliday(date(2026, 4, 24), "Köprü günü"))
    with opened.database.write.begin() as connection:
        connection.execute(rows.exchange_listing.insert().values(member_id=world.members["ali"], term="2026-spring"))
    kept = opendays.enter(opened, SetTerm("2026-spring", None, None), False, NOW, AT)
    assert isinstance(kept, Refused) and kept.slugs == ("term_in_use",)
    _entered(opened, SetTerm("2026-summer", None, None))
    seen = opendays.view(opened, NOW)
    assert [(term.name, term.in_use) for term in seen.terms] == [("2026-spring", True)]
    assert any(line.name == "Köprü günü" for line in seen.holidays)
    with opened.database.read.connect() as connection:
        assert not opened.calendars.of(connection, "*").is_working_day(date(2026, 4, 24))
    _entered(opened, SetHoliday(date(2026, 4, 24), None))
    assert not any(line.name == "Köprü günü" for line in opendays.view(opened, NOW).holidays)
    opened.close()


def test_a_closed_day_opens_again(sqlite_url: str) -> None:
    """For the branch that it was entered for; due dates that moved stay where they are."""
    opened, world = library(sqlite_url, MEMBERS, ITEMS)
    due = _lent(opened, world, "b1")
    day = due.astimezone(UTC).date()
    _entered(opened, Close("*", day, day))
    _entered(opened, Open("*", day))
    assert opendays.view(opened, NOW).closed == ()
    assert _due(opened, world.items["b1"]) == due + timedelta(days=1)
    assert opendays.closes(Close("*", day, day)) and not opendays.closes(Open("*", day))
    opened.close()


def test_a_rehearsal_of_a_change_is_told_that_the_library_is_busy(sqlite_url: str) -> None:
    """Another process writes, for too long; afterwards it is answered, and nothing is left behind."""
    opened, _world = library(sqlite_url, {}, {})
    change = Close("*", date(2026, 3, 9), date(2026, 3, 9))
    with closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(DatabaseBusy):
            opendays.effect(opened, change, NOW)
    assert opendays.effect(opened, change, NOW) == Effect(())
    assert opendays.view(opened, NOW).closed == ()
    opened.close()
