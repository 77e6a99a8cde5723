"""Each night the returned loans whose time has come lose their person (`retention_days`, or the member's own wish)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select, union

from store import rows, statements
from store.act import At
from store.library import Library
from store.members.forgetting import forget_loans
from store.policy.calendar import Calendar
from store.transaction import Transaction

_JOB = "history"
_DAY = timedelta(days=1)
_NIGHT = 0
"In the place of a member: the night is over."
OLDEST = select(func.min(rows.loan.c.closed_at)).where(
    rows.loan.c.member_id.is_not(None), rows.loan.c.closed_at.is_not(None)
)
OLDEST_WISHED = OLDEST.join_from(rows.loan, rows.member, rows.member.c.id == rows.loan.c.member_id).where(
    rows.member.c.forget_history.is_(True)
)
_set = statements.insert_or_change(rows.job_run)
DONE_UNTIL = select(rows.job_run.c.done_until).where(rows.job_run.c.job == _JOB)


def first_night(
    library: Library, kept: datetime | None, wished: datetime | None, done: datetime | None
) -> datetime | None:
    """The next night in which there is anything to forget.

    `kept`, `wished`: when the oldest loan that still has its person was returned, and the oldest that its member wants
    forgotten; `done`: the last night.
    """
    moments = [*([kept + _retention(library)] if kept else []), *([wished] if wished else [])]
    if not moments:
        return None
    return _night_after(library, max(min(moments), done) if done else min(moments))


def members_at(library: Library, connection: Connection, moment: datetime) -> Sequence[int]:
    """Whose loans are looked at in this night, and at last the night itself."""
    loan, member = rows.loan, rows.member
    past = select(loan.c.member_id).where(loan.c.member_id.is_not(None), loan.c.closed_at.is_not(None))
    kept = past.where(loan.c.closed_at <= moment - _retention(library))
    wished = past.join_from(loan, member, member.c.id == loan.c.member_id).where(member.c.forget_history.is_(True))
    return [*connection.execute(union(kept, wished)).scalars(), _NIGHT]


def forget(tx: Transaction, key: int, moment: datetime, at: At) -> Iterator[str]:
    """Forget what a member borrowed, as far as it is old enough or the member wants it forgotten.

    A member at a time: those who borrow meanwhile need not wait for the whole night's work.
    """
    del at
    if key == _NIGHT:
        tx.connection.execute(_set(tx.connection), {"job": _JOB, "done_until": moment})
        return
    member = rows.member
    wished = tx.connection.execute(select(member.c.forget_history).where(member.c.id == key)).scalar()
    if forget_loans(tx, moment if wished else moment - _retention(tx.library), moment, key):
        yield "history_forgotten"


def _retention(library: Library) -> timedelta:
    return timedelta(days=library.settings.retention_days)


def _night_after(library: Library, moment: datetime) -> datetime:
    policy = library.policies.at(moment)
    calendar = Calendar(policy.zone)
    night = calendar.at(calendar.local(moment).date(), policy.times.nightly)
    return night if night > moment else calendar.at(calendar.local(moment).date() + _DAY, policy.times.nightly)
