"""Does the jobs from within a running terminal, where `[jobs] in_terminal` says so: for a library without a server."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING

from kiosk.faults import FaultLog
from kiosk.rounds import Rounds
from store.act import At

if TYPE_CHECKING:
    from store.library import Library


class Clerk(Rounds):
    """Several terminals may have one: whoever holds the turn works, the others have none to do."""

    def __init__(
        self,
        library: Library,
        terminal: str,
        clock: Callable[[], datetime],
        every_seconds: float,
        faults: FaultLog,
    ) -> None:
        super().__init__("clerk", every_seconds, faults)
        self._library = library
        self._at = At(terminal)
        self._clock = clock

    def round(self) -> None:
        """Do what is due by now, unless another process is at it."""
        from store.jobs.running import run_due
        from store.jobs.turn import NotOurTurn, turn
        from store.upkeep.clocks import check_clock

        with suppress(NotOurTurn):
            check_clock(self._library.database, self._clock())
            with turn(self._library, self._clock) as keep:
                run_due(self._library, self._clock(), self._at, lambda _moment, _steps: keep())
