"""What every screen of a terminal shares: its settings, its clock, the library behind it, and the visit that is on."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Protocol, TypeVar

from msgspec import Struct

import store
from screens.asking import ask
from store.act import At
from store.errors import DatabaseUnreachable

if TYPE_CHECKING:
    from screens.care import TerminalCare
    from screens.papers import Papers
    from store.desk.export import Cell
    from store.library import Library
    from store.mail.outbox import Letter
    from store.results.circulation import CheckedOut
    from store.results.contacts import Contacts
    from store.results.returns import Renewed, Returned
    from store.results.visit import SignedIn, StaffSignedIn

R = TypeVar("R")
_CLOCK_WAS_SET = 120.0
"Seconds by which the clock may part from the passing time before it is looked at again."


class TerminalSettings(Struct, frozen=True):
    """What an installation may set about one terminal; `kiosk.toml` fills it in."""

    name: str = "kiosk-1"
    library_tr: str = "Kütüphane"
    library_en: str = "Library"
    branch: str = ""
    applications: bool = False
    "People may apply for membership here (ITU-MEM)."
    web_address: str = ""
    "The library's own address, shown as a QR code, too."
    language: str = "tr"
    typed_cards: bool = False
    on_screen_keyboard: bool = False
    idle_seconds: float = 60
    countdown_seconds: float = 15
    staff_idle_seconds: float = 300
    scanner_prefix: str | None = None
    sound: bool = True
    limited_service: bool = True
    "Returns are taken down while the library can't be reached."


@dataclass(slots=True)
class Visit:
    """One member at the terminal, from sign-in to Done or time-out. Nothing of it outlives `Terminal.end_visit`."""

    member: SignedIn
    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    lent: list[CheckedOut] = field(default_factory=list)
    "What stands on the receipt, in order."
    returned: list[Returned] = field(default_factory=list)
    renewed: list[tuple[str, Renewed]] = field(default_factory=list)
    "Titles with their renewals."
    held: list[tuple[str, int]] = field(default_factory=list)
    "Titles with the place in the queue."

    receipt_given: bool = False
    "Sent or printed already, as the member has set it."

    @property
    def has_receipt(self) -> bool:
        """Whether anything was done that a receipt should tell."""
        return bool(self.lent or self.returned or self.renewed or self.held)

    def note_return(self, answer: Returned) -> None:
        """Keep a return for the receipt; what was lent in this visit and came back stands there no longer."""
        self.lent = [lent for lent in self.lent if lent.item.barcode != answer.item.barcode]
        self.returned = [each for each in self.returned if each.item.barcode != answer.item.barcode]
        self.returned.append(answer)


@dataclass(slots=True)
class Duty:
    """A member of staff at this terminal, from sign-in to Done or time-out."""

    who: StaffSignedIn
    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    trail: tuple[str, ...] = ()
    "The pages between the desk and the one shown: Esc goes back through them."


class TryThis(Struct, frozen=True):
    """A card or an item that the demo offers in place of a scanner: one key or one touch scans it."""

    key: str
    code: str
    label_tr: str
    label_en: str
    pin: str = ""


class ReceiptDesk(Protocol):
    """Makes receipts and sends them where the member wants them. `print` and `mail` may take seconds: in a worker."""

    @property
    def can_print(self) -> bool:
        """Whether there is a printer."""
        ...

    @property
    def can_mail(self) -> bool:
        """Whether letters can be sent."""
        ...

    def lines(self, visit: Visit, now: datetime, language: str) -> tuple[str, ...]:
        """The receipt as lines for the screen."""
        ...

    def print(self, visit: Visit, now: datetime, language: str) -> bool:
        """Print it; False if the printer does not answer."""
        ...

    def print_lines(self, lines: Sequence[str]) -> bool:
        """Print lines of any kind, the first as a heading; False if the printer does not answer."""
        ...

    def mail(self, visit: Visit, now: datetime, language: str) -> bool:
        """Mail it to the member's address; False if it could not be handed over."""
        ...


class LetterReader(Protocol):
    """Puts letters into words for staff, the very words that are or will be sent."""

    def read(self, library: Library, letter: Letter) -> tuple[str, str] | None:
        """Subject and text; None if the library's own template for it can't be used."""
        ...


class ReportFolder(Protocol):
    """Where reports are saved."""

    def save(self, name: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
        """Write a table as CSV for its owner alone to read; gives the path. Raises OSError."""
        ...


class ReturnsOnPaper(Protocol):
    """Takes returns down while the library can't be reached, to be booked when it can."""

    def take_down(self, barcode: str, now: datetime) -> datetime | None:
        """Keep it safe from a power cut; when it was scanned before, if it was. Raises OSError, ValueError."""
        ...


class Terminal:
    """The services of one terminal. Screens are given it; none reaches for the app."""

    def __init__(
        self,
        settings: TerminalSettings,
        clock: Callable[[], datetime],
        receipts: ReceiptDesk | None = None,
        care: TerminalCare | None = None,
        cards: tuple[TryThis, ...] = (),
        items: tuple[TryThis, ...] = (),
        loans: tuple[TryThis, ...] = (),
        last_mail: Callable[[], str] | None = None,
        journal: ReturnsOnPaper | None = None,
        letters: LetterReader | None = None,
        reports: ReportFolder | None = None,
        papers: Papers | None = None,
    ) -> None:
        self.settings = settings
        self.clock = clock
        self.receipts = receipts
        self.care = care
        self.cards = cards
        self.items = items
        self.loans = loans
        self.last_mail = last_mail
        self.journal = journal
        self.letters = letters
        self.reports = reports
        self.papers = papers
        self.visit: Visit | None = None
        self.duty: Duty | None = None
        self.away = False
        "The library can't be reached just now."
        self.clock_is_wrong = False
        self.open_questions = 0
        "Questions to the store that have no answer yet."
        self._broken_off: tuple[int, str] | None = None
        self._library: asyncio.Future[Library] | None = None
        self._clock_seen = (clock(), time.monotonic())

    def library_opened(self, library: Library) -> None:
        """The library is ready: what was asked before goes on now. Call on the event loop."""
        if not self._ready.done():
            self._ready.set_result(library)

    def library_failed(self, fault: BaseException) -> None:
        """The library could not be opened: whoever asks is told so."""
        if not self._ready.done():
            self._ready.set_exception(fault)

    @property
    def is_ready(self) -> bool:
        """Whether the library is open."""
        return self._library is not None and self._library.done() and self._library.exception() is None

    @property
    def contacts(self) -> Contacts | None:
        """Where members turn to; None while the library is not open."""
        return store.rules.contacts.contacts(self._ready.result(), self.now()) if self.is_ready else None

    @property
    def can_take_down(self) -> bool:
        """Whether returns are taken down while the library is away."""
        return self.settings.limited_service and self.journal is not None

    @property
    def takes_returns(self) -> bool:
        """Limited service: the library is away, but returns are taken down."""
        return self.away and self.can_take_down

    async def ask(self, question: Callable[[Library], R]) -> R:
        """Run a use case or query in a worker thread, once the library is open.

        The question is called in the thread, so that naming `store.circulation.checkouts` there loads it there. Raises
        DatabaseUnreachable and DatabaseBusy, and ClockWrong if the clock has been set and is wrong now.
        """
        if self.away and not self.is_ready:
            raise DatabaseUnreachable("the library could not be opened yet")
        self.open_questions += 1
        try:
            library = await asyncio.shield(self._ready)
            if self._clock_was_set():
                await ask(library, lambda opened: store.upkeep.clocks.check_clock(opened.database, self.clock()))
                self._clock_seen = (self.clock(), time.monotonic())
            return await ask(library, question)
        finally:
            self.open_questions -= 1

    async def take_down(self, barcode: str, now: datetime) -> datetime | None:
        """Keep a return for later, in a worker thread; when it was scanned before, if it was.

        Raises OSError if the disk can't keep it, ValueError for what can be no barcode.
        """
        assert self.journal is not None
        return await asyncio.to_thread(self.journal.take_down, barcode, now)

    def _clock_was_set(self) -> bool:
        """Whether the clock has gone otherwise than time has."""
        seen, at = self._clock_seen
        passed = (self.clock() - seen).total_seconds()
        return abs(passed - (time.monotonic() - at)) > _CLOCK_WAS_SET

    def now(self) -> datetime:
        """The instant, to the second: the rules know nothing finer."""
        return self.clock().replace(microsecond=0)

    def at(self) -> At:
        """Where and in which visit an act at this terminal is done."""
        return At(
            terminal=self.settings.name,
            visit=self.visit.id if self.visit else None,
            branch=self.settings.branch or None,
        )

    def at_desk(self) -> At:
        """Where and by whom an act of the staff is done. Only in supervisor mode."""
        assert self.duty is not None
        return At(
            terminal=self.settings.name,
            channel="desk",
            visit=self.duty.id,
            staff=self.duty.who.staff_id,
            branch=self.settings.branch or None,
        )

    def begin_duty(self, who: StaffSignedIn) -> Duty:
        """A member of staff has signed in; whatever visit was on is over."""
        self.visit = None
        self.duty = Duty(who)
        return self.duty

    def begin_visit(self, member: SignedIn) -> Visit:
        """A member has signed in. A visit that an outage broke off goes on: a scan of it gets the same answer again."""
        broken, self._broken_off = self._broken_off, None
        self.visit = Visit(member)
        if broken is not None and broken[0] == member.member_id:
            self.visit.id = broken[1]
        return self.visit

    def went_away(self) -> None:
        """An outage: whoever waits for the library to open is told so, and a visit is broken off."""
        self.away = True
        if self.visit is not None:
            self._broken_off = (self.visit.member.member_id, self.visit.id)
        if self._library is not None and not self._library.done():
            waiting, self._library = self._library, None
            waiting.set_exception(DatabaseUnreachable("the library could not be opened yet"))
            waiting.exception()  # perhaps nobody waits

    def end_visit(self) -> None:
        """Forget the member, and who was on duty."""
        self.visit = None
        self.duty = None

    @property
    def _ready(self) -> asyncio.Future[Library]:
        if self._library is None:
            self._library = asyncio.get_running_loop().create_future()
        return self._library
