"""What a recall does to a due date."""

from __future__ import annotations

from datetime import datetime, timedelta

from store.policy.calendar import Calendar
from store.policy.facts import RunningLoan
from store.policy.model import Policy


def due(policy: Policy, calendar: Calendar, loan: RunningLoan, delivered_at: datetime) -> datetime:
    """The due moment after a recall: it only shortens, and an overdue loan keeps its own (ITU R12, METU AMB-45)."""
    day = calendar.local(delivered_at).date() + timedelta(days=policy.recall.days)
    return min(loan.due, calendar.day_end(calendar.open_on_or_after(day)))
