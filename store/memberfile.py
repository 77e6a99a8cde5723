"""What staff enter about a member: category, cards, discipline, and the lists and forms that a category asks for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import delete, insert, select, update
from sqlmodel import col

from store import rows
from store.act import At
from store.policy import returning
from store.policy.verdict import SuspensionTerms
from store.states import CardStatus
from store.tables import Card
from store.transaction import Transaction, use_case


class Unfit(ValueError):
    """What staff entered does not fit: an unknown category, a card that opens another account."""


@use_case
def set_category(tx: Transaction, member_id: int, category: str, now: datetime, at: At) -> None:
    """Move a member to another patron category; running loans keep their due dates (AMB-042). Raises Unfit."""
    if category not in tx.library.policies.at(now).category_of:
        raise Unfit(f"the policy knows no category {category!r}")
    tx.session.connection().execute(update(rows.member).where(rows.member.c.id == member_id).values(category=category))
    tx.record("set_category", "done", now, at, member_id=member_id, detail={"category": category})


@use_case
def lose_card(tx: Transaction, member_id: int, now: datetime, at: At) -> None:
    """The member reports the card lost: it opens nothing from now on (ITU-A4a)."""
    tx.session.execute(
        update(Card)
        .where(col(Card.member_id) == member_id, col(Card.status) == CardStatus.OK)
        .values(status=CardStatus.LOST)
    )
    tx.record("lose_card", "done", now, at, member_id=member_id)


@use_case
def new_card(tx: Transaction, member_id: int, number: str, now: datetime, at: At) -> None:
    """Register a card in place of all the member's older ones. Raises Unfit if it opens another account."""
    if tx.session.execute(select(col(Card.id)).where(col(Card.number) == number)).first() is not None:
        raise Unfit(f"the card {number} opens an account already")
    tx.session.execute(update(Card).where(col(Card.member_id) == member_id).values(status=CardStatus.REPLACED))
    tx.session.add(Card(number=number, member_id=member_id, registered_at=now))
    tx.record("new_card", "done", now, at, member_id=member_id)


@use_case
def discipline(
    tx: Transaction, member_id: int, effective: datetime, now: datetime, at: At, note: str = ""
) -> SuspensionTerms | None:
    """Enter a decision's suspension from its effective day on (ITU-N7b, N8); None if the policy knows none."""
    policy = tx.library.policies.at(now)
    calendar = tx.library.calendars.of(tx.session, policy.branches[0].slug)
    terms = returning.discipline(policy, calendar, effective)
    if terms is None:
        return None
    tx.session.connection().execute(
        insert(rows.suspension).values(
            member_id=member_id, kind=terms.kind, clause=terms.clause, starts_at=terms.starts, ends_at=terms.ends,
            staff_id=at.staff, note=note,
        )
    )  # fmt: skip
    tx.record("discipline", "done", now, at, member_id=member_id, detail={"until": terms.ends.isoformat()})
    return terms


@use_case
def record_protocol_form(tx: Transaction, member_id: int, dated: date, institution: str, now: datetime, at: At) -> None:
    """Note a protocol form that staff have checked (METU-1-C-e.form-sign)."""
    values = {"member_id": member_id, "dated": dated, "institution": institution, "staff_id": at.staff}
    tx.session.connection().execute(insert(rows.protocol_form).values(values))
    tx.record("protocol_form", "done", now, at, member_id=member_id, detail={"dated": dated.isoformat()})


@use_case
def set_exchange_list(tx: Transaction, term: str, numbers: Iterable[str], now: datetime, at: At) -> tuple[str, ...]:
    """Take in a term's approved exchange list in place of an earlier one (METU-1-C-b.list-import).

    Gives the numbers that no member has.
    """
    connection, listing, wanted = tx.session.connection(), rows.exchange_listing, tuple(dict.fromkeys(numbers))
    found = {
        row.number: row.id
        for row in connection.execute(
            select(rows.member.c.number, rows.member.c.id).where(rows.member.c.number.in_(wanted))
        )
    }
    connection.execute(delete(listing).where(listing.c.term == term))
    if found:
        connection.execute(insert(listing), [{"member_id": key, "term": term} for key in found.values()])
    tx.record("exchange_list", "done", now, at, detail={"term": term, "listed": len(found)})
    return tuple(number for number in wanted if number not in found)


@use_case
def assign_course(tx: Transaction, member_id: int, course: str, now: datetime, at: At) -> None:
    """The member teaches the course: its reserve copies may be lent for the term (ITU-I2b)."""
    tx.session.connection().execute(insert(rows.teaching).values(member_id=member_id, course=course))
    tx.record("assign_course", "done", now, at, member_id=member_id, detail={"course": course})


@use_case
def name_project_manager(tx: Transaction, member_id: int, project: str, now: datetime, at: At) -> None:
    """The member manages the project: its items may be lent for a year (METU-2-f.register)."""
    tx.session.connection().execute(insert(rows.project_manager).values(member_id=member_id, project=project))
    tx.record("project_manager", "done", now, at, member_id=member_id, detail={"project": project})
