"""How a member gets a PIN: the first one (ITU-PIN-1, -2), a new one for a forgotten one (ITU-PIN-6), a change.

The first PIN and the reset go the same way: who are you, the code that was mailed, the new PIN. `pin_already_set` is
only said once surname, name and number have all matched: otherwise the form would tell who is a member.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, bindparam, insert, select

from store import rows, statements
from store.act import At
from store.catalogue.folding import same_given_name, same_name
from store.library import Library
from store.mail.outbox import write_notice
from store.members import guards
from store.policy import pins
from store.policy.verdict import Reason, Refused
from store.results.members import CodeSent
from store.states import MemberStatus
from store.transaction import Transaction, use_case

_Row = Row[*tuple[Any, ...]]
_member, _code = rows.member, rows.one_time_code
_people = select(
    _member.c.id, _member.c.status, _member.c.surname, _member.c.given_name, _member.c.email, _member.c.pin_hash
)
_by_number = _people.where(_member.c.number == bindparam("number"))
_by_id = _people.where(_member.c.id == bindparam("member_id"))
_this_code = select(_code).where(_code.c.id == bindparam("ticket"))
_change_member, _change_code = statements.by_id(_member), statements.by_id(_code)
_DIGITS = 6
_TRIES = 5
_HOUSE = {
    "code_incorrect": "check_code",
    "code_expired": "ask_new_code",
    "no_address": "ask_desk",
}


@use_case
def ask_code(
    tx: Transaction, purpose: str, number: str, surname: str, given_name: str, now: datetime, at: At
) -> CodeSent | Refused:
    """Send a one-time code to the member whom the form names; purposes `first_pin` and `reset`.

    Refusals: `pin_identity_mismatch` (one answer for every mismatch, and for applicants), `pin_already_set`,
    `pin_locked`.
    """
    who = guards.subject(tx.library, "identity", number.strip())
    until = guards.count_try(tx, who, now) or guards.count_terminal_try(tx, at.terminal, now)
    if until is not None:
        return _refuse(tx, purpose, _locked(tx.library, until, now), now, at)
    member = tx.connection.execute(_by_number, {"number": number.strip()}).first()
    if member is None or not _is_same(member, surname, given_name):
        guards.count_library_failure(tx, now)
        return _refuse(tx, purpose, _policy_refusal(tx, "pin_identity_mismatch", now), now, at)
    guards.absolve(tx, who, f"terminal:{at.terminal}")
    if purpose == "first_pin" and member.pin_hash is not None:
        return _refuse(tx, purpose, _policy_refusal(tx, "pin_already_set", now), now, at, member.id)
    if not member.email:
        return _refuse(tx, purpose, _house("no_address"), now, at, member.id)
    # Each code may be guessed at a few times, and is a letter: neither may go on for ever.
    until = guards.count_try(tx, _codes_of(tx.library, member.id), now)
    if until is not None:
        return _refuse(tx, purpose, _locked(tx.library, until, now), now, at, member.id)
    return mail_code(tx, member.id, purpose, member.email, now, at)


@use_case
def check_code(tx: Transaction, ticket: int, code: str, now: datetime, at: At) -> Refused | None:
    """Whether the code is right; a wrong one counts, a right one stays good for `set_pin`."""
    refused = judge_code(tx, ticket, code, now)
    if refused is not None:
        return _refuse(tx, "check_code", refused, now, at)
    return None


def set_pin(library: Library, ticket: int, code: str, pin: str, now: datetime, at: At) -> Refused | None:
    """Make the PIN that the code allows, and use the code up. Every fault of the PIN is named at once (ITU R19)."""
    faults = pins.check(library.policies.at(now), pin)
    if faults is not None:
        return _refuse_pin(library, faults, now, at)
    return _store_pin(library, ticket, code, library.hasher.hash(pin), now, at)


def change_pin(library: Library, member_id: int, pin: str, now: datetime, at: At) -> Refused | None:
    """A signed-in member's new PIN takes the place of the old."""
    faults = pins.check(library.policies.at(now), pin)
    if faults is not None:
        return _refuse_pin(library, faults, now, at)
    return _replace_pin(library, member_id, library.hasher.hash(pin), now, at)


def change_own_pin(library: Library, member_id: int, old: str, new: str, now: datetime, at: At) -> Refused | None:
    """Change the PIN of who knows the present one; a wrong one counts like a wrong sign-in (`pin_incorrect`)."""
    known = _known_pin(library, member_id, now, at)
    if isinstance(known, Refused):
        return known
    right, _newer = library.hasher.check(old, known)
    if not right:
        return _wrong_pin(library, member_id, now, at)
    _right_pin(library, member_id)
    return change_pin(library, member_id, new, now, at)


def pin_faults(library: Library, pin: str, now: datetime) -> tuple[Reason, ...]:
    """What is wrong with a PIN, for showing while it is typed."""
    faults = pins.check(library.policies.at(now), pin)
    return faults.reasons if faults is not None else ()


@use_case
def _known_pin(tx: Transaction, member_id: int, now: datetime, at: At) -> str | Refused | None:
    """Count the try, then give the present hash."""
    until = guards.count_try(tx, guards.subject(tx.library, "member", str(member_id)), now)
    if until is not None:
        return _refuse(tx, "change_pin", _locked(tx.library, until, now), now, at)
    pin_hash: str | None = tx.connection.execute(_by_id, {"member_id": member_id}).one().pin_hash
    return pin_hash


@use_case
def _wrong_pin(tx: Transaction, member_id: int, now: datetime, at: At) -> Refused:
    return _refuse(tx, "change_pin", _policy_refusal(tx, "pin_incorrect", now), now, at, member_id)


@use_case
def _right_pin(tx: Transaction, member_id: int) -> None:
    guards.absolve(tx, guards.subject(tx.library, "member", str(member_id)))


def _is_same(member: _Row, surname: str, given_name: str) -> bool:
    known = member.status in (MemberStatus.ACTIVE, MemberStatus.CANCELLED)
    return known and same_name(surname, member.surname) and same_given_name(given_name, member.given_name)


def mail_code(
    tx: Transaction, member_id: int | None, purpose: str, address: str, now: datetime, at: At, language: str = ""
) -> CodeSent:
    """Mail a one-time code to an address, without a member to an applicant's; the answer hides most of it."""
    code = f"{secrets.randbelow(10**_DIGITS):0{_DIGITS}}"
    expires = now + timedelta(minutes=tx.library.settings.sign_in.code_minutes)
    values = {
        "member_id": member_id, "purpose": purpose, "code_hash": "", "sent_at": now, "expires_at": expires,
        "address": address,
    }  # fmt: skip
    ticket = statements.inserted(tx.connection, insert(_code), values)
    tx.connection.execute(_change_code, {"this": ticket, "code_hash": _code_hash(tx.library, ticket, code)})
    facts = {"code": code, "minutes": tx.library.settings.sign_in.code_minutes, "purpose": purpose}
    write_notice(tx, "pin_code", member_id=member_id, at=now, facts=facts, address=address, language=language or None)
    tx.record(f"{purpose}_code", "done", now, at, member_id=member_id)
    length = tx.library.policies.at(now).pins.length
    return CodeSent(ticket, _mostly_hidden(address), expires, length)


def judge_code(tx: Transaction, ticket: int, code: str, now: datetime) -> Refused | None:
    """Whether a one-time code is right: `code_expired` or `code_incorrect` if not; a wrong one counts."""
    row = tx.connection.execute(_this_code.with_for_update(), {"ticket": ticket}).first()
    if row is None or row.used_at is not None or now > row.expires_at or row.tries >= _TRIES:
        return _house("code_expired")
    if not hmac.compare_digest(row.code_hash, _code_hash(tx.library, ticket, code.strip())):
        tx.connection.execute(_change_code, {"this": ticket, "tries": row.tries + 1})
        return _house("code_incorrect")
    return None


def code_of(tx: Transaction, ticket: int) -> _Row:
    """What a one-time code, that was judged right, is for."""
    return tx.connection.execute(_this_code, {"ticket": ticket}).one()


def use_up(tx: Transaction, ticket: int, now: datetime) -> None:
    """A one-time code has done what it was for."""
    tx.connection.execute(_change_code, {"this": ticket, "used_at": now})


@use_case
def _store_pin(tx: Transaction, ticket: int, code: str, pin_hash: str, now: datetime, at: At) -> Refused | None:
    refused = judge_code(tx, ticket, code, now)
    if refused is not None:
        return _refuse(tx, "set_pin", refused, now, at)
    row = code_of(tx, ticket)
    if row.member_id is None or row.purpose == "address":
        return _refuse(tx, "set_pin", _house("code_expired"), now, at)
    had_one = _had_pin(tx, row.member_id)
    if row.purpose == "first_pin" and had_one:
        return _refuse(tx, "set_pin", _policy_refusal(tx, "pin_already_set", now), now, at, row.member_id)
    use_up(tx, ticket, now)
    _give_pin(tx, row.member_id, pin_hash, row.purpose, now, at, told=had_one)
    return None


@use_case
def _replace_pin(tx: Transaction, member_id: int, pin_hash: str, now: datetime, at: At) -> None:
    _give_pin(tx, member_id, pin_hash, "change_pin", now, at, told=_had_pin(tx, member_id))


def _had_pin(tx: Transaction, member_id: int) -> bool:
    """Whether the member has one; nobody else gives one until this transaction ends."""
    return tx.connection.execute(_by_id.with_for_update(), {"member_id": member_id}).one().pin_hash is not None


def _give_pin(tx: Transaction, member_id: int, pin_hash: str, how: str, now: datetime, at: At, *, told: bool) -> None:
    guards.absolve(tx, _codes_of(tx.library, member_id))
    tx.connection.execute(_change_member, {"this": member_id, "pin_hash": pin_hash})
    if told:
        write_notice(tx, "pin_changed", member_id=member_id, at=now)
    tx.record(how, "done", now, at, member_id=member_id)


@use_case
def _refuse_pin(tx: Transaction, refused: Refused, now: datetime, at: At) -> Refused:
    return _refuse(tx, "set_pin", refused, now, at)


def _refuse(
    tx: Transaction, act: str, refused: Refused, now: datetime, at: At, member_id: int | None = None
) -> Refused:
    tx.record(act, "refused", now, at, member_id=member_id, reasons=refused.reasons)
    return refused


def _codes_of(library: Library, member_id: int) -> str:
    """Under which the codes that were sent to a member are counted, until one of them has made a PIN."""
    return guards.subject(library, "codes", str(member_id))


def _policy_refusal(tx: Transaction, slug: str, now: datetime) -> Refused:
    return pins.refusal(tx.library.policies.at(now), slug)


def _locked(library: Library, until: datetime, now: datetime) -> Refused:
    reason = pins.refusal(library.policies.at(now), "pin_locked").reasons[0]
    return Refused((Reason(reason.slug, reason.clause, reason.remedy, possible_from=until),))


def _house(slug: str) -> Refused:
    return Refused((Reason(slug, None, _HOUSE[slug]),))


def _code_hash(library: Library, ticket: int, code: str) -> str:
    return hmac.digest(library.secret, f"{ticket}:{code}".encode(), hashlib.sha256).hex()


def _mostly_hidden(address: str) -> str:
    name, _at, host = address.partition("@")
    return f"{name[:1]}•••@{host}"
