"""Names for people: what an item, a branch and a limit are called in both languages."""

from __future__ import annotations

from typing import Any

from store.facts import CopyRead
from store.policy import lending
from store.policy.facts import MemberFacts
from store.policy.model import Policy
from store.results.circulation import Item
from store.results.visit import Meter


def item(policy: Policy, copy: CopyRead) -> Item:
    """A copy as screens show it; a slug that the policy no longer knows stands for itself."""
    facts = copy.facts
    return _item(
        policy, copy.barcode, copy.title, copy.author, copy.shelf_mark, facts.item_type, facts.branch, facts.state
    )


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
    return tuple(
        Meter(usage.name, usage.tr, usage.en, usage.used, usage.limit) for usage in lending.usage(policy, member)
    )
