"""What staff hand out or keep: papers that are printed, mailed or saved; the program fulfils it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from msgspec import Struct


class Paper(Struct, frozen=True):
    """A paper in words: its title, its lines, and whose it is."""

    title: str
    lines: tuple[str, ...]
    "The first is a heading on the printer."
    language: str
    name: str = ""
    "Whom a letter with it addresses."
    address: str = ""
    "Where it can be mailed; empty: nowhere."


class Papers(Protocol):
    """Printer, mail and folder of the terminal. All of it may take seconds: in a worker."""

    @property
    def can_print(self) -> bool:
        """Whether there is a printer."""
        ...

    @property
    def can_mail(self) -> bool:
        """Whether letters can be sent."""
        ...

    @property
    def can_save(self) -> bool:
        """Whether a folder is set for what is saved and brought."""
        ...

    def print(self, paper: Paper) -> str | None:
        """Print it; a sentence about what is wrong, if it can't be."""
        ...

    def mail(self, paper: Paper, attachment: tuple[str, str] | None = None) -> str | None:
        """Mail it to its address, with a file (name, text) if there is one; what is wrong, if it can't be."""
        ...

    def save(self, name: str, text: str) -> tuple[str, str | None]:
        """Write a file that only its owner may read into the folder; what it is called there, and what is wrong."""
        ...

    def brought(self) -> Sequence[str]:
        """The names of the lists (CSV or text) in the folder."""
        ...

    def read(self, name: str) -> str | None:
        """The text of one of them; None if it can't be read."""
        ...
