"""Sign-in: one answer for a wrong PIN and an unknown card; tries are counted by card and by terminal and lock both."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from store import rows
from store.act import At
from store.desk.staff import create_staff
from store.library import Library
from store.members import membercards
from store.members.signin import sign_in
from store.opening import open_library
from store.results.visit import SignedIn, SignInRefused, StaffSignedIn
from store.scenarios.world import World
from store.settings import SignInLimits
from store.states import Role
from store.upkeep.verifying import verify
from tests.store.worlds import NOW, library, settings

PIN, STAFF_PIN = "çiğdem7", "gozetmen01"
MEMBERS = {
    "ali": {"category": "undergraduate", "pin": PIN},
    "ece": {"category": "faculty", "pin": PIN},
    "new": {"category": "graduate"},
    "lost": {"category": "graduate", "pin": PIN, "card": "lost"},
}
HERE, THERE = At("kiosk-1"), At("kiosk-2")
MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)
Answer = SignedIn | StaffSignedIn | SignInRefused


@pytest.fixture
def opened(database_url: str) -> Iterator[tuple[Library, World]]:
    """A library with four members and a supervisor, on either database."""
    made, world = library(database_url, MEMBERS, {})
    assert isinstance(create_staff(made, "Deniz", "S1", Role.SUPERVISOR, STAFF_PIN, NOW, HERE), int)
    yield made, world
    assert verify(made.database) == ()
    made.close()


def _fail(made: Library, card: str, times: int, now: datetime = NOW, at: At = HERE) -> list[Answer]:
    return [sign_in(made, card, f"yanlis{each}", now, at) for each in range(times)]


def _slugs(answers: list[Answer]) -> list[str]:
    return [answer.slug if isinstance(answer, SignInRefused) else "in" for answer in answers]


def test_card_and_pin_open_the_account(opened: tuple[Library, World]) -> None:
    """Of a member, and of staff."""
    made, world = opened
    ali = sign_in(made, world.cards["ali"], PIN, NOW, HERE)
    assert isinstance(ali, SignedIn)
    assert (ali.member_id, ali.category, ali.given_name) == (world.members["ali"], "undergraduate", "Adı1")
    deniz = sign_in(made, "S1", STAFF_PIN, NOW, HERE)
    assert isinstance(deniz, StaffSignedIn)
    assert (deniz.name, deniz.role) == ("Deniz", Role.SUPERVISOR)


def _close_some(made: Library, world: World) -> None:
    """Ece has a newer card, Selin works here no more."""
    membercards.new_card(made, world.members["ece"], "C9", NOW, HERE)
    create_staff(made, "Selin", "S2", Role.CIRCULATION, STAFF_PIN, NOW, HERE)
    with made.database.write.begin() as connection:
        connection.execute(update(rows.staff).where(rows.staff.c.name == "Selin").values(disabled_at=NOW))


def test_nobody_can_tell_a_wrong_pin_from_an_unknown_card(opened: tuple[Library, World]) -> None:
    """Try by try the same answers, up to the lock and its very end; also for who has no PIN or works here no more."""
    made, world = opened
    _close_some(made, world)
    known, without_pin, replaced = (world.cards[name] for name in ("ali", "new", "ece"))
    expected = [SignInRefused("pin_incorrect", "ITU-A2")] * 4 + [SignInRefused("pin_locked", None, NOW + 15 * MINUTE)]
    for card in (known, "999999", without_pin, replaced, "S1", "S2", "", "'; --", "ğ" * 64):
        assert _fail(made, card, 5, at=At(f"kiosk for {card[:9]}")) == expected, card


def test_the_right_pin_opens_nothing_that_is_closed(opened: tuple[Library, World]) -> None:
    """A card that another has replaced, disabled staff: the answer of a wrong PIN."""
    made, world = opened
    _close_some(made, world)
    answers = [sign_in(made, world.cards["ece"], PIN, NOW, HERE), sign_in(made, "S2", STAFF_PIN, NOW, HERE)]
    assert answers == [SignInRefused("pin_incorrect", "ITU-A2")] * 2
    assert isinstance(sign_in(made, "C9", PIN, NOW, HERE), SignedIn)


def test_a_lost_card_is_blocked_whatever_the_pin(opened: tuple[Library, World]) -> None:
    """ITU-A4a; tries with it are counted all the same."""
    made, world = opened
    card = world.cards["lost"]
    blocked = SignInRefused("card_blocked", "ITU-A4a")
    assert sign_in(made, card, PIN, NOW, HERE) == blocked
    assert _fail(made, card, 4) == [blocked] * 4
    assert _slugs(_fail(made, card, 1)) == ["pin_locked"]
    assert made.policies.latest.card_lost_clause == "ITU-A4a"


def test_a_locked_card_stays_locked_for_the_right_pin_until_its_moment(opened: tuple[Library, World]) -> None:
    """At every terminal and to the second; then the right PIN opens it and the count begins anew."""
    made, world = opened
    card, until = world.cards["ali"], NOW + 15 * MINUTE
    _fail(made, card, 5)
    for at in (HERE, THERE):
        assert sign_in(made, card, PIN, until - SECOND, at) == SignInRefused("pin_locked", None, until)
    assert isinstance(sign_in(made, world.cards["ece"], PIN, NOW, HERE), SignedIn), "others are not concerned"
    assert isinstance(sign_in(made, card, PIN, until, HERE), SignedIn)
    assert _slugs(_fail(made, card, 5, until)) == ["pin_incorrect"] * 4 + ["pin_locked"]
    assert _fail(made, card, 1, until) == [SignInRefused("pin_locked", None, until + 15 * MINUTE)]


def test_the_last_try_may_still_be_right(opened: tuple[Library, World]) -> None:
    """And it forgives the four before it."""
    made, world = opened
    for _ in range(3):
        assert _slugs(_fail(made, world.cards["ali"], 4)) == ["pin_incorrect"] * 4
        assert isinstance(sign_in(made, world.cards["ali"], PIN, NOW, HERE), SignedIn)


def test_each_lock_is_twice_as_long_up_to_a_day(opened: tuple[Library, World]) -> None:
    """15, 30, 60 … minutes; a wrong try after a lock has five tries again."""
    made, world = opened
    now, lengths = NOW, []
    for number in range(9):
        answers = _fail(made, world.cards["ali"], 5, now, At(f"kiosk-{number}"))
        assert _slugs(answers) == ["pin_incorrect"] * 4 + ["pin_locked"]
        last = answers[-1]
        assert isinstance(last, SignInRefused) and last.locked_until is not None
        lengths.append((last.locked_until - now) // MINUTE)
        now = last.locked_until
    assert lengths == [15, 30, 60, 120, 240, 480, 960, 1440, 1440]


def test_a_restart_forgets_no_try(database_url: str) -> None:
    """The counts stand in the database, and tries at several terminals add up."""
    made, world = library(database_url, MEMBERS, {})
    _fail(made, world.cards["ali"], 2)
    made.close()
    again = open_library(settings(database_url), NOW)
    answers = _fail(again, world.cards["ali"], 3, NOW + 3 * MINUTE, THERE)
    assert _slugs(answers) == ["pin_incorrect", "pin_incorrect", "pin_locked"]
    again.close()


def test_the_limits_are_those_of_the_settings(database_url: str) -> None:
    """Three tries, two minutes, at most three."""
    library(database_url, MEMBERS, {})[0].close()
    limits = SignInLimits(tries=3, lock_minutes=2, longest_lock_minutes=3)
    made = open_library(settings(database_url, sign_in=limits), NOW)
    for now, minutes in ((NOW, 2), (NOW + 2 * MINUTE, 3)):
        answers = _fail(made, "C00001", 3, now)
        assert _slugs(answers) == ["pin_incorrect"] * 2 + ["pin_locked"]
        assert answers[-1] == SignInRefused("pin_locked", None, now + minutes * MINUTE)
    made.close()


def _try_many(made: Library, count: int, now: datetime) -> list[Answer]:
    """Each with another card, as somebody who has found a list of them would."""
    return [sign_in(made, f"unknown {each}", "yanlis1", now, HERE) for each in range(count)]


def test_a_terminal_slows_down_after_many_wrong_tries(opened: tuple[Library, World]) -> None:
    """Whatever the cards: after twenty in a row it pauses, longer each time, at most a minute; others do not."""
    made, world = opened
    assert set(_slugs(_try_many(made, 20, NOW))) == {"pin_incorrect"}
    now, pauses = NOW, []
    for number in range(8):
        assert _slugs([sign_in(made, f"more {number}", "yanlis1", now, HERE)]) == ["pin_incorrect"]
        refused = sign_in(made, f"in pause {number}", "yanlis1", now, HERE)
        assert isinstance(refused, SignInRefused) and refused.locked_until is not None
        assert refused.slug == "pin_locked"
        if number == 0:
            assert isinstance(sign_in(made, world.cards["ece"], PIN, now, THERE), SignedIn)
        pauses.append((refused.locked_until - now) // SECOND)
        now = refused.locked_until
    assert pauses == [2, 4, 8, 16, 32, 60, 60, 60]
    assert isinstance(sign_in(made, world.cards["ali"], PIN, now, HERE), SignedIn)


def test_a_right_pin_wakes_the_terminal(opened: tuple[Library, World]) -> None:
    """A queue of people who mistype is no attack."""
    made, world = opened
    for _ in range(2):
        assert set(_slugs(_try_many(made, 15, NOW))) <= {"pin_incorrect", "pin_locked"}
        assert isinstance(sign_in(made, world.cards["ali"], PIN, NOW, HERE), SignedIn)
    with made.database.read.connect() as connection:
        guard = rows.member.metadata.tables["sign_in_guard"]
        counted = set(connection.execute(select(guard.c.subject)).scalars())
    assert "terminal:kiosk-1" not in counted


def test_neither_cards_nor_pins_stand_in_the_counts_or_the_audit(opened: tuple[Library, World]) -> None:
    """Cards by keyed hash; a failed try of a known card names its member by pseudonym only."""
    made, world = opened
    _fail(made, world.cards["ali"], 6)
    _fail(made, "987654", 1)
    sign_in(made, world.cards["ece"], PIN, NOW, HERE)
    with made.database.read.connect() as connection:
        tables = rows.member.metadata.tables
        guards, audit = (list(connection.execute(select(tables[name]))) for name in ("sign_in_guard", "audit_entry"))
    assert len(guards) == 3, "two cards and the library; a right PIN has wiped out its own count and the terminal's"
    for row in (*guards, *audit):
        assert not any(secret in str(row) for secret in (world.cards["ali"], "987654", "yanlis", PIN)), row
