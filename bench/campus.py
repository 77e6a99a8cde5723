"""A made university: who its people are, what its library holds, when it is open, and when it is busy."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import accumulate
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from bench.big import BRANCHES, barcode, fill
from bench.made import made_titles
from store import rows
from store.calendar import schedule
from store.catalogue.folding import fold
from store.library import Library
from store.policy.calendar import Calendar
from store.tables import ClosedDay, OpeningHours, Term

FIRST, LAST = date(2025, 9, 1), date(2026, 8, 31)
_TERMS = (
    Term(name="2025-fall", first_day=date(2025, 9, 22), last_day=date(2026, 1, 16)),
    Term(name="2026-spring", first_day=date(2026, 2, 9), last_day=date(2026, 6, 12)),
)
_EXAMS = (
    (date(2025, 11, 10), date(2025, 11, 21)), (date(2026, 1, 5), date(2026, 1, 16)),
    (date(2026, 3, 30), date(2026, 4, 10)), (date(2026, 6, 1), date(2026, 6, 12)),
)  # fmt: skip
_SHARES = {"undergraduate": 70, "graduate": 19, "faculty": 7, "admin_staff": 3, "retired_staff": 1}
_KINDS = {"book": 920, "course_reserve": 30, "audiovisual": 25, "sheet_music": 5, "reference": 20}
_WEEK, _WEEKEND = ("08:30", "22:00"), ("10:00", "18:00")
_BY_HOUR = {8: 2, 9: 5, 10: 8, 11: 9, 12: 12, 13: 11, 14: 9, 15: 9, 16: 9, 17: 8, 18: 6, 19: 4, 20: 3, 21: 2}
"How many of a day's visits begin in which hour: most at lunch."


@dataclass(frozen=True, slots=True)
class Sizes:
    """How large the university is."""

    members: int = 40_000
    copies: int = 600_000
    loans: int = 1_000_000
    terminals: int = 12

    def scaled(self, factor: float) -> Sizes:
        """So many times as large."""
        return Sizes(
            max(30, round(self.members * factor)), max(300, round(self.copies * factor)),
            max(60, round(self.loans * factor)), max(1, round(self.terminals * factor)),
        )  # fmt: skip


@dataclass(slots=True)
class Campus:
    """The people and the shelves, as the simulation knows them without asking the store."""

    sizes: Sizes
    chance: random.Random
    calendar: Calendar
    copies_of: dict[int, list[int]] = field(default_factory=dict)
    _keen: list[float] = field(default_factory=list)
    _wanted: list[float] = field(default_factory=list)

    def somebody(self) -> int:
        """A member, keen readers often."""
        return self.chance.choices(range(1, self.sizes.members + 1), cum_weights=self._keen)[0]

    def some_title(self) -> int:
        """A title, popular ones often: the n-th is wanted about n times more seldom than the first."""
        return self.chance.choices(range(1, len(self.copies_of) + 1), cum_weights=self._wanted)[0]

    def some_moment(self, day: date) -> datetime:
        """A moment on an open day while the library is open, at lunch rather than in the evening."""
        span = self.calendar.span(day)
        assert span is not None
        opens, closes = span
        hours = [hour for hour in _BY_HOUR if opens.hour <= hour < closes.hour]
        hour = self.chance.choices(hours, [_BY_HOUR[each] for each in hours])[0]
        at = self.calendar.at(day, time(hour, self.chance.randrange(60), self.chance.randrange(60)))
        return min(max(at, opens), closes - timedelta(minutes=1))


def busy(calendar: Calendar, day: date) -> float:
    """How much is borrowed on a day: nothing when closed, little in the holidays, much at the start and in exams."""
    if not calendar.is_open_day(day):
        return 0.0
    running = next((term for term in _TERMS if term.first_day <= day <= term.last_day), None)
    weight = 0.25 if running is None else 1.0
    if running is not None and day < running.first_day + timedelta(days=14):
        weight = 1.6
    if any(first <= day <= last for first, last in _EXAMS):
        weight = 2.2
    return weight * (0.4 if day.weekday() >= 5 else 1.0)


def build(library: Library, sizes: Sizes, started: datetime) -> Campus:
    """Write people, titles, copies and the calendar of a year into an empty library."""
    chance = random.Random(2025)
    with Session(library.database.write) as session:
        for weekday in range(7):
            opens, closes = _WEEKEND if weekday >= 5 else _WEEK
            session.add(OpeningHours(branch=schedule.EVERY_BRANCH, weekday=weekday, opens=opens, closes=closes))
        for day, name in schedule.shipped_holidays():
            if FIRST <= day <= LAST:
                session.add(ClosedDay(branch=schedule.EVERY_BRANCH, day=day, name=name))
        session.add_all(Term(name=term.name, first_day=term.first_day, last_day=term.last_day) for term in _TERMS)
        schedule.touch(session.connection())
        session.commit()
    titles = sizes.copies * 2 // 3
    with library.database.write.connect() as connection:
        fill(connection, rows.member, _members(sizes, chance, started))
        fill(connection, rows.card, _cards(sizes, started))
        fill(connection, rows.title, made_titles(titles, started), learns=True)
        fill(connection, rows.copy, _copies(sizes, titles, chance, started))
        if not library.database.is_sqlite:
            for table in (rows.member, rows.title, rows.copy):
                connection.exec_driver_sql(
                    f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), (SELECT max(id) FROM {table.name}))"
                )
            connection.commit()
    with library.database.read.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        connection.exec_driver_sql("ANALYZE")
    return _known(library, sizes, chance)


def _known(library: Library, sizes: Sizes, chance: random.Random) -> Campus:
    with library.database.read.connect() as connection:
        campus = Campus(sizes, chance, library.calendars.of(connection, BRANCHES[0]))
        for copy_id, title_id in connection.execute(select(rows.copy.c.id, rows.copy.c.title_id)):
            campus.copies_of.setdefault(title_id, []).append(copy_id)
    campus._keen = list(accumulate(chance.lognormvariate(0, 0.8) for _member in range(sizes.members)))
    campus._wanted = list(accumulate(1 / (rank + 30) for rank in range(len(campus.copies_of))))
    return campus


def _members(sizes: Sizes, chance: random.Random, joined: datetime) -> Iterator[dict[str, Any]]:
    categories = chance.choices(list(_SHARES), list(_SHARES.values()), k=sizes.members)
    for n, category in enumerate(categories, 1):
        yield {
            "id": n, "number": f"{n:09d}", "surname": f"Soyad{n}", "given_name": "Deniz",
            "name_fold": fold(f"Soyad{n} Deniz"), "email": f"m{n}@example.edu", "category": category,
            "status": "active", "language": "tr", "external_block": False, "forget_history": n % 20 == 0,
            "joined_at": joined,
        }  # fmt: skip


def _cards(sizes: Sizes, joined: datetime) -> Iterator[dict[str, Any]]:
    for n in range(1, sizes.members + 1):
        yield {"number": f"P{n:08d}", "member_id": n, "status": "ok", "registered_at": joined, "document": ""}


def _copies(sizes: Sizes, titles: int, chance: random.Random, received: datetime) -> Iterator[dict[str, Any]]:
    """One of each title, and the rest of the popular ones: they are numbered first."""
    kinds = chance.choices(list(_KINDS), list(_KINDS.values()), k=titles)
    for n in range(1, sizes.copies + 1):
        title_id = n if n <= titles else (n - titles - 1) // 2 % titles + 1
        branch = BRANCHES[0] if title_id % 3 else BRANCHES[title_id // 3 % len(BRANCHES)]
        yield {
            "id": n, "barcode": barcode(n), "title_id": title_id, "item_type": kinds[title_id - 1], "branch": branch,
            "shelf_mark": "", "state": "on_shelf", "loanable": True, "received_at": received,
        }  # fmt: skip
