"""Lines of a list in columns: every cell as wide as its column, so that the eye finds things beneath each other."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from screens.widgets.hanging import Hanging

_GAP = Content("  ")
_LEAST = 6
_BESIDE = 6
"Columns that margins and a scroll bar take."


def in_columns(cells: Sequence[Content | str], widths: Sequence[int]) -> Content:
    """One line; a width of 0 takes the cell as it is."""
    made = [
        _fitted(Content(cell) if isinstance(cell, str) else cell, width)
        for cell, width in zip(cells, widths, strict=True)
    ]
    return _GAP.join(made)


def last_column(widths: Sequence[int]) -> int:
    """Where the last of the columns begins."""
    return sum(widths[:-1]) + len(_GAP) * (len(widths) - 1)


def in_table(rows: Sequence[Sequence[Content | str]], width: int) -> list[Content]:
    """The rows as lines, each column as wide as what stands in it. What does not fit on the page is cut, the last
    column never: longer than a third of the page, it goes on beneath. `width` is the page's.
    """
    *needed, last = (max(map(_length, column)) for column in zip(*rows, strict=True))
    widths = (*fitted_widths(needed, width - _BESIDE - len(_GAP) - min(last, width // 3)), 0)
    return [in_columns(row, widths) for row in rows]


def _length(cell: Content | str) -> int:
    return (Content(cell) if isinstance(cell, str) else cell).cell_length


def _fitted(cell: Content, width: int) -> Content:
    if not width:
        return cell
    cut = cell.truncate(width, ellipsis=True)
    return cut.pad_right(width - cut.cell_length)


class Lines(OptionList):
    """A list of lines known by a key; keeps its place when it is written anew."""

    _of: object = None

    def write(self, lines: Sequence[tuple[str, Content]], column: int | None = None, *, of: object = None) -> None:
        """Show these lines; the cursor stays on its key, else on its place.

        `column`: where their last column begins, beneath which a long cell goes on. `of`: what was asked for; when that
        is another, the cursor is on the first line, which fits best, and not on one that fitted what was asked before.
        """
        place, key = (self.highlighted, self.current) if of == self._of else (0, None)
        self._of = of
        self.clear_options()
        hangs = column is not None
        self.add_options(Option(Hanging(each, column) if hangs else each, id=name) for name, each in lines)
        names = [name for name, _content in lines]
        if key in names:
            self.highlighted = names.index(key)
        elif names:
            self.highlighted = min(place or 0, len(names) - 1)

    @property
    def current(self) -> str | None:
        """The key of the line under the cursor."""
        if self.highlighted is None or not self.option_count:
            return None
        return self.get_option_at_index(min(self.highlighted, self.option_count - 1)).id


def fitted_widths(needed: Sequence[int], room: int) -> tuple[int, ...]:
    """Widths of columns that together fit: what needs most gives way first, down to six."""
    widths = list(needed)
    over = sum(widths) + len(_GAP) * (len(widths) - 1) - room
    while over > 0 and max(widths) > _LEAST:
        widths[widths.index(max(widths))] -= 1
        over -= 1
    return tuple(max(1, width) for width in widths)
