"""Locks on rows, so that each thing is decided once: a member's limits, a copy, a title's queue.

The order is the same everywhere: the member first, then the copy, then the title. What is read after a lock is read as
it stands under it; a statement that locks and reads at once would read the rest as it stood before it had to wait. On
SQLite the write transaction is the lock.
"""

from __future__ import annotations

from sqlalchemy import Connection, Table, select, union

from store import rows


def lock_member(connection: Connection, member_id: int | None) -> None:
    """Nobody else decides about this member until the transaction ends."""
    if member_id is not None:
        _lock(connection, rows.member, "id", member_id)


def lock_copy(connection: Connection, barcode: str) -> None:
    """Nobody else moves this copy until the transaction ends."""
    _lock(connection, rows.copy, "barcode", barcode)


def lock_borrowed(connection: Connection, barcode: str) -> None:
    """Nobody else moves this copy, nor decides about the member who has it on loan or answers for its loss."""
    if connection.dialect.name == "sqlite":
        return
    copy, loan, case = rows.copy, rows.loan, rows.loss_case
    has = select(loan.c.member_id).join(copy, copy.c.id == loan.c.copy_id).where(loan.c.closed_at.is_(None))
    answers = select(case.c.member_id).join(copy, copy.c.id == case.c.copy_id).where(case.c.settled_at.is_(None))
    both = union(has.where(copy.c.barcode == barcode), answers.where(copy.c.barcode == barcode))
    for member_id in sorted(connection.execute(both).scalars()):
        lock_member(connection, member_id)
    lock_copy(connection, barcode)


def lock_loan(connection: Connection, loan_id: int) -> None:
    """Nobody else decides about this loan: its borrower and its copy."""
    if connection.dialect.name == "sqlite":
        return
    loan, copy = rows.loan, rows.copy
    found = connection.execute(
        select(loan.c.member_id, copy.c.barcode).join(copy, copy.c.id == loan.c.copy_id).where(loan.c.id == loan_id)
    ).one()
    lock_member(connection, found.member_id)
    lock_copy(connection, found.barcode)


def lock_title(connection: Connection, title_id: int) -> None:
    """Nobody else changes this title's queue until the transaction ends."""
    _lock(connection, rows.title, "id", title_id)


def lock_hold(connection: Connection, hold_id: int) -> None:
    """Nobody else decides about this hold: its member, its copy if one stands ready, its title."""
    hold, copy = rows.hold, rows.copy
    found = connection.execute(
        select(hold.c.member_id, hold.c.title_id, copy.c.barcode)
        .join_from(hold, copy, copy.c.id == hold.c.copy_id, isouter=True)
        .where(hold.c.id == hold_id)
    ).one()
    lock_member(connection, found.member_id)
    if found.barcode is not None:
        lock_copy(connection, found.barcode)
    lock_title(connection, found.title_id)


def _lock(connection: Connection, table: Table, column: str, value: object) -> None:
    if connection.dialect.name != "sqlite":
        # Rows that refer to it (a new loan, a new hold of another) need not wait.
        connection.execute(select(table.c.id).where(table.c[column] == value).with_for_update(key_share=True)).scalar()
