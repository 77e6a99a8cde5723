"""Figures as pictures in the terminal: bars, columns and a heat map of block characters, each with its number."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec import Struct
from textual.content import Content
from textual.widgets import Static

_EIGHTHS_RIGHT = " ▏▎▍▌▋▊▉█"
_EIGHTHS_UP = " ▁▂▃▄▅▆▇█"
_SHADES = ("·", "░", "▒", "▓", "█")
_STYLES = ("$text-muted", "$secondary", "$primary", "$warning", "$accent")
_NARROW = 70
_SHORTEST = 8
"Of a bar's room: with less it says nothing."

Draw = Callable[[int, int], Content]
"Draws a picture for so many columns and rows."


class Plot(Static):
    """A picture that is drawn anew for the room it has."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._draw: Draw | None = None

    def show(self, draw: Draw | None) -> None:
        """Show this picture; None: nothing."""
        self._draw = draw
        self.refresh(layout=True)

    def render(self) -> Content:
        """As wide as there is room."""
        parent = self.parent
        size = getattr(parent, "scrollable_content_region", None)
        width, height = (size.width, size.height) if size else (self.size.width, self.size.height)
        return self._draw(width, height) if self._draw is not None and width else Content("")


class Bar(Struct, frozen=True):
    """One line of a bar chart."""

    label: str
    value: int
    told: str
    "The value as people read it."
    note: str = ""


def bars(lines: Sequence[Bar], width: int, style: str = "$accent") -> Content:
    """A line for each: its name, a bar as long as its share of the longest, its number, a note.

    With little room a long name stands above its bar.
    """
    longest = max((len(line.label) for line in lines), default=0)
    above = width < _NARROW and longest > width // 3
    label = 0 if above else min(longest, width * 2 // 5) + 2
    told = max((len(line.told) for line in lines), default=0) + 1
    note = max((len(line.note) + 2 for line in lines if line.note), default=0)
    room = max(width - label - told - note, _SHORTEST)
    most = max((abs(line.value) for line in lines), default=0)
    drawn: list[Content] = []
    for line in lines:
        if above:
            drawn.append(Content(line.label).truncate(width, ellipsis=True))
        name = Content("") if above else Content(line.label).truncate(label - 2, ellipsis=True)
        bar = Content.assemble((_across(abs(line.value) * room * 8 // most if most else 0), style), f" {line.told}")
        drawn.append(
            Content.assemble(
                _padded(name, label), _padded(bar, room + told) if line.note else bar,
                (f"  {line.note}" if line.note else "", "$text-muted"),
            )
        )  # fmt: skip
    return Content("\n").join(drawn)


def _padded(text: Content, width: int) -> Content:
    return text.pad_right(max(0, width - text.cell_length))


def _across(eighths: int) -> str:
    """A bar to the right; what is more than nothing shows."""
    return "█" * (eighths // 8) + (_EIGHTHS_RIGHT[eighths % 8] if eighths % 8 else "")


def columns(values: Sequence[int], marks: Sequence[str], width: int, height: int, style: str = "$accent") -> Content:
    """A column for each value, the highest as high as there is room, and marks beneath them where they fit."""
    most = max(values, default=0)
    scale = len(str(most))
    each = max(1, min(6, (width - scale - 2) // max(len(values), 1)))
    bar = max(each - 1, 1)
    lines = []
    for row in range(height, 0, -1):
        filled = (_up(value * height * 8 // most if most else 0, row) for value in values)
        head = str(most) if row == height else "0" if row == 1 else ""
        cells = "".join(sign * bar + " " * (each - bar) for sign in filled)
        lines.append(Content.assemble((f"{head:>{scale}} ┤", "$text-muted"), (cells, style)))
    lines.append(Content.styled(" " * (scale + 2) + _marks(marks, each), "$text-muted"))
    return Content("\n").join(lines)


def _up(eighths: int, row: int) -> str:
    """What of a column this many eighths high stands in a row, counted from 1 below."""
    return _EIGHTHS_UP[max(0, min(8, eighths - (row - 1) * 8))]


def _marks(marks: Sequence[str], each: int) -> str:
    """Marks beneath their columns; one that would touch the one before is left out."""
    told = ""
    for place, mark in enumerate(marks):
        if mark and place * each >= len(told) + (1 if told else 0):
            told = f"{told:<{place * each}}{mark}"
    return told


def heat_map(rows: Sequence[tuple[str, Sequence[int]]], marks: Sequence[str], width: int) -> Content:
    """A cell for each value, denser the higher it is, and how many the densest stands for."""
    label = max((len(name) for name, _values in rows), default=0)
    count = max((len(values) for _name, values in rows), default=1)
    cell = max(1, min(4, (width - label - 1) // count))
    most = max((value for _name, values in rows for value in values), default=0)
    lines = [Content.styled(" " * (label + 1) + _marks(marks, cell), "$text-muted")]
    for name, values in rows:
        cells = (_shade(value, most) for value in values)
        lines.append(Content.assemble(f"{name:<{label}} ", *((sign * cell, style) for sign, style in cells)))
    return Content("\n").join([*lines, Content(""), _scale(most)])


def _shade(value: int, most: int) -> tuple[str, str]:
    place = 0 if not value else min(4, 1 + (value * 4 - 1) // most)
    return _SHADES[place], _STYLES[place]


def _scale(most: int) -> Content:
    """What each density stands for."""
    parts: list[Content | str] = []
    for place, (sign, style) in enumerate(zip(_SHADES, _STYLES, strict=True)):
        first, last = most * (place - 1) // 4 + 1, most * place // 4
        told = "0" if not place else str(last) if first >= last else f"{first}–{last}"
        if not place or last >= first:
            parts += [Content.styled(sign * 2, style), f" {told}   "]
    return Content.assemble(*parts)
