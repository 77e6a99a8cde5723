"""Reads copies and titles as staff see them, and the lists of what needs their attention."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, case, func, or_, select

from store import rows
from store.catalogue import describing
from store.circulation.facts import read_copy
from store.circulation.shelf import slip_of
from store.policy import losing
from store.policy.model import Policy
from store.results.copies import (
    CaseLine,
    Choices,
    CopyLoan,
    CopyOfTitle,
    CopyPage,
    DemandLine,
    InQueue,
    Known,
    Named,
    TitleData,
    TitleRecord,
)
from store.states import CopyState, HoldStatus
from store.transaction import Reading, query

_MOST = 50
_loan, _copy, _title, _member, _case, _hold = (
    rows.loan, rows.copy, rows.title, rows.member, rows.loss_case, rows.hold
)  # fmt: skip
_WHO = (_member.c.id.label("who"), _member.c.given_name, _member.c.surname, _member.c.number)


@query
def copy_page(reading: Reading, barcode: str, now: datetime) -> CopyPage | None:
    """All about a copy; None for a barcode that no copy has."""
    policy = reading.library.policies.at(now)
    connection = reading.connection
    read = read_copy(connection, barcode, None, now, lock=False)
    if read is None:
        return None
    row = connection.execute(
        select(_copy.c.received_at, _title.c.in_print)
        .join_from(_copy, _title, _title.c.id == _copy.c.title_id)
        .where(_copy.c.id == read.copy_id)
    ).one()
    loans = _loans(connection, read.copy_id)
    return CopyPage(
        item=describing.item(policy, read),
        title_id=read.title_id,
        loanable=read.facts.loanable,
        course=read.facts.course,
        project=read.facts.project,
        period=read.facts.period,
        reserve=policy.kind(read.facts.item_type).reserve,
        received_at=row.received_at,
        in_print=row.in_print,
        equivalents=policy.loss.equivalent_days is not None,
        loan=next((loan for loan in loans if loan.closed_at is None), None),
        history=tuple(loan for loan in loans if loan.closed_at is not None),
        cases=_cases(connection, policy, _case.c.copy_id == read.copy_id),
        slip=slip_of(connection, policy, read.copy_id),
        waiting=_waiting(connection, read.title_id),
        instructors=_instructors(connection, read.facts.course),
        managers=_managers(connection, read.facts.project),
    )


@query
def title_record(reading: Reading, title_id: int, now: datetime) -> TitleRecord | None:
    """All about a title; None if it is gone."""
    policy = reading.library.policies.at(now)
    connection = reading.connection
    row = connection.execute(select(_title).where(_title.c.id == title_id)).first()
    if row is None:
        return None
    return TitleRecord(
        title_id=title_id,
        control_number=row.control_number,
        data=TitleData(
            title=row.title, author=row.author, publisher=row.publisher, year=row.year, language=row.language,
            isbn=row.isbn, subjects=row.subjects, shelf_mark=row.shelf_mark,
            in_print=None if row.in_print is None else bool(row.in_print),
            electronic_access=bool(row.electronic_access),
        ),
        copies=_copies(connection, policy, title_id),
        queue=_queue(connection, title_id),
    )  # fmt: skip


@query
def open_cases(reading: Reading, now: datetime) -> tuple[CaseLine, ...]:
    """The losses and damages that are not settled, the soonest deadline first."""
    policy = reading.library.policies.at(now)
    return _cases(reading.connection, policy, _case.c.settled_at.is_(None))


@query
def choices(reading: Reading, now: datetime) -> Choices:
    """The kinds, branches and terms that staff choose from."""
    policy = reading.library.policies.at(now)
    terms = reading.connection.execute(select(rows.term.c.name).order_by(rows.term.c.first_day.desc())).scalars()
    kinds = policy.item_types
    return Choices(
        kinds=tuple(Named(kind.slug, kind.name.tr, kind.name.en) for kind in kinds),
        reserves=tuple(Named(kind.slug, kind.name.tr, kind.name.en) for kind in kinds if kind.reserve),
        branches=tuple(Named(branch.slug, branch.name.tr, branch.name.en) for branch in policy.branches),
        terms=tuple(terms),
    )


@query
def in_demand(reading: Reading) -> tuple[DemandLine, ...]:
    """Titles that people wait for, by the length of the queue for each copy, the longest first (ITU-C16)."""
    waiting = (
        select(_hold.c.title_id, func.count().label("waiting"))
        .where(_hold.c.status == HoldStatus.WAITING)
        .group_by(_hold.c.title_id)
        .subquery()
    )
    lendable = and_(_copy.c.loanable.is_(True), _copy.c.state.not_in((CopyState.LOST, CopyState.WITHDRAWN)))
    copies = func.count(case((lendable, 1))).label("copies")
    found = reading.connection.execute(
        select(
            _title.c.id, _title.c.title, _title.c.author, waiting.c.waiting, copies,
            func.count(case((_copy.c.period.is_not(None), 1))).label("shortened"),
        )
        .join_from(waiting, _title, _title.c.id == waiting.c.title_id)
        .join(_copy, _copy.c.title_id == _title.c.id, isouter=True)
        .group_by(_title.c.id, _title.c.title, _title.c.author, waiting.c.waiting)
        .order_by((waiting.c.waiting * 1.0 / case((copies > 1, copies), else_=1)).desc(), _title.c.id)
        .limit(_MOST)
    )  # fmt: skip
    return tuple(
        DemandLine(row.id, row.title, row.author, row.waiting, row.copies, bool(row.shortened)) for row in found
    )


def _loans(connection: Connection, copy_id: int) -> tuple[CopyLoan, ...]:
    found = connection.execute(
        select(_loan, *_WHO)
        .join_from(_loan, _member, _member.c.id == _loan.c.member_id, isouter=True)
        .where(_loan.c.copy_id == copy_id)
        .order_by(_loan.c.closed_at.is_not(None), _loan.c.lent_at.desc(), _loan.c.id.desc())
        .limit(_MOST)
    )
    return tuple(
        CopyLoan(
            who=_known(row),
            lent_at=row.lent_at,
            due=row.due_at,
            hourly=bool(row.hourly),
            returned_at=row.returned_at,
            closed_at=row.closed_at,
            state=str(row.state),
            renewals=row.renewals,
            recalled=row.recalled_at is not None,
        )
        for row in found
    )


def _cases(connection: Connection, policy: Policy, condition: Any) -> tuple[CaseLine, ...]:  # noqa: ANN401 - SQL
    """Open ones first, the soonest deadline first; who had the item, as long as the loan says so."""
    statement: Select[Any] = (
        select(
            _case, _copy.c.barcode, _title.c.title, _title.c.language, _title.c.in_print, _loan.c.item_type, *_WHO
        )
        .join_from(_case, _copy, _copy.c.id == _case.c.copy_id)
        .join(_title, _title.c.id == _copy.c.title_id)
        .join(_loan, _loan.c.id == _case.c.loan_id)
        .join(_member, _member.c.id == _loan.c.member_id, isouter=True)
        .where(condition)
        .order_by(
            _case.c.settled_at.is_not(None), _case.c.deadline.is_(None), _case.c.deadline, _case.c.opened_at.desc()
        )
        .limit(_MOST * 4)
    )  # fmt: skip
    return tuple(_case_line(policy, row) for row in connection.execute(statement))


def _case_line(policy: Policy, row: Row[*tuple[Any, ...]]) -> CaseLine:
    to_choose = row.settled_at is None and row.remedy is None
    return CaseLine(
        barcode=row.barcode,
        title=row.title,
        who=_known(row),
        kind=str(row.kind),
        intentional=bool(row.intentional),
        declared=bool(row.declared),
        opened_at=row.opened_at,
        deadline=row.deadline,
        remedy=row.remedy,
        settled_at=row.settled_at,
        remedies=losing.remedies(policy, row.item_type, row.in_print) if to_choose else (),
        in_dollars=to_choose and losing.in_dollars(policy, row.item_type, row.language),
    )


def _waiting(connection: Connection, title_id: int) -> int:
    waits = and_(_hold.c.title_id == title_id, _hold.c.status == HoldStatus.WAITING)
    return int(connection.execute(select(func.count()).select_from(_hold).where(waits)).scalar_one())


def _instructors(connection: Connection, course: str | None) -> tuple[Known, ...]:
    teaching = rows.teaching
    found = connection.execute(
        select(*_WHO, teaching.c.term)
        .join_from(teaching, _member, _member.c.id == teaching.c.member_id)
        .where(teaching.c.course == course)
        .order_by(_member.c.surname, teaching.c.id)
        .limit(_MOST)
    )
    return tuple(_known(row, row.term or "") for row in found)


def _managers(connection: Connection, project: str | None) -> tuple[Known, ...]:
    manager = rows.project_manager
    found = connection.execute(
        select(*_WHO)
        .join_from(manager, _member, _member.c.id == manager.c.member_id)
        .where(manager.c.project == project)
        .order_by(_member.c.surname, _member.c.id)
        .limit(_MOST)
    )
    return tuple(_known(row) for row in found)


def _copies(connection: Connection, policy: Policy, title_id: int) -> tuple[CopyOfTitle, ...]:
    mark = func.coalesce(func.nullif(_copy.c.shelf_mark, ""), _title.c.shelf_mark).label("mark")
    found = connection.execute(
        select(_copy, _title.c.title, _title.c.author, mark, _loan.c.due_at, _loan.c.hourly)
        .join_from(_copy, _title, _title.c.id == _copy.c.title_id)
        .join(_loan, and_(_loan.c.copy_id == _copy.c.id, _loan.c.closed_at.is_(None)), isouter=True)
        .where(_copy.c.title_id == title_id)
        .order_by(_copy.c.state == CopyState.WITHDRAWN, _copy.c.branch, _copy.c.id)
        .limit(_MOST * 4)
    )
    return tuple(
        CopyOfTitle(
            item=describing.item_of_row(policy, row),
            due=row.due_at if row.state == CopyState.ON_LOAN else None,
            hourly=bool(row.hourly),
            period=row.period,
            course=row.course,
            loanable=bool(row.loanable),
        )
        for row in found
    )


def _queue(connection: Connection, title_id: int) -> tuple[InQueue, ...]:
    found = connection.execute(
        select(_hold.c.placed_at, _hold.c.pickup_until, _hold.c.status, *_WHO)
        .join_from(_hold, _member, _member.c.id == _hold.c.member_id)
        .where(_hold.c.title_id == title_id, or_(*(_hold.c.status == each for each in ("waiting", "ready"))))
        .order_by(_hold.c.status != HoldStatus.READY, _hold.c.placed_at, _hold.c.id)
        .limit(_MOST * 2)
    )
    return tuple(
        InQueue(_known(row), row.placed_at, row.pickup_until if row.status == HoldStatus.READY else None)
        for row in found
    )


def _known(row: Any, note: str = "") -> Known:  # noqa: ANN401 - a row with _WHO
    if row.who is None:
        return Known(None, "", "")
    return Known(row.who, f"{row.given_name} {row.surname}", row.number, note)
