"""What a terminal can be asked about itself; the program fulfils it, since it knows printer, mail and files."""

from __future__ import annotations

from typing import Protocol

from msgspec import Struct


class Finding(Struct, frozen=True):
    """One thing that was looked at."""

    kind: str
    "`good`, `warn`, `bad`"
    what: str
    mend: str = ""


class SettingLine(Struct, frozen=True):
    """A key of kiosk.toml as it stands."""

    table: str
    key: str
    value: str
    "As it is written in the file; a secret is not shown."
    changeable: bool
    "May be changed here; the others are the administrator's."

    @property
    def name(self) -> str:
        """`terminal.language`"""
        return f"{self.table}.{self.key}"


class TerminalCare(Protocol):
    """Looks after a terminal. All of it may take seconds: in a worker."""

    def settings(self) -> tuple[SettingLine, ...]:
        """Every setting."""
        ...

    def change(self, table: str, key: str, written: str) -> str | None:
        """Write another value into the file, to hold from the next start; a sentence if that can't be."""
        ...

    def test_print(self) -> str | None:
        """Print a page; what is wrong, if it can't be."""
        ...

    def test_mail(self, address: str) -> str | None:
        """Send a letter to the address; what is wrong, if it can't be."""
        ...

    def doctor(self) -> tuple[Finding, ...]:
        """Look at everything that a terminal needs."""
        ...

    def log(self) -> tuple[str, ...]:
        """The newest lines of the log of faults: places in the program, never anybody's data."""
        ...
