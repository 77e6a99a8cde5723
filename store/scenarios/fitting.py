"""What a scenario names that its policy does not know: categories, item types, branches, periods."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from store.policy.load import Fault
from store.policy.model import Policy
from store.policy.periods import parse_period
from store.policy.places import Place
from store.policy.said import Said, said_of
from store.scenarios.reading import Scenario, ScenarioFile

Strange = Iterator[tuple[Place, str]]


def misfits(file: ScenarioFile, policy: Policy) -> Iterator[tuple[Scenario, Fault]]:
    """The scenarios of a file that can't be played under a policy, with every reason."""
    for number, scenario in enumerate(file.scenarios):
        for place, message in _strange(scenario, policy):
            yield (
                scenario,
                file.fault(("scenario", number, *place), Said("{id}: {message}", id=scenario.id, message=message)),
            )


def _strange(scenario: Scenario, policy: Policy) -> Strange:
    for name, member in scenario.members.items():
        place: Place = ("members", name)
        yield from _slugs(place, member, policy)
        for kind in member.get("loans", {}):
            if kind not in policy.item_type_of:
                yield (*place, "loans"), Said("the policy knows no item type {item_type!r}", item_type=kind)
    for name, item in scenario.items.items():
        if item["type"] not in policy.item_type_of:
            yield ("items", name, "type"), Said("the policy knows no item type {item_type!r}", item_type=item["type"])
        yield from _slugs(("items", name), item, policy)
    for branch in scenario.calendar.get("branches", {}):
        if branch not in policy.branch_of:
            yield ("calendar", "branches", branch), Said("the policy knows no branch {branch!r}", branch=branch)
    for number, step in enumerate(scenario.steps):
        for where, message in _slugs(("steps", number), step, policy):
            yield where, Said("step {number}: {message}", number=number + 1, message=message)


def _slugs(place: Place, table: Mapping[str, Any], policy: Policy) -> Strange:
    """What members, items and steps may name alike."""
    if "category" in table and table["category"] not in policy.category_of:
        yield (*place, "category"), Said("the policy knows no category {category!r}", category=table["category"])
    if "branch" in table and table["branch"] not in policy.branch_of:
        yield (*place, "branch"), Said("the policy knows no branch {branch!r}", branch=table["branch"])
    if "period" in table:
        try:
            parse_period(table["period"])
        except ValueError as fault:
            yield (*place, "period"), said_of(fault)
