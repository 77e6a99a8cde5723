"""Locks on rows, so that each thing is decided once: a member's limits, a copy, a title's queue.

The order is the same everywhere: the member first, then the copy, then the title. What is read after a lock is read as
it stands under it; a statement that locks and reads at once would read the rest as it stood before it had to wait. On
SQLite the write transaction is the lock.
"""

from __future__ import annotations

from sqlalchemy import Connection, Table, select

from store import rows


def lock_member(connection: Connection, member_id: int | None) -> None:
    """Nobody else decides about this member until the transaction ends."""
    if member_id is not None:
        _lock(connection, rows.member, "id", member_id)


def lock_copy(connection: Connection, barcode: str) -> None:
    """Nobody else moves this copy until the transaction ends."""
    _lock(connection, rows.copy, "barcode", barcode)


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
