"""Sign-in with card and PIN (ITU-A2, ITU-A4, METU-2-a.card). A wrong PIN and an unknown card can't be told apart."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from msgspec import Struct
from sqlalchemy import bindparam, select

from store import rows, statements
from store.act import At
from store.desk.roles import Right, may
from store.library import Library
from store.members import guards
from store.policy import pins
from store.policy.verdict import Refused
from store.results.visit import SignedIn, SignInRefused, StaffSignedIn
from store.states import CardStatus
from store.transaction import Reading, Transaction, query, use_case

_card, _member, _staff = rows.card, rows.member, rows.staff
_this_card = (_card.c.number == bindparam("number")) & (_card.c.status != CardStatus.REPLACED)
_staff_card = select(_card.c.id).where(_this_card, _card.c.staff_id.is_not(None))
_held = (
    select(
        _card.c.status, _card.c.staff_id, _staff.c.name, _staff.c.role, _staff.c.disabled_at,
        _staff.c.pin_hash.label("staff_pin_hash"), _card.c.member_id, _member.c.given_name, _member.c.surname,
        _member.c.category, _member.c.language, _member.c.receipt, _member.c.email, _member.c.pin_hash,
    )
    .join_from(_card, _member, _member.c.id == _card.c.member_id, isouter=True)
    .join(_staff, _staff.c.id == _card.c.staff_id, isouter=True)
    .where(_this_card)
)  # fmt: skip
_member_by_id, _staff_by_id = statements.by_id(_member), statements.by_id(_staff)


class _Holder(Struct, frozen=True):
    """Whom a card opens to, and the hash that its PIN must match."""

    who: SignedIn | StaffSignedIn
    pin_hash: str | None
    card_lost: bool


def sign_in(library: Library, card: str, pin: str, now: datetime, at: At) -> SignedIn | StaffSignedIn | SignInRefused:
    """Open an account, or say why not. Hashing takes its time between two transactions; call it in a worker.

    Refusals: `pin_incorrect` (also for an unknown card, a card without PIN, disabled staff), `pin_locked` with its end,
    `card_blocked` for a card reported lost (ITU-A4a), whatever the PIN.
    """
    locked = _begin(library, card, now, at)
    if locked is not None:
        return locked
    holder = _holder(library, card)
    right, newer_hash = library.hasher.check(pin, holder.pin_hash if holder else None)
    if holder is not None and holder.card_lost:
        return _fail(library, card, "card_blocked", holder, now, at)
    if holder is None or not right:
        return _fail(library, card, "pin_incorrect", holder, now, at)
    _succeed(library, card, holder, newer_hash, now, at)
    return holder.who


def sign_for(
    library: Library, card: str, pin: str, rights: Collection[Right], now: datetime, at: At
) -> StaffSignedIn | SignInRefused:
    """A second member of staff, who has one of the rights, signs for a grave act: card and PIN, as at a sign-in.

    Refusals: those of `sign_in`, also `pin_incorrect` for a member's card. Only the right PIN is told of
    `own_signature`, as who acts can't sign for it, and of `signer_not_permitted`.
    """
    answer = sign_in(library, card, pin, now, at)
    if isinstance(answer, SignInRefused):
        return answer
    if not isinstance(answer, StaffSignedIn):
        return SignInRefused("pin_incorrect", None)
    if answer.staff_id == at.staff:
        return SignInRefused("own_signature", None)
    if not any(may(answer.role, right) for right in rights):
        return SignInRefused("signer_not_permitted", None)
    return answer


@query
def is_staff_card(reading: Reading, card: str) -> bool:
    """Whether a code opens an account of the staff: such a card begins a sign-in on whatever page it is scanned."""
    return reading.connection.execute(_staff_card, {"number": card}).first() is not None


@use_case
def _begin(tx: Transaction, card: str, now: datetime, at: At) -> SignInRefused | None:
    """Count the try; a locked card or terminal is refused before anything is looked up."""
    who = guards.subject(tx.library, "card", card)
    # The terminal's pause first: what is typed during it must not count against the card.
    until = guards.count_terminal_try(tx, at.terminal, now) or guards.count_try(tx, who, now)
    if until is None:
        return None
    tx.record("sign_in", "refused", now, at, detail={"reason": "pin_locked"})
    return SignInRefused("pin_locked", None, until)


@query
def _holder(reading: Reading, card: str) -> _Holder | None:
    row = reading.connection.execute(_held, {"number": card}).first()
    if row is None:
        return None
    lost = row.status is CardStatus.LOST
    if row.staff_id is not None:
        pin_hash = None if row.disabled_at is not None else row.staff_pin_hash
        return _Holder(StaffSignedIn(row.staff_id, row.name, row.role), pin_hash, lost)
    view = SignedIn(
        member_id=row.member_id,
        given_name=row.given_name,
        surname=row.surname,
        category=row.category,
        language=row.language,
        receipt=row.receipt,
        email=row.email,
    )
    return _Holder(view, row.pin_hash, lost)


@use_case
def _fail(tx: Transaction, card: str, slug: str, holder: _Holder | None, now: datetime, at: At) -> SignInRefused:
    reason = _reason(tx.library, slug, now)
    member_id = holder.who.member_id if holder is not None and isinstance(holder.who, SignedIn) else None
    tx.record("sign_in", "failed", now, at, member_id=member_id, reasons=reason.reasons)
    guards.count_library_failure(tx, now)
    until = guards.locked_until(tx, guards.subject(tx.library, "card", card), now)
    if until is not None and slug != "card_blocked":
        return SignInRefused("pin_locked", None, until)
    return SignInRefused(slug, reason.reasons[0].clause)


@use_case
def _succeed(tx: Transaction, card: str, holder: _Holder, newer_hash: str | None, now: datetime, at: At) -> None:
    guards.absolve(tx, guards.subject(tx.library, "card", card), f"terminal:{at.terminal}")
    if isinstance(holder.who, SignedIn):
        if newer_hash is not None:
            tx.connection.execute(_member_by_id, {"this": holder.who.member_id, "pin_hash": newer_hash})
        tx.record("sign_in", "done", now, at, member_id=holder.who.member_id)
    else:
        if newer_hash is not None:
            tx.connection.execute(_staff_by_id, {"this": holder.who.staff_id, "pin_hash": newer_hash})
        tx.record("staff_sign_in", "done", now, at, detail={"staff": holder.who.staff_id})


def _reason(library: Library, slug: str, now: datetime) -> Refused:
    return pins.refusal(library.policies.at(now), slug)
