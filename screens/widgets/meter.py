"""How much of a limit is used, as a bar and in numbers: `Kitap ▰▰▰▰▰▰▰▱▱▱ 7 / 10`."""

from __future__ import annotations

from collections.abc import Iterable

from textual.content import Content

WIDTH, SHORT = 10, 5
_GAP = "   "


def meter(label: str, used: int, limit: int | None, cells: int = WIDTH) -> Content:
    """A bar of so many cells; full is said by a sign as well as by colour. No limit: the number alone."""
    if limit is None:
        return Content(f"{label}  {used}")
    filled = min(cells, round(cells * used / limit)) if limit else cells
    if used and not filled:
        filled = 1
    full = used >= limit
    style = "$warning" if full else "$accent"
    bar = ("▰" * filled + "▱" * (cells - filled), style)
    return Content.assemble(f"{label}  ", bar, f"  {used} / {limit}", (" ■", "$warning") if full else "")


def side_by_side(meters: Iterable[Content], width: int) -> Content:
    """As many in a line as there is room for; none is broken."""
    lines: list[Content] = []
    for each in meters:
        if lines and lines[-1].cell_length + len(_GAP) + each.cell_length <= width:
            lines[-1] = Content.assemble(lines[-1], _GAP, each)
        else:
            lines.append(each)
    return Content("\n").join(lines)
