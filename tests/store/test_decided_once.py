"""Several terminals at the same moment: the last copy, the last place, the last renewal, the head of a queue."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import psycopg
import pytest
from sqlalchemy import text, update

from screens import asking
from store import rows
from store.act import At
from store.circulation import checkouts, holds, renewals, returns
from store.errors import DatabaseBusy
from store.library import Library
from store.members.signin import sign_in
from store.opening import open_library
from store.results.circulation import CheckedOut, NothingToUndo
from store.results.holds import HoldCancelled, HoldPlaced
from store.results.returns import Renewed, Returned
from store.results.visit import SignInRefused
from store.scenarios.world import World
from store.settings import StoreSettings
from store.transaction import Transaction, use_case
from store.upkeep.verifying import verify
from tests.store.worlds import CHEAP, NOW, library

TERMINALS = 4
STUDENT = {"category": "undergraduate"}
People = dict[str, dict[str, Any]]
Act = Callable[[Library, At, int], object]


class Hall:
    """Terminals side by side on one library, each a program of its own as far as the library can tell."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._opened: list[Library] = []

    def open(self, members: People, items: People, policy: str = "itu") -> World:
        """A library, and the terminals."""
        first, world = library(self.url, members, items, policy)
        self._opened.append(first)
        for number in range(TERMINALS):
            settings = StoreSettings(database=self.url, policy=policy, terminal=f"t{number}", pin_hashing=CHEAP)
            self._opened.append(open_library(settings, NOW))
        return world

    @property
    def first(self) -> Library:
        """For what happens one after another."""
        return self._opened[0]

    def at_once(self, act: Act) -> list[object]:
        """Every terminal acts at the same moment; their answers."""
        together = threading.Barrier(TERMINALS)

        def one(number: int) -> object:
            together.wait()
            return act(self._opened[number + 1], At(f"t{number}", visit=f"v{number}"), number)

        with ThreadPoolExecutor(TERMINALS) as pool:
            return list(pool.map(one, range(TERMINALS)))

    def end(self) -> None:
        """The library is whole."""
        found = verify(self.first.database)
        for opened in self._opened:
            opened.close()
        assert found == ()


@pytest.fixture
def hall(database_url: str) -> Iterator[Hall]:
    """Terminals on either database."""
    made = Hall(database_url)
    yield made
    made.end()


def _kinds(answers: Sequence[object]) -> Counter[type]:
    return Counter(type(answer) for answer in answers)


def test_the_last_copy_and_its_return(hall: Hall) -> None:
    """Four members scan one book: one has it. Four terminals take it back: one does, and one fine is charged."""
    world = hall.open({f"m{n}": STUDENT for n in range(TERMINALS)}, {"b": {"type": "book"}})
    lent = hall.at_once(lambda each, at, n: checkouts.checkout(each, world.members[f"m{n}"], world.items["b"], NOW, at))
    assert _kinds(lent)[CheckedOut] == 1
    late = NOW + timedelta(days=60)
    back = hall.at_once(lambda each, at, _n: returns.checkin(each, world.items["b"], late, at))
    assert _kinds(back)[Returned] == 1
    with hall.first.database.read.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM ledger_entry")).scalar() == 1


def test_the_last_place_under_a_limit(hall: Hall) -> None:
    """A member with one hold and one loan left, at four terminals with as many titles and books (METU: three holds)."""
    out: People = {f"out{n}": {"type": "book"} for n in range(TERMINALS + 2)}
    free: People = {f"b{n}": {"type": "book"} for n in range(40)}
    world = hall.open({"m": STUDENT, "other": {"category": "full_time_academic"}}, out | free, "metu")
    me, other, policy = world.members["m"], world.members["other"], hall.first.policies.latest
    for name in out:
        assert isinstance(checkouts.checkout(hall.first, other, world.items[name], NOW, At("test")), CheckedOut)
    assert policy.holds.most == 3
    for name in ("out0", "out1"):
        assert isinstance(holds.place(hall.first, me, world.titles[name], NOW, At("test")), HoldPlaced)
    held = hall.at_once(lambda each, at, n: holds.place(each, me, world.titles[f"out{n + 2}"], NOW, at))
    assert _kinds(held)[HoldPlaced] == 1
    most = min(limit.most for limit in policy.rules.limits_of["undergraduate"] if "book" in limit.items)
    for number in range(most - 1):
        checkouts.checkout(hall.first, me, world.items[f"b{number}"], NOW, At("test"))
    lent = hall.at_once(lambda each, at, n: checkouts.checkout(each, me, world.items[f"b{most + n}"], NOW, at))
    assert _kinds(lent)[CheckedOut] == 1


def test_the_last_renewal(hall: Hall) -> None:
    """A loan with one renewal left, renewed at four terminals."""
    world = hall.open({"m": STUDENT}, {"b": {"type": "book"}})
    loan = checkouts.checkout(hall.first, world.members["m"], world.items["b"], NOW, At("test"))
    assert isinstance(loan, CheckedOut) and loan.renewable_from is not None
    with hall.first.database.write.begin() as connection:
        connection.execute(update(rows.loan).values(renewals=loan.renewals_allowed - 1))
    renewed = hall.at_once(
        lambda each, at, _n: renewals.renew(each, world.members["m"], world.items["b"], loan.renewable_from or NOW, at)
    )
    assert _kinds(renewed)[Renewed] == 1


def test_the_head_of_a_queue(hall: Hall) -> None:
    """Three copies of a title come back at once for two who wait, one of whom gives up: one is kept."""
    copies: People = {f"c{n}": {"type": "book", "title": "one"} for n in range(TERMINALS)}
    world = hall.open(dict.fromkeys(("a", "b", "c", "d", "e", "f"), STUDENT), copies)
    for name, item in zip("abcd", copies, strict=True):
        checkouts.checkout(hall.first, world.members[name], world.items[item], NOW, At("test"))
    title = world.titles["c0"]
    for name in ("e", "f"):
        assert isinstance(holds.place(hall.first, world.members[name], title, NOW, At("test")), HoldPlaced)

    def act(each: Library, at: At, number: int) -> object:
        if number == 3:
            return holds.cancel(each, world.members["f"], title, NOW, at)
        return returns.checkin(each, world.items[f"c{number}"], NOW, at)

    hall.at_once(act)
    with hall.first.database.read.connect() as connection:
        ready = connection.execute(text("SELECT count(*) FROM hold WHERE status = 'ready'")).scalar()
        shelf = connection.execute(text("SELECT count(*) FROM copy WHERE state = 'hold_shelf'")).scalar()
    assert (ready, shelf) == (1, 1)


def _try(card: str, now: datetime, each: Library, at: At, _number: int) -> object:
    return sign_in(each, card, "yanlis1", now, at)


def _scan(member: int, now: datetime, each: Library, at: At, _number: int) -> object:
    return checkouts.checkout(each, member, "none", now, at)


def test_the_first_tries_of_a_card_and_the_first_entry_of_a_member(hall: Hall) -> None:
    """Rows that are made at first need, needed at four terminals at once: made once, and nobody is turned away."""
    world = hall.open({f"m{n}": STUDENT for n in range(8)}, {"b": {"type": "book"}})
    for number in range(8):
        member, card, then = world.members[f"m{number}"], f"9{number}", NOW + timedelta(hours=2 * number)
        tried = hall.at_once(partial(_try, card, then))
        assert _kinds(tried) == {SignInRefused: TERMINALS}
        hall.at_once(partial(_scan, member, then))
    with hall.first.database.read.connect() as connection:
        failures = connection.execute(text("SELECT failures FROM sign_in_guard WHERE subject LIKE 'card:%'")).scalars()
        assert list(failures) == [TERMINALS] * 8
        assert connection.execute(text("SELECT count(*) FROM pseudonym")).scalar() == 8


def test_a_deadlock_is_tried_again_and_never_shown(pg_url: str) -> None:
    """Two terminals lock two members in opposite order: PostgreSQL ends one, which then succeeds."""
    hall, tries, together = Hall(pg_url), Counter[str](), threading.Barrier(2)
    world = hall.open({"a": STUDENT, "b": STUDENT}, {})

    @use_case
    def cross(tx: Transaction, first: int, second: int, at: At) -> str:
        tries[at.terminal] += 1
        lock = "SELECT id FROM member WHERE id = :id FOR UPDATE"
        tx.connection.execute(text(lock), {"id": first})
        if tries[at.terminal] == 1:
            together.wait()
        tx.connection.execute(text(lock), {"id": second})
        tx.record("cross", "done", NOW, at)
        return "done"

    ways = {0: ("a", "b"), 1: ("b", "a")}

    def act(each: Library, at: At, number: int) -> object:
        if number not in ways:
            return "done"
        first, second = (world.members[name] for name in ways[number])
        return cross(each, first, second, at)

    assert hall.at_once(act) == ["done"] * TERMINALS
    assert sorted(tries.values()) == [1, 2]
    hall.end()


def test_a_failed_serialization_is_tried_again(pg_url: str) -> None:
    """Another terminal changes the row between reading and writing it, in a database that reads one moment."""
    plain = pg_url.replace("+psycopg", "")
    with psycopg.connect(plain, autocommit=True) as admin:
        name = admin.execute("SELECT quote_ident(current_database())").fetchone()
        admin.execute(
            f"ALTER DATABASE {name and name[0]} SET default_transaction_isolation = 'repeatable read'".encode()
        )
    hall, tries = Hall(pg_url), 0
    world = hall.open({"a": STUDENT}, {})

    @use_case
    def change(tx: Transaction) -> str:
        nonlocal tries
        tries += 1
        tx.connection.execute(text("SELECT email FROM member"))
        if tries == 1:
            with psycopg.connect(plain) as other:
                other.execute("UPDATE member SET email = 'x'")
        tx.connection.execute(text("UPDATE member SET email = 'y' WHERE id = :id"), {"id": world.members["a"]})
        return "done"

    assert change(hall.first) == "done" and tries == 2
    hall.end()


def _meanwhile(
    pg_url: str, act: Callable[[], object], *changes: str, locked: str = "", then_locked: str = "", untouched: str = ""
) -> object:
    """Begin `act` while another program has changed things and not yet said so; let it go on; its answer.

    `locked`: a row that the other program holds, too. `then_locked`: a row that a third one holds a little longer, and
    that the act must wait for before it touches the row `untouched`.
    """
    plain = pg_url.replace("+psycopg", "")
    with ThreadPoolExecutor(1) as pool, psycopg.connect(plain) as second, psycopg.connect(plain) as first:
        for connection, row in ((first, locked), (second, then_locked)):
            if row:
                connection.execute(f"SELECT 1 FROM {row} FOR NO KEY UPDATE".encode())
        for change in changes:
            first.execute(change.encode())
        waiting = pool.submit(act)
        with pytest.raises(TimeoutError):
            waiting.result(0.5)
        first.commit()
        if then_locked:
            with pytest.raises(TimeoutError):
                waiting.result(0.5)
            if untouched:
                first.execute(f"SELECT 1 FROM {untouched} FOR UPDATE NOWAIT".encode())
                first.commit()
            second.commit()
        return waiting.result(10)


def test_an_undo_waits_for_the_copy_and_finds_it_returned(pg_url: str) -> None:
    """Whoever returns it may hand it to the next in the queue: then there is nothing to undo, and the copy stays."""
    hall = Hall(pg_url)
    world = hall.open({"a": STUDENT}, {"b": {"type": "book"}})
    at, barcode = At("t0", visit="v"), world.items["b"]
    lent = checkouts.checkout(hall.first, world.members["a"], barcode, NOW, at)
    assert isinstance(lent, CheckedOut)
    answer = _meanwhile(
        pg_url,
        lambda: checkouts.undo_last(hall.first, world.members["a"], NOW, at),
        "UPDATE copy SET state = 'on_shelf'",
        "UPDATE loan SET state = 'returned', returned_at = lent_at, closed_at = lent_at, next_event_at = NULL",
    )
    assert isinstance(answer, NothingToUndo)
    with hall.first.database.read.connect() as connection:
        assert connection.execute(text("SELECT state FROM copy")).scalar() == "on_shelf"
    hall.end()


def test_a_return_decides_about_who_has_the_copy_now(pg_url: str) -> None:
    """It changed hands while the return waited for the one who had it: the one who has it is locked, too."""
    hall = Hall(pg_url)
    world = hall.open({"a": STUDENT, "b": STUDENT}, {"b": {"type": "book"}})
    barcode, (a, b) = world.items["b"], (world.members["a"], world.members["b"])
    assert isinstance(checkouts.checkout(hall.first, a, barcode, NOW, At("t0", visit="v")), CheckedOut)
    answer = _meanwhile(
        pg_url,
        lambda: returns.checkin(hall.first, barcode, NOW, At("t0")),
        f"UPDATE loan SET member_id = {b}",
        locked=f"member WHERE id = {a}",
        then_locked=f"member WHERE id = {b}",
        untouched="loan",
    )
    assert isinstance(answer, Returned)
    hall.end()


def test_a_hold_that_is_given_up_waits_for_the_copy_that_just_came(pg_url: str) -> None:
    """One was put on the hold shelf for it while it waited for its title: that one is locked before it passes on."""
    hall = Hall(pg_url)
    world = hall.open({"a": STUDENT, "b": STUDENT}, {"b": {"type": "book"}})
    barcode, title = world.items["b"], next(iter(world.titles.values()))
    a, b, at, later = world.members["a"], world.members["b"], At("t0", visit="v"), NOW + timedelta(days=2)
    assert isinstance(checkouts.checkout(hall.first, b, barcode, NOW, at), CheckedOut)
    assert isinstance(holds.place(hall.first, a, title, NOW, at), HoldPlaced)
    answer = _meanwhile(
        pg_url,
        lambda: holds.cancel(hall.first, a, title, NOW, at),
        "UPDATE loan SET state = 'returned', returned_at = lent_at, closed_at = lent_at, next_event_at = NULL",
        "UPDATE hold_target SET until_at = from_at",
        f"UPDATE hold SET status = 'ready', copy_id = c.id, ready_at = placed_at, pickup_until = '{later}' FROM copy c",
        locked=f"title WHERE id = {title}",
        then_locked=f"copy WHERE barcode = '{barcode}'",
        untouched="hold",
    )
    assert isinstance(answer, HoldCancelled)
    hall.end()


async def test_a_lock_is_no_outage_and_ends(pg_url: str) -> None:
    """A frozen program holds a member's row: the screen is told that the library is busy, and the line is not cut."""
    hall = Hall(pg_url)
    world = hall.open({"a": STUDENT}, {"b": {"type": "book"}})
    member, barcode = world.members["a"], world.items["b"]
    with psycopg.connect(pg_url.replace("+psycopg", "")) as frozen:
        frozen.execute("SELECT id FROM member FOR UPDATE")
        with pytest.raises(DatabaseBusy):
            await asking.ask(hall.first, lambda each: checkouts.checkout(each, member, barcode, NOW, At("test")))
    assert hall.first.database.wire.cuts == 0
    lent = await asking.ask(hall.first, lambda each: checkouts.checkout(each, member, barcode, NOW, At("test")))
    assert isinstance(lent, CheckedOut)
    hall.end()
