"""The opened library: what every use case is given."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from sqlalchemy import Connection

from store.audit import Head
from store.calendar import schedule
from store.calendar.schedule import Calendars
from store.database import Database
from store.members.pins import PinHasher
from store.policy.model import Policies
from store.rules import versions
from store.settings import StoreSettings


@dataclass(slots=True)
class Library:
    """A library at work in this process: its database, its rules, its calendar, and the secret of its keyed hashes."""

    database: Database
    settings: StoreSettings
    policies: Policies
    calendars: Calendars
    hasher: PinHasher
    secret: bytes
    chain: str
    writing: threading.RLock = field(default_factory=threading.RLock)
    audit_head: Head | None = None
    policies_stamp: str = ""

    def keep_up(self, connection: Connection) -> None:
        """Take in hours and rules that another process has changed: one statement if none has.

        Every transaction begins with it.
        """
        stamps = schedule.stamps(connection)
        self.calendars.keep_up(connection, stamps.get(schedule.CALENDAR, ""))
        if self.policies_stamp != (stamp := stamps.get(schedule.POLICY, "")):
            self.policies, self.policies_stamp = versions.read(connection), stamp

    def close(self) -> None:
        """Give the connections back."""
        self.database.close()
