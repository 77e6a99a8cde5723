"""What the imports of a library that moves in share: the file's moments as instants, and whose a line is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any

from store.act import At
from store.loading.records import Moment
from store.policy.calendar import Calendar
from store.policy.model import Policy
from store.policy.said import Said
from store.states import CopyState, MemberStatus
from store.transaction import Transaction


@dataclass(slots=True)
class Here:
    """The library that moves in, at this moment."""

    tx: Transaction
    now: datetime
    at: At
    _calendars: dict[str, Calendar] = field(default_factory=dict)

    @property
    def policy(self) -> Policy:
        """The rules in force."""
        return self.tx.library.policies.at(self.now)

    def calendar(self, branch: str) -> Calendar:
        """The branch's calendar, read once."""
        if branch not in self._calendars:
            self._calendars[branch] = self.tx.library.calendars.of(self.tx.connection, branch)
        return self._calendars[branch]

    def instant(self, branch: str, moment: Moment) -> datetime:
        """A moment of the file; without a time of day the beginning of the day."""
        return self.calendar(branch).at(moment.day, moment.clock or time(0))


WHERE = {
    CopyState.ON_SHELF: Said("on the shelf"),
    CopyState.ON_LOAN: Said("on loan"),
    CopyState.HOLD_SHELF: Said("on the hold shelf"),
    CopyState.IN_TRANSIT: Said("on its way"),
    CopyState.IN_REPAIR: Said("in repair"),
    CopyState.LOST: Said("lost"),
    CopyState.WITHDRAWN: Said("out of the stock"),
}
"Where a copy is, in words."


def wrong_with_member(number: str, member: Mapping[str, Any] | None) -> str | None:
    """Why nothing can stand in this member's account, and what to do; None if something can."""
    if member is None:
        return Said("no member has the number {number}: import the members first, or correct the number", number=number)
    if member["status"] in (MemberStatus.PENDING, MemberStatus.REJECTED):
        return Said("{number} has only applied for membership: decide on the application first", number=number)
    return None


def wrong_with_past(moment: datetime, now: datetime, name: str) -> str | None:
    """A moment that must have passed."""
    return Said("{name} lies in the future: correct the date", name=name) if moment > now else None
