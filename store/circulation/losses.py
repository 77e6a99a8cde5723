"""Loss and damage: the report, the library's declaration, what settles them, and the lost copy that turns up."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Literal

from msgspec import Struct
from sqlalchemy import case as sql_case
from sqlalchemy import insert, literal, select, update

from store import rows, statements
from store.act import At
from store.catalogue import stock
from store.circulation.answering import NOTHING, damaged_loan, open_case_of
from store.circulation.facts import CopyRead, read_copy
from store.circulation.holds import cancel_unfillable, set_state
from store.circulation.loans import LoanRead, open_loan, write_loan_notice
from store.desk.permissions import needs
from store.desk.roles import Right
from store.desk.tasks import UNTIL_RETURN, UNTIL_SETTLED, finish_tasks, move_deadline, raise_task
from store.locks import lock_borrowed, lock_member
from store.money import ledger
from store.policy import losing, notices, returning
from store.policy.verdict import LossTerms, Reason, Refused
from store.states import CaseKind, CopyState, LedgerKind, LoanState
from store.transaction import Transaction, use_case
from store.types import Instant


class CaseOpened(Struct, frozen=True):
    """A loss or damage stands on record."""

    case_id: int
    fine: int
    "Late fine assessed now, in kuruş."
    fee: int
    deadline: datetime | None


class Settled(Struct, frozen=True):
    """A case was closed by a remedy."""

    fine: int
    fee: int


@use_case
@needs(Right.COPIES)
def report_lost(tx: Transaction, member_id: int, barcode: str, now: datetime, at: At) -> CaseOpened | Refused:
    """The member reports a loss (ITU-N2 to N5, METU tariff): the loan ends or freezes, with its fine and fee."""
    lock_member(tx.connection, member_id)
    copy = read_copy(tx.connection, barcode, member_id, now, lock=True)
    loan = open_loan(tx.connection, copy_id=copy.copy_id) if copy else None
    if loan is None or loan.member_id != member_id or loan.running.lost:
        tx.record("report_lost", "refused", now, at, member_id=member_id, barcode=barcode, reasons=NOTHING.reasons)
        return NOTHING
    return lose(tx, loan, "lost", now, at)


def lose(tx: Transaction, loan: LoanRead, how: Literal["lost", "declared"], now: datetime, at: At) -> CaseOpened:
    """Record the loss of a loan's copy, reported by the member or declared because time has passed (METU-2-h.lost)."""
    policies = tx.library.policies
    now = max(now, loan.running.lent_at)
    policy = policies.at(now)
    calendar = tx.library.calendars.of(tx.connection, loan.running.branch)
    terms = losing.report(policies, calendar, loan.running, now, in_print=loan.in_print, kind=how)
    fine = terms.fine.amount if terms.fine else 0
    _end_or_freeze(tx, loan, terms, now)
    set_state(tx, loan.copy_id, CopyState.LOST)
    finish_tasks(tx, UNTIL_RETURN, now, at.staff, loan_id=loan.loan_id)
    case_id = _open_case(tx, loan, terms, CaseKind.LOST, now, declared=how == "declared")
    if terms.fine_now and fine and terms.fine:
        ledger.charge(
            tx, loan.member_id, LedgerKind.LATE_FINE, fine, now, at,
            loan_id=loan.loan_id, clause=terms.fine.clause, account=ledger.fine_account(terms.fine),
        )  # fmt: skip
        _suspend(tx, loan, terms, now)
    _charge_fee(tx, loan, terms, now, at)
    if policy.loss.replacement_task:
        _ask_for_check(tx, loan, terms, now)
    if how == "declared" and notices.sends(policy, "lost"):
        write_loan_notice(tx, "lost", loan, loan.running.due, now, hourly=loan.running.hourly)
    cancel_unfillable(tx, loan.title_id, now)
    tx.record(f"loss_{how}", "done", now, at, member_id=loan.member_id, barcode=loan.barcode, detail={"case": case_id})
    return CaseOpened(case_id, fine if terms.fine_now else 0, terms.fee, terms.deadline)


@use_case
@needs(Right.COPIES)
def report_damaged(
    tx: Transaction, barcode: str, now: datetime, at: At, *, intentional: bool = False
) -> CaseOpened | Refused:
    """Staff find damage after the return: then the procedure of a lost item (ITU-N6, METU-T-damage).

    Refusals: those of `damaged_loan`.
    """
    policies = tx.library.policies
    lock_borrowed(tx.connection, barcode)
    loan = damaged_loan(tx.connection, barcode)
    if isinstance(loan, Refused):
        return tx.refuse("report_damaged", now, at, *loan.reasons, barcode=barcode)
    policy = policies.at(now)
    calendar = tx.library.calendars.of(tx.connection, loan.running.branch)
    terms = losing.report(policies, calendar, loan.running, now, in_print=loan.in_print, kind="damaged")
    case_id = _open_case(tx, loan, terms, CaseKind.DAMAGED, now, intentional=intentional)
    _charge_fee(tx, loan, terms, now, at)
    if policy.loss.replacement_task:
        _ask_for_check(tx, loan, terms, now)
    if intentional and policy.loss.letter_on_intent is not None:
        raise_task(tx, "letter_to_unit", now, member_id=loan.member_id, loan_id=loan.loan_id, copy_id=loan.copy_id)
    tx.record("report_damaged", "done", now, at, member_id=loan.member_id, barcode=barcode, detail={"case": case_id})
    return CaseOpened(case_id, 0, terms.fee, terms.deadline)


@use_case
@needs(Right.COPIES)
def settle(
    tx: Transaction,
    barcode: str,
    remedy: str,
    now: datetime,
    at: At,
    *,
    amount: int | None = None,
    usd_rate: Decimal | None = None,
    replacement: str = "",
    kind: CaseKind | None = None,
) -> Settled | Refused:
    """Close a case by a remedy that the policy offers; amounts in kuruş. `kind`: which, if a copy has two.

    `replacement`: the barcode of the copy that was brought instead; it enters the stock, the lost one leaves it. A lost
    loan that stayed open (METU) ends when nothing is left to pay for it: at once, or with the payment.

    Refusals: `not_on_loan` (no case is open), `payment_awaited`, `barcode_taken`, whatever speaks against the remedy.
    """
    lock_borrowed(tx.connection, barcode)
    case = open_case_of(tx.connection, barcode, kind)
    if case is None:
        return tx.refuse("settle", now, at, *NOTHING.reasons, barcode=barcode)
    if case.remedy is not None:
        return tx.refuse("settle", now, at, Reason("payment_awaited", None, "pay_first"), barcode=barcode)
    loan = open_loan(tx.connection, loan_id=case.loan_id)
    assert loan is not None
    policy = tx.library.policies.at(now)
    charge = losing.settle(
        policy, loan.running.item_type, loan.language, remedy,
        in_print=loan.in_print, amount=amount, usd_rate=usd_rate,
    )  # fmt: skip
    wrong = charge if isinstance(charge, Refused) else stock.barcode_fault(tx, replacement) if replacement else None
    if isinstance(charge, Refused) or wrong is not None:
        assert wrong is not None
        return tx.refuse("settle", now, at, *wrong.reasons, barcode=barcode)
    fine = _charge_frozen(tx, loan, case.frozen_fine, now, at)
    if charge.amount:
        owed = LedgerKind.DAMAGE if case.kind == CaseKind.DAMAGED else LedgerKind.REPLACEMENT
        ledger.charge(tx, loan.member_id, owed, charge.amount, now, at, loan_id=loan.loan_id, clause=charge.clause)
    waits = charge.amount > 0 and loan.running.lost and not policy.loss.closes_loan
    values = {"remedy": remedy, "frozen_fine": 0, "settled_at": None if waits else now, "staff_id": at.staff}
    tx.connection.execute(update(rows.loss_case).where(rows.loss_case.c.id == case.id).values(values))
    finish_tasks(tx, UNTIL_SETTLED, now, at.staff, loan_id=loan.loan_id)
    if not waits and loan.running.lost:
        _close_loan(tx, loan.loan_id, now)
    if charge.withdraws and case.kind == CaseKind.LOST:
        set_state(tx, loan.copy_id, CopyState.WITHDRAWN)
    if charge.withdraws and replacement:
        stock.put_in_place_of(tx, loan.copy_id, replacement, now)
    detail = {"remedy": remedy, **({"replacement": replacement} if replacement else {})}
    tx.record("settle", "done", now, at, member_id=loan.member_id, barcode=barcode, detail=detail)
    return Settled(fine, charge.amount)


@use_case
@needs(Right.COPIES)
def name_equivalent(tx: Transaction, barcode: str, now: datetime, at: At) -> datetime | Refused | None:
    """The Directorate names an equivalent for what is out of print: its deadline starts (ITU-N3, AMB-090).

    An earlier deadline, passed or not, counts no more. Refusals: `not_on_loan` if nothing is to be settled.
    """
    lock_borrowed(tx.connection, barcode)
    case = open_case_of(tx.connection, barcode)
    if case is None:
        return tx.refuse("name_equivalent", now, at, *NOTHING.reasons, barcode=barcode)
    branch = tx.connection.execute(select(rows.copy.c.branch).where(rows.copy.c.id == case.copy_id)).scalar_one()
    calendar = tx.library.calendars.of(tx.connection, branch)
    deadline = losing.equivalent_deadline(tx.library.policies.at(now), calendar, now)
    values = {"equivalent_named_at": now, "deadline": deadline, "overdue_at": None}
    tx.connection.execute(update(rows.loss_case).where(rows.loss_case.c.id == case.id).values(values))
    finish_tasks(tx, "replacement_overdue", now, at.staff, loan_id=case.loan_id)
    move_deadline(tx, "replacement_check", deadline, loan_id=case.loan_id)
    tx.record("name_equivalent", "done", now, at, member_id=case.member_id, barcode=barcode)
    return deadline


def turn_up(tx: Transaction, copy: CopyRead, loan: LoanRead | None, now: datetime, at: At) -> int:
    """A lost copy is back (AMB-093, METU AMB-71): the case ends, an unpaid fee is corrected away, a frozen fine stays.

    Gives the fine assessed now, in kuruş. After settlement nothing is undone here: staff decide on a refund.
    """
    case = open_case_of(tx.connection, copy.barcode, CaseKind.LOST)
    if case is None:
        return 0
    connection = tx.connection
    read = loan or open_loan(connection, loan_id=case.loan_id)
    assert read is not None
    now = max(now, read.running.lent_at)
    fine = _charge_frozen(tx, read, case.frozen_fine, now, at)
    if case.remedy is None:
        for owed in ledger.owed_by(connection, case.member_id):
            if owed.kind is LedgerKind.PROCESSING_FEE and owed.loan_id == case.loan_id:
                ledger.credit(tx, case.member_id, owed, LedgerKind.CORRECTION, owed.left, now, at, note="found")
    connection.execute(
        update(rows.loss_case)
        .where(rows.loss_case.c.id == case.id)
        .values(returned_at=now, settled_at=now, frozen_fine=0, remedy=case.remedy or "found")
    )
    finish_tasks(tx, UNTIL_SETTLED, now, at.staff, loan_id=case.loan_id)
    # Who lost it had it last, also where the loan ended with the report: it rests for nobody else (ITU-D5), and no
    # earlier member answers for damage.
    connection.execute(update(rows.copy).where(rows.copy.c.id == copy.copy_id).values(last_loan_id=case.loan_id))
    ended: dict[str, object] = {"returned_at": now}
    if loan is not None:
        ended |= {"state": LoanState.RETURNED, "closed_at": now, "fined_late": fine > 0}
    connection.execute(update(rows.loan).where(rows.loan.c.id == case.loan_id).values(ended))
    return fine


def close_paid_cases(tx: Transaction, member_id: int, now: datetime) -> None:
    """A lost loan whose charge has been paid is settled (METU-2-h.settle)."""
    connection, case = tx.connection, rows.loss_case
    owing = {owed.loan_id for owed in ledger.owed_by(connection, member_id) if owed.kind is not LedgerKind.LATE_FINE}
    waiting = connection.execute(
        select(case.c.id, case.c.loan_id).where(
            case.c.member_id == member_id, case.c.settled_at.is_(None), case.c.remedy.is_not(None)
        )
    ).all()
    for row in waiting:
        if row.loan_id not in owing:
            connection.execute(update(case).where(case.c.id == row.id).values(settled_at=now))
            _close_loan(tx, row.loan_id, now)


def _end_or_freeze(tx: Transaction, loan: LoanRead, terms: LossTerms, now: datetime) -> None:
    values = {"state": LoanState.LOST, "fine_ended_at": now, "next_event_at": None, "next_event": None}
    if terms.closes_loan:
        values["closed_at"] = now
    tx.connection.execute(update(rows.loan).where(rows.loan.c.id == loan.loan_id).values(values))


def _close_loan(tx: Transaction, loan_id: int, now: datetime) -> None:
    loan = rows.loan
    ended = sql_case((loan.c.lent_at > now, loan.c.lent_at), else_=literal(now, Instant()))
    tx.connection.execute(update(loan).where(loan.c.id == loan_id, loan.c.closed_at.is_(None)).values(closed_at=ended))


def _open_case(
    tx: Transaction,
    loan: LoanRead,
    terms: LossTerms,
    kind: CaseKind,
    now: datetime,
    *,
    declared: bool = False,
    intentional: bool = False,
) -> int:
    frozen = terms.fine.amount if terms.fine and not terms.fine_now else 0
    values = {
        "copy_id": loan.copy_id, "loan_id": loan.loan_id, "member_id": loan.member_id, "kind": kind,
        "intentional": intentional, "declared": declared, "opened_at": now, "deadline": terms.deadline,
        "frozen_fine": frozen,
    }  # fmt: skip
    return statements.inserted(tx.connection, insert(rows.loss_case), values)


def _ask_for_check(tx: Transaction, loan: LoanRead, terms: LossTerms, now: datetime) -> None:
    raise_task(
        tx, "replacement_check", now,
        member_id=loan.member_id, loan_id=loan.loan_id, copy_id=loan.copy_id, deadline=terms.deadline,
    )  # fmt: skip


def _charge_fee(tx: Transaction, loan: LoanRead, terms: LossTerms, now: datetime, at: At) -> None:
    if terms.fee:
        ledger.charge(
            tx, loan.member_id, LedgerKind.PROCESSING_FEE, terms.fee, now, at,
            loan_id=loan.loan_id, clause=terms.fee_clause,
        )  # fmt: skip


def _charge_frozen(tx: Transaction, loan: LoanRead, amount: int, now: datetime, at: At) -> int:
    if amount:
        policy = tx.library.policies.at(now)
        tariff = policy.tariff_by_item.get(loan.running.item_type)
        clause = tariff.clause if tariff else None
        ledger.charge(tx, loan.member_id, LedgerKind.LATE_FINE, amount, now, at, loan_id=loan.loan_id, clause=clause)
    return amount


def _suspend(tx: Transaction, loan: LoanRead, terms: LossTerms, now: datetime) -> None:
    """A fine of a kind that suspends does so at the report as at a return: the fine is the same (ITU R15, R17)."""
    assert terms.fine is not None
    suspension = returning.suspension_after(tx.library.policies, loan.running, terms.fine, now)
    if suspension is not None:
        tx.connection.execute(
            insert(rows.suspension).values(
                member_id=loan.member_id, kind=suspension.kind, clause=suspension.clause,
                starts_at=suspension.starts, ends_at=suspension.ends, loan_id=loan.loan_id, note="",
            )
        )  # fmt: skip
