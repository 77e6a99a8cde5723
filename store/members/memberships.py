"""How a membership begins and ends: application, decision, cancellation, clearance."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import func, insert, select, update

from store import rows, statements
from store.act import At
from store.catalogue.folding import fold
from store.circulation.facts import member_facts
from store.circulation.holds import end_hold, pass_on
from store.desk.permissions import needs
from store.desk.roles import Right
from store.desk.tasks import finish_tasks
from store.mail.outbox import write_notice
from store.money import ledger
from store.policy import membership, notices
from store.policy.verdict import Cleared, Reason, Refused
from store.results.members import Obstacle, Obstacles
from store.states import HoldStatus, LoanState, MemberStatus, Purse
from store.transaction import Reading, Transaction, query, use_case

_member = rows.member
_change = statements.by_id(_member)
_FIELDS = ("surname", "given_name", "number", "email", "category")


class Applied(Struct, frozen=True):
    """The application is saved and waits for its decision."""

    member_id: int
    deadline: datetime | None
    "Until when staff decide; None: no time is written."


@use_case
@needs(Right.REGISTER)
def apply(tx: Transaction, form: Mapping[str, str], now: datetime, at: At) -> Applied | Refused:
    """Save an application for membership that staff have before them, or that a file brings."""
    return save_application(tx, form, now, at)


def save_application(tx: Transaction, form: Mapping[str, str], now: datetime, at: At) -> Applied | Refused:
    """A pending member, and a deadline for staff (ITU-MEM-2 to MEM-6).

    `form`: surname, given_name, number, email, category. Refusals: `application_incomplete`, `already_member`.
    """
    policy, number = tx.library.policies.at(now), form.get("number", "").strip()
    known = tx.connection.execute(select(_member).where(_member.c.number == number).with_for_update()).first()
    calendar = tx.library.calendars.of(tx.connection, policy.branches[0].slug)
    verdict = membership.apply(policy, calendar, str(known.status) if known else None, form, now)
    if isinstance(verdict, Refused):
        tx.record("apply", "refused", now, at, reasons=verdict.reasons)
        return verdict
    said = {name: form[name].strip() for name in _FIELDS if form.get(name)}
    before: dict[str, Any] = dict(known._mapping) if known else {"surname": "", "given_name": ""}
    name = {**before, **said}
    name_fold = fold(f"{name['surname']} {name['given_name']}")
    values = {**said, "name_fold": name_fold, "status": MemberStatus.PENDING}
    if known is None:
        new = {"number": number, "surname": "", "given_name": "", "category": "", "joined_at": now, **values}
        member_id = statements.inserted(tx.connection, insert(_member), new)
    else:
        member_id = known.id
        tx.connection.execute(_change, {"this": member_id, **values})
    application = {"member_id": member_id, "applied_at": now, "deadline": verdict.deadline}
    tx.connection.execute(insert(rows.application), application)
    tx.record("apply", "done", now, at, member_id=member_id)
    return Applied(member_id, verdict.deadline)


@use_case
@needs(Right.REGISTER)
def approve(tx: Transaction, member_id: int, now: datetime, at: At) -> Refused | None:
    """Grant an application: the membership starts and the letter goes out (ITU-MEM-6, MEM-7)."""
    return _decide(tx, member_id, MemberStatus.ACTIVE, "", now, at)


@use_case
@needs(Right.REGISTER)
def reject(tx: Transaction, member_id: int, reason: str, now: datetime, at: At) -> Refused | None:
    """Decline an application with a reason, which the applicant is told (AMB-104). Refusal: `reason_missing`."""
    if not reason.strip():
        refused = Refused((Reason("reason_missing", None, "fill_in"),))
        tx.record("reject", "refused", now, at, member_id=member_id, reasons=refused.reasons)
        return refused
    return _decide(tx, member_id, MemberStatus.REJECTED, reason, now, at)


@use_case
@needs(Right.STATUS)
def cancel_membership(tx: Transaction, member_id: int, now: datetime, at: At, reason: str = "") -> Refused | None:
    """Staff confirm the end of a membership (ITU-M4); what is on loan stays owed, holds are given up.

    Refusals: `membership_not_active` for one that has ended or waits, `reason_missing` if staff give none.
    """
    wrong = None
    if _status(tx, member_id) is not MemberStatus.ACTIVE:
        wrong = Reason("membership_not_active", None, "see_account")
    elif at.staff is not None and not reason.strip():
        wrong = Reason("reason_missing", None, "fill_in")
    if wrong is not None:
        tx.record("cancel_membership", "refused", now, at, member_id=member_id, reasons=(wrong,))
        return Refused((wrong,))
    _end(tx, member_id, now, at)
    detail = {"reason": reason.strip()} if reason else {}
    tx.record("cancel_membership", "done", now, at, member_id=member_id, detail=detail)
    return None


@use_case
@needs(Right.STATUS)
def renew_membership(tx: Transaction, member_id: int, now: datetime, at: At) -> Refused | None:
    """Open an ended membership again, as it was. Refusal: `membership_not_ended`."""
    if _status(tx, member_id) is not MemberStatus.CANCELLED:
        refused = Refused((Reason("membership_not_ended", None, "see_account"),))
        tx.record("renew_membership", "refused", now, at, member_id=member_id, reasons=refused.reasons)
        return refused
    tx.connection.execute(_change, {"this": member_id, "status": MemberStatus.ACTIVE})
    tx.record("renew_membership", "done", now, at, member_id=member_id)
    return None


@use_case
@needs(Right.REGISTER)
def clearance(tx: Transaction, member_id: int, now: datetime, at: At) -> Cleared | Refused:
    """Grant clearance to a member who leaves, which ends the membership, or say all that stands against it."""
    connection, policy = tx.connection, tx.library.policies.at(now)
    facts = member_facts(connection, policy, member_id, now, lock=True)
    charges = ledger.balance(connection, member_id, Purse.CHARGE)
    verdict = membership.clear(policy, facts, open_cases=_cases_without_loan(tx, member_id), charges=charges)
    if isinstance(verdict, Refused):
        tx.record("clearance", "refused", now, at, member_id=member_id, reasons=verdict.reasons)
        return verdict
    _end(tx, member_id, now, at)
    tx.record("clearance", "done", now, at, member_id=member_id)
    return verdict


def _decide(
    tx: Transaction, member_id: int, status: MemberStatus, reason: str, now: datetime, at: At
) -> Refused | None:
    act = "approve" if status is MemberStatus.ACTIVE else "reject"
    if _status(tx, member_id) is not MemberStatus.PENDING:
        refused = Refused((Reason("application_decided", None, "see_account"),))
        tx.record(act, "refused", now, at, member_id=member_id, reasons=refused.reasons)
        return refused
    tx.connection.execute(_change, {"this": member_id, "status": status})
    application = rows.application
    tx.connection.execute(
        update(application)
        .where(application.c.member_id == member_id, application.c.decided_at.is_(None))
        .values(decided_at=now, approved=act == "approve", reason=reason, staff_id=at.staff)
    )
    finish_tasks(tx, "membership_decision_overdue", now, at.staff, member_id=member_id)
    kind = "membership_approved" if act == "approve" else "membership_rejected"
    if notices.sends(tx.library.policies.at(now), kind):
        write_notice(tx, kind, member_id=member_id, at=now, facts={"reason": reason} if reason else {})
    tx.record(act, "done", now, at, member_id=member_id, detail={"reason": reason} if reason else {})
    return None


def _status(tx: Transaction, member_id: int) -> MemberStatus:
    """How the membership stands; nobody else changes it until this transaction ends."""
    this = select(_member.c.status).where(_member.c.id == member_id).with_for_update()
    status: MemberStatus = tx.connection.execute(this).scalar_one()
    return status


def _end(tx: Transaction, member_id: int, now: datetime, at: At) -> None:
    connection, hold = tx.connection, rows.hold
    connection.execute(_change, {"this": member_id, "status": MemberStatus.CANCELLED})
    finish_tasks(tx, "cancel_membership", now, at.staff, member_id=member_id)
    held = connection.execute(
        select(hold.c.id, hold.c.title_id, hold.c.copy_id)
        .where(hold.c.member_id == member_id, hold.c.status.in_((HoldStatus.WAITING, HoldStatus.READY)))
        .order_by(hold.c.id)
    ).all()
    for row in held:
        end_hold(tx, row.id, HoldStatus.CANCELLED, "by_library", now, now, notify=True)
        pass_on(tx, row.title_id, row.copy_id, now)


@query
def obstacles(reading: Reading, member_id: int) -> Obstacles:
    """What stands against leaving, thing by thing: for the list that the member is given (METU-M5-1)."""
    connection, loan, copy, title, case = reading.connection, rows.loan, rows.copy, rows.title, rows.loss_case
    out = connection.execute(
        select(title.c.title, copy.c.barcode, loan.c.due_at, loan.c.state)
        .join_from(loan, copy, copy.c.id == loan.c.copy_id)
        .join(title, title.c.id == copy.c.title_id)
        .where(loan.c.member_id == member_id, loan.c.closed_at.is_(None))
        .order_by(loan.c.due_at, loan.c.id)
    ).all()
    cases = connection.execute(
        select(title.c.title, copy.c.barcode, case.c.deadline)
        .join_from(case, copy, copy.c.id == case.c.copy_id)
        .join(title, title.c.id == copy.c.title_id)
        .where(case.c.member_id == member_id, case.c.settled_at.is_(None))
        .order_by(case.c.opened_at)
    ).all()
    return Obstacles(
        loans=tuple(Obstacle(row.title, row.barcode, row.due_at) for row in out if row.state != LoanState.LOST),
        cases=tuple(Obstacle(row.title, row.barcode, row.deadline) for row in cases),
        fines=ledger.balance(connection, member_id),
        charges=ledger.balance(connection, member_id, Purse.CHARGE),
    )


def _cases_without_loan(tx: Transaction, member_id: int) -> int:
    """Unsettled losses and damages whose loan has ended: the others are counted with the open loans."""
    case, loan = rows.loss_case, rows.loan
    statement = (
        select(func.count())
        .select_from(case)
        .join(loan, loan.c.id == case.c.loan_id)
        .where(case.c.member_id == member_id, case.c.settled_at.is_(None), loan.c.closed_at.is_not(None))
    )
    return int(tx.connection.execute(statement).scalar_one())
