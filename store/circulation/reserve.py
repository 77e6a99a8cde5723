"""Course reserve with its courses and instructors (ITU-I1 to I3), and what projects have paid for (METU-2-f)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, insert, select, update

from store import rows
from store.act import At
from store.catalogue.copies import serve_queue_anew
from store.catalogue.stock import BUSY, UNKNOWN
from store.desk.permissions import needs
from store.desk.roles import Right
from store.locks import lock_borrowed
from store.policy import due
from store.policy.verdict import Reason, Refused
from store.states import CopyState
from store.transaction import Transaction, use_case

_NOBODY = Reason("member_unknown", None, "check_number")
_MISSING = Reason("course_missing", None, "fill_in")
_NO_CHOICE = Reason("choice_unknown", None, "choose_again")
_LONGEST = 40


@use_case
@needs(Right.COPIES)
def put_on_reserve(
    tx: Transaction, barcode: str, item_type: str, course: str, period: str | None, now: datetime, at: At
) -> Refused | None:
    """Move a copy to the course reserve, as one of the reserve's kinds, perhaps with a period of its own (ITU-I1, I3).

    Refusals: `copy_unknown`, `copy_busy` on loan or on the hold shelf, `choice_unknown` for a kind that is no reserve,
    `course_missing`, whatever speaks against the period.
    """
    policy = tx.library.policies.at(now)
    fault = due.own_period_fault(policy, item_type, period)
    if not policy.kind(item_type).reserve:
        fault = _NO_CHOICE
    elif not _fits(course):
        fault = _MISSING
    return _move(tx, "put_on_reserve", barcode, fault, item_type, course.strip(), period, now, at)


@use_case
@needs(Right.COPIES)
def take_off_reserve(tx: Transaction, barcode: str, item_type: str, now: datetime, at: At) -> Refused | None:
    """Move a copy back to the shelves as another kind; its course and its own period end. Refusals as above."""
    policy = tx.library.policies.at(now)
    known = item_type in policy.item_type_of and not policy.kind(item_type).reserve
    fault = None if known else _NO_CHOICE
    return _move(tx, "take_off_reserve", barcode, fault, item_type, None, None, now, at)


@use_case
@needs(Right.COPIES)
def add_instructor(tx: Transaction, course: str, member: str, term: str | None, now: datetime, at: At) -> int | Refused:
    """A member teaches a course: for a term, or until removed (ITU-I2b). `member`: a card or a number; gives the id.

    Refusals: `course_missing`, `member_unknown`, `choice_unknown` for a term that is not in the calendar.
    """
    connection, teaching = tx.connection, rows.teaching
    member_id = _member(tx, member)
    terms = {None, *connection.execute(select(rows.term.c.name)).scalars()}
    wrong = _MISSING if not _fits(course) else _NO_CHOICE if term not in terms else _NOBODY
    if member_id is None or wrong is not _NOBODY:
        return tx.refuse("add_instructor", now, at, wrong, member_id=member_id)
    same = (teaching.c.member_id == member_id, teaching.c.course == course.strip(), teaching.c.term == term)
    if connection.execute(select(teaching.c.id).where(*same)).first() is None:
        connection.execute(insert(teaching).values(member_id=member_id, course=course.strip(), term=term))
    tx.record("add_instructor", "done", now, at, member_id=member_id, detail={"course": course, "term": term})
    return member_id


@use_case
@needs(Right.COPIES)
def remove_instructor(tx: Transaction, course: str, member_id: int, now: datetime, at: At) -> None:
    """The member does not teach the course any more."""
    teaching = rows.teaching
    tx.connection.execute(delete(teaching).where(teaching.c.course == course, teaching.c.member_id == member_id))
    tx.record("remove_instructor", "done", now, at, member_id=member_id, detail={"course": course})


@use_case
@needs(Right.COPIES)
def set_project(tx: Transaction, barcode: str, project: str | None, now: datetime, at: At) -> Refused | None:
    """Register on a project letter who has paid for a copy; None: nobody but the library (METU-2-f.register).

    Refusals: `copy_unknown`, `project_missing`.
    """
    connection, copy = tx.connection, rows.copy
    lock_borrowed(connection, barcode)
    copy_id = connection.execute(select(copy.c.id).where(copy.c.barcode == barcode)).scalar()
    if copy_id is None or (project is not None and not _fits(project)):
        reason = UNKNOWN if copy_id is None else Reason("project_missing", None, "fill_in")
        return tx.refuse("set_project", now, at, reason, barcode=barcode)
    project = project.strip() if project is not None else None
    connection.execute(update(copy).where(copy.c.id == copy_id).values(project=project))
    tx.record("set_project", "done", now, at, barcode=barcode, detail={"project": project})
    return None


@use_case
@needs(Right.COPIES)
def add_manager(tx: Transaction, project: str, member: str, now: datetime, at: At) -> int | Refused:
    """A member manages a project. `member`: a card or a number; gives the id. Refusals: `member_unknown`."""
    connection, manager, member_id = tx.connection, rows.project_manager, _member(tx, member)
    if member_id is None:
        return tx.refuse("add_manager", now, at, _NOBODY)
    same = (manager.c.member_id == member_id, manager.c.project == project)
    if connection.execute(select(manager.c.project).where(*same)).first() is None:
        connection.execute(insert(manager).values(member_id=member_id, project=project))
    tx.record("add_manager", "done", now, at, member_id=member_id, detail={"project": project})
    return member_id


@use_case
@needs(Right.COPIES)
def remove_manager(tx: Transaction, project: str, member_id: int, now: datetime, at: At) -> None:
    """The member does not manage the project any more."""
    manager = rows.project_manager
    tx.connection.execute(delete(manager).where(manager.c.project == project, manager.c.member_id == member_id))
    tx.record("remove_manager", "done", now, at, member_id=member_id, detail={"project": project})


def _move(
    tx: Transaction, act: str, barcode: str, fault: Reason | None, item_type: str, course: str | None,
    period: str | None, now: datetime, at: At,
) -> Refused | None:  # fmt: skip
    connection, copy = tx.connection, rows.copy
    lock_borrowed(connection, barcode)
    found = connection.execute(
        select(copy.c.id, copy.c.title_id, copy.c.state).where(copy.c.barcode == barcode)
    ).first()
    if found is None:
        fault = UNKNOWN
    elif found.state in (CopyState.ON_LOAN, CopyState.HOLD_SHELF):
        fault = BUSY
    if found is None or fault is not None:
        assert fault is not None
        return tx.refuse(act, now, at, fault, barcode=barcode)
    values = {"item_type": item_type, "course": course, "period": period}
    connection.execute(update(copy).where(copy.c.id == found.id).values(values))
    serve_queue_anew(tx, found.id, found.title_id, found.state, now)
    tx.record(act, "done", now, at, barcode=barcode, detail=values)
    return None


def _fits(name: str) -> bool:
    return bool(name.strip()) and len(name.strip()) <= _LONGEST and name.isprintable()


def _member(tx: Transaction, code: str) -> int | None:
    """Whose card or number it is."""
    connection, member, card, wanted = tx.connection, rows.member, rows.card, code.strip()
    by_card = select(card.c.member_id).where(card.c.number == wanted, card.c.member_id.is_not(None))
    found: int | None = connection.execute(by_card).scalar()
    return found or connection.execute(select(member.c.id).where(member.c.number == wanted)).scalar()
