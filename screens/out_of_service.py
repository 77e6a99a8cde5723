"""This terminal is out of service: after a fault, and until a supervisor comes if there were several."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from screens import words
from screens.frame import CardShown, KioskScreen
from screens.words import N_

SENTENCE = N_("This terminal is out of service. Please use another one.")


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
        lines = [words.translator(language).text(SENTENCE) for language in words.LANGUAGES]
        self.query_one("#call", Static).update(Content("\n\n".join(lines)))

    def way_out(self) -> str:
        """None."""
        return ""

    async def is_staff_card(self, code: str) -> bool:  # noqa: ARG002
        """Whatever is scanned here is taken for one: the library may be out of reach."""
        return True

    async def scanned(self, code: str) -> None:
        """A card: only a supervisor's leads anywhere."""
        self.post_message(CardShown(code))

    def forget(self) -> None:
        """There is nothing to forget."""

    def action_done(self) -> None:
        """There is no way out but a supervisor's."""
