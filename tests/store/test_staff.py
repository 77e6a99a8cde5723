"""Accounts of the staff, who may do what, and the second pair of eyes."""

from __future__ import annotations

import inspect
from typing import Any

import pytest
from msgspec.structs import replace
from sqlmodel import Session, select

import store
from store.act import At
from store.desk import permissions, staff
from store.desk.roles import Right, may
from store.library import Library
from store.members import signin
from store.opening import create_library
from store.policy.verdict import Refused
from store.results.visit import SignInRefused, StaffSignedIn
from store.states import Role
from store.tables import AuditEntry
from store.transaction import Transaction
from tests.store.worlds import NOW, settings

AT = At("test", "desk")
PIN = "gozetmen01"


def _made(library: Library, name: str, role: Role) -> int:
    made = staff.create_staff(library, name, f"S-{name}", role, PIN, NOW, AT)
    assert isinstance(made, int)
    return made


@pytest.fixture
def library(sqlite_url: str) -> Any:  # noqa: ANN401 - a generator of libraries
    """A library with one member of staff for each role."""
    opened = create_library(settings(sqlite_url), NOW)
    for role in Role:
        _made(opened, role.value, role)
    yield opened
    opened.close()


def _ids(library: Library) -> dict[Role, int]:
    return {line.role: line.staff_id for line in staff.accounts(library)}


def _entries(library: Library, act: str) -> list[AuditEntry]:
    with Session(library.database.read) as session:
        return list(session.exec(select(AuditEntry).where(AuditEntry.act == act)))


@pytest.mark.parametrize("role", list(Role))
def test_every_act_needs_its_right(library: Library, role: Role) -> None:
    """Whoever lacks it is refused before anything is looked at, and the audit says who tried; with it nobody is."""
    who = replace(AT, staff=_ids(library)[role])
    for name, (right, guarded) in permissions.ACTS.items():
        with library.database.write.connect() as connection:
            tx = Transaction(library, connection)
            if may(role, right):
                assert permissions._has(tx, _ids(library)[role], right), name
                continue
            _tx, *names = inspect.signature(guarded).parameters
            answer = guarded(tx, **{**dict.fromkeys(names), "now": NOW, "at": who})
            assert isinstance(answer, Refused) and answer.slugs == ("not_permitted",), name
            connection.commit()
            library.audit_head = tx.head
    refused = [each for each in _entries(library, "staff_disable") if each.outcome == "refused"]
    assert [each.staff_id for each in refused] == ([] if role is Role.SUPERVISOR else [_ids(library)[role]])


def test_every_right_is_somebodys_and_none_is_everybodys_but_looking() -> None:
    """A right that nobody has is an act that can't be done."""
    for right in Right:
        assert any(may(role, right) for role in Role), right
    assert [right for right in Right if all(may(role, right) for role in Role)] == [Right.LOOK]


def test_a_closed_account_does_nothing_any_more(library: Library) -> None:
    """Neither sign in nor act, and opens again as it was."""
    ids = _ids(library)
    boss, clerk = replace(AT, staff=ids[Role.SUPERVISOR]), ids[Role.CIRCULATION]
    assert staff.disable(library, clerk, NOW, boss) is None
    assert isinstance(signin.sign_in(library, "S-circulation", PIN, NOW, AT), SignInRefused)
    assert isinstance(staff.enable(library, clerk, NOW, replace(AT, staff=clerk)), Refused)
    assert staff.enable(library, clerk, NOW, boss) is None
    assert isinstance(signin.sign_in(library, "S-circulation", PIN, NOW, AT), StaffSignedIn)


def test_the_last_supervisor_stays(database_url: str) -> None:
    """Neither closed nor given another role, until there is a second."""
    opened = create_library(settings(database_url), NOW)
    first = _made(opened, "first", Role.SUPERVISOR)
    boss = replace(AT, staff=first)
    for answer in (staff.disable(opened, first, NOW, boss), staff.set_role(opened, first, Role.CIRCULATION, NOW, boss)):
        assert isinstance(answer, Refused) and answer.slugs == ("last_supervisor",)
    second = _made(opened, "second", Role.SUPERVISOR)
    assert staff.disable(opened, first, NOW, boss) is None
    closed = staff.disable(opened, second, NOW, replace(AT, staff=second))
    assert isinstance(closed, Refused) and closed.slugs == ("last_supervisor",)
    opened.close()


def test_a_new_pin_ends_the_old_one_and_a_lock(library: Library) -> None:
    """Who has forgotten the PIN gets another from a supervisor; nobody reads the old one."""
    ids = _ids(library)
    boss = replace(AT, staff=ids[Role.SUPERVISOR])
    for _ in range(5):
        signin.sign_in(library, "S-circulation", "yanlis1", NOW, AT)
    assert isinstance(signin.sign_in(library, "S-circulation", PIN, NOW, AT), SignInRefused)
    short = staff.reset_staff_pin(library, ids[Role.CIRCULATION], "kisa123", NOW, boss)
    assert isinstance(short, Refused) and short.slugs == ("pin_too_short",)
    assert staff.reset_staff_pin(library, ids[Role.CIRCULATION], "yenipin0001", NOW, boss) is None
    assert isinstance(signin.sign_in(library, "S-circulation", "yenipin0001", NOW, AT), StaffSignedIn)
    assert isinstance(signin.sign_in(library, "S-circulation", PIN, NOW, AT), SignInRefused)


def test_another_card_takes_the_place_of_the_old(library: Library) -> None:
    """The old one opens nothing; a card of somebody else is refused."""
    ids = _ids(library)
    boss = replace(AT, staff=ids[Role.SUPERVISOR])
    taken = staff.replace_card(library, ids[Role.CIRCULATION], "S-supervisor", NOW, boss)
    assert isinstance(taken, Refused) and taken.slugs == ("card_taken",)
    assert staff.replace_card(library, ids[Role.CIRCULATION], "S-new", NOW, boss) is None
    assert isinstance(signin.sign_in(library, "S-circulation", PIN, NOW, AT), SignInRefused)
    assert isinstance(signin.sign_in(library, "S-new", PIN, NOW, AT), StaffSignedIn)
    assert signin.is_staff_card(library, "S-new") and not signin.is_staff_card(library, "S-circulation")


def test_nobody_signs_for_their_own_act(library: Library) -> None:
    """Another member of staff does, with their own card and PIN; who lacks the right counts for nothing.

    Whose card it is, and what is wrong with it, only the right PIN is told.
    """
    ids = _ids(library)
    me = replace(AT, staff=ids[Role.SUPERVISOR])
    rights = (Right.CORRECT_MONEY, Right.STATUS)
    for card, pin, slug in (
        ("S-supervisor", PIN, "own_signature"), ("S-circulation", PIN, "signer_not_permitted"),
        ("S-supervisor", "baskapin01", "pin_incorrect"), ("S-circulation", "baskapin01", "pin_incorrect"),
    ):  # fmt: skip
        refused = signin.sign_for(library, card, pin, rights, NOW, me)
        assert isinstance(refused, SignInRefused) and refused.slug == slug
    with library.database.write.connect() as connection:
        tx = Transaction(library, connection)
        for second in (None, ids[Role.SUPERVISOR], ids[Role.CIRCULATION]):
            asked = permissions.second_pair_of_eyes(tx, Right.CORRECT_MONEY, replace(me, second=second))
            assert asked is not None and asked.slugs == ("second_person_required",)
    fellow = _made(library, "fellow", Role.SUPERVISOR)
    assert isinstance(signin.sign_for(library, "S-fellow", PIN, rights, NOW, me), StaffSignedIn)
    with library.database.write.connect() as connection:
        tx = Transaction(library, connection)
        assert permissions.second_pair_of_eyes(tx, Right.CORRECT_MONEY, replace(me, second=fellow)) is None


def test_names_and_cards_are_needed(library: Library) -> None:
    """An account without a name or card is none."""
    boss = replace(AT, staff=_ids(library)[Role.SUPERVISOR])
    for name, card, slug in ((" ", "S9", "name_missing"), ("Ada", " ", "card_taken")):
        answer = store.desk.staff.create_staff(library, name, card, Role.CIRCULATION, PIN, NOW, boss)
        assert isinstance(answer, Refused) and answer.slugs == (slug,)
