"""One use case = one function = one transaction = one audit entry.

A use case is written as a function of a `Transaction` and called with a `Library`:

    @use_case
    def checkout(tx: Transaction, member_id: int, barcode: str, now: datetime, at: At) -> CheckedOut | Refused: ...

    checkout(library, member_id, barcode, now, at)
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, IntegrityError

from store import audit
from store.act import At
from store.diagnosis import broken_rule, busy, is_passing
from store.errors import DatabaseUnreachable
from store.policy.said import Said
from store.policy.verdict import Reason, Refused

if TYPE_CHECKING:
    from store.library import Library

P = ParamSpec("P")
R = TypeVar("R")
_TRIES = 5
_LONGEST = 4.0
"Seconds after which a transaction is not tried again: somebody waits for the answer."


@dataclass(slots=True)
class Transaction:
    """An open transaction on a library. `record` what was done before the function returns."""

    library: Library
    connection: Connection
    head: audit.Head | None = None

    def record(
        self,
        act: str,
        outcome: str,
        now: datetime,
        at: At,
        *,
        member_id: int | None = None,
        barcode: str | None = None,
        reasons: Sequence[Reason] = (),
        detail: Mapping[str, object] | None = None,
    ) -> None:
        """Add an audit entry to this transaction; outcomes are `done`, `refused`, `pending`, `failed`."""
        connection = self.connection
        head = self.head or self.library.audit_head or audit.last(connection, self.library.chain)
        entry = audit.Entry(
            act=act,
            outcome=outcome,
            now=now,
            at=at,
            who=None if member_id is None else audit.pseudonym(connection, member_id),
            barcode=barcode,
            reasons=tuple((reason.slug, reason.clause) for reason in reasons),
            detail=dict(detail or {}) | ({} if at.second is None else {"second": at.second}),
        )
        self.head = audit.write(connection, self.library.chain, head, entry)

    def refuse(
        self,
        act: str,
        now: datetime,
        at: At,
        *reasons: Reason,
        member_id: int | None = None,
        barcode: str | None = None,
    ) -> Refused:
        """Record that an act was refused, and give the refusal."""
        self.record(act, "refused", now, at, member_id=member_id, barcode=barcode, reasons=reasons)
        return Refused(reasons)


def use_case(function: Callable[Concatenate[Transaction, P], R]) -> Callable[Concatenate[Library, P], R]:
    """Run the function in one write transaction; a deadlock or a busy file is tried again, never shown.

    Raises DatabaseUnreachable (nothing was done, or it was and the answer was lost) and DatabaseBusy (nothing was).
    """
    return _tried_again(function, lasts=True)


def rehearsal(function: Callable[Concatenate[Transaction, P], R]) -> Callable[Concatenate[Library, P], R]:
    """Run the function as a use case, and take back what it did: only its answer counts."""
    return _tried_again(function, lasts=False)


class Reading:
    """One read-only transaction, in which the library's rules and calendars are those of its moment."""

    def __init__(self, library: Library, connection: Connection) -> None:
        self.library = library
        self.connection = connection


def query(function: Callable[Concatenate[Reading, P], R]) -> Callable[Concatenate[Library, P], R]:
    """Run the function in one read-only transaction. Raises DatabaseUnreachable, DatabaseBusy."""

    @wraps(function)
    def run(library: Library, /, *args: P.args, **kwargs: P.kwargs) -> R:
        try:
            with library.database.read.connect() as connection:
                library.keep_up(connection)
                result = function(Reading(library, connection), *args, **kwargs)
                connection.commit()  # after a rollback the driver would forget what the server has planned
                return result
        except DBAPIError as fault:
            if is_passing(fault):
                raise busy(fault) from fault
            raise

    return run


def _tried_again(
    function: Callable[Concatenate[Transaction, P], R], *, lasts: bool
) -> Callable[Concatenate[Library, P], R]:
    @wraps(function)
    def run(library: Library, /, *args: P.args, **kwargs: P.kwargs) -> R:
        began = time.monotonic()
        for attempt in range(1, _TRIES + 1):
            try:
                return _once(library, function, lasts, *args, **kwargs)
            except DBAPIError as fault:
                if not _may_retry(library, fault):
                    raise
                if attempt == _TRIES or time.monotonic() - began > _LONGEST:
                    raise busy(fault) from fault
            time.sleep(random.uniform(0.005, 0.02) * attempt)
        raise AssertionError("unreachable")

    return run


def _once(
    library: Library,
    function: Callable[Concatenate[Transaction, P], R],
    lasts: bool,
    *args: P.args,
    **kwargs: P.kwargs,
) -> R:
    wire = library.database.wire
    cuts = wire.cuts
    # One writer at a time within a process: the audit chain has one head.
    with library.writing:
        with library.database.write.connect() as connection, connection.begin() as whole:
            library.keep_up(connection)
            tx = Transaction(library, connection)
            result = function(tx, *args, **kwargs)
            if wire.cuts != cuts:
                raise DatabaseUnreachable(
                    Said("given up for an outage"), Said("try again")
                )  # who asked has been told so
            if not lasts:
                whole.rollback()
        if lasts and tx.head is not None:
            library.audit_head = tx.head
        return result


def _may_retry(library: Library, fault: DBAPIError) -> bool:
    if isinstance(fault, IntegrityError) and "audit_entry" in broken_rule(fault):
        library.audit_head = None  # another process writes this terminal's chain: read its head again
        return True
    return is_passing(fault)
