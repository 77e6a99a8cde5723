"""CSV files of what another system had open: loans, holds, what is owed, and the calendar."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, time
from pathlib import Path

from store.calendar.schedule import EVERY_BRANCH
from store.loading.records import (
    CalendarRecord,
    Damaged,
    DaysRecord,
    FineRecord,
    HoldRecord,
    HoursRecord,
    LoanRecord,
    Moment,
    believable,
)
from store.loading.tables import COLUMNS, filled, read_table
from store.policy.said import Said

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY = re.compile(r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})|(?P<d2>\d{1,2})\.(?P<m2>\d{1,2})\.(?P<y2>\d{4})")
_FIRST_YEAR, _LAST_YEAR = 1900, 2200
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(:\d{2})?")
_MONEY = re.compile(r"(\d{1,7})(?:[.,](\d{1,2}))?")
_KINDS = ("late_fine", "processing_fee", "replacement", "damage")
_LOAN_TYPES = ("standard", "term", "project")


def read_loans(path: Path, columns: Mapping[str, str], encoding: str) -> Iterator[LoanRecord | Damaged]:
    """Loans that are out: whose, since when, until when, and how often renewed."""
    return read_table(path, columns, COLUMNS["loans"], ("barcode", "member", "lent", "due"), encoding, _loan)


def read_holds(path: Path, columns: Mapping[str, str], encoding: str) -> Iterator[HoldRecord | Damaged]:
    """Holds, the first placed first in the queue; of one day, in the order of the file."""
    return read_table(path, columns, COLUMNS["holds"], ("control_number", "member", "placed"), encoding, _hold)


def read_fines(path: Path, columns: Mapping[str, str], encoding: str) -> Iterator[FineRecord | Damaged]:
    """What members owe, in lira."""
    return read_table(path, columns, COLUMNS["fines"], ("reference", "member", "amount", "charged"), encoding, _fine)


def read_calendar(path: Path, columns: Mapping[str, str], encoding: str) -> Iterator[CalendarRecord | Damaged]:
    """Opening hours, closed days, public holidays and terms."""
    return read_table(path, columns, COLUMNS["calendar"], ("kind", "day"), encoding, _entry)


def _loan(row: Mapping[str, str]) -> LoanRecord:
    loan_type = row.get("loan_type") or "standard"
    if loan_type not in _LOAN_TYPES:
        raise ValueError(
            Said("loan_type is {kind!r}; write {known} or leave it empty", kind=loan_type, known=", ".join(_LOAN_TYPES))
        )
    return LoanRecord(
        barcode=filled(row, "barcode"),
        member=filled(row, "member"),
        lent=_moment(row, "lent"),
        due=_moment(row, "due"),
        renewals=_count(row, "renewals"),
        loan_type=loan_type,
        reminders=_count(row, "reminders"),
    )


def _hold(row: Mapping[str, str]) -> HoldRecord:
    barcode, until = row.get("barcode", ""), row.get("pickup_until", "")
    if bool(barcode) != bool(until):
        raise ValueError(
            Said("barcode and pickup_until go together: fill in both for a copy that is ready, else neither")
        )
    return HoldRecord(
        title_number=filled(row, "control_number"),
        member=filled(row, "member"),
        placed=_moment(row, "placed"),
        barcode=barcode,
        pickup_until=_moment(row, "pickup_until") if until else None,
    )


def _fine(row: Mapping[str, str]) -> FineRecord:
    kind = row.get("kind") or "late_fine"
    if kind not in _KINDS:
        raise ValueError(Said("kind is {kind!r}; write one of {known}", kind=kind, known=", ".join(_KINDS)))
    return FineRecord(
        reference=believable(filled(row, "reference"), "reference", 60),
        member=filled(row, "member"),
        amount=_money(row, "amount"),
        kind=kind,
        charged=_moment(row, "charged"),
        note=row.get("note", ""),
    )


def _entry(row: Mapping[str, str]) -> CalendarRecord:
    kind, branch = filled(row, "kind"), row.get("branch") or EVERY_BRANCH
    if kind == "hours":
        opens, closes = _opening(row, "opens"), _opening(row, "closes")
        if (opens is None) != (closes is None) or (opens is not None and closes is not None and opens >= closes):
            raise ValueError(Said("opens must come before closes; leave both empty for a day on which it is closed"))
        return HoursRecord(branch, _weekday(row), opens, closes)
    if kind not in ("closed", "holiday", "term"):
        raise ValueError(Said("kind is {kind!r}; write hours, closed, holiday or term", kind=kind))
    first = _day(filled(row, "day"), "day")
    last = _day(row["until"], "until") if row.get("until") else first
    name = row.get("name", "")
    if not first <= last or (last - first).days > 366:
        raise ValueError(Said("until must come after day, and not by more than a year"))
    if kind == "term":
        filled(row, "name")
    return DaysRecord(branch if kind == "closed" else EVERY_BRANCH, kind, first, last, believable(name, "name", 40))


def _moment(row: Mapping[str, str], name: str) -> Moment:
    written = filled(row, name).replace("T", " ")
    day, _, clock = written.partition(" ")
    return Moment(_day(day, name), _clock(clock, name) if clock else None)


def _day(written: str, name: str) -> date:
    found = _DAY.fullmatch(written)
    if found is None:
        raise ValueError(
            Said("{name} is {written!r}; write a date as 2026-03-31 or 31.03.2026", name=name, written=written)
        )
    parts = found.groupdict()
    year, month, day = (int(parts[key] or parts[f"{key}2"]) for key in ("y", "m", "d"))
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        raise ValueError(
            Said(
                "{name} is {written!r}; write a day between {first} and {last}",
                name=name,
                written=written,
                first=_FIRST_YEAR,
                last=_LAST_YEAR,
            )
        )
    try:
        return date(year, month, day)
    except ValueError as wrong:
        raise ValueError(Said("{name} is {written!r}, and there is no such day", name=name, written=written)) from wrong


def _clock(written: str, name: str) -> time:
    found = _CLOCK.fullmatch(written)
    if found is None or int(found[1]) > 23 or int(found[2]) > 59:
        raise ValueError(Said("{name} has the time {written!r}; write it as 16:30", name=name, written=written))
    return time(int(found[1]), int(found[2]))


def _opening(row: Mapping[str, str], name: str) -> str | None:
    written = row.get(name, "")
    if written in ("", "24:00"):
        return written or None
    return _clock(written, name).isoformat("minutes")


def _weekday(row: Mapping[str, str]) -> int:
    written = filled(row, "day").lower()
    if written not in _DAYS:
        raise ValueError(
            Said("day is {written!r}; for hours write one of {known}", written=written, known=", ".join(_DAYS))
        )
    return _DAYS.index(written)


def _count(row: Mapping[str, str], name: str) -> int:
    written = row.get(name) or "0"
    if not written.isdecimal() or int(written) > 99:
        raise ValueError(Said("{name} is {written!r}; write a number from 0 to 99", name=name, written=written))
    return int(written)


def _money(row: Mapping[str, str], name: str) -> int:
    """Lira in kuruş. A point or comma before three digits could mean thousands: refused rather than guessed."""
    found = _MONEY.fullmatch(filled(row, name))
    kurus = int(found[1]) * 100 + int((found[2] or "0").ljust(2, "0")) if found else 0
    if not kurus:
        raise ValueError(
            Said(
                "{name} is {written!r}; write lira and kuruş as 12.50 or 12,50, more than nothing",
                name=name,
                written=row[name],
            )
        )
    return kurus
