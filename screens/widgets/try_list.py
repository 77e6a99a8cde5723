"""The demo's stand-in for a scanner: a list of cards or items, each scanned by its key or a touch."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from textual import on
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from screens import words
from screens.terminal import TryThis
from screens.words import _


class TryList(Vertical):
    """Shown in the demo only."""

    @dataclass
    class Picked(Message):
        """One was picked: it counts as scanned."""

        code: str

    def __init__(self, things: Sequence[TryThis]) -> None:
        super().__init__(classes="try")
        self._things = {thing.key: thing for thing in things}

    def compose(self) -> Iterable[Widget]:
        """A title and the list."""
        yield Static(classes="try-title")
        yield OptionList()

    def relabel(self) -> None:
        """Say it in the language spoken now."""
        title = _("Demo: press the key or touch the line in place of a scan")
        self.query_one(Static).update(Content(title))
        options = self.query_one(OptionList)
        highlighted = options.highlighted
        options.clear_options()
        options.add_options(Option(self._line(thing), id=thing.key) for thing in self._things.values())
        options.highlighted = highlighted

    def press(self, letter: str) -> bool:
        """A key was pressed; True if it picks something."""
        thing = self._things.get(letter)
        if thing is not None:
            self.post_message(self.Picked(thing.code))
        return thing is not None

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.press(str(event.option_id))

    def _line(self, thing: TryThis) -> Content:
        label = thing.label_en if words.current().language == "en" else thing.label_tr
        pin = f"  PIN {thing.pin}" if thing.pin else ""
        return Content.assemble((f" {thing.key} ", "reverse"), f" {thing.code}{pin}  ", (label, "$text-muted"))
