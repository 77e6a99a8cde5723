"""Tables on a page: what fits is whole, what does not is cut where most stands."""

from __future__ import annotations

from collections.abc import Iterable

from textual.app import App
from textual.content import Content
from textual.widget import Widget

from screens.widgets.columns import Lines, in_columns, in_table, last_column

ROWS = (
    ("Library", "Shelf mark", "State"),
    ("Faculty of Architecture, Prof. Doğan Kuban Library", "PL248 .A533 K80 1943", "out, due Mon 16 Mar"),
    ("Main library", "QA1", "on the shelf"),
)


def test_what_fits_is_never_cut() -> None:
    """Every cell stands whole, each beneath the head of its column."""
    head, *lines = (line.plain for line in in_table(ROWS, 120))
    assert all(cell in line for line, row in zip(lines, ROWS[1:], strict=True) for cell in row)
    assert {line.index(row[1]) for line, row in zip(lines, ROWS[1:], strict=True)} == {head.index("Shelf mark")}


def test_on_a_small_page_the_widest_gives_way_and_the_last_never() -> None:
    """No line is longer than the page; what is told at the end is whole."""
    lines = [line.plain for line in in_table(ROWS, 70)]
    assert max(map(len, lines)) <= 70
    assert all(line.endswith(row[-1]) for line, row in zip(lines, ROWS, strict=True))
    assert "…" in lines[1] and "PL248 .A533 K80 1943" in lines[1]


async def test_the_last_column_goes_on_beneath_itself() -> None:
    """However long a reason is, it never begins again at the edge."""
    widths = (6, 0)
    content = in_columns(("1 Mar", "neden izin verildiği uzun uzun yazılmış"), widths)

    class Page(App[None]):
        def compose(self) -> Iterable[Widget]:
            yield Lines()

    async with Page().run_test(size=(30, 8)) as pilot:
        lines = pilot.app.query_one(Lines)
        lines.write([("a", content)], last_column(widths))
        await pilot.pause()
        shown = [lines.render_line(row).text for row in range(lines.size.height)]
        first, *more = [line for line in shown if line.strip(" ▊▎")]
        column = first.index("neden")
        assert len(more) > 0 and all(line[:column].strip(" ▊▎") == "" for line in more)


async def test_the_cursor_stays_on_its_line_until_something_else_is_asked() -> None:
    """What fitted a shorter word best may stand far below in the answer to the longer one."""

    class Page(App[None]):
        def compose(self) -> Iterable[Widget]:
            yield Lines()

    def lines(keys: str) -> list[tuple[str, Content]]:
        return [(key, Content(key)) for key in keys]

    async with Page().run_test(size=(30, 5)) as pilot:
        shown = pilot.app.query_one(Lines)
        shown.write(lines("abc"), of="k")
        shown.highlighted = 1
        shown.write(lines("cdefgb"), of="k")
        assert shown.current == "b"
        shown.write(lines("xyzuvwb"), of="kü")
        await pilot.pause()
        assert shown.current == "x" and shown.scroll_offset.y == 0
