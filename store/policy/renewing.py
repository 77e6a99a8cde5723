"""Whether a running loan may be renewed, until when, and every reason why not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from store.policy import due
from store.policy.calendar import Calendar
from store.policy.facts import MemberFacts, RunningLoan
from store.policy.model import Policies, Policy
from store.policy.rules import Rule
from store.policy.standing import block_reasons, membership_reasons, overridden
from store.policy.verdict import Pending, Reason, Refused, RenewalTerms


def decide(
    policies: Policies,
    calendar: Calendar,
    member: MemberFacts,
    loan: RunningLoan,
    channel: str,
    now: datetime,
    *,
    approved: bool = False,
    override: bool = False,
) -> RenewalTerms | Pending | Refused:
    """A renewal: its terms, what it waits for, or every reason against it.

    `calendar` is that of the lending branch; `approved`: staff decide a pending renewal and the checks run again.
    The new period is that of the version in force now and of the member's present category (ITU AMB-042, R21; METU
    AMB-08); how many renewals there are is said by the version at the loan or its last renewal (ITU R21).
    """
    policy = policies.at(now)
    rule = policy.rules.find(member.category, loan.item_type, loan.loan_type)
    allowed = _allowed(policies, member, loan)
    reasons = [*membership_reasons(policy, member), *_channel_reasons(policy, member, channel)]
    if policy.kind(loan.item_type).blocks:
        reasons += block_reasons(policy, member, "renewal", now)
    reasons += _loan_reasons(policy, member, loan, rule, allowed, now, approved=approved)
    set_aside = overridden(policy, reasons, override)
    if isinstance(set_aside, Refused):
        return set_aside
    found = rule or policy.rules.shortest(loan.item_type)
    written = loan.period if loan.loan_type == "standard" else None
    period = due.period_of(
        policy, loan.item_type, found, written, lambda each: due.next_due(policy, calendar, each, loan.due)
    )
    until = due.next_due(policy, calendar, period, loan.due) if period is not None else None
    if period is None or until is None or loan.lost:
        # Without a period there is no new date, nor for what is lost, whoever allows it.
        others = (reason for reason in reasons if reason.slug != "not_renewable")
        return Refused((*others, _not_renewable(policy, member, rule)))
    category = policy.category(member.category)
    if category.renewals_by_staff is not None and not approved:
        return Pending("staff_approval_required", policy.cite(category.renewals_by_staff, member.category))
    start = due.next_period_start(calendar, loan.lent_at, loan.due)
    more = loan.renewals + 1 < allowed
    return RenewalTerms(
        due=until,
        period_start=start,
        renewals=loan.renewals + 1,
        renewals_allowed=allowed,
        opens_at=due.opens_at(policy, calendar, period, start, now) if more else None,
        clause=rule.renewals_clause if rule is not None else None,
        overridden=set_aside,
    )


def _allowed(policies: Policies, member: MemberFacts, loan: RunningLoan) -> int:
    at_loan = policies.of_loan(loan.policy_version, loan.lent_at)
    rule = at_loan.rules.find(member.category, loan.item_type, loan.loan_type)
    return rule.renewals if rule is not None else 0


def _channel_reasons(policy: Policy, member: MemberFacts, channel: str) -> Iterator[Reason]:
    renewals = policy.renewals
    if channel in renewals.channels:
        return
    if channel == "phone" and policy.category(member.category).phone_renewals:
        return
    clause = {"phone": renewals.phone_clause, "email": renewals.email_clause}.get(channel) or renewals.channels_clause
    yield Reason("channel_not_allowed", clause, "renew_elsewhere")


def _loan_reasons(
    policy: Policy,
    member: MemberFacts,
    loan: RunningLoan,
    rule: Rule | None,
    allowed: int,
    now: datetime,
    *,
    approved: bool,
) -> Iterator[Reason]:
    if loan.recalled:
        yield Reason("recalled", policy.renewals.recalled_clause, "return_item", {"until": loan.due})
    if loan.targeted_by_other and (rule is None or rule.held_bars):
        clause = rule.held_clause if rule is not None else policy.cite(policy.renewals.held_clause, member.category)
        yield Reason("held_by_other", clause, "return_item", {"until": loan.due})
    # At most one of these three, in this order: no date is offered for what can't happen (SCENARIOS 5, rule 2).
    # A loss blocks from the due date on; until then a lost loan is just not renewed.
    by_staff = policy.category(member.category).renewals_by_staff is not None
    asked_once = by_staff and loan.renewal_asked and not approved
    if allowed == 0 or (loan.lost and now <= loan.due):
        yield _not_renewable(policy, member, rule)
    elif loan.renewals >= allowed or asked_once:
        numbers = {"count": allowed if asked_once else loan.renewals, "limit": allowed}
        clause = rule.renewals_clause if rule is not None else None
        yield Reason("renewals_exhausted", clause, "return_item", numbers)
    elif policy.renewals.opens_after_percent and loan.opens_at is not None and now < loan.opens_at:
        yield Reason(
            "renewal_too_early",
            policy.renewals.opens_clause,
            "wait_until",
            {"until": loan.opens_at},
            possible_from=loan.opens_at,
        )


def _not_renewable(policy: Policy, member: MemberFacts, rule: Rule | None) -> Reason:
    clause = rule.renewals_clause if rule is not None else policy.cite(policy.not_entitled_clause, member.category)
    return Reason("not_renewable", clause, "return_item")
