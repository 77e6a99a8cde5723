"""A table of the rules as lines of a list: one line for each row, cut to the room that there is."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from screens.rulebook.sheets import Row, Sheet
from screens.widgets.columns import fitted_widths, in_columns

_INDENT = "  "


def head_line(sheet: Sheet, room: int) -> Content:
    """The names of the columns."""
    return in_columns(sheet.columns, _widths(sheet, room))


def row_lines(sheet: Sheet, room: int) -> list[Content]:
    """Each row on one line."""
    widths = _widths(sheet, room)
    return [_line(sheet, row, widths) for row in sheet.rows]


def told(sheet: Sheet, room: int) -> Content:
    """The whole table as text: its title, its columns, its rows."""
    title, head = Content.styled(sheet.title, "bold $accent"), head_line(sheet, room).stylize("$text-muted")
    return Content("\n").join((title, head, *row_lines(sheet, room)))


def _line(sheet: Sheet, row: Row, widths: Sequence[int]) -> Content:
    cells: list[Content | str] = []
    for place, width in enumerate(widths):
        text = _flat(row, place)
        if place in sheet.right:
            text = text.rjust(width)
        cells.append(Content.styled(text, "bold") if row.head and not place else text)
    return in_columns(cells, widths)


def _flat(row: Row, place: int) -> str:
    text = row.cells[place].replace("\n", ", ")
    return f"{_INDENT}{text}" if row.beneath and not place else text


def _widths(sheet: Sheet, room: int) -> tuple[int, ...]:
    needed = [
        max((len(name), *(len(_flat(row, place)) for row in sheet.rows if place or not row.head)), default=1)
        for place, name in enumerate(sheet.columns)
    ]
    return fitted_widths(needed, room)
