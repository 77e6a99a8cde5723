"""Faults of the library. A refusal of the rules is never one of these.

LibraryError
├── DatabaseUnreachable   the server or the file can't be reached or written
│   └── DatabaseDamaged   the file is there, but not whole
├── DatabaseBusy          it answers, but somebody else holds what is needed for too long: try again
├── DatabaseMismatch      the schema is older or newer than this program
├── NotALibrary           there is no library in this database, or there already is one
└── ClockWrong            the clock stands before what the library has recorded, or off the database server's
"""

from __future__ import annotations


class LibraryError(Exception):
    """What is wrong, and `remedy`: how to mend it. Each is a `Said`, which the command line translates."""

    def __init__(self, wrong: str, remedy: str = "") -> None:
        super().__init__(wrong)
        self.remedy = remedy


class DatabaseUnreachable(LibraryError):
    """The server or the file can't be reached or written."""


class DatabaseDamaged(DatabaseUnreachable):
    """The file is there, but not whole."""


class DatabaseBusy(LibraryError):
    """It answers, but somebody else holds what is needed for too long: nothing was done, and it can be tried again."""


class DatabaseMismatch(LibraryError):
    """The schema is older or newer than this program."""


class NotALibrary(LibraryError):
    """There is no library in this database, or there already is one."""


class ClockWrong(LibraryError):
    """The clock stands before what the library has recorded, or off the database server's."""
