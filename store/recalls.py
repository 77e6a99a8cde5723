"""The library asks for a loan before its due date (ITU-E1, E2; METU-2-c)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select, update

from store import rows
from store.act import At
from store.holds import retarget
from store.loans import open_loan, plan_anew, write_loan_notice
from store.policy import recalling
from store.policy.verdict import Reason, Refused
from store.transaction import Transaction, use_case


@dataclass(frozen=True, slots=True)
class Recalled:
    """The loan is recalled."""

    loan_id: int
    due: datetime


@use_case
def recall(tx: Transaction, barcode: str, now: datetime, at: At) -> Recalled | Refused:
    """Shorten the loan of a copy and tell its borrower; a loan that is overdue keeps its due date.

    The three days count from now: the letter goes out at once. Refused: `not_on_loan`.
    """
    connection = tx.session.connection()
    copy_id = connection.execute(
        select(rows.copy.c.id).where(rows.copy.c.barcode == barcode).with_for_update()
    ).scalar_one_or_none()
    loan = open_loan(connection, copy_id=copy_id) if copy_id is not None else None
    if loan is None or loan.running.lost:
        refused = Refused((Reason("not_on_loan", None, "ask_desk"),))
        tx.record("recall", "refused", now, at, barcode=barcode, reasons=refused.reasons)
        return refused
    policy = tx.library.policies.at(now)
    calendar = tx.library.calendars.of(tx.session, loan.running.branch)
    due = recalling.due(policy, calendar, loan.running, now)
    connection.execute(update(rows.loan).where(rows.loan.c.id == loan.loan_id).values(due_at=due, recalled_at=now))
    write_loan_notice(tx, "recall", loan, due, now, hourly=loan.running.hourly)
    if now <= due:
        plan_anew(tx, policy, calendar, loan, replace(loan.running, due=due, recalled=True), now)
    retarget(tx, loan.title_id, now)
    tx.record("recall", "done", now, at, member_id=loan.member_id, barcode=barcode, detail={"due": due.isoformat()})
    return Recalled(loan.loan_id, due)
