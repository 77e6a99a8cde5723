"""Plays in what a terminal did without its library: the returns it took down, each once and as of its true instant."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from msgspec import Struct
from sqlalchemy import select

from store import rows, statements
from store.act import At
from store.circulation.returns import take_back
from store.desk.tasks import raise_task
from store.policy.verdict import Reason
from store.results.returns import NotReturned
from store.transaction import Transaction, use_case
from store.upkeep.clocks import TOLERANCE

TASK = "offline_return"
_set = statements.insert_or_change(rows.setting)
_ANSWER_LOST = timedelta(minutes=5)
"So long before it was taken down, the same scan may have been booked and only its answer lost."


class NotedReturn(Struct, frozen=True):
    """A return as a terminal took it down."""

    journal: str
    "Names the outage's journal."
    line: int
    "Its place there, from 1."
    barcode: str
    scanned_at: datetime


@use_case
def record_outage(tx: Transaction, began: datetime, now: datetime, at: At) -> None:
    """The library answers again and can be written: the audit knows how long the terminal was without it."""
    tx.record("outage", "done", now, at, detail={"from": began.isoformat(), "until": now.isoformat()})


@use_case
def play_in(tx: Transaction, noted: NotedReturn, now: datetime, at: At) -> str:
    """Book a return as of the instant at which it was scanned; what can't be booked becomes a task for staff.

    Gives `done`, `conflict`, or `known`: booked before the outage, or played in already. How far a journal was played
    in stands in the same transaction, so that nothing is played in twice, whenever the terminal dies.
    """
    journal, line = _played(tx, at)
    if journal == noted.journal and noted.line <= line:
        return "known"
    outcome = _book(tx, noted, now, at)
    _note_played(tx, noted, at)
    return outcome


def _book(tx: Transaction, noted: NotedReturn, now: datetime, at: At) -> str:
    if _was_answered(tx, noted, at):
        return "known"
    wrong = _wrong_instant(tx, noted, now)
    if wrong is not None:
        tx.record("checkin", "refused", now, at, barcode=noted.barcode, reasons=(Reason(wrong, None, "ask_desk"),))
    else:
        answer = take_back(tx, noted.barcode, noted.scanned_at, at)
        if not isinstance(answer, NotReturned):
            return "done"
        wrong = answer.reasons[0].slug
    copy_id = tx.connection.execute(select(rows.copy.c.id).where(rows.copy.c.barcode == noted.barcode)).scalar()
    if copy_id is None and wrong == "not_on_loan":
        wrong = "unknown_barcode"
    raise_task(
        tx, TASK, now, copy_id=copy_id, once=f"{TASK}:{noted.journal}:{noted.line}",
        note=f"{noted.barcode} · {wrong} · {noted.scanned_at.isoformat()}",
    )  # fmt: skip
    return "conflict"


def _was_answered(tx: Transaction, noted: NotedReturn, at: At) -> bool:
    """The scan reached the library just before it went away, and only the answer was lost."""
    entry = rows.audit_entry
    found = tx.connection.execute(
        select(entry.c.id).where(
            entry.c.at.between(noted.scanned_at - _ANSWER_LOST, noted.scanned_at),
            entry.c.act == "checkin", entry.c.outcome == "done",
            entry.c.terminal == at.terminal, entry.c.barcode == noted.barcode,
        )
    ).first()  # fmt: skip
    return found is not None and not _lent_since(tx, noted.barcode, noted.scanned_at - _ANSWER_LOST)


def _wrong_instant(tx: Transaction, noted: NotedReturn, now: datetime) -> str | None:
    if not noted.barcode:
        return "unreadable"
    if noted.scanned_at > now + TOLERANCE:
        return "clock_ahead"
    return "lent_since" if _lent_since(tx, noted.barcode, noted.scanned_at) else None


def _lent_since(tx: Transaction, barcode: str, moment: datetime) -> bool:
    """The copy was lent after that moment: whoever has it now did not bring it back then."""
    loan, copy = rows.loan, rows.copy
    statement = select(loan.c.id).join(copy, copy.c.id == loan.c.copy_id).where(copy.c.barcode == barcode)
    later = statement.where(loan.c.closed_at.is_(None), loan.c.lent_at > moment)
    return tx.connection.execute(later).first() is not None


def _played(tx: Transaction, at: At) -> tuple[str, int]:
    statement = select(rows.setting.c.value).where(rows.setting.c.key == _key(at))
    journal, _space, line = (tx.connection.execute(statement.with_for_update()).scalar() or " 0").partition(" ")
    return journal, int(line)


def _note_played(tx: Transaction, noted: NotedReturn, at: At) -> None:
    values = {"key": _key(at), "value": f"{noted.journal} {noted.line}"}
    tx.connection.execute(_set(tx.connection), values)


def _key(at: At) -> str:
    # A terminal's name may be as long as the key's column.
    return "offline:" + hashlib.sha256(at.terminal.encode()).hexdigest()[:24]
