"""What a file's record is once it has been read, and what is wrong with one that could not be."""

from __future__ import annotations

import re
from datetime import date, time

from msgspec import Struct, field

from store.policy.said import Said
from store.policy.verdict import Reason

LONGEST = 2000
"Characters of the longest field that is believed."
# Control characters remain of escape sequences and of MARC's sorting signs; they would command a printer.
_COMMANDS = {code: None for code in (*range(0x20), *range(0x7F, 0xA0)) if not chr(code).isspace()}
_HALF = re.compile("[\ud800-\udfff]")


class BrokenFile(Exception):
    """The file as a whole can't be believed: it ends too early, is of another format or in another encoding."""


class CopyRecord(Struct, frozen=True):
    """A copy as a file describes it."""

    barcode: str
    title_number: str
    item_type: str
    branch: str
    shelf_mark: str = ""
    course: str | None = None
    project: str | None = None


class TitleRecord(Struct, frozen=True):
    """A title as a file describes it, with the copies that stand in the same record."""

    control_number: str
    title: str
    author: str = ""
    publisher: str = ""
    year: int | None = None
    language: str = ""
    isbn: str = ""
    subjects: str = ""
    shelf_mark: str = ""
    copies: tuple[CopyRecord, ...] = field(default=())


class MemberRecord(Struct, frozen=True):
    """A member as a file describes one; `card` empty: none yet."""

    number: str
    surname: str
    given_name: str
    category: str
    email: str = ""
    card: str = ""
    language: str | None = None


class Moment(Struct, frozen=True):
    """A day and perhaps a time of day, as the clock of the library shows them."""

    day: date
    clock: time | None = None


class LoanRecord(Struct, frozen=True):
    """A loan that another system made and that is still out."""

    barcode: str
    member: str
    lent: Moment
    due: Moment
    renewals: int = 0
    loan_type: str = "standard"
    reminders: int = 0
    "How many overdue letters the member was sent for the running period."


class HoldRecord(Struct, frozen=True):
    """A hold that waits, or whose copy (`barcode`) stands on the hold shelf until `pickup_until`."""

    title_number: str
    member: str
    placed: Moment
    barcode: str = ""
    pickup_until: Moment | None = None


class FineRecord(Struct, frozen=True):
    """What a member owes; `reference` is the other system's own number of the charge."""

    reference: str
    member: str
    amount: int
    "Kuruş."
    kind: str
    charged: Moment
    note: str = ""


class CalendarRecord(Struct, frozen=True):
    """A line of the calendar: `HoursRecord` or `DaysRecord`."""

    branch: str


class HoursRecord(CalendarRecord, frozen=True):
    """A branch's hours on a weekday (0 = Monday), `HH:MM`; without times: closed."""

    weekday: int
    opens: str | None
    closes: str | None


class DaysRecord(CalendarRecord, frozen=True):
    """Days on which a branch is closed, public holidays, or an academic term, from the first to the last."""

    kind: str
    "`closed`, `holiday`, `term`"
    first: date
    last: date
    name: str


class Damaged(Struct, frozen=True):
    """A record that was left out: its number in the file (from 1) and what is wrong."""

    number: int
    what: str
    refused: tuple[Reason, ...] = ()
    "Why the rules refuse it, if they do."


def believable(value: str, name: str, longest: int = LONGEST) -> str:
    """The value in one line, without control characters; ValueError if it is too long, or can be no text."""
    if "\x00" in value:
        raise ValueError(Said("{name} holds a NUL character", name=name))
    value = " ".join(value.translate(_COMMANDS).split())
    if _HALF.search(value):
        raise ValueError(Said("{name} holds half a character", name=name))
    if len(value) > longest:
        raise ValueError(
            Said("{name} has {n} characters, more than {longest}", name=name, n=len(value), longest=longest)
        )
    return value
