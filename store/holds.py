"""The queue of holds on a title: which loan each waiting hold burdens, and who gets the copy that comes back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from store import rows
from store.policy import holding
from store.policy.facts import Candidate, WaitingHold
from store.states import HoldStatus, LoanState
from store.transaction import Transaction


def retarget(tx: Transaction, title_id: int, now: datetime) -> None:
    """Give each waiting hold of the title its target anew, in queue order (SCENARIOS 5, rule 3).

    Who was targeted when stays known: the held rate of a fine asks for it (METU-T-held).
    """
    connection = tx.session.connection()
    policy = tx.library.policies.at(now)
    wanted = holding.targets(policy, waiting_holds(connection, title_id), _candidates(connection, title_id))
    target, hold = rows.hold_target, rows.hold
    present = {
        row.hold_id: (row.id, row.loan_id)
        for row in connection.execute(
            select(target.c.id, target.c.hold_id, target.c.loan_id)
            .join(hold, hold.c.id == target.c.hold_id)
            .where(hold.c.title_id == title_id, target.c.until_at.is_(None))
        )
    }
    ended = [key for hold_id, (key, loan_id) in present.items() if wanted.get(hold_id) != loan_id]
    if ended:
        connection.execute(update(target).where(target.c.id.in_(ended)).values(until_at=now))
    begun = [
        {"hold_id": hold_id, "loan_id": loan_id, "from_at": now}
        for hold_id, loan_id in wanted.items()
        if present.get(hold_id, (0, None))[1] != loan_id
    ]
    if begun:
        connection.execute(insert(target), begun)


def waiting_holds(connection: Connection, title_id: int) -> tuple[WaitingHold, ...]:
    """The holds that wait for the title, the first placed first (ITU AMB-064)."""
    hold, member = rows.hold, rows.member
    found = connection.execute(
        select(hold.c.id, member.c.category)
        .join_from(hold, member, member.c.id == hold.c.member_id)
        .where(hold.c.title_id == title_id, hold.c.status == HoldStatus.WAITING)
        .order_by(hold.c.placed_at, hold.c.id)
    )
    return tuple(WaitingHold(row.id, row.category) for row in found)


def _candidates(connection: Connection, title_id: int) -> tuple[Candidate, ...]:
    loan, copy = rows.loan, rows.copy
    found = connection.execute(
        select(
            loan.c.id, loan.c.item_type, loan.c.loan_type, loan.c.due_at, loan.c.lent_at, loan.c.state,
            copy.c.barcode, copy.c.branch,
        )
        .join_from(loan, copy, copy.c.id == loan.c.copy_id)
        .where(copy.c.title_id == title_id, loan.c.closed_at.is_(None))
    )  # fmt: skip
    return tuple(
        Candidate(
            loan_id=row.id,
            item_type=row.item_type,
            loan_type=row.loan_type,
            due=row.due_at,
            lent_at=row.lent_at,
            barcode=row.barcode,
            lost=row.state == LoanState.LOST,
            branch=row.branch,
        )
        for row in found
    )
