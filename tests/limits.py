"""Whether anybody has more than the rules allow: what no constraint of a database can say."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from store.circulation.facts import member_facts
from store.library import Library
from store.policy import lending


def over_limits(library: Library, members: Iterable[int], now: datetime) -> list[str]:
    """Each limit that a member exceeds; an empty list means that nobody does."""
    policy = library.policies.at(now)
    with library.database.read.connect() as connection:
        return [
            f"member {member_id}: {usage.used} of {usage.limit} ({usage.name})"
            for member_id in members
            for usage in lending.usage(policy, member_facts(connection, policy, member_id, now, lock=False))
            if usage.used > usage.limit
        ]
