"""Supervisor mode: who may end the program or bring a terminal back into service."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from screens.frame import BackInService, KioskScreen, StaffDone
from screens.widgets.button import BigButton
from screens.words import N_, _
from store.results.visit import StaffSignedIn
from store.states import Role

ROLES = {
    Role.CIRCULATION: N_("circulation"),
    Role.SUPERVISOR: N_("supervisor"),
    Role.POLICY_OWNER: N_("policy owner"),
}


class Staff(KioskScreen):
    """The page of a member of staff, in other colours and with words that say so."""

    TITLE_WORDS = N_("SUPERVISOR MODE")
    for_staff = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f5", "mended", show=False),
        Binding("f12", "end", show=False),
    ]
    TIPS: ClassVar[tuple[str, ...]] = (
        N_("“End the program” closes the terminal; only a supervisor may."),
        N_("“Done” goes back to the welcome page."),
    )

    def body(self) -> Iterable[Widget]:
        """Who, and the doors."""
        yield Static(id="banner", classes="title")
        with Horizontal(classes="doors"):
            yield BigButton(id="desk")
            yield BigButton(id="mended", key="F5")
            yield BigButton(id="end", key="F12")

    def on_mount(self) -> None:
        """Nobody yet."""
        self._who: StaffSignedIn | None = None
        self.query_one("#desk").disabled = True

    def begin(self, who: StaffSignedIn) -> None:
        """A member of staff has signed in."""
        self._who = who
        self.relabel()

    def relabel(self) -> None:
        """Say every word anew."""
        super().relabel()
        mode = _("SUPERVISOR MODE")
        who = f"{self._who.name} ({_(ROLES[self._who.role])})" if self._who else ""
        self.query_one("#banner", Static).update(Content(f"▓▓ {mode} ▓▓  {who}"))
        self.query_one("#desk", BigButton).say(_("Desk"), _("coming soon"))
        end = self.query_one("#end", BigButton)
        end.say(_("End the program"))
        mended = self.query_one("#mended", BigButton)
        mended.say(_("Back in service"))
        end.disabled = mended.disabled = not self._is_supervisor

    def way_out(self) -> str:
        """Back to the welcome page."""
        return _("Done")

    def forget(self) -> None:
        """The name goes."""
        self._who = None
        if self.is_mounted:
            super().forget()
            self.relabel()

    def action_end(self) -> None:
        """End the program, if this is a supervisor."""
        if self._is_supervisor:
            self.post_message(StaffDone())

    def action_mended(self) -> None:
        """Count no faults against this terminal any more, if this is a supervisor."""
        if self._is_supervisor:
            self.post_message(BackInService())

    @property
    def _is_supervisor(self) -> bool:
        return self._who is not None and self._who.role is Role.SUPERVISOR

    @on(BigButton.Chosen, "#mended")
    def _mended(self, event: BigButton.Chosen) -> None:
        event.stop()
        self.action_mended()

    @on(BigButton.Chosen, "#end")
    def _end(self, event: BigButton.Chosen) -> None:
        event.stop()
        self.action_end()
