"""Today's opening hours of a branch, for the welcome page."""

from __future__ import annotations

from datetime import datetime, time

from msgspec import Struct

from store.transaction import Reading, query


class HoursToday(Struct, frozen=True):
    """Open all day if neither closed nor limited by times."""

    closed: bool
    opens: time | None = None
    closes: time | None = None


@query
def today(reading: Reading, branch: str, now: datetime) -> HoursToday:
    """When the branch is open on the local date of `now`; without a branch, the policy's first."""
    library = reading.library
    calendar = library.calendars.of(reading.connection, branch or library.policies.at(now).branches[0].slug)
    span = calendar.span(calendar.local(now).date())
    if span is None:
        return HoursToday(closed=True)
    opens, closes = span
    if opens.time() == closes.time() == time(0):
        return HoursToday(closed=False)
    return HoursToday(closed=False, opens=opens.time(), closes=closes.time())
