"""Copies enter the stock, and leave it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import insert, select

from store import rows, statements
from store.act import At
from store.catalogue import codes
from store.circulation.facts import CopyRead, read_copy
from store.circulation.holds import cancel_unfillable, fill_first, set_state
from store.desk.permissions import needs
from store.desk.roles import Right
from store.desk.tasks import CARRIED, finish_tasks
from store.locks import lock_borrowed
from store.policy.model import Policy
from store.policy.verdict import Reason, Refused
from store.states import CopyState
from store.transaction import Transaction, use_case

_LONGEST_BARCODE = 64
UNKNOWN = Reason("copy_unknown", None, "check_barcode")
BUSY = Reason("copy_busy", None, "take_back_first")


@use_case
@needs(Right.COPIES)
def add_copy(
    tx: Transaction, title_id: int, barcode: str, item_type: str, branch: str, shelf_mark: str, now: datetime, at: At
) -> Refused | None:
    """A new copy; the first hold that it can fill gets it at once.

    Refusals: `barcode_taken` (by a copy or a card), `title_unknown`, `choice_unknown` for a kind or branch that the
    policy does not know.
    """
    title = rows.title
    known = tx.connection.execute(select(title.c.id).where(title.c.id == title_id)).first()
    wrong = (
        barcode_fault(tx, barcode)
        or (None if known else Refused((Reason("title_unknown", None, "choose_again"),)))
        or choice_fault(tx.library.policies.at(now), item_type, branch)
    )
    if wrong is not None:
        return tx.refuse("add_copy", now, at, *wrong.reasons, barcode=barcode)
    _insert(
        tx, {"title_id": title_id, "item_type": item_type, "branch": branch, "shelf_mark": shelf_mark}, barcode, now
    )
    tx.record("add_copy", "done", now, at, barcode=barcode, detail={"title": title_id, "item_type": item_type})
    return None


@use_case
@needs(Right.WITHDRAW)
def withdraw(tx: Transaction, barcode: str, reason: str, now: datetime, at: At) -> Refused | None:
    """Take a copy out of the stock; holds that nobody can fill any more are cancelled with a letter.

    Refusals: `copy_unknown`, `copy_busy` on loan or on the hold shelf, `case_open` for a loss that is not settled.
    """
    copy = _read(tx, barcode, now)
    refused = _stays(tx, copy)
    if refused is not None:
        return tx.refuse("withdraw", now, at, refused, barcode=barcode)
    assert copy is not None
    set_state(tx, copy.copy_id, CopyState.WITHDRAWN)
    finish_tasks(tx, CARRIED, now, at.staff, copy_id=copy.copy_id)
    cancel_unfillable(tx, copy.title_id, now)
    tx.record("withdraw", "done", now, at, barcode=barcode, detail={"reason": reason, "was": copy.facts.state})
    return None


@use_case
@needs(Right.WITHDRAW)
def reinstate(tx: Transaction, barcode: str, now: datetime, at: At) -> Refused | None:
    """Take a withdrawn copy into the stock again. Refusals: `copy_unknown`, `state_changed` if it is there."""
    copy = _read(tx, barcode, now)
    if copy is None or copy.facts.state != CopyState.WITHDRAWN:
        reason = Reason("state_changed", None, "look_again") if copy else UNKNOWN
        return tx.refuse("reinstate", now, at, reason, barcode=barcode)
    to_its_place(tx, copy.copy_id, now)
    tx.record("reinstate", "done", now, at, barcode=barcode)
    return None


def barcode_fault(tx: Transaction, barcode: str) -> Refused | None:
    """Why a new copy can't have this barcode: `barcode_unfit`, `barcode_taken`."""
    if not 1 <= len(barcode) <= _LONGEST_BARCODE or barcode != barcode.strip() or not barcode.isprintable():
        return Refused((Reason("barcode_unfit", None, "scan_again"),))
    if codes.is_taken(tx.connection, barcode):
        return Refused((Reason("barcode_taken", None, "scan_again"),))
    return None


def choice_fault(policy: Policy, item_type: str, branch: str) -> Refused | None:
    """`choice_unknown` for a kind or branch that the policy does not know."""
    if item_type in policy.item_type_of and branch in policy.branch_of:
        return None
    return Refused((Reason("choice_unknown", None, "choose_again"),))


def put_in_place_of(tx: Transaction, copy_id: int, barcode: str, now: datetime) -> None:
    """A copy that was brought instead of a lost or damaged one: like it in everything but its barcode."""
    copy = rows.copy
    shared = ("title_id", "item_type", "branch", "shelf_mark", "loanable", "course", "project", "period")
    like = tx.connection.execute(select(*(copy.c[name] for name in shared)).where(copy.c.id == copy_id)).one()
    _insert(tx, dict(like._mapping), barcode, now)


def to_its_place(tx: Transaction, copy_id: int, now: datetime) -> bool:
    """A free copy goes to the first hold that it can fill, which is True, or to its shelf."""
    if fill_first(tx, copy_id, now):
        return True
    set_state(tx, copy_id, CopyState.ON_SHELF)
    return False


def _insert(tx: Transaction, values: dict[str, Any], barcode: str, now: datetime) -> None:
    whole = {"loanable": True, **values, "barcode": barcode, "state": CopyState.ON_SHELF, "received_at": now}
    to_its_place(tx, statements.inserted(tx.connection, insert(rows.copy), whole), now)


def _read(tx: Transaction, barcode: str, now: datetime) -> CopyRead | None:
    lock_borrowed(tx.connection, barcode)
    return read_copy(tx.connection, barcode, None, now, lock=True)


def _stays(tx: Transaction, copy: CopyRead | None) -> Reason | None:
    """Why a copy can't leave the stock."""
    if copy is None:
        return UNKNOWN
    if copy.facts.state == CopyState.WITHDRAWN:
        return Reason("state_changed", None, "look_again")
    case = rows.loss_case
    if copy.facts.state in (CopyState.ON_LOAN, CopyState.HOLD_SHELF):
        return BUSY
    unsettled = select(case.c.id).where(case.c.copy_id == copy.copy_id, case.c.settled_at.is_(None))
    lost = copy.facts.state == CopyState.LOST and tx.connection.execute(unsettled).first()
    return Reason("case_open", None, "settle_first") if lost or copy.open_loan_id is not None else None
