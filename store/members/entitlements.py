"""What a category asks for or a member may show: exchange lists, protocol forms, courses taught, projects managed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import ColumnElement, Table, delete, insert, select

from store import rows
from store.act import At
from store.desk.permissions import needs
from store.desk.roles import Right
from store.policy.verdict import Reason, Refused
from store.results.memberrecord import Listed
from store.transaction import Reading, Transaction, query, use_case


@use_case
@needs(Right.REGISTER, "protocol_form")
def record_protocol_form(
    tx: Transaction, member_id: int, dated: date, institution: str, now: datetime, at: At, signed: bool = True
) -> Refused | None:
    """Note a protocol form that staff have checked (METU-1-C-e.form-sign).

    Refusals: `signature_missing`, `institution_missing`, `day_to_come` for a form dated later than today.
    """
    slug = None
    if not signed:
        slug = "signature_missing"
    elif not institution.strip():
        slug = "institution_missing"
    elif dated > now.astimezone(tx.library.calendars.zone).date():
        slug = "day_to_come"
    if slug is not None:
        return _refuse(tx, "protocol_form", Reason(slug, None, "check_form"), member_id, now, at)
    values = {"member_id": member_id, "dated": dated, "institution": institution.strip(), "staff_id": at.staff}
    tx.connection.execute(insert(rows.protocol_form).values(values))
    tx.record("protocol_form", "done", now, at, member_id=member_id, detail={"dated": dated.isoformat()})
    return None


@use_case
@needs(Right.REGISTER, "exchange_list")
def set_exchange_list(
    tx: Transaction, term: str, numbers: Iterable[str], now: datetime, at: At
) -> tuple[str, ...] | Refused:
    """Take in a term's approved exchange list in place of an earlier one (METU-1-C-b.list-import).

    Gives the numbers that no member has. Refusal: `term_unknown`.
    """
    if not _is_term(tx, term):
        return _refuse(tx, "exchange_list", Reason("term_unknown", None, "set_up_term"), None, now, at)
    connection, listing, wanted = tx.connection, rows.exchange_listing, tuple(dict.fromkeys(numbers))
    found: dict[str, int] = {}
    for start in range(0, len(wanted), 500):
        chosen = rows.member.c.number.in_(wanted[start : start + 500])
        statement = select(rows.member.c.number, rows.member.c.id).where(chosen)
        found |= {row.number: row.id for row in connection.execute(statement)}
    connection.execute(delete(listing).where(listing.c.term == term))
    if found:
        connection.execute(insert(listing), [{"member_id": key, "term": term} for key in found.values()])
    tx.record("exchange_list", "done", now, at, detail={"term": term, "listed": len(found)})
    return tuple(number for number in wanted if number not in found)


@use_case
@needs(Right.REGISTER, "exchange_list")
def list_for_exchange(
    tx: Transaction, member_id: int, term: str, now: datetime, at: At, listed: bool = True
) -> Refused | None:
    """Put one member on a term's exchange list, or take the member off it. Refusals: `term_unknown`, `recorded_so`."""
    if not _is_term(tx, term):
        return _refuse(tx, "exchange_list", Reason("term_unknown", None, "set_up_term"), member_id, now, at)
    values = {"member_id": member_id, "term": term}
    return _set(tx, rows.exchange_listing, values, listed, "exchange_list", now, at)


@use_case
@needs(Right.REGISTER)
def assign_course(
    tx: Transaction, member_id: int, course: str, now: datetime, at: At, teaches: bool = True
) -> Refused | None:
    """The member teaches the course, so that its reserve copies may be lent for the term (ITU-I2b), or no longer does.

    Refusals: `course_missing`, `recorded_so`.
    """
    if not 1 <= len(course.strip()) <= 40:
        return _refuse(tx, "assign_course", Reason("course_missing", None, "fill_in"), member_id, now, at)
    values = {"member_id": member_id, "course": course.strip()}
    return _set(tx, rows.teaching, values, teaches, "assign_course", now, at)


@use_case
@needs(Right.REGISTER, "project_manager")
def name_project_manager(
    tx: Transaction, member_id: int, project: str, now: datetime, at: At, manages: bool = True
) -> Refused | None:
    """The member manages the project, so that its items may be lent for a year (METU-2-f.register), or no longer does.

    Refusals: `project_missing`, `recorded_so`.
    """
    if not 1 <= len(project.strip()) <= 40:
        return _refuse(tx, "project_manager", Reason("project_missing", None, "fill_in"), member_id, now, at)
    values = {"member_id": member_id, "project": project.strip()}
    return _set(tx, rows.project_manager, values, manages, "project_manager", now, at)


@query
def terms(reading: Reading) -> tuple[str, ...]:
    """The terms that the calendar knows, the latest first."""
    term = rows.term
    return tuple(reading.connection.execute(select(term.c.name).order_by(term.c.first_day.desc())).scalars())


@query
def exchange_list(reading: Reading, term: str) -> tuple[Listed, ...]:
    """Who is on a term's exchange list."""
    listing, member = rows.exchange_listing, rows.member
    found = reading.connection.execute(
        select(member.c.id, member.c.surname, member.c.given_name, member.c.number)
        .join_from(listing, member, member.c.id == listing.c.member_id)
        .where(listing.c.term == term)
        .order_by(member.c.name_fold, member.c.id)
        .limit(2000)
    )
    return tuple(Listed(row.id, f"{row.given_name} {row.surname}", row.number) for row in found)


def _set(
    tx: Transaction, table: Table, values: dict[str, object], wanted: bool, act: str, now: datetime, at: At
) -> Refused | None:
    """Let a row stand or not, whichever is wanted."""
    connection, member_id = tx.connection, values["member_id"]
    assert isinstance(member_id, int)
    same: list[ColumnElement[bool]] = [table.c[name] == value for name, value in values.items()]
    stands = connection.execute(select(table.c.member_id).where(*same)).first() is not None
    if stands is wanted:
        return _refuse(tx, act, Reason("recorded_so", None, "see_account"), member_id, now, at)
    connection.execute(insert(table).values(values) if wanted else delete(table).where(*same))
    detail = {name: value for name, value in values.items() if name != "member_id"} | {"stands": wanted}
    tx.record(act, "done", now, at, member_id=member_id, detail=detail)
    return None


def _is_term(tx: Transaction, term: str) -> bool:
    return tx.connection.execute(select(rows.term.c.name).where(rows.term.c.name == term)).first() is not None


def _refuse(tx: Transaction, act: str, reason: Reason, member_id: int | None, now: datetime, at: At) -> Refused:
    tx.record(act, "refused", now, at, member_id=member_id, reasons=(reason,))
    return Refused((reason,))
