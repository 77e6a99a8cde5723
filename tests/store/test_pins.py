"""PINs: hashed with argon2id, never stored as they are; checked alike whether somebody has them or not."""

from __future__ import annotations

import time

import pytest
from sqlalchemy import select

from store import rows
from store.act import At
from store.desk.staff import create_staff, staff_pin_faults
from store.library import Library
from store.members import memberpins
from store.members.pins import PinHasher
from store.members.signin import sign_in
from store.opening import open_library
from store.policy.verdict import Refused
from store.results.members import CodeSent
from store.results.visit import SignedIn, SignInRefused, StaffSignedIn
from store.scenarios.world import World
from store.settings import PinHashing, StoreSettings
from store.states import Role
from tests.store.worlds import CHEAP, NOW, library

AT = At("kiosk-1")
PIN = "çiğdem7"


def _slugs(answer: Refused | None) -> tuple[str, ...]:
    return answer.slugs if answer is not None else ()


def test_a_hash_is_salted_argon2id_with_the_set_cost() -> None:
    """Two hashes of one PIN differ, and neither holds it."""
    hasher = PinHasher(PinHashing(memory_kib=64, time_cost=3, parallelism=1))
    one, other = hasher.hash(PIN), hasher.hash(PIN)
    assert one != other
    assert one.startswith("$argon2id$v=19$m=64,t=3,p=1$")
    assert PIN not in one
    assert hasher.check(PIN, one) == hasher.check(PIN, other) == (True, None)


@pytest.mark.parametrize("wrong", ["", "ciğdem7", "çiğdem", "çiğdem77", "Çiğdem7", "çiğdem7 ", "\x00", "çiğdem7" * 9])
def test_another_pin_is_wrong(wrong: str) -> None:
    """Also one without its marks, an empty one, and one that no keypad could type."""
    hasher = PinHasher(CHEAP)
    assert hasher.check(wrong, hasher.hash(PIN)) == (False, None)


def test_the_defaults_are_those_of_the_settings_and_above_the_floor() -> None:
    """19 MiB, two passes, one lane: what OWASP asks at least."""
    assert PinHasher(PinHashing()).hash(PIN).startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_without_a_hash_the_same_work_is_done() -> None:
    """The time must not tell whether a card is known: both answers cost the same, after a warm-up."""
    hasher = PinHasher(PinHashing(memory_kib=8192, time_cost=3))
    hasher.warm_up()
    stored = hasher.hash(PIN)
    known, unknown = (min(_seconds(hasher, each) for _ in range(5)) for each in (stored, None))
    assert known / 3 < unknown < known * 3, "without the dummy hash it would be a thousandth"


def _seconds(hasher: PinHasher, stored: str | None) -> float:
    """Of processor time: a busy machine does not matter."""
    start = time.thread_time()
    assert hasher.check("yanlis1", stored) == (False, None)
    return time.thread_time() - start


def _ali(url: str) -> tuple[Library, World]:
    return library(url, {"ali": {"category": "undergraduate", "pin": PIN, "surname": "Ak", "number": "150001"}}, {})


def _hash_of(opened: Library, member_id: int) -> str:
    with opened.database.read.connect() as connection:
        statement = select(rows.member.c.pin_hash).where(rows.member.c.id == member_id)
        return str(connection.execute(statement).scalar_one())


def test_a_hash_rises_with_the_settings_at_the_next_sign_in(database_url: str) -> None:
    """The same PIN, a costlier hash; a wrong PIN changes nothing."""
    opened, world = _ali(database_url)
    before = _hash_of(opened, world.members["ali"])
    opened.close()
    dearer = PinHashing(memory_kib=16, time_cost=2, parallelism=1)
    opened = open_library(StoreSettings(database=database_url, terminal="test", pin_hashing=dearer), NOW)
    assert isinstance(sign_in(opened, world.cards["ali"], "yanlis1", NOW, AT), SignInRefused)
    assert _hash_of(opened, world.members["ali"]) == before
    assert isinstance(sign_in(opened, world.cards["ali"], PIN, NOW, AT), SignedIn)
    after = _hash_of(opened, world.members["ali"])
    assert after.startswith("$argon2id$v=19$m=16,t=2,p=1$")
    assert isinstance(sign_in(opened, world.cards["ali"], PIN, NOW, AT), SignedIn)
    assert _hash_of(opened, world.members["ali"]) == after
    opened.close()


def test_the_old_pin_is_needed_for_a_new_one_and_is_then_dead(database_url: str) -> None:
    """A change at the terminal, with every fault of the new PIN named first."""
    opened, world = _ali(database_url)
    ali, card = world.members["ali"], world.cards["ali"]
    wrong = memberpins.change_own_pin(opened, ali, "yanlis1", "yenipin2", NOW, AT)
    assert _slugs(wrong) == ("pin_incorrect",)
    bad = memberpins.change_own_pin(opened, ali, PIN, "Yeni", NOW, AT)
    assert set(_slugs(bad)) == {"pin_uppercase", "pin_too_short"}
    assert isinstance(sign_in(opened, card, PIN, NOW, AT), SignedIn)
    assert memberpins.change_own_pin(opened, ali, PIN, "yenipin2", NOW, AT) is None
    assert isinstance(sign_in(opened, card, PIN, NOW, AT), SignInRefused)
    assert isinstance(sign_in(opened, card, "yenipin2", NOW, AT), SignedIn)
    opened.close()


def test_guessing_the_old_pin_locks_the_change(database_url: str) -> None:
    """Like sign-in: who finds a terminal left open can't try for ever."""
    opened, world = _ali(database_url)
    ali = world.members["ali"]
    for _ in range(opened.settings.sign_in.tries):
        assert _slugs(memberpins.change_own_pin(opened, ali, "yanlis1", "yenipin2", NOW, AT)) == ("pin_incorrect",)
    locked = memberpins.change_own_pin(opened, ali, PIN, "yenipin2", NOW, AT)
    assert _slugs(locked) == ("pin_locked",)
    assert locked is not None and locked.reasons[0].possible_from is not None
    assert memberpins.change_own_pin(opened, ali, PIN, "yenipin2", locked.reasons[0].possible_from, AT) is None
    opened.close()


def test_no_pin_and_no_code_stands_in_the_database(database_url: str) -> None:
    """In no column of any table: only hashes do. (The code's letter waits in the outbox until it is sent.)"""
    opened, world = _ali(database_url)
    assert isinstance(sign_in(opened, world.cards["ali"], PIN, NOW, AT), SignedIn)
    assert isinstance(sign_in(opened, world.cards["ali"], "baskapin3", NOW, AT), SignInRefused)
    sent = memberpins.ask_code(opened, "reset", "150001", "Ak", "Adı1", NOW, AT)
    assert isinstance(sent, CodeSent)
    with opened.database.read.connect() as connection:
        for table in rows.member.metadata.sorted_tables:
            for row in connection.execute(select(table)):
                assert PIN not in str(row) and "baskapin3" not in str(row), table.name
        facts = connection.execute(select(rows.notice.c.facts).where(rows.notice.c.kind == "pin_code")).scalar_one()
        kept = connection.execute(select(rows.member.metadata.tables["one_time_code"])).mappings().one()
    assert str(facts["code"]) not in str(dict(kept))
    opened.close()


def test_staff_have_longer_pins_and_cards_of_their_own(database_url: str) -> None:
    """Every fault at once; a card that opens an account opens no second one."""
    opened, world = _ali(database_url)
    assert _slugs(staff_pin_faults(opened, "Kısa", NOW)) == ("pin_too_short", "pin_uppercase")
    short = create_staff(opened, "Deniz", "S1", Role.SUPERVISOR, "kisa123", NOW, AT)
    assert isinstance(short, Refused) and short.reasons[0].numbers == {"length": 10}
    made = create_staff(opened, "Deniz", "S1", Role.SUPERVISOR, "gozetmen01", NOW, AT)
    assert sign_in(opened, "S1", "gozetmen01", NOW, AT) == StaffSignedIn(made, "Deniz", Role.SUPERVISOR)  # type: ignore[arg-type]
    for card in ("S1", world.cards["ali"]):
        taken = create_staff(opened, "Deniz", card, Role.SUPERVISOR, "gozetmen01", NOW, AT)
        assert isinstance(taken, Refused) and taken.slugs == ("card_taken",)
    opened.close()
