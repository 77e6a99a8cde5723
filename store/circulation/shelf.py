"""The hold shelf: what is to be carried, and the next right thing for a copy that is scanned there."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, exists, func, select

from store import rows
from store.act import At
from store.catalogue import describing
from store.catalogue.stock import UNKNOWN, to_its_place
from store.circulation.facts import CopyRead, read_copy
from store.circulation.holds import expire
from store.circulation.returns import take_back
from store.desk.permissions import needs
from store.desk.roles import Right
from store.desk.tasks import CARRIED, finish_tasks
from store.locks import lock_borrowed
from store.policy.model import Policy
from store.policy.verdict import Refused
from store.results.returns import NotReturned
from store.results.shelf import Handled, ShelfLine, ShelfLists, Slip
from store.states import CopyState, HoldStatus
from store.transaction import Reading, Transaction, query, use_case

_MOST = 200
"Lines of a list: the first ones."
_hold, _copy, _title, _member, _task = rows.hold, rows.copy, rows.title, rows.member, rows.task


@use_case
@needs(Right.SHELF, "shelf")
def handle(tx: Transaction, barcode: str, now: datetime, at: At) -> Handled | Refused:
    """Do with a copy in hand whatever comes next, and say where it belongs: the answer's slip goes with it.

    On loan or lost: it is returned. On its way: received, if this is its branch. Ready for somebody: on the hold shelf
    with it, or, if nobody came in time, to the next one or back. Refusals: `copy_unknown`, those of a return.
    """
    connection = tx.connection
    lock_borrowed(connection, barcode)
    copy = read_copy(connection, barcode, None, now, lock=True)
    if copy is None:
        return tx.refuse("shelf", now, at, UNKNOWN, barcode=barcode)
    if copy.facts.state in (CopyState.ON_LOAN, CopyState.LOST):
        returned = take_back(tx, barcode, now, at)
        if isinstance(returned, NotReturned):
            return Refused(returned.reasons)
        finish_tasks(tx, CARRIED, now, at.staff, copy_id=copy.copy_id)
        did = "found" if returned.was_lost else "returned"
        return _handled(tx, did, barcode, returned.goes_to, now, fine=returned.fine.amount)
    did, goes_to = _carry(tx, copy, now, at)
    if did not in ("nothing", "ready", "in_repair", "withdrawn", "travels"):
        finish_tasks(tx, CARRIED, now, at.staff, copy_id=copy.copy_id)
    tx.record("shelf", "done", now, at, barcode=barcode, detail={"did": did, "to": goes_to})
    return _handled(tx, did, barcode, goes_to, now)


@query
def lists(reading: Reading, branch: str | None, now: datetime) -> ShelfLists:
    """What waits at the hold shelf of a branch, or of every branch."""
    policy = reading.library.policies.at(now)
    connection = reading.connection
    here = [_copy.c.branch == branch] if branch is not None else []

    def read(statement: Select[Any], *conditions: ColumnElement[bool]) -> tuple[ShelfLine, ...]:
        found = connection.execute(statement.where(*conditions, *here).limit(_MOST)).all()
        return tuple(_line(policy, row) for row in found)

    ready = _hold.c.status == HoldStatus.READY
    pulling = select(_task.c.id).where(
        _task.c.copy_id == _copy.c.id, _task.c.slug == "hold_shelf_pull", _task.c.done_at.is_(None)
    ).exists()  # fmt: skip
    held = _held_statement()
    by_deadline = held.order_by(_hold.c.pickup_until, _hold.c.id)
    expired = read(by_deadline, ready, _hold.c.pickup_until < now)
    return ShelfLists(
        pull=read(held.order_by(_hold.c.ready_at, _hold.c.id), ready, _hold.c.pickup_until >= now, pulling),
        ready=read(by_deadline, ready, _hold.c.pickup_until >= now, ~pulling),
        clear=(*expired, *read(_carried_statement())),
        travelling=read(_travelling_statement()),
    )


def slip_of(connection: Connection, policy: Policy, copy_id: int) -> Slip | None:
    """The slip of a copy that stands ready; None if it waits for nobody."""
    found = connection.execute(
        select(
            _member.c.given_name, _member.c.surname, _member.c.number.label("member_number"), _title.c.title,
            _copy.c.barcode, _copy.c.branch, _hold.c.pickup_until,
        )
        .join_from(_hold, _member, _member.c.id == _hold.c.member_id)
        .join(_copy, _copy.c.id == _hold.c.copy_id)
        .join(_title, _title.c.id == _copy.c.title_id)
        .where(_hold.c.copy_id == copy_id, _hold.c.status == HoldStatus.READY)
    ).first()  # fmt: skip
    return None if found is None else _slip(policy, found)


def _carry(tx: Transaction, copy: CopyRead, now: datetime, at: At) -> tuple[str, str]:
    """What is to be done with a copy that is not out, and where it goes."""
    state = copy.facts.state
    if state == CopyState.HOLD_SHELF and copy.ready_until is not None and now > copy.ready_until:
        assert copy.ready_hold_id is not None
        expire(tx, copy.ready_hold_id, now, now)
        return "expired", _place_of(tx, copy, now)
    if state == CopyState.HOLD_SHELF:
        return ("pulled" if _waits_for(tx, copy, "hold_shelf_pull") else "ready"), "hold_shelf"
    if state == CopyState.IN_TRANSIT:
        elsewhere = at.branch is not None and at.branch != copy.facts.branch
        if elsewhere:
            return "travels", "transit"
        to_its_place(tx, copy.copy_id, now)
        return "received", _place_of(tx, copy, now)
    if state == CopyState.ON_SHELF:
        if _waits_for(tx, copy, "reshelve"):
            return "reshelved", _place_of(tx, copy, now)
        return "nothing", _place_of(tx, copy, now)
    return str(state), "desk"


def _place_of(tx: Transaction, copy: CopyRead, now: datetime) -> str:
    state = tx.connection.execute(select(_copy.c.state).where(_copy.c.id == copy.copy_id)).scalar_one()
    if state == CopyState.HOLD_SHELF:
        return "hold_shelf"
    return "shelf" if tx.library.policies.at(now).kind(copy.facts.item_type).publication else "desk"


def _waits_for(tx: Transaction, copy: CopyRead, slug: str) -> bool:
    open_one = select(_task.c.id).where(
        _task.c.copy_id == copy.copy_id, _task.c.slug == slug, _task.c.done_at.is_(None)
    )
    return copy.has_tasks and tx.connection.execute(open_one).first() is not None


def _handled(tx: Transaction, did: str, barcode: str, goes_to: str, now: datetime, fine: int = 0) -> Handled:
    connection, policy = tx.connection, tx.library.policies.at(now)
    after = read_copy(connection, barcode, None, now, lock=False)
    assert after is not None
    return Handled(did, describing.item(policy, after), goes_to, slip_of(connection, policy, after.copy_id), fine)


_SHOWN = (
    _copy.c.barcode, _copy.c.item_type, _copy.c.branch, _copy.c.state, _title.c.title, _title.c.author,
    func.coalesce(func.nullif(_copy.c.shelf_mark, ""), _title.c.shelf_mark).label("mark"),
)  # fmt: skip


def _held_statement() -> Select[Any]:
    return (
        select(
            *_SHOWN, _hold.c.ready_at.label("since"), _hold.c.pickup_until, _member.c.given_name, _member.c.surname,
            _member.c.number.label("member_number"),
        )
        .join_from(_hold, _copy, _copy.c.id == _hold.c.copy_id)
        .join(_title, _title.c.id == _copy.c.title_id)
        .join(_member, _member.c.id == _hold.c.member_id)
    )  # fmt: skip


def _carried_statement() -> Select[Any]:
    """Copies that are to go back to their place."""
    return (
        select(*_SHOWN, _task.c.raised_at.label("since"))
        .join_from(_task, _copy, _copy.c.id == _task.c.copy_id)
        .join(_title, _title.c.id == _copy.c.title_id)
        .where(_task.c.slug == "reshelve", _task.c.done_at.is_(None))
        .where(_copy.c.state.in_((CopyState.ON_SHELF, CopyState.IN_TRANSIT)))
        .order_by(_task.c.raised_at, _task.c.id)
    )


def _travelling_statement() -> Select[Any]:
    """Copies on their way to another branch; they left when their last loan ended."""
    loan = rows.loan
    left = select(func.max(loan.c.closed_at)).where(loan.c.copy_id == _copy.c.id).scalar_subquery()
    to_carry = exists().where(_task.c.copy_id == _copy.c.id, _task.c.slug == "reshelve", _task.c.done_at.is_(None))
    return (
        select(*_SHOWN, left.label("since"))
        .join_from(_copy, _title, _title.c.id == _copy.c.title_id)
        .where(_copy.c.state == CopyState.IN_TRANSIT, ~to_carry)
        .order_by(left, _copy.c.id)
    )


def _line(policy: Policy, row: Row[*tuple[Any, ...]]) -> ShelfLine:
    slip = _slip(policy, row) if hasattr(row, "surname") else None
    return ShelfLine(describing.item_of_row(policy, row), row.since, slip)


def _slip(policy: Policy, row: Row[*tuple[Any, ...]]) -> Slip:
    branch = policy.branch_of.get(row.branch)
    return Slip(
        name=f"{row.given_name} {row.surname[:1]}.",
        number=f"…{row.member_number[-4:]}",
        title=row.title,
        barcode=row.barcode,
        branch_tr=branch.name.tr if branch else row.branch,
        branch_en=branch.name.en if branch else row.branch,
        until=row.pickup_until,
    )
