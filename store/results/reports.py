"""Reports: figures for looking at. No member is named in any of them."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from msgspec import Struct

Period = Literal["today", "week", "month", "term", "year"]
"Today, the last 7 or 30 days, the running or last term, the last 365 days; days are the library's own."
PERIODS: tuple[Period, ...] = ("today", "week", "month", "term", "year")
Step = Literal["hour", "day", "week"]


class Span(Struct, frozen=True):
    """From when until when (exclusive), in steps that make a readable row of bars."""

    since: datetime
    until: datetime
    step: Step


class Bucket(Struct, frozen=True):
    """Loans and returns of an hour, a day or a week: `start` is wall-clock time of the library."""

    start: datetime
    loans: int
    returns: int


class Circulation(Struct, frozen=True):
    """How much was lent and came back."""

    buckets: tuple[Bucket, ...]

    @property
    def loans(self) -> int:
        """All of the period."""
        return sum(bucket.loans for bucket in self.buckets)

    @property
    def returns(self) -> int:
        """All of the period."""
        return sum(bucket.returns for bucket in self.buckets)


class BusyHours(Struct, frozen=True):
    """Loans and returns by weekday (0: Monday) and hour of the day, seven rows of twenty-four."""

    counts: tuple[tuple[int, ...], ...]


class RefusalLine(Struct, frozen=True):
    """How often an act was refused for a reason; an act that has several reasons counts for each."""

    act: str
    slug: str
    clause: str | None
    count: int


class AgeLine(Struct, frozen=True):
    """Loans that are late by so many days; `last` is None for all older ones."""

    first: int
    last: int | None
    count: int


class MoneyLine(Struct, frozen=True):
    """Entries of a kind in the members' accounts: how many, and their sum in kuruş (what reduces is negative)."""

    kind: str
    entries: int
    amount: int


class TitleLine(Struct, frozen=True):
    """A title and how often it was wanted."""

    title: str
    author: str
    count: int


class Wanted(Struct, frozen=True):
    """The titles that were held and lent most."""

    held: tuple[TitleLine, ...]
    lent: tuple[TitleLine, ...]


class TerminalLine(Struct, frozen=True):
    """What a terminal did in the period, and when it was last heard of at all."""

    name: str
    last_at: datetime
    acts: int
    refused: int
    wrong_pins: int
    faults: int


class Health(Struct, frozen=True):
    """The terminals, and the letters that don't get away."""

    terminals: tuple[TerminalLine, ...]
    stuck: int
    "Letters in the queue that were tried in vain, or have waited for more than a quarter of an hour."
    oldest_stuck: datetime | None


class BranchName(Struct, frozen=True):
    """A branch that reports can be limited to."""

    slug: str
    tr: str
    en: str
