"""How people become members, when late ones lose the membership, and when they may leave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from store.policy.calendar import Calendar
from store.policy.facts import MemberFacts
from store.policy.model import Policy
from store.policy.verdict import ApplicationTerms, Cleared, Number, Reason, Refused


def apply(
    policy: Policy, calendar: Calendar, status: str | None, form: Mapping[str, str], now: datetime
) -> ApplicationTerms | Refused:
    """An application: `status` is that of the member on record, None for a stranger (ITU-MEM-2, MEM-5, MEM-6)."""
    membership = policy.membership
    missing = [field for field in membership.required if not form.get(field, "").strip()]
    reasons = []
    if missing:
        fields: dict[str, Number] = {"fields": ", ".join(missing)}
        reasons.append(Reason("application_incomplete", membership.complete_clause, "complete_form", fields))
    if status == "active":
        reasons.append(Reason("already_member", membership.already_clause, "sign_in"))
    if reasons:
        return Refused(tuple(reasons))
    if membership.decision_days is None:
        return ApplicationTerms(None, membership.decision_clause)
    # The day of saving is not counted; only working days are (ITU R20).
    last = calendar.working_days_after(calendar.local(now).date(), membership.decision_days)
    return ApplicationTerms(calendar.day_end(last), membership.decision_clause)


def open_to_applicants(policy: Policy) -> bool:
    """Whether people may apply for themselves; if not, staff register members (SCENARIOS 6)."""
    return policy.membership.decision_days is not None


def cancellation_due(
    policy: Policy, calendar: Calendar, category: str, fined_returns: Sequence[datetime]
) -> datetime | None:
    """When staff are asked to cancel a membership, if a fine is unpaid by then; None: not at all (ITU-M4, R18).

    `fined_returns` are the member's late returns that led to a fine, the latest last (AMB-086, AMB-087).
    """
    membership = policy.membership
    if not policy.category(category).cancelled_when_late or membership.late_returns == 0:
        return None
    if len(fined_returns) < membership.late_returns:
        return None
    day = calendar.local(fined_returns[-1]).date() + timedelta(days=membership.unpaid_days)
    return calendar.at(day, policy.notices.at)


def clear(policy: Policy, member: MemberFacts, *, open_cases: int, charges: int) -> Cleared | Refused:
    """Whether nothing stands against leaving: loans due or not, late fines, losses and their charges (METU-M5-1).

    `open_cases` counts unsettled losses and damages, `charges` is what is owed for them in kuruş (AMB-076, AMB-077).
    """
    things = len(member.loans) + open_cases
    if not (things or charges or member.balance > 0):
        return Cleared()
    numbers: dict[str, Number] = {
        "loans": len(member.loans),
        "cases": open_cases,
        "charges": charges,
        "balance": member.balance,
    }
    clearance = policy.clearance
    clause = clearance.items_clause if things or charges else clearance.fines_clause
    return Refused((Reason("clearance_blocked", clause, "return_and_pay", numbers),))
