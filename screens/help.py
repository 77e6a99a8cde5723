"""The card that says what to do on this screen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from screens.widgets.button import BigButton
from screens.widgets.card import Card
from screens.words import _


class HelpCard(Card[None]):
    """Sentences, one a line, and a way back."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,f1,f10", "dismiss", show=False),
    ]

    def __init__(self, sentences: Sequence[str]) -> None:
        super().__init__()
        self._sentences = tuple(sentences)

    def compose(self) -> Iterable[Widget]:
        """The sentences and a button."""
        with Vertical(classes="card"):
            yield Static(Content(_("Help")), classes="card-title")
            for sentence in self._sentences:
                yield Static(Content(f"• {_(sentence)}"))
            yield BigButton(_("Back"), key="Esc", id="back")

    def on_mount(self) -> None:
        """The way back has the focus."""
        self.query_one("#back").focus()

    @on(BigButton.Chosen)
    def _back(self, event: BigButton.Chosen) -> None:
        event.stop()
        self.dismiss()
