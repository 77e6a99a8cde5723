"""The one writer of CSV files: for reports, exports and what an import left out. Spreadsheets open such files.

A cell that a member could have written (a title, a name, an address) must stay a text: what begins like a formula gets
an apostrophe before it. Numbers and dates are written as they are.
"""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
Cell = str | int | Decimal | date | None


def csv_text(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """A table as CSV, its lines ended with CR LF as RFC 4180 says."""
    out = io.StringIO(newline="")
    table = csv.writer(out)
    table.writerow(header)
    table.writerows([_cell(value) for value in row] for row in rows)
    return out.getvalue()


def write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    """Write a table into a file that only its owner may read (it may name people), in place of one that is there.

    With a byte order mark: without it spreadsheets take Turkish letters for others. Raises OSError.
    """
    path.touch(mode=0o600)
    if path.is_file():
        path.chmod(0o600)
    path.write_text(csv_text(header, rows), "utf-8-sig", newline="")


def _cell(value: Cell) -> str:
    if not isinstance(value, str):
        return "" if value is None else str(value)
    # A terminal that shows the file must not obey what stands in it.
    text = "".join(each for each in value if each in "\t\n" or unicodedata.category(each) != "Cc")
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text
