"""Receipts: one number for each payment, waiver, correction and refund, and what stands on them."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, func, insert, select

from store import rows, statements
from store.act import At
from store.results.money import ReceiptLine, ReceiptPart, ReceiptRead
from store.states import PayMethod, Purse, ReceiptKind
from store.transaction import Reading, Transaction, query

_MOST = 200
_insert, _change = insert(rows.receipt), statements.by_id(rows.receipt)


def write_receipt(
    tx: Transaction,
    kind: ReceiptKind,
    member_id: int,
    amount: int,
    now: datetime,
    at: At,
    *,
    method: PayMethod = PayMethod.NONE,
    reference: str = "",
    note: str = "",
) -> str:
    """Keep the receipt of an act within its transaction; give its number: `2026-000123`."""
    values = {
        "number": uuid.uuid4().hex, "kind": kind, "member_id": member_id, "amount": amount, "method": method,
        "reference": reference, "at": now, "terminal": at.terminal, "staff_id": at.staff, "note": note,
    }  # fmt: skip
    receipt_id = statements.inserted(tx.connection, _insert, values)
    number = f"{now.astimezone(tx.library.calendars.zone).year}-{receipt_id:06}"
    tx.connection.execute(_change, {"this": receipt_id, "number": number})
    return number


@query
def receipt(reading: Reading, number: str) -> ReceiptRead | None:
    """A receipt with everything that is printed on it; None if there is none of that number."""
    member, table = rows.member, rows.receipt
    row = reading.connection.execute(
        lines()
        .add_columns(table.c.member_id, table.c.terminal, member.c.email, member.c.language)
        .where(table.c.number == number)
    ).first()
    if row is None:
        return None
    return ReceiptRead(
        line=line(row),
        member_id=row.member_id,
        number_of_member=row.member_number,
        email=row.email,
        language=row.language or "tr",
        terminal=row.terminal,
        parts=_parts(reading.connection, number),
        owed=_owed(reading.connection, row.member_id),
    )


@query
def of_member(reading: Reading, member_id: int) -> tuple[ReceiptLine, ...]:
    """The member's receipts, the newest first."""
    table = rows.receipt
    found = reading.connection.execute(
        lines().where(table.c.member_id == member_id).order_by(table.c.id.desc()).limit(_MOST)
    )
    return tuple(line(row) for row in found)


def lines() -> Select[Any]:
    """Receipts with the names of those concerned."""
    table, member, staff = rows.receipt, rows.member, rows.staff
    return (
        select(
            table.c.number, table.c.kind, table.c.amount, table.c.method, table.c.reference, table.c.at, table.c.note,
            member.c.surname, member.c.given_name, member.c.number.label("member_number"), staff.c.name,
        )
        .join_from(table, member, member.c.id == table.c.member_id)
        .join(staff, staff.c.id == table.c.staff_id, isouter=True)
    )  # fmt: skip


def line(row: Row[*tuple[Any, ...]]) -> ReceiptLine:
    """What `lines` has read."""
    return ReceiptLine(
        number=row.number,
        kind=str(row.kind),
        amount=row.amount,
        method=str(row.method),
        reference=row.reference,
        at=row.at,
        note=row.note,
        member=f"{row.given_name} {row.surname}",
        staff=row.name or "",
    )


def _parts(connection: Connection, number: str) -> tuple[ReceiptPart, ...]:
    """Which charges it went to."""
    entry, loan, copy, title = rows.ledger_entry, rows.loan, rows.copy, rows.title
    charge = entry.alias("charge")
    found = connection.execute(
        select(charge.c.kind, charge.c.at, charge.c.clause, title.c.title, (-entry.c.amount).label("amount"))
        .join_from(entry, charge, charge.c.id == entry.c.settles_id)
        .join(loan, loan.c.id == charge.c.loan_id, isouter=True)
        .join(copy, copy.c.id == loan.c.copy_id, isouter=True)
        .join(title, title.c.id == copy.c.title_id, isouter=True)
        .where(entry.c.receipt == number)
        .order_by(entry.c.id)
    )
    return tuple(ReceiptPart(str(row.kind), row.at, row.clause, row.title or "", int(row.amount)) for row in found)


def _owed(connection: Connection, member_id: int) -> int:
    entry = rows.ledger_entry
    total = select(func.coalesce(func.sum(entry.c.amount), 0))
    wanted = total.where(entry.c.member_id == member_id, entry.c.purse.in_((Purse.FINE, Purse.CHARGE)))
    return int(connection.execute(wanted).scalar_one())
