"""What differs between two policies: right by right, and in everything else that their files say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
from msgspec import Struct

from store.policy.model import Policy
from store.policy.rules import Rule

_RIGHTS = ("version", "effective_from", "categories", "item_types", "groups", "limits", "loans", "register_of_clauses")


class RightChange(Struct, frozen=True):
    """What a category may do with an item type, before and after; None: nothing."""

    category: str
    item_type: str
    loan_type: str
    what: str
    "`lent`, `period`, `renewals`, or the slug of a limit (`total` for the limit over all kinds)."
    old: str | None
    new: str | None


class TextChange(Struct, frozen=True):
    """A key of the file outside the tables of rights, before and after; None: not there."""

    place: str
    old: str | None
    new: str | None


def right_changes(old: Policy, new: Policy) -> Iterator[RightChange]:
    """Every category and item type whose loans, periods, renewals or limits are others."""
    categories = dict.fromkeys([*old.category_of, *new.category_of])
    kinds = dict.fromkeys([*old.item_type_of, *new.item_type_of])
    for category in categories:
        for kind in kinds:
            for loan_type in ("standard", "term", "project"):
                before = old.rules.find(category, kind, loan_type)
                after = new.rules.find(category, kind, loan_type)
                for what, one, other in _rule_changes(before, after):
                    yield RightChange(category, kind, loan_type, what, one, other)


def _rule_changes(old: Rule | None, new: Rule | None) -> Iterator[tuple[str, str | None, str | None]]:
    if old is None or new is None:
        if old is not new:
            yield "lent", _lent(old), _lent(new)
        return
    if old.period != new.period:
        yield "period", str(old.period), str(new.period)
    if old.renewals != new.renewals:
        yield "renewals", str(old.renewals), str(new.renewals)
    before, after = ({limit.slug: str(limit.most) for limit in rule.limits} for rule in (old, new))
    for slug in dict.fromkeys([*before, *after]):
        if before.get(slug) != after.get(slug):
            yield slug, before.get(slug), after.get(slug)


def _lent(rule: Rule | None) -> str | None:
    return None if rule is None else f"{rule.period}, {rule.renewals}"


def text_changes(old: Policy, new: Policy) -> Iterator[TextChange]:
    """Every other key whose value differs: blocks, fines, holds, letters, loss, membership, PIN."""
    one, other = (dict(_flat(_plain(policy), "")) for policy in (old, new))
    for place in dict.fromkeys([*one, *other]):
        if one.get(place) != other.get(place):
            yield TextChange(place, one.get(place), other.get(place))


def _plain(policy: Policy) -> dict[str, Any]:
    whole = msgspec.to_builtins(policy, enc_hook=str)
    return {key: value for key, value in whole.items() if key not in _RIGHTS}


def _flat(value: Any, place: str) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - what JSON holds
    """Places and plain values; tables in a list are known by their slug or kind rather than by their number."""
    if isinstance(value, Mapping):
        for key, each in value.items():
            yield from _flat(each, f"{place}.{key}" if place else key)
    elif isinstance(value, list | tuple) and all(isinstance(each, Mapping) for each in value):
        for number, each in enumerate(value, start=1):
            yield from _flat(each, f"{place}[{each.get('slug') or each.get('kind') or number}]")
    elif value is not None:
        yield place, ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
