"""The audit: an append-only chain of entries for each terminal, each with the hash of the one before it.

A member appears by pseudonym only. Deleting the pseudonym forgets the person and leaves the chain whole.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import func, insert, select
from sqlmodel import Session, col

from store.act import At
from store.tables import AuditEntry, Pseudonym

HEADS = "audit_heads"
"The act by which the heads of all chains are recorded."
_NO_HASH = "0" * 64
_insert = insert(AuditEntry)
_insert_pseudonym = insert(Pseudonym)


@dataclass(frozen=True, slots=True)
class Head:
    """The last entry of a chain."""

    seq: int
    hash: str


@dataclass(frozen=True, slots=True)
class Entry:
    """What is to be remembered of one act."""

    act: str
    outcome: str
    now: datetime
    at: At
    who: str | None
    barcode: str | None
    reasons: tuple[tuple[str, str | None], ...]
    detail: dict[str, object]


def last(session: Session, chain: str) -> Head:
    """The head of a chain as the database knows it."""
    row = session.execute(
        select(col(AuditEntry.seq), col(AuditEntry.hash))
        .where(col(AuditEntry.chain) == chain)
        .order_by(col(AuditEntry.seq).desc())
        .limit(1)
    ).first()
    return Head(row.seq, row.hash) if row else Head(0, _NO_HASH)


def heads(session: Session) -> Iterator[tuple[str, Head]]:
    """Each chain and its last entry: from chain to chain in the index, however long they are."""
    chain, after = col(AuditEntry.chain), ""
    while (name := session.execute(select(func.min(chain)).where(chain > after)).scalar()) is not None:
        yield name, last(session, name)
        after = name


def write(session: Session, chain: str, head: Head, entry: Entry) -> Head:
    """Append an entry and give the new head."""
    values = {
        "chain": chain,
        "seq": head.seq + 1,
        "at": entry.now,
        "act": entry.act,
        "outcome": entry.outcome,
        "channel": entry.at.channel,
        "terminal": entry.at.terminal,
        "visit": entry.at.visit,
        "who": entry.who,
        "staff_id": entry.at.staff,
        "barcode": entry.barcode,
        "reasons": [list(reason) for reason in entry.reasons],
        "detail": entry.detail,
        "hash_before": head.hash,
    }
    values["hash"] = digest(values)
    session.execute(_insert, values)
    return Head(head.seq + 1, str(values["hash"]))


def digest(values: dict[str, object]) -> str:
    """The hash of an entry: over everything in it but its own hash, instants in UTC."""
    plain = {
        name: value.astimezone(UTC).isoformat(timespec="microseconds") if isinstance(value, datetime) else value
        for name, value in values.items()
        if name not in ("id", "hash")
    }
    text = json.dumps(plain, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def pseudonym(session: Session, member_id: int) -> str:
    """The member's name in the audit, made at first need."""
    code = session.execute(select(col(Pseudonym.code)).where(col(Pseudonym.member_id) == member_id)).scalar()
    if code is None:
        code = secrets.token_hex(12)
        session.execute(_insert_pseudonym, {"code": code, "member_id": member_id})
    return code
