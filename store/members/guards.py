"""Counts failed tries per card, number, terminal and in all, in the database, so that a restart forgets none.

A try is counted before it is judged and taken back if it was right: tries at several terminals at once can't slip past
the limit together. Cards and numbers appear by keyed hash, known or unknown alike.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, select, update

from store import rows, statements
from store.desk.tasks import raise_task
from store.library import Library
from store.transaction import Transaction

_table = rows.sign_in_guard
_insert = statements.insert_once(_table, "subject")
_read = select(_table).where(_table.c.subject == bindparam("subject")).with_for_update()
_change = update(_table).where(_table.c.subject == bindparam("this"))
_SLOWEST = 60
_LIBRARY = "library"
_HOUR = timedelta(hours=1)


@dataclass(slots=True)
class _Guard:
    """What is counted under one name."""

    subject: str
    failures: int
    lockouts: int
    locked_until: datetime | None
    failed_at: datetime


def subject(library: Library, kind: str, secret: str) -> str:
    """The name under which tries are counted: `card:9f86d0…`."""
    return f"{kind}:{hmac.digest(library.secret, secret.encode(), hashlib.sha256).hex()[:48]}"


def count_try(tx: Transaction, who: str, now: datetime) -> datetime | None:
    """Count a try of a card or number; give the instant until which it is locked, if it is.

    The try that reaches the limit locks: 15 minutes at first, doubling with each lock that follows.
    """
    limits = tx.library.settings.sign_in
    guard = _guard(tx, who, now)
    if guard.locked_until is not None and now < guard.locked_until:
        return guard.locked_until
    if guard.locked_until is not None:
        guard.failures, guard.locked_until = 0, None
    guard.failures += 1
    guard.failed_at = now
    if guard.failures >= limits.tries:
        minutes = min(limits.lock_minutes * 2**guard.lockouts, limits.longest_lock_minutes)
        guard.lockouts += 1
        guard.locked_until = now + timedelta(minutes=minutes)
    _keep(tx, guard)
    return None


def count_terminal_try(tx: Transaction, terminal: str, now: datetime) -> datetime | None:
    """Count a try at a terminal; after many wrong ones in a row it answers only after a growing pause.

    While the whole library is being tried (`count_library_failure`), after the first.
    """
    limits = tx.library.settings.sign_in
    guard = _guard(tx, f"terminal:{terminal}", now)
    if guard.locked_until is not None and now < guard.locked_until:
        return guard.locked_until
    guard.failures += 1
    guard.failed_at = now
    beyond = guard.failures - (0 if locked_until(tx, _LIBRARY, now) else limits.terminal_tries)
    guard.locked_until = now + timedelta(seconds=min(_SLOWEST, 2**beyond)) if beyond > 0 else None
    _keep(tx, guard)
    return None


def count_library_failure(tx: Transaction, now: datetime) -> None:
    """Count a wrong try among all of the hour, whatever the card and the terminal: somebody may try a PIN on each card.

    Too many in an hour put the brake on for an hour, and staff are asked to look. Nobody is locked out by it.
    """
    guard = _guard(tx, _LIBRARY, now)
    if now - guard.failed_at >= _HOUR:
        guard.failures, guard.failed_at = 0, now
    guard.failures += 1
    if guard.failures >= tx.library.settings.sign_in.library_tries and locked_until(tx, _LIBRARY, now) is None:
        guard.locked_until = now + _HOUR
        guard.lockouts += 1
        raise_task(tx, "pin_guessing", now, once=f"pin_guessing:{now.isoformat()}")
    _keep(tx, guard)


def locked_until(tx: Transaction, who: str, now: datetime) -> datetime | None:
    """Until when a card or number is locked, after the try that may have locked it."""
    until: datetime | None = tx.connection.execute(
        select(_table.c.locked_until).where(_table.c.subject == who)
    ).scalar_one_or_none()
    return until if until is not None and now < until else None


def absolve(tx: Transaction, *subjects: str) -> None:
    """The try was right: the count begins anew."""
    tx.connection.execute(delete(_table).where(_table.c.subject.in_(subjects)))


def _guard(tx: Transaction, who: str, now: datetime) -> _Guard:
    """The count, which nobody else changes until this transaction ends."""
    connection, asked = tx.connection, {"subject": who}
    row = connection.execute(_read, asked).first()
    if row is None:  # a row that is not there can't be locked: another terminal may make it at this moment
        new = {**asked, "failures": 0, "lockouts": 0, "locked_until": None, "failed_at": now}
        connection.execute(_insert(connection), new)
        row = connection.execute(_read, asked).one()
    return _Guard(row.subject, row.failures, row.lockouts, row.locked_until, row.failed_at)


def _keep(tx: Transaction, guard: _Guard) -> None:
    values = {name: value for name, value in asdict(guard).items() if name != "subject"}
    tx.connection.execute(_change, {"this": guard.subject, **values})
