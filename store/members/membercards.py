"""What opens a member's account: cards, the PIN (which staff can clear, never see), and the lock after wrong tries."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import insert, select, update

from store import rows, statements
from store.act import At
from store.catalogue import codes
from store.desk.permissions import needs
from store.desk.roles import Right
from store.library import Library
from store.mail.outbox import write_notice
from store.members import guards
from store.policy.verdict import Reason, Refused
from store.states import CardStatus
from store.transaction import Transaction, use_case

_card, _member = rows.card, rows.member
_add = insert(_card)
_change_member = statements.by_id(_member)


@use_case
@needs(Right.REGISTER)
def lose_card(tx: Transaction, member_id: int, now: datetime, at: At) -> Refused | None:
    """The member reports the card lost: it opens nothing from now on (ITU-A4a). Refusal: `no_card`."""
    if not _move(tx, member_id, CardStatus.OK, CardStatus.LOST):
        return _refuse(tx, "lose_card", Reason("no_card", None, "see_account"), member_id, now, at)
    tx.record("lose_card", "done", now, at, member_id=member_id)
    return None


@use_case
@needs(Right.REGISTER)
def find_card(tx: Transaction, member_id: int, now: datetime, at: At) -> Refused | None:
    """The lost card has turned up before there was another: it opens the account again. Refusal: `card_not_lost`."""
    if not _move(tx, member_id, CardStatus.LOST, CardStatus.OK):
        return _refuse(tx, "find_card", Reason("card_not_lost", None, "see_account"), member_id, now, at)
    tx.record("find_card", "done", now, at, member_id=member_id)
    return None


@use_case
@needs(Right.REGISTER)
def new_card(tx: Transaction, member_id: int, number: str, now: datetime, at: At) -> Refused | None:
    """Register a card in place of all the member's older ones. Refusals: `card_missing`, `card_taken`."""
    number = number.strip()
    if not 1 <= len(number) <= 64:
        return _refuse(tx, "new_card", Reason("card_missing", None, "fill_in"), member_id, now, at)
    if codes.is_taken(tx.connection, number):
        return _refuse(tx, "new_card", Reason("card_taken", None, "use_another_card"), member_id, now, at)
    tx.connection.execute(update(_card).where(_card.c.member_id == member_id).values(status=CardStatus.REPLACED))
    tx.connection.execute(_add, {"number": number, "member_id": member_id, "registered_at": now})
    tx.record("new_card", "done", now, at, member_id=member_id)
    return None


@use_case
@needs(Right.REGISTER)
def clear_pin(tx: Transaction, member_id: int, now: datetime, at: At) -> Refused | None:
    """Take the PIN away, so that the member makes a first one anew; the member is written to. Refusal: `no_pin`."""
    this = select(_member.c.pin_hash).where(_member.c.id == member_id)
    if tx.connection.execute(this.with_for_update()).scalar_one() is None:
        return _refuse(tx, "clear_pin", Reason("no_pin", None, "make_first_pin"), member_id, now, at)
    tx.connection.execute(_change_member, {"this": member_id, "pin_hash": None})
    _absolve(tx, member_id)
    write_notice(tx, "pin_changed", member_id=member_id, at=now)
    tx.record("clear_pin", "done", now, at, member_id=member_id)
    return None


@use_case
@needs(Right.REGISTER)
def unlock(tx: Transaction, member_id: int, now: datetime, at: At) -> None:
    """Let the tries of the member's cards, number and PIN begin anew."""
    _absolve(tx, member_id)
    tx.record("unlock", "done", now, at, member_id=member_id)


def guarded(library: Library, number: str, member_id: int, cards: tuple[str, ...]) -> tuple[str, ...]:
    """Everything under which wrong tries at a member's account are counted."""
    kinds = (("identity", number), ("member", str(member_id)), ("codes", str(member_id)))
    return tuple(guards.subject(library, *each) for each in (*kinds, *(("card", card) for card in cards)))


def _absolve(tx: Transaction, member_id: int) -> None:
    connection = tx.connection
    number = connection.execute(select(_member.c.number).where(_member.c.id == member_id)).scalar_one()
    cards = connection.execute(select(_card.c.number).where(_card.c.member_id == member_id)).scalars()
    guards.absolve(tx, *guarded(tx.library, number, member_id, tuple(cards)))


def _move(tx: Transaction, member_id: int, old: CardStatus, new: CardStatus) -> bool:
    theirs = (_card.c.member_id == member_id) & (_card.c.status == old)
    return tx.connection.execute(update(_card).where(theirs).values(status=new)).rowcount > 0


def _refuse(tx: Transaction, act: str, reason: Reason, member_id: int, now: datetime, at: At) -> Refused:
    tx.record(act, "refused", now, at, member_id=member_id, reasons=(reason,))
    return Refused((reason,))
