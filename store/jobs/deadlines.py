"""Deadlines that pass: decisions on applications, replacements of lost items, unpaid fines of retired members."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Column, Connection, Select, Table, func, select, update

from store import rows
from store.act import At
from store.desk.tasks import raise_task
from store.library import Library
from store.money import ledger
from store.transaction import Transaction

_SECOND = timedelta(seconds=1)


def _next_deadline(table: Table, ended: Column[datetime]) -> Select[datetime]:
    return select(func.min(table.c.deadline)).where(ended.is_(None), table.c.overdue_at.is_(None))


NEXT_DECISION = _next_deadline(rows.application, rows.application.c.decided_at)
NEXT_REPLACEMENT = _next_deadline(rows.loss_case, rows.loss_case.c.settled_at)
NEXT_CHECK = select(func.min(rows.member.c.cancel_check_at))


def second_after(_library: Library, deadline: datetime | None) -> datetime | None:
    """The first second after a deadline."""
    return None if deadline is None else deadline + _SECOND


def applications_at(_library: Library, connection: Connection, moment: datetime) -> Sequence[int]:
    """The undecided applications whose deadline was the second before."""
    return _deadlines_at(connection, rows.application, rows.application.c.decided_at, moment)


def remind_application(tx: Transaction, key: int, moment: datetime, at: At) -> Iterator[str]:
    """Staff are told that the working days are over; the membership does not start by itself (AMB-103)."""
    del at
    member_id = _take_overdue(tx, rows.application, rows.application.c.decided_at, key, moment)
    if member_id is not None:
        raise_task(tx, "membership_decision_overdue", moment, member_id=member_id, deadline=moment - _SECOND)
        yield "membership_decision_overdue"


def cases_at(_library: Library, connection: Connection, moment: datetime) -> Sequence[int]:
    """The unsettled losses whose deadline was the second before."""
    return _deadlines_at(connection, rows.loss_case, rows.loss_case.c.settled_at, moment)


def remind_case(tx: Transaction, key: int, moment: datetime, at: At) -> Iterator[str]:
    """Staff are told that a replacement is late; nothing is blocked by it (AMB-091)."""
    del at
    member_id = _take_overdue(tx, rows.loss_case, rows.loss_case.c.settled_at, key, moment)
    if member_id is not None:
        case = rows.loss_case
        row = tx.connection.execute(select(case.c.copy_id, case.c.loan_id).where(case.c.id == key)).one()
        raise_task(
            tx, "replacement_overdue", moment,
            member_id=member_id, loan_id=row.loan_id, copy_id=row.copy_id, deadline=moment - _SECOND,
        )  # fmt: skip
        yield "replacement_overdue"


def members_at(_library: Library, connection: Connection, moment: datetime) -> Sequence[int]:
    """The members whose fines are looked at now."""
    member = rows.member
    return connection.execute(select(member.c.id).where(member.c.cancel_check_at == moment)).scalars().all()


def check_member(tx: Transaction, member_id: int, moment: datetime, at: At) -> Iterator[str]:
    """If a fine is still unpaid, staff are asked to cancel the membership; that of a retired member only (ITU-M4)."""
    del at
    member, policy = rows.member, tx.library.policies.at(moment)
    category = tx.connection.execute(
        update(member)
        .where(member.c.id == member_id, member.c.cancel_check_at == moment)
        .values(cancel_check_at=None)
        .returning(member.c.category)
    ).scalar_one_or_none()
    if category is None or not policy.category(category).cancelled_when_late:
        return
    if ledger.balance(tx.connection, member_id) > 0:
        raise_task(tx, "cancel_membership", moment, member_id=member_id)
        yield "cancel_membership"


def _deadlines_at(connection: Connection, table: Table, ended: Column[datetime], moment: datetime) -> Sequence[int]:
    return (
        connection.execute(
            select(table.c.id)
            .where(ended.is_(None), table.c.overdue_at.is_(None), table.c.deadline == moment - _SECOND)
            .order_by(table.c.id)
        )
        .scalars()
        .all()
    )


def _take_overdue(tx: Transaction, table: Table, ended: Column[datetime], key: int, moment: datetime) -> int | None:
    """Note that staff are told; the member whom it is about, or None if it was decided or told meanwhile."""
    connection = tx.connection
    taken = connection.execute(
        update(table).where(table.c.id == key, ended.is_(None), table.c.overdue_at.is_(None)).values(overdue_at=moment)
    )
    if not taken.rowcount:
        return None
    return int(connection.execute(select(table.c.member_id).where(table.c.id == key)).scalar_one())
