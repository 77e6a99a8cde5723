"""Each night the heads of all audit chains are recorded: who cuts off a chain's end, or a whole chain, is found out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, literal, select, update

from store import audit, rows, statements
from store.act import At
from store.library import Library
from store.policy.calendar import Calendar
from store.transaction import Transaction
from store.types import Instant

_JOB = "heads"
_insert = statements.insert_once(rows.job_run, "job")
_DAY = timedelta(days=1)
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
_DONE_UNTIL = select(rows.job_run.c.done_until).where(rows.job_run.c.job == _JOB)
OLDEST = (
    select(rows.audit_entry.c.at)
    .where(rows.audit_entry.c.at > func.coalesce(_DONE_UNTIL.scalar_subquery(), literal(_NEVER, Instant)))
    .order_by(rows.audit_entry.c.at)
    .limit(1)
)


def first_record(library: Library, oldest: datetime | None) -> datetime | None:
    """The night after the oldest entry that no record covers; None if all are covered."""
    if oldest is None:
        return None
    policy = library.policies.at(oldest)
    calendar = Calendar(policy.zone)
    night = calendar.at(calendar.local(oldest).date(), policy.times.nightly)
    return night if night > oldest else calendar.at(calendar.local(oldest).date() + _DAY, policy.times.nightly)


def record_heads(tx: Transaction, _key: int, moment: datetime, at: At) -> Iterator[str]:
    """Enter the last entry of each chain in the audit; `store.upkeep.verifying` looks whether each is still there."""
    connection, runs = tx.connection, rows.job_run
    connection.execute(_insert(connection), {"job": _JOB, "done_until": _NEVER})
    mine = runs.c.job == _JOB
    if connection.execute(select(runs.c.done_until).where(mine).with_for_update()).scalar_one() >= moment:
        return  # another process was quicker
    heads = {chain: [head.seq, head.hash] for chain, head in audit.heads(connection)}
    tx.record(audit.HEADS, "done", moment, at, detail={"heads": heads})
    newest = connection.execute(select(func.max(rows.audit_entry.c.at))).scalar_one()
    connection.execute(update(runs).where(mine).values(done_until=max(moment, newest)))
    yield from ()
