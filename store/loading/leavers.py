"""Who is a member here and no longer stands in the institution's file; nothing is changed by asking."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from msgspec import Struct
from sqlalchemy import Row, func, select

from store import rows
from store.act import At
from store.library import Library
from store.members.memberships import clearance
from store.policy.verdict import Refused
from store.states import HoldStatus, MemberStatus
from store.transaction import Reading, query


class Leaver(Struct, frozen=True):
    """An active member whom the file does not name, and what is still open."""

    member_id: int
    number: str
    name: str
    loans: int
    holds: int
    owed: int
    "Unpaid late fines and charges, in kuruş."


@query
def leavers(reading: Reading, numbers: Collection[str]) -> tuple[Leaver, ...]:
    """The active members whose number is not among these, by number."""
    member = rows.member
    loan, hold, entry = rows.loan, rows.hold, rows.ledger_entry
    loans = select(func.count()).where(loan.c.member_id == member.c.id, loan.c.closed_at.is_(None)).scalar_subquery()
    holds = (
        select(func.count())
        .where(hold.c.member_id == member.c.id, hold.c.status.in_((HoldStatus.WAITING, HoldStatus.READY)))
        .scalar_subquery()
    )
    owed = select(func.coalesce(func.sum(entry.c.amount), 0)).where(entry.c.member_id == member.c.id).scalar_subquery()
    active = (
        select(member.c.id, member.c.number).where(member.c.status == MemberStatus.ACTIVE).order_by(member.c.number)
    )
    gone = [row.id for row in reading.connection.execute(active) if row.number not in numbers]
    statement = select(
        member.c.id, member.c.number, member.c.surname, member.c.given_name,
        loans.label("loans"), holds.label("holds"), owed.label("owed"),
    )  # fmt: skip
    found: list[Leaver] = []
    for begin in range(0, len(gone), 400):
        some = statement.where(member.c.id.in_(gone[begin : begin + 400])).order_by(member.c.number)
        found.extend(_leaver(row) for row in reading.connection.execute(some))
    return tuple(found)


def end_memberships(library: Library, gone: Collection[Leaver], now: datetime, at: At) -> tuple[Leaver, ...]:
    """Grant clearance to who has nothing open, each in a transaction of its own; give those to whom it was granted."""
    return tuple(each for each in gone if not isinstance(clearance(library, each.member_id, now, at), Refused))


def _leaver(row: Row[int, str, str, str, int, int, int]) -> Leaver:
    return Leaver(row.id, row.number, f"{row.given_name} {row.surname}", row.loans, row.holds, int(row.owed))
