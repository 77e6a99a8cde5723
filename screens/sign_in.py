"""Card, then PIN. A wrong PIN and an unknown card get the same answer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Static

import store
from screens import words
from screens.frame import KioskScreen
from screens.messages import Admitted
from screens.welcome import FormWanted
from screens.widgets.button import BigButton
from screens.widgets.contact_line import ContactLine
from screens.widgets.keypad import ENTER, ERASE, SPACE, Key, Keypad
from screens.widgets.pin_field import PinField
from screens.words import N_, _
from store.results.visit import SignInRefused


class SignIn(KioskScreen):
    """The card is known to the terminal only, never shown; the PIN leaves its field only to be checked."""

    TITLE_WORDS = N_("Sign in")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f6", "first_pin", show=False),
        Binding("f7", "forgotten", show=False),
    ]
    TIPS: ClassVar[tuple[str, ...]] = (
        N_("Enter your PIN and press Enter. Others see only dots."),
        N_("A PIN has at least 6 lower-case letters or digits."),
        N_("After several wrong tries the card is locked for a while."),
    )

    def body(self) -> Iterable[Widget]:
        """The card's field (where typing is allowed), the PIN's, and the keyboard of a touch terminal."""
        yield Static(classes="title", id="ask")
        with Vertical(id="form"):
            with Horizontal(classes="field", id="card-row"):
                yield Static(classes="label", id="card-label")
                yield Input(id="card", max_length=64, select_on_focus=False)
            with Horizontal(classes="field"):
                yield Static(classes="label", id="pin-label")
                yield PinField(id="pin")
            yield Static(id="problem", classes="problem")
            yield ContactLine()
        with Horizontal(classes="doors"):
            yield BigButton(id="enter", classes="-main", key="Enter")
            yield BigButton(id="first", key="F6")
            yield BigButton(id="forgotten", key="F7")
        if self.terminal.settings.on_screen_keyboard:
            yield Keypad()

    def begin(self, card: str) -> None:
        """A card was scanned; an empty one is to be typed."""
        self._card = card
        self._refused: SignInRefused | None = None
        self.query_one("#card-row").display = not card
        self.query_one("#card" if not card else "#pin").focus()
        self.relabel()

    def on_mount(self) -> None:
        """No card yet."""
        self._card = ""
        self._refused = None
        self.query_one("#card", Input).cursor_blink = False

    def relabel(self) -> None:
        """Say every word anew; what was typed stays."""
        super().relabel()
        self.query_one("#ask", Static).update(
            Content(_("Card read. Now enter your PIN.") if self._card else _("Type your card number and your PIN."))
        )
        self.query_one("#card-label", Static).update(Content(_("Card number")))
        self.query_one("#pin-label", Static).update(Content("PIN"))
        self.query_one("#enter", BigButton).say(_("Continue"))
        self.query_one("#first", BigButton).say(_("First PIN"))
        self.query_one("#forgotten", BigButton).say(_("I forgot my PIN"))
        self.query_one(ContactLine).tell(self.terminal.contacts)
        self._show_problem()

    async def scanned(self, code: str) -> None:
        """Another card takes the place of the first."""
        self.say(_("Card read."), "good")
        self.query_one(PinField).forget()
        self.begin(code)

    def forget(self) -> None:
        """Card and PIN go."""
        self._card = ""
        self._refused = None
        if self.is_mounted:
            super().forget()
            self.query_one(PinField).forget()
            self.query_one("#card", Input).value = ""
            self._show_problem()

    @on(PinField.Entered)
    def _entered(self) -> None:
        self._try()

    @on(Input.Submitted, "#card")
    def _card_typed(self) -> None:
        self.query_one(PinField).focus()

    def _try(self) -> None:
        card = self._card or self.query_one("#card", Input).value.strip()
        pin = self.query_one(PinField).take()
        if not card:
            self.query_one("#card").focus()
        elif not pin:
            self._refused = None
            self.say(_("No PIN yet? Choose “First PIN”."), "wait")
            self.query_one(PinField).focus()
        else:
            self.in_background(self._check(card, pin))

    async def _check(self, card: str, pin: str) -> None:
        self.say(_("Checking…"), "wait")
        now, at = self.terminal.now(), self.terminal.at()
        answer = await self.terminal.ask(lambda library: store.members.signin.sign_in(library, card, pin, now, at))
        if not self.is_current or (self._card and self._card != card):
            return  # the visitor has gone, or has shown another card
        self.say("")
        if isinstance(answer, SignInRefused):
            self._refused = answer
            self._show_problem()
            self.query_one(PinField).focus()
        else:
            self.post_message(Admitted(answer))

    def _show_problem(self) -> None:
        refused = self._refused
        text = ""
        if refused is not None:
            text = f"✗ {_(f'{refused.slug}.title')} · {_(f'{refused.slug}.text')}"
            if refused.locked_until is not None:
                text += " " + _("Try again after {moment}.").format(moment=words.moment(refused.locked_until))
        self.query_one("#problem", Static).update(Content(text))

    @on(Key.Touched)
    def _touched(self, event: Key.Touched) -> None:
        field = self.focused if isinstance(self.focused, Input) else self.query_one(PinField)
        if event.letter == ENTER:
            self._try()
        elif event.letter == ERASE:
            field.action_delete_left()
        else:
            field.insert_text_at_cursor(" " if event.letter == SPACE else event.letter)

    def action_first_pin(self) -> None:
        """To the form."""
        self.post_message(FormWanted(forgotten=False))

    def action_forgotten(self) -> None:
        """To the form that replaces a PIN."""
        self.post_message(FormWanted(forgotten=True))

    @on(BigButton.Chosen)
    def _chosen(self, event: BigButton.Chosen) -> None:
        acts = {"enter": self._try, "first": self.action_first_pin, "forgotten": self.action_forgotten}
        if event.button.id in acts:
            event.stop()
            acts[event.button.id]()
