"""Letters and steps that time brings to loans."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from msgspec.structs import replace
from sqlalchemy import Connection, Integer, bindparam, select, update

from store import rows, statements
from store.act import At
from store.circulation import losses
from store.circulation.loans import LoanRead, change, open_loan, write_loan_notice
from store.desk.tasks import raise_task
from store.library import Library
from store.locks import lock_loan
from store.money import ledger
from store.policy import fines, notices
from store.policy.verdict import PlannedNotice
from store.states import LedgerKind, LoanState
from store.transaction import Transaction
from store.types import Instant

FIRST_EVENT = (
    select(rows.loan.c.next_event_at)
    .where(rows.loan.c.next_event_at.is_not(None))
    .order_by(rows.loan.c.next_event_at)
    .limit(1)
)


def loans_at(_library: Library, connection: Connection, moment: datetime) -> Sequence[int]:
    """The loans to which this moment brings something, in the order in which they were made."""
    loan = rows.loan
    return (
        connection.execute(select(loan.c.id).where(loan.c.next_event_at == moment).order_by(loan.c.id)).scalars().all()
    )


_event = (
    select(rows.loan.c.next_event)
    .where(
        rows.loan.c.id == bindparam("loan_id", type_=Integer),
        rows.loan.c.next_event_at == bindparam("moment", type_=Instant),
        rows.loan.c.state == statements.word(LoanState.OPEN),
    )
    .with_for_update()
)


def advance_loan(tx: Transaction, loan_id: int, moment: datetime, at: At) -> Iterator[str]:
    """Send the letter or take the step that was due, and note when the next is (ITU-G1, M3; METU-2-g, 2-h)."""
    connection = tx.connection
    lock_loan(connection, loan_id)
    kind = connection.execute(_event, {"loan_id": loan_id, "moment": moment}).scalar_one_or_none()
    loan = open_loan(connection, loan_id=loan_id) if kind is not None else None
    if loan is None or kind is None:
        return
    policy = tx.library.policies.at(moment)
    calendar = tx.library.calendars.of(tx.connection, loan.running.branch)
    # Since just before: a letter of this very moment is still to come, one whose moment has passed is not sent late.
    before = moment - timedelta(microseconds=1)
    planned = notices.plan(policy, calendar, replace(loan.running, held_spans=()), before)
    kinds = [kind, *(each.kind for each in planned if each.at == moment and each.kind != kind)]
    later = next((each for each in planned if each.at > moment and each.kind not in kinds), None)
    _note_next(tx, loan_id, later)
    for each in kinds:
        yield from _step(tx, loan, each, moment, at)


def _note_next(tx: Transaction, loan_id: int, following: PlannedNotice | None) -> None:
    values = {
        "next_event_at": following.at if following else None,
        "next_event": following.kind if following else None,
    }
    change(tx.connection, loan_id, values)


def _step(tx: Transaction, loan: LoanRead, kind: str, moment: datetime, at: At) -> Iterator[str]:
    if kind == "lost":
        yield from _declare_lost(tx, loan, moment, at)
        return
    if kind in notices.BY_CATEGORY:
        raise_task(
            tx, kind, moment, member_id=loan.member_id, loan_id=loan.loan_id, copy_id=loan.copy_id,
            once=f"{kind}:{loan.loan_id}",
        )  # fmt: skip
        yield kind
        return
    if kind == "invoice":
        _invoice(tx, loan, moment, at)
    calendar = tx.library.calendars.of(tx.connection, loan.running.branch)
    fine = fines.reckon(tx.library.policies, calendar, loan.running, moment).amount if moment > loan.running.due else 0
    write_loan_notice(tx, kind, loan, loan.running.due, moment, hourly=loan.running.hourly, fine=fine)
    yield kind


def _invoice(tx: Transaction, loan: LoanRead, moment: datetime, at: At) -> None:
    """The invoice names a fixed sum: the fine is assessed now and grows no more (ITU-G1e, R8)."""
    calendar = tx.library.calendars.of(tx.connection, loan.running.branch)
    fine = fines.reckon(tx.library.policies, calendar, loan.running, moment)
    if fine.amount and not loan.running.fine_ended:
        ledger.charge(
            tx, loan.member_id, LedgerKind.LATE_FINE, fine.amount, moment, at,
            loan_id=loan.loan_id, clause=fine.clause, account=ledger.fine_account(fine),
        )  # fmt: skip
    tx.connection.execute(update(rows.loan).where(rows.loan.c.id == loan.loan_id).values(fine_ended_at=moment))
    raise_task(
        tx, "invoice_review", moment,
        member_id=loan.member_id, loan_id=loan.loan_id, copy_id=loan.copy_id,
        once=f"invoice_review:{loan.loan_id}:{loan.running.due}",
    )  # fmt: skip


def _declare_lost(tx: Transaction, loan: LoanRead, moment: datetime, at: At) -> Iterator[str]:
    """Declared lost once the months are over and the reminders are recorded as sent (METU-2-h.lost); else later."""
    policy = tx.library.policies.at(moment)
    calendar = tx.library.calendars.of(tx.connection, loan.running.branch)
    lost_at = notices.lost_at(policy, calendar, loan.running, _reminders(tx, loan))
    if lost_at is not None and lost_at <= moment:
        losses.lose(tx, loan, "declared", moment, at)
        yield "lost"
        return
    tomorrow = calendar.at(calendar.local(moment).date() + timedelta(days=1), policy.times.nightly)
    _note_next(tx, loan.loan_id, PlannedNotice("lost", max(lost_at or tomorrow, tomorrow)))


def _reminders(tx: Transaction, loan: LoanRead) -> tuple[datetime, ...]:
    """When the overdue letters of the running period were first sent: whether they arrive is the member's risk."""
    notice = rows.notice
    found = tx.connection.execute(
        select(notice.c.sent_at).where(
            notice.c.loan_id == loan.loan_id, notice.c.kind.like("overdue_%"), notice.c.at > loan.running.due,
            notice.c.sent_at.is_not(None),
        )
    )  # fmt: skip
    return tuple(found.scalars())
