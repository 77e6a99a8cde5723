"""A big target: three rows, a word, the key that does the same, and a sign when it has the focus."""

from __future__ import annotations

from dataclasses import dataclass

from textual import events
from textual.content import Content
from textual.message import Message
from textual.widgets import Static


class BigButton(Static, can_focus=True):
    """Chosen by touch, by Enter or space when it has the focus, or by its key, which the screen binds."""

    @dataclass
    class Chosen(Message):
        """The button was pressed."""

        button: BigButton

        @property
        def control(self) -> BigButton:
            """For `@on(BigButton.Chosen, "#id")`."""
            return self.button

    def __init__(self, label: str = "", *, key: str = "", id: str | None = None, classes: str = "") -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self._label = label
        self._second = ""
        self._key = key

    def say(self, label: str, second: str = "") -> None:
        """Change the word, and the smaller line beneath it."""
        self._label, self._second = label, second
        self.refresh(layout=True)

    def render(self) -> Content:
        """The word and its key; a second line if there is one."""
        first = Content(self._label)
        if self._key:
            first = Content.assemble(first, "  ", (self._key, "$text-muted"))
        return Content.assemble(first, "\n", (self._second, "$text-muted")) if self._second else first

    def on_click(self) -> None:
        """A touch."""
        self._choose()

    def key_enter(self, event: events.Key) -> None:
        """Enter, while it has the focus; it ends here, or what has the focus after a card would have it too."""
        event.stop()
        self._choose()

    def key_space(self, event: events.Key) -> None:
        """Space, while it has the focus."""
        event.stop()
        self._choose()

    def _choose(self) -> None:
        if not self.disabled:
            self.post_message(self.Chosen(self))
