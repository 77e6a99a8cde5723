"""What a policy file says in vain: lines that can never apply, tables that contradict each other, gaps that remain."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from store.policy.model import Policy
from store.policy.places import Place
from store.policy.said import Said
from store.policy.services import Channel

Found = tuple[Place, Said]

_PLANNED = ("courtesy", "invoice", "overdue_")
_CHANNELS: tuple[Channel, ...] = ("kiosk", "desk", "web", "phone", "email")


def reach_faults(policy: Policy) -> Iterator[Found]:
    """Every line that nothing reaches, or that lacks or contradicts the one it belongs to."""
    if not policy.version.strip():
        yield ("version",), Said("must not be empty: loans remember it")
    yield from _repeated(policy)
    yield from _contradictions(policy)
    yield from _never_charged(policy)
    yield from _never_sent(policy)
    yield from _services(policy)


def remarked(policy: Policy) -> Iterator[Found]:
    """What is no fault, but is probably not meant or must be settled before the doors open."""
    if not policy.blocks.fines_above_confirmed:
        yield (
            ("blocks", "fines_above"),
            Said("{fines_above}: to be confirmed by the library", fines_above=policy.blocks.fines_above),
        )
    for index, row in enumerate(policy.limits):
        counted = [most for slug, most in row.groups.items() if _is_publication(policy, slug)]
        numbers = [most for most in counted if isinstance(most, int)]
        if isinstance(row.total, int) and len(numbers) == len(counted) and sum(numbers) < row.total:
            yield (
                ("limits", index, "total"),
                Said("{total} is never reached: the groups add up to {sum}", total=row.total, sum=sum(numbers)),
            )
    for index, tariff in enumerate(policy.tariffs):
        if tariff.later is not None and tariff.later < tariff.first:
            yield (
                ("tariffs", index, "later"),
                Said("{later} is less than the {first} of the first days", later=tariff.later, first=tariff.first),
            )
    if "fixed_amount" in policy.loss.remedies:
        lent = _lent(policy)
        for index, kind in enumerate(policy.item_types):
            if kind.slug in lent and kind.can_be_lost and kind.slug not in policy.charge_by_item:
                yield (
                    ("item_types", index),
                    Said("no charge says what {slug!r} costs if it is lost and has no value", slug=kind.slug),
                )


def _repeated(policy: Policy) -> Iterator[Found]:
    lists: list[tuple[Place, Sequence[str]]] = [
        (("renewals", "channels"), policy.renewals.channels),
        (("not_overridable",), policy.not_overridable),
    ]
    lists += [(("groups", index, "items"), group.items) for index, group in enumerate(policy.groups)]
    lists += [(("tariffs", index, "items"), tariff.items) for index, tariff in enumerate(policy.tariffs)]
    for index, line in enumerate(policy.loans):
        lists.append((("loans", index, "items"), line.items))
        if line.categories != "all":
            lists.append((("loans", index, "categories"), line.categories))
    for place, named in lists:
        for name in sorted({name for name in named if named.count(name) > 1}):
            yield place, Said("{name!r} stands here twice", name=name)


def _contradictions(policy: Policy) -> Iterator[Found]:
    """Rights that are granted and denied, or granted without end inside an end."""
    for index, row in enumerate(policy.limits):
        for slug in row.not_entitled:
            if row.groups.get(slug, 0) != 0:
                yield ("limits", index, "not_entitled"), Said("{slug!r} is lent by the same row", slug=slug)
    for index, kind in enumerate(policy.item_types):
        if kind.in_library_at and set(kind.in_library_at) >= set(policy.branch_of):
            yield (
                ("item_types", index, "in_library_at"),
                Said("names every branch: nobody could borrow it; use in_library"),
            )
    for name, special, rules in (
        ("term", policy.term_loans, policy.rules.term),
        ("project", policy.project_loans, policy.rules.project),
    ):
        if special is None or not isinstance(special.limit, int):
            continue
        within = [[limit.most for limit in rule.limits if limit.slug != name] for rule in rules.values()]
        reached = max((min(most, default=special.limit) for most in within), default=special.limit)
        if reached < special.limit:
            yield (
                (f"{name}_loans", "limit"),
                Said("{limit} can't be reached: only {reached} are lent at once", limit=special.limit, reached=reached),
            )


def _never_charged(policy: Policy) -> Iterator[Found]:
    lent = _lent(policy)
    tables = {
        "tariffs": [tariff.items for tariff in policy.tariffs],
        "charges": [charge.items for charge in policy.charges],
    }
    for table, entries in tables.items():
        for index, items in enumerate(entries):
            if not lent.intersection(items):
                yield (table, index), Said("never applies: nobody may borrow any of its items")
    for index, tariff in enumerate(policy.tariffs):
        for clause, needed in (("later_clause", "later"), ("held_clause", "held"), ("free_clause", "free_days")):
            if getattr(tariff, clause) is not None and not getattr(tariff, needed):
                yield ("tariffs", index, clause), Said("is never cited: there is no {needed!r}", needed=needed)
        if tariff.first_days and tariff.later is None:
            yield ("tariffs", index, "first_days"), Said("says nothing without 'later'")
    brought = {tariff.suspends for tariff in policy.tariffs} | {"discipline"}
    for index, suspension in enumerate(policy.suspensions):
        if suspension.kind not in brought:
            yield (
                ("suspensions", index, "kind"),
                Said("{kind!r} is never imposed: no tariff suspends so", kind=suspension.kind),
            )


def _never_sent(policy: Policy) -> Iterator[Found]:
    notices = policy.notices
    planned = {line.kind for line in (*notices.daily, *notices.hourly)}
    for index, letter in enumerate(policy.letters):
        if letter.kind.startswith(_PLANNED) and letter.kind not in planned:
            yield (
                ("letters", index, "kind"),
                Said("{kind!r} is never sent: no line of notices says when", kind=letter.kind),
            )
    lengths = {
        rule.period.rough_hours // 24
        for rules in (policy.rules.standard, policy.rules.term, policy.rules.project)
        for rule in rules.values()
        if not rule.period.hourly
    }
    for index, line in enumerate(notices.daily):
        if line.for_periods_of is None:
            continue
        shortest, longest = line.for_periods_of
        if shortest <= longest and not any(shortest <= days <= longest for days in lengths):
            yield ("notices", "daily", index, "for_periods_of"), Said("fits no period of loans")


def _services(policy: Policy) -> Iterator[Found]:
    renewals, loss = policy.renewals, policy.loss
    if renewals.opens_after_percent and renewals.opens_clause is None:
        yield ("renewals", "opens_clause"), Said("is missing: a renewal that is too early must say why")
    if any(line.renewals for line in policy.loans) and not renewals.channels:
        yield ("renewals", "channels"), Said("names none, though loans can be renewed")
    if set(renewals.channels) < set(_CHANNELS) and renewals.channels_clause is None:
        yield ("renewals", "channels_clause"), Said("is missing: some channels are refused")
    for days, clause in (("in_print_days", "in_print_clause"), ("equivalent_days", "equivalent_clause")):
        if (getattr(loss, days) is None) != (getattr(loss, clause) is None):
            yield ("loss", days), Said("{days} and {clause} belong together", days=days, clause=clause)


def _lent(policy: Policy) -> set[str]:
    return {item for _, item in policy.rules.standard}


def _is_publication(policy: Policy, group: str) -> bool:
    items = next((found.items for found in policy.groups if found.slug == group), ())
    return any(item in policy.rules.publications for item in items)
