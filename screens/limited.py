"""What is said while the library can't be reached: what works, what does not, and what becomes of a return."""

from __future__ import annotations

from datetime import datetime

from textual.content import Content

from screens import words
from screens.terminal import Terminal
from screens.widgets.scan_row import ScanRow
from screens.words import N_, _

AWAY = N_("The library's records can't be reached just now")
NOT_TAKEN_DOWN = N_("This could not be taken down. Please give it to the staff at the desk.")


def what_works(terminal: Terminal) -> Content:
    """For the first page: nothing is lost, and what can be done all the same."""
    lines = [Content("✓ " + _("What was confirmed stands; nothing was done by halves."))]
    if terminal.can_take_down:
        works = _("Returns are taken: they are booked as of the moment of the scan as soon as the records are back.")
        lines.append(Content("✓ " + works))
        wont = _("Signing in, borrowing, renewing, holds and search don't work until then.")
    else:
        wont = _("Nothing else works until then. Please ask at the desk or come back soon.")
    lines.append(Content("✗ " + wont))
    return Content("\n").join(lines)


class NotedRow(ScanRow):
    """A return that was taken down."""

    def __init__(self, barcode: str, moment: datetime, *, again: bool) -> None:
        super().__init__(barcode)
        self.moment = moment
        self.again = again

    def told(self) -> Content:
        """That it is kept, since when, and where to put it."""
        text = _("taken down before, at {time}") if self.again else _("taken down at {time}")
        return Content.assemble(
            ("✓ ", "bold $success"), (_("Barcode {barcode}").format(barcode=self.barcode), "bold"),
            "   ", text.format(time=words.clock(self.moment)),
            "   ", ("→ " + _("put it on the return shelf"), "bold $accent"),
        )  # fmt: skip
