"""One scan and its answer: a line, and beneath it every reason of a refusal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from screens.widgets.hanging import Hanging
from screens.widgets.refusal import RefusalCard

if TYPE_CHECKING:
    from store.policy.verdict import Reason


class ScanRow(Vertical):
    """Says itself anew when the language changes; `told` says what stands on the line."""

    def __init__(self, barcode: str, reasons: Sequence[Reason] = ()) -> None:
        super().__init__(classes="row")
        self.barcode = barcode
        self._reasons = tuple(reasons)

    def compose(self) -> Iterable[Widget]:
        """A line, and the card of a refusal."""
        yield Static(classes="line")
        if self._reasons:
            yield RefusalCard(self._reasons)

    def on_mount(self) -> None:
        """Say it."""
        self.relabel()

    def relabel(self) -> None:
        """Say it in the language spoken now."""
        for line in self.query(".line").results(Static):  # none before it is composed, nor once it goes
            line.update(Hanging(self.told()))
        for card in self.query(RefusalCard):
            card.relabel()

    def told(self) -> Content:
        """The line."""
        raise NotImplementedError


class ScanRows(VerticalScroll):
    """The answers of a page, the newest on top: seen without scrolling, however small the screen."""

    async def add(self, row: ScanRow) -> None:
        """Put an answer on top; a repeated scan answers on the same row."""
        for old in self.query(ScanRow):
            if old.barcode == row.barcode and not old.has_class("-settled"):
                await old.remove()
        await self.mount(row, before=self.children[0] if self.children else None)
        self.scroll_home(animate=False)

    def relabel(self) -> None:
        """Say every row in the language spoken now."""
        for row in self.query(ScanRow):
            row.relabel()
