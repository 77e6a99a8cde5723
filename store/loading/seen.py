"""What has stood in a file so far, kept on the disk: a file of millions needs no more memory than one of hundreds."""

from __future__ import annotations

import sqlite3
from typing import Self


class Seen:
    """Keys with a number each, within a `with` block. The file below has no name and vanishes with its end."""

    def __init__(self) -> None:
        self._file = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._file.execute("CREATE TABLE seen (key TEXT PRIMARY KEY, what INTEGER NOT NULL) WITHOUT ROWID")
        self._file.execute("BEGIN")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_fault: object) -> None:
        self._file.close()

    def note(self, key: str, what: int = 0) -> int | None:
        """Keep a key and its number; if the key has been kept before, the number that it has."""
        fresh = self._file.execute("INSERT INTO seen VALUES (?, ?) ON CONFLICT DO NOTHING", (key, what)).rowcount
        if fresh:
            return None
        found: int = self._file.execute("SELECT what FROM seen WHERE key = ?", (key,)).fetchone()[0]
        return found
