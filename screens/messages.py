"""What pages tell the app: the vocabulary between both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from store.results.visit import SignedIn, StaffSignedIn


@dataclass
class Scanned(Message):
    """A code was scanned (or typed where that is allowed)."""

    code: str
    readable: bool = True


@dataclass
class CardShown(Message):
    """A card begins a sign-in; without a number it is to be typed."""

    number: str


@dataclass
class Admitted(Message):
    """Card and PIN belong together."""

    who: SignedIn | StaffSignedIn


@dataclass
class Go(Message):
    """Another screen is wanted; `scan`: a code that it is to answer; `about`: what it is to show.

    `told`: what was done just before, which is said there.
    """

    screen: str
    scan: str = ""
    about: object = None
    told: str = ""


class Done(Message):
    """The member is finished: sign out."""


class LibraryAway(Message):
    """The database can't be reached: the visit ends, nothing half done."""


class ClockIsWrong(Message):
    """The clock can't be trusted: the terminal is out of service until it is mended."""


class StaffDone(Message):
    """A supervisor ends the program."""


class Restart(Message):
    """A supervisor starts the program anew, so that changed settings hold."""


class BackInService(Message):
    """A supervisor has seen to what failed."""


@dataclass
class LanguageChosen(Message):
    """Everything is to be said in this language from now on."""

    language: str
