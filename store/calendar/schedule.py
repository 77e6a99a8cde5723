"""The branches' calendars as staff have entered them, and the academic terms. Read once, and again when they change.

Each change writes a new stamp, at which every transaction looks (`Library.keep_up`); versions of the rules have one.
"""

from __future__ import annotations

import tomllib
import uuid
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from importlib.resources import files
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Table, or_, select

from store import rows, statements
from store.policy.calendar import Calendar, Hours
from store.policy.facts import Term

EVERY_BRANCH = "*"
CALENDAR, POLICY = "calendar", "policy"
"Stamps: of what a process keeps of the library and must read again when it changes."
_MIDNIGHT = "24:00"


@dataclass(slots=True)
class Calendars:
    """The calendars of a library in this process."""

    zone: ZoneInfo
    _stamp: str | None = field(default=None)
    _known: dict[str, Calendar] = field(default_factory=dict)
    _common: Calendar | None = field(default=None)

    def of(self, connection: Connection, branch: str) -> Calendar:
        """The branch's calendar; always open if staff have entered nothing."""
        if self._common is None:
            self.keep_up(connection, stamps(connection).get(CALENDAR, ""))
        assert self._common is not None
        return self._known.get(branch, self._common)

    def keep_up(self, connection: Connection, stamp: str) -> None:
        """Read everything again if the stamp is another."""
        if stamp != self._stamp or self._common is None:
            self._read(connection)
            self._stamp = stamp

    def _read(self, connection: Connection) -> None:
        hours: defaultdict[str, dict[int, Hours | None]] = defaultdict(dict)
        for row in connection.execute(select(rows.opening_hours)):
            hours[row.branch][row.weekday] = _hours(row.opens, row.closes)
        closed: defaultdict[str, set[date]] = defaultdict(set)
        for row in connection.execute(select(rows.closed_day)):
            closed[row.branch].add(row.day)
        holidays = frozenset(connection.execute(select(rows.holiday.c.day)).scalars())
        terms = tuple(
            Term(row.name, row.first_day, row.last_day)
            for row in connection.execute(select(rows.term).order_by(rows.term.c.first_day))
        )

        def calendar(branch: str) -> Calendar:
            return Calendar(
                zone=self.zone,
                weekly={**hours[EVERY_BRANCH], **hours[branch]},
                closed=frozenset(closed[EVERY_BRANCH] | closed[branch]),
                holidays=holidays,
                terms=terms,
            )

        self._known = {branch: calendar(branch) for branch in {*hours, *closed} - {EVERY_BRANCH}}
        self._common = calendar(EVERY_BRANCH)


# Every transaction begins with it; what stands in a list would be written anew each time.
_key = rows.setting.c.key
_stamps = select(_key, rows.setting.c.value).where(or_(_key == CALENDAR, _key == POLICY))


def stamps(connection: Connection) -> dict[str, str]:
    """The stamps as they are now."""
    return {row.key: row.value for row in connection.execute(_stamps)}


_set = statements.insert_or_change(rows.setting)
_entries = {
    table.name: statements.insert_or_change(table)
    for table in (rows.opening_hours, rows.closed_day, rows.holiday, rows.term)
}


def enter(connection: Connection, table: Table, values: Mapping[str, object]) -> None:
    """Enter hours, a closed day, a holiday or a term, in the place of the one that stands there."""
    connection.execute(_entries[table.name](connection), values)


def touch(connection: Connection, stamp: str = CALENDAR) -> None:
    """Say that hours, closed days, holidays or terms have changed: call it in the transaction that changes them."""
    connection.execute(_set(connection), {"key": stamp, "value": uuid.uuid4().hex})


def shipped_holidays() -> tuple[tuple[date, str], ...]:
    """Turkey's public holidays as they ship; half days are working days and are left out (ITU R20)."""
    text = (files("store") / "policies" / "holidays-tr.toml").read_text("utf-8")
    return tuple((entry["day"], entry["tr"]) for entry in tomllib.loads(text)["holidays"] if not entry.get("half"))


def _hours(opens: str | None, closes: str | None) -> Hours | None:
    if opens is None:
        return None
    return Hours(time.fromisoformat(opens), None if closes in (None, _MIDNIGHT) else time.fromisoformat(str(closes)))
