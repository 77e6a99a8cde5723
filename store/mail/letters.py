"""What staff see of the letters and do about those that did not arrive: send again, correct the address, give up."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    bindparam,
    exists,
    func,
    literal,
    or_,
    select,
    update,
)

from store import rows, statements
from store.act import At
from store.circulation.recalls import count_anew
from store.desk.permissions import needs
from store.desk.roles import Right
from store.desk.tasks import finish_tasks
from store.mail.outbox import SECRET_KINDS, Letter
from store.mail.sending import letter_of, of_the_same_day
from store.members.addresses import is_address
from store.policy.verdict import Reason, Refused
from store.results.letters import COUNTED, VIEWS, LetterLine, LetterPage, SentAgain, View
from store.states import CardStatus, HoldStatus, LoanState, NoticeStatus
from store.transaction import Reading, Transaction, query, use_case

_Row = Row[*tuple[Any, ...]]
_notice = rows.notice
_this = select(_notice).where(_notice.c.id == bindparam("notice_id"))
_change = statements.by_id(_notice)
PAGE = 50
_UNDELIVERED = ("recall_undelivered", "notice_undelivered")
_NOT_ARRIVED = (NoticeStatus.FAILED, NoticeStatus.BOUNCED)
_WHILE_OUT = ("courtesy", "overdue_1", "overdue_2", "overdue_3", "overdue_4", "overdue_5", "overdue_6", "recall")
"Untrue once the item is back."
_asked = exists().where(
    or_(*(rows.task.c.once == literal(f"{slug}:") + rows.notice.c.message_id for slug in _UNDELIVERED)),
    rows.task.c.done_at.is_(None),
)
"A task of the staff asks for the letter."


@query
def letters(reading: Reading, view: View, kind: str | None, member_id: int | None, page: int) -> LetterPage:
    """A page of letters, the newest first; of one kind, or of one member. Pages count from 0."""
    notice = rows.notice
    statement = _lines().where(_in_view(view)).order_by(notice.c.id.desc())
    if kind is not None:
        statement = statement.where(notice.c.kind == kind)
    if member_id is not None:
        statement = statement.where(notice.c.member_id == member_id)
    found = reading.connection.execute(statement.offset(page * PAGE).limit(PAGE + 1)).all()
    counts = tuple((each, _count(reading.connection, each, member_id)) for each in VIEWS)
    return LetterPage(tuple(_line(row) for row in found[:PAGE]), len(found) > PAGE, counts)


@query
def letter(reading: Reading, notice_id: int, now: datetime) -> Letter | Refused:
    """The letter that carried this notice, or will: with the other notices of its post. Refusal: `letter_is_secret`."""
    connection = reading.connection
    notice = connection.execute(_this, {"notice_id": notice_id}).one()
    if notice.kind in SECRET_KINDS:
        return Refused((Reason("letter_is_secret", None, "member_asks_anew"),))
    together = [notice]
    if notice.sent_as is not None:
        sent = select(_notice).where(_notice.c.sent_as == notice.sent_as).order_by(_notice.c.at, _notice.c.id)
        together = list(connection.execute(sent))
    elif notice.status is NoticeStatus.QUEUED:
        until = max(now, notice.next_try_at or now)
        together += of_the_same_day(connection, reading.library.calendars.zone, notice, until)
    return letter_of(connection, together)


@query
def addressee(reading: Reading, code: str) -> int | None:
    """The member with this card or number; None if nobody has it."""
    member, card = rows.member, rows.card
    by_card = select(card.c.member_id).where(card.c.number == code, card.c.status != CardStatus.REPLACED)
    found = reading.connection.execute(by_card).scalar()
    return (
        found
        if found is not None
        else reading.connection.execute(select(member.c.id).where(member.c.number == code)).scalar()
    )


@use_case
@needs(Right.NOTICES)
def send_again(tx: Transaction, notice_id: int, now: datetime, at: At) -> SentAgain | Refused:
    """Put a letter into the queue once more, to the member's address as it is now; its task is done.

    A recall counts its days from now, where they count from delivery (ITU-E2). Refusals: `letter_is_secret`,
    `letter_waits` (it is in the queue), `letter_is_past` (the item is back, the hold has ended), `letter_nowhere`.
    """
    notice = tx.connection.execute(_this.with_for_update(), {"notice_id": notice_id}).one()
    wrong = _why_not_again(tx, notice)
    if wrong is not None:
        return _refuse(tx, "send_again", notice, wrong, now, at)
    answer = _queue(tx, notice, now, at)
    detail = {"notice": notice_id, "kind": notice.kind}
    tx.record("send_again", "done", now, at, member_id=notice.member_id, detail=detail)
    return answer


@use_case
@needs(Right.NOTICES)
def correct_address(tx: Transaction, notice_id: int, address: str, now: datetime, at: At) -> SentAgain | Refused | None:
    """Give the member of a letter another e-mail address, and send the letter there (ITU-G2b, METU-2-g.address).

    What waits in the queue for the member goes there, too. None: the address is corrected, and this letter is not sent
    again (a code, or one whose time is past). Refusals: `address_unfit`, `letter_of_nobody`.
    """
    notice = tx.connection.execute(_this.with_for_update(), {"notice_id": notice_id}).one()
    address = address.strip()
    if notice.member_id is None:
        return _refuse(tx, "correct_address", notice, Reason("letter_of_nobody", None, "ask_applicant"), now, at)
    if not is_address(address):
        return _refuse(tx, "correct_address", notice, Reason("address_unfit", None, "check_address"), now, at)
    connection, table = tx.connection, rows.notice
    connection.execute(update(rows.member).where(rows.member.c.id == notice.member_id).values(email=address))
    connection.execute(
        update(table)
        .where(
            table.c.member_id == notice.member_id, table.c.status == NoticeStatus.QUEUED,
            table.c.kind.not_in(SECRET_KINDS),
        )
        .values(address=address)
    )  # fmt: skip
    again = _why_not_again(tx, notice) is None
    answer = _queue(tx, notice, now, at) if again else None
    # An address is the member's own affair: the audit knows that it changed, not what it is.
    tx.record("correct_address", "done", now, at, member_id=notice.member_id, detail={"notice": notice_id})
    return answer


@use_case
@needs(Right.NOTICES, "give_up_letter")
def give_up(tx: Transaction, notice_id: int, note: str, now: datetime, at: At) -> Refused | None:
    """Nothing more is tried for a letter that did not arrive or waits in vain; the note says why.

    Refusals: `note_missing`, `letter_is_sent`.
    """
    notice = tx.connection.execute(_this.with_for_update(), {"notice_id": notice_id}).one()
    if notice.status is NoticeStatus.SENT:
        return _refuse(tx, "give_up_letter", notice, Reason("letter_is_sent", None, "see_letters"), now, at)
    if not note.strip():
        return _refuse(tx, "give_up_letter", notice, Reason("note_missing", None, "fill_in"), now, at)
    if notice.status is NoticeStatus.QUEUED:
        tx.connection.execute(_change, {"this": notice_id, "status": NoticeStatus.FAILED, "next_try_at": None})
    _finish_tasks(tx, notice, now, at)
    detail = {"notice": notice_id, "kind": notice.kind, "note": note.strip()[:400]}
    tx.record("give_up_letter", "done", now, at, member_id=notice.member_id, detail=detail)
    return None


def _why_not_again(tx: Transaction, notice: _Row) -> Reason | None:
    if notice.kind in SECRET_KINDS:
        return Reason("letter_is_secret", None, "member_asks_anew")
    if notice.status is NoticeStatus.QUEUED:
        return Reason("letter_waits", None, "see_letters")
    if _is_past(tx, notice):
        return Reason("letter_is_past", None, "give_letter_up")
    return None if _address(tx, notice) else Reason("letter_nowhere", None, "correct_address")


def _is_past(tx: Transaction, notice: _Row) -> bool:
    """What it says is true no more: the item is back, or the hold is not ready any more."""
    connection = tx.connection
    if notice.kind in _WHILE_OUT:
        state = connection.execute(select(rows.loan.c.state).where(rows.loan.c.id == notice.loan_id)).scalar()
        return state != LoanState.OPEN
    if notice.kind == "hold_available":
        ready = connection.execute(select(rows.hold.c.status).where(rows.hold.c.id == notice.hold_id)).scalar()
        return ready != HoldStatus.READY
    return False


def _queue(tx: Transaction, notice: _Row, now: datetime, at: At) -> SentAgain:
    """A post of its own, under an identity of its own: a late report about the first is none about this one."""
    due = count_anew(tx, notice.loan_id, now) if notice.kind == "recall" and notice.loan_id is not None else None
    _finish_tasks(tx, notice, now, at)
    values = {
        "facts": notice.facts if due is None else {**notice.facts, "due": due.isoformat()},
        "address": _address(tx, notice), "status": NoticeStatus.QUEUED, "attempts": 0, "next_try_at": now,
        "trouble": "", "message_id": f"{uuid.uuid4()}@kiosk", "sent_as": None,
    }  # fmt: skip
    tx.connection.execute(_change, {"this": notice.id, **values})
    return SentAgain(due)


def _finish_tasks(tx: Transaction, notice: _Row, now: datetime, at: At) -> None:
    """The task that this letter raised, and no other of the member's."""
    task = rows.task
    tx.connection.execute(
        update(task)
        .where(task.c.once.in_([f"{slug}:{notice.message_id}" for slug in _UNDELIVERED]), task.c.done_at.is_(None))
        .values(done_at=now, staff_id=at.staff)
    )
    if notice.kind == "recall" and notice.loan_id is not None:
        finish_tasks(tx, "recall_undelivered", now, at.staff, loan_id=notice.loan_id)


def _address(tx: Transaction, notice: _Row) -> str:
    """The member's, as it is now; of who is no member, the one that it was written to."""
    member = rows.member
    found = tx.connection.execute(select(member.c.email).where(member.c.id == notice.member_id)).scalar()
    return str(found if found is not None else notice.address)


def _refuse(tx: Transaction, act: str, notice: _Row, wrong: Reason, now: datetime, at: At) -> Refused:
    tx.record(act, "refused", now, at, member_id=notice.member_id, reasons=(wrong,), detail={"notice": notice.id})
    return Refused((wrong,))


def _in_view(view: View) -> ColumnElement[bool]:
    status = rows.notice.c.status
    return and_(status.in_(_NOT_ARRIVED), _asked) if view == "waits" else status == view


def _count(connection: Connection, view: View, member_id: int | None) -> int:
    notice = rows.notice
    some = select(notice.c.id).where(_in_view(view)).limit(COUNTED)
    if member_id is not None:
        some = some.where(notice.c.member_id == member_id)
    return int(connection.execute(select(func.count()).select_from(some.subquery())).scalar_one())


def _lines() -> Select[Any]:
    notice, member, copy = rows.notice, rows.member, rows.copy
    return (
        select(
            notice.c.id, notice.c.kind, notice.c.status, notice.c.at, notice.c.sent_at, notice.c.next_try_at,
            notice.c.attempts, notice.c.trouble, notice.c.address, notice.c.member_id, notice.c.facts,
            member.c.surname, member.c.given_name, member.c.number, copy.c.barcode, _asked.label("waits"),
        )
        .join_from(notice, member, member.c.id == notice.c.member_id, isouter=True)
        .join(copy, copy.c.id == notice.c.copy_id, isouter=True)
    )  # fmt: skip


def _line(row: Row[*tuple[Any, ...]]) -> LetterLine:
    secret = row.kind in SECRET_KINDS
    return LetterLine(
        notice_id=row.id,
        kind=row.kind,
        status=NoticeStatus(row.status),
        at=row.at,
        sent_at=row.sent_at,
        next_try_at=row.next_try_at,
        attempts=row.attempts,
        trouble=row.trouble,
        address=row.address,
        member_id=row.member_id,
        member=f"{row.given_name} {row.surname}" if row.surname is not None else "",
        number=row.number or "",
        title="" if secret else str(row.facts.get("title", "")),
        barcode=row.barcode or "",
        secret=secret,
        waits=bool(row.waits),
    )
