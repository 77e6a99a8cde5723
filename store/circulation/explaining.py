"""What a checkout would be answered, and why: read-only, with the facts that `checkouts.checkout` would read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from store.circulation.facts import member_facts, read_copy
from store.errors import LibraryError
from store.library import Library
from store.policy import explaining
from store.policy.calendar import Calendar
from store.policy.facts import Asked, CopyFacts, MemberFacts
from store.policy.model import Policy
from store.policy.said import Said
from store.states import CardStatus
from store.tables import Card
from store.transaction import query


class NoSuchMember(LibraryError):
    """No member has this card."""


class NoSuchCopy(LibraryError):
    """No copy has this barcode."""


@dataclass(frozen=True, slots=True)
class ExplainedCheckout:
    """The facts of a checkout as they stand, and its explanation."""

    policy: Policy
    calendar: Calendar
    member: MemberFacts
    copy: CopyFacts
    title: str
    checkout: explaining.Checkout


def explain_checkout(library: Library, card: str, barcode: str, now: datetime, asked: Asked) -> ExplainedCheckout:
    """What `checkouts.checkout` would answer at `now`; nothing is written, not even to the audit.

    Raises NoSuchMember and NoSuchCopy.
    """
    return _explain(library, library, card, barcode, now, asked)


@query
def _explain(
    session: Session, library: Library, card: str, barcode: str, now: datetime, asked: Asked
) -> ExplainedCheckout:
    policy, connection = library.policies.at(now), session.connection()
    member_id = session.execute(
        select(col(Card.member_id)).where(col(Card.number) == card, col(Card.status) != CardStatus.REPLACED)
    ).scalar()
    if member_id is None:
        raise NoSuchMember(Said("no member has the card {card}", card=card), Said("check the number"))
    copy = read_copy(connection, barcode, member_id, now, lock=False)
    if copy is None:
        raise NoSuchCopy(Said("no copy has the barcode {barcode}", barcode=barcode), Said("check the barcode"))
    member = member_facts(connection, policy, member_id, now, lock=False)
    calendar = library.calendars.of(session, copy.facts.branch)
    explained = explaining.checkout(policy, calendar, member, copy.facts, asked, now)
    return ExplainedCheckout(policy, calendar, member, copy.facts, copy.title, explained)
