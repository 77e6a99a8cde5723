"""The columns that acts read and write are those of the models."""

from __future__ import annotations

from tests.rows import ROWS, written


def test_the_written_columns_are_those_of_the_models() -> None:
    """Else: `make rows`."""
    assert ROWS.read_text("utf-8") == written()
