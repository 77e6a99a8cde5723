"""What a return brings: the late fine, a suspension, or where the item must be taken instead."""

from __future__ import annotations

from datetime import datetime, timedelta

from store.policy.calendar import Calendar
from store.policy.facts import RunningLoan
from store.policy.fines import reckon
from store.policy.model import Policies, Policy
from store.policy.periods import parse_period
from store.policy.verdict import Fine, Reason, Refused, ReturnTerms, SuspensionTerms


def assess(
    policies: Policies, calendar: Calendar, loan: RunningLoan, now: datetime, branch: str | None = None
) -> ReturnTerms | Refused:
    """A return at `branch` (None: at the lending branch). A loan whose fine has ended costs nothing more (ITU R8)."""
    policy = policies.at(now)
    if policy.returns_at == "lending_branch" and branch is not None and branch != loan.branch:
        lending = policy.branch_of.get(loan.branch)
        where = {**policy.branch_names(loan.branch), "address": lending.address if lending else ""}
        return Refused((Reason("return_elsewhere", policy.returns_clause, "return_at_branch", where),))
    late = now > loan.due
    nothing = Fine(0, "day", 0, 0, (), None)
    if loan.lost or not late:
        return ReturnTerms(late, nothing, None, None)
    fine = reckon(policies, calendar, loan, now)
    suspension = suspension_after(policies, loan, fine, now)
    if loan.fine_ended:
        # Charged with the invoice; the suspension runs from the return all the same (ITU R8, R15).
        fine = nothing
    if suspension is None:
        return ReturnTerms(late, fine, None, None)
    return ReturnTerms(late, fine, suspension.ends, suspension.clause, suspension.kind)


def not_on_loan() -> Refused:
    """The answer for an item that is not on loan; no clause says so."""
    return Refused((Reason("not_on_loan", None, "ask_desk"),))


def suspension_after(policies: Policies, loan: RunningLoan, fine: Fine, now: datetime) -> SuspensionTerms | None:
    """The suspension that a fine brings, from the return on, to the second; without a fine none (ITU-M6b, AMB-078)."""
    policy = policies.of_loan(loan.policy_version, loan.lent_at)
    tariff = policy.tariff_by_item.get(loan.item_type)
    if fine.amount == 0 or tariff is None or tariff.suspends is None:
        return None
    suspension = policy.suspension_of[tariff.suspends]
    hours = parse_period(suspension.length).rough_hours
    return SuspensionTerms(suspension.kind, now, now + timedelta(hours=hours), suspension.clause)


def discipline(policy: Policy, calendar: Calendar, effective: datetime) -> SuspensionTerms | None:
    """Two months from 00:00 of the decision's effective day (ITU-N7b, N8, AMB-083); None if the policy has none."""
    suspension = policy.suspension_of.get("discipline")
    if suspension is None:
        return None
    first = calendar.local(effective).date()
    last = parse_period(suspension.length).after(first)
    midnight = datetime.min.time()
    return SuspensionTerms(
        suspension.kind, calendar.at(first, midnight), calendar.at(last, midnight), suspension.clause
    )
