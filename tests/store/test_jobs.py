"""What time brings: once, in order, however late or often, and with two machines at it."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections import Counter
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from store import rows
from store.act import At
from store.circulation import checkouts
from store.circulation.returns import checkin
from store.jobs import running
from store.jobs.foreseeing import foresee
from store.jobs.running import next_moment, run_due
from store.jobs.turn import NotOurTurn, holder_until, turn
from store.library import Library
from store.members import memberpins
from store.members.preferences import set_forgetting
from store.money import payments
from store.opening import open_library
from store.scenarios.world import World
from store.upkeep.verifying import verify
from tests.store.worlds import NOW, library, settings

AT = At("test")
LOANS = 12


def _lent(url: str, count: int = LOANS) -> tuple[Library, World]:
    """Members with a book each, lent on the same day."""
    people = {f"m{number}": {"category": "undergraduate"} for number in range(count)}
    things = {f"b{number}": {"type": "book"} for number in range(count)}
    opened, world = library(url, people, things)
    for number in range(count):
        checkouts.checkout(opened, world.members[f"m{number}"], world.items[f"b{number}"], NOW, AT)
    return opened, world


def _letters(opened: Library) -> list[tuple[str, int, datetime]]:
    notice = rows.notice
    with opened.database.read.connect() as connection:
        found = connection.execute(
            select(notice.c.kind, notice.c.member_id, notice.c.at).order_by(notice.c.at, notice.c.id)
        )
        return [(row.kind, row.member_id, row.at) for row in found]


def test_each_letter_goes_out_on_its_day(database_url: str) -> None:
    """Day by day for ten weeks: each kind once for each loan."""
    opened, _world = _lent(database_url)
    day = NOW
    while day < NOW + timedelta(days=70):
        day += timedelta(days=1)
        run_due(opened, day, AT)
    daily = _letters(opened)
    assert Counter(kind for kind, _member, _at in daily) == {
        "courtesy": LOANS, "overdue_1": LOANS, "overdue_2": LOANS, "overdue_3": LOANS, "overdue_4": LOANS,
    }  # fmt: skip
    opened.close()


def test_one_late_run_equals_many(sqlite_url: str, pg_url: str) -> None:
    """SQLite day by day, PostgreSQL all at once: the same letters, stamped with the same moments."""
    one, _world = _lent(sqlite_url)
    other, _world = _lent(pg_url)
    for day in range(1, 200):
        run_due(one, NOW + timedelta(days=day), AT)
    done = run_due(other, NOW + timedelta(days=199), AT)
    assert _letters(one) == _letters(other)
    assert done["invoice"] == LOANS
    assert verify(one.database) == verify(other.database) == ()
    one.close()
    other.close()


def test_run_again_or_with_the_clock_set_back_nothing_is_done(database_url: str) -> None:
    """What is done is done."""
    opened, _world = _lent(database_url)
    until = NOW + timedelta(days=20)
    assert run_due(opened, until, AT)
    assert not run_due(opened, until, AT)
    assert not run_due(opened, until - timedelta(hours=1), AT)
    assert next_moment(opened) is not None
    opened.close()


def test_what_is_foreseen_is_what_is_done(database_url: str) -> None:
    """A dry run tells the same numbers and changes nothing."""
    opened, _world = _lent(database_url)
    until = NOW + timedelta(days=60)
    before = foresee(opened, until)
    assert _letters(opened) == []
    assert run_due(opened, until, AT) == before
    opened.close()


def _work(url: str, until: datetime) -> None:
    opened = open_library(settings(url))
    run_due(opened, until, At(f"process-{os.getpid()}"))
    opened.close()


def test_two_machines_at_once_do_nothing_twice(database_url: str) -> None:
    """Even without the turn: each step is taken once, under its row's lock."""
    opened, _world = _lent(database_url, 40)
    opened.close()
    context = multiprocessing.get_context("spawn")
    until = NOW + timedelta(days=40)
    workers = [context.Process(target=_work, args=(database_url, until)) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
        assert worker.exitcode == 0
    opened = open_library(settings(database_url))
    counted = Counter(kind for kind, _member, _at in _letters(opened))
    assert counted == {"courtesy": 40, "overdue_1": 40, "overdue_2": 40, "overdue_3": 40}
    assert verify(opened.database) == ()
    opened.close()


def test_killed_in_the_middle_it_is_made_up(database_url: str) -> None:
    """kill -9 at some moment of the work; the next run ends where an undisturbed one would."""
    opened, _world = _lent(database_url, 60)
    opened.close()
    context = multiprocessing.get_context("spawn")
    worker = context.Process(target=_work, args=(database_url, NOW + timedelta(days=300)))
    worker.start()
    opened = open_library(settings(database_url))
    for _ in range(2000):
        if len(_letters(opened)) > 30:
            break
        time.sleep(0.005)
    else:
        pytest.fail("the worker wrote no letters")
    assert worker.is_alive() and worker.pid is not None
    os.kill(worker.pid, signal.SIGKILL)
    worker.join()
    run_due(opened, NOW + timedelta(days=300), AT)
    counted = Counter(kind for kind, _member, _at in _letters(opened))
    assert counted == Counter(
        dict.fromkeys(("courtesy", *(f"overdue_{number}" for number in range(1, 6)), "invoice"), 60)
    )
    assert verify(opened.database) == ()
    opened.close()


def test_the_turn_is_held_by_one(database_url: str) -> None:
    """Given back at the end; a holder that died loses it when its lease runs out."""
    opened, _world = _lent(database_url, 1)
    with turn(opened, lambda: NOW) as keep:
        with pytest.raises(NotOurTurn), turn(opened, lambda: NOW + timedelta(seconds=1)):
            raise AssertionError("two hold the turn")
        keep()
        with turn(opened, lambda: NOW + timedelta(minutes=5)):
            pass
    assert holder_until(opened) is None
    opened.close()


def _borrowers(opened: Library) -> int:
    loan = rows.loan
    with opened.database.read.connect() as connection:
        return int(connection.execute(select(func.count()).where(loan.c.member_id.is_not(None))).scalar_one())


def test_returned_loans_are_forgotten_in_time(database_url: str) -> None:
    """A debt keeps its loan until it is paid; an open loan is never forgotten."""
    opened, world = _lent(database_url, 4)
    checkin(opened, world.items["b0"], NOW + timedelta(days=2), AT)
    checkin(opened, world.items["b1"], NOW + timedelta(days=30), AT)
    run_due(opened, NOW + timedelta(days=364), AT)
    assert _borrowers(opened) == 4
    run_due(opened, NOW + timedelta(days=400), AT)
    assert _borrowers(opened) == 3
    payments.pay(opened, world.members["m1"], None, NOW + timedelta(days=401), AT)
    run_due(opened, NOW + timedelta(days=403), AT)
    assert _borrowers(opened) == 2
    assert verify(opened.database) == ()
    opened.close()


def test_who_wants_it_is_forgotten_each_night(database_url: str) -> None:
    """At once what is past, each night what is returned; others keep theirs."""
    opened, world = _lent(database_url, 3)
    checkin(opened, world.items["b0"], NOW + timedelta(days=1), AT)
    checkin(opened, world.items["b1"], NOW + timedelta(days=1), AT)
    set_forgetting(opened, world.members["m0"], True, NOW + timedelta(days=1, hours=1), AT)
    assert _borrowers(opened) == 3, "the copy rests on the shelf a day: until then its last loan is needed (ITU-D5)"
    run_due(opened, NOW + timedelta(days=3), AT)
    assert _borrowers(opened) == 2
    assert memberpins.pin_faults(opened, "abc", NOW)
    opened.close()


def test_a_great_nights_forgetting_leaves_room_for_who_borrows(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some members at a time, each with an entry of its own: never one transaction for all."""
    opened, world = _lent(sqlite_url)
    for number in range(LOANS):
        checkin(opened, world.items[f"b{number}"], NOW + timedelta(days=1), AT)
    monkeypatch.setattr(running, "_AT_ONCE", 5)
    late = NOW + timedelta(days=1 + opened.settings.retention_days + 2)
    assert run_due(opened, late, AT)["history_forgotten"] == LOANS
    loan, entry = rows.loan, rows.audit_entry
    with opened.database.read.connect() as connection:
        assert connection.execute(select(func.count()).where(loan.c.member_id.is_not(None))).scalar() == 0
        pieces = connection.execute(select(func.count()).where(entry.c.act == "job_history")).scalar()
    assert pieces == 3
    assert not run_due(opened, late, AT)
    opened.close()
