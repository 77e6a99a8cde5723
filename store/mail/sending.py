"""Sends what waits in the outbox: together for a day, tried again ever more seldom, given up in the end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import Struct
from sqlalchemy import Connection, Row, Select, bindparam, func, literal, select, update

from store import rows, statements
from store.act import At
from store.library import Library
from store.mail.bounces import did_not_arrive
from store.mail.outbox import SECRET_KINDS, Letter, MailTrouble
from store.states import NoticeStatus
from store.transaction import Transaction, use_case
from store.types import Instant

_Row = Row[*tuple[Any, ...]]
_notice = rows.notice
_change = statements.by_id(_notice)
_first = (
    select(_notice)
    .where(_notice.c.status == statements.word(NoticeStatus.QUEUED), _notice.c.next_try_at <= bindparam("until"))
    .order_by(_notice.c.next_try_at, _notice.c.id)
    .limit(1)
    .with_for_update(skip_locked=True)
)
_name = select(rows.member.c.given_name, rows.member.c.surname).where(rows.member.c.id == bindparam("member_id"))
_WAITS = (1, 5, 15, 60, 240, 720)
"Minutes before the next try; after the last the letter has failed."
_LEASE = timedelta(minutes=5)
"Until a try has succeeded or failed nobody else tries; so long, if it never comes back."
_ALONE = ("pin_code", "pin_changed", "membership_approved", "membership_rejected")
"About a person rather than an item: never several in one letter."


class Delivery(Struct, frozen=True):
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
    connection = tx.connection
    first = connection.execute(_first, {"until": until}).first()
    if first is None:
        return None
    notices = [first, *of_the_same_day(connection, tx.library.calendars.zone, first, until, lock=True)]
    for notice in notices:
        values = {"next_try_at": now + _LEASE, "attempts": notice.attempts + 1}
        connection.execute(_change, {"this": notice.id, **values})
    return letter_of(connection, notices)


def letter_of(connection: Connection, notices: Sequence[_Row]) -> Letter:
    """The letter that carries these notices."""
    first = notices[0]
    member = connection.execute(_name, {"member_id": first.member_id}).first()
    return Letter(
        notice_ids=tuple(notice.id for notice in notices),
        kind=first.kind,
        address=first.address,
        language=first.language,
        name=f"{member.given_name} {member.surname}" if member else "",
        at=first.at,
        items=tuple(dict(notice.facts) for notice in notices),
        message_id=first.message_id or "",
    )


def of_the_same_day(
    connection: Connection, zone: ZoneInfo, first: _Row, until: datetime, *, lock: bool = False
) -> list[_Row]:
    """Other letters of the kind to the same member and address, due on the same day and not tried before: one post.

    `until`: those that are to be sent by then.
    """
    if first.kind in _ALONE or first.attempts:
        return []
    statement: Select[Any] = (
        select(_notice)
        .where(
            _notice.c.status == statements.word(NoticeStatus.QUEUED), _notice.c.member_id == first.member_id,
            _notice.c.kind == first.kind, _notice.c.address == first.address, _notice.c.language == first.language,
            _notice.c.next_try_at <= until, _notice.c.attempts == 0, _notice.c.id != first.id,
        )
        .order_by(_notice.c.at, _notice.c.id)
    )  # fmt: skip
    found = connection.execute(statement.with_for_update(skip_locked=True) if lock else statement)
    day = first.at.astimezone(zone).date()
    return [notice for notice in found if notice.at.astimezone(zone).date() == day]


@use_case
def _mark_sent(tx: Transaction, letter: Letter, now: datetime, at: At) -> None:
    values: dict[str, Any] = {
        "status": NoticeStatus.SENT, "next_try_at": None, "trouble": "", "sent_as": letter.message_id,
        "sent_at": func.coalesce(_notice.c.sent_at, literal(now, Instant)),
    }  # fmt: skip
    if letter.kind in SECRET_KINDS:
        values["facts"] = {}  # a code that was sent is nobody's business any more
    tx.connection.execute(update(_notice).where(_notice.c.id.in_(letter.notice_ids)).values(values))
    tx.record("notice_sent", "done", now, at, detail={"notices": list(letter.notice_ids), "kind": letter.kind})


@use_case
def _put_back(tx: Transaction, letter: Letter, trouble: str, now: datetime, at: At) -> bool:
    """Keep the letter for another try; after the last, a task for staff (ITU-G2b). True if given up."""
    these = _notice.c.id.in_(letter.notice_ids)
    notices = tx.connection.execute(select(_notice).where(these).order_by(_notice.c.id)).all()
    gives_up = bool(notices[0].attempts > len(_WAITS))
    values: dict[str, Any] = {"trouble": trouble[:200]}
    if gives_up:
        values |= {"status": NoticeStatus.FAILED, "next_try_at": None}
    else:
        values["next_try_at"] = now + timedelta(minutes=_WAITS[notices[0].attempts - 1])
    tx.connection.execute(update(_notice).where(these).values(values))
    if gives_up:
        for notice in notices:
            did_not_arrive(tx, notice, now)
        detail = {"notices": list(letter.notice_ids), "kind": letter.kind}
        tx.record("notice_failed", "failed", now, at, detail=detail)
    return gives_up
