"""What time brings: every step is done at its own moment, once, in order, however late the work is begun.

The moments stand in rows with an index each, so that the work is as large as what is due, not as the library. A step
that another process has done meanwhile is found done and left alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, Select, select

from store.act import At
from store.jobs import deadlines, heads, history, holds, loans
from store.library import Library
from store.transaction import Transaction, use_case

_AT_ONCE = 100
"Steps in one transaction: many at a time are quicker, few hold up nobody at the terminals."


class Job(Struct, frozen=True):
    """A kind of work that time brings."""

    name: str
    asks: tuple[Select[Any], ...]
    "What its first moment follows from: one value each."
    earliest: Callable[..., datetime | None]
    "The first moment at which it has anything to do, from the library's rules and those values."
    due: Callable[[Library, Connection, datetime], Sequence[int]]
    "The rows that it has to do at exactly this moment."
    step: Callable[[Transaction, int, datetime, At], Iterator[str]]
    "Does one row's step; names each thing that was done."


def _as_it_stands(_library: Library, moment: datetime | None) -> datetime | None:
    return moment


def _one_piece(_library: Library, _connection: Connection, _moment: datetime) -> Sequence[int]:
    return [0]


JOBS = (
    Job("holds", (holds.FIRST_READY,), holds.first_hold, holds.holds_at, holds.expire_hold),
    Job("loans", (loans.FIRST_EVENT,), _as_it_stands, loans.loans_at, loans.advance_loan),
    Job(
        "applications", (deadlines.NEXT_DECISION,), deadlines.second_after,
        deadlines.applications_at, deadlines.remind_application,
    ),
    Job(
        "replacements", (deadlines.NEXT_REPLACEMENT,), deadlines.second_after,
        deadlines.cases_at, deadlines.remind_case,
    ),
    Job("memberships", (deadlines.NEXT_CHECK,), _as_it_stands, deadlines.members_at, deadlines.check_member),
    Job(
        "history", (history.OLDEST, history.OLDEST_WISHED, history.DONE_UNTIL), history.first_night,
        history.members_at, history.forget,
    ),
    Job("heads", (heads.OLDEST,), heads.first_record, _one_piece, heads.record_heads),
)  # fmt: skip
_asked = select(*(each.scalar_subquery() for job in JOBS for each in job.asks))


def first_moments(library: Library) -> list[tuple[Job, datetime | None]]:
    """When each job next has anything to do; None: nothing is to come."""
    with library.database.read.begin() as connection:
        found = iter(connection.execute(_asked).one())
    return [(job, job.earliest(library, *islice(found, len(job.asks)))) for job in JOBS]


def next_moment(library: Library) -> datetime | None:
    """When time will next bring anything; None if nothing is to come."""
    return _next(library)[0]


def _next(library: Library) -> tuple[datetime | None, tuple[Job, ...]]:
    """The next moment, and the jobs that have something to do at it."""
    moments = first_moments(library)
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
