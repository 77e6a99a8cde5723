"""Does the jobs from within a running terminal, where `[jobs] in_terminal` says so: for a library without a server."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING

from store.act import At

if TYPE_CHECKING:
    from store.library import Library


class Clerk(threading.Thread):
    """A thread of its own. Several terminals may have one: whoever holds the turn works, the others have none to do."""

    def __init__(self, library: Library, terminal: str, clock: Callable[[], datetime], every_seconds: float) -> None:
        super().__init__(name="clerk", daemon=True)
        self._library = library
        self._at = At(terminal)
        self._clock = clock
        self._every = every_seconds

    def run(self) -> None:
        """Do what is due, for ever; a round that fails is made up by the next."""
        while True:
            self.round()
            time.sleep(self._every)

    def round(self) -> None:
        """Do what is due by now, unless another process is at it, the database is away or the clock is wrong."""
        from store.errors import LibraryError
        from store.jobs.running import run_due
        from store.jobs.turn import NotOurTurn, turn
        from store.upkeep.clocks import check_clock

        with suppress(LibraryError, NotOurTurn):
            check_clock(self._library.database, self._clock())
            with turn(self._library, self._clock) as keep:
                run_due(self._library, self._clock(), self._at, lambda _moment, _steps: keep())
