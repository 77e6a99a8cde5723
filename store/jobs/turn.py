"""One process at a time does the jobs: a lease in the database, which the one that holds it renews.

Steps are safe without it (each is taken once, under the row's own lock); it spares two machines the same work. A
process that dies loses its turn when the lease runs out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, select, update

from store import rows, statements
from store.library import Library
from store.transaction import Reading, Transaction, query, use_case

_JOB = "turn"
_LEASE = timedelta(minutes=2)
_insert = statements.insert_once(rows.job_run, "job")
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


class NotOurTurn(Exception):
    """Another process is doing the jobs just now."""


@contextmanager
def turn(library: Library, clock: Callable[[], datetime]) -> Iterator[Callable[[], None]]:
    """Hold the turn while the block runs; call what is given now and then to keep it. Raises NotOurTurn."""
    until = _take(library, clock())
    if until is None:
        raise NotOurTurn
    held = [until]

    def keep() -> None:
        now = clock()
        if held[0] - now < _LEASE / 2:
            renewed = _renew(library, held[0], now)
            if renewed is None:
                raise NotOurTurn
            held[0] = renewed

    try:
        yield keep
    finally:
        _give_back(library, held[0])


@use_case
def _take(tx: Transaction, now: datetime) -> datetime | None:
    tx.connection.execute(_insert(tx.connection), {"job": _JOB, "done_until": _NEVER})
    return _renewed(tx, rows.job_run.c.done_until <= now, now)


@use_case
def _renew(tx: Transaction, held: datetime, now: datetime) -> datetime | None:
    return _renewed(tx, rows.job_run.c.done_until == held, now)


def _renewed(tx: Transaction, mine: object, now: datetime) -> datetime | None:
    table = rows.job_run
    statement = update(table).where(table.c.job == _JOB, mine).values(done_until=now + _LEASE)  # type: ignore[arg-type]
    return now + _LEASE if tx.connection.execute(statement).rowcount else None


@use_case
def _give_back(tx: Transaction, held: datetime) -> None:
    table = rows.job_run
    tx.connection.execute(delete(table).where(table.c.job == _JOB, table.c.done_until == held))


@query
def holder_until(reading: Reading) -> datetime | None:
    """Until when somebody holds the turn, if anybody does."""
    held = select(rows.job_run.c.done_until).where(rows.job_run.c.job == _JOB)
    until: datetime | None = reading.connection.execute(held).scalar()
    return until
