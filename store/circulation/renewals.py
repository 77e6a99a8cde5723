"""Renewals: by the member or staff at once, or, where the policy says so, when staff have decided."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from msgspec.structs import replace
from sqlalchemy import select

from store import rows
from store.act import At
from store.circulation.facts import member_facts
from store.circulation.holds import retarget
from store.circulation.loans import LoanRead, change, open_loan_of, plan_anew
from store.desk.permissions import needs
from store.desk.roles import Right
from store.desk.tasks import finish_tasks, raise_task
from store.locks import lock_copy, lock_member, lock_title_of
from store.mail.outbox import write_notice
from store.policy import notices, renewing
from store.policy.calendar import Calendar
from store.policy.facts import RunningLoan
from store.policy.verdict import Pending, Reason, Refused, RenewalTerms
from store.results.returns import Renewed
from store.transaction import Transaction, use_case

_NOT_YOURS = Refused((Reason("not_on_loan", None, "see_account"),))


@use_case
@needs(Right.LEND)
def renew(tx: Transaction, member_id: int, barcode: str, now: datetime, at: At) -> Renewed | Pending | Refused:
    """Renew the member's loan of a copy, through the channel of `at`; a refusal changes nothing but the audit.

    `Pending`: staff have been asked to decide (METU-1-C-f.renew).
    """
    loan = _loan_of(tx, member_id, barcode)
    if loan is None:
        return _refuse(tx, "renew", _NOT_YOURS, member_id, barcode, now, at)
    calendar = tx.library.calendars.of(tx.connection, loan.running.branch)
    verdict = _decide(tx, calendar, loan, now, at)
    if isinstance(verdict, Refused):
        return _refuse(tx, "renew", verdict, member_id, barcode, now, at)
    if isinstance(verdict, Pending):
        _ask_staff(tx, loan, now)
        tx.record("renew", "pending", now, at, member_id=member_id, barcode=barcode, detail={"loan": loan.loan_id})
        return verdict
    return _renew(tx, calendar, loan, verdict, "renew", now, at)


@use_case
@needs(Right.LEND)
def approve_renewal(tx: Transaction, member_id: int, barcode: str, now: datetime, at: At) -> Renewed | Refused:
    """Staff grant a renewal that was asked for; the checks run again (METU 4.20), and the member is told."""
    loan = _loan_of(tx, member_id, barcode)
    if loan is None or not _is_asked_for(tx, loan):
        return _refuse(tx, "approve_renewal", _NOT_YOURS, member_id, barcode, now, at)
    calendar = tx.library.calendars.of(tx.connection, loan.running.branch)
    verdict = _decide(tx, calendar, loan, now, at, approved=True)
    if isinstance(verdict, Refused):
        return _refuse(tx, "approve_renewal", verdict, member_id, barcode, now, at)
    assert isinstance(verdict, RenewalTerms)
    _tell_decision(tx, loan, now, at, approved=True, due=verdict.due)
    return _renew(tx, calendar, loan, verdict, "approve_renewal", now, at)


@use_case
@needs(Right.LEND)
def reject_renewal(tx: Transaction, member_id: int, barcode: str, now: datetime, at: At) -> Refused | None:
    """Staff decline a renewal that was asked for; the due date stays, and the member is told."""
    loan = _loan_of(tx, member_id, barcode)
    if loan is None or not _is_asked_for(tx, loan):
        return _refuse(tx, "reject_renewal", _NOT_YOURS, member_id, barcode, now, at)
    change(tx.connection, loan.loan_id, {"renewal_asked_at": None, "renewal_declined_at": now})
    _tell_decision(tx, loan, now, at, approved=False, due=loan.running.due)
    tx.record("reject_renewal", "done", now, at, member_id=member_id, barcode=barcode, detail={"loan": loan.loan_id})
    return None


def _loan_of(tx: Transaction, member_id: int, barcode: str) -> LoanRead | None:
    connection = tx.connection
    lock_member(connection, member_id)
    lock_copy(connection, barcode)
    lock_title_of(connection, barcode)
    loan = open_loan_of(connection, barcode)
    return loan if loan is not None and loan.member_id == member_id else None


def _decide(
    tx: Transaction, calendar: Calendar, loan: LoanRead, now: datetime, at: At, *, approved: bool = False
) -> RenewalTerms | Pending | Refused:
    policies = tx.library.policies
    member = member_facts(tx.connection, policies.at(now), loan.member_id, now, lock=False)
    override = at.override_reason is not None
    return renewing.decide(
        policies, calendar, member, loan.running, at.channel, now, approved=approved, override=override
    )


def _renew(
    tx: Transaction, calendar: Calendar, loan: LoanRead, terms: RenewalTerms, act: str, now: datetime, at: At
) -> Renewed:
    policy = tx.library.policies.at(now)
    values: dict[str, Any] = {
        "due_at": terms.due, "period_start": terms.period_start, "opens_at": terms.opens_at,
        "renewals": terms.renewals, "renewals_allowed": terms.renewals_allowed, "policy_version": policy.version,
        "renewal_asked_at": None,
    }  # fmt: skip
    detail: dict[str, object] = {"loan": loan.loan_id, "due": terms.due.isoformat()}
    if terms.overridden:
        values["overridden"] = True
        detail |= {"overridden": list(terms.overridden), "override_reason": at.override_reason}
    plan_anew(tx, policy, calendar, loan, _renewed(loan.running, terms, policy.version), now, values)
    if loan.waiting:
        retarget(tx, loan.title_id, now)
    tx.record(act, "done", now, at, member_id=loan.member_id, barcode=loan.barcode, detail=detail)
    return Renewed(
        loan_id=loan.loan_id,
        barcode=loan.barcode,
        due=terms.due,
        hourly=loan.running.hourly,
        renewals=terms.renewals,
        renewals_allowed=terms.renewals_allowed,
        opens_at=terms.opens_at,
    )


def _renewed(running: RunningLoan, terms: RenewalTerms, version: str) -> RunningLoan:
    return replace(
        running,
        due=terms.due,
        period_start=terms.period_start,
        opens_at=terms.opens_at,
        renewals=terms.renewals,
        renewals_allowed=terms.renewals_allowed,
        policy_version=version,
    )


def _ask_staff(tx: Transaction, loan: LoanRead, now: datetime) -> None:
    if not _is_asked_for(tx, loan):
        change(tx.connection, loan.loan_id, {"renewal_asked_at": now})
        raise_task(
            tx, "renewal_decision", now,
            member_id=loan.member_id, loan_id=loan.loan_id, copy_id=loan.copy_id, deadline=loan.running.due,
        )  # fmt: skip


def _is_asked_for(tx: Transaction, loan: LoanRead) -> bool:
    statement = select(rows.loan.c.renewal_asked_at).where(rows.loan.c.id == loan.loan_id)
    return tx.connection.execute(statement).scalar_one() is not None


def _tell_decision(tx: Transaction, loan: LoanRead, now: datetime, at: At, *, approved: bool, due: datetime) -> None:
    finish_tasks(tx, "renewal_decision", now, at.staff, loan_id=loan.loan_id)
    if notices.sends(tx.library.policies.at(now), "renewal_decided"):
        write_notice(
            tx, "renewal_decided", member_id=loan.member_id, at=now, loan_id=loan.loan_id, copy_id=loan.copy_id,
            facts={
                "title": loan.title, "barcode": loan.barcode, "approved": approved,
                "due": due.isoformat(), "hourly": loan.running.hourly,
            },
        )  # fmt: skip


def _refuse(
    tx: Transaction, act: str, refused: Refused, member_id: int, barcode: str, now: datetime, at: At
) -> Refused:
    tx.record(act, "refused", now, at, member_id=member_id, barcode=barcode, reasons=refused.reasons)
    return refused
