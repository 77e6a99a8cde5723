"""What a running terminal does beside its members, round after round: letters, jobs."""

from __future__ import annotations

import threading
import time
from abc import abstractmethod
from contextlib import suppress

from kiosk.faults import FaultLog, kinds


class Rounds(threading.Thread):
    """A thread of its own. A round that fails is made up by the next; members borrow on meanwhile."""

    def __init__(self, name: str, every_seconds: float, faults: FaultLog) -> None:
        super().__init__(name=name, daemon=True)
        self._every = every_seconds
        self._faults = faults
        self._noted: set[str] = set()

    @abstractmethod
    def round(self) -> None:
        """Do what is due by now. Raises LibraryError if the library is away or ails."""

    def run(self) -> None:
        """One round after another, for ever."""
        while True:
            self.attempt()
            time.sleep(self._every)

    def attempt(self) -> None:
        """A round; a fault of the program in it is written down once, not every time that it comes back."""
        from store.errors import LibraryError

        try:
            self.round()
        except LibraryError:
            pass
        except Exception as fault:
            if (what := kinds(fault)) not in self._noted:
                self._noted.add(what)
                with suppress(OSError):
                    self._faults.note(fault)
