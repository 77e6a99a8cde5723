"""What the jobs would do until a moment, without doing it. What would follow from it (a copy passed on) is not seen."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

from msgspec.structs import replace
from sqlalchemy import Connection, func, select

from store import rows
from store.circulation.loans import open_loan
from store.library import Library
from store.policy import holding, notices
from store.policy.calendar import Calendar
from store.states import HoldStatus, LoanState
from store.transaction import Reading, query

_SECOND = timedelta(seconds=1)


@query
def foresee(reading: Reading, until: datetime) -> Counter[str]:
    """How often each kind of letter or step is due until then."""
    library = reading.library
    due: Counter[str] = Counter()
    _loans(reading.connection, library, until, due)
    connection, hold = reading.connection, rows.hold
    ready = connection.execute(select(hold.c.pickup_until).where(hold.c.status == HoldStatus.READY)).scalars()
    for pickup in ready:
        policy = library.policies.at(pickup)
        due["hold_expired"] += holding.expires_at(policy, Calendar(policy.zone), pickup) <= until
    for slug, table, ended in (
        ("membership_decision_overdue", rows.application, rows.application.c.decided_at),
        ("replacement_overdue", rows.loss_case, rows.loss_case.c.settled_at),
    ):
        late = select(func.count()).select_from(table).where(
            ended.is_(None), table.c.overdue_at.is_(None), table.c.deadline <= until - _SECOND
        )  # fmt: skip
        due[slug] += connection.execute(late).scalar_one()
    member = rows.member
    checks = select(func.count()).select_from(member).where(member.c.cancel_check_at <= until)
    due["cancel_membership"] += connection.execute(checks).scalar_one()
    return +due


def _loans(connection: Connection, library: Library, until: datetime, due: Counter[str]) -> None:
    loan = rows.loan
    found = connection.execute(
        select(loan.c.id, loan.c.next_event_at).where(loan.c.next_event_at <= until, loan.c.state == LoanState.OPEN)
    ).all()
    for row in found:
        read = open_loan(connection, loan_id=row.id)
        if read is None:
            continue
        policy = library.policies.at(row.next_event_at)
        calendar = library.calendars.of(connection, read.running.branch)
        plan = notices.plan(policy, calendar, replace(read.running, held_spans=()), row.next_event_at)
        due.update(each.kind for each in plan if row.next_event_at <= each.at <= until)
