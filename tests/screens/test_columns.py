"""Tables on a page: what fits is whole, what does not is cut where most stands."""

from __future__ import annotations

from screens.widgets.columns import in_table

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
