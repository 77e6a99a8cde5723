"""Clauses that the file cites: each must stand in the register, also where a category's paragraph is filled in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from store.policy.model import Policy
from store.policy.places import Place
from store.policy.said import Said

_CLAUSE_TABLES = ("overdue", "fines", "lost", "not_entitled", "remedies")
_CLAUSE_KEYS = [
    "clause",
    "in_library",
    "own_periods",
    "not_entitled",
    "desk_only",
    "renewals_by_staff",
    "weekdays_only",
    "not_with_electronic_access",
    "letter_on_intent",
    "too_short",
    "bad_character",
    "uppercase",
    "already_set",
    "mismatch",
    "incorrect",
]
Cited = tuple[Place, str, Sequence[str]]


def clause_faults(policy: Policy) -> Iterator[tuple[Place, Said]]:
    """Every clause id that the register lacks, and every category without the paragraph that its lines need."""
    register = policy.register_of_clauses
    if not register:
        yield ("register_of_clauses",), Said("is missing: the clauses that the file cites are nowhere explained")
        return
    for place, clause, categories in _cited(policy):
        if "{" not in clause:
            if clause not in register:
                yield place, Said("clause {clause!r} is not in the register", clause=clause)
            continue
        for category in categories:
            found = policy.category_of.get(category)
            if found is None:
                continue
            if not found.paragraph:
                yield (
                    place,
                    Said("{category!r} has no paragraph to fill in {clause!r}", category=category, clause=clause),
                )
                continue
            filled = clause.replace("{paragraph}", found.paragraph)
            if filled not in register:
                yield place, Said("clause {filled!r} is not in the register", filled=filled)


def cited_clauses(policy: Policy) -> frozenset[str]:
    """Every clause id that some line of the file cites, paragraphs filled in."""
    return frozenset(
        filled
        for _, clause, categories in _cited(policy)
        for filled in ([policy.cite(clause, category) or "" for category in categories] if "{" in clause else [clause])
    )


def _cited(policy: Policy) -> Iterator[Cited]:
    for name in policy.__struct_fields__:
        if name != "register_of_clauses":
            yield from _walk(policy, getattr(policy, name), (name,), ())


def _walk(policy: Policy, value: object, place: Place, categories: Sequence[str]) -> Iterator[Cited]:
    if isinstance(value, Struct):
        concerned = _concerned(policy, place, value)
        for name in value.__struct_fields__:
            yield from _walk(policy, getattr(value, name), (*place, name), concerned)
    elif isinstance(value, tuple):
        for index, entry in enumerate(value):
            yield from _walk(policy, entry, (*place, index), categories)
    elif isinstance(value, Mapping):
        if place[-1] in _CLAUSE_TABLES:
            for key, clause in value.items():
                if clause:
                    yield (*place, str(key)), str(clause), categories
    elif isinstance(value, str) and (place[-1] in _CLAUSE_KEYS or str(place[-1]).endswith("_clause")):
        yield place, value, _narrowed(policy, place, categories)


def _concerned(policy: Policy, place: Place, value: Struct) -> Sequence[str]:
    """The categories whose paragraph a table's clauses may be filled with."""
    table = place[0]
    if table == "categories":
        return [getattr(value, "slug", "")] if len(place) == 2 else []
    if table == "groups":
        return _granted(policy, getattr(value, "items", ()))
    if table == "item_types":
        return _granted(policy, [getattr(value, "slug", "")])
    if table == "loans":
        line = policy.loans[int(place[1])]
        found = _granted(policy, line.items)
        return found if line.categories == "all" else [slug for slug in line.categories if slug in found]
    if table == "holds":
        return [
            slug for slug, most in policy.rules.holds_of.items() if most and not policy.category_of[slug].holds_clause
        ]
    return list(policy.category_of)


def _narrowed(policy: Policy, place: Place, categories: Sequence[str]) -> Sequence[str]:
    """The general clause about another's hold is for categories whose renewable lines have none of their own."""
    if place != ("renewals", "held_clause"):
        return categories
    lines = [line for line in policy.loans if line.renewals and line.held_clause is None]
    return [
        slug
        for slug in categories
        if any(
            (line.categories == "all" or slug in line.categories) and _has(policy, slug, line.items) for line in lines
        )
    ]


def _has(policy: Policy, category: str, items: Iterable[str]) -> bool:
    return any((category, item) in policy.rules.standard for item in items)


def _granted(policy: Policy, items: Iterable[str]) -> list[str]:
    wanted = tuple(items)
    return [slug for slug in policy.category_of if _has(policy, slug, wanted)]
