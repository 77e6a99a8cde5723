"""Reads what decisions must know, in few statements, columns rather than entities: the hot path of every act."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, bindparam, exists, func, or_, select

from store import rows
from store.locks import lock_copy, lock_member, lock_title
from store.policy.facts import CopyFacts, LastLoan, LoanFacts, MemberFacts, SuspensionFacts
from store.policy.model import Policy
from store.states import CardStatus, HoldStatus, LoanState, Purse
from store.types import Instant

_member, _card, _ledger, _hold, _loan, _copy, _title = (
    rows.member, rows.card, rows.ledger_entry, rows.hold, rows.loan, rows.copy, rows.title
)  # fmt: skip
_ACTIVE = (HoldStatus.WAITING, HoldStatus.READY)


@dataclass(frozen=True, slots=True)
class CopyRead:
    """A copy as it was read: its facts for the rules, and what else the act needs."""

    copy_id: int
    title_id: int
    barcode: str
    title: str
    author: str
    shelf_mark: str
    facts: CopyFacts
    open_loan_id: int | None
    open_loan_mine: bool
    open_loan_visit: str | None
    ready_hold_id: int | None
    ready_until: datetime | None
    my_hold_id: int | None
    "The member's own active hold on the title, waiting or ready."
    waiting: bool
    "Somebody waits for the title."
    has_tasks: bool
    "Work that is about the copy waits for staff."


def _has_card(status: CardStatus) -> Select[tuple[bool]]:
    return exists().where(and_(_card.c.member_id == _member.c.id, _card.c.status == status))  # type: ignore[return-value]


_member_statement = select(
    _member.c.category,
    _member.c.status,
    select(func.coalesce(func.sum(_ledger.c.amount), 0))
    .where(_ledger.c.member_id == _member.c.id, _ledger.c.purse == Purse.FINE)
    .scalar_subquery()
    .label("balance"),
    select(func.count())
    .select_from(_hold)
    .where(
        _hold.c.member_id == _member.c.id,
        or_(
            _hold.c.status == HoldStatus.WAITING,
            and_(_hold.c.status == HoldStatus.READY, _hold.c.pickup_until >= bindparam("now", type_=Instant)),
        ),
    )
    .scalar_subquery()
    .label("active_holds"),
    and_(_has_card(CardStatus.LOST), ~_has_card(CardStatus.OK)).label("card_lost"),  # type: ignore[arg-type]
)
_loans_statement = (
    select(
        _loan.c.id,
        _loan.c.item_type,
        _loan.c.loan_type,
        _loan.c.due_at,
        _loan.c.state,
        _title.c.title,
    )
    .join_from(_loan, _copy, _copy.c.id == _loan.c.copy_id)
    .join(_title, _title.c.id == _copy.c.title_id)
    .where(_loan.c.closed_at.is_(None))
    .order_by(_loan.c.due_at, _loan.c.id)
)

_has_tasks = exists().where(and_(rows.task.c.copy_id == _copy.c.id, rows.task.c.done_at.is_(None)))


def member_facts(
    connection: Connection, policy: Policy, member_id: int, now: datetime, *, lock: bool, card_document: bool = False
) -> MemberFacts:
    """Everything that the rules ask about a member. Raises NoResultFound for an id that nobody has."""
    if lock:
        lock_member(connection, member_id)
    row = connection.execute(_member_statement.where(_member.c.id == member_id), {"now": now}).one()
    category = policy.category_of.get(row.category)
    needs = category.needs if category else None
    return MemberFacts(
        category=row.category,
        status=str(row.status),
        card="lost" if row.card_lost else "ok",
        card_document=card_document,
        balance=int(row.balance),
        loans=open_loans(connection, member_id),
        charges_of_lost=bool(policy.blocks.lost) and _owes_for_lost(connection, member_id),
        suspensions=_suspensions(connection, member_id, now) if policy.suspensions else (),
        teaches=_column(connection, rows.teaching.c.course, rows.teaching.c.member_id == member_id)
        if policy.term_loans is not None and policy.term_loans.needs == "teaches"
        else frozenset(),
        manages=_column(connection, rows.project_manager.c.project, rows.project_manager.c.member_id == member_id)
        if policy.project_loans is not None
        else frozenset(),
        exchange_terms=_column(connection, rows.exchange_listing.c.term, rows.exchange_listing.c.member_id == member_id)
        if needs == "exchange_list"
        else frozenset(),
        protocol_form=connection.execute(
            select(func.max(rows.protocol_form.c.dated)).where(rows.protocol_form.c.member_id == member_id)
        ).scalar()
        if needs == "protocol_form"
        else None,
        active_holds=int(row.active_holds),
    )


def open_loans(connection: Connection, member_id: int) -> tuple[LoanFacts, ...]:
    """The member's loans that count: open, or lost and not settled; the soonest due first."""
    found = connection.execute(_loans_statement.where(_loan.c.member_id == member_id))
    return tuple(
        LoanFacts(row.id, row.item_type, row.loan_type, row.due_at, row.title, row.state == LoanState.LOST)
        for row in found
    )


def read_copy(
    connection: Connection, barcode: str, member_id: int | None, now: datetime, *, lock: bool
) -> CopyRead | None:
    """A copy by its barcode with all that a checkout asks about it; None if there is none.

    `lock`: it stands as read until the transaction ends, and so does its title's queue if anybody stands in it.
    """
    if lock:
        lock_copy(connection, barcode)
    found = _read_copy(connection, barcode, member_id, now)
    if not lock or found is None or connection.dialect.name == "sqlite":
        return found
    if not (found.waiting or found.my_hold_id or found.ready_hold_id):
        return found
    lock_title(connection, found.title_id)
    return _read_copy(connection, barcode, member_id, now)


def _read_copy(connection: Connection, barcode: str, member_id: int | None, now: datetime) -> CopyRead | None:
    ready, mine, running, last = (
        _hold.alias("ready"), _hold.alias("mine"), _loan.alias("running"), _loan.alias("last")
    )  # fmt: skip
    waits = exists().where(and_(_hold.c.title_id == _copy.c.title_id, _hold.c.status == HoldStatus.WAITING))
    statement = (
        select(
            _copy.c.id, _copy.c.title_id, _copy.c.barcode, _copy.c.item_type, _copy.c.branch, _copy.c.state,
            _copy.c.loanable, _copy.c.course, _copy.c.project, _copy.c.period, _copy.c.shelf_mark,
            _title.c.title, _title.c.author, _title.c.electronic_access, _title.c.shelf_mark.label("title_mark"),
            ready.c.id.label("ready_id"), ready.c.member_id.label("ready_member"), ready.c.pickup_until,
            mine.c.id.label("mine_id"),
            running.c.id.label("running_id"), running.c.member_id.label("running_member"), running.c.visit,
            last.c.member_id.label("last_member"), last.c.renewals.label("last_renewals"),
            last.c.renewals_allowed.label("last_allowed"), last.c.returned_at.label("last_returned"),
            waits.label("waiting"), _has_tasks.label("has_tasks"),
        )
        .join_from(_copy, _title, _title.c.id == _copy.c.title_id)
        .join(ready, and_(ready.c.copy_id == _copy.c.id, ready.c.status == HoldStatus.READY), isouter=True)
        .join(mine, and_(mine.c.title_id == _copy.c.title_id, mine.c.member_id == member_id,
                         mine.c.status.in_(_ACTIVE)), isouter=True)
        .join(running, and_(running.c.copy_id == _copy.c.id, running.c.closed_at.is_(None)), isouter=True)
        .join(last, last.c.id == _copy.c.last_loan_id, isouter=True)
        .where(_copy.c.barcode == barcode)
    )  # fmt: skip
    row = connection.execute(statement).first()
    return None if row is None else _copy_read(row, member_id, now)


def _copy_read(row: Row[*tuple[Any, ...]], member_id: int | None, now: datetime) -> CopyRead:
    last = None
    if row.last_returned is not None:
        last = LastLoan(row.last_member == member_id, row.last_renewals, row.last_allowed, row.last_returned)
    return CopyRead(
        copy_id=row.id,
        title_id=row.title_id,
        barcode=row.barcode,
        title=row.title,
        author=row.author,
        shelf_mark=row.shelf_mark or row.title_mark,
        facts=CopyFacts(
            item_type=row.item_type,
            branch=row.branch,
            state=str(row.state),
            loanable=bool(row.loanable),
            course=row.course,
            project=row.project,
            period=row.period,
            electronic_access=bool(row.electronic_access),
            held_for=_held_for(row, member_id, now),
            last_loan=last,
        ),
        open_loan_id=row.running_id,
        open_loan_mine=row.running_id is not None and row.running_member == member_id,
        open_loan_visit=row.visit,
        ready_hold_id=row.ready_id,
        ready_until=row.pickup_until,
        my_hold_id=row.mine_id,
        waiting=bool(row.waiting),
        has_tasks=bool(row.has_tasks),
    )


def _held_for(row: Row[*tuple[Any, ...]], member_id: int | None, now: datetime) -> str | None:
    """For whom a copy stands on the hold shelf; past its pick-up time it is the next member's, if one waits."""
    if row.ready_id is None:
        return None
    if now > row.pickup_until:
        return "other" if row.waiting else None
    return "me" if row.ready_member == member_id else "other"


def _suspensions(connection: Connection, member_id: int, now: datetime) -> tuple[SuspensionFacts, ...]:
    table = rows.suspension
    found = connection.execute(
        select(table.c.kind, table.c.starts_at, table.c.ends_at, table.c.clause)
        .where(table.c.member_id == member_id, table.c.ends_at > now)
        .order_by(table.c.ends_at)
    )
    return tuple(SuspensionFacts(row.kind, row.starts_at, row.ends_at, row.clause or None) for row in found)


def _owes_for_lost(connection: Connection, member_id: int) -> bool:
    """An unpaid replacement charge of a lost item that has not come back still blocks (METU AMB-47)."""
    charge, case = _ledger.alias("charge"), rows.loss_case
    paid = (
        select(func.coalesce(func.sum(_ledger.c.amount), 0))
        .where(_ledger.c.settles_id == charge.c.id)
        .scalar_subquery()
    )
    statement = (
        select(charge.c.id)
        .join(case, case.c.loan_id == charge.c.loan_id)
        .where(
            charge.c.member_id == member_id,
            charge.c.kind == "replacement",
            case.c.kind == "lost",
            case.c.returned_at.is_(None),
            charge.c.amount + paid > 0,
        )
        .limit(1)
    )
    return connection.execute(statement).first() is not None


def _column(connection: Connection, column: object, condition: object) -> frozenset[str]:
    return frozenset(connection.execute(select(column).where(condition)).scalars())  # type: ignore[call-overload]
