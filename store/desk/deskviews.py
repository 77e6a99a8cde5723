"""The member at the desk: who it is, what stands against a loan, what is out and held."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, case, select

from store import rows
from store.act import At
from store.catalogue.titlepages import my_holds
from store.circulation.facts import member_facts
from store.circulation.renewalplans import renewal_plan
from store.library import Library
from store.members.accounts import account
from store.policy import standing
from store.policy.verdict import Reason
from store.results.desk import DeskMember, DeskTask
from store.states import CardStatus
from store.transaction import Reading, query

_AT_DESK = ("renewal_decision", "return_check")
_MOST = 50


def member_at_desk(library: Library, member_id: int, now: datetime, at: At) -> DeskMember:
    """Everything that staff ask before they act. Raises NoResultFound for an id that nobody has."""
    card, status, document, against = _standing(library, member_id, now, at)
    return DeskMember(
        account=account(library, member_id, now),
        card=card,
        card_status=status,
        card_document=document,
        against=against,
        loans=renewal_plan(library, member_id, now, at),
        holds=my_holds(library, member_id, now),
    )


@query
def waiting(reading: Reading) -> tuple[DeskTask, ...]:
    """What waits for a decision or a look at the desk, the oldest first: renewals asked for, returns to be seen."""
    task, loan, copy, title, member = rows.task, rows.loan, rows.copy, rows.title, rows.member
    found = reading.connection.execute(
        select(
            task.c.slug, task.c.raised_at, copy.c.barcode, title.c.title,
            member.c.id, member.c.given_name, member.c.surname,
        )
        .join_from(task, loan, loan.c.id == task.c.loan_id)
        .join(copy, copy.c.id == loan.c.copy_id)
        .join(title, title.c.id == copy.c.title_id)
        .join(member, member.c.id == loan.c.member_id)
        .where(task.c.done_at.is_(None), task.c.slug.in_(_AT_DESK))
        .order_by(task.c.raised_at, task.c.id)
        .limit(_MOST)
    )  # fmt: skip
    return tuple(
        DeskTask(row.slug, row.raised_at, row.barcode, row.title, row.id, f"{row.given_name} {row.surname}")
        for row in found
    )


@query
def _standing(reading: Reading, member_id: int, now: datetime, at: At) -> tuple[str, str, str, tuple[Reason, ...]]:
    connection, policy = reading.connection, reading.library.policies.at(now)
    card, status, document = _card(connection, member_id)
    facts = member_facts(connection, policy, member_id, now, lock=False, card_document=bool(document))
    calendar = reading.library.calendars.of(connection, at.branch or policy.branches[0].slug)
    return card, status, document, standing.against(policy, facts, calendar, at.channel, now)


def _card(connection: Connection, member_id: int) -> tuple[str, str, str]:
    """The card that counts: a good one, else the one that was lost; the document stands with the lost one."""
    card = rows.card
    rank = case({CardStatus.OK.value: 0, CardStatus.LOST.value: 1}, value=card.c.status, else_=2)
    row = connection.execute(
        select(card.c.number, card.c.status, card.c.document)
        .where(card.c.member_id == member_id)
        .order_by(rank, card.c.registered_at.desc())
        .limit(1)
    ).first()
    return ("", "", "") if row is None else (row.number, str(row.status), row.document)
