"""Ready holds that nobody collects (ITU-F6, METU AMB-39)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import Connection, select

from store import rows, statements
from store.act import At
from store.circulation.holds import expire
from store.library import Library
from store.locks import lock_hold
from store.policy import holding
from store.policy.calendar import Calendar
from store.states import HoldStatus
from store.transaction import Transaction

FIRST_READY = (
    select(rows.hold.c.pickup_until)
    .where(rows.hold.c.status == statements.word(HoldStatus.READY))
    .order_by(rows.hold.c.pickup_until)
    .limit(1)
)


def first_hold(library: Library, ready_until: datetime | None) -> datetime | None:
    """When the next hold that nobody collects passes on."""
    return None if ready_until is None else _passes_on(library, ready_until)


def holds_at(library: Library, connection: Connection, moment: datetime) -> Sequence[int]:
    """The ready holds that pass on at this moment, the first placed first."""
    hold = rows.hold
    found = connection.execute(
        select(hold.c.id, hold.c.pickup_until)
        .where(hold.c.status == HoldStatus.READY, hold.c.pickup_until < moment)
        .order_by(hold.c.placed_at, hold.c.id)
    )
    return [row.id for row in found if _passes_on(library, row.pickup_until) == moment]


def expire_hold(tx: Transaction, hold_id: int, moment: datetime, at: At) -> Iterator[str]:
    """The hold ends, and its copy passes to the next member or back to its shelf (ITU-F6)."""
    del at
    hold, connection = rows.hold, tx.connection
    lock_hold(connection, hold_id)
    ready = connection.execute(select(hold.c.id).where(hold.c.id == hold_id, hold.c.status == HoldStatus.READY)).first()
    if ready is not None:
        expire(tx, hold_id, moment, moment)
        yield "hold_expired"


def _passes_on(library: Library, until: datetime) -> datetime:
    policy = library.policies.at(until)
    return holding.expires_at(policy, Calendar(policy.zone), until)
