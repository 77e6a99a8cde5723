"""What time brings: every step is done at its own moment, once, in order, however late the work is begun.

The moments stand in rows with an index each, so that the work is as large as what is due, not as the library. A step
that another process has done meanwhile is found done and left alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from store.act import At
from store.jobs import deadlines, heads, history, holds, loans
from store.library import Library
from store.transaction import Transaction, use_case

_AT_ONCE = 100
"Steps in one transaction: many at a time are quicker, few hold up nobody at the terminals."


@dataclass(frozen=True, slots=True)
class Job:
    """A kind of work that time brings."""

    name: str
    earliest: Callable[[Library, Connection], datetime | None]
    "The first moment at which it has anything to do."
    due: Callable[[Library, Connection, datetime], Sequence[int]]
    "The rows that it has to do at exactly this moment."
    step: Callable[[Transaction, int, datetime, At], Iterator[str]]
    "Does one row's step; names each thing that was done."


JOBS = (
    Job("holds", holds.first_hold, holds.holds_at, holds.expire_hold),
    Job("loans", loans.first_loan, loans.loans_at, loans.advance_loan),
    Job("applications", deadlines.first_application, deadlines.applications_at, deadlines.remind_application),
    Job("replacements", deadlines.first_case, deadlines.cases_at, deadlines.remind_case),
    Job("memberships", deadlines.first_member, deadlines.members_at, deadlines.check_member),
    Job("history", history.first_night, history.nights_at, history.forget),
    Job("heads", heads.first_record, heads.records_at, heads.record_heads),
)


def next_moment(library: Library) -> datetime | None:
    """When time will next bring anything; None if nothing is to come."""
    return _next(library)[0]


def _next(library: Library) -> tuple[datetime | None, tuple[Job, ...]]:
    """The next moment, and the jobs that have something to do at it."""
    with library.database.read.begin() as connection:
        moments = [(job, job.earliest(library, connection)) for job in JOBS]
    first = min((moment for _job, moment in moments if moment is not None), default=None)
    return first, tuple(job for job, moment in moments if moment == first)


def run_due(
    library: Library,
    until: datetime,
    at: At,
    progress: Callable[[datetime, int], None] = lambda _moment, _done: None,
) -> Counter[str]:
    """Do everything whose moment is not after `until`; give how often each kind of thing was done.

    `progress` hears the moment that was reached and how many steps are done.
    """
    done: Counter[str] = Counter()
    steps = 0
    while True:
        moment, jobs = _next(library)
        if moment is None or moment > until:
            return done
        taken = 0
        for job in jobs:
            with library.database.read.begin() as connection:
                keys = job.due(library, connection, moment)
            for start in range(0, len(keys), _AT_ONCE):
                some = keys[start : start + _AT_ONCE]
                done.update(_do(library, job, some, moment, at))
                taken += len(some)
        if not taken and next_moment(library) == moment:  # else another process was quicker
            raise RuntimeError(f"something is due at {moment.isoformat()} that no job takes")
        steps += taken
        progress(moment, steps)


@use_case
def _do(tx: Transaction, job: Job, keys: Sequence[int], moment: datetime, at: At) -> Counter[str]:
    done: Counter[str] = Counter()
    for key in keys:
        done.update(job.step(tx, key, moment, at))
    tx.record(f"job_{job.name}", "done", moment, at, detail={"steps": len(keys), **done})
    return done
