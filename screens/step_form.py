"""A form of several steps on one page: each shows its own fields, the last of which sends it. Nothing outlives it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any, ClassVar, Generic, TypeVar

from textual import on
from textual.content import Content
from textual.widgets import Input, Static

from screens.frame import KioskScreen
from screens.widgets.keypad import ENTER, ERASE, SPACE, Key
from screens.words import _

StepT = TypeVar("StepT", bound=Enum)


class StepForm(KioskScreen, Generic[StepT]):
    """Its fields stand in rows `#row-NAME`; `#send` sends a step; a mailed code is asked for in the step `code`."""

    FIELDS: ClassVar[Mapping[Any, tuple[str, ...]]]
    "Those of each step."
    LABELS: ClassVar[Mapping[str, str]]
    step: StepT

    def start_anew(self) -> None:
        """Go back to the first step, with nothing known."""
        raise NotImplementedError

    def send(self) -> None:
        """Send what the step has asked for."""
        raise NotImplementedError

    def on_mount(self) -> None:
        """In the demo, look for the mail that the step has sent."""
        if self.terminal.last_mail is not None:
            self.set_interval(0.5, self._show_mail)

    def relabel(self) -> None:
        """Say every word anew; what was typed stays."""
        super().relabel()
        for name, label in self.LABELS.items():
            self.query_one(f"#label-{name}", Static).update(Content(_(label)))

    def forget(self) -> None:
        """Names, numbers, addresses, codes and PINs go."""
        self.start_anew()
        if self.is_mounted:
            super().forget()
            for field in self.query(Input):
                with field.prevent(Input.Changed):
                    field.value = ""
            self.show_step()

    async def scanned(self, code: str) -> None:
        """A scan does not belong in a form: it is said so and nothing changes."""
        del code
        self.say(_("Fill in the form first; your card is needed afterwards."), "wait")

    def show_step(self) -> None:
        """Show the fields of the step, and wait in the first."""
        for step, names in self.FIELDS.items():
            for name in names:
                self.query_one(f"#row-{name}").display = step is self.step and self.is_asked(name)
        first = self.FIELDS[self.step][0] if self.FIELDS[self.step] else "send"
        self.query_one(f"#{first}").focus()
        self._show_mail()
        self.relabel()

    def is_asked(self, name: str) -> bool:
        """Whether a field of the step is wanted this time."""
        del name
        return True

    def _show_mail(self) -> None:
        """In the demo the mailbox is the screen; the letter comes a moment after the step."""
        last = self.terminal.last_mail
        box = self.query_one("#mail", Static)
        shown = last() if self.step.value == "code" and last is not None else None
        box.display = shown is not None
        box.update(Content(_("Demo: this is the e-mail that was sent.") + "\n" + shown if shown is not None else ""))

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.advance(event.input.id or "")

    def advance(self, name: str) -> None:
        """From a field that is filled in to the next, or on to the next step."""
        names = [each for each in self.FIELDS[self.step] if self.is_asked(each)]
        if name in names and name != names[-1]:
            self.query_one(f"#{names[names.index(name) + 1]}").focus()
        else:
            self.send()

    @on(Key.Touched)
    def _touched(self, event: Key.Touched) -> None:
        field = self.focused if isinstance(self.focused, Input) else None
        if event.letter == ENTER:
            self.advance(field.id or "" if field else "")
        elif field is not None and event.letter == ERASE:
            field.action_delete_left()
        elif field is not None:
            field.insert_text_at_cursor(" " if event.letter == SPACE else event.letter)
