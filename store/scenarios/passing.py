"""Lets time pass in a library that nobody else serves: every job at its moment, every letter sent when it is due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from store import rows
from store.act import At
from store.jobs.running import run_due
from store.library import Library
from store.mail.sending import send_due


@dataclass(slots=True)
class Passing:
    """The clock of a library of one's own."""

    library: Library
    at: At
    posted: int = 0
    "The last letter that was sent."

    def until(self, end: datetime) -> None:
        """Moment by moment, so that each letter is recorded as sent when it is due."""
        run_due(self.library, end, self.at, lambda moment, _steps: self.send(moment))

    def send(self, now: datetime) -> None:
        """Send whatever was written meanwhile."""
        with self.library.database.read.begin() as connection:
            newest = connection.execute(select(func.max(rows.notice.c.id))).scalar() or 0
        if newest > self.posted:
            self.posted = newest
            send_due(self.library, lambda _letter: None, now, self.at)
