"""The frame that every screen shares: where you are, what time it is, the language, the scan line, the way out.

A screen fills `body()`, says its words in `relabel()` (called at first and whenever the language changes, in mid-act),
answers scans in `scanned()`, and drops everything personal in `forget()`.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Coroutine, Iterable
from contextlib import suppress
from functools import partial
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.events import ScreenResume
from textual.screen import Screen
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Input, Static

import store
from screens import words
from screens.help import HelpCard
from screens.messages import CardShown, ClockIsWrong, Done, Go, LanguageChosen, LibraryAway, Scanned
from screens.terminal import Terminal
from screens.widgets.button import BigButton
from screens.widgets.card import TakesLetters
from screens.words import N_, _
from store.errors import ClockWrong, DatabaseBusy, DatabaseUnreachable

WIDE = 100
"Columns from which on a window is wide."
BUSY = N_("The library is very busy just now; nothing was done. Please try again.")
_QUICK = 0.1
"Seconds; what is answered sooner need not say that it is being read: drawing that would only delay the answer."


class TakesScans:
    """A card over a page that has a use for codes itself: it handles `Scanned`."""

    def fill_in(self, field: Input, code: str) -> None:
        """Put a code into a field, after what the scanner typed there has been taken out."""

        def put() -> None:
            field.value = code
            field.cursor_position = len(code)

        field.call_later(put)


class KioskScreen(Screen[None], TakesLetters):
    """A page of the kiosk with the shared frame."""

    TITLE_WORDS: ClassVar[str] = ""
    "What this page is, for its header."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f1", "help", "help", show=False),
        Binding("f2", "language", "language", show=False),
        Binding("f10", "done", "done", show=False),
        Binding("escape", "back", "back", show=False),
        Binding("down,right", "app.focus_next", show=False),
        Binding("up,left", "app.focus_previous", show=False),
    ]
    TIPS: ClassVar[tuple[str, ...]] = ()
    "What to do here, a sentence a line."
    rests: ClassVar[bool] = False
    "Shown when nobody is there: no time runs out on it."
    for_staff: ClassVar[bool] = False
    "Belongs to supervisor mode: other colours, own time-out."
    of_a_visit: ClassVar[bool] = False
    "It is about the member who is signed in, and shown to nobody else."

    def __init__(self, terminal: Terminal) -> None:
        super().__init__()
        self.terminal = terminal
        self._scans: deque[tuple[str, bool]] = deque()
        "Codes, each with whether another page has found already that it is no card of the staff."
        self._at_rest = asyncio.Event()
        self._at_rest.set()
        self._leaving = False
        self._styled_for = ""
        self._slow: Timer | None = None
        self._worded = ("", 0, "")

    def compose(self) -> ComposeResult:
        """Header, body, foot."""
        self._styled_for = self.app.theme
        # As the first size will set them: else every style of the page would be looked up once more.
        self.add_class(
            *self._get_breakpoint_classes(self.width, self.app.HORIZONTAL_BREAKPOINTS or []),
            *self._get_breakpoint_classes(self.app.size.height, self.app.VERTICAL_BREAKPOINTS or []),
        )
        self.set_class(self.terminal.settings.on_screen_keyboard, "-keyed")
        with Horizontal(id="header"):
            yield Static(id="library")
            yield Static(id="place")
            yield Static(id="clock", markup=False)
            yield LanguageSwitch(id="language")
        with Vertical(id="body"):
            yield from self.body()
        with Horizontal(id="foot"):
            with Vertical(id="scan-line"):
                yield Static(id="scan-title")
                yield Static(id="scan-text")
            yield Static(id="who")
            yield BigButton("help", key="F1", id="help")
            yield BigButton("done", key="F10", id="done")

    def body(self) -> Iterable[Widget]:
        """What stands between header and foot."""
        raise NotImplementedError

    @on(ScreenResume)
    def _shown_again(self, event: ScreenResume) -> None:
        # Only other colours make other styles (16 ms); whatever changes on a hidden page is looked up when it does.
        event.refresh_styles, self._styled_for = self._styled_for != self.app.theme, self.app.theme
        self._keep_words()

    def on_mount(self) -> None:
        """Say the first words. No cursor blinks: a page at rest sends nothing to its terminal."""
        for field in self.query(Input):
            field.cursor_blink = False
        self.relabel()

    def relabel(self) -> None:
        """Say every word anew in the language spoken now; what was typed, scanned and shown stays."""
        self._worded = self._to_word()
        settings = self.terminal.settings
        name = settings.library_en if words.current().language == "en" else settings.library_tr
        self.query_one("#library", Static).update(Content(name))
        self.query_one("#place", Static).update(Content(_(self.TITLE_WORDS)) if self.TITLE_WORDS else "")
        self.query_one("#scan-title", Static).update(Content(_("Scan at any time")))
        self.query_one("#help", BigButton).say(_("Help"))
        self.query_one("#done", BigButton).say(self.way_out())
        self.query_one(LanguageSwitch).refresh()
        self.show_clock()
        self.show_member()

    def way_out(self) -> str:
        """The word on the button that leaves."""
        return _("Done") if self.terminal.visit else _("Start again")

    def show_clock(self) -> None:
        """The date and the time in the header."""
        now = self.terminal.now()
        shown = words.moment(now) if self.terminal.is_ready else words.clock(now)
        for clock in self.query("#clock").results(Static):  # none yet, before the page is composed
            if clock.content != shown:  # a page at rest sends nothing to its terminal
                clock.update(shown)

    def show_left(self, left: float) -> None:
        """So many seconds are left until the time-out; supervisor mode shows them."""

    def show_member(self) -> None:
        """The short name of who is signed in: others can see the screen."""
        visit = self.terminal.visit
        name = f"{visit.member.given_name} {visit.member.surname[:1]}." if visit else ""
        self.query_one("#who", Static).update(Content(name))

    def say(self, text: str, kind: str = "plain") -> None:
        """Show on the scan line what was read last and what it meant; kinds: plain, good, bad, wait."""
        if self._slow is not None:
            self._slow.stop()  # there is something newer to say
        line = self.query_one("#scan-text", Static)
        line.set_classes(f"-{kind}")
        signs = {"good": "✓ ", "bad": "✗ ", "wait": "… "}
        line.update(Content(signs.get(kind, "") + text))

    async def scanned(self, code: str) -> None:
        """Answer a scan; scans that come meanwhile wait their turn."""

    def forget(self) -> None:
        """Drop everything that belongs to the visit that ended."""
        self._scans.clear()
        self._leaving = False
        self.say("")
        self.show_member()

    def drop_drawn_lines(self) -> None:
        """The lines that were drawn hold names, too, and would stay until they are drawn again.

        Also those of rows that are gone: whoever lays the page out knows them until it is laid out again.
        """
        for node in {*self.walk_children(Widget, with_self=True), *self._compositor.widgets}:
            node._set_dirty()
            node._render_cache.lines.clear()
            node._clear_arrangement_cache()

    def drop_earlier_states(self) -> None:
        """What was looked up by name, and how large it was, is remembered for states of the page that are over."""
        for node in self.walk_children(Widget, with_self=True):
            node._query_one_cache.clear()
            node._box_model_cache.clear()

    def open(self, about: object) -> None:
        """Show what another page has asked for."""

    @on(Scanned)
    def _scanned(self, event: Scanned) -> None:
        event.stop()
        if event.readable:
            self.take_scan(event.code)
        else:
            self.say(_("That code can't be read. Please scan it again."), "bad")

    def take_scan(self, code: str, *, handed_over: bool = False) -> None:
        """Answer the code in its turn; another page may have handed it over."""
        self._scans.append((code, handed_over))
        if not self.is_answering:
            self._at_rest.clear()
            self._work_off_scans()

    @work(group="scans", exit_on_error=True)
    async def _work_off_scans(self) -> None:
        try:
            while self._scans:
                code, handed_over = self._scans.popleft()
                self._slow = self.set_timer(_QUICK, partial(self.say, code, "wait"))
                await self.guarded(self.scanned(code) if handed_over else self._answer(code))
                self._slow.stop()
        finally:
            self._at_rest.set()
            if self._leaving:
                self._leaving = False
                self.post_message(Done())

    @property
    def is_answering(self) -> bool:
        """Whether a scan is being answered."""
        return not self._at_rest.is_set()

    async def answered(self, within: float) -> None:
        """Wait until every scan is answered, but no longer than so many seconds."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._at_rest.wait(), within)

    async def _answer(self, code: str) -> None:
        """A card of the staff begins their sign-in wherever it is scanned; any other code is the page's."""
        if await self.is_staff_card(code):
            self.say("")
            self.post_message(CardShown(code))
        else:
            await self.scanned(code)

    async def is_staff_card(self, code: str) -> bool:
        """Whether the code opens an account of the staff; not to be known while the library is away."""
        if self.terminal.away:
            return False
        return await self.terminal.ask(lambda library: store.members.signin.is_staff_card(library, code))

    def in_background(self, job: Coroutine[None, None, None]) -> None:
        """Run a job beside the screen's own messages; a fault in it is a fault of the program."""
        self.run_worker(self.guarded(job), group="jobs", exit_on_error=True)

    async def guarded(self, job: Coroutine[None, None, None]) -> None:
        """Do the job; if the library is away, busy, or its clock another, say so instead of failing."""
        try:
            await job
        except DatabaseUnreachable:
            self.post_message(LibraryAway())
        except ClockWrong:
            self.post_message(ClockIsWrong())
        except DatabaseBusy:
            self.say(_(BUSY), "bad")

    @property
    def desk_contact(self) -> str:
        """Where the lending desk is reached; nothing on the staff's own pages."""
        contacts = None if self.for_staff else self.terminal.contacts
        if contacts is None:
            return ""
        return contacts.desk_tr if words.current().language == "tr" else contacts.desk_en

    def idle_seconds(self) -> float:
        """After how long without a key, touch or scan the visit ends."""
        settings = self.terminal.settings
        return settings.staff_idle_seconds if self.for_staff else settings.idle_seconds

    @property
    def width(self) -> int:
        """Columns of the window, known before the page is laid out."""
        return self.app.size.width

    @property
    def wide(self) -> bool:
        """Whether there is room for all columns; so are the pages marked for their styles, too."""
        return self.width >= WIDE

    def on_resize(self) -> None:
        """Columns are as wide as there is room; that is so already when the page is laid out for the first time."""
        self._keep_words()

    def _keep_words(self) -> None:
        if self._worded != self._to_word():
            self.relabel()

    def _to_word(self) -> tuple[str, int, str]:
        """What the words of a page depend on: the language, the room, whose visit it is."""
        return words.current().language, self.width, self.terminal.visit.id if self.terminal.visit else ""

    def library_opened(self) -> None:
        """The library is ready: fill in what had to wait for it."""

    def go(self, screen: str, scan: str = "") -> None:
        """Ask for another screen, and hand a code over to it."""
        self.say("")
        self.post_message(Go(screen, scan))

    def action_help(self) -> None:
        """Say what to do here."""
        self.app.push_screen(HelpCard(self.TIPS))

    def action_language(self) -> None:
        """Change to the other language."""
        others = [language for language in words.LANGUAGES if language != words.current().language]
        self.post_message(LanguageChosen(others[0]))

    def action_done(self) -> None:
        """Leave; what was scanned before is still answered first, so that no loan goes without its receipt."""
        self._leaving = self.is_answering
        if not self._leaving:
            self.post_message(Done())

    def action_back(self) -> None:
        """One step back; by default out."""
        self.action_done()

    @on(BigButton.Chosen, "#help")
    def _help_chosen(self, event: BigButton.Chosen) -> None:
        event.stop()
        self.action_help()

    @on(BigButton.Chosen, "#done")
    def _done_chosen(self, event: BigButton.Chosen) -> None:
        event.stop()
        self.action_done()


class LanguageSwitch(Static):
    """`TR | EN`: a touch changes to the other."""

    def render(self) -> Content:
        """The language spoken now is marked by brackets, not by colour alone."""
        spoken = words.current().language
        marked = [f"[{name.upper()}]" if name == spoken else f" {name.upper()} " for name in words.LANGUAGES]
        return Content("".join(marked) + "  F2")

    def on_click(self) -> None:
        """Change to the other language."""
        others = [language for language in words.LANGUAGES if language != words.current().language]
        self.post_message(LanguageChosen(others[0]))
