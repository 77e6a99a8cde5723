"""The first page: scan your card. An item scanned here says what it is and where it belongs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Static

import store
from screens import words
from screens.frame import KioskScreen
from screens.items import describe
from screens.limited import AWAY, what_works
from screens.messages import CardShown
from screens.widgets.button import BigButton
from screens.widgets.try_list import TryList
from screens.words import N_, _

if TYPE_CHECKING:
    from store.results.circulation import Item


class FormWanted(Message):
    """The first-PIN form is wanted; `forgotten`: to replace a PIN rather than make the first."""

    def __init__(self, *, forgotten: bool) -> None:
        super().__init__()
        self.forgotten = forgotten


class Welcome(KioskScreen):
    """Nobody is signed in."""

    rests = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f3", "type_card", show=False),
        Binding("f4", "return", show=False),
        Binding("f5", "search", show=False),
        Binding("f6", "first_pin", show=False),
        Binding("f7", "forgotten", show=False),
        Binding("f8", "apply", show=False),
    ]
    TIPS: ClassVar[tuple[str, ...]] = (
        N_("Scan your card with the scanner; then enter your PIN."),
        N_("No PIN yet? Choose “First PIN” and fill in surname, given name and number."),
        N_("Scan an item to learn what it is and where it belongs."),
        N_("F2 or a touch on TR | EN changes the language."),
    )

    def body(self) -> Iterable[Widget]:
        """The call, the hours, the doors, and in the demo what to try."""
        yield Static(id="call")
        yield Static(id="hours")
        yield Static(id="answer")
        with Horizontal(classes="doors"):
            yield BigButton(key="F4", id="return", classes="-main")
            yield BigButton(key="F5", id="search", classes="-main")
        with Horizontal(classes="doors"):
            yield BigButton(key="F3", id="type")
            yield BigButton(key="F6", id="first")
            yield BigButton(key="F7", id="forgotten")
            yield BigButton(key="F8", id="apply")
        if self.terminal.cards:
            yield TryList(self.terminal.cards)

    def on_mount(self) -> None:
        """The list of the demo has the focus, if there is one."""
        self.query_one("#type").display = self.terminal.settings.typed_cards
        self.query_one("#apply").display = self.terminal.settings.applications
        self.query_one("#done").display = False
        self._item: Item | None = None

    def relabel(self) -> None:
        """Both languages stand in the call: who comes first can't know how to change it."""
        super().relabel()
        here, there = words.current(), words.translator("en" if words.current().language == "tr" else "tr")
        away = self.terminal.away
        call = AWAY if away else N_("Scan your card")
        self.set_class(away, "-away")
        for door in ("type", "first", "forgotten", "apply", "search"):
            self.query_one(f"#{door}").disabled = away
        self.query_one("#return").disabled = away and not self.terminal.takes_returns
        self.query_one("#call", Static).update(
            Content.assemble((here.text(call), "bold $accent"), "\n", (there.text(call), "$text-muted"))
        )
        self.query_one("#type", BigButton).say(_("Type card number"))
        self.query_one("#first", BigButton).say(_("First PIN"))
        self.query_one("#forgotten", BigButton).say(_("I forgot my PIN"))
        self.query_one("#apply", BigButton).say(_("Become a member"))
        self.query_one("#return", BigButton).say(_("Return"), _("no card needed"))
        self.query_one("#search", BigButton).say(_("Search"), _("no card needed"))
        for tries in self.query(TryList):
            tries.relabel()
        self._show_item()
        self._show_hours()

    def library_opened(self) -> None:
        """Now the opening hours are known."""
        self.show_clock()
        self._show_hours()

    def way_out(self) -> str:
        """There is nothing to leave."""
        return ""

    def say_back(self) -> None:
        """Everything works again."""
        self.say(_("The library's records can be reached again."), "good")

    async def scanned(self, code: str) -> None:
        """An item tells about itself; anything else is taken for a card, known or not."""
        if self.terminal.away:
            self._say_what_to_do()
            return
        self._item = await self.terminal.ask(lambda library: store.circulation.checkouts.what_is(library, code))
        self._show_item()
        if self._item is None:
            self.say("")
            self.post_message(CardShown(code))
        else:
            self.say(self._item.title, "good")

    def _say_what_to_do(self) -> None:
        if self.terminal.takes_returns:
            self.say(_("To return an item, choose “Return” and scan it there; nothing else works just now."), "bad")
        else:
            self.say(_(AWAY), "bad")

    def forget(self) -> None:
        """What was scanned here was an item, not a person; it goes too."""
        self._item = None
        if self.is_mounted:
            super().forget()
            self._show_item()

    def _show_item(self) -> None:
        answer = self.query_one("#answer", Static)
        answer.set_class(self._item is not None or self.terminal.away, "-shown")
        if self.terminal.away:
            answer.update(what_works(self.terminal))
        else:
            answer.update(describe(self._item) if self._item else "")

    def _show_hours(self) -> None:
        if self.terminal.is_ready and not self.terminal.away:
            self.in_background(self._ask_hours())

    async def _ask_hours(self) -> None:
        branch, now = self.terminal.settings.branch, self.terminal.now()
        hours = await self.terminal.ask(lambda library: store.calendar.hours.today(library, branch, now))
        if hours.closed:
            text = _("Closed today")
        elif hours.opens is None or hours.closes is None:
            text = _("Open all day today")
        else:
            text = _("Open today {opens}–{closes}").format(opens=f"{hours.opens:%H:%M}", closes=f"{hours.closes:%H:%M}")
        for line in self.query("#hours").results(Static):  # none once the page has gone
            line.update(Content(text))

    def letter_typed(self, letter: str) -> None:
        """In the demo a key stands for a scan."""
        for tries in self.query(TryList):
            tries.press(letter)

    @on(TryList.Picked)
    def _picked(self, event: TryList.Picked) -> None:
        self.take_scan(event.code)

    def action_type_card(self) -> None:
        """Sign in by typing the card number, where that is allowed."""
        if self.terminal.settings.typed_cards:
            self.post_message(CardShown(""))

    def action_return(self) -> None:
        """Return without signing in."""
        self.go("returns")

    def action_search(self) -> None:
        """Search without signing in."""
        self.go("search")

    def action_apply(self) -> None:
        """To the application for membership, where it is open."""
        if self.terminal.settings.applications:
            self.go("application")

    def action_first_pin(self) -> None:
        """To the form."""
        self.post_message(FormWanted(forgotten=False))

    def action_forgotten(self) -> None:
        """To the form that replaces a PIN."""
        self.post_message(FormWanted(forgotten=True))

    def action_back(self) -> None:
        """There is no way back from the first page."""
        self.forget()

    def action_done(self) -> None:
        """Nobody is signed in."""
        self.forget()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - Textual's
        """While the library is away no door leads anywhere, but the one to the returns that are taken down."""
        if not self.terminal.away or action in ("help", "language", "back", "done"):
            return True
        return action == "return" and self.terminal.takes_returns

    @on(BigButton.Chosen)
    def _door(self, event: BigButton.Chosen) -> None:
        doors = {
            "type": self.action_type_card, "first": self.action_first_pin, "forgotten": self.action_forgotten,
            "return": self.action_return, "search": self.action_search, "apply": self.action_apply,
        }  # fmt: skip
        if event.button.id in doors:
            event.stop()
            doors[event.button.id]()
