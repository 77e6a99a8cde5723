"""The library's calendar as staff see it, how it can be changed, and what a change does to what is due."""

from __future__ import annotations

from datetime import date, datetime

from msgspec import Struct


class HoursLine(Struct, frozen=True):
    """A branch's hours on a weekday (0 = Monday) that staff have entered; `opens` None: closed."""

    branch: str
    weekday: int
    opens: str | None
    closes: str | None


class ClosedLine(Struct, frozen=True):
    """A day on which a branch (`*`: every branch) is closed."""

    branch: str
    day: date
    name: str


class HolidayLine(Struct, frozen=True):
    """A public holiday: no working day."""

    day: date
    name: str


class TermLine(Struct, frozen=True):
    """An academic term."""

    name: str
    first: date
    last: date
    in_use: bool
    "Lists or courses belong to it: it can't be taken out."


class CalendarView(Struct, frozen=True):
    """Everything that staff have entered."""

    branches: tuple[tuple[str, str, str], ...]
    "Slug and name in Turkish and English."
    hours: tuple[HoursLine, ...]
    closed: tuple[ClosedLine, ...]
    holidays: tuple[HolidayLine, ...]
    terms: tuple[TermLine, ...]


class Moved(Struct, frozen=True):
    """A loan or a pick-up that would end while the branch is closed, and when it would end instead."""

    kind: str
    "`loan` or `hold`"
    row_id: int
    barcode: str
    title: str
    old: datetime
    new: datetime
    hourly: bool


class Effect(Struct, frozen=True):
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


class SetHours(Struct, frozen=True):
    """A branch's hours on a weekday; `opens` None: closed; both empty strings: open all day again."""

    branch: str
    weekday: int
    opens: str | None
    closes: str | None


class Close(Struct, frozen=True):
    """A branch (`*`: every branch) is closed from one day to another, both included."""

    branch: str
    first: date
    last: date
    name: str = ""


class Open(Struct, frozen=True):
    """A closed day is open again."""

    branch: str
    day: date


class SetHoliday(Struct, frozen=True):
    """A public holiday is entered, or (without a name) taken out."""

    day: date
    name: str | None


class SetTerm(Struct, frozen=True):
    """A term is entered or gets other days; without days it is taken out."""

    name: str
    first: date | None
    last: date | None


Change = SetHours | Close | Open | SetHoliday | SetTerm
