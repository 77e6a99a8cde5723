"""The work list: every task leaves it by the act that it asks for, or is closed by hand with a note; none stays."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import select

from store import rows
from store.act import At
from store.circulation import checkouts, holds, losses, renewals, returns
from store.desk import staff, worklist
from store.desk.roles import Right
from store.desk.tasks import raise_task
from store.desk.worklist import clauses_of_tasks
from store.library import Library
from store.members import memberships
from store.policy.verdict import Refused
from store.results.circulation import CheckedOut
from store.results.tasks import BY_THEIR_ACT, closes
from store.scenarios.world import World
from store.states import Role
from store.transaction import Transaction, use_case
from tests.store.worlds import NOW, library

AT = At("test", "desk")
Made = tuple[Library, World]


def _made(url: str, policy: str = "itu", **members: str) -> Made:
    people: dict[str, dict[str, Any]] = {name: {"category": category} for name, category in members.items()}
    items: dict[str, dict[str, Any]] = {"b1": {"type": "book", "title": "one"}, "b2": {"type": "book", "title": "two"}}
    return library(url, people, items, policy)


def _lend(made: Made, name: str, item: str, now: datetime = NOW) -> None:
    opened, world = made
    assert isinstance(checkouts.checkout(opened, world.members[name], world.items[item], now, AT), CheckedOut)


def _waiting(opened: Library, now: datetime = NOW) -> list[str]:
    return [line.slug for line in worklist.waiting(opened, None, 0, now).lines]


@use_case
def _raise(tx: Transaction, /, slug: str, now: datetime, at: At, **about: int) -> int:
    raise_task(tx, slug, now, **about)  # type: ignore[arg-type]
    tx.record("test", "done", now, at)
    task = rows.task
    statement = select(task.c.id).where(task.c.slug == slug).order_by(task.c.id.desc())
    return int(tx.connection.execute(statement).scalars().first() or 0)


def test_a_copy_is_carried_to_one_place_at_a_time(database_url: str) -> None:
    """To the hold shelf, on to the next, back to its shelf; who borrows it carries it away."""
    made = opened, world = _made(database_url, ali="undergraduate", ece="undergraduate", can="undergraduate")
    title = world.titles["b1"]
    _lend(made, "ali", "b1")
    holds.place(opened, world.members["ece"], title, NOW, AT)
    holds.place(opened, world.members["can"], title, NOW + timedelta(minutes=1), AT)
    returns.checkin(opened, world.items["b1"], NOW + timedelta(hours=1), AT)
    (first,) = worklist.waiting(opened, None, 0, NOW).lines
    assert (first.slug, first.barcode, first.member_id) == ("hold_shelf_pull", world.items["b1"], world.members["ece"])
    assert first.deadline is not None and first.clause == "ITU-F5"
    holds.cancel(opened, world.members["ece"], title, NOW + timedelta(hours=2), AT)
    (second,) = worklist.waiting(opened, None, 0, NOW).lines
    assert (second.slug, second.member_id) == ("hold_shelf_pull", world.members["can"])
    holds.cancel(opened, world.members["can"], title, NOW + timedelta(hours=3), AT)
    assert _waiting(opened) == ["reshelve"]
    _lend(made, "ece", "b1", NOW + timedelta(hours=4))
    assert _waiting(opened) == []
    done = worklist.finished(opened, None, NOW, 0, NOW).lines
    assert [line.slug for line in done] == ["reshelve", "hold_shelf_pull", "hold_shelf_pull"]
    opened.close()


@pytest.mark.parametrize("how", ["returned", "lost"])
def test_what_asks_for_a_loan_ends_with_it(sqlite_url: str, how: str) -> None:
    """A renewal to decide, a block, a letter to the unit: nothing is left to ask."""
    made = opened, world = _made(sqlite_url, ali="undergraduate")
    _lend(made, "ali", "b1")
    with opened.database.read.connect() as connection:
        loan, copy = connection.execute(select(rows.loan.c.id, rows.loan.c.copy_id)).one()
    for slug in ("renewal_decision", "recall_undelivered", "student_system_block", "letter_to_unit", "invoice_review"):
        _raise(opened, slug, NOW, AT, loan_id=loan, copy_id=copy)
    if how == "returned":
        returns.checkin(opened, world.items["b1"], NOW + timedelta(days=1), AT)
        assert _waiting(opened) == ["invoice_review"]
    else:
        losses.report_lost(opened, world.members["ali"], world.items["b1"], NOW + timedelta(days=1), AT)
        assert _waiting(opened) == ["invoice_review", "replacement_check"]
    opened.close()


@pytest.mark.parametrize("how", ["settled", "found"])
def test_a_replacement_is_looked_at_until_the_case_is_closed(sqlite_url: str, how: str) -> None:
    """With the deadline of the case, which moves when an equivalent is named (ITU-N3)."""
    made = opened, world = _made(sqlite_url, ali="undergraduate")
    _lend(made, "ali", "b1")
    losses.report_lost(opened, world.members["ali"], world.items["b1"], NOW, AT)
    before = worklist.waiting(opened, None, 0, NOW).lines[0].deadline
    losses.name_equivalent(opened, world.items["b1"], NOW + timedelta(days=5), AT)
    (line,) = worklist.waiting(opened, None, 0, NOW).lines
    assert line.slug == "replacement_check" and line.deadline is not None and line.deadline != before
    if how == "settled":
        losses.settle(opened, world.items["b1"], "replacement_copy", NOW + timedelta(days=6), AT)
    else:
        returns.checkin(opened, world.items["b1"], NOW + timedelta(days=6), AT)
    assert "replacement_check" not in _waiting(opened)
    opened.close()


def test_a_membership_that_ends_leaves_nothing_to_cancel(sqlite_url: str) -> None:
    """Whether it is cancelled or the member leaves with clearance."""
    opened, world = _made(sqlite_url, ali="retired_staff", ece="retired_staff")
    for name in ("ali", "ece"):
        _raise(opened, "cancel_membership", NOW, AT, member_id=world.members[name])
    memberships.cancel_membership(opened, world.members["ali"], NOW, AT)
    assert len(_waiting(opened)) == 1
    memberships.clearance(opened, world.members["ece"], NOW, AT)
    assert _waiting(opened) == []
    opened.close()


def test_a_renewal_that_staff_decide(sqlite_url: str) -> None:
    """The task has the due date for its deadline and goes with the decision (METU-1-C-f.renew-decide)."""
    made = opened, world = _made(sqlite_url, "metu", ali="ill_member_in_city")
    _lend(made, "ali", "b1")
    by_mail, later = replace(AT, channel="email"), NOW + timedelta(days=9)
    renewals.renew(opened, world.members["ali"], world.items["b1"], later, by_mail)
    (line,) = worklist.waiting(opened, "renewal_decision", 0, NOW).lines
    assert line.deadline is not None and line.deadline > later
    renewals.reject_renewal(opened, world.members["ali"], world.items["b1"], later, AT)
    assert _waiting(opened) == []
    opened.close()


def test_what_no_act_closes_is_closed_by_hand_with_a_note(database_url: str) -> None:
    """The audit knows who, and what they wrote; a task is closed once."""
    opened, world = _made(database_url, ali="undergraduate")
    clerk = staff.create_staff(opened, "Ece", "S1", Role.CIRCULATION, "gozetmen01", NOW, AT)
    boss = staff.create_staff(opened, "Deniz", "S2", Role.SUPERVISOR, "gozetmen01", NOW, AT)
    assert isinstance(clerk, int) and isinstance(boss, int)
    desk, head = replace(AT, staff=clerk), replace(AT, staff=boss)
    letter = _raise(opened, "letter_to_unit", NOW, AT, member_id=world.members["ali"])
    block = _raise(opened, "student_system_block", NOW, AT, member_id=world.members["ali"])
    shelf = _raise(opened, "reshelve", NOW, AT)
    later = _raise(opened, "a_kind_of_tomorrow", NOW, AT)

    def refused(answer: Refused | None) -> tuple[str, ...]:
        return answer.slugs if answer is not None else ()

    assert refused(worklist.finish_by_hand(opened, letter, "  ", NOW, desk)) == ("note_missing",)
    assert refused(worklist.finish_by_hand(opened, shelf, "put back", NOW, desk)) == ("task_not_by_hand",)
    assert refused(worklist.finish_by_hand(opened, block, "entered", NOW, desk)) == ("task_not_by_hand",)
    assert refused(worklist.finish_about_status(opened, block, "entered", NOW, desk)) == ("not_permitted",)
    assert worklist.finish_by_hand(opened, letter, "letter 2026/17", NOW, desk) is None
    assert worklist.finish_by_hand(opened, later, "seen", NOW, desk) is None
    assert worklist.finish_about_status(opened, block, "entered", NOW, head) is None
    assert refused(worklist.finish_by_hand(opened, letter, "again", NOW, desk)) == ("task_is_done",)
    done = {line.slug: line for line in worklist.finished(opened, None, NOW, 0, NOW).lines}
    assert (done["letter_to_unit"].done_by, done["letter_to_unit"].note) == ("Ece", "letter 2026/17")
    entry, member = rows.audit_entry, rows.member
    with opened.database.read.connect() as connection:
        assert connection.execute(select(member.c.external_block)).scalar_one()
        found = connection.execute(
            select(entry.c.staff_id, entry.c.detail).where(entry.c.act == "finish_task", entry.c.outcome == "done")
        ).all()
    assert (clerk, {"task": letter, "kind": "letter_to_unit", "note": "letter 2026/17"}) in [
        tuple(row) for row in found
    ]
    opened.close()


def test_a_long_list_comes_in_pages_and_by_kind(sqlite_url: str) -> None:
    """The oldest first, each task once; counted by kind."""
    opened, _world = _made(sqlite_url)
    for number in range(worklist.PAGE + 3):
        _raise(opened, "invoice_review" if number % 2 else "letter_to_unit", NOW + timedelta(minutes=number), AT)
    pages = [worklist.waiting(opened, None, page, NOW) for page in (0, 1)]
    lines = [line for page in pages for line in page.lines]
    assert [page.more for page in pages] == [True, False]
    assert len({line.task_id for line in lines}) == worklist.PAGE + 3
    assert [line.raised_at for line in lines] == sorted(line.raised_at for line in lines)
    assert sum(count for _slug, count in pages[0].counts) == worklist.PAGE + 3
    assert {line.slug for line in worklist.waiting(opened, "letter_to_unit", 0, NOW).lines} == {"letter_to_unit"}
    opened.close()


def test_every_kind_has_its_way_to_be_closed() -> None:
    """By its act or by hand; the rules name the clauses that ask for them."""
    from store.policy.load import shipped

    assert closes("hold_shelf_pull") is None and closes("letter_to_unit") is Right.NOTICES
    asked = clauses_of_tasks(shipped("itu").latest)
    assert asked["student_system_block"] == "ITU-M3a"
    assert asked["letter_to_unit"] == "ITU-M3b, ITU-N7a"
    assert set(BY_THEIR_ACT) - set(asked) == {"renewal_decision", "return_check"}
    assert clauses_of_tasks(shipped("metu").latest)["renewal_decision"].startswith("METU-1-C-f.renew")
