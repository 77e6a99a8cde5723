"""A member's account: entries are only ever added, every balance is derived from them.

What is owed is a charge; payments, waivers and corrections each settle one charge, in part or whole.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, func, insert, select

from store import rows, statements
from store.act import At
from store.policy.verdict import Fine
from store.states import LedgerKind, Purse
from store.transaction import Transaction

_entry = rows.ledger_entry


class Owed(Struct, frozen=True):
    """A charge that is not settled yet."""

    entry_id: int
    kind: LedgerKind
    purse: Purse
    left: int
    loan_id: int | None


def charge(
    tx: Transaction,
    member_id: int,
    kind: LedgerKind,
    amount: int,
    now: datetime,
    at: At,
    *,
    loan_id: int | None = None,
    clause: str | None = None,
    account: dict[str, Any] | None = None,
    note: str = "",
) -> int:
    """Enter what the member owes, in kuruş; late fines go to the purse that counts against the fine limit."""
    purse = Purse.FINE if kind is LedgerKind.LATE_FINE else Purse.CHARGE
    values = {
        "member_id": member_id, "kind": kind, "purse": purse, "amount": amount, "at": now, "loan_id": loan_id,
        "clause": clause, "account": account or {}, "staff_id": at.staff, "terminal": at.terminal, "note": note,
    }  # fmt: skip
    return statements.inserted(tx.connection, insert(_entry), values)


def credit(
    tx: Transaction,
    member_id: int,
    owed: Owed,
    kind: LedgerKind,
    amount: int,
    now: datetime,
    at: At,
    *,
    receipt: str | None = None,
    note: str = "",
) -> None:
    """Reduce one charge by an amount that it still has left."""
    if not 0 < amount <= owed.left:
        raise ValueError(f"{amount} kuruş against a charge of which {owed.left} are left")
    values = {
        "member_id": member_id, "kind": kind, "purse": owed.purse, "amount": -amount, "at": now,
        "loan_id": owed.loan_id, "settles_id": owed.entry_id, "account": {}, "receipt": receipt,
        "staff_id": at.staff, "terminal": at.terminal, "note": note,
    }  # fmt: skip
    tx.connection.execute(insert(_entry), values)


def owed_by(connection: Connection, member_id: int) -> tuple[Owed, ...]:
    """The unsettled charges in the order in which money goes to them: late fines first, each oldest first."""
    settled = _entry.alias("settled")
    paid = select(func.coalesce(func.sum(settled.c.amount), 0)).where(settled.c.settles_id == _entry.c.id)
    left = (_entry.c.amount + paid.scalar_subquery()).label("left")
    statement = (
        select(_entry.c.id, _entry.c.kind, _entry.c.purse, left, _entry.c.loan_id)
        .where(_entry.c.member_id == member_id, _entry.c.amount > 0, left > 0)
        .order_by(_entry.c.purse != Purse.FINE, _entry.c.at, _entry.c.id)
    )
    return tuple(Owed(row.id, row.kind, row.purse, int(row.left), row.loan_id) for row in connection.execute(statement))


def spread(owed: Iterable[Owed], amount: int | None) -> tuple[tuple[Owed, int], ...]:
    """How an amount (all of it without one) goes to charges in their order: each with its part, in kuruş."""
    parts, rest = [], amount
    for each in owed:
        part = each.left if rest is None else min(each.left, rest)
        if part > 0:
            parts.append((each, part))
        rest = None if rest is None else rest - part
    return tuple(parts)


def was_fined(connection: Connection, loan_id: int) -> bool:
    """Whether a late fine has been charged for the loan."""
    charged = select(_entry.c.id).where(_entry.c.loan_id == loan_id, _entry.c.kind == LedgerKind.LATE_FINE).limit(1)
    return connection.execute(charged).first() is not None


def given_back(connection: Connection, member_id: int) -> dict[int, int]:
    """What of the payments for each charge was refunded, in kuruş."""
    refunds = select(_entry.c.amount, _entry.c.account).where(
        _entry.c.member_id == member_id, _entry.c.kind == LedgerKind.REFUND
    )
    total: dict[int, int] = {}
    for row in connection.execute(refunds):
        charge_id = row.account.get("of")
        total[charge_id] = total.get(charge_id, 0) + row.amount
    return total


def balance(connection: Connection, member_id: int, purse: Purse = Purse.FINE) -> int:
    """What is owed in a purse, in kuruş."""
    total = select(func.coalesce(func.sum(_entry.c.amount), 0))
    return int(connection.execute(total.where(_entry.c.member_id == member_id, _entry.c.purse == purse)).scalar_one())


def fine_account(fine: Fine) -> dict[str, Any]:
    """How a fine was reckoned, as it is kept with the entry and shown to the member."""
    lines = [[line.kind, line.count, line.rate] for line in fine.lines]
    return {"unit": fine.unit, "late": fine.late, "closed": fine.closed, "lines": lines}
