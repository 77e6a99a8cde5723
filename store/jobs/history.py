"""Each night the returned loans whose time has come lose their person (`retention_days`, or the member's own wish)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import func, select

from store import rows
from store.act import At
from store.library import Library
from store.members.forgetting import forget_loans
from store.policy.calendar import Calendar
from store.tables import JobRun
from store.transaction import Transaction

_JOB = "history"
_DAY = timedelta(days=1)
OLDEST = select(func.min(rows.loan.c.closed_at)).where(
    rows.loan.c.member_id.is_not(None), rows.loan.c.closed_at.is_not(None)
)
OLDEST_WISHED = OLDEST.join_from(rows.loan, rows.member, rows.member.c.id == rows.loan.c.member_id).where(
    rows.member.c.forget_history.is_(True)
)
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


def forget(tx: Transaction, _key: int, moment: datetime, at: At) -> Iterator[str]:
    """Forget what is old enough, and what members want forgotten."""
    del at
    done = tx.connection.execute(DONE_UNTIL).scalar()
    if done is not None and done >= moment:
        return  # another process was quicker
    forgotten = forget_loans(tx, moment - _retention(tx.library), moment)
    member = rows.member
    wished = tx.session.connection().execute(select(member.c.id).where(member.c.forget_history.is_(True))).scalars()
    forgotten += sum(forget_loans(tx, moment, moment, member_id=member_id) for member_id in wished.all())
    tx.session.merge(JobRun(job=_JOB, done_until=moment))
    if forgotten:
        yield "history_forgotten"


def _retention(library: Library) -> timedelta:
    return timedelta(days=library.settings.retention_days)


def _night_after(library: Library, moment: datetime) -> datetime:
    policy = library.policies.at(moment)
    calendar = Calendar(policy.zone)
    night = calendar.at(calendar.local(moment).date(), policy.times.nightly)
    return night if night > moment else calendar.at(calendar.local(moment).date() + _DAY, policy.times.nightly)
