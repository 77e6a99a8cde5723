"""Accounts of the people who work here."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from store.act import At
from store.library import Library
from store.policy import pins
from store.policy.verdict import Reason, Refused
from store.states import Role
from store.tables import Card, Staff
from store.transaction import Transaction, query, use_case


class CardTaken(ValueError):
    """The card opens another account already."""


def create_staff(library: Library, name: str, card: str, role: Role, pin: str, now: datetime, at: At) -> int | Refused:
    """Make an account; staff PINs are longer than members' (`staff_pin_length`). Raises CardTaken."""
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


@query
def any_staff(session: Session) -> bool:
    """Whether anybody works here yet."""
    return session.execute(select(col(Staff.id)).limit(1)).first() is not None


@use_case
def _insert(tx: Transaction, name: str, card: str, role: Role, pin_hash: str, now: datetime, at: At) -> int:
    if tx.session.execute(select(col(Card.id)).where(col(Card.number) == card)).first() is not None:
        raise CardTaken(f"the card {card} opens another account already")
    staff = Staff(name=name, role=role, pin_hash=pin_hash, created_at=now)
    tx.session.add(staff)
    tx.session.flush()
    assert staff.id is not None
    tx.session.add(Card(number=card, staff_id=staff.id, registered_at=now))
    tx.record("create_staff", "done", now, at, detail={"staff": staff.id, "role": role.value})
    return staff.id
