"""The on-screen keyboard of a touch terminal: lower-case letters, Turkish ones too, digits; capitals for names."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Static

ROWS = ("1234567890", "qwertyuıopğü", "asdfghjklşi", "zxcvbnmöç")
ERASE = "⌫"
ENTER = "⏎"
SPACE = "␣"


class Key(Static):
    """One key; a touch presses it."""

    @dataclass
    class Touched(Message):
        """The key was touched."""

        letter: str

    def __init__(self, letter: str) -> None:
        super().__init__(letter, markup=False)
        self.letter = letter

    def on_click(self) -> None:
        """Say which letter."""
        self.post_message(self.Touched(self.letter))


class Keypad(Vertical):
    """Types into whichever field the screen gives it: it only says which key was touched (`Key.Touched`)."""

    def compose(self) -> Iterable[Widget]:
        """A row of keys for each line of the keyboard."""
        for number, row in enumerate(ROWS):
            extra = {2: (ERASE,), 3: (SPACE, ENTER)}.get(number, ())
            yield Horizontal(*(Key(letter) for letter in (*row, *extra)), classes="keys")
