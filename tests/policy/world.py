"""Short ways to write facts and instants in the policy's tests."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo

from store.policy.calendar import Calendar, Hours
from store.policy.facts import LoanFacts, RunningLoan, Term
from store.policy.load import shipped
from store.policy.model import Policies, Policy

ZONE = ZoneInfo("Europe/Istanbul")
WEEK = {day: Hours(time(8, 30), time(17)) for day in range(5)} | {5: None, 6: None}
SPRING = Term("2026-spring", date(2026, 2, 16), date(2026, 6, 12))
SUMMER = Term("2026-summer", date(2026, 6, 29), date(2026, 8, 14))


def at(text: str) -> datetime:
    """Wall-clock time in the policy's zone: `2026-03-02 10:00` or with seconds."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@lru_cache
def policies(name: str) -> Policies:
    """A shipped policy, read once."""
    return shipped(name)


def policy(name: str) -> Policy:
    """The only version of a shipped policy."""
    return policies(name).latest


def calendar(
    *, weekly: bool = False, closed: Iterable[str] = (), holidays: Iterable[str] = (), terms: Iterable[Term] = ()
) -> Calendar:
    """A calendar: always open, or Monday to Friday from 8:30 to 17:00."""
    return Calendar(
        ZONE,
        WEEK if weekly else {},
        frozenset(date.fromisoformat(day) for day in closed),
        frozenset(date.fromisoformat(day) for day in holidays),
        tuple(terms),
    )


def loans(
    item_type: str, count: int, due: str = "2036-01-01 23:59:59", loan_type: str = "standard"
) -> tuple[LoanFacts, ...]:
    """So many open loans of one kind."""
    return tuple(LoanFacts(number, item_type, loan_type, at(due), f"Title {number}") for number in range(count))


def running(item_type: str, due: str, lent: str = "2026-03-02 10:00", **facts: object) -> RunningLoan:
    """A running loan; `facts` are its other fields."""
    values: dict[str, object] = {
        "item_type": item_type,
        "loan_type": "standard",
        "branch": "main",
        "lent_at": at(lent),
        "period_start": at(lent),
        "due": at(due),
        "hourly": False,
        "category": "undergraduate",
    }
    return RunningLoan(**(values | facts))  # type: ignore[arg-type]
