"""The terminal itself: bring it back into service, end the program, look after what it needs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widget import Widget

from screens.frame import BackInService, StaffDone
from screens.supervisor.frame import StaffScreen
from screens.widgets.button import BigButton
from screens.words import N_, _
from store.roles import Right


class StaffTerminal(StaffScreen):
    """Only who may look after terminals ends the program."""

    TITLE_WORDS = N_("Terminal")
    SECTION = "terminal"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f5", "mended", show=False),
        Binding("f6", "accounts", show=False),
        Binding("f12", "end", show=False),
    ]
    TIPS: ClassVar[tuple[str, ...]] = (
        N_("“Back in service” forgets the faults that were counted against this terminal."),
        N_("“End the program” closes the terminal; only a supervisor may."),
    )

    def page(self) -> Iterable[Widget]:
        """The doors."""
        with Horizontal(classes="doors"):
            yield BigButton(id="mended", key="F5")
            yield BigButton(id="accounts", key="F6")
            yield BigButton(id="end", key="F12")

    def relabel(self) -> None:
        """Say every word anew."""
        super().relabel()
        self.query_one("#mended", BigButton).say(_("Back in service"))
        self.query_one("#accounts", BigButton).say(_("Staff accounts"))
        self.query_one("#end", BigButton).say(_("End the program"))
        for button in self.query(".doors BigButton").results(BigButton):
            button.disabled = not self.may(Right.TERMINAL)

    def on_screen_resume(self) -> None:
        """What may be done depends on who is on duty."""
        self.relabel()

    def action_end(self) -> None:
        """End the program."""
        if self.may(Right.TERMINAL):
            self.post_message(StaffDone())

    def action_mended(self) -> None:
        """Count no faults against this terminal any more."""
        if self.may(Right.TERMINAL):
            self.post_message(BackInService())

    def action_accounts(self) -> None:
        """The accounts of the staff."""
        if self.may(Right.STAFF):
            self.go("staff_accounts")

    @on(BigButton.Chosen)
    def _button(self, event: BigButton.Chosen) -> None:
        acts = {"mended": self.action_mended, "accounts": self.action_accounts, "end": self.action_end}
        if event.button.id in acts:
            event.stop()
            acts[event.button.id]()
