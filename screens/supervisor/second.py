"""A second pair of eyes: another member of staff shows card and PIN for one grave act."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from msgspec import Struct
from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Static

import store
from screens import words
from screens.frame import BUSY, TakesScans
from screens.messages import ClockIsWrong, LibraryAway, Scanned
from screens.supervisor.sections import ROLES
from screens.terminal import Terminal
from screens.widgets.button import BigButton
from screens.widgets.card import Card
from screens.widgets.pin_field import PinField
from screens.words import _
from store.desk.roles import Right, may
from store.errors import ClockWrong, DatabaseBusy, DatabaseUnreachable
from store.results.visit import SignInRefused, StaffSignedIn
from store.states import Role


class Signing(Struct, frozen=True):
    """What somebody is to sign for, in the language spoken now, and the rights of which they must have one."""

    act: str
    lines: tuple[str, ...]
    "For whom, how much, why."
    rights: tuple[Right, ...]

    @property
    def roles(self) -> str:
        """Who may sign."""
        return ", ".join(_(ROLES[role]) for role in Role if any(may(role, right) for right in self.rights))


class SecondSignIn(Card[StaffSignedIn | None], TakesScans):
    """Gives who has signed, or None. Card and PIN leave it only to be checked."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,f10", "leave", show=False)]

    def __init__(self, terminal: Terminal, signing: Signing) -> None:
        super().__init__()
        self._terminal = terminal
        self._signing = signing

    def compose(self) -> Iterable[Widget]:
        """What is signed and by whom it can be, card and PIN, what went wrong."""
        with Vertical(classes="card"):
            yield Static(Content(_("A second member of staff must sign for this")), classes="card-title")
            with VerticalScroll(id="signed", can_focus=False):
                yield Static(Content.styled(self._signing.act, "bold"))
                yield from (Static(Content(line)) for line in self._signing.lines)
            signers = _("Signs with card and PIN: {roles}. Who acts can't sign for it.")
            yield Static(Content.styled(signers.format(roles=self._signing.roles), "$accent"), id="signers")
            with Horizontal(classes="field"):
                yield Static(Content(_("Card number")), classes="label")
                yield Input(id="card", max_length=64, select_on_focus=False)
            with Horizontal(classes="field"):
                yield Static(Content("PIN"), classes="label")
                yield PinField(id="pin")
            yield Static(id="problem", classes="problem")
            with Horizontal(classes="buttons"):
                yield BigButton(_("Sign"), key="Enter", id="sign", classes="-main")
                yield BigButton(_("Back"), key="Esc", id="back")

    def on_mount(self) -> None:
        """The card first."""
        self.query_one("#card", Input).cursor_blink = False
        self.query_one("#card").focus()

    @on(Scanned)
    def _scanned(self, event: Scanned) -> None:
        event.stop()
        if event.readable:
            self.fill_in(self.query_one("#card", Input), event.code)
            self.query_one(PinField).focus()

    @on(Input.Submitted, "#card")
    def _card_typed(self, event: Input.Submitted) -> None:
        event.stop()
        self.query_one(PinField).focus()

    @on(PinField.Entered)
    def _entered(self, event: PinField.Entered) -> None:
        event.stop()
        self._sign()

    def _sign(self) -> None:
        card, pin = self.query_one("#card", Input).value.strip(), self.query_one(PinField).take()
        if card and pin:
            self.run_worker(self._check(card, pin), group="jobs", exclusive=True)
        else:
            self.query_one("#pin" if card else "#card").focus()

    async def _check(self, card: str, pin: str) -> None:
        now, at, rights = self._terminal.now(), self._terminal.at_desk(), self._signing.rights
        try:
            answer = await self._terminal.ask(
                lambda library: store.members.signin.sign_for(library, card, pin, rights, now, at)
            )
        except DatabaseBusy:
            self._refuse(_(BUSY))
            return
        except (DatabaseUnreachable, ClockWrong) as fault:
            self.dismiss(None)
            self.app.post_message(ClockIsWrong() if isinstance(fault, ClockWrong) else LibraryAway())
            return
        if isinstance(answer, SignInRefused):
            self._refuse(_refusal(answer, self._signing.roles))
        elif self.is_current:
            self.dismiss(answer)

    def _refuse(self, why: str) -> None:
        self.query_one("#problem", Static).update(Content(why))
        self.query_one("#card", Input).value = ""
        self.query_one("#card").focus()

    def action_leave(self) -> None:
        """Nobody has signed."""
        self.dismiss(None)

    @on(BigButton.Chosen)
    def _button(self, event: BigButton.Chosen) -> None:
        event.stop()
        if event.button.id == "sign":
            self._sign()
        else:
            self.dismiss(None)


def _refusal(refused: SignInRefused, roles: str) -> str:
    text = f"✗ {_(f'{refused.slug}.title')} · {_(f'{refused.slug}.text').format(roles=roles)}"
    if refused.locked_until is not None:
        text += " " + _("Try again after {moment}.").format(moment=words.moment(refused.locked_until))
    return text
