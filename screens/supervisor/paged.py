"""A staff page with a long list: read a page at a time, F7 and F8 turn them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from screens.supervisor.frame import StaffScreen
from screens.terminal import Terminal
from screens.widgets.button import BigButton
from screens.widgets.columns import Lines
from screens.words import _


class PagedScreen(StaffScreen):
    """Above the list what it shows, beneath it more about the line under the cursor, then the acts."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f7", "turn(-1)", show=False),
        Binding("f8", "turn(1)", show=False),
    ]
    BUTTONS: ClassVar[tuple[tuple[str, str], ...]] = ()
    "The acts' buttons: id and key; the first is the main one."

    def __init__(self, terminal: Terminal) -> None:
        super().__init__(terminal)
        self._page_number = 0
        self._has_more = False

    def page(self) -> Iterable[Widget]:
        """What is shown, the list, the line under the cursor, the acts."""
        yield Static(id="count")
        yield Static(id="columns", classes="columns")
        yield Lines(id="list")
        yield Static(id="more")
        with Horizontal(id="acts"):
            for place, (name, key) in enumerate(self.BUTTONS):
                yield BigButton(id=name, key=key, classes="" if place else "-main")
            yield BigButton("◂", id="earlier", key="F7")
            yield BigButton("▸", id="later", key="F8")

    def on_screen_resume(self) -> None:
        """Read anew each time."""
        super().on_screen_resume()
        self.query_one(Lines).focus()
        self.read_anew()

    def widths(self, *columns: int) -> tuple[int, ...]:
        """These columns, and a last one as wide as there is room."""
        return (*columns, max(10, self.width - 4 - sum(columns) - 2 * len(columns)))

    def read_anew(self) -> None:
        """Read this page of the list again."""
        self.in_background(self.read())

    async def read(self) -> None:
        """Read this page of the list, and show it."""
        raise NotImplementedError

    def begin_at(self, first: int = 0) -> None:
        """Another list: from this page on."""
        self._page_number = first
        self.read_anew()

    def say_pages(self) -> None:
        """Offer the pages that there are; a list of one page needs no turning."""
        several = self._has_more or self._page_number > 0
        for name, possible in (("earlier", self._page_number > 0), ("later", self._has_more)):
            button = self.query_one(f"#{name}", BigButton)
            button.display, button.disabled = several, not possible

    def page_words(self) -> str:
        """Which page this is, if there are several."""
        return _("page {n}").format(n=self._page_number + 1) if self._has_more or self._page_number else ""

    def action_turn(self, by: int) -> None:
        """To the next page, or the one before."""
        if by < 0 < self._page_number or (by > 0 and self._has_more):
            self.begin_at(self._page_number + by)

    def describe(self) -> Content:
        """More about the line under the cursor."""
        raise NotImplementedError

    def choose(self) -> None:
        """Enter, a touch, or the main button: what one does first with a line."""
        raise NotImplementedError

    @on(Lines.OptionHighlighted)
    def _highlighted(self, event: Lines.OptionHighlighted) -> None:
        event.stop()
        self.query_one("#more", Static).update(self.describe())

    @on(Lines.OptionSelected)
    def _selected(self, event: Lines.OptionSelected) -> None:
        event.stop()
        self.choose()

    @on(BigButton.Chosen, "#earlier")
    @on(BigButton.Chosen, "#later")
    def _turned(self, event: BigButton.Chosen) -> None:
        event.stop()
        self.action_turn(1 if event.button.id == "later" else -1)

    def forget(self) -> None:
        """From the first page on next time."""
        self._page_number, self._has_more = 0, False
        super().forget()


def spoken_list(parts: Iterable[str]) -> str:
    """Parts that are there, with points between them."""
    return " · ".join(part for part in parts if part)
