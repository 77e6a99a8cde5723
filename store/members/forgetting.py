"""Who borrowed what is forgotten: after the retention time, or at once where the member asked for it.

What the rules and the money still need stays: a debt with its loan, the last loan of a copy while it rests on the
shelf, the fined late returns of members whose membership they may end (ITU-M4).
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, delete, exists, func, select, update

from store import rows
from store.transaction import Transaction


def forget_loans(tx: Transaction, before: datetime, now: datetime, member_id: int) -> int:
    """Take the member out of loans that ended before `before`; give how many."""
    connection, loan = tx.connection, rows.loan
    conditions = [
        loan.c.member_id == member_id, loan.c.closed_at.is_not(None), loan.c.closed_at <= before, *_unneeded(tx, now),
    ]  # fmt: skip
    found = connection.execute(select(loan.c.id).where(*conditions)).scalars().all()
    for start in range(0, len(found), 500):
        ids = found[start : start + 500]
        connection.execute(update(loan).where(loan.c.id.in_(ids)).values(member_id=None, visit=None))
        for table in (rows.ledger_entry, rows.task):
            connection.execute(update(table).where(table.c.loan_id.in_(ids)).values(loan_id=None))
        connection.execute(
            update(rows.notice).where(rows.notice.c.loan_id.in_(ids)).values(loan_id=None, copy_id=None, facts={})
        )
    # From here on the audit of what they did is nobody's; what they do next gets a new pseudonym.
    if found:
        connection.execute(delete(rows.pseudonym).where(rows.pseudonym.c.member_id == member_id))
    return len(found)


def _unneeded(tx: Transaction, now: datetime) -> list[ColumnElement[bool]]:
    loan, entry, policy = rows.loan, rows.ledger_entry, tx.library.policies.at(now)
    settled = entry.alias("settled")
    paid = select(func.coalesce(func.sum(settled.c.amount), 0)).where(settled.c.settles_id == entry.c.id)
    owes = exists().where(
        and_(entry.c.loan_id == loan.c.id, entry.c.amount > 0, entry.c.amount + paid.scalar_subquery() > 0)
    )
    case = exists().where(and_(rows.loss_case.c.loan_id == loan.c.id, rows.loss_case.c.settled_at.is_(None)))
    unsent = exists().where(and_(rows.notice.c.loan_id == loan.c.id, rows.notice.c.status == "queued"))
    rest = policy.shelf_rest.span if policy.shelf_rest else timedelta()
    rests = and_(loan.c.returned_at.is_not(None), loan.c.returned_at > now - rest)
    watched = [category.slug for category in policy.categories if category.cancelled_when_late]
    counts = and_(loan.c.fined_late.is_(True), loan.c.category.in_(watched))
    return [~owes, ~case, ~unsent, ~rests, ~counts]
