"""Reads what decisions must know, in few statements, columns rather than entities: the hot path of every act."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import (
    Connection,
    Integer,
    Row,
    Select,
    Table,
    and_,
    bindparam,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    true,
    union_all,
)  # fmt: skip

from store import rows, statements
from store.locks import lock_copy, lock_hold, lock_member, lock_title
from store.policy.facts import CopyFacts, LastLoan, LoanFacts, MemberFacts, SuspensionFacts
from store.policy.model import Policy
from store.states import CardStatus, HoldStatus, LoanState, Purse
from store.types import Instant

_member, _card, _ledger, _hold, _loan, _copy, _title = (
    rows.member, rows.card, rows.ledger_entry, rows.hold, rows.loan, rows.copy, rows.title
)  # fmt: skip
_ACTIVE = (statements.word(HoldStatus.WAITING), statements.word(HoldStatus.READY))


class CopyRead(Struct, frozen=True):
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
    my_hold_over: bool
    "Its pick-up time has passed, though the job has not come by yet."
    my_other_copy_id: int | None
    "The copy that stands ready for it, if that is another."
    waiting: bool
    "Somebody waits for the title."
    has_tasks: bool
    "Work that is about the copy waits for staff."


def _has_card(status: CardStatus) -> Select[tuple[bool]]:
    return exists().where(and_(_card.c.member_id == _member.c.id, _card.c.status == statements.word(status)))  # type: ignore[return-value]


_this_member = bindparam("member_id", type_=Integer)
_now = bindparam("now", type_=Instant)

_suspended = and_(rows.suspension.c.member_id == _this_member, rows.suspension.c.ends_at > _now)
_still_to_end = exists().where(rows.term.c.name == rows.teaching.c.term, rows.term.c.last_day >= bindparam("today"))
_GRANTED = (
    (rows.teaching, rows.teaching.c.course, or_(rows.teaching.c.term.is_(None), _still_to_end)),
    (rows.project_manager, rows.project_manager.c.project, true()),
    (rows.exchange_listing, rows.exchange_listing.c.term, true()),
)
"What a member has been granted, by name; a course is taught until its term is over (ITU-I2b)."
_special_statement = union_all(
    select(
        literal("suspension").label("what"),
        rows.suspension.c.kind.label("name"),
        rows.suspension.c.starts_at,
        rows.suspension.c.ends_at,
        rows.suspension.c.clause,
    ).where(_suspended),
    *(
        select(literal(table.name), column, null(), null(), null()).where(table.c.member_id == _this_member, lasts)
        for table, column, lasts in _GRANTED
    ),
)
"Suspensions, and what a member has been granted: asked for only where there is anything, which is seldom."

_member_statement = select(
    _member.c.category,
    _member.c.status,
    select(func.coalesce(func.sum(_ledger.c.amount), 0))
    .where(_ledger.c.member_id == _member.c.id, _ledger.c.purse == statements.word(Purse.FINE))
    .scalar_subquery()
    .label("balance"),
    select(func.count())
    .select_from(_hold)
    .where(
        _hold.c.member_id == _member.c.id,
        or_(
            _hold.c.status == statements.word(HoldStatus.WAITING),
            and_(_hold.c.status == statements.word(HoldStatus.READY), _hold.c.pickup_until >= _now),
        ),
    )
    .scalar_subquery()
    .label("active_holds"),
    and_(_has_card(CardStatus.LOST), ~_has_card(CardStatus.OK)).label("card_lost"),  # type: ignore[arg-type]
    or_(
        exists().where(_suspended),
        *(exists().where(table.c.member_id == _this_member) for table, _column, _lasts in _GRANTED),
    ).label("special"),
).where(_member.c.id == _this_member)

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
    .where(_loan.c.closed_at.is_(None), _loan.c.member_id == _this_member)
    .order_by(_loan.c.due_at, _loan.c.id)
)

_form_statement = select(func.max(rows.protocol_form.c.dated)).where(rows.protocol_form.c.member_id == _this_member)


def member_facts(
    connection: Connection, policy: Policy, member_id: int, now: datetime, *, lock: bool, card_document: bool = False
) -> MemberFacts:
    """Everything that the rules ask about a member. Raises NoResultFound for an id that nobody has."""
    if lock:
        lock_member(connection, member_id)
    asked = {"member_id": member_id, "now": now, "today": now.astimezone(policy.zone).date()}
    row = connection.execute(_member_statement, asked).one()
    category = policy.category_of.get(row.category)
    needs_form = category is not None and category.needs == "protocol_form"
    found = connection.execute(_special_statement, asked).all() if row.special else ()

    def granted(table: Table) -> frozenset[str]:
        return frozenset(each.name for each in found if each.what == table.name)

    return MemberFacts(
        category=row.category,
        status=str(row.status),
        card="lost" if row.card_lost else "ok",
        card_document=card_document,
        balance=int(row.balance),
        loans=open_loans(connection, member_id),
        charges_of_lost=bool(policy.blocks.lost) and _owes_for_lost(connection, member_id, now),
        suspensions=tuple(
            SuspensionFacts(each.name, each.starts_at, each.ends_at, each.clause or None)
            for each in sorted(found, key=lambda each: each.ends_at or now)
            if each.what == "suspension" and policy.suspensions
        ),
        teaches=granted(rows.teaching),
        manages=granted(rows.project_manager),
        exchange_terms=granted(rows.exchange_listing),
        protocol_form=connection.execute(_form_statement, asked).scalar() if needs_form else None,
        active_holds=int(row.active_holds),
    )


def open_loans(connection: Connection, member_id: int) -> tuple[LoanFacts, ...]:
    """The member's loans that count: open, or lost and not settled; the soonest due first."""
    return tuple(
        LoanFacts(row.id, row.item_type, row.loan_type, row.due_at, row.title, row.state == LoanState.LOST)
        for row in connection.execute(_loans_statement, {"member_id": member_id})
    )


_ready, _mine, _running, _last = (
    _hold.alias("ready"), _hold.alias("mine"), _loan.alias("running"), _loan.alias("last")
)  # fmt: skip
_copy_statement = (
    select(
        _copy.c.id, _copy.c.title_id, _copy.c.barcode, _copy.c.item_type, _copy.c.branch, _copy.c.state,
        _copy.c.loanable, _copy.c.course, _copy.c.project, _copy.c.period, _copy.c.shelf_mark,
        _title.c.title, _title.c.author, _title.c.electronic_access, _title.c.shelf_mark.label("title_mark"),
        _ready.c.id.label("ready_id"), _ready.c.member_id.label("ready_member"), _ready.c.pickup_until,
        _mine.c.id.label("mine_id"), _mine.c.copy_id.label("mine_copy"), _mine.c.pickup_until.label("mine_until"),
        _running.c.id.label("running_id"), _running.c.member_id.label("running_member"), _running.c.visit,
        _last.c.member_id.label("last_member"), _last.c.renewals.label("last_renewals"),
        _last.c.renewals_allowed.label("last_allowed"), _last.c.returned_at.label("last_returned"),
        select(_hold.c.member_id)
        .where(_hold.c.title_id == _copy.c.title_id, _hold.c.status == statements.word(HoldStatus.WAITING))
        .order_by(_hold.c.placed_at, _hold.c.id)
        .limit(1)
        .scalar_subquery()
        .label("first_waiting"),
        exists().where(and_(rows.task.c.copy_id == _copy.c.id, rows.task.c.done_at.is_(None))).label("has_tasks"),
    )
    .join_from(_copy, _title, _title.c.id == _copy.c.title_id)
    .join(_ready, and_(_ready.c.copy_id == _copy.c.id,
                       _ready.c.status == statements.word(HoldStatus.READY)), isouter=True)
    .join(_mine, and_(_mine.c.title_id == _copy.c.title_id, _mine.c.member_id == _this_member,
                      _mine.c.status.in_(_ACTIVE)), isouter=True)
    .join(_running, and_(_running.c.copy_id == _copy.c.id, _running.c.closed_at.is_(None)), isouter=True)
    .join(_last, _last.c.id == _copy.c.last_loan_id, isouter=True)
    .where(_copy.c.barcode == bindparam("barcode"))
)  # fmt: skip


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
    if found.my_hold_id is not None and found.my_other_copy_id is not None:
        lock_hold(connection, found.my_hold_id)  # the copy that stands ready before the title, as everywhere
    lock_title(connection, found.title_id)
    return _read_copy(connection, barcode, member_id, now)


def _read_copy(connection: Connection, barcode: str, member_id: int | None, now: datetime) -> CopyRead | None:
    row = connection.execute(_copy_statement, {"barcode": barcode, "member_id": member_id}).first()
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
        my_hold_over=row.mine_until is not None and now > row.mine_until,
        my_other_copy_id=row.mine_copy if row.mine_copy != row.id else None,
        waiting=row.first_waiting is not None,
        has_tasks=bool(row.has_tasks),
    )


def _held_for(row: Row[*tuple[Any, ...]], member_id: int | None, now: datetime) -> str | None:
    """For whom a copy stands on the hold shelf; past its pick-up time it is the next member's, if one waits."""
    if row.ready_id is None:
        return None
    whose = row.first_waiting if now > row.pickup_until else row.ready_member
    return None if whose is None else "me" if whose == member_id else "other"


_charge = _ledger.alias("charge")
_lost_charge_statement = (
    select(_charge.c.id)
    .join(rows.loss_case, rows.loss_case.c.loan_id == _charge.c.loan_id)
    .join(_loan, _loan.c.id == _charge.c.loan_id)
    .where(
        _charge.c.member_id == _this_member,
        _loan.c.due_at < bindparam("now", type_=Instant),
        _charge.c.kind == "replacement",
        rows.loss_case.c.kind == "lost",
        rows.loss_case.c.returned_at.is_(None),
        _charge.c.amount
        + select(func.coalesce(func.sum(_ledger.c.amount), 0))
        .where(_ledger.c.settles_id == _charge.c.id)
        .scalar_subquery()
        > 0,
    )
    .limit(1)
)


def _owes_for_lost(connection: Connection, member_id: int, now: datetime) -> bool:
    """An unpaid replacement charge of a lost item that has not come back blocks from its due date on (METU AMB-47)."""
    return connection.execute(_lost_charge_statement, {"member_id": member_id, "now": now}).first() is not None
