"""Pictures of block characters: as long, high or dense as what they show, whatever room they get."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from screens.widgets.plots import Bar, bars, columns, heat_map

few = settings(max_examples=25, deadline=None)
NUMBERS = st.lists(st.integers(0, 10**6), min_size=1, max_size=60)


@few
@given(values=NUMBERS, width=st.integers(40, 160))
def test_bars_fit_and_keep_their_order(values: list[int], width: int) -> None:
    """No line is wider than the room; the longest bar belongs to the largest value, nothing to nothing."""
    drawn = bars([Bar(f"name {n}", value, str(value), "ITU-A5") for n, value in enumerate(values)], width).plain
    lines = [line for line in drawn.splitlines() if "ITU-A5" in line]
    assert len(lines) == len(values)
    assert max(len(line) for line in drawn.splitlines()) <= width
    blocks = [sum(letter in "▏▎▍▌▋▊▉█" for letter in line) for line in lines]
    assert blocks[values.index(max(values))] == max(blocks)
    assert all(not number for value, number in zip(values, blocks, strict=True) if not value)


@few
@given(values=NUMBERS, width=st.integers(40, 160), height=st.integers(2, 12))
def test_columns_fit_and_the_highest_fills_its_height(values: list[int], width: int, height: int) -> None:
    """As many rows as asked for and the marks beneath."""
    drawn = columns(values, [f"{n}." for n in range(len(values))], width, height).plain.splitlines()
    assert len(drawn) == height + 1
    assert ("█" in drawn[0]) == (max(values) > 0)
    assert max(len(line) for line in drawn) <= max(width, len(values) + len(str(max(values))) + 4)
    assert str(max(values)) in drawn[0]


@few
@given(values=st.lists(st.integers(0, 1000), min_size=24, max_size=24))
def test_a_heat_map_says_what_its_densities_stand_for(values: list[int]) -> None:
    """Something is never drawn as nothing; the densest is the largest."""
    drawn = heat_map([("Mon", values)], ["00"] + [""] * 23, 60).plain.splitlines()
    cells = drawn[1].removeprefix("Mon ")
    signs = cells[:: len(cells) // 24]
    assert all((sign == "·") == (value == 0) for sign, value in zip(signs, values, strict=True))
    if max(values):
        assert signs[values.index(max(values))] == "█"
        assert str(max(values)) in drawn[-1]


def test_a_long_name_stands_above_its_bar_where_there_is_little_room() -> None:
    """At 80 columns the picture has 52."""
    lines = bars([Bar("Saatleri Ayarlama Enstitüsü", 3, "3"), Bar("Eylül", 1, "1")], 52).plain.splitlines()
    assert lines[0] == "Saatleri Ayarlama Enstitüsü" and lines[1].startswith("█") and lines[2] == "Eylül"
