"""Letters are written together with their cause and sent afterwards, so that neither exists without the other."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session
from sqlmodel import col

from store.act import At
from store.library import Library
from store.states import NoticeStatus
from store.tables import Member, Notice, Task
from store.transaction import Transaction, use_case

_WAITS = (1, 5, 15, 60, 240, 720)
"Minutes before the next try; after the last the letter has failed."
_SECRET_KINDS = ("pin_code",)
SENT_STATES = (NoticeStatus.SENT, NoticeStatus.BOUNCED)
"Recorded as sent: whether a letter arrives is the member's risk (METU-2-g)."


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter on its way: what it says is rendered from its facts, in its language."""

    notice_id: int
    kind: str
    address: str
    language: str
    name: str
    at: datetime
    facts: dict[str, Any]
    message_id: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """How a round of sending went."""

    sent: int
    waiting: int
    failed: int


class MailTrouble(Exception):
    """The letter could not be handed over now; it stays in the outbox."""


def write_notice(
    tx: Transaction,
    kind: str,
    *,
    member_id: int,
    at: datetime,
    facts: dict[str, Any] | None = None,
    loan_id: int | None = None,
    hold_id: int | None = None,
    copy_id: int | None = None,
    once: str | None = None,
    address: str | None = None,
    send_from: datetime | None = None,
) -> bool:
    """Write a letter into the outbox within this transaction. False if `once` says that it was written before.

    `at` is the moment at which it was due; it is sent from `send_from` on (or at once).
    """
    values = {
        "kind": kind, "member_id": member_id, "loan_id": loan_id, "hold_id": hold_id, "copy_id": copy_id, "at": at,
        "facts": facts or {}, "once": once, "status": NoticeStatus.QUEUED, "attempts": 0,
        "next_try_at": send_from or at, "message_id": f"{uuid.uuid4()}@kiosk", "trouble": "",
        **_where_to(tx.session, member_id, address),
    }  # fmt: skip
    insert = sqlite.insert if tx.library.database.is_sqlite else postgresql.insert
    statement = insert(Notice).values(values).on_conflict_do_nothing(index_elements=["once"])
    return tx.session.connection().execute(statement).rowcount == 1


def send_due(library: Library, send: Callable[[Letter], None], now: datetime, at: At) -> Delivery:
    """Send every letter whose time has come. A crash between sending and recording sends it again with the same
    Message-ID, which mail programs recognise; nothing else can double it. `send` raises MailTrouble.
    """
    sent = waiting = failed = 0
    while (letter := _claim(library, now)) is not None:
        try:
            send(letter)
        except MailTrouble as trouble:
            gave_up = _put_back(library, letter, str(trouble), now, at)
            failed, waiting = failed + gave_up, waiting + (not gave_up)
        else:
            _mark_sent(library, letter, now, at)
            sent += 1
    return Delivery(sent, waiting, failed)


@use_case
def _claim(tx: Transaction, now: datetime) -> Letter | None:
    row = tx.session.execute(
        select(Notice, Member)
        .join(Member, col(Notice.member_id) == col(Member.id))
        .where(col(Notice.status) == NoticeStatus.QUEUED, col(Notice.next_try_at) <= now)
        .order_by(col(Notice.next_try_at), col(Notice.id))
        .limit(1)
        .with_for_update(of=Notice, skip_locked=True)
    ).first()
    if row is None:
        return None
    notice, member = row
    assert notice.id is not None and notice.message_id is not None
    # Until this try has succeeded or failed, nobody else tries.
    notice.next_try_at = now + timedelta(minutes=_WAITS[min(notice.attempts, len(_WAITS) - 1)])
    notice.attempts += 1
    return Letter(
        notice_id=notice.id,
        kind=notice.kind,
        address=notice.address,
        language=notice.language,
        name=f"{member.given_name} {member.surname}",
        at=notice.at,
        facts=dict(notice.facts),
        message_id=notice.message_id,
    )


@use_case
def _mark_sent(tx: Transaction, letter: Letter, now: datetime, at: At) -> None:
    values: dict[str, Any] = {"status": NoticeStatus.SENT, "sent_at": now, "next_try_at": None, "trouble": ""}
    if letter.kind in _SECRET_KINDS:
        values["facts"] = {}  # a code that was sent is nobody's business any more
    tx.session.execute(update(Notice).where(col(Notice.id) == letter.notice_id).values(values))
    tx.record("notice_sent", "done", now, at, detail={"notice": letter.notice_id, "kind": letter.kind})


@use_case
def _put_back(tx: Transaction, letter: Letter, trouble: str, now: datetime, at: At) -> bool:
    """Keep the letter for another try; after the last, a task for staff (ITU-G2b). True if given up."""
    notice = tx.session.get_one(Notice, letter.notice_id)
    notice.trouble = trouble[:200]
    if notice.attempts <= len(_WAITS):
        return False
    notice.status, notice.next_try_at = NoticeStatus.FAILED, None
    slug = "recall_undelivered" if notice.kind == "recall" else "notice_undelivered"
    tx.session.add(Task(slug=slug, raised_at=now, member_id=notice.member_id, once=f"{slug}:{notice.id}"))
    tx.record("notice_failed", "failed", now, at, detail={"notice": notice.id, "kind": notice.kind})
    return True


def _where_to(session: Session, member_id: int, address: str | None) -> dict[str, Any]:
    row = session.execute(select(col(Member.email), col(Member.language)).where(col(Member.id) == member_id)).one()
    return {"address": address or row.email, "language": row.language or "tr"}
