"""Decisions a second of the pure rules on one core, and how they grow with a member's open loans."""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Sequence
from datetime import datetime, timedelta

from store.policy import lending
from store.policy.calendar import Calendar
from store.policy.facts import Asked, CopyFacts, LoanFacts, MemberFacts
from store.policy.load import shipped

OPEN_LOANS = (0, 1, 5, 10, 30, 100)


def main(options: Sequence[str] = ()) -> None:
    """Decide checkouts of random categories and kinds, the same for each number of open loans."""
    parser = argparse.ArgumentParser(prog="python -m bench decisions")
    parser.add_argument("--decisions", type=int, default=20_000, help="with each number of open loans")
    times = parser.parse_args(options).decisions
    print(f"\nCheckout decisions a second, one core ({times:,} each)")
    print(f"{'open loans':>12}" + "".join(f"{name:>12}" for name in ("itu", "metu")))
    for count in OPEN_LOANS:
        rates = (_rate(name, count, times) for name in ("itu", "metu"))
        print(f"{count:12}" + "".join(f"{rate:12,.0f}" for rate in rates))


def _rate(name: str, count: int, times: int) -> float:
    policy, chance = shipped(name).latest, random.Random(7)
    now = datetime(2026, 3, 2, 10, 0, tzinfo=policy.zone)
    calendar, kinds = Calendar(policy.zone), [kind.slug for kind in policy.item_types]
    due = now + timedelta(days=30)
    members = [
        MemberFacts(
            category.slug, loans=tuple(LoanFacts(n, chance.choice(kinds), "standard", due) for n in range(count))
        )
        for category in policy.categories
    ]
    cases = [(chance.choice(members), CopyFacts(chance.choice(kinds), policy.branches[0].slug)) for _ in range(times)]
    asked = Asked()
    started = time.perf_counter()
    for member, copy in cases:
        lending.decide(policy, calendar, member, copy, asked, now)
    return times / (time.perf_counter() - started)
