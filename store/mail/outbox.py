"""Letters are written together with their cause and sent afterwards, so that neither exists without the other."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, Integer, bindparam, select

from store import rows, statements
from store.states import NoticeStatus
from store.transaction import Transaction

SECRET_KINDS = ("pin_code",)
"Nobody but the addressee reads them."
_insert = statements.insert_once(rows.notice, "once")
_address = select(rows.member.c.email, rows.member.c.language).where(
    rows.member.c.id == bindparam("member_id", type_=Integer)
)


class Letter(Struct, frozen=True):
    """A letter on its way: what it says is rendered from the facts of its notices, in its language."""

    notice_ids: tuple[int, ...]
    kind: str
    address: str
    language: str
    name: str
    at: datetime
    items: tuple[dict[str, Any], ...]
    "The facts of each notice: several items of one kind on one day make one letter."
    message_id: str
    "That of the first notice, the same at every try."


class MailTrouble(Exception):
    """The letter could not be handed over now; it stays in the outbox."""


def write_notice(
    tx: Transaction,
    kind: str,
    *,
    member_id: int | None,
    at: datetime,
    facts: dict[str, Any] | None = None,
    loan_id: int | None = None,
    hold_id: int | None = None,
    copy_id: int | None = None,
    once: str | None = None,
    address: str | None = None,
    language: str | None = None,
) -> bool:
    """Write a letter into the outbox within this transaction. False if `once` says that it was written before.

    `at` is the moment at which it was due; it is sent at once.
    """
    values = {
        "kind": kind, "member_id": member_id, "loan_id": loan_id, "hold_id": hold_id, "copy_id": copy_id, "at": at,
        "facts": facts or {}, "once": once, "status": NoticeStatus.QUEUED, "attempts": 0,
        "next_try_at": at, "message_id": f"{uuid.uuid4()}@kiosk", "trouble": "",
        **_where_to(tx.connection, member_id, address, language),
    }  # fmt: skip
    return tx.connection.execute(_insert(tx.connection), values).rowcount == 1


def _where_to(
    connection: Connection, member_id: int | None, address: str | None, language: str | None
) -> dict[str, Any]:
    if member_id is None:
        return {"address": address or "", "language": language or "tr"}
    row = connection.execute(_address, {"member_id": member_id}).one()
    return {"address": address or row.email, "language": row.language or "tr"}
