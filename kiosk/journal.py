"""The returns that are taken down while the library can't be reached: a small file that survives a power cut.

One JSON object a line: first the journal's own name, then each return. A line counts once its end is written; what a
power cut tore off was never confirmed to anybody. Played in, the file goes.
"""

from __future__ import annotations

import os
import threading
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from store.act import At
    from store.circulation.offline import NotedReturn
    from store.library import Library

NAME = "returns.journal"
LONGEST_CODE = 64


class ReturnJournal:
    """The journal in a terminal's state folder."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / NAME
        self._one_at_a_time = threading.Lock()

    def take_down(self, barcode: str, now: datetime) -> datetime | None:
        """Keep the return on the disk; if it stands there already, give the instant at which it was scanned first.

        Raises OSError if the disk can't keep it, ValueError for what can be no barcode.
        """
        if not barcode.isprintable() or not 1 <= len(barcode) <= LONGEST_CODE:
            raise ValueError("no barcode")
        with self._one_at_a_time:
            known = {code: moment for code, moment in self._lines() if code}
            if barcode not in known:
                self._append({"at": now.astimezone(UTC).isoformat(), "barcode": barcode})
            return known.get(barcode)

    def waiting(self) -> int:
        """How many returns wait to be played in."""
        with self._one_at_a_time:
            return len(list(self._lines()))

    def play_in(self, library: Library, clock: Callable[[], datetime], at: At) -> dict[str, int]:
        """Book every return in order and then forget them; how many were `done`, `known`, a `conflict`.

        Raises LibraryError if the library goes away again: the next call goes on from there.
        """
        from store.circulation.offline import play_in

        counts = {"done": 0, "known": 0, "conflict": 0}
        played = 0
        while True:
            with self._one_at_a_time:
                rest = tuple(self._noted())[played:]
                if not rest:
                    self._remove()
                    return counts
            for noted in rest:
                counts[play_in(library, noted, clock(), at)] += 1
                played += 1

    def _noted(self) -> Iterator[NotedReturn]:
        from store.circulation.offline import NotedReturn

        name = self._name()
        for number, (barcode, moment) in enumerate(self._lines(), 1):
            yield NotedReturn(name, number, barcode, moment)

    def _name(self) -> str:
        first = self._whole_lines()[:1]
        return str(_read(first[0]).get("journal", "")) if first else ""

    def _lines(self) -> Iterator[tuple[str, datetime]]:
        """Barcode and instant of each return; a line that the disk has damaged has no barcode: staff are told."""
        for line in self._whole_lines()[1:]:
            read = _read(line)
            try:
                yield str(read["barcode"]), datetime.fromisoformat(str(read["at"]))
            except (KeyError, ValueError):
                yield "", datetime.fromtimestamp(0, UTC)

    def _whole_lines(self) -> list[bytes]:
        try:
            return self._path.read_bytes().split(b"\n")[:-1]
        except (FileNotFoundError, NotADirectoryError):
            return []

    def _append(self, entry: dict[str, str]) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            whole = sum(len(line) + 1 for line in self._whole_lines())
            os.ftruncate(file, whole)  # what a power cut tore
            text = _line(entry) if whole else _line({"journal": uuid.uuid4().hex[:16]}) + _line(entry)
            try:
                if os.pwrite(file, text, whole) != len(text):
                    raise OSError("the disk is full")
                os.fsync(file)
            except OSError:
                os.ftruncate(file, whole)
                raise
        finally:
            os.close(file)
        self._keep_name()

    def _remove(self) -> None:
        if self._path.exists():
            self._path.unlink()
            self._keep_name()

    def _keep_name(self) -> None:
        """The folder, too, must be on the disk: it is what knows the file's name."""
        folder = os.open(self._path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _line(entry: dict[str, str]) -> bytes:
    import json  # 2 ms that the first page need not wait for

    return json.dumps(entry, ensure_ascii=False, sort_keys=True).encode() + b"\n"


def _read(line: bytes) -> dict[str, object]:
    import json

    try:
        read = json.loads(line)
    except ValueError:
        return {}
    return read if isinstance(read, dict) else {}
