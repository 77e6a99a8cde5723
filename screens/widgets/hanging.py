"""Lines that, where they wrap, go on beneath their own beginning."""

from __future__ import annotations

import re

from rich.segment import Segment
from textual.content import Content
from textual.css.styles import RulesMap
from textual.strip import Strip
from textual.style import Style
from textual.visual import RenderOptions, Visual

_SIGN = re.compile(r" *([✓✗↶!+→] +)?")


class Hanging(Visual):
    """Each line is a sign, or room for one, and what stands beside it, however many rows that takes.

    `column`: where in the first line the text begins that may take several rows, if not behind a sign.
    """

    def __init__(self, told: Content, column: int | None = None) -> None:
        self._told = told
        first, *others = told.split("\n", allow_blank=True)
        beginning = _sign_of(first) if column is None else column
        self._lines = [_divided(first, beginning), *(_divided(line, _sign_of(line)) for line in others)]

    def __str__(self) -> str:
        """What is said, as text."""
        return self._told.plain

    def get_optimal_width(self, rules: RulesMap, container_width: int) -> int:
        """The width at which nothing wraps."""
        widths = [sign.cell_length + text.get_optimal_width(rules, container_width) for sign, text in self._lines]
        return max(widths, default=0)

    def get_height(self, rules: RulesMap, width: int) -> int:
        """So many rows at this width."""
        return sum(text.get_height(rules, max(1, width - sign.cell_length)) for sign, text in self._lines)

    def render_strips(self, width: int, height: int | None, style: Style, options: RenderOptions) -> list[Strip]:
        """The rows, at most `height`."""
        rows: list[Strip] = []
        for sign, text in self._lines:
            indent = sign.cell_length
            before = sign.render_strips(indent, 1, style, options)
            for row in text.render_strips(max(1, width - indent), None, style, options):
                rows.append(Strip.join([*before, row]))
                before = [Strip([Segment(" " * indent, style.rich_style)], indent)]
        return rows if height is None else rows[:height]


def _sign_of(line: Content) -> int:
    sign = _SIGN.match(line.plain)
    return sign.end() if sign else 0


def _divided(line: Content, column: int) -> tuple[Content, Content]:
    before, beside = line.divide([min(column, len(line))])
    return before, beside
