"""Locks rows before they are read, everywhere in one order: the member's first, then the copy's.

On SQLite the write transaction is the lock, and nothing is asked.
"""

from __future__ import annotations

from sqlalchemy import Integer, bindparam, select

from store import rows
from store.transaction import Transaction

_loan, _copy, _member = rows.loan, rows.copy, rows.member
_this_copy = _copy.c.barcode == bindparam("barcode")
_member_row = select(_member.c.id).where(_member.c.id == bindparam("member_id", type_=Integer)).with_for_update()
_copy_row = select(_copy.c.id).where(_this_copy).with_for_update()
_borrower_row = (
    select(_member.c.id)
    .join_from(_member, _loan, _loan.c.member_id == _member.c.id)
    .join(_copy, _copy.c.id == _loan.c.copy_id)
    .where(_this_copy, _loan.c.closed_at.is_(None))
    .with_for_update(of=_member)
)


def lock_member_and_copy(tx: Transaction, member_id: int, barcode: str) -> None:
    """Nobody else changes the member's account or the copy until this transaction ends."""
    if not tx.library.database.is_sqlite:
        tx.connection.execute(_member_row, {"member_id": member_id})
        tx.connection.execute(_copy_row, {"barcode": barcode})


def lock_borrower_and_copy(tx: Transaction, barcode: str) -> None:
    """The same for whoever has the copy."""
    if not tx.library.database.is_sqlite:
        tx.connection.execute(_borrower_row, {"barcode": barcode})
        tx.connection.execute(_copy_row, {"barcode": barcode})
