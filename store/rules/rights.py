"""The policy in force, as it concerns one member: read for the rules page."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from store.circulation.facts import member_facts
from store.policy import lending
from store.policy.facts import MemberFacts
from store.policy.model import Policy
from store.results.rights import LimitLine, NoRight, RightLine, Rights
from store.transaction import Reading, query


@query
def rights(reading: Reading, member_id: int, now: datetime) -> Rights:
    """What the member may borrow, for how long, how often, and what lateness costs, each with its clause."""
    policy = reading.library.policies.at(now)
    member = member_facts(reading.connection, policy, member_id, now, lock=False)
    category = policy.category(member.category)
    limits, lent = tuple(_limits(policy, member)), tuple(_lent(policy, member.category))
    not_lent = tuple(_not_lent(policy, member.category))
    holds_clause = policy.hold_clause(policy.holds.limit_clause, member.category)
    return Rights(
        title_tr=policy.title.tr,
        title_en=policy.title.en,
        version=policy.version,
        category_tr=category.name.tr,
        category_en=category.name.en,
        limits=limits,
        lent=lent,
        not_lent=not_lent,
        opens_after_percent=policy.renewals.opens_after_percent,
        opens_clause=policy.renewals.opens_clause,
        holds_most=policy.rules.holds_of.get(member.category),
        holds_clause=holds_clause,
        pickup_days=policy.holds.pickup_days,
        pickup_clause=policy.holds.pickup_clause,
        recall_days=policy.recall.days,
        recall_clause=policy.recall.clause,
        fines_above=policy.blocks.fines_above,
        fines_clause=policy.blocks.fines.get("checkout"),
        overdue_clause=policy.blocks.overdue.get("checkout"),
        clauses=tuple(_quoted(policy, limits, lent, not_lent, holds_clause)),
        told=tuple((key, each.tr, each.en) for key, each in policy.register_of_clauses.items() if each.told),
        conduct_tr=policy.conduct.tr if policy.conduct else "",
        conduct_en=policy.conduct.en if policy.conduct else "",
    )


def _limits(policy: Policy, member: MemberFacts) -> Iterator[LimitLine]:
    clauses = {limit.slug: limit.clause for limit in policy.rules.limits_of.get(member.category, ())}
    for usage in lending.usage(policy, member):
        yield LimitLine(usage.tr, usage.en, usage.used, usage.limit, clauses.get(usage.name))


def _lent(policy: Policy, category: str) -> Iterator[RightLine]:
    for kind in policy.item_types:
        rule = policy.rules.find(category, kind.slug)
        if rule is None or kind.in_library is not None:
            continue
        tariff = policy.tariff_by_item.get(kind.slug)
        yield RightLine(
            kind_tr=kind.name.tr,
            kind_en=kind.name.en,
            period=str(rule.period),
            period_clause=rule.clause,
            renewals=rule.renewals,
            renewals_clause=rule.renewals_clause,
            first=tariff.first if tariff else 0,
            later=tariff.later if tariff else None,
            first_days=tariff.first_days if tariff else 0,
            unit=tariff.unit if tariff else "none",
            free_days=tariff.free_days if tariff else 0,
            fine_clause=tariff.clause if tariff else None,
            later_clause=tariff.later_clause if tariff else None,
            free_clause=tariff.free_clause if tariff else None,
        )


def _not_lent(policy: Policy, category: str) -> Iterator[NoRight]:
    for kind in policy.item_types:
        if kind.in_library is not None:
            yield NoRight(kind.name.tr, kind.name.en, kind.in_library, in_library=True)
        elif policy.rules.find(category, kind.slug) is None:
            reason = lending.not_entitled(policy, category, kind.slug)
            yield NoRight(kind.name.tr, kind.name.en, reason.clause, in_library=False)


def _quoted(
    policy: Policy,
    limits: tuple[LimitLine, ...],
    lent: tuple[RightLine, ...],
    not_lent: tuple[NoRight, ...],
    holds_clause: str | None,
) -> Iterator[tuple[str, str, str]]:
    """The regulation's own words for every clause that the page cites, each once."""
    cited: list[str | None] = [limit.clause for limit in limits]
    for line in lent:
        cited += [line.period_clause, line.renewals_clause, line.fine_clause, line.later_clause, line.free_clause]
    cited += [line.clause for line in not_lent]
    cited += [
        policy.renewals.opens_clause, holds_clause, policy.holds.pickup_clause, policy.recall.clause,
        policy.blocks.fines.get("checkout"), policy.blocks.overdue.get("checkout"),
    ]  # fmt: skip
    for clause in dict.fromkeys(cited):
        if clause is not None and clause in policy.register_of_clauses:
            entry = policy.register_of_clauses[clause]
            yield clause, entry.tr, entry.en
