"""The field for a PIN: masked, deaf to the clipboard, silent about what it holds, and emptied as soon as it is read."""

from __future__ import annotations

from dataclasses import dataclass

from textual import events, on
from textual.message import Message
from textual.widgets import Input


class PinField(Input):
    """A masked field whose value leaves it only by `take()`.

    Textual's masked Input gives its plain value to the clipboard (ctrl+c, ctrl+x) and to every listener of
    Input.Changed; here neither happens.
    """

    @dataclass
    class Entered(Message):
        """Enter was pressed; `take()` gives the PIN."""

        field: PinField

        @property
        def control(self) -> PinField:
            """For `@on(PinField.Entered, "#id")`."""
            return self.field

    @dataclass
    class Typed(Message):
        """Something was typed; `faults()` of the rules may be shown anew."""

        field: PinField

        @property
        def control(self) -> PinField:
            """For `@on(PinField.Typed, "#id")`."""
            return self.field

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(password=True, max_length=64, select_on_focus=False, id=id)
        self.cursor_blink = False

    def take(self) -> str:
        """Give what was typed and empty the field."""
        typed = self.value
        self.forget()
        return typed

    def peek(self) -> str:
        """What is typed so far, for rules that are shown while typing."""
        return self.value

    def forget(self) -> None:
        """Empty the field, without a trace in its history."""
        with self.prevent(Input.Changed):
            self.value = ""

    def action_copy(self) -> None:
        """A PIN is never copied."""

    def action_cut(self) -> None:
        """A PIN is never copied."""

    def action_paste(self) -> None:
        """Nothing is pasted into a PIN."""

    def _on_paste(self, event: events.Paste) -> None:
        event.prevent_default()
        event.stop()

    @on(Input.Changed)
    def _keep_to_itself(self, event: Input.Changed) -> None:
        event.stop()
        self.post_message(self.Typed(self))

    @on(Input.Submitted)
    def _say_only_that(self, event: Input.Submitted) -> None:
        event.stop()
        self.post_message(self.Entered(self))
