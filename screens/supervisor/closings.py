"""Past closings of the day, of every terminal, the newest first: read, print, export."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

import store
from screens import words
from screens.paperwork import closing_paper
from screens.supervisor.frame import StaffScreen
from screens.supervisor.handing import hand_out, save
from screens.terminal import Terminal
from screens.widgets.button import BigButton
from screens.widgets.columns import Lines, in_table
from screens.words import N_, _
from store.results.money import Closing, ClosingPage


class StaffClosings(StaffScreen):
    """A line for each closing."""

    TITLE_WORDS = N_("Past closings")
    SECTION = "money"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f3", "show", show=False),
        Binding("f5", "export", show=False),
        Binding("f7", "turn(-1)", show=False),
        Binding("f8", "turn(1)", show=False),
    ]
    TIPS: ClassVar[tuple[str, ...]] = (
        N_("Enter or F3 shows the closing under the cursor with its receipts: read or print it."),
        N_("F5 saves it as a CSV file in the terminal's folder; F7 and F8 turn the pages."),
    )

    def __init__(self, terminal: Terminal) -> None:
        super().__init__(terminal)
        self._page = ClosingPage((), more=False)
        self._number = 0

    def page(self) -> Iterable[Widget]:
        """The list and the acts."""
        yield Static(id="columns", classes="columns")
        yield Lines(id="list")
        with Horizontal(id="acts"):
            yield BigButton(id="show", key="F3", classes="-main")
            yield BigButton(id="export", key="F5")
            yield BigButton(id="newer", key="F7")
            yield BigButton(id="older", key="F8")

    def on_screen_resume(self) -> None:
        """The newest first, read anew."""
        super().on_screen_resume()
        self.query_one(Lines).focus()
        self._number = 0
        if self.terminal.duty is not None:
            self.in_background(self._read())

    async def _read(self) -> None:
        number = self._number
        found = await self.ask_store(lambda library: store.money.closings.closings(library, None, number))
        if found is not None and number == self._number:
            self._page = found
            self.relabel()

    def relabel(self) -> None:
        """Say every word anew."""
        super().relabel()
        wide = self.wide
        head = (_("When"), _("Terminal"), _("Expected"), _("Counted"), _("Difference"), _("Card"), _("Closed by"))
        rows = [row if wide else row[:-1] for row in (head, *map(_cells, self._page.closings))]
        named, *told = in_table(rows, self.width)
        self.query_one("#columns", Static).update(named)
        lines = [(f"closing:{each.closing_id}", line) for each, line in zip(self._page.closings, told, strict=True)]
        self.query_one(Lines).write(lines or [("none", Content.styled(_("No closing yet."), "$text-muted"))])
        buttons = {"show": _("Show"), "export": _("Save as CSV"), "newer": _("Newer"), "older": _("Older")}
        for name, label in buttons.items():
            self.query_one(f"#{name}", BigButton).say(label)
        self.query_one("#newer", BigButton).disabled = self._number == 0
        self.query_one("#older", BigButton).disabled = not self._page.more

    @property
    def _chosen(self) -> Closing | None:
        key = self.query_one(Lines).current
        return next((each for each in self._page.closings if key == f"closing:{each.closing_id}"), None)

    def action_show(self) -> None:
        """The closing with its receipts."""
        if self._chosen is not None:
            self.in_background(self._show(self._chosen))

    async def _show(self, closing: Closing) -> None:
        receipts = await self.ask_store(lambda library: store.money.closings.receipts_of(library, closing.closing_id))
        if receipts is not None:
            await hand_out(self, closing_paper(closing, receipts, words.current()))

    def action_export(self) -> None:
        """Save it as CSV."""
        if self._chosen is not None:
            self.in_background(self._export(self._chosen))

    async def _export(self, closing: Closing) -> None:
        text = await self.ask_store(lambda library: store.money.closings.as_csv(library, closing.closing_id))
        if text is not None:
            await save(self, f"closing-{closing.closing_id}.csv", text)

    def action_turn(self, step: int) -> None:
        """Older or newer closings."""
        if (step > 0 and self._page.more) or (step < 0 and self._number > 0):
            self._number += step
            self.in_background(self._read())

    def forget(self) -> None:
        """The list goes."""
        self._page, self._number = ClosingPage((), more=False), 0
        if self.is_mounted:
            super().forget()

    @on(Lines.OptionSelected)
    def _selected(self, event: Lines.OptionSelected) -> None:
        event.stop()
        self.action_show()

    @on(BigButton.Chosen)
    def _button(self, event: BigButton.Chosen) -> None:
        acts: dict[str, Callable[[], None]] = {
            "show": self.action_show,
            "export": self.action_export,
            "newer": lambda: self.action_turn(-1),
            "older": lambda: self.action_turn(1),
        }
        if event.button.id in acts:
            event.stop()
            acts[event.button.id]()


def _cells(each: Closing) -> tuple[Content | str, ...]:
    difference = Content.styled(words.money(each.difference), "bold $error" if each.difference else "$success")
    return (
        words.moment(each.closed_at), each.terminal, words.money(each.cash_expected), words.money(each.cash_counted),
        difference, words.money(each.card_expected), " ".join(filter(None, (each.staff, each.note))),
    )  # fmt: skip
