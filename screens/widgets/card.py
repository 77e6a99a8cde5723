"""What every card over a page has in common: it is answered once."""

from __future__ import annotations

from typing import TypeVar

from textual.await_complete import AwaitComplete
from textual.screen import ModalScreen

A = TypeVar("A")


class TakesLetters:
    """A page or a card to which a single letter, typed where no field has the focus, means something."""

    def letter_typed(self, letter: str) -> None:
        """A letter was typed, and nothing followed it that would make it a scan."""


class Card(ModalScreen[A]):
    """A card over a page; `A` is its answer."""

    def dismiss(self, result: A | None = None) -> AwaitComplete:
        """Close the card with its answer; nothing if it does not stand on top (any more).

        Two touches of a button may both be on their way: Textual would close the page beneath with the second.
        """
        return super().dismiss(result) if self.app.screen is self else AwaitComplete()
