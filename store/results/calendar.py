"""The library's calendar as staff see it, how it can be changed, and what a change does to what is due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class HoursLine:
    """A branch's hours on a weekday (0 = Monday) that staff have entered; `opens` None: closed."""

    branch: str
    weekday: int
    opens: str | None
    closes: str | None


@dataclass(frozen=True, slots=True)
class ClosedLine:
    """A day on which a branch (`*`: every branch) is closed."""

    branch: str
    day: date
    name: str


@dataclass(frozen=True, slots=True)
class HolidayLine:
    """A public holiday: no working day."""

    day: date
    name: str


@dataclass(frozen=True, slots=True)
class TermLine:
    """An academic term."""

    name: str
    first: date
    last: date
    in_use: bool
    "Lists or courses belong to it: it can't be taken out."


@dataclass(frozen=True, slots=True)
class CalendarView:
    """Everything that staff have entered."""

    branches: tuple[tuple[str, str, str], ...]
    "Slug and name in Turkish and English."
    hours: tuple[HoursLine, ...]
    closed: tuple[ClosedLine, ...]
    holidays: tuple[HolidayLine, ...]
    terms: tuple[TermLine, ...]


@dataclass(frozen=True, slots=True)
class Moved:
    """A loan or a pick-up that would end while the branch is closed, and when it would end instead."""

    kind: str
    "`loan` or `hold`"
    row_id: int
    barcode: str
    title: str
    old: datetime
    new: datetime
    hourly: bool


@dataclass(frozen=True, slots=True)
class Effect:
    """What a change does to what is due already."""

    moved: tuple[Moved, ...]

    @property
    def loans(self) -> int:
        """How many loans would be due later."""
        return sum(each.kind == "loan" for each in self.moved)

    @property
    def holds(self) -> int:
        """How many pick-ups would end later."""
        return len(self.moved) - self.loans


@dataclass(frozen=True, slots=True)
class SetHours:
    """A branch's hours on a weekday; `opens` None: closed; both empty strings: open all day again."""

    branch: str
    weekday: int
    opens: str | None
    closes: str | None


@dataclass(frozen=True, slots=True)
class Close:
    """A branch (`*`: every branch) is closed from one day to another, both included."""

    branch: str
    first: date
    last: date
    name: str = ""


@dataclass(frozen=True, slots=True)
class Open:
    """A closed day is open again."""

    branch: str
    day: date


@dataclass(frozen=True, slots=True)
class SetHoliday:
    """A public holiday is entered, or (without a name) taken out."""

    day: date
    name: str | None


@dataclass(frozen=True, slots=True)
class SetTerm:
    """A term is entered or gets other days; without days it is taken out."""

    name: str
    first: date | None
    last: date | None


Change = SetHours | Close | Open | SetHoliday | SetTerm
