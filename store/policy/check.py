"""What a policy file must make sense of, beyond its form: names that exist, tables that agree, dates in order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from store.policy.check_clauses import clause_faults
from store.policy.check_notices import notice_faults
from store.policy.check_numbers import number_faults
from store.policy.check_reach import reach_faults, remarked
from store.policy.model import Policy
from store.policy.periods import parse_period
from store.policy.places import Place, written
from store.policy.said import Said, at_line
from store.policy.sections import LoanLine, SpecialLoans

Found = tuple[Place, Said]

_TEN_YEARS = 24 * 3660
_FIELDS = ("surname", "given_name", "number", "email")
_OVERRIDABLE = frozenset(
    [
        "membership_pending",
        "membership_cancelled",
        "card_blocked",
        "desk_only",
        "not_on_exchange_list",
        "protocol_form_expired",
        "suspended",
        "overdue_items",
        "lost_item_unsettled",
        "fines_over_limit",
        "not_for_loan",
        "category_not_entitled",
        "electronic_access_available",
        "outside_service_days",
        "item_unavailable",
        "held_by_other",
        "shelf_rest",
        "limit_reached",
        "type_limit_reached",
        "term_loan_not_entitled",
        "term_not_configured",
        "channel_not_allowed",
        "recalled",
        "not_renewable",
        "renewals_exhausted",
        "renewal_too_early",
        "not_holdable",
        "on_shelf_not_holdable",
        "already_yours",
        "hold_limit_reached",
    ]
)


def check(policy: Policy) -> list[Found]:
    """Every fault of sense, each with its place in the file."""
    return [
        *_twice(policy),
        *_names(policy),
        *_rights(policy),
        *_lines(policy),
        *_special(policy),
        *number_faults(policy),
        *notice_faults(policy),
        *clause_faults(policy),
        *reach_faults(policy),
    ]


def check_versions(versions: Sequence[Policy]) -> list[Said]:
    """What must hold between the versions of one library's policy."""
    if not versions:
        return [Said("no policy is given")]
    faults = []
    if len({policy.slug for policy in versions}) > 1:
        faults.append(Said("the versions belong to different libraries"))
    if len({policy.time_zone for policy in versions}) > 1:
        faults.append(Said("the versions have different time zones"))
    for name, count in Counter(policy.version for policy in versions).items():
        if count > 1:
            faults.append(Said("two versions are called {name!r}", name=name))
    for day, count in Counter(policy.effective_from for policy in versions).items():
        if count > 1:
            faults.append(Said("two versions hold from {day}", day=day))
    return faults


def remarks(policy: Policy) -> list[Said]:
    """What is no fault, but must be settled before the doors open, each with its place."""
    return [at_line(None, written(place), message) for place, message in remarked(policy)]


def _twice(policy: Policy) -> Iterator[Found]:
    tables: dict[str, list[str]] = {
        "branches": [branch.slug for branch in policy.branches],
        "categories": [category.slug for category in policy.categories],
        "item_types": [kind.slug for kind in policy.item_types],
        "groups": [group.slug for group in policy.groups],
        "tariffs": [tariff.slug for tariff in policy.tariffs],
        "suspensions": [suspension.kind for suspension in policy.suspensions],
        "letters": [letter.kind for letter in policy.letters],
        "limits": [row.category for row in policy.limits],
    }
    for table, slugs in tables.items():
        for index, slug in enumerate(slugs):
            if slug in slugs[:index]:
                yield (table, index), Said("{slug!r} stands here a second time", slug=slug)
        if not slugs and table in ("branches", "categories", "item_types", "tariffs"):
            yield (table,), Said("must have at least one entry")
    for once, rows in _item_lists(policy).items():
        seen: set[str] = set()
        for index, items in enumerate(rows):
            for item in items:
                if item in seen:
                    yield (
                        (once, index, "items"),
                        Said("{item!r} stands in an earlier entry of {once} too", item=item, once=once),
                    )
            seen |= set(items)


def _item_lists(policy: Policy) -> dict[str, list[tuple[str, ...]]]:
    """The tables in which an item type stands at most once."""
    return {
        "groups": [group.items for group in policy.groups],
        "tariffs": [tariff.items for tariff in policy.tariffs],
        "charges": [charge.items for charge in policy.charges],
    }


def _names(policy: Policy) -> Iterator[Found]:
    items, categories = set(policy.item_type_of), set(policy.category_of)
    groups, branches = {group.slug for group in policy.groups}, set(policy.branch_of)

    def unknown(place: Place, named: Sequence[str], known: set[str], what: Said) -> Iterator[Found]:
        for name in named:
            if name not in known:
                yield place, Said("{name!r} is not the name of {what}", name=name, what=what)

    for table, rows in _item_lists(policy).items():
        for index, named in enumerate(rows):
            yield from unknown((table, index, "items"), named, items, Said("an item type"))
    for index, limits in enumerate(policy.limits):
        yield from unknown(("limits", index, "category"), [limits.category], categories, Said("a category"))
        yield from unknown(("limits", index, "groups"), list(limits.groups), groups, Said("a group"))
        yield from unknown(("limits", index, "not_entitled"), list(limits.not_entitled), groups, Said("a group"))
    for index, line in enumerate(policy.loans):
        yield from unknown(("loans", index, "items"), line.items, items, Said("an item type"))
        if line.categories != "all":
            yield from unknown(("loans", index, "categories"), line.categories, categories, Said("a category"))
    for name, special in (("term_loans", policy.term_loans), ("project_loans", policy.project_loans)):
        if special is not None:
            yield from unknown((name, "categories"), special.categories, categories, Said("a category"))
            if special.items != "all":
                yield from unknown((name, "items"), special.items, items, Said("an item type"))
    for index, kind in enumerate(policy.item_types):
        yield from unknown(("item_types", index, "in_library_at"), kind.in_library_at, branches, Said("a branch"))
    kinds = set(policy.suspension_of)
    for index, tariff in enumerate(policy.tariffs):
        suspends = [tariff.suspends] if tariff.suspends else []
        yield from unknown(("tariffs", index, "suspends"), suspends, kinds, Said("a suspension"))
    yield from unknown(("not_overridable",), policy.not_overridable, set(_OVERRIDABLE), Said("a refusal"))
    yield from unknown(
        ("membership", "required"), policy.membership.required, set(_FIELDS), Said("a field of the form")
    )


def _rights(policy: Policy) -> Iterator[Found]:
    """Categories that can borrow nothing, item types that nobody can borrow, limits that can't be reached."""
    rows = {row.category: (index, row) for index, row in enumerate(policy.limits)}
    for index, category in enumerate(policy.categories):
        lent = any(key[0] == category.slug for key in policy.rules.standard)
        if category.borrows_nothing and lent:
            yield ("categories", index, "borrows_nothing"), Said("is true, but the tables lend to this category")
        elif not category.borrows_nothing and not lent:
            yield (
                ("categories", index),
                Said("{slug!r} can borrow nothing: give limits, or borrows_nothing = true", slug=category.slug),
            )
    grouped = {item for group in policy.groups for item in group.items}
    for index, kind in enumerate(policy.item_types):
        lent = any(key[1] == kind.slug for key in policy.rules.standard)
        if kind.in_library is not None:
            if kind.slug in grouped:
                yield (
                    ("item_types", index, "in_library"),
                    Said("{slug!r} stays in the library, but has a limit", slug=kind.slug),
                )
        elif kind.slug not in grouped:
            yield (
                ("item_types", index),
                Said("{slug!r} has no rule: it stands in no group and has no in_library clause", slug=kind.slug),
            )
        elif not lent:
            yield (
                ("item_types", index),
                Said("{slug!r} has no rule: nobody has both a limit and a period for it", slug=kind.slug),
            )
        if lent and kind.slug not in policy.tariff_by_item:
            yield ("item_types", index), Said("{slug!r} is lent, but no tariff names it", slug=kind.slug)
        if bool(kind.in_library_at) != (kind.in_library_at_clause is not None):
            yield ("item_types", index), Said("in_library_at and in_library_at_clause belong together")
    lines = {group.slug: group.items for group in policy.groups}
    for category_slug, (index, row) in rows.items():
        for slug, most in row.groups.items():
            if (
                isinstance(most, int)
                and isinstance(row.total, int)
                and most > row.total
                and _publications(policy, slug)
            ):
                yield (
                    ("limits", index, "groups"),
                    Said(
                        "{slug} = {most} can't be reached: the total is {total}", slug=slug, most=most, total=row.total
                    ),
                )
            missing = [item for item in lines.get(slug, ()) if (category_slug, item) not in policy.rules.standard]
            if most != 0 and missing and category_slug in policy.category_of:
                yield (
                    ("limits", index, "groups"),
                    Said("no line of loans says for how long {item!r} is lent", item=missing[0]),
                )


def _publications(policy: Policy, group: str) -> bool:
    items = next((found.items for found in policy.groups if found.slug == group), ())
    return all(item in policy.rules.publications for item in items)


def _lines(policy: Policy) -> Iterator[Found]:
    """Periods: lines that overlap, lines that nothing reaches, periods and renewals that can't be."""
    taken: dict[tuple[str, str], int] = {}
    every = tuple(policy.category_of)
    for index, line in enumerate(policy.loans):
        named = every if line.categories == "all" else line.categories
        pairs = [(category, item) for category in named for item in line.items]
        free = [pair for pair in pairs if pair not in taken]
        if pairs and not free:
            yield ("loans", index), Said("is never reached: earlier lines cover all that it names")
        elif line.categories != "all" and len(free) < len(pairs):
            category, item = next(pair for pair in pairs if pair in taken)
            yield (
                ("loans", index),
                Said(
                    "overlaps loans[{line}]: {category}, {item}",
                    line=taken[category, item] + 1,
                    category=category,
                    item=item,
                ),
            )
        elif pairs and not any(pair in policy.rules.standard for pair in free):
            yield ("loans", index), Said("is never reached: none of these categories may borrow these items")
        for pair in free:
            taken[pair] = index
        yield from _line(index, line)


def _line(index: int, line: LoanLine) -> Iterator[Found]:
    period = parse_period(line.period)
    if period.rough_hours > _TEN_YEARS:
        yield ("loans", index, "period"), Said("{period!r} is longer than ten years", period=line.period)
    if period.unit == "term":
        yield ("loans", index, "period"), Said("a term is for [term_loans]")
    if line.renewals > 0 and period.unit in ("closing", "staff", "term"):
        yield (
            ("loans", index, "renewals"),
            Said("a loan {period!r} has no period that a renewal could add", period=line.period),
        )
    if line.renewals > 50:
        yield ("loans", index, "renewals"), Said("{renewals} renewals are too many", renewals=line.renewals)
    if line.overnight is not None:
        if period.unit != "hour":
            yield ("loans", index, "overnight"), Said("is for loans of hours")
        if line.overnight.until >= line.overnight.after:
            yield ("loans", index, "overnight"), Said("ends the next day, so 'until' must be earlier than 'after'")


def _special(policy: Policy) -> Iterator[Found]:
    for name, special, unit in (("term_loans", policy.term_loans, "term"), ("project_loans", policy.project_loans, "")):
        if special is None:
            continue
        yield from _special_period(name, special, unit)
        rules = policy.rules.term if unit == "term" else policy.rules.project
        for category in special.categories:
            if category in policy.category_of and not any(key[0] == category for key in rules):
                yield (name, "categories"), Said("{category!r} may borrow none of these items", category=category)


def _special_period(name: str, special: SpecialLoans, unit: str) -> Iterator[Found]:
    period = parse_period(special.period)
    if unit == "term" and period.unit != "term":
        yield (name, "period"), Said("must be '1 term'")
    if unit != "term" and period.unit not in ("day", "month"):
        yield (name, "period"), Said("must be counted in days, months or years")
    if unit == "term" and special.renewals:
        yield (name, "renewals"), Said("a term has no period that a renewal could add")
    if (special.needs == "teaches") != (unit == "term") and special.needs is not None:
        yield (name, "needs"), Said("{needs!r} does not belong here", needs=special.needs)
    if unit != "term" and special.needs is None:
        yield (name, "needs"), Said("must be 'manages'")
