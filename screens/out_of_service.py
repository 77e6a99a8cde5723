"""This terminal is out of service: after repeated faults until a supervisor comes, or while its clock is wrong."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from screens import words
from screens.frame import KioskScreen
from screens.messages import CardShown
from screens.words import N_

SENTENCE = N_("This terminal is out of service. Please use another one.")
WRONG_CLOCK = N_("Its clock is wrong: due dates could not be trusted. It goes on by itself when the clock is set.")


class OutOfService(KioskScreen):
    """Says so in both languages; a supervisor's card begins the way back."""

    rests = True
    TIPS: ClassVar[tuple[str, ...]] = (SENTENCE,)

    def body(self) -> Iterable[Widget]:
        """One sentence, twice."""
        yield Static(id="call")

    def on_mount(self) -> None:
        """There is nothing to leave."""
        self.query_one("#done").display = False

    def relabel(self) -> None:
        """Both languages at once."""
        super().relabel()
        told = (SENTENCE, WRONG_CLOCK) if self.terminal.clock_is_wrong else (SENTENCE,)
        lines = ["\n".join(map(words.translator(language).text, told)) for language in words.LANGUAGES]
        self.query_one("#call", Static).update(Content("\n\n".join(lines)))

    def way_out(self) -> str:
        """None."""
        return ""

    async def is_staff_card(self, code: str) -> bool:  # noqa: ARG002
        """Whatever is scanned here is taken for one, the library may be away; but by a wrong clock nobody signs in."""
        return not self.terminal.clock_is_wrong

    async def scanned(self, code: str) -> None:
        """A card: only a supervisor's leads anywhere, and none while what it does would bear a wrong time."""
        self.say("")
        if not self.terminal.clock_is_wrong:
            self.post_message(CardShown(code))

    def forget(self) -> None:
        """There is nothing to forget."""

    def action_done(self) -> None:
        """There is no way out but a supervisor's."""
