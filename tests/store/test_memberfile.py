"""What staff do about members: register, edit, cards, PIN, standing, lists, the end of a membership, all their data."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pytest
from msgspec.structs import replace
from sqlmodel import Session, col, select

from store.act import At
from store.circulation.checkouts import checkout
from store.library import Library
from store.members import entitlements, membercards, memberdata, memberfile, memberrecords, memberships, signin
from store.members.memberships import Applied
from store.money import payments
from store.policy.verdict import Cleared, Refused, SuspensionTerms
from store.results.memberrecord import MemberForm
from store.results.visit import SignedIn, SignInRefused
from store.scenarios.world import World
from store.states import Role
from store.tables import AuditEntry, Notice, Staff, Task, Term
from tests.store.worlds import NOW, library

AT = At("test", "desk")
MEMBERS = {
    "ayse": {"category": "undergraduate"},
    "emekli": {"category": "retired_staff"},
}
FORM = MemberForm("Çelik", "Zeynep", "150777", "zeynep@itu.edu.tr", "graduate")


@dataclass(slots=True)
class Desk:
    """A library, and its staff at the desk."""

    library: Library
    world: World
    boss: At
    clerk: At

    @property
    def ayse(self) -> int:
        """A member with everything in order."""
        return self.world.members["ayse"]


def _desk(url: str) -> Desk:
    made, world = library(url, MEMBERS, {"b1": {"type": "book"}})
    with Session(made.database.write) as session:
        people = [
            Staff(name=role.value, role=role, pin_hash="$" * 30, created_at=NOW)
            for role in (Role.SUPERVISOR, Role.CIRCULATION)
        ]
        session.add_all(people)
        session.add(Term(name="2026-spring", first_day=date(2026, 2, 10), last_day=date(2026, 6, 12)))
        session.commit()
        boss, clerk = (replace(AT, staff=each.id) for each in people)
    return Desk(made, world, boss, clerk)


@pytest.fixture
def desk(sqlite_url: str) -> Iterator[Desk]:
    """On SQLite."""
    made = _desk(sqlite_url)
    yield made
    made.library.close()


@pytest.fixture
def desks(database_url: str) -> Iterator[Desk]:
    """On both databases."""
    made = _desk(database_url)
    yield made
    made.library.close()


def _slugs(answer: object) -> tuple[str, ...]:
    assert isinstance(answer, Refused), answer
    return answer.slugs


def _last(desk: Desk, act: str) -> AuditEntry:
    with Session(desk.library.database.read) as session:
        statement = select(AuditEntry).where(AuditEntry.act == act).order_by(col(AuditEntry.id).desc())
        found = session.exec(statement).first()
        assert found is not None
        return found


def test_a_member_is_registered_and_every_fault_is_named_at_once(desk: Desk) -> None:
    """Name, number, address, category, card."""
    bad = MemberForm(" ", "Ada", "", "no address", "kings")
    answer = memberfile.register(desk.library, bad, " ", NOW, desk.clerk)
    slugs = ("name_missing", "number_missing", "address_unfit", "category_unknown", "card_missing")
    assert _slugs(answer) == slugs
    made = memberfile.register(desk.library, FORM, "C77", NOW, desk.clerk)
    assert isinstance(made, int)
    assert _slugs(memberfile.register(desk.library, FORM, "C77", NOW, desk.clerk)) == ("number_taken", "card_taken")
    other = replace(FORM, number="150778")
    assert _slugs(memberfile.register(desk.library, other, desk.world.items["b1"], NOW, desk.clerk)) == ("card_taken",)
    record = memberrecords.record(desk.library, made, NOW)
    assert (record.account.surname, record.account.status, record.has_pin) == ("Çelik", "active", False)
    assert _last(desk, "register_member").staff_id == desk.clerk.staff
    assert memberrecords.holder(desk.library, "C77") == made


def test_data_are_corrected_and_the_audit_says_which(desk: Desk) -> None:
    """Not to what: the audit names nobody."""
    before = memberrecords.record(desk.library, desk.ayse, NOW).account
    form = MemberForm("Yeni", before.given_name, before.number, "yeni@itu.edu.tr")
    assert memberfile.edit(desk.library, desk.ayse, form, NOW, desk.clerk) is None
    assert memberrecords.record(desk.library, desk.ayse, NOW).account.email == "yeni@itu.edu.tr"
    assert set(_last(desk, "edit_member").detail["changed"]) == {"surname", "email"}
    other = memberrecords.record(desk.library, desk.world.members["emekli"], NOW).account.number
    taken = memberfile.edit(desk.library, desk.ayse, replace(form, number=other), NOW, desk.clerk)
    assert _slugs(taken) == ("number_taken",)


def test_an_application_is_decided_once_and_with_a_reason(desks: Desk) -> None:
    """Three working days count down; who is declined is told why (ITU-MEM-6, AMB-104)."""
    form = {"surname": "Er", "given_name": "Ada", "number": "9", "email": "a@itu.edu.tr", "category": "undergraduate"}
    applied = memberships.apply(desks.library, form, NOW, desks.clerk)
    assert isinstance(applied, Applied)
    waiting = memberrecords.waiting(desks.library, NOW).applications
    assert [(each.member_id, each.days_left) for each in waiting] == [(applied.member_id, 3)]
    assert memberrecords.waiting(desks.library, NOW + timedelta(days=9)).applications[0].days_left == -1
    assert _slugs(memberships.reject(desks.library, applied.member_id, " ", NOW, desks.clerk)) == ("reason_missing",)
    assert memberships.reject(desks.library, applied.member_id, "no record", NOW, desks.clerk) is None
    assert _slugs(memberships.approve(desks.library, applied.member_id, NOW, desks.clerk)) == ("application_decided",)
    assert memberrecords.waiting(desks.library, NOW).applications == ()


def test_cards_are_lost_found_and_replaced(desks: Desk) -> None:
    """A lost card opens nothing; a new one ends all older ones."""
    assert _slugs(membercards.find_card(desks.library, desks.ayse, NOW, desks.clerk)) == ("card_not_lost",)
    assert membercards.lose_card(desks.library, desks.ayse, NOW, desks.clerk) is None
    assert _slugs(membercards.lose_card(desks.library, desks.ayse, NOW, desks.clerk)) == ("no_card",)
    assert [each.member_id for each in memberrecords.waiting(desks.library, NOW).lost_cards] == [desks.ayse]
    assert membercards.find_card(desks.library, desks.ayse, NOW, desks.clerk) is None
    assert _slugs(membercards.new_card(desks.library, desks.ayse, "", NOW, desks.clerk)) == ("card_missing",)
    assert membercards.new_card(desks.library, desks.ayse, "C9", NOW, desks.clerk) is None
    cards = memberrecords.record(desks.library, desks.ayse, NOW).cards
    assert {(card.number == "C9", card.status) for card in cards} == {(True, "ok"), (False, "replaced")}


def test_a_lock_is_lifted_and_a_pin_cleared(desk: Desk) -> None:
    """Nobody sees a PIN: the member makes a first one anew, and is written to."""
    card, pin = desk.world.cards["ayse"], "deneme1"
    desk.library.hasher.warm_up()
    with Session(desk.library.database.write) as session:
        member = session.connection().exec_driver_sql(
            "UPDATE member SET pin_hash = ? WHERE id = ?", (desk.library.hasher.hash(pin), desk.ayse)
        )
        assert member.rowcount == 1
        session.commit()
    for _ in range(5):
        signin.sign_in(desk.library, card, "yanlis1", NOW, AT)
    assert isinstance(signin.sign_in(desk.library, card, pin, NOW, AT), SignInRefused)
    assert memberrecords.record(desk.library, desk.ayse, NOW).locked_until is not None
    membercards.unlock(desk.library, desk.ayse, NOW, desk.clerk)
    assert memberrecords.record(desk.library, desk.ayse, NOW).locked_until is None
    assert isinstance(signin.sign_in(desk.library, card, pin, NOW, AT), SignedIn)
    assert membercards.clear_pin(desk.library, desk.ayse, NOW, desk.clerk) is None
    assert isinstance(signin.sign_in(desk.library, card, pin, NOW, AT), SignInRefused)
    assert _slugs(membercards.clear_pin(desk.library, desk.ayse, NOW, desk.clerk)) == ("no_pin",)
    with Session(desk.library.database.read) as session:
        assert [notice.kind for notice in session.exec(select(Notice))] == ["pin_changed"]


def test_a_decision_suspends_for_two_months_and_a_mistake_is_ended(desks: Desk) -> None:
    """With the clause, the decision and, at its early end, the reason (ITU-N7b)."""
    terms = memberfile.discipline(desks.library, desks.ayse, NOW, NOW, desks.boss, "2026/12")
    assert isinstance(terms, SuspensionTerms) and (terms.ends - NOW).days in range(58, 64)
    entry = memberrecords.record(desks.library, desks.ayse, NOW).suspensions[0]
    assert (entry.note, entry.staff) == ("2026/12", "supervisor") and entry.clause.startswith("ITU-N")
    sooner = NOW + timedelta(hours=1)
    assert _slugs(memberfile.end_suspension(desks.library, entry.suspension_id, "", sooner, desks.boss)) == (
        "reason_missing",
    )
    assert memberfile.end_suspension(desks.library, entry.suspension_id, "wrong person", sooner, desks.boss) is None
    ended = memberrecords.record(desks.library, desks.ayse, NOW).suspensions[0]
    assert ended.ends == sooner and "wrong person" in ended.note
    assert datetime.fromisoformat(_last(desks, "end_suspension").detail["until"]) == terms.ends
    assert _slugs(memberfile.end_suspension(desks.library, entry.suspension_id, "x", sooner, desks.boss)) == (
        "suspension_over",
    )


def test_the_block_of_the_student_system_is_noted_and_lifted(desk: Desk) -> None:
    """The task that asked for it ends (ITU-M3a)."""
    with Session(desk.library.database.write) as session:
        session.add(Task(slug="student_system_block", raised_at=NOW, member_id=desk.ayse))
        session.commit()
    assert [task.slug for task in memberrecords.record(desk.library, desk.ayse, NOW).tasks] == ["student_system_block"]
    assert memberfile.set_external_block(desk.library, desk.ayse, True, NOW, desk.boss) is None
    record = memberrecords.record(desk.library, desk.ayse, NOW)
    assert record.account.external_block and record.tasks == ()
    assert _slugs(memberfile.set_external_block(desk.library, desk.ayse, True, NOW, desk.boss)) == ("block_stands_so",)
    assert memberfile.set_external_block(desk.library, desk.ayse, False, NOW, desk.boss) is None


def test_lists_forms_courses_and_projects(desks: Desk) -> None:
    """Entered by hand and taken in as a list; struck off again; what does not fit is said."""
    made, who, at = desks.library, desks.ayse, desks.clerk
    number = memberrecords.record(made, who, NOW).account.number
    assert entitlements.set_exchange_list(made, "2026-spring", (number, "unknown"), NOW, at) == ("unknown",)
    assert [each.member_id for each in entitlements.exchange_list(made, "2026-spring")] == [who]
    assert _slugs(entitlements.list_for_exchange(made, who, "2026-spring", NOW, at)) == ("recorded_so",)
    assert _slugs(entitlements.set_exchange_list(made, "never", (number,), NOW, at)) == ("term_unknown",)
    assert entitlements.assign_course(made, who, "MAT101", NOW, at) is None
    assert entitlements.name_project_manager(made, who, "P-7", NOW, at) is None
    form = date(2026, 3, 1)
    assert entitlements.record_protocol_form(made, who, form, "ODTÜ", NOW, at) is None
    assert _slugs(entitlements.record_protocol_form(made, who, date(2026, 3, 9), "ODTÜ", NOW, at)) == ("day_to_come",)
    unsigned = entitlements.record_protocol_form(made, who, form, "ODTÜ", NOW, at, signed=False)
    assert _slugs(unsigned) == ("signature_missing",)
    record = memberrecords.record(made, who, NOW)
    assert (record.teaches, record.manages, record.exchange_terms) == (("MAT101",), ("P-7",), ("2026-spring",))
    assert record.forms[0].institution == "ODTÜ"
    assert entitlements.assign_course(made, who, "MAT101", NOW, at, teaches=False) is None
    assert _slugs(entitlements.assign_course(made, who, "MAT101", NOW, at, teaches=False)) == ("recorded_so",)


def test_the_end_of_a_membership_and_what_stands_in_its_way(desks: Desk) -> None:
    """Clearance only with nothing open; a cancelled membership can be opened again (ITU-M4, METU-M5-1)."""
    made = desks.library
    checkout(made, desks.ayse, desks.world.items["b1"], NOW, AT)
    found = memberships.obstacles(made, desks.ayse)
    assert [thing.barcode for thing in found.loans] == [desks.world.items["b1"]] and not found.cases
    assert _slugs(memberships.clearance(made, desks.ayse, NOW, desks.clerk)) == ("clearance_blocked",)
    retired = desks.world.members["emekli"]
    assert _slugs(memberships.cancel_membership(made, retired, NOW, desks.boss)) == ("reason_missing",)
    assert memberships.cancel_membership(made, retired, NOW, desks.boss, "ITU-M4") is None
    again = memberships.cancel_membership(made, retired, NOW, desks.boss, "ITU-M4")
    assert _slugs(again) == ("membership_not_active",)
    assert memberships.renew_membership(made, retired, NOW, desks.boss) is None
    assert isinstance(memberships.clearance(made, retired, NOW, desks.clerk), Cleared)


def test_everything_about_a_member_is_handed_out_and_no_secret(desks: Desk) -> None:
    """Every table that refers to members; that it was handed out stands in the audit."""
    made = desks.library
    checkout(made, desks.ayse, desks.world.items["b1"], NOW, AT)
    memberfile.discipline(made, desks.ayse, NOW, NOW, desks.boss, "2026/12")
    assert isinstance(payments.pay(made, desks.ayse, 1, NOW, desks.clerk), Refused)
    text = memberdata.everything(made, desks.ayse, NOW, desks.clerk)
    assert isinstance(text, str)
    data = json.loads(text)
    assert set(memberdata.tables_about_members()) | {"member", "audit_entry", "sign_in_guard"} <= set(data)
    assert data["loan"][0]["barcode"] == desks.world.items["b1"] and data["suspension"][0]["note"] == "2026/12"
    assert {entry["act"] for entry in data["audit_entry"]} >= {"checkout", "discipline", "payment", "export_member"}
    assert "hash" not in text
