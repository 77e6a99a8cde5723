"""The tasks as a work list: what waits for a person, what was done lately, and what is closed by hand."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select, update

from store import rows
from store.act import At
from store.desk.permissions import needs
from store.desk.roles import Right
from store.policy.model import Policy
from store.policy.verdict import Reason, Refused
from store.results.tasks import TaskLine, TaskPage, closes
from store.transaction import Reading, Transaction, query, use_case

PAGE = 50


@query
def waiting(reading: Reading, slug: str | None, page: int, now: datetime) -> TaskPage:
    """The tasks that wait, the oldest first; of one kind if `slug` names it. Pages count from 0."""
    policy = reading.library.policies.at(now)
    task = rows.task
    counted = reading.connection.execute(
        select(task.c.slug, func.count()).where(task.c.done_at.is_(None)).group_by(task.c.slug).order_by(task.c.slug)
    )
    counts = tuple((row[0], int(row[1])) for row in counted)
    statement = _lines().where(task.c.done_at.is_(None)).order_by(task.c.raised_at, task.c.id)
    return _page(reading.connection, policy, statement, slug, page, counts)


@query
def finished(reading: Reading, slug: str | None, since: datetime, page: int, now: datetime) -> TaskPage:
    """The tasks that were closed since an instant, the latest first."""
    policy = reading.library.policies.at(now)
    task = rows.task
    statement = _lines().where(task.c.done_at >= since).order_by(task.c.done_at.desc(), task.c.id.desc())
    return _page(reading.connection, policy, statement, slug, page, ())


@use_case
@needs(Right.NOTICES, "finish_task")
def finish_by_hand(tx: Transaction, task_id: int, note: str, now: datetime, at: At) -> Refused | None:
    """A person has done what no act of the program does, and says so (ITU-G1e, M3b, N7a).

    Refusals: `note_missing`, `task_is_done`, `task_not_by_hand` for a task that only its own act closes.
    """
    return _finish(tx, task_id, note, Right.NOTICES, now, at)


@use_case
@needs(Right.STATUS, "finish_task")
def finish_about_status(tx: Transaction, task_id: int, note: str, now: datetime, at: At) -> Refused | None:
    """The same for tasks about a membership: the block was entered in the student system, which the member's record
    tells from now on (ITU-M3a), or a membership is not cancelled after all (ITU-M4).
    """
    refused = _finish(tx, task_id, note, Right.STATUS, now, at)
    if refused is None:
        task, member = rows.task, rows.member
        blocked = select(task.c.member_id).where(task.c.id == task_id, task.c.slug == "student_system_block")
        connection = tx.connection
        connection.execute(update(member).where(member.c.id.in_(blocked)).values(external_block=True))
    return refused


def _finish(tx: Transaction, task_id: int, note: str, right: Right, now: datetime, at: At) -> Refused | None:
    connection, task = tx.connection, rows.task
    row = connection.execute(
        select(task.c.slug, task.c.member_id, task.c.done_at).where(task.c.id == task_id).with_for_update()
    ).first()
    wrong = _wrong(row, note, right)
    if wrong is not None:
        tx.record("finish_task", "refused", now, at, reasons=(wrong,), detail={"task": task_id})
        return Refused((wrong,))
    assert row is not None
    values = {"done_at": now, "staff_id": at.staff, "note": note.strip()[:400]}
    connection.execute(update(task).where(task.c.id == task_id).values(values))
    detail = {"task": task_id, "kind": row.slug, "note": note.strip()[:400]}
    tx.record("finish_task", "done", now, at, member_id=row.member_id, detail=detail)
    return None


def _wrong(row: Row[*tuple[Any, ...]] | None, note: str, right: Right) -> Reason | None:
    if row is None or row.done_at is not None:
        return Reason("task_is_done", None, "see_tasks")
    if closes(row.slug) is not right:
        return Reason("task_not_by_hand", None, "do_its_act")
    return None if note.strip() else Reason("note_missing", None, "fill_in")


def _page(
    connection: Connection,
    policy: Policy,
    statement: Select[Any],
    slug: str | None,
    page: int,
    counts: tuple[tuple[str, int], ...],
) -> TaskPage:
    if slug is not None:
        statement = statement.where(rows.task.c.slug == slug)
    found = connection.execute(statement.offset(page * PAGE).limit(PAGE + 1)).all()
    clauses = clauses_of_tasks(policy)
    return TaskPage(tuple(_line(row, clauses) for row in found[:PAGE]), len(found) > PAGE, counts)


def _lines() -> Select[Any]:
    task, hold, member, copy = rows.task, rows.hold, rows.member, rows.copy
    title, staff = rows.title, rows.staff
    return (
        select(
            task.c.id, task.c.slug, task.c.raised_at, task.c.deadline, task.c.done_at, task.c.note,
            member.c.id.label("member_id"), member.c.surname, member.c.given_name, member.c.number,
            copy.c.barcode, copy.c.branch, title.c.title, staff.c.name.label("done_by"),
        )
        .join_from(task, hold, hold.c.id == task.c.hold_id, isouter=True)
        .join(member, member.c.id == func.coalesce(task.c.member_id, hold.c.member_id), isouter=True)
        .join(copy, copy.c.id == task.c.copy_id, isouter=True)
        .join(title, title.c.id == copy.c.title_id, isouter=True)
        .join(staff, staff.c.id == task.c.staff_id, isouter=True)
    )  # fmt: skip


def _line(row: Row[*tuple[Any, ...]], clauses: dict[str, str]) -> TaskLine:
    return TaskLine(
        task_id=row.id,
        slug=row.slug,
        raised_at=row.raised_at,
        deadline=row.deadline,
        clause=clauses.get(row.slug),
        member_id=row.member_id,
        member=f"{row.given_name} {row.surname}" if row.surname is not None else "",
        number=row.number or "",
        barcode=row.barcode or "",
        title=row.title or "",
        branch=row.branch or "",
        done_at=row.done_at,
        done_by=row.done_by or "",
        note=row.note,
    )


def clauses_of_tasks(policy: Policy) -> dict[str, str]:
    """The clauses that ask for each kind of task, as the policy's register of clauses says."""
    found: dict[str, list[str]] = {}
    for key, clause in policy.register_of_clauses.items():
        for slug in clause.tasks:
            found.setdefault(slug, []).append(key)
    return {slug: ", ".join(keys) for slug, keys in found.items()}
