"""The library asks for a loan before its due date (ITU-E1, E2; METU-2-c)."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import select, update

from store import rows
from store.act import At
from store.circulation.holds import retarget
from store.circulation.loans import LoanRead, open_loan, plan_anew, write_loan_notice
from store.desk.permissions import needs
from store.desk.roles import Right
from store.desk.tasks import finish_tasks
from store.locks import lock_copy
from store.policy import recalling
from store.policy.verdict import Reason, Refused
from store.transaction import Reading, Transaction, query, use_case

_NOT_OUT = Reason("not_on_loan", None, "ask_desk")


class Recalled(Struct, frozen=True):
    """The loan is recalled."""

    loan_id: int
    due: datetime


@use_case
@needs(Right.COPIES)
def recall(tx: Transaction, barcode: str, now: datetime, at: At) -> Recalled | Refused:
    """Shorten the loan of a copy and tell its borrower; a loan that is overdue keeps its due date.

    The three days count from now: the letter goes out at once. Refused: `not_on_loan`.
    """
    loan = _running(tx, barcode)
    if loan is None:
        return tx.refuse("recall", now, at, _NOT_OUT, barcode=barcode)
    due = _shorten(tx, loan, now)
    write_loan_notice(tx, "recall", loan, due, now, hourly=loan.running.hourly)
    tx.record("recall", "done", now, at, member_id=loan.member_id, barcode=barcode, detail={"due": due.isoformat()})
    return Recalled(loan.loan_id, due)


@use_case
@needs(Right.COPIES)
def recall_delivered(
    tx: Transaction, barcode: str, delivered_at: datetime, now: datetime, at: At
) -> Recalled | Refused:
    """Staff have reached the borrower otherwise: the days count from then (ITU-E2).

    Refusals: `not_on_loan`, `delivery_moment_unfit` (before the loan, or in the future).
    """
    loan = _running(tx, barcode)
    if loan is None or not loan.running.recalled:
        return tx.refuse("recall_delivered", now, at, _NOT_OUT, barcode=barcode)
    if not loan.running.lent_at <= delivered_at <= now:
        unfit = Reason("delivery_moment_unfit", None, "fill_in", {"since": loan.running.lent_at, "until": now})
        return tx.refuse("recall_delivered", now, at, unfit, member_id=loan.member_id, barcode=barcode)
    due = _shorten(tx, loan, delivered_at)
    finish_tasks(tx, "recall_undelivered", now, at.staff, loan_id=loan.loan_id)
    detail = {"due": due.isoformat(), "delivered": delivered_at.isoformat()}
    tx.record("recall_delivered", "done", now, at, member_id=loan.member_id, barcode=barcode, detail=detail)
    return Recalled(loan.loan_id, due)


@query
def foresee(reading: Reading, barcode: str, now: datetime) -> datetime | None:
    """Until when the borrower would have the copy if it were recalled now; None if nobody has it."""
    library = reading.library
    connection, copy = reading.connection, rows.copy
    copy_id = connection.execute(select(copy.c.id).where(copy.c.barcode == barcode)).scalar()
    loan = open_loan(connection, copy_id=copy_id) if copy_id is not None else None
    if loan is None or loan.running.lost:
        return None
    calendar = library.calendars.of(reading.connection, loan.running.branch)
    return recalling.due(library.policies.at(now), calendar, loan.running, now)


def count_anew(tx: Transaction, loan_id: int, now: datetime) -> datetime | None:
    """The recall is sent once more: the due date, where its days count from delivery; else None (ITU-E2)."""
    read = open_loan(tx.connection, loan_id=loan_id)
    from_delivery = tx.library.policies.at(now).recall.counts_from == "delivery"
    return _shorten(tx, read, now) if read is not None and read.running.recalled and from_delivery else None


def undeliver(tx: Transaction, loan_id: int, now: datetime) -> None:
    """The recall came back: where its days count from delivery, the former due date holds until then (ITU-E2)."""
    connection, loan = tx.connection, rows.loan
    before = connection.execute(select(loan.c.due_before_recall).where(loan.c.id == loan_id)).scalar()
    read = open_loan(connection, loan_id=loan_id)
    policy = tx.library.policies.at(now)
    if before is None or read is None or read.running.fine_ended or policy.recall.counts_from != "delivery":
        return
    connection.execute(update(loan).where(loan.c.id == loan_id).values(due_at=before, due_before_recall=None))
    if now <= before:
        calendar = tx.library.calendars.of(tx.connection, read.running.branch)
        plan_anew(tx, policy, calendar, read, replace(read.running, due=before), now)
    retarget(tx, read.title_id, now)


def _running(tx: Transaction, barcode: str) -> LoanRead | None:
    connection = tx.connection
    lock_copy(connection, barcode)
    copy_id = connection.execute(select(rows.copy.c.id).where(rows.copy.c.barcode == barcode)).scalar_one_or_none()
    loan = open_loan(connection, copy_id=copy_id) if copy_id is not None else None
    return loan if loan is not None and not loan.running.lost else None


def _shorten(tx: Transaction, loan: LoanRead, delivered_at: datetime) -> datetime:
    policy = tx.library.policies.at(delivered_at)
    calendar = tx.library.calendars.of(tx.connection, loan.running.branch)
    due = recalling.due(policy, calendar, loan.running, delivered_at)
    values = {"due_at": due, "recalled_at": delivered_at}
    if due != loan.running.due:
        values["due_before_recall"] = loan.running.due
    tx.connection.execute(update(rows.loan).where(rows.loan.c.id == loan.loan_id).values(values))
    if delivered_at <= due:
        plan_anew(tx, policy, calendar, loan, replace(loan.running, due=due, recalled=True), delivered_at)
    retarget(tx, loan.title_id, delivered_at)
    return due
