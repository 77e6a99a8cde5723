"""The audit: an append-only chain of entries for each terminal, each with the hash of the one before it.

A member appears by pseudonym only. Deleting the pseudonym forgets the person and leaves the chain whole.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime

from msgspec import Struct
from sqlalchemy import Connection, bindparam, func, insert, select

from store import rows, statements
from store.act import At

HEADS = "audit_heads"
"The act by which the heads of all chains are recorded."
_NO_HASH = "0" * 64
_plain_text = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode
_insert = insert(rows.audit_entry)
_insert_pseudonym = statements.insert_once(rows.pseudonym, "member_id")
_pseudonym = select(rows.pseudonym.c.code).where(rows.pseudonym.c.member_id == bindparam("member_id"))
_last = (
    select(rows.audit_entry.c.seq, rows.audit_entry.c.hash)
    .where(rows.audit_entry.c.chain == bindparam("chain"))
    .order_by(rows.audit_entry.c.seq.desc())
    .limit(1)
)


class Head(Struct, frozen=True):
    """The last entry of a chain."""

    seq: int
    hash: str


class Entry(Struct, frozen=True):
    """What is to be remembered of one act."""

    act: str
    outcome: str
    now: datetime
    at: At
    who: str | None
    barcode: str | None
    reasons: tuple[tuple[str, str | None], ...]
    detail: dict[str, object]


def last(connection: Connection, chain: str) -> Head:
    """The head of a chain as the database knows it."""
    row = connection.execute(_last, {"chain": chain}).first()
    return Head(row.seq, row.hash) if row else Head(0, _NO_HASH)


def heads(connection: Connection) -> Iterator[tuple[str, Head]]:
    """Each chain and its last entry: from chain to chain in the index, however long they are."""
    chain, after = rows.audit_entry.c.chain, ""
    while (name := connection.execute(select(func.min(chain)).where(chain > after)).scalar()) is not None:
        yield name, last(connection, name)
        after = name


def write(connection: Connection, chain: str, head: Head, entry: Entry) -> Head:
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
    connection.execute(_insert, values)
    return Head(head.seq + 1, str(values["hash"]))


def digest(values: dict[str, object]) -> str:
    """The hash of an entry: over everything in it but its own hash, instants in UTC."""
    plain = {
        name: value.astimezone(UTC).isoformat(timespec="microseconds") if isinstance(value, datetime) else value
        for name, value in values.items()
        if name not in ("id", "hash")
    }
    return hashlib.sha256(_plain_text(plain).encode()).hexdigest()


def pseudonym(connection: Connection, member_id: int) -> str:
    """The member's name in the audit, made at first need; who makes it at the same moment elsewhere gets the same."""
    asked = {"member_id": member_id}
    code: str | None = connection.execute(_pseudonym, asked).scalar()
    if code is None:
        new = {"code": secrets.token_hex(12), **asked}
        connection.execute(_insert_pseudonym(connection), new)
        code = str(connection.execute(_pseudonym, asked).scalar_one())
    return code
