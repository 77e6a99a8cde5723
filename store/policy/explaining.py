"""Why a loan is allowed or refused: each rule that was asked, in order; and what would follow from the loan.

Nothing is decided here. What failed is what `lending.decide` said; this only adds the rules that were asked and held.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from msgspec import Struct, field
from msgspec.structs import replace

from store.policy import lending, notices, returning
from store.policy.calendar import Calendar
from store.policy.facts import Asked, CopyFacts, MemberFacts, RunningLoan
from store.policy.fines import reckon
from store.policy.model import Policies, Policy
from store.policy.rules import Limit
from store.policy.standing import form_good_through
from store.policy.verdict import Fine, LoanTerms, Number, PlannedNotice, Reason, Refused, SuspensionTerms


class Rule(Struct, frozen=True):
    """A rule that was asked."""

    slug: str
    "That of the reason with which it would refuse."
    clauses: tuple[str, ...]
    "Empty: a house rule."
    numbers: Mapping[str, Number] = field(default_factory=dict)
    reason: Reason | None = None
    "The refusal, if it did not hold."
    full: bool = False
    "A limit that is reached; of several the narrowest is told as the reason."

    @property
    def holds(self) -> bool:
        """Whether the rule lets the loan pass."""
        return self.reason is None and not self.full


class Checkout(Struct, frozen=True):
    """A checkout explained."""

    verdict: LoanTerms | Refused
    rules: tuple[Rule, ...]


class LateStep(Struct, frozen=True):
    """What a return at one moment would cost."""

    at: datetime
    open: bool
    "Whether anything of this day or hour counted as late."
    fine: Fine


class Letter(Struct, frozen=True):
    """A letter or a step that time brings."""

    kind: str
    at: datetime
    clause: str | None


def checkout(
    policy: Policy, calendar: Calendar, member: MemberFacts, copy: CopyFacts, asked: Asked, now: datetime
) -> Checkout:
    """The verdict of `lending.decide` with the rules that led to it, as if no supervisor set any aside."""
    verdict = lending.decide(policy, calendar, member, copy, replace(asked, override=False), now)
    reasons = {reason.slug: reason for reason in verdict.reasons} if isinstance(verdict, Refused) else {}
    rules = [_answered(rule, reasons) for rule in _asked(policy, calendar, member, copy, asked, now, reasons)]
    # A due date that only staff can give is missed last of all, wherever else the desk was asked about.
    told = [rule.reason for rule in rules]
    rules += [Rule(slug, _cited(reason.clause), reason.numbers, reason)
              for slug, reason in reasons.items() if reason not in told]  # fmt: skip
    return Checkout(verdict, tuple(rules))


def running(policy: Policy, member: MemberFacts, copy: CopyFacts, asked: Asked, terms: LoanTerms) -> RunningLoan:
    """The loan as it would run."""
    return RunningLoan(
        item_type=copy.item_type,
        loan_type=asked.loan_type,
        branch=copy.branch,
        lent_at=terms.period_start,
        period_start=terms.period_start,
        due=terms.due,
        hourly=terms.hourly,
        opens_at=terms.opens_at,
        policy_version=policy.version,
        renewals_allowed=terms.renewals_allowed,
        period=copy.period,
        category=member.category,
    )


def late_unit(policy: Policy, item_type: str) -> str:
    """What lateness is counted in: `day`, `hour`, or `none` where it costs nothing."""
    tariff = policy.tariff_by_item.get(item_type)
    return tariff.unit if tariff is not None else "none"


def account(
    policies: Policies, calendar: Calendar, loan: RunningLoan, late: int
) -> tuple[tuple[LateStep, ...], SuspensionTerms | None]:
    """What a return on each of so many late days (or hours) would cost, and the suspension that the last one brings."""
    unit = late_unit(policies.of_loan(loan.policy_version, loan.lent_at), loan.item_type)
    steps: list[LateStep] = []
    before = 0
    for ahead in range(1, late + 1 if unit != "none" else 1):
        if unit == "hour":
            moment = calendar.local(loan.due) + timedelta(hours=ahead)
        else:
            moment = calendar.day_end(calendar.local(loan.due).date() + timedelta(days=ahead))
        fine = reckon(policies, calendar, loan, moment)
        steps.append(LateStep(moment, fine.late > before, fine))
        before = fine.late
    if not steps:
        return (), None
    return tuple(steps), returning.suspension_after(policies, loan, steps[-1].fine, steps[-1].at)


def letters(policy: Policy, calendar: Calendar, loan: RunningLoan) -> tuple[Letter, ...]:
    """Every letter and step that the loan would bring, in order of time."""
    at_once = [PlannedNotice(kind, loan.lent_at) for kind in ("checkout_confirmation",) if notices.sends(policy, kind)]
    planned = (*at_once, *notices.plan(policy, calendar, loan, loan.lent_at))
    return tuple(Letter(notice.kind, notice.at, letter_clause(policy, loan, notice.kind)) for notice in planned)


def letter_clause(policy: Policy, loan: RunningLoan, kind: str) -> str | None:
    """The clause that asks for a letter or step about the loan."""
    steps = {
        "student_system_block": policy.notices.block_clause,
        "letter_to_unit": policy.notices.letter_clause,
        "lost": policy.loss.declared_clause,
    }
    lines = policy.notices.hourly if loan.hourly else policy.notices.daily
    planned = next((line.clause for line in lines if line.kind == kind), None)
    letter = policy.letter_of.get(kind)
    return steps.get(kind) or planned or (letter.clause if letter is not None else None)


def _answered(rule: Rule, reasons: Mapping[str, Reason]) -> Rule:
    reason = reasons.get(rule.slug)
    if reason is None or ("group" in rule.numbers and reason.numbers.get("group") != rule.numbers["group"]):
        return rule
    return replace(rule, clauses=_cited(reason.clause), numbers={**rule.numbers, **reason.numbers}, reason=reason)


def _asked(
    policy: Policy,
    calendar: Calendar,
    member: MemberFacts,
    copy: CopyFacts,
    asked: Asked,
    now: datetime,
    reasons: Mapping[str, Reason],
) -> Iterator[Rule]:
    """The rules in the order in which `lending.decide` asks them; what this policy does not have is not asked."""
    kind = policy.kind(copy.item_type)
    yield Rule("membership_pending", (policy.membership.pending_clause,), {"status": member.status})
    yield Rule("membership_cancelled", (policy.membership.cancelled_clause,), {"status": member.status})
    yield Rule("card_blocked", _cited(policy.card_lost_clause))
    desk = policy.category(member.category).desk_only or kind.desk_only
    if desk is not None or ("desk_only" in reasons and asked.channel != "desk"):
        yield Rule("desk_only", _cited(policy.cite(desk, member.category)), {"channel": asked.channel})
    yield from _conditions(policy, member)
    if kind.blocks:
        yield from _blocks(policy, member)
    at_home = (policy.in_library_clause, kind.in_library_at_clause if kind.in_library_at else None)
    yield Rule("not_for_loan", _cited(*at_home), {"branch": copy.branch})
    if "not_for_loan" in reasons:
        return
    yield Rule("category_not_entitled", _granting(policy, member, copy, asked))
    if "category_not_entitled" in reasons:
        return
    yield from _copy(policy, calendar, member, copy, now)
    rule = policy.rules.find(member.category, copy.item_type, asked.loan_type)
    rule = rule or policy.rules.find(member.category, copy.item_type)
    yield from _limits(policy, member, rule.limits if rule is not None else ())
    if asked.loan_type == "term":
        special = policy.term_loans
        clause = special.clause if special is not None else policy.not_entitled_clause
        yield Rule("term_loan_not_entitled", _cited(policy.cite(clause, member.category)))
        if "term_loan_not_entitled" not in reasons:
            yield Rule("term_not_configured", _cited(rule.clause if rule is not None else None))


def _conditions(policy: Policy, member: MemberFacts) -> Iterator[Rule]:
    category = policy.category(member.category)
    if category.needs == "exchange_list":
        yield Rule("not_on_exchange_list", _cited(category.needs_clause))
    elif category.needs == "protocol_form":
        until = form_good_through(policy, member.protocol_form) if member.protocol_form else None
        yield Rule("protocol_form_expired", _cited(category.needs_clause), {"until": until} if until else {})


def _blocks(policy: Policy, member: MemberFacts) -> Iterator[Rule]:
    blocks = policy.blocks
    barring = [suspension.clause for suspension in policy.suspensions if "checkout" in suspension.bars]
    if barring:
        yield Rule("suspended", tuple(barring))
    if "checkout" in blocks.overdue:
        yield Rule("overdue_items", (blocks.overdue["checkout"],), {"count": 0})
    if "checkout" in blocks.lost:
        yield Rule("lost_item_unsettled", (blocks.lost["checkout"],), {"count": 0})
    if "checkout" in blocks.fines:
        numbers: dict[str, Number] = {"balance": member.balance, "limit": blocks.fines_above}
        yield Rule("fines_over_limit", (blocks.fines["checkout"],), numbers)


def _granting(policy: Policy, member: MemberFacts, copy: CopyFacts, asked: Asked) -> tuple[str, ...]:
    """The clauses that grant the right: the line of periods, and for a project loan the one about projects."""
    types = ("standard", "project") if asked.loan_type == "project" else ("standard",)
    rules = [policy.rules.find(member.category, copy.item_type, loan_type) for loan_type in types]
    return tuple(rule.clause for rule in rules if rule is not None)


def _copy(policy: Policy, calendar: Calendar, member: MemberFacts, copy: CopyFacts, now: datetime) -> Iterator[Rule]:
    kind = policy.kind(copy.item_type)
    if kind.not_with_electronic_access is not None:
        yield Rule("electronic_access_available", (kind.not_with_electronic_access,))
    if kind.weekdays_only is not None:
        clause = policy.cite(kind.weekdays_only, member.category)
        yield Rule("outside_service_days", _cited(clause), {"day": calendar.local(now).date()})
    yield Rule("item_unavailable", (), {"state": copy.state})
    yield Rule("held_by_other", _cited(policy.hold_clause(policy.holds.held_clause, member.category)))
    if policy.shelf_rest is not None:
        yield Rule("shelf_rest", (policy.shelf_rest.clause,), {"hours": policy.shelf_rest.hours})


def _limits(policy: Policy, member: MemberFacts, limits: tuple[Limit, ...]) -> Iterator[Rule]:
    for limit, usage in zip(limits, lending.used(policy, member, limits), strict=True):
        numbers: dict[str, Number] = {"count": usage.used, "limit": usage.limit, "group": limit.slug}
        yield Rule(limit.reason, _cited(limit.clause), numbers, full=usage.used >= usage.limit)


def _cited(*clauses: str | None) -> tuple[str, ...]:
    return tuple(clause for clause in clauses if clause)
