"""Who answers for a loss or damage, and with what: also for staff who have not confirmed it yet."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from msgspec import Struct
from sqlalchemy import Connection, Row, select

from store import rows
from store.catalogue import stock
from store.circulation.loans import LoanRead, open_loan, open_loan_of
from store.money import ledger
from store.policy import losing
from store.policy.verdict import Reason, Refused
from store.states import CaseKind, CopyState, LedgerKind
from store.transaction import Reading, query

NOTHING = Refused((Reason("not_on_loan", None, "ask_desk"),))


class Answerable(Struct, frozen=True):
    """Who answers for a copy, and what would be entered if it were reported now; sums in kuruş."""

    name: str
    number: str
    fine: int
    "The late fine up to now."
    fine_now: bool
    "False: it stands still, and is entered when the case is settled."
    fee: int
    deadline: datetime | None


class CaseSums(Struct, frozen=True):
    """What an open case has to do with the member's account, in kuruş."""

    fee: int
    "What is unpaid of the processing fee: it stays owed when the case is settled, and falls away if the copy turns up."
    frozen: int
    "The late fine that stands still, and is entered when the case ends in any way."


@query
def for_loss(reading: Reading, barcode: str, now: datetime) -> Answerable | None:
    """What `losses.report_lost` would enter; None if nobody has the copy."""
    loan = open_loan_of(reading.connection, barcode)
    return None if loan is None or loan.running.lost else _answerable(reading, loan, now, "lost")


@query
def for_damage(reading: Reading, barcode: str, now: datetime) -> Answerable | Refused:
    """What `losses.report_damaged` would enter, or why it would be refused."""
    loan = damaged_loan(reading.connection, barcode)
    return loan if isinstance(loan, Refused) else _answerable(reading, loan, now, "damaged")


@query
def of_case(reading: Reading, barcode: str, kind: CaseKind) -> CaseSums | None:
    """What would be owed at the end of a case; None if nothing is to be chosen about it any more."""
    case = open_case_of(reading.connection, barcode, kind)
    if case is None or case.remedy is not None:
        return None
    owed = ledger.owed_by(reading.connection, case.member_id)
    fee = sum(each.left for each in owed if each.kind is LedgerKind.PROCESSING_FEE and each.loan_id == case.loan_id)
    return CaseSums(fee, case.frozen_fine)


def damaged_loan(connection: Connection, barcode: str) -> LoanRead | Refused:
    """The loan that answers for damage to a copy: the last that was taken back (ITU R17: the return comes first).

    Refusals: `not_on_loan` if nobody had it, or nobody knows any more who; `copy_busy` while somebody has it;
    `case_open` for a damage told before.
    """
    copy = rows.copy
    found = connection.execute(select(copy.c.last_loan_id, copy.c.state).where(copy.c.barcode == barcode)).first()
    if found is not None and found.state == CopyState.ON_LOAN:
        return Refused((stock.BUSY,))
    last = found.last_loan_id if found is not None else None
    loan = open_loan(connection, loan_id=last) if last is not None else None
    if loan is None:
        return NOTHING
    if open_case_of(connection, barcode, CaseKind.DAMAGED) is not None:
        return Refused((Reason("case_open", None, "settle_first"),))
    return loan


def open_case_of(connection: Connection, barcode: str, kind: CaseKind | None = None) -> Row[*tuple[Any, ...]] | None:
    """The open case of a copy; of a loss and an older damage the loss, unless `kind` says which."""
    case, copy = rows.loss_case, rows.copy
    statement = (
        select(case)
        .join(copy, copy.c.id == case.c.copy_id)
        .where(copy.c.barcode == barcode, case.c.settled_at.is_(None))
        .order_by(case.c.kind.desc())
    )
    if kind is not None:
        statement = statement.where(case.c.kind == kind)
    return connection.execute(statement).first()


def _answerable(reading: Reading, loan: LoanRead, now: datetime, kind: Literal["lost", "damaged"]) -> Answerable:
    library, member, now = reading.library, rows.member, max(now, loan.running.lent_at)
    who = reading.connection.execute(
        select(member.c.given_name, member.c.surname, member.c.number).where(member.c.id == loan.member_id)
    ).one()
    calendar = library.calendars.of(reading.connection, loan.running.branch)
    terms = losing.report(library.policies, calendar, loan.running, now, in_print=loan.in_print, kind=kind)
    return Answerable(
        name=f"{who.given_name} {who.surname}",
        number=who.number,
        fine=terms.fine.amount if terms.fine else 0,
        fine_now=terms.fine_now,
        fee=terms.fee,
        deadline=terms.deadline,
    )
