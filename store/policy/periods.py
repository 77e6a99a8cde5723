"""Lengths of time as a regulation writes them: `15 days`, `1 month`, `1 term`, `until closing`, `by staff`."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta
from functools import lru_cache

from msgspec import Struct

from store.policy.said import Said

_WRITTEN = re.compile(r"(\d+) (hour|day|week|month|year|term)s?")
_EXAMPLES = "'2 hours', '15 days', '1 month', '1 term', 'until closing'"
FIRST_YEAR, LAST_YEAR = 1970, 2200
"Between which a moment may lie that somebody writes down: outside of them it is a slip."
_WORDS = {"until closing": "closing", "by staff": "staff"}


class Period(Struct, frozen=True):
    """A number of units: `hour`, `day`, `month`, `term`, `closing` (the day's closing time), `staff` (entered)."""

    count: int
    unit: str

    def __str__(self) -> str:
        """As the policy file writes it."""
        for written, unit in _WORDS.items():
            if unit == self.unit:
                return written
        return f"{self.count} {self.unit}{'s' if self.count != 1 else ''}"

    @property
    def hourly(self) -> bool:
        """Whether it ends at a time of day rather than with a day."""
        return self.unit in ("hour", "closing")

    @property
    def rough_hours(self) -> int:
        """Its length in hours, roughly, to put periods in order; those without a length of their own come first."""
        return self.count * {"hour": 1, "day": 24, "month": 720, "term": 2880}.get(self.unit, 0)

    def after(self, start: date) -> date:
        """The date this many days or months after `start`: the same day number, else the month's last (TBK art. 92).

        Raises ValueError for a period that is not counted in days or months.
        """
        if self.unit == "day":
            return start + timedelta(days=self.count)
        if self.unit == "month":
            return add_months(start, self.count)
        raise ValueError(Said("{self} is not counted in days or months", self=self))

    def span(self, start: date) -> timedelta:
        """Its nominal length from `start` (ITU-D1: half of the period set for the item)."""
        if self.unit == "hour":
            return timedelta(hours=self.count)
        return self.after(start) - start


def add_months(start: date, months: int) -> date:
    """The same day number so many months later (earlier, if negative), else the last day of that month."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


@lru_cache(maxsize=256)
def parse_period(text: str) -> Period:
    """Read a period as the policy file writes it. Raises ValueError that says what is allowed."""
    if text in _WORDS:
        return Period(1, _WORDS[text])
    match = _WRITTEN.fullmatch(text)
    if match is None or match[1] == "0":
        raise ValueError(Said("{text!r} is no period: write {examples} or 'by staff'", text=text, examples=_EXAMPLES))
    count, unit = int(match[1]), match[2]
    if unit == "week":
        return Period(count * 7, "day")
    if unit == "year":
        return Period(count * 12, "month")
    return Period(count, unit)
