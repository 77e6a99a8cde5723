"""What staff do with copies: every state change, who was waiting, and what is refused; the library stays whole."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import pytest
from msgspec.structs import replace
from sqlalchemy import delete, func, insert, select

from store import rows
from store.act import At
from store.catalogue import copies, copypages, stock
from store.circulation import answering, checkouts, holds, losses, recalls, reserve, returns
from store.circulation.facts import member_facts
from store.library import Library
from store.policy.verdict import Refused
from store.results.circulation import CheckedOut, NotLent
from store.results.copies import CopyData, CopyPage
from store.results.holds import HoldPlaced
from store.results.returns import Returned
from store.scenarios.world import World
from store.states import CaseKind
from store.upkeep.verifying import verify
from tests.store import worlds
from tests.store.worlds import NOW

AT = At("test", "desk")
LATER = NOW + timedelta(days=1)
PEOPLE = {name: {"category": "undergraduate"} for name in ("ayse", "mehmet", "zeynep")} | {
    "ada": {"category": "faculty"}
}
ITEMS = {"b0": {"type": "book"}, "b1": {"type": "book", "title": "two"}, "b2": {"type": "book", "title": "two"}}


@pytest.fixture
def place(database_url: str) -> Iterator[tuple[Library, World]]:
    """A small library of the first policy, whole afterwards."""
    library, world = worlds.library(database_url, PEOPLE, ITEMS)
    yield library, world
    assert verify(library.database) == ()
    library.close()


def _page(library: Library, barcode: str) -> CopyPage:
    page = copypages.copy_page(library, barcode, LATER)
    assert page is not None
    return page


def _lend(library: Library, world: World, who: str, item: str) -> None:
    assert isinstance(checkouts.checkout(library, world.members[who], world.items[item], NOW, AT), CheckedOut)


def _hold(library: Library, world: World, who: str, item: str) -> None:
    assert isinstance(holds.place(library, world.members[who], world.titles[item], NOW, AT), HoldPlaced)


def _slugs(answer: object) -> tuple[str, ...]:
    assert isinstance(answer, Refused), answer
    return answer.slugs


def _number(library: Library, member_id: int) -> str:
    with library.database.read.connect() as connection:
        return str(connection.execute(select(rows.member.c.number).where(rows.member.c.id == member_id)).scalar_one())


def _letters(library: Library, kind: str) -> int:
    notice = rows.notice
    with library.database.read.connect() as connection:
        return int(connection.execute(select(func.count()).where(notice.c.kind == kind)).scalar_one())


def _acts(library: Library) -> list[str]:
    with library.database.read.connect() as connection:
        return [row.act for row in connection.exec_driver_sql("SELECT act FROM audit_entry ORDER BY id")]


def test_repair_and_back(place: tuple[Library, World]) -> None:
    """From the hold shelf its hold waits again in its old place and is told again; from repair it goes to the first."""
    library, world = place
    barcode = world.items["b0"]
    _lend(library, world, "ayse", "b0")
    assert _slugs(copies.to_repair(library, barcode, LATER, AT)) == ("copy_busy",)
    _hold(library, world, "mehmet", "b0")
    returned = returns.checkin(library, barcode, LATER, AT)
    assert isinstance(returned, Returned) and returned.goes_to == "hold_shelf"
    assert copies.to_repair(library, barcode, LATER, AT) is None
    assert (_page(library, barcode).item.state, _page(library, barcode).waiting) == ("in_repair", 1)
    assert _slugs(copies.to_repair(library, barcode, LATER, AT)) == ("state_changed",)
    assert copies.from_repair(library, barcode, LATER + timedelta(days=1), AT) is True
    assert _page(library, barcode).slip is not None and _letters(library, "hold_available") == 2
    assert _slugs(copies.from_repair(library, barcode, LATER, AT)) == ("state_changed",)
    assert _slugs(copies.from_repair(library, "nothing", LATER, AT)) == ("copy_unknown",)
    assert {"to_repair", "from_repair"} <= set(_acts(library))


def test_a_copy_leaves_the_stock_and_enters_it(place: tuple[Library, World]) -> None:
    """Not while somebody has it; the last one takes its holds along; a new one goes to the first hold at once."""
    library, world = place
    _lend(library, world, "ayse", "b1")
    _lend(library, world, "mehmet", "b2")
    _hold(library, world, "zeynep", "b1")
    one, two = world.items["b1"], world.items["b2"]
    assert _slugs(stock.withdraw(library, one, "worn", LATER, AT)) == ("copy_busy",)
    assert stock.add_copy(library, world.titles["b1"], "NEW", "book", "mustafa_inan", "", LATER, AT) is None
    assert _page(library, "NEW").item.state == "hold_shelf"
    assert _slugs(stock.withdraw(library, "NEW", "worn", LATER, AT)) == ("copy_busy",)
    holds.cancel(library, world.members["zeynep"], world.titles["b1"], LATER, AT)
    for barcode in (one, two):
        returns.checkin(library, barcode, LATER, AT)
        assert stock.withdraw(library, barcode, "worn", LATER, AT) is None
    assert copies.to_repair(library, "NEW", LATER, AT) is None
    assert stock.withdraw(library, "NEW", "worn", LATER, AT) is None
    assert _slugs(stock.withdraw(library, "NEW", "worn", LATER, AT)) == ("state_changed",)
    assert stock.reinstate(library, "NEW", LATER, AT) is None
    assert _slugs(stock.reinstate(library, "NEW", LATER, AT)) == ("state_changed",)
    for barcode, slug in ((one, "barcode_taken"), ("C00001", "barcode_taken"), (" ", "barcode_unfit")):
        assert _slugs(stock.add_copy(library, world.titles["b1"], barcode, "book", "mustafa_inan", "", LATER, AT)) == (
            slug,
        )
    assert _slugs(stock.add_copy(library, 999, "X1", "book", "mustafa_inan", "", LATER, AT)) == ("title_unknown",)
    assert _slugs(stock.add_copy(library, world.titles["b1"], "X1", "scroll", "moon", "", LATER, AT)) == (
        "choice_unknown",
    )


def test_holds_that_nobody_can_fill_end_with_the_last_copy(place: tuple[Library, World]) -> None:
    """In repair it could still have come back; withdrawn, or kept in the library, it can't."""
    library, world = place
    _lend(library, world, "ayse", "b0")
    _hold(library, world, "mehmet", "b0")
    returns.checkin(library, world.items["b0"], LATER, AT)
    copies.to_repair(library, world.items["b0"], LATER, AT)
    assert _letters(library, "hold_cancelled") == 0
    assert stock.withdraw(library, world.items["b0"], "worn", LATER, AT) is None
    assert _letters(library, "hold_cancelled") == 1
    _lend(library, world, "ayse", "b1")
    _lend(library, world, "ada", "b2")
    _hold(library, world, "mehmet", "b1")
    stays = CopyData("book", "mustafa_inan", "PL1", loanable=False)
    for name, letters in (("b1", 1), ("b2", 2)):
        assert copies.edit_copy(library, world.items[name], stays, LATER, AT) is None
        assert _letters(library, "hold_cancelled") == letters


def test_a_copy_is_edited(place: tuple[Library, World]) -> None:
    """What stands on the hold shelf keeps its kind; what can be lent again goes to who waits."""
    library, world = place
    barcode = world.items["b1"]
    data = CopyData("book", "mustafa_inan", "PL248", loanable=False)
    assert copies.edit_copy(library, barcode, data, LATER, AT) is None
    _lend(library, world, "ayse", "b2")
    _hold(library, world, "mehmet", "b2")
    assert copies.edit_copy(library, barcode, replace(data, loanable=True), LATER, AT) is None
    assert _page(library, barcode).slip is not None
    assert _slugs(copies.edit_copy(library, barcode, replace(data, branch="mechanical"), LATER, AT)) == ("copy_busy",)
    assert (
        copies.edit_copy(library, barcode, CopyData("book", "mustafa_inan", "PL249", loanable=True), LATER, AT) is None
    )
    assert _page(library, barcode).item.shelf_mark == "PL249"
    assert _slugs(copies.edit_copy(library, barcode, replace(data, item_type="scroll"), LATER, AT)) == (
        "choice_unknown",
    )
    assert _slugs(copies.edit_copy(library, "nothing", data, LATER, AT)) == ("copy_unknown",)


def test_periods_are_shortened_only(place: tuple[Library, World]) -> None:
    """One copy, or all of a title; readable, and shorter than the rules' own (ITU-C16)."""
    library, world = place
    barcode = world.items["b0"]
    assert _slugs(copies.set_period(library, barcode, "soon", NOW, AT)) == ("period_unreadable",)
    assert _slugs(copies.set_period(library, barcode, "60 days", NOW, AT)) == ("period_not_shorter",)
    assert _slugs(copies.set_period(library, "nothing", "3 days", NOW, AT)) == ("copy_unknown",)
    assert copies.set_period(library, barcode, "3 days", NOW, AT) is None
    assert _page(library, barcode).period == "3 days"
    assert copies.set_title_period(library, world.titles["b1"], "3 days", NOW, AT) == 2
    assert _slugs(copies.set_title_period(library, world.titles["b1"], "60 days", NOW, AT)) == ("period_not_shorter",)
    _lend(library, world, "ayse", "b1")
    _lend(library, world, "mehmet", "b2")
    for who in ("zeynep", "ada"):
        _hold(library, world, who, "b1")
    demand = copypages.in_demand(library)
    assert [(line.title, line.waiting, line.copies, line.shortened) for line in demand] == [("two", 2, 2, True)]
    assert copies.set_title_period(library, world.titles["b1"], None, NOW, AT) == 2


def test_course_reserve_with_course_and_instructor(place: tuple[Library, World]) -> None:
    """On and off (ITU-I1), for a term where the instructor is entered (I2b), with a period of its own (I3)."""
    library, world = place
    barcode = world.items["b0"]
    assert _slugs(reserve.put_on_reserve(library, barcode, "book", "MAT101", None, NOW, AT)) == ("choice_unknown",)
    assert _slugs(reserve.put_on_reserve(library, barcode, "course_reserve", " ", None, NOW, AT)) == ("course_missing",)
    assert reserve.put_on_reserve(library, barcode, "course_reserve", "MAT101", "1 day", NOW, AT) is None
    assert reserve.add_instructor(library, "MAT101", "C00004", None, NOW, AT) == world.members["ada"]
    assert reserve.add_instructor(library, "MAT101", "C00004", None, NOW, AT) == world.members["ada"]
    assert _slugs(reserve.add_instructor(library, "MAT101", "C00004", "never", NOW, AT)) == ("choice_unknown",)
    assert _slugs(reserve.add_instructor(library, "MAT101", "nobody", None, NOW, AT)) == ("member_unknown",)
    page = _page(library, barcode)
    assert (page.course, page.period, page.reserve) == ("MAT101", "1 day", True)
    assert [known.member_id for known in page.instructors] == [world.members["ada"]]
    term = replace(AT, loan_type="term")
    assert isinstance(checkouts.checkout(library, world.members["ayse"], barcode, NOW, term), NotLent)
    for last, lent in ((NOW - timedelta(days=9), False), (NOW + timedelta(days=60), True)):
        with library.database.write.begin() as connection:
            connection.execute(delete(rows.teaching))
            connection.execute(delete(rows.term))
            first = last - timedelta(days=90)
            connection.execute(insert(rows.term).values(name="spring", first_day=first.date(), last_day=last.date()))
        assert reserve.add_instructor(library, "MAT101", "C00004", "spring", NOW, AT) == world.members["ada"]
        with library.database.read.connect() as connection:
            facts = member_facts(connection, library.policies.latest, world.members["ada"], NOW, lock=False)
        assert facts.teaches == (frozenset({"MAT101"}) if lent else frozenset())
    reserve.remove_instructor(library, "MAT101", world.members["ada"], NOW, AT)
    assert _page(library, barcode).instructors == ()
    assert reserve.take_off_reserve(library, barcode, "book", NOW, AT) is None
    assert (_page(library, barcode).course, _page(library, barcode).period) == (None, None)
    _lend(library, world, "ayse", "b0")
    assert _slugs(reserve.put_on_reserve(library, barcode, "course_reserve", "MAT101", None, NOW, AT)) == ("copy_busy",)


def test_project_items_and_their_managers(place: tuple[Library, World]) -> None:
    """Registered on a project letter, with who manages the project (METU-2-f.register)."""
    library, world = place
    barcode = world.items["b0"]
    assert _slugs(reserve.set_project(library, barcode, "", NOW, AT)) == ("project_missing",)
    assert reserve.set_project(library, barcode, "TUBITAK-1", NOW, AT) is None
    assert reserve.add_manager(library, "TUBITAK-1", "C00004", NOW, AT) == world.members["ada"]
    assert _slugs(reserve.add_manager(library, "TUBITAK-1", "nobody", NOW, AT)) == ("member_unknown",)
    assert [known.member_id for known in _page(library, barcode).managers] == [world.members["ada"]]
    reserve.remove_manager(library, "TUBITAK-1", world.members["ada"], NOW, AT)
    assert reserve.set_project(library, barcode, None, NOW, AT) is None
    assert (_page(library, barcode).project, _page(library, barcode).managers) == (None, ())


def test_a_recall_is_foreseen(place: tuple[Library, World]) -> None:
    """What staff are told before is what happens (ITU-E1)."""
    library, world = place
    barcode = world.items["b0"]
    assert recalls.foresee(library, barcode, NOW) is None
    assert _slugs(recalls.recall(library, barcode, NOW, AT)) == ("not_on_loan",)
    _lend(library, world, "ayse", "b0")
    foreseen = recalls.foresee(library, barcode, LATER)
    done = recalls.recall(library, barcode, LATER, AT)
    assert isinstance(done, recalls.Recalled) and done.due == foreseen
    loan = _page(library, barcode).loan
    assert loan is not None and loan.recalled and loan.due == foreseen


def test_damage_before_a_loss_is_a_case_of_its_own(place: tuple[Library, World]) -> None:
    """Lent again before it was settled, and lost: two cases, each settled by itself, the loss with another copy."""
    library, world = place
    barcode = world.items["b0"]
    assert _slugs(losses.report_damaged(library, barcode, NOW, AT)) == ("not_on_loan",)
    _lend(library, world, "ayse", "b0")
    assert _slugs(losses.report_damaged(library, barcode, NOW, AT)) == ("copy_busy",)
    returns.checkin(library, barcode, LATER, AT)
    assert isinstance(losses.report_damaged(library, barcode, LATER, AT, intentional=True), losses.CaseOpened)
    assert _slugs(losses.report_damaged(library, barcode, LATER, AT)) == ("case_open",)
    lent = checkouts.checkout(library, world.members["mehmet"], barcode, LATER, AT)
    assert isinstance(lent, CheckedOut)
    assert isinstance(losses.report_lost(library, world.members["mehmet"], barcode, LATER, AT), losses.CaseOpened)
    assert _slugs(stock.withdraw(library, barcode, "gone", LATER, AT)) == ("case_open",)
    assert sorted(case.kind for case in copypages.open_cases(library, LATER)) == ["damaged", "lost"]
    taken = losses.settle(library, barcode, "replacement_copy", LATER, AT, replacement=world.items["b1"])
    assert _slugs(taken) == ("barcode_taken",)
    settled = losses.settle(library, barcode, "replacement_copy", LATER, AT, replacement="NEW")
    assert isinstance(settled, losses.Settled)
    assert (_page(library, barcode).item.state, _page(library, "NEW").item.state) == ("withdrawn", "on_shelf")
    assert isinstance(losses.settle(library, barcode, "closed", LATER, AT, kind=CaseKind.DAMAGED), losses.Settled)
    assert _slugs(losses.settle(library, barcode, "closed", LATER, AT)) == ("not_on_loan",)
    assert copypages.open_cases(library, LATER) == ()


def test_who_answers_is_known_before_it_is_reported(place: tuple[Library, World]) -> None:
    """For damage the last who gave it back, never who has it now; the sums are those that are entered then."""
    library, world = place
    barcode, ayse, mehmet = world.items["b0"], world.members["ayse"], world.members["mehmet"]
    assert answering.for_loss(library, barcode, NOW) is None
    checkouts.checkout(library, ayse, barcode, NOW, AT)
    returns.checkin(library, barcode, LATER, AT)
    damage = answering.for_damage(library, barcode, LATER)
    assert isinstance(damage, answering.Answerable) and damage.number == _number(library, ayse)
    checkouts.checkout(library, mehmet, barcode, LATER, AT)
    assert _slugs(answering.for_damage(library, barcode, LATER)) == ("copy_busy",)
    late = LATER + timedelta(days=60)
    loss = answering.for_loss(library, barcode, late)
    assert loss is not None and loss.number == _number(library, mehmet) and loss.fine_now
    opened = losses.report_lost(library, mehmet, barcode, late, AT)
    assert isinstance(opened, losses.CaseOpened) and opened.fine > 0
    assert (opened.fine, opened.fee, opened.deadline) == (loss.fine, loss.fee, loss.deadline)
    assert answering.of_case(library, barcode, CaseKind.LOST) == answering.CaseSums(opened.fee, 0)


def test_what_staff_type_wrongly_about_a_remedy_is_refused(sqlite_url: str) -> None:
    """No amount, no rate, a remedy that the rules do not offer, a second one while the first waits for its payment."""
    people = {"ayse": {"category": "undergraduate"}}
    library, world = worlds.library(sqlite_url, people, {"b0": {"type": "book", "language": "en"}}, "metu")
    barcode, ayse = world.items["b0"], world.members["ayse"]
    checkouts.checkout(library, ayse, barcode, NOW, AT)
    losses.report_lost(library, ayse, barcode, LATER, AT)
    assert answering.of_case(library, barcode, CaseKind.LOST) == answering.CaseSums(0, 0)
    assert _slugs(losses.settle(library, barcode, "gift", LATER, AT)) == ("remedy_not_offered",)
    assert _slugs(losses.settle(library, barcode, "current_price", LATER, AT)) == ("amount_missing",)
    assert _slugs(losses.settle(library, barcode, "fixed_amount", LATER, AT)) == ("rate_missing",)
    (case,) = copypages.open_cases(library, LATER)
    assert case.in_dollars and "fixed_amount" in case.remedies
    settled = losses.settle(library, barcode, "fixed_amount", LATER, AT, usd_rate=Decimal("40.1"))
    assert isinstance(settled, losses.Settled) and settled.fee == 601500
    assert answering.of_case(library, barcode, CaseKind.LOST) is None
    assert _slugs(losses.settle(library, barcode, "closed", LATER, AT)) == ("payment_awaited",)
    assert verify(library.database) == ()
    library.close()
