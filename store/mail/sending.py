"""Sends what waits in the outbox: together for a day, tried again ever more seldom, given up in the end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, literal, select, update
from sqlmodel import Session, col

from store.act import At
from store.library import Library
from store.mail.bounces import did_not_arrive
from store.mail.outbox import SECRET_KINDS, Letter, MailTrouble
from store.states import NoticeStatus
from store.tables import Member, Notice
from store.transaction import Transaction, use_case
from store.types import Instant

_WAITS = (1, 5, 15, 60, 240, 720)
"Minutes before the next try; after the last the letter has failed."
_LEASE = timedelta(minutes=5)
"Until a try has succeeded or failed nobody else tries; so long, if it never comes back."
_ALONE = ("pin_code", "pin_changed", "membership_approved", "membership_rejected")
"About a person rather than an item: never several in one letter."


@dataclass(frozen=True, slots=True)
class Delivery:
    """How a round of sending went."""

    sent: int
    waiting: int
    failed: int
    trouble: str = ""
    "Why the last one that did not go did not."


def send_due(
    library: Library,
    send: Callable[[Letter], None],
    now: datetime,
    at: At,
    clock: Callable[[], datetime] | None = None,
) -> Delivery:
    """Send every letter whose time has come by `now`; `clock` tells how late it is meanwhile, for mail takes its time.

    A crash between sending and recording sends a letter again with the same Message-ID, which mail programs recognise;
    nothing else can double it, if no letter takes longer than five minutes. `send` raises MailTrouble.
    """
    clock = clock or (lambda: now)
    sent = waiting = failed = 0
    told = ""
    while (letter := _claim(library, now, clock())) is not None:
        try:
            send(letter)
        except MailTrouble as trouble:
            told = str(trouble)
            gave_up = _put_back(library, letter, told, clock(), at)
            failed, waiting = failed + gave_up, waiting + (not gave_up)
        else:
            _mark_sent(library, letter, clock(), at)
            sent += 1
    return Delivery(sent, waiting, failed, told)


@use_case
def _claim(tx: Transaction, until: datetime, now: datetime) -> Letter | None:
    first = tx.session.execute(
        select(Notice)
        .where(col(Notice.status) == NoticeStatus.QUEUED, col(Notice.next_try_at) <= until)
        .order_by(col(Notice.next_try_at), col(Notice.id))
        .limit(1)
        .with_for_update(skip_locked=True)
    ).scalar_one_or_none()
    if first is None:
        return None
    notices = [first, *of_the_same_day(tx.session, tx.library.calendars.zone, first, until, lock=True)]
    for notice in notices:
        notice.next_try_at = now + _LEASE
        notice.attempts += 1
    return letter_of(tx.session, notices)


def letter_of(session: Session, notices: Sequence[Notice]) -> Letter:
    """The letter that carries these notices."""
    first = notices[0]
    member = session.get(Member, first.member_id) if first.member_id is not None else None
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


def of_the_same_day(
    session: Session, zone: ZoneInfo, first: Notice, until: datetime, *, lock: bool = False
) -> list[Notice]:
    """Other letters of the kind to the same member and address, due on the same day and not tried before: one post.

    `until`: those that are to be sent by then.
    """
    if first.kind in _ALONE or first.attempts:
        return []
    statement = (
        select(Notice)
        .where(
            col(Notice.status) == NoticeStatus.QUEUED, col(Notice.member_id) == first.member_id,
            col(Notice.kind) == first.kind, col(Notice.address) == first.address,
            col(Notice.language) == first.language, col(Notice.next_try_at) <= until, col(Notice.attempts) == 0,
            col(Notice.id) != first.id,
        )
        .order_by(col(Notice.at), col(Notice.id))
    )  # fmt: skip
    found = session.execute(statement.with_for_update(skip_locked=True) if lock else statement).scalars()
    day = first.at.astimezone(zone).date()
    return [notice for notice in found if notice.at.astimezone(zone).date() == day]


@use_case
def _mark_sent(tx: Transaction, letter: Letter, now: datetime, at: At) -> None:
    values: dict[str, Any] = {
        "status": NoticeStatus.SENT, "next_try_at": None, "trouble": "", "sent_as": letter.message_id,
        "sent_at": func.coalesce(col(Notice.sent_at), literal(now, Instant)),
    }  # fmt: skip
    if letter.kind in SECRET_KINDS:
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
            did_not_arrive(tx, notice, now)
        else:
            notice.next_try_at = now + timedelta(minutes=_WAITS[notices[0].attempts - 1])
    if gives_up:
        detail = {"notices": list(letter.notice_ids), "kind": letter.kind}
        tx.record("notice_failed", "failed", now, at, detail=detail)
    return gives_up
