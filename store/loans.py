"""Reads a running loan as the rules see it, and plans what time will bring to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, select, update

from store import rows
from store.events import coming
from store.outbox import write_notice
from store.policy.calendar import Calendar
from store.policy.facts import RunningLoan
from store.policy.model import Policy
from store.states import LoanState
from store.transaction import Transaction

Spans = tuple[tuple[datetime, datetime | None], ...]


@dataclass(frozen=True, slots=True)
class LoanRead:
    """A loan as it was read: its facts for the rules, and what else an act needs."""

    loan_id: int
    copy_id: int
    title_id: int
    member_id: int
    barcode: str
    title: str
    author: str
    language: str
    in_print: bool | None
    visit: str | None
    copy_state: str
    running: RunningLoan


def open_loan(connection: Connection, *, copy_id: int | None = None, loan_id: int | None = None) -> LoanRead | None:
    """The open (or lost and unsettled) loan of a copy, or the loan with this id; None if there is none."""
    loan = rows.loan
    if loan_id is not None:
        found = _read(connection, loan.c.id == loan_id)
    else:
        found = _read(connection, loan.c.copy_id == copy_id, loan.c.closed_at.is_(None))
    return found[0] if found else None


def running_loans(connection: Connection, member_id: int) -> tuple[LoanRead, ...]:
    """The member's loans that are out, the soonest due first."""
    loan = rows.loan
    return _read(connection, loan.c.member_id == member_id, loan.c.closed_at.is_(None), loan.c.state == LoanState.OPEN)


def _read(connection: Connection, *conditions: ColumnElement[bool]) -> tuple[LoanRead, ...]:
    loan, copy, title, member = rows.loan, rows.copy, rows.title, rows.member
    statement = (
        select(
            loan, copy.c.barcode, copy.c.period, copy.c.course, copy.c.state.label("copy_state"),
            copy.c.title_id, title.c.title, title.c.author, title.c.language, title.c.in_print,
            member.c.category.label("category_now"),
        )
        .join_from(loan, copy, copy.c.id == loan.c.copy_id)
        .join(title, title.c.id == copy.c.title_id)
        .join(member, member.c.id == loan.c.member_id)
        .where(*conditions)
        .order_by(loan.c.due_at, loan.c.id)
    )  # fmt: skip
    found = connection.execute(statement).all()
    spans = _held_spans(connection, [row.id for row in found])
    return tuple(_loan_read(row, spans.get(row.id, ())) for row in found)


def _loan_read(row: Row[*tuple[Any, ...]], spans: Spans) -> LoanRead:
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
        author=row.author,
        language=row.language,
        in_print=row.in_print,
        visit=row.visit,
        copy_state=str(row.copy_state),
        running=running,
    )


def _held_spans(connection: Connection, loan_ids: Sequence[int]) -> dict[int, Spans]:
    """From when until when another's hold burdened each loan."""
    target = rows.hold_target
    found = connection.execute(
        select(target.c.loan_id, target.c.from_at, target.c.until_at)
        .where(target.c.loan_id.in_(loan_ids))
        .order_by(target.c.from_at)
    )
    spans: dict[int, Spans] = {}
    for row in found:
        spans[row.loan_id] = (*spans.get(row.loan_id, ()), (row.from_at, row.until_at))
    return spans


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


def write_loan_notice(
    tx: Transaction, kind: str, loan: LoanRead, due: datetime, at: datetime, *, hourly: bool, fine: int = 0
) -> bool:
    """A letter about a loan: once for each kind and running period (a new due date begins a new one).

    `fine`: what lateness costs so far, in kuruş.
    """
    return write_notice(
        tx, kind, member_id=loan.member_id, at=at, loan_id=loan.loan_id, copy_id=loan.copy_id,
        facts={"title": loan.title, "barcode": loan.barcode, "due": due.isoformat(), "hourly": hourly, "fine": fine},
        once=f"{kind}:{loan.loan_id}:{due.isoformat()}",
    )  # fmt: skip
