"""The day's closing of a terminal: what it should have taken, what was counted, and why they differ."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Row, Select, case, func, insert, select, update

from store import rows, statements
from store.act import At
from store.desk.export import csv_text
from store.desk.permissions import needs
from store.desk.roles import Right
from store.library import Library
from store.money import receipts
from store.policy.verdict import Reason, Refused
from store.results.money import Closing, ClosingPage, Drawer, ReceiptLine
from store.states import PayMethod, ReceiptKind
from store.transaction import Reading, Transaction, query, use_case

PAGE = 20
_SHOWN = 200
_table = rows.receipt
_moved = case((_table.c.kind == ReceiptKind.REFUND, -_table.c.amount), else_=_table.c.amount)


@use_case
@needs(Right.TAKE_MONEY, "cash_closing")
def close_day(tx: Transaction, counted: int, note: str, now: datetime, at: At) -> Closing | Refused:
    """Close what this terminal has taken since its last closing, with the cash that was counted, in kuruş.

    Refusals: `nothing_to_close`, `amount_not_positive` for less than nothing, `difference_unexplained` without a note.
    """
    connection = tx.connection
    mine = (_table.c.terminal == at.terminal, _table.c.closing_id.is_(None))
    # A receipt that is being written meanwhile is not among these: the next closing counts it.
    found = connection.execute(
        select(_table.c.id, _table.c.method, _moved.label("moved")).where(*mine).order_by(_table.c.id).with_for_update()
    ).all()
    cash, card = (
        sum(row.moved for row in found if row.method == method) for method in (PayMethod.CASH, PayMethod.CARD)
    )
    reason = _unfit(found, counted, counted - cash, note)
    if reason is not None:
        tx.record("cash_closing", "refused", now, at, reasons=(reason,))
        return Refused((reason,))
    since = _last(connection, at.terminal)
    values = {
        "terminal": at.terminal, "since": since, "closed_at": now, "payments": len(found), "cash_expected": cash,
        "cash_counted": counted, "card_expected": card, "note": note.strip(), "staff_id": at.staff,
    }  # fmt: skip
    closing_id = statements.inserted(connection, insert(rows.cash_closing), values)
    ids = [row.id for row in found]
    for start in range(0, len(ids), 500):
        chosen = _table.c.id.in_(ids[start : start + 500])
        connection.execute(update(_table).where(chosen).values(closing_id=closing_id))
    detail = {"closing": closing_id, "cash": cash, "counted": counted, "card": card}
    tx.record("cash_closing", "done", now, at, detail=detail)
    return _closing(connection.execute(_closings().where(rows.cash_closing.c.id == closing_id)).one())


@query
def drawer(reading: Reading, terminal: str) -> Drawer:
    """What a terminal has taken since its last closing."""
    mine = (_table.c.terminal == terminal, _table.c.closing_id.is_(None))
    sums = reading.connection.execute(
        select(_table.c.method, func.sum(_moved), func.count()).where(*mine).group_by(_table.c.method)
    ).all()
    by_method = {str(method): int(total) for method, total, _count in sums}
    shown = reading.connection.execute(receipts.lines().where(*mine).order_by(_table.c.id.desc()).limit(_SHOWN))
    return Drawer(
        terminal=terminal,
        since=_last(reading.connection, terminal),
        cash=by_method.get("cash", 0),
        card=by_method.get("card", 0),
        receipts=tuple(receipts.line(row) for row in shown),
        count=sum(int(count) for _method, _total, count in sums),
    )


@query
def closings(reading: Reading, terminal: str | None = None, page: int = 0) -> ClosingPage:
    """Past closings, of one terminal or of all, the newest first. Pages count from 0."""
    table, statement = rows.cash_closing, _closings()
    if terminal is not None:
        statement = statement.where(table.c.terminal == terminal)
    found = reading.connection.execute(statement.order_by(table.c.id.desc()).offset(page * PAGE).limit(PAGE + 1)).all()
    return ClosingPage(tuple(_closing(row) for row in found[:PAGE]), len(found) > PAGE)


@query
def receipts_of(reading: Reading, closing_id: int) -> tuple[ReceiptLine, ...]:
    """Everything that a closing has counted, in order."""
    found = reading.connection.execute(receipts.lines().where(_table.c.closing_id == closing_id).order_by(_table.c.id))
    return tuple(receipts.line(row) for row in found)


def as_csv(library: Library, closing_id: int) -> str:
    """A closing's receipts as a table, in lira and by the library's clock; `moved` is what it put into the drawer."""
    head = ("number", "at", "kind", "amount", "moved", "method", "reference", "member", "staff", "note")
    lines, zone = receipts_of(library, closing_id), library.calendars.zone
    return csv_text(
        head,
        (
            (
                line.number, line.at.astimezone(zone), line.kind, Decimal(line.amount) / 100, Decimal(line.moved) / 100,
                line.method, line.reference, line.member, line.staff, line.note,
            )
            for line in lines
        ),
    )  # fmt: skip


def _unfit(found: object, counted: int, difference: int, note: str) -> Reason | None:
    if not found:
        return Reason("nothing_to_close", None, "see_account")
    if counted < 0:
        return Reason("amount_not_positive", None, "check_amount")
    if difference and not note.strip():
        return Reason("difference_unexplained", None, "fill_in", {"amount": difference})
    return None


def _last(connection: Connection, terminal: str) -> datetime | None:
    table = rows.cash_closing
    statement = select(table.c.closed_at).where(table.c.terminal == terminal).order_by(table.c.id.desc()).limit(1)
    last: datetime | None = connection.execute(statement).scalar()
    return last


def _closings() -> Select[Any]:
    table, staff = rows.cash_closing, rows.staff
    return select(table, staff.c.name).join_from(table, staff, staff.c.id == table.c.staff_id, isouter=True)


def _closing(row: Row[*tuple[Any, ...]]) -> Closing:
    return Closing(
        closing_id=row.id,
        terminal=row.terminal,
        since=row.since,
        closed_at=row.closed_at,
        payments=row.payments,
        cash_expected=row.cash_expected,
        cash_counted=row.cash_counted,
        card_expected=row.card_expected,
        note=row.note,
        staff=row.name or "",
    )
