"""Who would answer for a loss or damage, and with what: read-only, for staff who have not confirmed it yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import select

from store import rows
from store.circulation.loans import LoanRead, open_loan_of
from store.circulation.losses import damaged_loan
from store.policy import losing
from store.policy.verdict import Refused
from store.transaction import Reading, query


@dataclass(frozen=True, slots=True)
class Answerable:
    """Who answers for a copy, and what would be entered if it were reported now; sums in kuruş."""

    name: str
    number: str
    fine: int
    "The late fine up to now."
    fine_now: bool
    "False: it stands still, and is entered when the case is settled."
    fee: int
    deadline: datetime | None


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
