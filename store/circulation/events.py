"""What time will bring to a loan next: the moment stands in the loan's row, so that the jobs read only what is due."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from store.policy import notices
from store.policy.calendar import Calendar
from store.policy.facts import RunningLoan
from store.policy.model import Policy
from store.policy.verdict import PlannedNotice


class Coming(Struct, frozen=True):
    """What is due at once, and what comes next."""

    now: tuple[PlannedNotice, ...]
    "Letters whose moment is this very act: a courtesy notice whose usual time has passed."
    next_at: datetime | None
    next_kind: str | None


def coming(policy: Policy, calendar: Calendar, loan: RunningLoan, since: datetime) -> Coming:
    """Plan a loan that was lent, renewed or recalled at `since`."""
    planned = notices.plan(policy, calendar, loan, since)
    at_once = tuple(notice for notice in planned if notice.at <= since and notice.kind == "courtesy")
    later = next((notice for notice in planned if notice.at > since), None)
    return Coming(at_once, later.at if later else None, later.kind if later else None)
