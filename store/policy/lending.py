"""Whether a member may borrow a copy now, until when, and every reason why not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from store.policy import due
from store.policy.calendar import Calendar
from store.policy.facts import Asked, CopyFacts, LoanFacts, MemberFacts
from store.policy.model import Policy
from store.policy.periods import Period
from store.policy.rules import Limit, Rule
from store.policy.sections import ItemType
from store.policy.standing import (
    block_reasons,
    card_reasons,
    condition_reasons,
    membership_reasons,
    overridden,
)
from store.policy.verdict import LoanTerms, Number, Reason, Refused, Usage


def decide(
    policy: Policy, calendar: Calendar, member: MemberFacts, copy: CopyFacts, asked: Asked, now: datetime
) -> LoanTerms | Refused:
    """A checkout: its terms, or every reason against it in the order that all policies share.

    `calendar` is that of the copy's branch. A category or item type that the policy lacks has no rights.
    """
    kind = policy.kind(copy.item_type)
    rule = policy.rules.find(member.category, copy.item_type, asked.loan_type)
    reasons = [*membership_reasons(policy, member), *card_reasons(policy, member, asked.channel)]
    reasons += _desk_reasons(policy, member, copy, kind, rule, asked)
    reasons += condition_reasons(policy, member, calendar, calendar.local(now).date())
    if kind.blocks:
        # Keys: an overdue one blocks nothing and no block refuses one (ITU AMB-049; otherwise METU AMB-48).
        reasons += block_reasons(policy, member, "checkout", now)
    right = _right_reason(policy, member, copy, asked)
    if right is not None:
        # Nothing further about a copy that this member can't borrow anyway (SCENARIOS 5, rule 1).
        reasons.append(right)
    else:
        reasons += _copy_reasons(policy, calendar, member, copy, kind, now)
        reasons += _limit_reasons(policy, member, rule or policy.rules.find(member.category, copy.item_type))
        reasons += _term_reasons(policy, calendar, member, copy, rule, asked, now)
    set_aside = overridden(policy, reasons, asked.override)
    if isinstance(set_aside, Refused):
        return set_aside
    terms = _terms(policy, calendar, copy, _granted(policy, member, copy, rule), asked, now, set_aside)
    return terms if terms is not None else Refused((*reasons, Reason("desk_only", None, "ask_desk")))


def not_for_loan(policy: Policy, item_type: str, branch: str, loanable: bool = True) -> Reason | None:
    """Why a copy stays in the library for everyone, or None (ITU-B6, C6, C7, C12-C14; METU-2-d)."""
    kind = policy.kind(item_type)
    if kind.in_library is not None:
        return Reason("not_for_loan", kind.in_library, "use_in_library")
    if branch in kind.in_library_at:
        # The owning branch counts, not the terminal's (ITU AMB-051).
        return Reason("not_for_loan", kind.in_library_at_clause, "use_in_library", {"branch": branch})
    if not loanable:
        return Reason("not_for_loan", policy.in_library_clause, "use_in_library")
    return None


def may_borrow(policy: Policy, category: str, item_type: str, branch: str, loanable: bool = True) -> bool:
    """Neither `not_for_loan` nor `category_not_entitled`: limits and blocks don't count (SCENARIOS 5, rule 3)."""
    return (category, item_type) in policy.rules.standard and not_for_loan(policy, item_type, branch, loanable) is None


def usage(policy: Policy, member: MemberFacts) -> tuple[Usage, ...]:
    """How much of each limit the member uses, the total first."""
    return used(policy, member, policy.rules.limits_of.get(member.category, ()))


def used(policy: Policy, member: MemberFacts, limits: Iterable[Limit]) -> tuple[Usage, ...]:
    """How much of these limits the member uses."""
    return tuple(
        Usage(limit.slug, limit.tr, limit.en, _count(policy, limit, member.loans), limit.most) for limit in limits
    )


def not_entitled(policy: Policy, category: str, item_type: str) -> Reason:
    """The refusal of a kind of item that the category has no right to (ITU-B0, METU-1.0)."""
    clause = policy.rules.refused.get((category, item_type), policy.not_entitled_clause)
    return Reason("category_not_entitled", policy.cite(clause, category), "use_in_library")


def _desk_reasons(
    policy: Policy, member: MemberFacts, copy: CopyFacts, kind: ItemType, rule: Rule | None, asked: Asked
) -> Iterator[Reason]:
    if asked.channel == "desk":
        return
    category = policy.category(member.category)
    clause = category.desk_only or kind.desk_only
    if clause is not None:
        yield Reason("desk_only", policy.cite(clause, member.category), "ask_desk")
    elif rule is not None and rule.period.unit == "staff" and asked.due is None and copy.period is None:
        # Staff enter the lending library's due date (ITU AMB-048): a terminal has none to give.
        yield Reason("desk_only", None, "ask_desk")


def _right_reason(policy: Policy, member: MemberFacts, copy: CopyFacts, asked: Asked) -> Reason | None:
    refused = not_for_loan(policy, copy.item_type, copy.branch, copy.loanable)
    if refused is not None:
        return refused
    if asked.loan_type == "project":
        special = policy.project_loans
        granted = (member.category, copy.item_type) in policy.rules.project
        if special is None or not granted or copy.project is None or copy.project not in member.manages:
            clause = special.clause if special is not None else policy.not_entitled_clause
            return Reason("category_not_entitled", policy.cite(clause, member.category), "ask_desk")
        return None
    if (member.category, copy.item_type) not in policy.rules.standard:
        return not_entitled(policy, member.category, copy.item_type)
    return None


def _copy_reasons(
    policy: Policy, calendar: Calendar, member: MemberFacts, copy: CopyFacts, kind: ItemType, now: datetime
) -> Iterator[Reason]:
    if kind.not_with_electronic_access is not None and copy.electronic_access:
        yield Reason("electronic_access_available", kind.not_with_electronic_access, "use_online")
    if kind.weekdays_only is not None and calendar.local(now).weekday() >= 5:
        # Monday to Friday, holidays included: on those the branch is closed anyway (METU AMB-29).
        clause = policy.cite(kind.weekdays_only, member.category)
        yield Reason("outside_service_days", clause, "come_on_weekday")
    if copy.state == "hold_shelf" and copy.held_for == "other":
        clause = policy.hold_clause(policy.holds.held_clause, member.category)
        yield Reason("held_by_other", clause, "place_hold")
    elif copy.state not in ("on_shelf", "hold_shelf"):
        yield Reason("item_unavailable", None, "place_hold" if copy.state == "on_loan" else "ask_desk")
    rest, last = policy.shelf_rest, copy.last_loan
    if rest is not None and last is not None and last.mine and last.renewals >= last.renewals_allowed > 0:
        # A literal day, the copy and not the title; another borrower in between ends the rest (ITU AMB-053 to 056).
        free_from = last.returned_at + rest.span
        if now < free_from:
            yield Reason("shelf_rest", rest.clause, "wait_until", {"until": free_from}, possible_from=free_from)


def _limit_reasons(policy: Policy, member: MemberFacts, rule: Rule | None) -> list[Reason]:
    """The total and the narrowest limit of a kind that is full: one reason each (ITU-B0, METU 4.20)."""
    reasons: dict[str, Reason] = {}
    for limit in rule.limits if rule else ():
        count = _count(policy, limit, member.loans)
        if count >= limit.most:
            numbers: dict[str, Number] = {"count": count, "limit": limit.most, "group": limit.slug}
            reasons[limit.reason] = Reason(limit.reason, limit.clause, "return_an_item", numbers)
    return [reasons[slug] for slug in ("limit_reached", "type_limit_reached") if slug in reasons]


def _count(policy: Policy, limit: Limit, loans: tuple[LoanFacts, ...]) -> int:
    lost_count = policy.loss.counted_in_limits
    return sum(
        loan.item_type in limit.items and loan.loan_type in limit.loan_types and (lost_count or not loan.lost)
        for loan in loans
    )


def _term_reasons(
    policy: Policy,
    calendar: Calendar,
    member: MemberFacts,
    copy: CopyFacts,
    rule: Rule | None,
    asked: Asked,
    now: datetime,
) -> Iterator[Reason]:
    if asked.loan_type != "term":
        return
    special = policy.term_loans
    clause = special.clause if special is not None else policy.not_entitled_clause
    taught = special is not None and (special.needs != "teaches" or copy.course in member.teaches)
    if rule is None or not taught:
        yield Reason("term_loan_not_entitled", policy.cite(clause, member.category), "borrow_standard")
    elif due.first_due(policy, calendar, rule, rule.period, now) is None:
        yield Reason("term_not_configured", rule.clause, "ask_desk")


def _granted(policy: Policy, member: MemberFacts, copy: CopyFacts, rule: Rule | None) -> Rule | None:
    """The rule, or, for what a supervisor allows outside the tables, the nearest one there is."""
    return rule or policy.rules.find(member.category, copy.item_type) or policy.rules.shortest(copy.item_type)


def _terms(
    policy: Policy,
    calendar: Calendar,
    copy: CopyFacts,
    rule: Rule | None,
    asked: Asked,
    now: datetime,
    set_aside: tuple[str, ...],
) -> LoanTerms | None:
    """The loan's terms; None if no due date can be found without staff."""
    if rule is None:
        return None
    written = copy.period if asked.loan_type == "standard" else None
    period = due.period_of(
        policy, copy.item_type, rule, written, lambda each: due.first_due(policy, calendar, rule, each, now)
    )
    if period is None:
        return None
    special = written is not None and period != rule.period
    # What staff enter is the lending library's date; the copy's own period may only shorten it (ITU AMB-048, C16).
    entered = asked.due if rule.period.unit == "staff" or "term_not_configured" in set_aside else None
    reckoned = due.first_due(policy, calendar, rule, period, now)
    until = min((moment for moment in (entered, reckoned) if moment is not None), default=None)
    if until is None:
        return None
    renewable = rule.renewals > 0
    return LoanTerms(
        due=until,
        hourly=period.hourly,
        period_start=now,
        renewals_allowed=rule.renewals,
        opens_at=due.opens_at(policy, calendar, period, now, now) if renewable else None,
        clause=_period_clause(policy, calendar, copy.item_type, rule, period, special, now),
        short_period=special and due.shortens(rule.period, period),
        overridden=set_aside,
    )


def _period_clause(
    policy: Policy, calendar: Calendar, item_type: str, rule: Rule, period: Period, special: bool, now: datetime
) -> str | None:
    if special:
        return policy.kind(item_type).own_periods or policy.shorter_period_clause or rule.clause
    night = rule.overnight
    if night is not None and period.unit == "hour" and calendar.local(now).time() >= night.after:
        return night.clause
    return rule.clause
