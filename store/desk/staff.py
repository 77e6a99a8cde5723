"""Accounts of the people who work here: who they are, what they may do, their cards and PINs."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, insert, select, update

from store import rows, statements
from store.act import At
from store.catalogue import codes
from store.desk.permissions import needs
from store.desk.roles import Right
from store.library import Library
from store.members import guards
from store.policy import pins
from store.policy.verdict import Reason, Refused
from store.results.staff import StaffLine
from store.states import CardStatus, Role
from store.transaction import Reading, Transaction, query, use_case

_staff, _card = rows.staff, rows.card
_change = statements.by_id(_staff)


def create_staff(library: Library, name: str, card: str, role: Role, pin: str, now: datetime, at: At) -> int | Refused:
    """Make an account; staff PINs are longer than members' (`staff_pin_length`). Gives its id.

    Refusals: every fault of the PIN, `name_missing`, `card_taken`, `not_permitted`.
    """
    faults = staff_pin_faults(library, pin, now)
    if faults is not None:
        return faults
    return _insert(library, name, card, role, library.hasher.hash(pin), now, at)


def staff_pin_faults(library: Library, pin: str, now: datetime) -> Refused | None:
    """Every fault of a staff PIN: the members' rules, and the longer length."""
    found = pins.check(library.policies.at(now), pin)
    reasons = [reason for reason in (found.reasons if found else ()) if reason.slug != "pin_too_short"]
    least = library.settings.staff_pin_length
    if len(pin) < least:
        reasons.insert(0, Reason("pin_too_short", None, "change_pin", {"length": least}))
    return Refused(tuple(reasons)) if reasons else None


def reset_staff_pin(library: Library, staff_id: int, pin: str, now: datetime, at: At) -> Refused | None:
    """Give a member of staff another PIN, and let tries begin anew. Refusals: the PIN's faults, `not_permitted`."""
    faults = staff_pin_faults(library, pin, now)
    return faults if faults is not None else _store_pin(library, staff_id, library.hasher.hash(pin), now, at)


@use_case
@needs(Right.STAFF, "staff_role")
def set_role(tx: Transaction, staff_id: int, role: Role, now: datetime, at: At) -> Refused | None:
    """Change what somebody may do. Refusal: `last_supervisor` for the only one left."""
    if role is not Role.SUPERVISOR and _is_last_supervisor(tx, staff_id):
        return _refuse_last(tx, "staff_role", staff_id, now, at)
    tx.connection.execute(_change, {"this": staff_id, "role": role})
    tx.record("staff_role", "done", now, at, detail={"staff": staff_id, "role": role.value})
    return None


@use_case
@needs(Right.STAFF, "staff_disable")
def disable(tx: Transaction, staff_id: int, now: datetime, at: At) -> Refused | None:
    """Close an account; its acts stay in the records. Refusal: `last_supervisor` for the only one left."""
    if _is_last_supervisor(tx, staff_id):
        return _refuse_last(tx, "staff_disable", staff_id, now, at)
    enabled = (_staff.c.id == staff_id) & _staff.c.disabled_at.is_(None)
    tx.connection.execute(update(_staff).where(enabled).values(disabled_at=now))
    tx.record("staff_disable", "done", now, at, detail={"staff": staff_id})
    return None


@use_case
@needs(Right.STAFF, "staff_enable")
def enable(tx: Transaction, staff_id: int, now: datetime, at: At) -> None:
    """Open a closed account again."""
    tx.connection.execute(_change, {"this": staff_id, "disabled_at": None})
    tx.record("staff_enable", "done", now, at, detail={"staff": staff_id})


@use_case
@needs(Right.STAFF, "staff_card")
def replace_card(tx: Transaction, staff_id: int, card: str, now: datetime, at: At) -> Refused | None:
    """Give a member of staff another card; the old one opens nothing any more. Refusal: `card_taken`."""
    if codes.is_taken(tx.connection, card):
        return _refuse_card(tx, "staff_card", now, at)
    theirs = (_card.c.staff_id == staff_id) & (_card.c.status != CardStatus.REPLACED)
    tx.connection.execute(update(_card).where(theirs).values(status=CardStatus.REPLACED))
    tx.connection.execute(insert(_card), {"number": card, "staff_id": staff_id, "registered_at": now})
    tx.record("staff_card", "done", now, at, detail={"staff": staff_id})
    return None


@query
def accounts(reading: Reading) -> tuple[StaffLine, ...]:
    """Everybody with an account, those who may still work first."""
    card = (
        select(func.max(_card.c.number))
        .where(_card.c.staff_id == _staff.c.id, _card.c.status != CardStatus.REPLACED)
        .scalar_subquery()
    )
    found = reading.connection.execute(
        select(_staff.c.id, _staff.c.name, _staff.c.role, card.label("card"), _staff.c.disabled_at)
        .order_by(_staff.c.disabled_at.is_not(None), _staff.c.name, _staff.c.id)
    )  # fmt: skip
    return tuple(StaffLine(row.id, row.name, row.role, row.card or "", row.disabled_at) for row in found)


@query
def any_staff(reading: Reading) -> bool:
    """Whether anybody works here yet."""
    return reading.connection.execute(select(_staff.c.id).limit(1)).first() is not None


@use_case
@needs(Right.STAFF, "create_staff")
def _insert(tx: Transaction, name: str, card: str, role: Role, pin_hash: str, now: datetime, at: At) -> int | Refused:
    if not name.strip():
        return Refused((Reason("name_missing", None, "fill_in"),))
    if not card.strip() or codes.is_taken(tx.connection, card):
        return _refuse_card(tx, "create_staff", now, at)
    values = {"name": name.strip(), "role": role, "pin_hash": pin_hash, "created_at": now}
    staff_id = statements.inserted(tx.connection, insert(_staff), values)
    tx.connection.execute(insert(_card), {"number": card, "staff_id": staff_id, "registered_at": now})
    tx.record("create_staff", "done", now, at, detail={"staff": staff_id, "role": role.value})
    return staff_id


@use_case
@needs(Right.STAFF, "staff_pin")
def _store_pin(tx: Transaction, staff_id: int, pin_hash: str, now: datetime, at: At) -> None:
    tx.connection.execute(_change, {"this": staff_id, "pin_hash": pin_hash})
    cards = tx.connection.execute(select(_card.c.number).where(_card.c.staff_id == staff_id)).scalars()
    guards.absolve(tx, *(guards.subject(tx.library, "card", number) for number in cards))
    tx.record("staff_pin", "done", now, at, detail={"staff": staff_id})


def _is_last_supervisor(tx: Transaction, staff_id: int) -> bool:
    """Whether nobody else may override and keep the accounts. Their rows are locked: two can't leave at once."""
    enabled = tx.connection.execute(
        select(_staff.c.id)
        .where(_staff.c.role == Role.SUPERVISOR, _staff.c.disabled_at.is_(None))
        .order_by(_staff.c.id)
        .with_for_update()
    ).scalars()
    return set(enabled) == {staff_id}


def _refuse_last(tx: Transaction, act: str, staff_id: int, now: datetime, at: At) -> Refused:
    refused = Refused((Reason("last_supervisor", None, "name_another_supervisor"),))
    tx.record(act, "refused", now, at, reasons=refused.reasons, detail={"staff": staff_id})
    return refused


def _refuse_card(tx: Transaction, act: str, now: datetime, at: At) -> Refused:
    refused = Refused((Reason("card_taken", None, "use_another_card"),))
    tx.record(act, "refused", now, at, reasons=refused.reasons)
    return refused
