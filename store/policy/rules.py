"""Look-ups made once from a policy: who may have what, for how long, and which limits count it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from store.policy.periods import Period, parse_period

if TYPE_CHECKING:
    from store.policy.model import Policy
    from store.policy.sections import Group, LoanLine, Overnight, SpecialLoans


class Limit(Struct, frozen=True):
    """How many loans of some item types a category may have at once."""

    slug: str
    "`total`, or the slug of the group."
    tr: str
    en: str
    items: frozenset[str]
    loan_types: frozenset[str]
    most: int
    clause: str | None
    reason: str
    "`limit_reached` for the total, else `type_limit_reached`."


class Rule(Struct, frozen=True):
    """What a category may do with an item type under one loan type."""

    period: Period
    renewals: int
    clause: str
    "The clause of the period."
    renewals_clause: str
    held_clause: str
    held_bars: bool
    overnight: Overnight | None
    limits: tuple[Limit, ...]


class Rules(Struct, frozen=True):
    """Every rule of a policy by category and item type."""

    standard: Mapping[tuple[str, str], Rule]
    term: Mapping[tuple[str, str], Rule]
    project: Mapping[tuple[str, str], Rule]
    refused: Mapping[tuple[str, str], str]
    "Where there is no rule: the clause that says so."
    limits_of: Mapping[str, tuple[Limit, ...]]
    "Category -> its limits, the total first."
    holds_of: Mapping[str, int | None]
    "Category -> holds at once; None: no limit."
    publications: frozenset[str]

    def find(self, category: str, item_type: str, loan_type: str = "standard") -> Rule | None:
        """The rule, or None if nothing grants it."""
        table = {"standard": self.standard, "term": self.term, "project": self.project}[loan_type]
        return table.get((category, item_type))

    def shortest(self, item_type: str) -> Rule | None:
        """Of all categories' rules for the item type the strictest, for what a supervisor allows outside the table."""
        found = [rule for (_, kind), rule in self.standard.items() if kind == item_type]
        return min(found, key=lambda rule: (rule.period.rough_hours, rule.renewals), default=None)


def build_rules(policy: Policy) -> Rules:
    """Read the tables of limits and periods together: what has no limit, or no period, is not lent."""
    publications = frozenset(kind.slug for kind in policy.item_types if kind.publication)
    limits_of = {category.slug: _limits(policy, category.slug, publications) for category in policy.categories}
    standard: dict[tuple[str, str], Rule] = {}
    refused: dict[tuple[str, str], str] = {}
    rows = {row.category: row for row in policy.limits}
    group_of = {item: group for group in policy.groups for item in group.items}
    for category in policy.categories:
        row = rows.get(category.slug)
        for kind in policy.item_types:
            group = group_of.get(kind.slug)
            line = _line(policy.loans, category.slug, kind.slug)
            granted = row.groups.get(group.slug, 0) if row and group else 0
            if granted != 0 and line is not None:
                standard[category.slug, kind.slug] = _rule(policy, category.slug, kind.slug, line, limits_of)
            else:
                excluded = row.not_entitled.get(group.slug) if row and group else None
                refused[category.slug, kind.slug] = (
                    excluded
                    or category.not_entitled
                    or (group.not_entitled if group else None)
                    or policy.not_entitled_clause
                )
    return Rules(
        standard=standard,
        term=_special(policy, policy.term_loans, "term", standard, limits_of),
        project=_special(policy, policy.project_loans, "project", standard, limits_of),
        refused=refused,
        limits_of=limits_of,
        holds_of={category.slug: _holds(policy, category.slug) for category in policy.categories},
        publications=publications,
    )


def _line(lines: Iterable[LoanLine], category: str, item_type: str) -> LoanLine | None:
    for line in lines:
        if item_type in line.items and (line.categories == "all" or category in line.categories):
            return line
    return None


def _limits(policy: Policy, category: str, publications: frozenset[str]) -> tuple[Limit, ...]:
    row = next((row for row in policy.limits if row.category == category), None)
    if row is None:
        return ()
    counted = frozenset(
        name
        for name, special in (("term", policy.term_loans), ("project", policy.project_loans))
        if special is None or special.counted
    ) | {"standard"}
    limits = []
    if isinstance(row.total, int):
        clause = policy.cite(policy.total_clause, category)
        limits.append(Limit("total", "Toplam", "Total", publications, counted, row.total, clause, "limit_reached"))
    groups: dict[str, Group] = {group.slug: group for group in policy.groups}
    for slug, most in row.groups.items():
        group = groups.get(slug)
        if group is not None and isinstance(most, int) and most > 0:
            name, clause = group.name, policy.cite(group.clause, category)
            items = frozenset(group.items)
            limits.append(Limit(slug, name.tr, name.en, items, counted, most, clause, "type_limit_reached"))
    return tuple(limits)


def _rule(
    policy: Policy,
    category: str,
    item_type: str,
    line: LoanLine,
    limits_of: Mapping[str, tuple[Limit, ...]],
) -> Rule:
    clause = policy.cite(line.clause, category) or line.clause
    overnight = line.overnight
    if overnight is not None:
        overnight = replace(overnight, clause=policy.cite(overnight.clause, category))
    return Rule(
        period=parse_period(line.period),
        renewals=line.renewals,
        clause=clause,
        renewals_clause=policy.cite(line.renewals_clause, category) or clause,
        held_clause=policy.cite(line.held_clause, category) or policy.cite(policy.renewals.held_clause, category) or "",
        held_bars=True,
        overnight=overnight,
        limits=tuple(limit for limit in limits_of[category] if item_type in limit.items),
    )


def _special(
    policy: Policy,
    special: SpecialLoans | None,
    loan_type: str,
    standard: Mapping[tuple[str, str], Rule],
    limits_of: Mapping[str, tuple[Limit, ...]],
) -> dict[tuple[str, str], Rule]:
    """Special loans are lent only to the categories named: of what they may borrow anyway, or, to whoever manages a
    project, of whatever is lent at all (METU-2-f.loan).
    """
    if special is None:
        return {}
    rules = {}
    lent = {item_type for _category, item_type in standard}
    named = [category for category in special.categories if category in policy.category_of]  # check.py tells of others
    of_projects = [(category, item_type) for category in named for item_type in sorted(lent)]
    for category, item_type in of_projects if special.needs == "manages" else standard:
        if category not in special.categories or (special.items != "all" and item_type not in special.items):
            continue
        clause = policy.cite(special.clause, category) or special.clause
        own: tuple[Limit, ...] = ()
        if isinstance(special.limit, int):
            items = frozenset(item for kind, item in standard if kind == category)
            own = (
                Limit(
                    loan_type, special.name.tr, special.name.en, items, frozenset({loan_type}), special.limit, clause,
                    "type_limit_reached",
                ),
            )  # fmt: skip
        ordinary = tuple(limit for limit in limits_of[category] if special.counted and item_type in limit.items)
        rules[category, item_type] = Rule(
            period=parse_period(special.period),
            renewals=special.renewals,
            clause=clause,
            renewals_clause=policy.cite(special.renewals_clause, category) or clause,
            held_clause=policy.cite(policy.renewals.held_clause, category) or "",
            held_bars=special.held_by_other_bars,
            overnight=None,
            limits=ordinary + own,
        )
    return rules


def _holds(policy: Policy, category: str) -> int | None:
    own = policy.category_of[category].holds
    most = own if own is not None else policy.holds.most
    if most is not None:
        return most
    row = next((row for row in policy.limits if row.category == category), None)
    return row.total if row is not None and isinstance(row.total, int) else None
