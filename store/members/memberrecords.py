"""Reads a member's whole record for the staff, and the members who wait for them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, exists, null, select

from store import rows
from store.circulation import overrides
from store.library import Library
from store.members.accounts import account
from store.members.membercards import guarded
from store.members.statements import statement
from store.money import receipts
from store.policy.calendar import Calendar
from store.policy.model import Policy
from store.policy.standing import form_good_through
from store.results.memberrecord import (
    ActLine,
    CardLine,
    CategoryLine,
    FormLine,
    MemberRecord,
    OpenTask,
    SuspensionEntry,
    Waiting,
    WaitingMembers,
)
from store.states import CardStatus, MemberStatus
from store.transaction import Reading, query

_MOST = 100
_audit = rows.audit_entry


def record(library: Library, member_id: int, now: datetime) -> MemberRecord:
    """Everything about a member. Raises NoResultFound for an id that nobody has."""
    kept = _kept(library, member_id, now)
    return MemberRecord(
        account=account(library, member_id, now),
        statement=statement(library, member_id, now),
        receipts=receipts.of_member(library, member_id),
        overrides=overrides.of_member(library, member_id),
        **kept,
    )


def categories(library: Library, now: datetime) -> tuple[CategoryLine, ...]:
    """The patron categories of the rules in force."""
    return tuple(
        CategoryLine(each.slug, each.name.tr, each.name.en, each.needs) for each in library.policies.at(now).categories
    )


@query
def waiting(reading: Reading, now: datetime) -> WaitingMembers:
    """Who waits for a decision of the staff."""
    library = reading.library
    connection, policy = reading.connection, library.policies.at(now)
    calendar = library.calendars.of(reading.connection, policy.branches[0].slug)
    member, application, task, card = rows.member, rows.application, rows.task, rows.card
    other = card.alias()
    person = (member.c.id, member.c.surname, member.c.given_name, member.c.number, member.c.category)
    has_another = exists().where(and_(other.c.member_id == member.c.id, other.c.status == CardStatus.OK))
    statements = (
        select(*person, application.c.applied_at.label("since"), application.c.deadline.label("until"))
        .join_from(application, member, member.c.id == application.c.member_id)
        .where(application.c.decided_at.is_(None), member.c.status == MemberStatus.PENDING)
        .order_by(application.c.applied_at, application.c.id),
        select(*person, task.c.raised_at.label("since"), task.c.deadline.label("until"))
        .join_from(task, member, member.c.id == task.c.member_id)
        .where(task.c.slug == "cancel_membership", task.c.done_at.is_(None))
        .order_by(task.c.raised_at, task.c.id),
        select(*person, card.c.registered_at.label("since"), null().label("until"))
        .join_from(card, member, member.c.id == card.c.member_id)
        .where(card.c.status == CardStatus.LOST, member.c.status == MemberStatus.ACTIVE, ~has_another)
        .order_by(member.c.name_fold, member.c.id),
    )
    lists = [
        tuple(_wait(row, policy, calendar, now) for row in connection.execute(each.limit(_MOST))) for each in statements
    ]
    return WaitingMembers(*lists)


@query
def holder(reading: Reading, card: str) -> int | None:
    """Whose card this is, whatever its state; None if it is no member's."""
    table = rows.card
    found: int | None = reading.connection.execute(select(table.c.member_id).where(table.c.number == card)).scalar()
    return found


@query
def _kept(reading: Reading, member_id: int, now: datetime) -> dict[str, Any]:
    connection, member, application = reading.connection, rows.member, rows.application
    row = connection.execute(select(member).where(member.c.id == member_id)).one()
    applied = connection.execute(
        select(application.c.applied_at, application.c.deadline)
        .where(application.c.member_id == member_id, application.c.decided_at.is_(None))
        .order_by(application.c.id.desc())
        .limit(1)
    ).first()
    cards = _cards(connection, member_id)
    return {
        "joined_at": row.joined_at,
        "has_pin": row.pin_hash is not None,
        "locked_until": _locked_until(
            connection, guarded(reading.library, row.number, member_id, tuple(card.number for card in cards)), now
        ),
        "applied_at": applied.applied_at if applied else None,
        "decide_until": applied.deadline if applied else None,
        "cards": cards,
        "suspensions": _suspensions(connection, member_id),
        "teaches": _words(connection, select(rows.teaching.c.course).where(rows.teaching.c.member_id == member_id)),
        "manages": _words(
            connection, select(rows.project_manager.c.project).where(rows.project_manager.c.member_id == member_id)
        ),
        "exchange_terms": _words(
            connection, select(rows.exchange_listing.c.term).where(rows.exchange_listing.c.member_id == member_id)
        ),
        "forms": _forms(connection, reading.library.policies.at(now), member_id),
        "tasks": _tasks(connection, member_id),
        "acts": _acts(connection, member_id),
    }


def _locked_until(connection: Connection, subjects: tuple[str, ...], now: datetime) -> datetime | None:
    guard = rows.sign_in_guard
    found = connection.execute(
        select(guard.c.locked_until).where(guard.c.subject.in_(subjects), guard.c.locked_until > now)
    ).scalars()
    return max(found, default=None)


def _cards(connection: Connection, member_id: int) -> tuple[CardLine, ...]:
    card = rows.card
    found = connection.execute(
        select(card.c.number, card.c.status, card.c.registered_at, card.c.document)
        .where(card.c.member_id == member_id)
        .order_by(card.c.registered_at.desc(), card.c.id.desc())
    )
    return tuple(CardLine(row.number, str(row.status), row.registered_at, row.document) for row in found)


def _suspensions(connection: Connection, member_id: int) -> tuple[SuspensionEntry, ...]:
    table, staff = rows.suspension, rows.staff
    found = connection.execute(
        select(table.c.id, table.c.kind, table.c.clause, table.c.starts_at, table.c.ends_at, table.c.note, staff.c.name)
        .join_from(table, staff, staff.c.id == table.c.staff_id, isouter=True)
        .where(table.c.member_id == member_id)
        .order_by(table.c.ends_at.desc(), table.c.id.desc())
        .limit(_MOST)
    )
    return tuple(SuspensionEntry(*row[:6], staff=row.name or "") for row in found)


def _words(connection: Connection, statement: Select[Any]) -> tuple[str, ...]:
    return tuple(sorted(connection.execute(statement).scalars()))


def _forms(connection: Connection, policy: Policy, member_id: int) -> tuple[FormLine, ...]:
    form = rows.protocol_form
    found = connection.execute(
        select(form.c.institution, form.c.dated).where(form.c.member_id == member_id).order_by(form.c.dated.desc())
    )
    return tuple(FormLine(row.institution, row.dated, form_good_through(policy, row.dated)) for row in found)


def _tasks(connection: Connection, member_id: int) -> tuple[OpenTask, ...]:
    task, copy, title = rows.task, rows.copy, rows.title
    found = connection.execute(
        select(task.c.id, task.c.slug, task.c.raised_at, task.c.deadline, title.c.title)
        .join_from(task, copy, copy.c.id == task.c.copy_id, isouter=True)
        .join(title, title.c.id == copy.c.title_id, isouter=True)
        .where(task.c.member_id == member_id, task.c.done_at.is_(None))
        .order_by(task.c.raised_at, task.c.id)
        .limit(_MOST)
    )
    return tuple(OpenTask(row.id, row.slug, row.raised_at, row.deadline, row.title or "") for row in found)


def _acts(connection: Connection, member_id: int) -> tuple[ActLine, ...]:
    staff, pseudonym = rows.staff, rows.pseudonym
    found = connection.execute(
        select(
            _audit.c.at, _audit.c.act, _audit.c.outcome, _audit.c.barcode, _audit.c.reasons, _audit.c.detail,
            staff.c.name,
        )
        .join_from(_audit, pseudonym, pseudonym.c.code == _audit.c.who)
        .join(staff, staff.c.id == _audit.c.staff_id, isouter=True)
        .where(pseudonym.c.member_id == member_id)
        .order_by(_audit.c.at.desc(), _audit.c.id.desc())
        .limit(_MOST)
    )  # fmt: skip
    return tuple(
        ActLine(
            at=row.at,
            act=row.act,
            outcome=row.outcome,
            barcode=row.barcode or "",
            staff=row.name or "",
            reasons=tuple(reason[0] for reason in row.reasons),
            why=str(row.detail.get("reason") or row.detail.get("override_reason") or row.detail.get("note") or ""),
        )
        for row in found
    )


def _wait(row: Row[*tuple[Any, ...]], policy: Policy, calendar: Calendar, now: datetime) -> Waiting:
    category = policy.category_of.get(row.category)
    return Waiting(
        member_id=row.id,
        name=f"{row.given_name} {row.surname}",
        number=row.number,
        category_tr=category.name.tr if category else row.category,
        category_en=category.name.en if category else row.category,
        since=row.since,
        until=row.until,
        days_left=None if row.until is None else _days_left(calendar, row.until, now),
    )


def _days_left(calendar: Calendar, until: datetime, now: datetime) -> int:
    """Working days up to the day of the deadline; -1 once it has passed."""
    if until < now:
        return -1
    today, last = calendar.local(now).date(), calendar.local(until).date()
    return sum(calendar.is_working_day(today + timedelta(days=ahead)) for ahead in range(1, (last - today).days + 1))
