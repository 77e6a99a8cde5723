"""Reads a running loan as the rules see it, and plans what time will bring to it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from store import rows
from store.events import coming
from store.outbox import write_notice
from store.policy.calendar import Calendar
from store.policy.facts import RunningLoan
from store.policy.model import Policy
from store.states import LoanState
from store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class LoanRead:
    """A loan as it was read: its facts for the rules, and what else an act needs."""

    loan_id: int
    copy_id: int
    title_id: int
    member_id: int
    barcode: str
    title: str
    language: str
    in_print: bool | None
    visit: str | None
    copy_state: str
    running: RunningLoan


def open_loan(connection: Connection, *, copy_id: int | None = None, loan_id: int | None = None) -> LoanRead | None:
    """The open (or lost and unsettled) loan of a copy, or the loan with this id; None if there is none."""
    loan, copy, title, member = rows.loan, rows.copy, rows.title, rows.member
    statement = (
        select(
            loan, copy.c.barcode, copy.c.period, copy.c.course, copy.c.state.label("copy_state"),
            copy.c.title_id, title.c.title, title.c.language, title.c.in_print,
            member.c.category.label("category_now"),
        )
        .join_from(loan, copy, copy.c.id == loan.c.copy_id)
        .join(title, title.c.id == copy.c.title_id)
        .join(member, member.c.id == loan.c.member_id)
    )  # fmt: skip
    if loan_id is not None:
        statement = statement.where(loan.c.id == loan_id)
    else:
        statement = statement.where(loan.c.copy_id == copy_id, loan.c.closed_at.is_(None))
    row = connection.execute(statement).first()
    return None if row is None else _loan_read(connection, row)


def _loan_read(connection: Connection, row: Row[*tuple[Any, ...]]) -> LoanRead:
    spans = _held_spans(connection, row.id)
    running = RunningLoan(
        item_type=row.item_type,
        loan_type=row.loan_type,
        branch=row.branch,
        lent_at=row.lent_at,
        period_start=row.period_start,
        due=row.due_at,
        hourly=bool(row.hourly),
        opens_at=row.opens_at,
        policy_version=row.policy_version,
        renewals=row.renewals,
        renewals_allowed=row.renewals_allowed,
        recalled=row.recalled_at is not None,
        targeted_by_other=any(until is None for _, until in spans),
        period=row.period,
        course=row.course,
        category=row.category_now,
        lost=row.state == LoanState.LOST,
        fine_ended=row.fine_ended_at is not None,
        held_spans=spans,
    )
    return LoanRead(
        loan_id=row.id,
        copy_id=row.copy_id,
        title_id=row.title_id,
        member_id=row.member_id,
        barcode=row.barcode,
        title=row.title,
        language=row.language,
        in_print=row.in_print,
        visit=row.visit,
        copy_state=str(row.copy_state),
        running=running,
    )


def _held_spans(connection: Connection, loan_id: int) -> tuple[tuple[datetime, datetime | None], ...]:
    target = rows.hold_target
    found = connection.execute(
        select(target.c.from_at, target.c.until_at).where(target.c.loan_id == loan_id).order_by(target.c.from_at)
    )
    return tuple((row.from_at, row.until_at) for row in found)


def plan_anew(
    tx: Transaction, policy: Policy, calendar: Calendar, loan: LoanRead, running: RunningLoan, since: datetime
) -> None:
    """After a renewal or a recall: what is due at once is written, the next moment stands in the loan's row."""
    ahead = coming(policy, calendar, replace(running, held_spans=()), since)
    for notice in ahead.now:
        write_loan_notice(tx, notice.kind, loan, running.due, notice.at, hourly=running.hourly)
    tx.session.connection().execute(
        update(rows.loan)
        .where(rows.loan.c.id == loan.loan_id)
        .values(next_event_at=ahead.next_at, next_event=ahead.next_kind)
    )


def write_loan_notice(tx: Transaction, kind: str, loan: LoanRead, due: datetime, at: datetime, *, hourly: bool) -> bool:
    """A letter about a loan: once for each kind and running period (a new due date begins a new one)."""
    return write_notice(
        tx, kind, member_id=loan.member_id, at=at, loan_id=loan.loan_id, copy_id=loan.copy_id,
        facts={"title": loan.title, "barcode": loan.barcode, "due": due.isoformat(), "hourly": hourly},
        once=f"{kind}:{loan.loan_id}:{due.isoformat()}",
    )  # fmt: skip
