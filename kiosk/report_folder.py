"""The folder of saved reports: one file for each time that one is saved, for its owner alone to read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from store.desk.export import Cell


class ReportFolder(Struct, frozen=True):
    """Made at the first report."""

    folder: Path

    def save(self, name: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
        """Write a table as `name`.csv and give its path; an older file stays. Raises OSError."""
        from store.desk.export import write_csv

        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self.folder / f"{name}.csv"
        number = 1
        while path.exists():
            number += 1
            path = self.folder / f"{name}-{number}.csv"
        write_csv(path, header, rows)
        return str(path.resolve())
