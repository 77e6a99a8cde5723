"""The desk: who may act, finding people and things, overrides, returns set back, the document for a lost card."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import select

from store import rows
from store.act import At
from store.catalogue import finding
from store.circulation import backdating, checkouts, holds, overrides, recalls, renewals, returns
from store.desk import deskviews
from store.desk.staff import create_staff
from store.library import Library
from store.members.carddocuments import record_card_document
from store.money import payments
from store.policy.verdict import Refused
from store.results.circulation import CheckedOut, NothingToUndo, NotLent, Undone
from store.results.desk import SetBack
from store.results.holds import HoldPlaced
from store.results.returns import Renewed, Returned
from store.scenarios.world import World
from store.states import Role
from store.tables import AuditEntry
from store.upkeep.verifying import verify
from tests.store import worlds
from tests.store.worlds import NOW

HERE = At("desk-1", "desk", visit="duty", branch=None)
DAY = timedelta(days=1)
MEMBERS: dict[str, dict[str, Any]] = {
    "ayse": {"category": "undergraduate", "surname": "Kaya", "given_name": "Ayşe Işıl", "number": "150301"},
    "can": {"category": "undergraduate", "surname": "Kayalı", "given_name": "Can", "email": "Can.K@itu.edu.tr"},
    "oya": {"category": "faculty", "surname": "Demir", "given_name": "Oya"},
}
ITEMS: dict[str, dict[str, Any]] = {
    "b1": {"type": "book", "title": "Kuyucaklı Yusuf"},
    "b2": {"type": "book"},
    "ref": {"type": "reference"},
    "ill": {"type": "interlibrary"},
}


class Desk:
    """A library with a clerk and a supervisor."""

    def __init__(self, library: Library, world: World) -> None:
        self.library, self.world = library, world
        ids = {
            role: create_staff(library, role.value, f"S-{role.value}", role, "gozetmen01", NOW, HERE) for role in Role
        }
        self.clerk, self.boss = (replace(HERE, staff=ids[role]) for role in (Role.CIRCULATION, Role.SUPERVISOR))

    def lend(self, who: str, what: str, now: datetime = NOW, at: At | None = None) -> Any:  # noqa: ANN401 - an answer
        """A checkout by the clerk."""
        member, barcode = self.world.members[who], self.world.items[what]
        return checkouts.checkout(self.library, member, barcode, now, at or self.clerk)

    def entries(self, act: str) -> list[dict[str, Any]]:
        """The audit entries of an act."""
        table = AuditEntry.__table__  # type: ignore[attr-defined]
        with self.library.database.read.connect() as connection:
            found = connection.execute(select(table).where(table.c.act == act).order_by(table.c.id))
            return [dict(row._mapping) for row in found]

    def balance(self, who: str) -> int:
        """Unpaid late fines."""
        view = deskviews.member_at_desk(self.library, self.world.members[who], NOW + 60 * DAY, self.clerk)
        return view.account.fines


Maker = Callable[..., Desk]


@pytest.fixture
def make() -> Iterator[Callable[[str], Desk]]:
    """Makes a desk on a database; closes it afterwards."""
    opened: list[Library] = []

    def build(url: str, policy: str = "itu", members: Any = MEMBERS, items: Any = ITEMS) -> Desk:  # noqa: ANN401
        library, world = worlds.library(url, members, items, policy)
        opened.append(library)
        return Desk(library, world)

    yield build
    for library in opened:
        library.close()


def test_people_are_found_as_they_are_typed(database_url: str, make: Maker) -> None:
    """Surname or given name first, without marks and capitals; number, card and e-mail by their beginnings."""
    desk = make(database_url)
    names = {
        "kaya": ["Ayşe Işıl Kaya", "Can Kayalı"], "KAYA AY": ["Ayşe Işıl Kaya"], "ayse ka": ["Ayşe Işıl Kaya"],
        "isil kaya": ["Ayşe Işıl Kaya"], "1503": ["Ayşe Işıl Kaya"], "can.k@": ["Can Kayalı"],
        desk.world.cards["oya"]: ["Oya Demir"], "k": [], "%": [], "oya kaya": [],
    }  # fmt: skip
    for typed, wanted in names.items():
        assert [each.name for each in finding.members(desk.library, typed)] == wanted, typed
    hits = finding.find(desk.library, desk.world.items["b1"])
    assert hits.copy is not None and hits.copy.title == "Kuyucaklı Yusuf" and not hits.members
    assert [each.title for each in finding.find(desk.library, "kuyucak").titles] == ["Kuyucaklı Yusuf"]


def test_the_copy_in_hand_says_who_has_it(database_url: str, make: Maker) -> None:
    """While it is out and after it is back; a card says whose it is."""
    desk = make(database_url)
    desk.lend("oya", "b1")
    out = finding.copy_in_hand(desk.library, desk.world.items["b1"])
    assert out is not None and out.borrower == "Oya Demir" and out.due is not None
    returns.checkin(desk.library, desk.world.items["b1"], NOW + DAY, desk.clerk)
    back = finding.copy_in_hand(desk.library, desk.world.items["b1"])
    assert back is not None and back.borrower == "Oya Demir" and back.due is None and not back.to_be_checked
    holder = finding.card_holder(desk.library, desk.world.cards["oya"])
    assert holder is not None and holder.member_id == desk.world.members["oya"]
    assert finding.card_holder(desk.library, "S-supervisor") is None
    assert finding.copy_in_hand(desk.library, "unknown") is None


def test_an_override_is_a_supervisors_with_a_reason(database_url: str, make: Maker) -> None:
    """A clerk may not, with a supervisor's signature may; what the rulebooks except nobody may; the record tells."""
    items = {f"b{n}": {"type": "book"} for n in range(12)} | {"ref": {"type": "reference"}}
    desk = make(database_url, items=items)
    for number in range(10):
        assert isinstance(desk.lend("ayse", f"b{number}"), CheckedOut)
    refused = desk.lend("ayse", "b10")
    assert isinstance(refused, NotLent) and not overrides.standing(desk.library, refused.reasons, NOW)
    forbidden = desk.lend("ayse", "b10", at=replace(desk.clerk, override_reason="exam week"))
    assert isinstance(forbidden, Refused) and forbidden.slugs == ("not_permitted",)
    empty = desk.lend("ayse", "b10", at=replace(desk.boss, override_reason=" "))
    assert isinstance(empty, Refused) and empty.slugs == ("reason_missing",)
    allowed = desk.lend("ayse", "b10", at=replace(desk.boss, override_reason="exam week"))
    assert isinstance(allowed, CheckedOut) and allowed.overridden
    signed = replace(desk.clerk, second=desk.boss.staff, override_reason="thesis")
    assert isinstance(desk.lend("ayse", "b11", NOW + DAY, signed), CheckedOut)
    never = desk.lend("ayse", "ref", at=replace(desk.boss, override_reason="please"))
    assert isinstance(never, NotLent)
    assert [each.slug for each in overrides.standing(desk.library, never.reasons, NOW)] == ["not_for_loan"]
    lines = overrides.of_member(desk.library, desk.world.members["ayse"])
    assert [(line.why, line.staff, line.second, line.title) for line in lines] == [
        ("thesis", "circulation", "supervisor", "b11"), ("exam week", "supervisor", "", "b10"),
    ]  # fmt: skip
    assert lines[0].reasons and lines[0].barcode == desk.world.items["b11"]
    assert overrides.of_member(desk.library, desk.world.members["oya"]) == ()


def test_holds_and_renewals_are_overridden_too(sqlite_url: str, make: Maker) -> None:
    """A renewal too early, a hold on what stands on the shelf; each stands in the member's record."""
    desk = make(sqlite_url)
    ayse, oya = desk.world.members["ayse"], desk.world.members["oya"]
    barcode, title = desk.world.items["b1"], desk.world.titles["b2"]
    allow = replace(desk.boss, override_reason="away for field work")
    desk.lend("ayse", "b1")
    assert isinstance(renewals.renew(desk.library, ayse, barcode, NOW, desk.clerk), Refused)
    assert isinstance(renewals.renew(desk.library, ayse, barcode, NOW, allow), Renewed)
    assert isinstance(holds.place(desk.library, oya, title, NOW, desk.clerk), Refused)
    assert isinstance(holds.place(desk.library, oya, title, NOW, allow), HoldPlaced)
    assert [line.act for line in overrides.of_member(desk.library, ayse)] == ["renew"]
    assert [(line.act, line.title) for line in overrides.of_member(desk.library, oya)] == [("hold", "b2")]


def test_who_is_displaced_by_an_override_waits_on(database_url: str, make: Maker) -> None:
    """What stood ready for one is lent to another: the hold waits again, first in the queue, and nothing is left."""
    desk = make(database_url)
    ayse, oya = (desk.world.members[name] for name in ("ayse", "oya"))
    barcode, title = desk.world.items["b1"], desk.world.titles["b1"]
    desk.lend("can", "b1")
    for member in (ayse, oya):
        assert isinstance(holds.place(desk.library, member, title, NOW, desk.clerk), HoldPlaced)
    returned = returns.checkin(desk.library, barcode, NOW + DAY, desk.clerk)
    assert isinstance(returned, Returned) and returned.goes_to == "hold_shelf"
    allow = replace(desk.boss, override_reason="exam tomorrow")
    assert isinstance(desk.lend("can", "b1", NOW + DAY, allow), CheckedOut)
    assert verify(desk.library.database) == ()
    back = returns.checkin(desk.library, barcode, NOW + 9 * DAY, desk.clerk)
    assert isinstance(back, Returned) and back.goes_to == "hold_shelf"
    assert isinstance(desk.lend("oya", "b1", NOW + 9 * DAY), NotLent)
    assert isinstance(desk.lend("ayse", "b1", NOW + 9 * DAY), CheckedOut)
    assert verify(desk.library.database) == ()


def test_nothing_is_due_before_it_is_lent(sqlite_url: str, make: Maker) -> None:
    """Last year's date in January: refused, also for a supervisor."""
    desk = make(sqlite_url)
    for at in (desk.clerk, replace(desk.boss, override_reason="please")):
        refused = desk.lend("oya", "ill", at=replace(at, due=NOW - 300 * DAY))
        assert isinstance(refused, NotLent) and [each.slug for each in refused.reasons] == ["due_moment_unfit"]
    assert overrides.standing(desk.library, refused.reasons, NOW) == refused.reasons
    assert isinstance(desk.lend("oya", "ill", at=replace(desk.clerk, due=NOW + 9 * DAY)), CheckedOut)


def test_a_recall_reached_nobody_before_the_loan(sqlite_url: str, make: Maker) -> None:
    """Neither then nor in the future; its days count from a moment in between."""
    desk = make(sqlite_url)
    desk.lend("oya", "b1")
    barcode, later = desk.world.items["b1"], NOW + 2 * DAY
    recalls.recall(desk.library, barcode, NOW + DAY, desk.clerk)
    for moment in (NOW - 365 * DAY, later + DAY):
        refused = recalls.recall_delivered(desk.library, barcode, moment, later, desk.clerk)
        assert isinstance(refused, Refused) and refused.slugs == ("delivery_moment_unfit",)
    assert isinstance(recalls.recall_delivered(desk.library, barcode, later, later, desk.clerk), recalls.Recalled)


def test_the_same_scan_again_gets_the_same_answer(sqlite_url: str, make: Maker) -> None:
    """Within a visit: short loan or not, from a hold or not, allowed or not, as it was told the first time."""
    items = {
        "d": {"type": "depot", "period": "20 days"},
        "s": {"type": "book", "period": "3 days"},
        "b": {"type": "book"},
    }
    desk = make(sqlite_url, items=items)
    desk.lend("can", "b")
    holds.place(desk.library, desk.world.members["ayse"], desk.world.titles["b"], NOW, desk.clerk)
    returns.checkin(desk.library, desk.world.items["b"], NOW, desk.clerk)
    for name in items:
        first, again = desk.lend("ayse", name), desk.lend("ayse", name, NOW + timedelta(minutes=1))
        assert isinstance(first, CheckedOut) and isinstance(again, CheckedOut) and again.repeated
        assert replace(again, repeated=False, meters=first.meters) == first


def test_by_telephone_only_who_may(sqlite_url: str, make: Maker) -> None:
    """Teaching staff renew by telephone, students don't (ITU-D3)."""
    desk = make(sqlite_url)
    phone = replace(desk.clerk, channel="phone")
    desk.lend("ayse", "b1"), desk.lend("oya", "b2")
    later = NOW + 20 * DAY
    student = renewals.renew(desk.library, desk.world.members["ayse"], desk.world.items["b1"], NOW + 9 * DAY, phone)
    assert isinstance(student, Refused) and student.slugs == ("channel_not_allowed",)
    teacher = renewals.renew(desk.library, desk.world.members["oya"], desk.world.items["b2"], later, phone)
    assert isinstance(teacher, Renewed)


def test_interlibrary_items_are_due_when_staff_say(sqlite_url: str, make: Maker) -> None:
    """Without a date the desk is asked for one (AMB-048)."""
    desk = make(sqlite_url)
    asked = desk.lend("oya", "ill")
    assert isinstance(asked, NotLent) and [each.slug for each in asked.reasons] == ["desk_only"]
    lent = desk.lend("oya", "ill", at=replace(desk.clerk, due=NOW + 12 * DAY))
    assert isinstance(lent, CheckedOut) and lent.due == NOW + 12 * DAY


def test_the_last_loan_of_the_desk_is_undone(sqlite_url: str, make: Maker) -> None:
    """Within the duty, of this member; the audit says who."""
    desk = make(sqlite_url)
    desk.lend("oya", "b1")
    assert isinstance(checkouts.undo_last(desk.library, desk.world.members["ayse"], NOW, desk.clerk), NothingToUndo)
    assert isinstance(checkouts.undo_last(desk.library, desk.world.members["oya"], NOW, desk.clerk), Undone)
    assert [each["staff_id"] for each in desk.entries("undo")] == [desk.clerk.staff] * 2


def test_what_lay_in_the_book_drop_was_back_before(database_url: str, make: Maker) -> None:
    """Still on loan: the return is recorded with its moment, the fine is that of the moment, both are in the audit."""
    desk = make(database_url)
    lent = desk.lend("ayse", "b1")
    back, seen = lent.due + 9 * DAY, lent.due + 12 * DAY
    barcode = desk.world.items["b1"]
    why = replace(desk.boss, override_reason="in the book drop on Friday")
    late = backdating.set_back(desk.library, barcode, seen + DAY, seen, why)
    early = backdating.set_back(desk.library, barcode, NOW - DAY, seen, why)
    for answer in (late, early):
        assert isinstance(answer, Refused) and answer.slugs == ("return_moment_unfit",)
    unsaid = backdating.set_back(desk.library, barcode, back, seen, desk.boss)
    assert isinstance(unsaid, Refused) and unsaid.slugs == ("reason_missing",)
    clerk = backdating.set_back(desk.library, barcode, back, seen, replace(why, staff=desk.clerk.staff))
    assert isinstance(clerk, Refused) and clerk.slugs == ("not_permitted",)
    done = backdating.set_back(desk.library, barcode, back, seen, why)
    assert isinstance(done, SetBack) and done.was is None and done.fine.late == 9 and done.goes_to == "shelf"
    assert desk.balance("ayse") == done.fine.amount > 0
    detail = desk.entries("set_back")[-1]["detail"]
    assert (detail["returned"], detail["instead_of"]) == (back.isoformat(), seen.isoformat())
    assert overrides.of_member(desk.library, desk.world.members["ayse"])[0].act == "set_back"


@pytest.mark.parametrize("paid", [0, 100])
def test_a_return_already_recorded_is_reckoned_anew(database_url: str, make: Maker, paid: int) -> None:
    """What was charged too much is corrected, never edited; what was paid of it is told."""
    desk = make(database_url)
    lent = desk.lend("ayse", "b1")
    seen, barcode = lent.due + 12 * DAY, desk.world.items["b1"]
    first = returns.checkin(desk.library, barcode, seen, desk.clerk)
    assert isinstance(first, Returned) and first.fine.amount > 100
    if paid:
        payments.pay(desk.library, desk.world.members["ayse"], first.fine.amount, seen, desk.clerk)
    why = replace(desk.boss, override_reason="book drop")
    done = backdating.set_back(desk.library, barcode, lent.due - DAY, seen + DAY, why)
    assert isinstance(done, SetBack) and done.fine.amount == 0 and done.fine_before == first.fine.amount
    assert done.was == seen and done.overpaid == (first.fine.amount if paid else 0)
    assert desk.balance("ayse") == 0
    with desk.library.database.read.connect() as connection:
        loan = connection.execute(select(rows.loan).where(rows.loan.c.id == lent.loan_id)).one()
        kinds = connection.execute(select(rows.ledger_entry.c.kind).order_by(rows.ledger_entry.c.id)).scalars().all()
    assert loan.returned_at == lent.due - DAY and not loan.fined_late
    assert list(kinds) == ["late_fine", "payment" if paid else "correction"]
    again = backdating.set_back(desk.library, barcode, seen, seen + DAY, why)
    assert isinstance(again, Refused) and again.slugs == ("return_moment_unfit",)


def test_a_suspension_of_a_late_return_goes_with_its_fine(sqlite_url: str, make: Maker) -> None:
    """A late reserve item suspends (ITU-M6b); back in time, it does not; back an hour sooner, it runs from then."""
    desk = make(sqlite_url, items={"r": {"type": "course_reserve"}})
    lent = desk.lend("ayse", "r")
    seen, why = lent.due + timedelta(hours=6), replace(desk.boss, override_reason="drop")
    returns.checkin(desk.library, desk.world.items["r"], seen, desk.clerk)

    def suspended() -> list[datetime]:
        with desk.library.database.read.connect() as connection:
            return list(connection.execute(select(rows.suspension.c.starts_at)).scalars())

    assert suspended() == [seen]
    sooner = lent.due + timedelta(hours=4)
    backdating.set_back(desk.library, desk.world.items["r"], sooner, seen, why)
    assert suspended() == [sooner]
    backdating.set_back(desk.library, desk.world.items["r"], lent.due, seen, why)
    assert suspended() == []


def test_a_lost_card_and_its_document(sqlite_url: str, make: Maker) -> None:
    """METU lends on a document that the desk has recorded; what stands against a loan says so until then."""
    members = {"ali": {"category": "undergraduate", "card": "lost"}, "veli": {"category": "undergraduate"}}
    desk = make(sqlite_url, "metu", members, {"a": {"type": "book"}})
    ali, at = desk.world.members["ali"], desk.clerk
    view = deskviews.member_at_desk(desk.library, ali, NOW, at)
    assert [each.slug for each in view.against] == ["card_blocked"] and view.card_status == "lost"
    assert isinstance(desk.lend("ali", "a"), NotLent)
    tomorrow = record_card_document(desk.library, ali, "Öğrenci İşleri", date(2026, 3, 3), NOW, at)
    assert isinstance(tomorrow, Refused) and tomorrow.slugs == ("document_date_unfit",)
    other = record_card_document(desk.library, desk.world.members["veli"], "x", date(2026, 3, 1), NOW, at)
    assert isinstance(other, Refused) and other.slugs == ("card_not_lost",)
    assert record_card_document(desk.library, ali, "Öğrenci İşleri", date(2026, 3, 1), NOW, at) is None
    view = deskviews.member_at_desk(desk.library, ali, NOW, at)
    assert view.against == () and view.card_document == "Öğrenci İşleri, 2026-03-01"
    assert isinstance(desk.lend("ali", "a", at=replace(at, card_document=True)), CheckedOut)
    assert desk.entries("card_document")[-1]["staff_id"] == at.staff


def test_members_and_jobs_are_asked_for_no_right(sqlite_url: str, make: Maker) -> None:
    """At the kiosk nobody of the staff acts."""
    desk = make(sqlite_url)
    assert isinstance(desk.lend("oya", "b1", at=At("kiosk-1", visit="v")), CheckedOut)
    owner = replace(HERE, staff=desk.clerk.staff + 1 + 1 if desk.clerk.staff else None)
    assert isinstance(desk.lend("oya", "b2", at=owner), Refused)
