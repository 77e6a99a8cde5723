"""A member's loans with what the renewal of each would bring: read-only, decided as `renewals.renew` decides."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from store import rows
from store.act import At
from store.circulation.facts import member_facts
from store.circulation.loans import LoanRead, running_loans
from store.library import Library
from store.policy import fines, renewing
from store.policy.calendar import Calendar
from store.policy.facts import MemberFacts
from store.policy.verdict import Pending, Refused, RenewalTerms
from store.results.loans import PlannedRenewal
from store.transaction import Reading, query

_DAY = timedelta(days=1)


@query
def renewal_plan(reading: Reading, member_id: int, now: datetime, at: At) -> tuple[PlannedRenewal, ...]:
    """Every loan that is out, the soonest due first, with its new due date or every reason why not."""
    library = reading.library
    connection = reading.connection
    member = member_facts(connection, library.policies.at(now), member_id, now, lock=False)
    loans = running_loans(connection, member_id)
    asked = set(
        connection.execute(
            select(rows.loan.c.id).where(rows.loan.c.member_id == member_id, rows.loan.c.renewal_asked_at.is_not(None))
        ).scalars()
    )
    return tuple(
        _planned(
            library,
            library.calendars.of(reading.connection, loan.running.branch),
            member,
            loan,
            now,
            at,
            loan.loan_id in asked,
        )
        for loan in loans
    )


def _planned(
    library: Library, calendar: Calendar, member: MemberFacts, loan: LoanRead, now: datetime, at: At, asked: bool
) -> PlannedRenewal:
    policies, running = library.policies, loan.running
    policy = policies.at(now)
    verdict = renewing.decide(policies, calendar, member, running, at.channel, now, approved=asked)
    kind, branch = policy.kind(running.item_type), policy.branch_of.get(running.branch)
    late = now > running.due and not running.fine_ended
    whole = (running.due - running.period_start).total_seconds()
    return PlannedRenewal(
        loan_id=loan.loan_id,
        barcode=loan.barcode,
        title=loan.title,
        author=loan.author,
        item_type_tr=kind.name.tr,
        item_type_en=kind.name.en,
        branch_tr=branch.name.tr if branch else running.branch,
        branch_en=branch.name.en if branch else running.branch,
        lent_at=running.lent_at,
        due=running.due,
        hourly=running.hourly,
        overdue=now > running.due,
        recalled=running.recalled,
        renewals=running.renewals,
        renewals_allowed=running.renewals_allowed,
        elapsed=min(1.0, max(0.0, (now - running.period_start).total_seconds() / whole)) if whole > 0 else 1.0,
        new_due=verdict.due if isinstance(verdict, RenewalTerms) and not asked else None,
        staff_decide=asked or isinstance(verdict, Pending),
        asked=asked,
        reasons=verdict.reasons if isinstance(verdict, Refused) else (),
        fine_today=fines.reckon(policies, calendar, running, now).amount if late else 0,
        fine_tomorrow=fines.reckon(policies, calendar, running, now + _DAY).amount if late else 0,
    )
