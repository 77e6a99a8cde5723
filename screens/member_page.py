"""A page beside the member's home page: F9 and Escape lead back there."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType

from screens.frame import KioskScreen


class MemberPage(KioskScreen):
    """One step away from the member's home page; some such pages are open to everybody."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("f9", "home", show=False)]

    def action_home(self) -> None:
        """Back to the home page, if somebody is signed in."""
        if self.terminal.visit is not None:
            self.go("home")

    def action_back(self) -> None:
        """One step back: home, or out."""
        if self.terminal.visit is not None:
            self.action_home()
        else:
            self.action_done()
