"""A letter as it went or will go, to be read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from screens.widgets.button import BigButton
from screens.widgets.card import Card
from screens.words import _


class LetterCard(Card[None]):
    """To whom, about what, and the text; arrows scroll it, Enter, Esc or a touch close it."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,enter,f10", "leave", show=False)]

    def __init__(self, address: str, subject: str, text: str) -> None:
        super().__init__()
        self._address = address
        self._subject = subject
        self._text = text

    def compose(self) -> Iterable[Widget]:
        """Address and subject, the text, the way back."""
        with Vertical(classes="card"):
            yield Static(Content(self._subject), classes="card-title")
            yield Static(Content(_("To {address}").format(address=self._address or "–")), classes="quiet")
            with VerticalScroll(id="letter"):
                yield Static(Content(self._text.rstrip()))
            yield BigButton(_("Back"), key="Esc", id="back", classes="-main")

    def on_mount(self) -> None:
        """The text has the focus: arrows scroll it."""
        self.query_one("#letter").focus()

    def action_leave(self) -> None:
        """It was read."""
        self.dismiss(None)

    @on(BigButton.Chosen)
    def _back(self, event: BigButton.Chosen) -> None:
        event.stop()
        self.dismiss(None)
