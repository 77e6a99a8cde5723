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
from store.tables import Member, Notice
from store.tasks import raise_task
from store.transaction import Transaction, use_case

_WAITS = (1, 5, 15, 60, 240, 720)
"Minutes before the next try; after the last the letter has failed."
_SECRET_KINDS = ("pin_code",)
_ALONE = ("pin_code", "pin_changed", "membership_approved", "membership_rejected")
"About a person rather than an item: never several in one letter."
SENT_STATES = (NoticeStatus.SENT, NoticeStatus.BOUNCED)
"Recorded as sent: whether a letter arrives is the member's risk (METU-2-g)."


@dataclass(frozen=True, slots=True)
class Letter:
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
    member_id: int | None,
    at: datetime,
    facts: dict[str, Any] | None = None,
    loan_id: int | None = None,
    hold_id: int | None = None,
    copy_id: int | None = None,
    once: str | None = None,
    address: str | None = None,
    language: str | None = None,
    send_from: datetime | None = None,
) -> bool:
    """Write a letter into the outbox within this transaction. False if `once` says that it was written before.

    `at` is the moment at which it was due; it is sent from `send_from` on (or at once).
    """
    values = {
        "kind": kind, "member_id": member_id, "loan_id": loan_id, "hold_id": hold_id, "copy_id": copy_id, "at": at,
        "facts": facts or {}, "once": once, "status": NoticeStatus.QUEUED, "attempts": 0,
        "next_try_at": send_from or at, "message_id": f"{uuid.uuid4()}@kiosk", "trouble": "",
        **_where_to(tx.session, member_id, address, language),
    }  # fmt: skip
    insert = sqlite.insert if tx.library.database.is_sqlite else postgresql.insert
    statement = insert(Notice).values(values).on_conflict_do_nothing(index_elements=["once"])
    return tx.connection.execute(statement).rowcount == 1


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
    first = tx.session.execute(
        select(Notice)
        .where(col(Notice.status) == NoticeStatus.QUEUED, col(Notice.next_try_at) <= now)
        .order_by(col(Notice.next_try_at), col(Notice.id))
        .limit(1)
        .with_for_update(skip_locked=True)
    ).scalar_one_or_none()
    if first is None:
        return None
    notices = [first, *_of_the_same_day(tx, first, now)]
    # Until this try has succeeded or failed, nobody else tries.
    again = now + timedelta(minutes=_WAITS[min(first.attempts, len(_WAITS) - 1)])
    for notice in notices:
        notice.next_try_at = again
        notice.attempts += 1
    member = tx.session.get(Member, first.member_id) if first.member_id is not None else None
    return Letter(
        notice_ids=tuple(notice.id for notice in notices if notice.id is not None),
        kind=first.kind,
        address=first.address,
        language=first.language,
        name=f"{member.given_name} {member.surname}" if member else "",
        at=first.at,
        items=tuple(dict(notice.facts) for notice in notices),
        message_id=first.message_id or "",
    )


def _of_the_same_day(tx: Transaction, first: Notice, now: datetime) -> list[Notice]:
    """Other letters of the kind to the same member and address, due on the same day and not tried before: one post."""
    if first.kind in _ALONE or first.attempts:
        return []
    zone = tx.library.calendars.zone
    found = tx.session.execute(
        select(Notice)
        .where(
            col(Notice.status) == NoticeStatus.QUEUED, col(Notice.member_id) == first.member_id,
            col(Notice.kind) == first.kind, col(Notice.address) == first.address,
            col(Notice.language) == first.language, col(Notice.next_try_at) <= now, col(Notice.attempts) == 0,
            col(Notice.id) != first.id,
        )
        .order_by(col(Notice.at), col(Notice.id))
        .with_for_update(skip_locked=True)
    ).scalars()  # fmt: skip
    day = first.at.astimezone(zone).date()
    return [notice for notice in found if notice.at.astimezone(zone).date() == day]


@use_case
def _mark_sent(tx: Transaction, letter: Letter, now: datetime, at: At) -> None:
    values: dict[str, Any] = {
        "status": NoticeStatus.SENT, "sent_at": now, "next_try_at": None, "trouble": "",
        "sent_as": letter.message_id,
    }  # fmt: skip
    if letter.kind in _SECRET_KINDS:
        values["facts"] = {}  # a code that was sent is nobody's business any more
    tx.session.execute(update(Notice).where(col(Notice.id).in_(letter.notice_ids)).values(values))
    tx.record("notice_sent", "done", now, at, detail={"notices": list(letter.notice_ids), "kind": letter.kind})


@use_case
def _put_back(tx: Transaction, letter: Letter, trouble: str, now: datetime, at: At) -> bool:
    """Keep the letter for another try; after the last, a task for staff (ITU-G2b). True if given up."""
    notices = tx.session.execute(select(Notice).where(col(Notice.id).in_(letter.notice_ids))).scalars().all()
    gives_up = bool(notices[0].attempts > len(_WAITS))
    for notice in notices:
        notice.trouble = trouble[:200]
        if gives_up:
            notice.status, notice.next_try_at = NoticeStatus.FAILED, None
            raise_undelivered(tx, notice, now)
    if gives_up:
        detail = {"notices": list(letter.notice_ids), "kind": letter.kind}
        tx.record("notice_failed", "failed", now, at, detail=detail)
    return gives_up


def raise_undelivered(tx: Transaction, notice: Notice, now: datetime) -> None:
    """A letter did not arrive: staff reach the member otherwise, or correct the address (ITU-E2, G2b)."""
    slug = "recall_undelivered" if notice.kind == "recall" else "notice_undelivered"
    raise_task(
        tx, slug, now, member_id=notice.member_id, loan_id=notice.loan_id, copy_id=notice.copy_id,
        once=f"{slug}:{notice.id}",
    )  # fmt: skip


def _where_to(session: Session, member_id: int | None, address: str | None, language: str | None) -> dict[str, Any]:
    if member_id is None:
        return {"address": address or "", "language": language or "tr"}
    row = session.execute(select(col(Member.email), col(Member.language)).where(col(Member.id) == member_id)).one()
    return {"address": address or row.email, "language": row.language or "tr"}
