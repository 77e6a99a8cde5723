"""A branch's open days and hours, working days, and terms: wall-clock times of the policy's zone.

A calendar without entries is always open; then every question is answered without looking at a single day.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct, field

from store.policy.facts import Term

DAY_END = time(23, 59, 59)
_MIDNIGHT = time(0)
_DAY = timedelta(days=1)
_LONGEST_CLOSURE = 3660


class Hours(Struct, frozen=True):
    """Opening hours of a weekday. `closes` None: until midnight."""

    opens: time
    closes: time | None


class Calendar(Struct, frozen=True):
    """When a branch is open."""

    zone: ZoneInfo
    weekly: Mapping[int, Hours | None] = field(default_factory=dict)
    "Weekday (0 = Monday) -> hours, or None for closed. A weekday that is not named is open all day."
    closed: frozenset[date] = frozenset()
    holidays: frozenset[date] = frozenset()
    "Not working days; whether the branch is open is its own affair."
    terms: tuple[Term, ...] = ()

    @property
    def always_open(self) -> bool:
        """Nothing entered: open all day, every day."""
        return not self.weekly and not self.closed

    def local(self, instant: datetime) -> datetime:
        """The instant as the clock on the wall shows it."""
        return instant.astimezone(self.zone)

    def at(self, day: date, clock: time) -> datetime:
        """The instant of a wall-clock time."""
        return datetime.combine(day, clock, self.zone)

    def day_end(self, day: date) -> datetime:
        """The last second of a day: daily loans are on time until then (AMB-020)."""
        return datetime.combine(day, DAY_END, self.zone)

    def is_open_day(self, day: date) -> bool:
        """Whether the branch opens at all on that date."""
        return day not in self.closed and (day.weekday() not in self.weekly or self.weekly[day.weekday()] is not None)

    def open_on_or_after(self, day: date) -> date:
        """The date itself if open, else the next open one (AMB-022, METU AMB-27); itself if none comes in ten years."""
        if self.always_open:
            return day
        for ahead in range(_LONGEST_CLOSURE):
            if self.is_open_day(day + timedelta(days=ahead)):
                return day + timedelta(days=ahead)
        return day

    def span(self, day: date) -> tuple[datetime, datetime] | None:
        """From when until when the branch is open on a date (until the next midnight if all day); None if closed."""
        if not self.is_open_day(day):
            return None
        hours = self.weekly.get(day.weekday())
        opens = self.at(day, hours.opens if hours else _MIDNIGHT)
        closes = self.at(day, hours.closes) if hours and hours.closes else self.at(day + _DAY, _MIDNIGHT)
        return opens, closes

    def open_moment(self, instant: datetime) -> datetime:
        """The instant itself if the branch is open then (closing time included), else the next opening (AMB-025)."""
        if self.always_open:
            return instant
        local = self.local(instant)
        for opens, closes in self._spans(local.date()):
            if local <= closes:
                return max(local, opens)
        return local

    def closing_after(self, instant: datetime) -> datetime:
        """The closing time of the day, 23:59:59 where open until midnight; of the next open day if past (AMB-049)."""
        local = self.local(instant)
        for opens, closes in self._spans(local.date()):
            if local < closes:
                whole = closes.time() == _MIDNIGHT
                return self.day_end(opens.date()) if whole else closes
        return self.day_end(local.date())

    def open_days_between(self, after: date, until: date) -> tuple[int, int]:
        """How many dates d with after < d <= until are open, and how many closed (ITU R6)."""
        days = max(0, (until - after).days)
        if self.always_open:
            return days, 0
        opened = sum(self.is_open_day(after + timedelta(days=ahead)) for ahead in range(1, days + 1))
        return opened, days - opened

    def open_dates(self, after: date, until: date) -> Iterator[date]:
        """The open dates d with after < d <= until."""
        for ahead in range(1, (until - after).days + 1):
            day = after + timedelta(days=ahead)
            if self.is_open_day(day):
                yield day

    def open_hours_between(self, start: datetime, end: datetime) -> int:
        """Completed hours of open time between two instants (AMB-010, AMB-013)."""
        if end <= start:
            return 0
        if self.always_open:
            return int((end - start).total_seconds() // 3600)
        first, last = self.local(start), self.local(end)
        open_time = timedelta()
        for opens, closes in self._spans(first.date(), last.date()):
            open_time += max(timedelta(), min(closes, last) - max(opens, first))
        return int(open_time.total_seconds() // 3600)

    def is_working_day(self, day: date) -> bool:
        """Monday to Friday without public holidays (AMB-103)."""
        return day.weekday() < 5 and day not in self.holidays

    def working_days_after(self, day: date, count: int) -> date:
        """The date of the `count`-th working day after `day` (ITU R20)."""
        while count:
            day += _DAY
            count -= self.is_working_day(day)
        return day

    def term_on(self, day: date) -> Term | None:
        """The registered term that contains the day, or the next one (METU AMB-26)."""
        coming = [term for term in self.terms if term.last >= day]
        return min(coming, key=lambda term: term.first, default=None)

    def running_list_term(self, day: date) -> Term | None:
        """The term whose list counts: the last one begun, until the day before the next begins (METU AMB-09)."""
        begun = [term for term in self.terms if term.first <= day]
        return max(begun, key=lambda term: term.first, default=None)

    def _spans(self, first: date, last: date | None = None) -> Iterator[tuple[datetime, datetime]]:
        days = _LONGEST_CLOSURE if last is None else (last - first).days + 1
        for ahead in range(days):
            span = self.span(first + timedelta(days=ahead))
            if span is not None:
                yield span
