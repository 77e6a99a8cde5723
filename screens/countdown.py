"""The visible countdown before a visit times out: any key, touch or scan stays."""

from __future__ import annotations

from collections.abc import Iterable

from textual.containers import Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from screens.widgets.card import Card
from screens.words import _, ngettext


class Countdown(Card[None]):
    """Seconds running down."""

    def __init__(self, left: float) -> None:
        super().__init__()
        self._left = left

    def compose(self) -> Iterable[Widget]:
        """The question, the seconds, the bar."""
        with Vertical(classes="card"):
            yield Static(Content(_("Are you still there?")), classes="card-title")
            yield Static(id="seconds")
            yield Static(Content(_("Press any key, touch the screen or scan to stay.")))

    def on_mount(self) -> None:
        """Show the first number."""
        self.show(self._left)

    def show(self, left: float) -> None:
        """Show how many seconds are left."""
        seconds = max(0, round(left))
        text = ngettext("You will be signed out in {n} second.", "You will be signed out in {n} seconds.", seconds)
        self.query_one("#seconds", Static).update(Content(f"{text}\n{'▰' * min(seconds, 40)}"))
