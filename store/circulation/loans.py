"""Reads a running loan as the rules see it, and plans what time will bring to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Connection, Integer, Row, Select, and_, bindparam, exists, or_, select

from store import rows, statements
from store.circulation.events import coming
from store.mail.outbox import write_notice
from store.policy.calendar import Calendar
from store.policy.facts import RunningLoan
from store.policy.model import Policy
from store.policy.notices import BY_CATEGORY
from store.states import HoldStatus, LoanState
from store.transaction import Transaction

Spans = tuple[tuple[datetime, datetime | None], ...]


class LoanRead(Struct, frozen=True):
    """A loan as it was read: its facts for the rules, and what else an act needs."""

    loan_id: int
    copy_id: int
    title_id: int
    member_id: int
    barcode: str
    title: str
    author: str
    language: str
    in_print: bool | None
    waiting: bool
    "Somebody waits for the title."
    running: RunningLoan


_loan, _copy, _title, _member, _target = rows.loan, rows.copy, rows.title, rows.member, rows.hold_target
_statement = (
    select(
        _loan.c.id, _loan.c.copy_id, _loan.c.member_id, _loan.c.item_type, _loan.c.loan_type, _loan.c.branch,
        _loan.c.lent_at, _loan.c.period_start, _loan.c.due_at, _loan.c.hourly, _loan.c.opens_at,
        _loan.c.policy_version, _loan.c.renewals, _loan.c.renewals_allowed, _loan.c.state,
        _loan.c.recalled_at.is_not(None).label("recalled"), _loan.c.fine_ended_at.is_not(None).label("fine_ended"),
        or_(_loan.c.renewal_asked_at.is_not(None), _loan.c.renewal_declined_at.is_not(None)).label("asked"),
        _copy.c.barcode, _copy.c.period,
        _copy.c.title_id, _title.c.title, _title.c.author, _title.c.language, _title.c.in_print,
        _member.c.category.label("category_now"),
        exists().where(_target.c.loan_id == _loan.c.id).label("was_targeted"),
        exists()
        .where(
            and_(
                rows.hold.c.title_id == _copy.c.title_id,
                rows.hold.c.status == statements.word(HoldStatus.WAITING),
            )
        )
        .label("waiting"),
    )
    .join_from(_loan, _copy, _copy.c.id == _loan.c.copy_id)
    .join(_title, _title.c.id == _copy.c.title_id)
    .join(_member, _member.c.id == _loan.c.member_id)
    .order_by(_loan.c.due_at, _loan.c.id)
)  # fmt: skip
_this = bindparam("this", type_=Integer)
_by_id = _statement.where(_loan.c.id == _this)
_of_copy = _statement.where(_loan.c.copy_id == _this, _loan.c.closed_at.is_(None))
_of_barcode = _statement.where(_copy.c.barcode == bindparam("this"), _loan.c.closed_at.is_(None))
_of_member = _statement.where(
    _loan.c.member_id == _this, _loan.c.closed_at.is_(None), _loan.c.state == statements.word(LoanState.OPEN)
)
_spans = (
    select(_target.c.loan_id, _target.c.from_at, _target.c.until_at)
    .where(_target.c.loan_id.in_(bindparam("loans", expanding=True)))
    .order_by(_target.c.from_at)
)
_next_steps = select(_loan.c.id, _loan.c.next_event, _loan.c.next_event_at).where(
    _loan.c.member_id == _this, _loan.c.state == statements.word(LoanState.OPEN)
)
_change = statements.by_id(_loan)


def open_loan(connection: Connection, *, copy_id: int | None = None, loan_id: int | None = None) -> LoanRead | None:
    """The open (or lost and unsettled) loan of a copy, or the loan with this id; None if there is none."""
    found = _read(connection, _of_copy, copy_id) if loan_id is None else _read(connection, _by_id, loan_id)
    return found[0] if found else None


def open_loan_of(connection: Connection, barcode: str) -> LoanRead | None:
    """The open (or lost and unsettled) loan of the copy with this barcode; None if there is none."""
    found = _read(connection, _of_barcode, barcode)
    return found[0] if found else None


def running_loans(connection: Connection, member_id: int) -> tuple[LoanRead, ...]:
    """The member's loans that are out, the soonest due first."""
    return _read(connection, _of_member, member_id)


def _read(connection: Connection, statement: Select[tuple[Any, ...]], this: object) -> tuple[LoanRead, ...]:
    found = connection.execute(statement, {"this": this}).all()
    spans = _held_spans(connection, [row.id for row in found if row.was_targeted])
    return tuple(_loan_read(row, spans.get(row.id, ())) for row in found)


def _loan_read(row: Row[*tuple[Any, ...]], spans: Spans) -> LoanRead:
    running = RunningLoan(
        item_type=row.item_type,
        loan_type=row.loan_type,
        branch=row.branch,
        lent_at=row.lent_at,
        period_start=row.period_start,
        due=row.due_at,
        hourly=bool(row.hourly),
        opens_at=row.opens_at,
        policy_version=row.policy_version,
        renewals=row.renewals,
        renewals_allowed=row.renewals_allowed,
        recalled=bool(row.recalled),
        renewal_asked=bool(row.asked),
        targeted_by_other=any(until is None for _, until in spans),
        period=row.period,
        category=row.category_now,
        lost=row.state == LoanState.LOST,
        fine_ended=bool(row.fine_ended),
        held_spans=spans,
    )
    return LoanRead(
        loan_id=row.id,
        copy_id=row.copy_id,
        title_id=row.title_id,
        member_id=row.member_id,
        barcode=row.barcode,
        title=row.title,
        author=row.author,
        language=row.language,
        in_print=row.in_print,
        waiting=bool(row.waiting),
        running=running,
    )


def _held_spans(connection: Connection, loan_ids: Sequence[int]) -> dict[int, Spans]:
    """From when until when another's hold burdened each loan."""
    spans: dict[int, Spans] = {}
    if loan_ids:
        for row in connection.execute(_spans, {"loans": loan_ids}):
            spans[row.loan_id] = (*spans.get(row.loan_id, ()), (row.from_at, row.until_at))
    return spans


def change(connection: Connection, loan_id: int, values: Mapping[str, object]) -> None:
    """Change columns of a loan's row."""
    connection.execute(_change, {"this": loan_id, **values})


def plan_anew(
    tx: Transaction,
    policy: Policy,
    calendar: Calendar,
    loan: LoanRead,
    running: RunningLoan,
    since: datetime,
    values: Mapping[str, object] | None = None,
) -> None:
    """After a renewal or a recall: what is due at once is written, the next moment stands in the loan's row.

    `values`: what else changes in the row.
    """
    ahead = coming(policy, calendar, replace(running, held_spans=()), since)
    for notice in ahead.now:
        write_loan_notice(tx, notice.kind, loan, running.due, notice.at, hourly=running.hourly)
    change(
        tx.connection,
        loan.loan_id,
        {**(values or {}), "next_event_at": ahead.next_at, "next_event": ahead.next_kind},
    )


def category_changed(tx: Transaction, member_id: int, now: datetime) -> None:
    """What staff will be asked to do about a member's late loans is planned for the present category (ITU-M3)."""
    policy = tx.library.policies.at(now)
    steps = {row.id: row for row in tx.connection.execute(_next_steps, {"this": member_id})}
    for loan in running_loans(tx.connection, member_id):
        kind, at = steps[loan.loan_id].next_event, steps[loan.loan_id].next_event_at
        if at is not None and at <= now:
            continue  # due before the change: it is made up for as it was planned
        calendar = tx.library.calendars.of(tx.connection, loan.running.branch)
        ahead = coming(policy, calendar, replace(loan.running, held_spans=()), now)
        is_next = ahead.next_kind in BY_CATEGORY and (at is None or ahead.next_at is None or ahead.next_at < at)
        if kind in BY_CATEGORY or is_next:
            change(tx.connection, loan.loan_id, {"next_event_at": ahead.next_at, "next_event": ahead.next_kind})


def once(kind: str, loan_id: int, moment: datetime) -> str:
    """What a letter about a loan is known by: the same moment, however it is written, is the same."""
    return f"{kind}:{loan_id}:{moment.astimezone(UTC).isoformat()}"


def write_loan_notice(
    tx: Transaction, kind: str, loan: LoanRead, due: datetime, at: datetime, *, hourly: bool, fine: int = 0
) -> bool:
    """A letter about a loan: once for each kind and running period (a new due date begins a new one); every recall.

    `fine`: what lateness costs so far, in kuruş.
    """
    return write_notice(
        tx, kind, member_id=loan.member_id, at=at, loan_id=loan.loan_id, copy_id=loan.copy_id,
        facts={"title": loan.title, "barcode": loan.barcode, "due": due.isoformat(), "hourly": hourly, "fine": fine},
        once=once(kind, loan.loan_id, at if kind == "recall" else due),
    )  # fmt: skip
