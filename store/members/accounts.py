"""A member's account as the home screen shows it, read in one transaction."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select

from store import rows
from store.catalogue import describing
from store.circulation.facts import member_facts
from store.policy.model import Policy
from store.results.visit import Account, LoanLine, ReadyHold, SuspensionLine
from store.states import HoldStatus, LoanState, Purse
from store.transaction import Reading, query


@query
def account(reading: Reading, member_id: int, now: datetime) -> Account:
    """Everything about the member that the home screen needs. Raises NoResultFound for an id that nobody has."""
    connection, policy = reading.connection, reading.library.policies.at(now)
    facts = member_facts(connection, policy, member_id, now, lock=False)
    row = connection.execute(select(rows.member).where(rows.member.c.id == member_id)).one()
    category = policy.category_of.get(row.category)
    return Account(
        member_id=member_id,
        given_name=row.given_name,
        surname=row.surname,
        number=row.number,
        category=row.category,
        category_tr=category.name.tr if category else row.category,
        category_en=category.name.en if category else row.category,
        status=str(row.status),
        loans=_loans(connection, member_id, now),
        meters=describing.meters(policy, facts),
        fines=facts.balance,
        fine_limit=policy.blocks.fines_above,
        charges=_charges(connection, member_id),
        being_checked=_being_checked(connection, member_id),
        ready_holds=_ready(connection, policy, member_id, now),
        waiting_holds=_waiting(connection, member_id),
        suspensions=tuple(
            SuspensionLine(
                suspension.kind,
                suspension.clause or policy.suspension_of[suspension.kind].clause,
                suspension.ends,
            )
            for suspension in facts.suspensions
            if suspension.starts <= now
        ),
        external_block=bool(row.external_block),
        block_clause=policy.notices.block_clause,
        email=row.email,
        receipt=row.receipt,
    )


def _loans(connection: Connection, member_id: int, now: datetime) -> tuple[LoanLine, ...]:
    loan, copy, title = rows.loan, rows.copy, rows.title
    found = connection.execute(
        select(loan, copy.c.barcode, title.c.title, title.c.author)
        .join_from(loan, copy, copy.c.id == loan.c.copy_id)
        .join(title, title.c.id == copy.c.title_id)
        .where(loan.c.member_id == member_id, loan.c.closed_at.is_(None), loan.c.state == LoanState.OPEN)
        .order_by(loan.c.due_at, loan.c.id)
    )
    return tuple(_loan_line(row, now) for row in found)


def _loan_line(row: Row[*tuple[Any, ...]], now: datetime) -> LoanLine:
    return LoanLine(
        loan_id=row.id,
        barcode=row.barcode,
        title=row.title,
        author=row.author,
        item_type=row.item_type,
        due=row.due_at,
        hourly=bool(row.hourly),
        overdue=row.due_at < now,
        recalled=row.recalled_at is not None,
        renewals=row.renewals,
        renewals_allowed=row.renewals_allowed,
        opens_at=row.opens_at,
    )


def _being_checked(connection: Connection, member_id: int) -> tuple[str, ...]:
    loan, copy, title = rows.loan, rows.copy, rows.title
    found = connection.execute(
        select(title.c.title)
        .join_from(loan, copy, copy.c.id == loan.c.copy_id)
        .join(title, title.c.id == copy.c.title_id)
        .where(loan.c.member_id == member_id, loan.c.to_be_checked.is_(True))
        .order_by(loan.c.returned_at)
    )
    return tuple(found.scalars())


def _charges(connection: Connection, member_id: int) -> int:
    ledger = rows.ledger_entry
    total = select(func.coalesce(func.sum(ledger.c.amount), 0))
    return int(
        connection.execute(total.where(ledger.c.member_id == member_id, ledger.c.purse == Purse.CHARGE)).scalar_one()
    )


def _ready(connection: Connection, policy: Policy, member_id: int, now: datetime) -> tuple[ReadyHold, ...]:
    hold, copy, title = rows.hold, rows.copy, rows.title
    found = connection.execute(
        select(title.c.title, title.c.author, copy.c.branch, hold.c.pickup_until)
        .join_from(hold, copy, copy.c.id == hold.c.copy_id)
        .join(title, title.c.id == hold.c.title_id)
        .where(hold.c.member_id == member_id, hold.c.status == HoldStatus.READY, hold.c.pickup_until >= now)
        .order_by(hold.c.pickup_until)
    )
    return tuple(ReadyHold(row.title, row.author, _branch(policy, row.branch), row.pickup_until) for row in found)


def _branch(policy: Policy, slug: str) -> str:
    found = policy.branch_of.get(slug)
    return found.name.tr if found else slug


def _waiting(connection: Connection, member_id: int) -> int:
    hold = rows.hold
    statement = select(func.count()).where(hold.c.member_id == member_id, hold.c.status == HoldStatus.WAITING)
    return int(connection.execute(statement.select_from(hold)).scalar_one())
