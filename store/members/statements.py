"""A member's account in full, read in one transaction."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, func, select

from store import rows
from store.money import ledger
from store.results.statement import ChargeLine, CreditLine, NoticeLine, PastLoan, Statement, SuspensionPast
from store.states import LoanState, Purse
from store.transaction import Reading, query

_MOST = 100
"Lines of a kind that a screen shows: the newest."
_QUIET = ("pin_code",)


@query
def statement(reading: Reading, member_id: int, now: datetime) -> Statement:
    """The member's money, suspensions, letters and history, the newest first."""
    library = reading.library
    connection = reading.connection
    member = connection.execute(select(rows.member).where(rows.member.c.id == member_id)).one()
    return Statement(
        number=member.number,
        email=member.email,
        language=member.language,
        receipt=member.receipt,
        forget_history=bool(member.forget_history),
        retention_days=library.settings.retention_days,
        fines=ledger.balance(connection, member_id),
        fine_limit=library.policies.at(now).blocks.fines_above,
        charges=ledger.balance(connection, member_id, Purse.CHARGE),
        charge_lines=_charges(connection, member_id),
        credit_lines=_credits(connection, member_id),
        suspensions=_suspensions(connection, member_id),
        notices=_notices(connection, member_id),
        history=_history(connection, member_id),
    )


def _charges(connection: Connection, member_id: int) -> tuple[ChargeLine, ...]:
    entry, settled = rows.ledger_entry, rows.ledger_entry.alias("settled")
    loan, copy, title = rows.loan, rows.copy, rows.title
    paid = select(func.coalesce(func.sum(settled.c.amount), 0)).where(settled.c.settles_id == entry.c.id)
    left = (entry.c.amount + paid.scalar_subquery()).label("left")
    found = connection.execute(
        select(
            entry.c.id, entry.c.kind, entry.c.at, entry.c.amount, entry.c.clause, entry.c.account, left, title.c.title
        )
        .join_from(entry, loan, loan.c.id == entry.c.loan_id, isouter=True)
        .join(copy, copy.c.id == loan.c.copy_id, isouter=True)
        .join(title, title.c.id == copy.c.title_id, isouter=True)
        .where(entry.c.member_id == member_id, entry.c.amount > 0)
        .order_by((left > 0).desc(), entry.c.at.desc(), entry.c.id.desc())
        .limit(_MOST)
    )
    settled_by, given_back = _settled(connection, member_id), ledger.given_back(connection, member_id)
    return tuple(
        ChargeLine(
            row.id, str(row.kind), row.at, row.title or "", row.amount, int(row.left), row.clause, row.account,
            settled_by.get(row.id, {}), given_back.get(row.id, 0),
        )
        for row in found
    )  # fmt: skip


def _settled(connection: Connection, member_id: int) -> dict[int, dict[str, int]]:
    """What was entered against each charge, by its kind."""
    entry = rows.ledger_entry
    found = connection.execute(
        select(entry.c.settles_id, entry.c.kind, func.sum(-entry.c.amount).label("amount"))
        .where(entry.c.member_id == member_id, entry.c.settles_id.is_not(None))
        .group_by(entry.c.settles_id, entry.c.kind)
    )
    settled: dict[int, dict[str, int]] = {}
    for row in found:
        settled.setdefault(row.settles_id, {})[str(row.kind)] = int(row.amount)
    return settled


def _credits(connection: Connection, member_id: int) -> tuple[CreditLine, ...]:
    """What one receipt paid is one line, however many charges it went to."""
    entry = rows.ledger_entry
    found = connection.execute(
        select(entry.c.kind, entry.c.at, entry.c.receipt, func.sum(-entry.c.amount).label("amount"))
        .where(entry.c.member_id == member_id, entry.c.amount < 0)
        .group_by(entry.c.kind, entry.c.at, entry.c.receipt)
        .order_by(entry.c.at.desc())
        .limit(_MOST)
    )
    return tuple(CreditLine(str(row.kind), row.at, int(row.amount), row.receipt or "") for row in found)


def _suspensions(connection: Connection, member_id: int) -> tuple[SuspensionPast, ...]:
    table = rows.suspension
    found = connection.execute(
        select(table.c.kind, table.c.clause, table.c.starts_at, table.c.ends_at)
        .where(table.c.member_id == member_id)
        .order_by(table.c.ends_at.desc())
        .limit(_MOST)
    )
    return tuple(SuspensionPast(*row) for row in found)


def _notices(connection: Connection, member_id: int) -> tuple[NoticeLine, ...]:
    notice = rows.notice
    found = connection.execute(
        select(notice.c.kind, notice.c.at, notice.c.facts, notice.c.address, notice.c.status)
        .where(notice.c.member_id == member_id, notice.c.kind.not_in(_QUIET))
        .order_by(notice.c.at.desc(), notice.c.id.desc())
        .limit(_MOST)
    )
    return tuple(
        NoticeLine(row.kind, row.at, str(row.facts.get("title", "")), row.address, str(row.status)) for row in found
    )


def _history(connection: Connection, member_id: int) -> tuple[PastLoan, ...]:
    loan, copy, title = rows.loan, rows.copy, rows.title
    found = connection.execute(
        select(title.c.title, title.c.author, loan.c.lent_at, loan.c.returned_at, loan.c.fined_late)
        .join_from(loan, copy, copy.c.id == loan.c.copy_id)
        .join(title, title.c.id == copy.c.title_id)
        .where(loan.c.member_id == member_id, loan.c.closed_at.is_not(None), loan.c.state != LoanState.UNDONE)
        .order_by(loan.c.lent_at.desc(), loan.c.id.desc())
        .limit(_MOST)
    )
    return tuple(PastLoan(row.title, row.author, row.lent_at, row.returned_at, bool(row.fined_late)) for row in found)
