"""The last door before the terminal: whatever stands in the library, only letters are drawn.

No door of the library lets control characters in, but a database may be older than its doors, or written by others. A
terminal would obey them: move the cursor, change the title, fill the clipboard.
"""

from __future__ import annotations

import re

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

# C0, DEL and C1; marks and overrides that turn the direction of what follows.
_COMMANDS = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


class OnlyLetters(LineFilter):
    """Leaves out what is no letter: none of it has a width, so that every line stays as long as it was measured."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002 - Textual's signature
        """The same line; most lines as they are."""
        if not any(_COMMANDS.search(segment.text) for segment in segments):
            return segments
        return [Segment(_COMMANDS.sub("", segment.text), segment.style, segment.control) for segment in segments]
