"""The tables about rights: branches, limits, periods, and what is peculiar to items and categories."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from screens.periods import period_words
from screens.rulebook.services import service_tables
from screens.rulebook.sheets import Sheet, items_named, named, sheet, stacked
from screens.words import _
from store.policy.model import Policy
from store.policy.sections import Category, Group, ItemType, Limits, LoanLine, SpecialLoans

_NAME_WIDTH = 22
_GAP = 3


def rule_tables(policy: Policy, width: int) -> Iterator[Sheet]:
    """Every table of the rules, in the order of the regulations; wide ones in parts that fit into `width` columns."""
    yield from _right_tables(policy, width)
    yield from service_tables(policy)


def _right_tables(policy: Policy, width: int) -> Iterator[Sheet]:
    if any(branch.clause or branch.address for branch in policy.branches):
        yield _branches(policy)
    yield from _limits(policy, width)
    yield _groups(policy)
    yield _periods(policy)
    yield _in_library(policy)
    kinds = [(kind.name, list(_peculiar_kind(kind))) for kind in policy.item_types]
    categories = [(category.name, list(_peculiar(policy, category))) for category in policy.categories]
    for title, head, found in (
        (_("What is peculiar to some items"), _("Items"), kinds),
        (_("What is peculiar to some categories"), _("Category"), categories),
    ):
        shown = sheet(title, head, _("Rule"), _("Clause"))
        for name, rules in found:
            for number, (rule, clause) in enumerate(rules):
                shown.add("" if number else named(name), rule, stacked(clause))
        if shown.rows:
            yield shown


def _branches(policy: Policy) -> Sheet:
    shown = sheet(_("Libraries"), _("Library"), _("Address"), _("Clause"))
    for branch in policy.branches:
        where = ", ".join(part for part in (branch.address, branch.phone) if part)
        shown.add(named(branch.name), where, branch.clause or "")
    return shown


def _limits(policy: Policy, width: int) -> Iterator[Sheet]:
    """Categories by groups; as many tables as the width asks for, each with the clauses of its rows."""
    columns: list[Group | None] = [None] if any(row.total != "no limit" for row in policy.limits) else []
    for part in _parts(policy, [*columns, *policy.groups], width):
        shown = sheet(_("How many at once"), _("Category"), *map(_head, part), _("Clause"))
        shown.right = range(1, len(part) + 1)
        shown.widths = {0: _NAME_WIDTH, **{place: _width(policy, group) for place, group in enumerate(part, start=1)}}
        for category in policy.categories:
            shown.add(named(category.name), *_row(policy, category, part))
        yield shown


def _parts(policy: Policy, columns: Sequence[Group | None], width: int) -> Iterator[list[Group | None]]:
    """The columns that stand side by side."""
    clauses = [policy.not_entitled_clause, *(category.not_entitled or "" for category in policy.categories)]
    clauses += [clause for row in policy.limits for clause in (row.clause, *row.not_entitled.values())]
    room = width - _NAME_WIDTH - max(map(len, clauses)) - 2 * _GAP
    part: list[Group | None] = []
    for column in columns:
        if part and sum(_width(policy, group) + _GAP for group in (*part, column)) > room:
            yield part
            part = []
        part.append(column)
    yield part


def _head(group: Group | None) -> str:
    return _("All") if group is None else named(group.name)


def _width(policy: Policy, group: Group | None) -> int:
    """The longest word of a column."""
    cells = [_cell(row, group) for row in policy.limits]
    return max(map(len, (*_head(group).split(), *cells)))


def _cell(row: Limits, group: Group | None) -> str:
    most = row.total if group is None else row.groups.get(group.slug, 0)
    return _("no limit") if isinstance(most, str) else str(most or "–")


def _row(policy: Policy, category: Category, groups: Sequence[Group | None]) -> list[str]:
    """The numbers of a category, then the clauses of its row."""
    row = next((row for row in policy.limits if row.category == category.slug), None)
    if row is None:
        return [*("–" for _group in groups), stacked(category.not_entitled or policy.not_entitled_clause)]
    denied = [row.not_entitled.get(group.slug) for group in groups if group is not None]
    return [*(_cell(row, group) for group in groups), stacked(row.clause, *denied)]


def _groups(policy: Policy) -> Sheet:
    reached, denied = _("Clause if reached"), _("Clause if not granted")
    shown = sheet(_("What counts together"), _("Limit"), _("Items"), reached, denied, whole=(reached, denied))
    if policy.total_clause is not None:
        counted = [kind.slug for kind in policy.item_types if kind.publication and kind.in_library is None]
        shown.add(_("All"), items_named(policy, counted), policy.total_clause, "")
    for group in policy.groups:
        not_granted = group.not_entitled or policy.not_entitled_clause
        shown.add(named(group.name), items_named(policy, group.items), group.clause, not_granted)
    return shown


def _periods(policy: Policy) -> Sheet:
    shown = sheet(_("How long"), _("Items, and to whom"), _("Period"), _("Renewals"), _("Clause"))
    shown.right = (1,)
    above: tuple[str, ...] = ()
    for line in policy.loans:
        if line.items != above:
            shown.add(items_named(policy, line.items), head=True)
        clauses = stacked(line.clause, line.renewals_clause, line.held_clause)
        who = _lent_to(policy, line, above)
        shown.add(who, period_words(line.period), str(line.renewals or "–"), clauses, beneath=True)
        if line.overnight is not None:
            until = _("until {clock}").format(clock=f"{line.overnight.until:%H:%M}")
            after = _("lent from {clock} on").format(clock=f"{line.overnight.after:%H:%M}")
            shown.add(after, until, "", line.overnight.clause, beneath=True)
        above = line.items
    for special in (policy.term_loans, policy.project_loans):
        if special is not None:
            _add_special(shown, policy, special)
    if policy.shorter_period_clause is not None:
        own = _("A copy's own period, shorter only")
        shown.add(own, _("as staff enter"), "", policy.shorter_period_clause, head=True)
    return shown


def _lent_to(policy: Policy, line: LoanLine, above: tuple[str, ...]) -> str:
    if line.categories != "all":
        return _categories(policy, line.categories)
    return _("the others, as far as granted") if line.items == above else _("all, as far as granted")


def _add_special(shown: Sheet, policy: Policy, special: SpecialLoans) -> None:
    items = _("All items") if special.items == "all" else items_named(policy, special.items)
    conditions = {"teaches": _("who teach its course"), "manages": _("who manage its project")}
    lent_to = [_categories(policy, special.categories), conditions.get(special.needs or "", "")]
    if isinstance(special.limit, int):
        lent_to.append(_("at most {n}").format(n=special.limit))
    if not special.counted:
        lent_to.append(_("outside the limits"))
    shown.add(f"{items} ({named(special.name)})", head=True)
    shown.add(
        "; ".join(part for part in lent_to if part),
        period_words(special.period),
        str(special.renewals or "–"),
        stacked(special.clause, special.renewals_clause),
        beneath=True,
    )


def _categories(policy: Policy, slugs: Iterable[str]) -> str:
    return ", ".join(named(policy.category(slug).name) for slug in slugs)


def _in_library(policy: Policy) -> Sheet:
    shown = sheet(_("Used in the library only"), _("Items"), _("Where"), _("Clause"))
    for kind in policy.item_types:
        if kind.in_library is not None:
            shown.add(named(kind.name), _("everywhere"), kind.in_library)
        elif kind.in_library_at:
            where = ", ".join(named(policy.branch_of[slug].name) for slug in kind.in_library_at)
            shown.add(named(kind.name), where, stacked(kind.in_library_at_clause))
    return shown


def _peculiar(policy: Policy, category: Category) -> Iterator[tuple[str, str | None]]:
    needs = {
        "exchange_list": _("must stand on the approved list of the term"),
        "protocol_form": _("needs a protocol form"),
    }
    if category.needs is not None:
        yield needs[category.needs], category.needs_clause
    if category.desk_only is not None:
        yield _("served at the desk only"), category.desk_only
    if category.renewals_by_staff is not None:
        yield _("staff decide each renewal"), category.renewals_by_staff
    if category.phone_renewals and "phone" not in policy.renewals.channels:
        yield _("may renew by telephone"), policy.renewals.phone_clause
    if category.holds is not None:
        yield _("holds at once: {n}").format(n=category.holds), category.holds_clause
    if category.cancelled_when_late:
        yield _("loses the membership after late returns and an unpaid fine"), policy.membership.cancel_clause


def _peculiar_kind(kind: ItemType) -> Iterator[tuple[str, str | None]]:
    if kind.desk_only is not None:
        yield _("lent at the desk only"), kind.desk_only
    if kind.weekdays_only is not None:
        yield _("lent from Monday to Friday"), kind.weekdays_only
    if kind.not_with_electronic_access is not None:
        yield _("lent only if it can't be read online"), kind.not_with_electronic_access
    if kind.own_periods is not None:
        yield _("staff may set a copy's own period, shorter or longer"), kind.own_periods
