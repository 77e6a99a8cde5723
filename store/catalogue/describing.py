"""Names for people: what an item, a branch and a limit are called in both languages."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from store.circulation.facts import CopyRead
from store.policy import lending
from store.policy.facts import MemberFacts
from store.policy.model import Policy
from store.policy.verdict import Usage
from store.results.circulation import Item
from store.results.visit import Meter


def item(policy: Policy, copy: CopyRead) -> Item:
    """A copy as screens show it; a slug that the policy no longer knows stands for itself."""
    kind, branch, state = copy.facts.item_type, copy.facts.branch, copy.facts.state
    return _item(policy, copy.barcode, copy.title, copy.author, copy.shelf_mark, kind, branch, state)


def item_of_row(policy: Policy, row: Any) -> Item:  # noqa: ANN401 - a row of columns
    """The same of a row with barcode, title, author, mark, item_type, branch and state."""
    return _item(policy, row.barcode, row.title, row.author, row.mark, row.item_type, row.branch, str(row.state))


def _item(
    policy: Policy, barcode: str, title: str, author: str, shelf_mark: str, item_type: str, branch_slug: str, state: str
) -> Item:
    kind, branch = policy.item_type_of.get(item_type), policy.branch_of.get(branch_slug)
    return Item(
        barcode=barcode,
        title=title,
        author=author,
        item_type=item_type,
        item_type_tr=kind.name.tr if kind else item_type,
        item_type_en=kind.name.en if kind else item_type,
        branch=branch_slug,
        branch_tr=branch.name.tr if branch else branch_slug,
        branch_en=branch.name.en if branch else branch_slug,
        shelf_mark=shelf_mark,
        state=state,
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
