"""What staff change about a copy: its data, its loan period, repair."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from store import rows
from store.act import At
from store.catalogue.stock import BUSY, UNKNOWN, choice_fault, to_its_place
from store.circulation.holds import cancel_unfillable, retarget, set_state, wait_again
from store.desk.permissions import needs
from store.desk.roles import Right
from store.desk.tasks import CARRIED, finish_tasks
from store.locks import lock_borrowed, lock_title
from store.policy import due
from store.policy.verdict import Reason, Refused
from store.results.copies import CopyData
from store.states import CopyState
from store.transaction import Transaction, use_case

_CHANGED = Reason("state_changed", None, "look_again")


@use_case
@needs(Right.COPIES)
def edit_copy(tx: Transaction, barcode: str, data: CopyData, now: datetime, at: At) -> Refused | None:
    """Change a copy's data; a running loan keeps its due date, the queue of the title is looked through anew.

    Refusals: `copy_unknown`, `choice_unknown`; `copy_busy` on the hold shelf for more than the mark.
    """
    before = _row(tx, barcode)
    if before is None:
        return tx.refuse("edit_copy", now, at, UNKNOWN, barcode=barcode)
    values: dict[str, Any] = {name: getattr(data, name) for name in ("item_type", "branch", "shelf_mark", "loanable")}
    changed = {name: value for name, value in values.items() if value != before._mapping[name]}
    wrong = choice_fault(tx.library.policies.at(now), data.item_type, data.branch)
    if wrong is not None:
        return tx.refuse("edit_copy", now, at, *wrong.reasons, barcode=barcode)
    if before.state == CopyState.HOLD_SHELF and set(changed) - {"shelf_mark"}:
        return tx.refuse("edit_copy", now, at, BUSY, barcode=barcode)
    if changed:
        tx.connection.execute(update(rows.copy).where(rows.copy.c.id == before.id).values(changed))
        serve_queue_anew(tx, before.id, before.title_id, before.state, now)
    tx.record("edit_copy", "done", now, at, barcode=barcode, detail=changed)
    return None


@use_case
@needs(Right.COPIES)
def to_repair(tx: Transaction, barcode: str, now: datetime, at: At) -> Refused | None:
    """A copy goes into repair. From the hold shelf, too: its hold waits again, in its old place.

    Refusals: `copy_unknown`, `copy_busy` on loan, `state_changed` if it is lost, withdrawn or in repair.
    """
    before = _row(tx, barcode)
    if before is None or before.state not in (CopyState.ON_SHELF, CopyState.IN_TRANSIT, CopyState.HOLD_SHELF):
        reason = UNKNOWN if before is None else BUSY if before.state == CopyState.ON_LOAN else _CHANGED
        return tx.refuse("to_repair", now, at, reason, barcode=barcode)
    set_state(tx, before.id, CopyState.IN_REPAIR)
    wait_again(tx, before.id)
    finish_tasks(tx, CARRIED, now, at.staff, copy_id=before.id)
    retarget(tx, before.title_id, now)
    tx.record("to_repair", "done", now, at, barcode=barcode, detail={"was": str(before.state)})
    return None


@use_case
@needs(Right.COPIES)
def from_repair(tx: Transaction, barcode: str, now: datetime, at: At) -> bool | Refused:
    """A copy comes back from repair: to the first hold that it can fill, which is True, or to its shelf.

    Refusals: `copy_unknown`, `state_changed` if it was not in repair.
    """
    before = _row(tx, barcode)
    if before is None or before.state != CopyState.IN_REPAIR:
        return tx.refuse("from_repair", now, at, _CHANGED if before else UNKNOWN, barcode=barcode)
    held = to_its_place(tx, before.id, now)
    tx.record("from_repair", "done", now, at, barcode=barcode, detail={"held": held})
    return held


@use_case
@needs(Right.PERIODS)
def set_period(tx: Transaction, barcode: str, period: str | None, now: datetime, at: At) -> Refused | None:
    """Shorten a copy's loan period from the next loan or renewal on (ITU-C16); None: the rules' own again.

    Refusals: `copy_unknown`, `period_unreadable`, `period_not_shorter` than the rules' own for every category.
    """
    before = _row(tx, barcode)
    if before is None:
        return tx.refuse("set_period", now, at, UNKNOWN, barcode=barcode)
    wrong = due.own_period_fault(tx.library.policies.at(now), before.item_type, period)
    if wrong is not None:
        return tx.refuse("set_period", now, at, wrong, barcode=barcode)
    tx.connection.execute(update(rows.copy).where(rows.copy.c.id == before.id).values(period=period))
    tx.record("set_period", "done", now, at, barcode=barcode, detail={"period": period})
    return None


@use_case
@needs(Right.PERIODS, "set_period")
def set_title_period(tx: Transaction, title_id: int, period: str | None, now: datetime, at: At) -> int | Refused:
    """The same for every copy of a title; gives how many. What is lent for a time of its own keeps it (ITU-I3)."""
    connection, copy, policy = tx.connection, rows.copy, tx.library.policies.at(now)
    lock_title(connection, title_id)
    found = connection.execute(
        select(copy.c.id, copy.c.item_type).where(copy.c.title_id == title_id, copy.c.state != CopyState.WITHDRAWN)
    ).all()
    faults = {kind: due.own_period_fault(policy, kind, period) for kind in {row.item_type for row in found}}
    fit = [row.id for row in found if faults[row.item_type] is None and policy.kind(row.item_type).own_periods is None]
    if not fit:
        reason = next((fault for fault in faults.values() if fault is not None), UNKNOWN)
        return tx.refuse("set_period", now, at, reason)
    connection.execute(update(copy).where(copy.c.id.in_(fit)).values(period=period))
    tx.record("set_period", "done", now, at, detail={"title": title_id, "period": period, "copies": len(fit)})
    return len(fit)


def serve_queue_anew(tx: Transaction, copy_id: int, title_id: int, state: str, now: datetime) -> None:
    """Something about a copy changed: it may fill a hold now, or be the last that could have."""
    if state != CopyState.ON_SHELF or not to_its_place(tx, copy_id, now):
        cancel_unfillable(tx, title_id, now)


def _row(tx: Transaction, barcode: str) -> Any:  # noqa: ANN401 - a row of the table
    """The copy as it stands, locked; None for a barcode that no copy has."""
    lock_borrowed(tx.connection, barcode)
    return tx.connection.execute(select(rows.copy).where(rows.copy.c.barcode == barcode)).first()
