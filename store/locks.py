"""Locks on rows, so that each thing is decided once: a member's limits, a copy, a title's queue.

The order is the same everywhere: the member first, then the copy, then the title. What is read after a lock is read as
it stands under it; a statement that locks and reads at once would read the rest as it stood before it had to wait. On
SQLite the write transaction is the lock.
"""

from __future__ import annotations

from sqlalchemy import Connection, Integer, Select, Table, bindparam, select, union

from store import rows

_copy, _loan, _case = rows.copy, rows.loan, rows.loss_case
_this_copy = _copy.c.barcode == bindparam("barcode")


def _row(table: Table, column: str) -> Select[tuple[int]]:
    # Rows that refer to it (a new loan, a new hold of another) need not wait.
    return select(table.c.id).where(table.c[column] == bindparam(column)).with_for_update(key_share=True)


_member_row, _copy_row, _title_row = _row(rows.member, "id"), _row(_copy, "barcode"), _row(rows.title, "id")
_title_row_of = (
    select(rows.title.c.id)
    .join_from(rows.title, _copy, _copy.c.title_id == rows.title.c.id)
    .where(_this_copy)
    .with_for_update(key_share=True, of=rows.title)
)
_borrower_of_loan = (
    select(_loan.c.member_id, _copy.c.barcode)
    .join(_copy, _copy.c.id == _loan.c.copy_id)
    .where(_loan.c.id == bindparam("loan_id", type_=Integer))
)
_borrowers = union(
    select(_loan.c.member_id).join(_copy, _copy.c.id == _loan.c.copy_id).where(_loan.c.closed_at.is_(None), _this_copy),
    select(_case.c.member_id)
    .join(_copy, _copy.c.id == _case.c.copy_id)
    .where(_case.c.settled_at.is_(None), _this_copy),
)

_hold_row = (
    select(rows.hold.c.member_id, rows.hold.c.title_id, _copy.c.barcode)
    .join_from(rows.hold, _copy, _copy.c.id == rows.hold.c.copy_id, isouter=True)
    .where(rows.hold.c.id == bindparam("hold_id", type_=Integer))
)


def lock_member(connection: Connection, member_id: int | None) -> None:
    """Nobody else decides about this member until the transaction ends."""
    if member_id is not None:
        _lock(connection, _member_row, id=member_id)


def lock_copy(connection: Connection, barcode: str) -> None:
    """Nobody else moves this copy until the transaction ends."""
    _lock(connection, _copy_row, barcode=barcode)


def lock_borrowed(connection: Connection, barcode: str) -> None:
    """Nobody else moves this copy, nor decides about the member who has it on loan or answers for its loss."""
    if connection.dialect.name == "sqlite":
        return
    before = _lock_borrowers(connection, barcode, frozenset())
    lock_copy(connection, barcode)
    _lock_borrowers(connection, barcode, before)


def _lock_borrowers(connection: Connection, barcode: str, locked: frozenset[int]) -> frozenset[int]:
    # Once more under the copy's lock: it may have changed hands while we waited. That is out of order, and a deadlock
    # is tried again.
    borrowers = frozenset(connection.execute(_borrowers, {"barcode": barcode}).scalars())
    for member_id in sorted(borrowers - locked):
        lock_member(connection, member_id)
    return borrowers


def lock_loan(connection: Connection, loan_id: int) -> None:
    """Nobody else decides about this loan: its borrower and its copy."""
    if connection.dialect.name == "sqlite":
        return
    found = connection.execute(_borrower_of_loan, {"loan_id": loan_id}).one()
    lock_member(connection, found.member_id)
    lock_copy(connection, found.barcode)


def lock_title(connection: Connection, title_id: int) -> None:
    """Nobody else changes this title's queue until the transaction ends."""
    _lock(connection, _title_row, id=title_id)


def lock_title_of(connection: Connection, barcode: str) -> None:
    """The same for the title of a copy."""
    _lock(connection, _title_row_of, barcode=barcode)


def lock_hold(connection: Connection, hold_id: int) -> None:
    """Nobody else decides about this hold: its member, its copy if one stands ready, its title."""
    if connection.dialect.name == "sqlite":
        return
    found = connection.execute(_hold_row, {"hold_id": hold_id}).one()
    lock_member(connection, found.member_id)
    if found.barcode is not None:
        lock_copy(connection, found.barcode)
    lock_title(connection, found.title_id)
    after = connection.execute(_hold_row, {"hold_id": hold_id}).one()
    if after.barcode is not None and after.barcode != found.barcode:
        lock_copy(connection, after.barcode)  # one came while we waited


def _lock(connection: Connection, statement: Select[tuple[int]], **of: object) -> None:
    if connection.dialect.name != "sqlite":
        connection.execute(statement, of).scalar()
