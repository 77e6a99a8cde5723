"""Opens the library behind the first page, and looks now and then whether it is there and the clock is right.

While the library is away it looks often; when it is back, what the terminal did without it is made up before the
terminal says so. The app hears only of changes.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING

from kiosk.journal import ReturnJournal
from store.act import At
from store.errors import ClockWrong, DatabaseBusy, DatabaseUnreachable
from store.policy.said import Said

if TYPE_CHECKING:
    from store.library import Library

_EVERY, _SOON = 10.0, 1.0
"Seconds between looks, and while something is wrong."


class Standing(Enum):
    """How the terminal stands to its library."""

    NEW = "new"
    GOOD = "good"
    AWAY = "away"
    WRONG_CLOCK = "wrong_clock"


class Watch(threading.Thread):
    """A thread of its own: it may wait for a silent server while the screens go on."""

    def __init__(
        self,
        open_library: Callable[[], Library],
        opened: Callable[[Library], None],
        changed: Callable[[Standing], None],
        failed: Callable[[Exception], None],
        clock: Callable[[], datetime],
        at: At,
        journal: ReturnJournal | None = None,
    ) -> None:
        super().__init__(name="watch", daemon=True)
        self._open, self._opened, self._changed, self._failed = open_library, opened, changed, failed
        self._clock = clock
        self._at = at
        self._journal = journal
        self._library: Library | None = None
        self.standing = Standing.NEW
        "What was found or met last."
        self._away_since: datetime | None = None
        self._told_away = 0
        self._wake = threading.Event()
        self._over = threading.Event()

    def run(self) -> None:
        """Look until the program ends."""
        while not self._over.is_set():
            self.look()
            self._wake.wait(_EVERY if self.standing is Standing.GOOD else _SOON)
            self._wake.clear()

    @property
    def is_over(self) -> bool:
        """Nobody is to be told anything any more."""
        return self._over.is_set()

    def stop(self) -> None:
        """The program ends."""
        self._over.set()
        self._wake.set()

    def suspect(self, standing: Standing) -> None:
        """A screen has met an outage, or a clock that was set: look until it is over."""
        self._told_away += 1
        self._note(standing)
        self._wake.set()

    def look(self) -> None:
        """Find out how the library stands, and tell whom it concerns if that has changed."""
        told = self._told_away
        try:
            self._reach()
            standing = Standing.GOOD
        except ClockWrong:
            standing = Standing.WRONG_CLOCK
        except (DatabaseUnreachable, DatabaseBusy):
            standing = Standing.AWAY
        except Exception as fault:  # nothing that passes by itself: the program's own, or a library that is none
            self._failed(fault)
            self.stop()
            return
        if told == self._told_away and standing is not self.standing:  # else what was found is older than what was told
            self._note(standing)
            self._changed(standing)

    def _note(self, standing: Standing) -> None:
        self.standing = standing
        if standing is Standing.AWAY:
            self._away_since = self._away_since or self._clock()
        elif standing is Standing.GOOD:
            self._away_since = None

    def _reach(self) -> None:
        library = self._library or self._open()
        if self._library is None:
            self._library = library
            self._opened(library)
        # Loaded here: the pages that a key may ask for come before anything of the store.
        from store.circulation.offline import record_outage
        from store.upkeep.clocks import check_clock

        if not library.database.wire.answers():
            library.database.wire.cut()
            raise DatabaseUnreachable(Said("the database server does not answer"))
        check_clock(library.database, self._clock())
        if self._away_since is not None:
            # An entry in the audit, and the proof that the library can be written again.
            record_outage(library, self._away_since, self._clock(), self._at)
        if self._journal is not None and self._journal.waiting():
            self._journal.play_in(library, self._clock, self._at)
