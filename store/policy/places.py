"""Where in a policy file a table or key stands: its line, for messages about faults."""

from __future__ import annotations

import re
from collections.abc import Sequence

from store.policy.said import Said

Place = tuple[str | int, ...]
FILE = Said("file")
"The place of a fault of the whole file."

_HEADER = re.compile(r"^\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(#.*)?$")
_KEY = re.compile(r'^\s*("[^"]+"|[\w-]+)\s*=')


class Places:
    """The lines of a file by table and key, read from its text without parsing it."""

    def __init__(self, text: str) -> None:
        """Index the headers and the keys that begin a line."""
        self._lines = text.splitlines()
        self._at: dict[Place, int] = {}
        table: Place = ()
        counts: dict[Place, int] = {}
        for number, line in enumerate(self._lines, start=1):
            header = _HEADER.match(line)
            if header is not None:
                table = _table(header[2], counts, fresh=header[1] == "[[")
                self._at.setdefault(table, number)
            elif (key := _KEY.match(line)) is not None:
                self._at.setdefault((*table, key[1].strip('"')), number)

    def line(self, place: Sequence[str | int]) -> int | None:
        """The line of the nearest table or key that the text shows; None for the file as a whole."""
        found = tuple(place)
        while found and found not in self._at:
            found = found[:-1]
        if not found:
            return None
        number = self._at[found]
        rest = place[len(found) :]
        if rest and isinstance(rest[0], int):
            return self._entry(number, rest[0])
        return number

    def _entry(self, number: int, index: int) -> int:
        """The line of an inline table in a list that is written one entry a line."""
        for ahead, line in enumerate(self._lines[number:], start=number + 1):
            if not line.lstrip().startswith("{"):
                break
            if index == 0:
                return ahead
            index -= 1
        return number


def _table(name: str, counts: dict[Place, int], *, fresh: bool) -> Place:
    """The table that a header opens; `counts` says which table of a list is the last one, `fresh` begins another."""
    place: Place = ()
    parts = [part.strip().strip('"') for part in name.split(".")]
    for index, part in enumerate(parts, start=1):
        place = (*place, part)
        if fresh and index == len(parts):
            counts[place] = counts.get(place, -1) + 1
        if place in counts:
            place = (*place, counts[place])
    return place


def written(place: Sequence[str | int]) -> str:
    """A place as people read it: `loans[3].period` (counted from 1)."""
    text = ""
    for part in place:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if text else part
    return text or FILE
