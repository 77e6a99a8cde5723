"""The settings of the terminal as kiosk.toml has them; some are changed here, for the next start."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

import store
from screens.care import SettingLine
from screens.supervisor.frame import StaffScreen
from screens.widgets.answers import Field
from screens.widgets.ask import AskCard
from screens.widgets.button import BigButton
from screens.widgets.columns import Lines, in_columns
from screens.words import N_, _
from store.desk.roles import Right
from store.policy.verdict import Refused


class StaffSettings(StaffScreen):
    """A line for each key."""

    TITLE_WORDS = N_("Settings")
    SECTION = "terminal"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("f3", "change", show=False)]
    TIPS: ClassVar[tuple[str, ...]] = (
        N_("Enter or F3 changes the setting under the cursor, if it may be changed here (✎)."),
        N_("A change is written into kiosk.toml and holds from the next start of the program."),
        N_("Database, rules, PINs and mail are the administrator's."),
    )

    def page(self) -> Iterable[Widget]:
        """The list and the act."""
        yield Static(id="columns", classes="columns")
        yield Lines(id="list")
        with Horizontal(id="acts"):
            yield BigButton(id="change", key="F3", classes="-main")

    def on_mount(self) -> None:
        """Nothing is known yet."""
        self._settings: tuple[SettingLine, ...] = ()

    def on_screen_resume(self) -> None:
        """Read anew each time."""
        super().on_screen_resume()
        self.query_one(Lines).focus()
        self.in_background(self._read())

    async def _read(self) -> None:
        care = self.terminal.care
        found = await self.ask_store(lambda _library: care.settings()) if care is not None else None
        if found is not None:
            self._settings = found
            self.relabel()

    def relabel(self) -> None:
        """Say every word anew."""
        super().relabel()
        widths = (30, 2, 0)
        self.query_one("#columns", Static).update(in_columns((_("Key"), "", _("Value")), widths))
        self.query_one(Lines).write([(line.name.replace(".", "-"), _line(line, widths)) for line in self._settings])
        self.query_one("#change", BigButton).say(_("Change"))
        self.query_one("#change", BigButton).disabled = not self.may(Right.TERMINAL)

    def action_change(self) -> None:
        """Change the setting under the cursor."""
        chosen = self.query_one(Lines).current
        line = next((each for each in self._settings if each.name.replace(".", "-") == chosen), None)
        if line is None or not self.may(Right.TERMINAL):
            return
        if line.changeable:
            self.in_background(self._change(line))
        else:
            self.say(_("{key} is the administrator's to change.").format(key=line.name), "bad")

    async def _change(self, line: SettingLine) -> None:
        field = Field("value", _("Value"), value=line.value.strip('"'), required=False)
        given = await self.ask_on(AskCard(line.name, (field,)))
        care = self.terminal.care
        if given is None or care is None:
            return
        written = str(given["value"] or "")
        detail = {"setting": line.name}
        answer = await self.act(
            lambda library, now, at: store.desk.terminals.tend(library, "terminal_setting", detail, now, at)
        )
        if isinstance(answer, Refused):
            return
        trouble = await self.ask_store(lambda _library: care.change(line.table, line.key, written))
        if trouble:
            self.say(trouble, "bad")
        else:
            self.say(_("Written. It holds from the next start."), "good")
        await self._read()

    def forget(self) -> None:
        """The list goes."""
        if self.is_mounted:
            self._settings = ()
            super().forget()

    @on(Lines.OptionSelected)
    def _selected(self, event: Lines.OptionSelected) -> None:
        event.stop()
        self.action_change()

    @on(BigButton.Chosen, "#change")
    def _button(self, event: BigButton.Chosen) -> None:
        event.stop()
        self.action_change()


def _line(line: SettingLine, widths: tuple[int, ...]) -> Content:
    style = "" if line.changeable else "$text-muted"
    return in_columns(
        (Content.styled(line.name, style), "✎" if line.changeable else "", Content.styled(line.value, style)), widths
    )
