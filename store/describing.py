"""Names for people: what an item, a branch and a limit are called in both languages."""

from __future__ import annotations

from collections.abc import Iterable

from store.facts import CopyRead
from store.policy import lending
from store.policy.facts import MemberFacts
from store.policy.model import Policy
from store.policy.verdict import Usage
from store.results.circulation import Item
from store.results.visit import Meter


def item(policy: Policy, copy: CopyRead) -> Item:
    """A copy as screens show it; a slug that the policy no longer knows stands for itself."""
    kind, branch = policy.item_type_of.get(copy.facts.item_type), policy.branch_of.get(copy.facts.branch)
    return Item(
        barcode=copy.barcode,
        title=copy.title,
        author=copy.author,
        item_type=copy.facts.item_type,
        item_type_tr=kind.name.tr if kind else copy.facts.item_type,
        item_type_en=kind.name.en if kind else copy.facts.item_type,
        branch=copy.facts.branch,
        branch_tr=branch.name.tr if branch else copy.facts.branch,
        branch_en=branch.name.en if branch else copy.facts.branch,
        shelf_mark=copy.shelf_mark,
        state=copy.facts.state,
    )


def meters(policy: Policy, member: MemberFacts) -> tuple[Meter, ...]:
    """How much of each limit the member uses, the total first."""
    return _meters(lending.usage(policy, member))


def meters_of(policy: Policy, member: MemberFacts, item_type: str) -> tuple[Meter, ...]:
    """The same for the limits that a kind of item counts in."""
    rule = policy.rules.find(member.category, item_type)
    return _meters(lending.used(policy, member, rule.limits if rule else ()))


def _meters(usages: Iterable[Usage]) -> tuple[Meter, ...]:
    return tuple(Meter(usage.name, usage.tr, usage.en, usage.used, usage.limit) for usage in usages)
