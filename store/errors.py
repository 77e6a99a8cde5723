"""Faults of the library. A refusal of the rules is never one of these.

LibraryError
├── DatabaseUnreachable   the server or the file can't be reached, or is locked for too long
├── DatabaseMismatch      the schema is older or newer than this program
├── NotALibrary           there is no library in this database, or there already is one
└── ClockWrong            the clock stands before what the library has already recorded
"""

from __future__ import annotations


class LibraryError(Exception):
    """What is wrong, and `remedy`: how to mend it. Both are English; the command line translates."""

    def __init__(self, wrong: str, remedy: str = "") -> None:
        super().__init__(wrong)
        self.remedy = remedy


class DatabaseUnreachable(LibraryError):
    """The server or the file can't be reached, or is locked for too long."""


class DatabaseMismatch(LibraryError):
    """The schema is older or newer than this program."""


class NotALibrary(LibraryError):
    """There is no library in this database, or there already is one."""


class ClockWrong(LibraryError):
    """The clock stands before what the library has already recorded."""
