"""Instants as SQLite keeps them: texts of one width, which sort as they are compared."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy.dialects import sqlite

from store.types import Instant

DIALECT = sqlite.dialect()


@pytest.mark.parametrize("year", [26, 999, 1970, 2026, 9999])
def test_an_instant_of_any_year_is_read_back_as_it_was_written(year: int) -> None:
    """Nobody should write the year 26; whoever does must still find it."""
    moment, kind = datetime(year, 3, 9, 14, 30, tzinfo=UTC), Instant()
    written = kind.process_bind_param(moment, DIALECT)
    assert isinstance(written, str) and len(written) == len("2026-03-09T14:30:00.000000Z")
    assert kind.process_result_value(written, DIALECT) == moment
