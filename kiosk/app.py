"""The Textual program: one locked window over the screens of a terminal. It knows every screen; no screen knows it."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, ParamSpec, cast

from textual import on
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen

from kiosk.drawn import forget_drawn
from kiosk.faults import EXIT_FAULT, FaultLog
from kiosk.hearing import hear_everything
from kiosk.journal import ReturnJournal
from kiosk.lock import terminal_is_gone
from kiosk.pages import HoldsPages
from kiosk.watch import Standing, Watch
from screens import words
from screens.countdown import Countdown
from screens.frame import WIDE, KioskScreen
from screens.messages import (
    Admitted,
    BackInService,
    CardShown,
    ClockIsWrong,
    Done,
    Go,
    LanguageChosen,
    LibraryAway,
    Restart,
    StaffDone,
)
from screens.out_of_service import OutOfService
from screens.terminal import Terminal
from screens.welcome import FormWanted, Welcome

if TYPE_CHECKING:
    from screens.first_pin import FirstPin
    from screens.sign_in import SignIn
    from store.library import Library

EXIT_RESTART = 75
"The program is to be started anew, by itself."
_SOON = 0.1
"Seconds that a page may wait for the answer that it is to show."
_NOBODY = 2.0
"Seconds without a key or a touch after which nobody seems to stand there."
P = ParamSpec("P")


class Kiosk(HoldsPages, inherit_bindings=False):
    """A terminal in service. Only a supervisor ends it."""

    CSS_PATH = "../screens/styles/kiosk.tcss"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (WIDE, "-wide")]
    VERTICAL_BREAKPOINTS = [(0, "-low"), (30, "-short"), (34, "-tall")]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "app.focus_next", show=False),
        Binding("shift+tab", "app.focus_previous", show=False),
    ]

    def __init__(
        self,
        terminal: Terminal,
        open_library: Callable[[], Library],
        faults: FaultLog,
        journal: ReturnJournal | None = None,
    ) -> None:
        super().__init__(terminal.settings.scanner_prefix)
        hear_everything()
        self.terminal = terminal
        terminal.journal = journal
        self._welcome = Welcome(terminal)
        self.take_pages({"welcome": self._welcome, "out_of_service": OutOfService(terminal)})
        self._all_there, self._staff_there = asyncio.Event(), asyncio.Event()
        self._open_library = open_library
        self.faults = faults
        self._watch = Watch(
            self._open_behind, self._opened, self._heard, self._not_opened, terminal.clock, terminal.at(), journal
        )
        self._one_change = asyncio.Lock()  # gone and back, each said whole before the other
        self._touched_at = time.monotonic()
        self._ended = 0
        "How many visits have; an outage or the time may end one while a page is being made ready for it."
        self._countdown: Countdown | None = None

    def on_mount(self) -> None:
        """The first page is shown at once; the library is opened behind it."""
        words.live_on(self.terminal.now())
        self.set_interval(1.0, self._each_second)
        self.call_after_refresh(self.take_signals)
        # SQLModel alone costs 0.4 s, so that it is imported by the watch, after the first paint.
        self.call_after_refresh(self._watch.start)

    def get_default_screen(self) -> KioskScreen:
        """The first page."""
        return self.as_first(self._first_page())

    def on_unmount(self) -> None:
        """The program ends."""
        self._watch.stop()

    def _open_behind(self) -> Library:
        """In the watch's thread: first the pages that a key may ask for already, then the library."""
        if not self._all_there.is_set():
            from screens.member_pages import STYLES, pages

            self._from_watch(self._take, pages, STYLES)
            self._from_watch(asyncio.Event.set, self._all_there)
        return self._open_library()

    def _opened(self, library: Library) -> None:
        """In the watch's thread: what a visit needs is loaded next, what only a PIN and staff need last."""
        from screens.member_pages import load_acts

        words.warm_up()
        self._from_watch(self._library_is_open, library)
        load_acts()
        library.hasher.warm_up()
        from screens.supervisor import STYLES, pages

        self._from_watch(self._take, pages, STYLES)
        self._from_watch(asyncio.Event.set, self._staff_there)

    def _heard(self, standing: Standing) -> None:
        self._from_watch(self._stand, standing)

    def _not_opened(self, fault: Exception) -> None:
        self._from_watch(self.terminal.library_failed, fault)
        self._from_watch(self._handle_exception, fault)

    def _from_watch(self, act: Callable[P, object], *about: P.args, **how: P.kwargs) -> None:
        if self._watch.is_over:
            return  # the program has ended while something was being loaded
        with suppress(RuntimeError):  # or is ending just now
            self.call_from_thread(act, *about, **how)

    def _take(self, pages: Callable[[Terminal], dict[str, KioskScreen]], styles: Path) -> None:
        self.take_pages(pages(self.terminal), styles)

    def _library_is_open(self, library: Library) -> None:
        self.terminal.library_opened(library)
        for page in self._pages.values():
            if page.is_mounted:
                page.library_opened()

    async def _stand(self, standing: Standing) -> None:
        """The library has gone or is back, the clock is wrong or mended: found out by the watch."""
        if standing is Standing.AWAY:
            await self._library_away()
        elif standing is Standing.WRONG_CLOCK:
            await self._clock_is_wrong()
        else:
            async with self._one_change:
                await self._is_back()

    async def _is_back(self) -> None:
        if self._watch.standing is not Standing.GOOD or not (self.terminal.away or self.terminal.clock_is_wrong):
            return  # older than what a screen has met since, or nothing new
        self.terminal.away = self.terminal.clock_is_wrong = False
        page = self.page_shown()
        if page is None or page.rests:
            await self._leave()
        self._relabel_all()
        self._welcome.say_back()

    def _relabel_all(self) -> None:
        for page in self._pages.values():
            if page.is_mounted:
                page.relabel()

    def somebody_is_there(self) -> None:
        """The visit goes on, and the time of its end is counted anew."""
        self._touched_at = time.monotonic()
        self._stop_counting()

    def _stop_counting(self) -> None:
        if self._countdown is not None and self.screen is self._countdown:
            self._countdown.dismiss()
            self._countdown = None

    async def _each_second(self) -> None:
        if not self.is_headless and terminal_is_gone():
            # Nobody can see us: the service unit starts a new one. An orderly end would write to what is not there,
            # and wait for ever.
            os._exit(EXIT_FAULT)
        page = self.page_shown()
        if page is None:
            return
        words.live_on(self.terminal.now())
        page.show_clock()
        if page.rests and self.terminal.visit is None:
            if self.terminal.is_ready and time.monotonic() - self._touched_at > _NOBODY:
                await self.make_one_ready()
            return
        left = page.idle_seconds() - (time.monotonic() - self._touched_at)
        page.show_left(left)
        await self.watch_time(left)

    async def watch_time(self, left: float) -> None:
        """Seconds are left until the visit ends: count them down at last, then sign out."""
        if left <= 0:
            await self._leave()
        elif left > self.terminal.settings.countdown_seconds:
            self._stop_counting()  # a card had come over it while somebody came back
        elif self._countdown is None:
            self._countdown = Countdown(left)
            self.push_screen(self._countdown)
        else:
            self._countdown.show(left)

    @on(Go)
    async def _go(self, event: Go) -> None:
        ended = self._ended
        page = await self._page(event.screen)
        if not self._may_be_shown(page, ended):
            return
        if page.is_mounted and page is not self.page_shown():
            page.say("")  # what it said when it was left is about something else
        if event.about is not None:
            page.open(event.about)
        if event.scan:
            await self.make_ready(page)
            if self._may_be_shown(page, ended):
                page.take_scan(event.scan, handed_over=True)
                await page.answered(_SOON)  # so that the page is drawn once, with the answer
        await self._show(event.screen, ended)
        if event.told and self._may_be_shown(page, ended):
            page.say(event.told, "good")

    async def _show(self, name: str, ended: int | None = None) -> None:
        """Show a page; with `ended`, how many visits were over when it was asked for, not if that one is over, too."""
        page = await self._page(name)
        await self.make_ready(page)
        if self._may_be_shown(page, ended):
            self._close_cards()
            await self.turn_to(page)

    def _may_be_shown(self, page: KioskScreen, ended: int | None) -> bool:
        """Not if the visit or duty that it belongs to is over meanwhile."""
        terminal = self.terminal
        over = (page.of_a_visit and terminal.visit is None) or (page.for_staff and terminal.duty is None)
        return not over and ended in (None, self._ended)

    async def _page(self, name: str) -> KioskScreen:
        if name not in self._pages:
            await self._all_there.wait()  # a key of the first page may come before the page that it asks for
        return self._pages[name]

    @on(CardShown)
    async def _card_shown(self, event: CardShown) -> None:
        await self._show("sign_in")
        cast("SignIn", self._pages["sign_in"]).begin(event.number)

    @on(FormWanted)
    async def _form_wanted(self, event: FormWanted) -> None:
        await self._show("first_pin")
        cast("FirstPin", self._pages["first_pin"]).begin(forgotten=event.forgotten)

    @on(Admitted)
    async def _admitted(self, event: Admitted) -> None:
        from screens.supervisor.sections import first_page, walked
        from store.results.visit import StaffSignedIn

        ended = self._ended
        self._pages["sign_in"].forget()
        if isinstance(event.who, StaffSignedIn):
            self._forget()
            duty = self.terminal.begin_duty(event.who)
            await self._staff_there.wait()
            first = first_page(duty.who.role, out_of_service=self.faults.out_of_service())
            first = first if first in self._pages else "staff_terminal"
            duty.trail = walked((), first)
            await self._show(first, ended)
        elif self.faults.out_of_service():
            await self._leave()
        else:
            self.terminal.begin_visit(event.who)
            if event.who.language in words.LANGUAGES:
                self._speak(event.who.language)
            await self._show("home", ended)

    @on(Done)
    async def _done(self) -> None:
        visit = self.terminal.visit
        wanted = visit is not None and visit.has_receipt and visit.member.receipt != "none"
        if wanted and self.page_shown() is not self._pages["receipt"]:
            await self._show("receipt", self._ended)
        else:
            await self._leave()

    @on(LibraryAway)
    async def _library_away(self) -> None:
        """The visit ends, nothing half done, and the first page says so; who returns without a card may go on."""
        self._watch.suspect(Standing.AWAY)
        async with self._one_change:
            self.terminal.went_away()
            without_card = self.terminal.visit is None and self.page_shown() is self._pages["returns"]
            if not (without_card and self.terminal.takes_returns):
                await self._leave(words.current().language)
            self._relabel_all()

    @on(ClockIsWrong)
    async def _clock_is_wrong(self) -> None:
        self._watch.suspect(Standing.WRONG_CLOCK)
        async with self._one_change:
            self.terminal.clock_is_wrong = True
            await self._leave()

    @on(StaffDone)
    def _end(self) -> None:
        self.faults.reset()
        self.exit(return_code=0)

    @on(Restart)
    def _restart(self) -> None:
        self.exit(return_code=EXIT_RESTART)

    @on(BackInService)
    async def _back_in_service(self) -> None:
        self.faults.reset()
        await self._leave()

    async def _leave(self, language: str | None = None) -> None:
        """Sign out: nothing of the member stays anywhere, and the next one is greeted in the terminal's language.

        `language`: who was there still has to read why it ended.
        """
        self._ended += 1
        self._close_cards()
        self._forget()
        self._speak(language or self.terminal.settings.language)
        await self._show(self._first_page())
        self._touched_at = time.monotonic()
        self.call_after_refresh(lambda: forget_drawn(self.pages))

    def _forget(self) -> None:
        self.forget_keys()
        self.terminal.end_visit()
        for page in self._pages.values():
            page.forget()

    def _first_page(self) -> str:
        out = self.terminal.clock_is_wrong or self.faults.out_of_service()
        return "out_of_service" if out else "welcome"

    def _close_cards(self) -> None:
        self._countdown = None
        while isinstance(self.screen, ModalScreen):
            self.screen.dismiss(None)  # who waits for its answer is told that there is none

    @on(LanguageChosen)
    def _language(self, event: LanguageChosen) -> None:
        self._speak(event.language)
        if (page := self.page_shown()) is not None:
            page.say("")  # it was said in the other language

    def _speak(self, language: str) -> None:
        if language == words.current().language:
            return
        words.use(language)
        if (page := self.page_shown()) is not None:
            page.relabel()  # the others when they are shown
