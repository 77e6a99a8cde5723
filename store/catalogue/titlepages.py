"""A title with its copies and its queue, and a member's holds: what can be had, where, and honestly when."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, and_, select

from store import rows
from store.catalogue.titles import title_facts
from store.circulation.facts import member_facts
from store.circulation.holds import waiting_holds
from store.policy import holding, lending
from store.policy.model import Policy
from store.policy.periods import Period
from store.policy.verdict import Refused
from store.results.titles import CopyLine, MyHold, TitlePage
from store.states import CopyState, HoldStatus, LoanState
from store.transaction import Reading, query


@query
def title_page(reading: Reading, title_id: int, member_id: int | None, now: datetime) -> TitlePage:
    """The title's page; with a member, whether that member could hold it. Raises NoResultFound for no such title."""
    connection, policy = reading.connection, reading.library.policies.at(now)
    title = connection.execute(select(rows.title).where(rows.title.c.id == title_id)).one()
    waiting = len(waiting_holds(connection, title_id))
    reasons: tuple[Any, ...] = ()
    can_hold = False
    if member_id is not None:
        facts = member_facts(connection, policy, member_id, now, lock=False)
        verdict = holding.decide(policy, facts, title_facts(connection, title_id, member_id, now), now)
        can_hold = not isinstance(verdict, Refused)
        reasons = verdict.reasons if isinstance(verdict, Refused) else ()
    return TitlePage(
        title_id=title_id,
        title=title.title,
        author=title.author,
        publisher=title.publisher,
        year=title.year,
        isbn=title.isbn,
        language=title.language,
        subjects=title.subjects,
        copies=_copies(connection, policy, title_id, title.shelf_mark),
        waiting=waiting,
        expected=_expected(connection, policy, title_id, waiting + 1, now),
        can_hold=can_hold,
        reasons=reasons,
    )


@query
def title_of(reading: Reading, barcode: str) -> int | None:
    """The title to which a copy belongs."""
    this = select(rows.copy.c.title_id).where(rows.copy.c.barcode == barcode)
    found: int | None = reading.connection.execute(this).scalar()
    return found


@query
def my_holds(reading: Reading, member_id: int, now: datetime) -> tuple[MyHold, ...]:
    """The member's holds: those that stand ready first, the soonest to end first; then the waiting ones."""
    connection, policy = reading.connection, reading.library.policies.at(now)
    hold, title, copy = rows.hold, rows.title, rows.copy
    found = connection.execute(
        select(hold, title.c.title, title.c.author, copy.c.branch)
        .join_from(hold, title, title.c.id == hold.c.title_id)
        .join(copy, copy.c.id == hold.c.copy_id, isouter=True)
        .where(hold.c.member_id == member_id, hold.c.status.in_((HoldStatus.READY, HoldStatus.WAITING)))
        .order_by(hold.c.status != HoldStatus.READY, hold.c.pickup_until, hold.c.placed_at, hold.c.id)
    ).all()
    return tuple(
        _my_hold(connection, policy, row, now)
        for row in found
        if row.status != HoldStatus.READY or row.pickup_until >= now
    )


def _copies(connection: Connection, policy: Policy, title_id: int, title_mark: str) -> tuple[CopyLine, ...]:
    copy, loan = rows.copy, rows.loan
    found = connection.execute(
        select(copy, loan.c.due_at, loan.c.hourly)
        .join(loan, and_(loan.c.copy_id == copy.c.id, loan.c.closed_at.is_(None)), isouter=True)
        .where(copy.c.title_id == title_id, copy.c.state != CopyState.WITHDRAWN)
        .order_by(copy.c.branch, copy.c.id)
    )
    return tuple(_copy_line(policy, row, title_mark) for row in found)


def _copy_line(policy: Policy, row: Row[*tuple[Any, ...]], title_mark: str) -> CopyLine:
    kind, branch = policy.kind(row.item_type), policy.branch_of.get(row.branch)
    return CopyLine(
        barcode=row.barcode,
        item_type_tr=kind.name.tr,
        item_type_en=kind.name.en,
        branch=row.branch,
        branch_tr=branch.name.tr if branch else row.branch,
        branch_en=branch.name.en if branch else row.branch,
        shelf_mark=row.shelf_mark or title_mark,
        state=str(row.state),
        due=row.due_at if row.state == CopyState.ON_LOAN else None,
        hourly=bool(row.hourly),
        stays=lending.not_for_loan(policy, row.item_type, row.branch, bool(row.loanable)) is not None,
    )


def _expected(connection: Connection, policy: Policy, title_id: int, position: int, now: datetime) -> datetime | None:
    """When the hold at this place may come: when its loan is due, or, behind all loans, a loan period later each round.

    Nobody can say for what is lost or overdue, nor how early readers return: it is the earliest honest date.
    """
    loan, copy = rows.loan, rows.copy
    out = connection.execute(
        select(loan.c.due_at, loan.c.category, loan.c.item_type)
        .join(copy, copy.c.id == loan.c.copy_id)
        .where(
            copy.c.title_id == title_id, loan.c.closed_at.is_(None), loan.c.state == LoanState.OPEN,
            loan.c.loan_type != "project", loan.c.due_at >= now,
        )
        .order_by(loan.c.due_at, loan.c.lent_at)
    ).all()  # fmt: skip
    if not out:
        return None
    rounds, place = divmod(position - 1, len(out))
    row = out[place]
    rule = policy.rules.find(row.category, row.item_type)
    due: datetime = row.due_at
    return due + rounds * _length(rule.period if rule else None)


def _length(period: Period | None) -> timedelta:
    return timedelta(hours=period.rough_hours if period else 0)


def _my_hold(connection: Connection, policy: Policy, row: Row[*tuple[Any, ...]], now: datetime) -> MyHold:
    ready = row.status == HoldStatus.READY
    place = 0
    if not ready:
        place = [waiting.hold_id for waiting in waiting_holds(connection, row.title_id)].index(row.id) + 1
    branch = policy.branch_of.get(row.branch) if row.branch else None
    return MyHold(
        hold_id=row.id,
        title_id=row.title_id,
        title=row.title,
        author=row.author,
        placed_at=row.placed_at,
        ready=ready,
        position=place,
        pickup_until=row.pickup_until,
        branch_tr=branch.name.tr if branch else "",
        branch_en=branch.name.en if branch else "",
        expected=None if ready else _expected(connection, policy, row.title_id, place, now),
    )
