"""What a file's record is once it has been read, and what is wrong with one that could not be."""

from __future__ import annotations

from dataclasses import dataclass, field

LONGEST = 2000
"Characters of the longest field that is believed."


class BrokenFile(Exception):
    """The file as a whole can't be believed: it ends too early, is of another format or in another encoding."""


@dataclass(frozen=True, slots=True)
class CopyRecord:
    """A copy as a file describes it."""

    barcode: str
    title_number: str
    item_type: str
    branch: str
    shelf_mark: str = ""
    course: str | None = None
    project: str | None = None


@dataclass(frozen=True, slots=True)
class TitleRecord:
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


@dataclass(frozen=True, slots=True)
class MemberRecord:
    """A member as a file describes one; `card` empty: none yet."""

    number: str
    surname: str
    given_name: str
    category: str
    email: str = ""
    card: str = ""
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Damaged:
    """A record that was left out: its number in the file (from 1) and what is wrong."""

    number: int
    what: str


def believable(value: str, name: str) -> str:
    """The value in one line; ValueError if it is too long or holds a NUL."""
    if "\x00" in value:
        raise ValueError(f"{name} holds a NUL character")
    if len(value) > LONGEST:
        raise ValueError(f"{name} has {len(value)} characters, more than {LONGEST}")
    return " ".join(value.split())
