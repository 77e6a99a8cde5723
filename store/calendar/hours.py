"""Today's opening hours of a branch, for the welcome page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time

from sqlmodel import Session

from store.library import Library
from store.transaction import query


@dataclass(frozen=True, slots=True)
class HoursToday:
    """Open all day if neither closed nor limited by times."""

    closed: bool
    opens: time | None = None
    closes: time | None = None


def today(library: Library, branch: str, now: datetime) -> HoursToday:
    """When the branch is open on the local date of `now`; without a branch, the policy's first."""
    return _today(library, library, branch, now)


@query
def _today(session: Session, library: Library, branch: str, now: datetime) -> HoursToday:
    calendar = library.calendars.of(session, branch or library.policies.at(now).branches[0].slug)
    span = calendar.span(calendar.local(now).date())
    if span is None:
        return HoursToday(closed=True)
    opens, closes = span
    if opens.time() == closes.time() == time(0):
        return HoursToday(closed=False)
    return HoursToday(closed=False, opens=opens.time(), closes=closes.time())
