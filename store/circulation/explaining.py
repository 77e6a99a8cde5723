"""What a checkout would be answered, and why: read-only, with the facts that `checkouts.checkout` would read."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct
from sqlalchemy import select

from store import rows
from store.circulation.facts import member_facts, read_copy
from store.errors import LibraryError
from store.policy import explaining
from store.policy.calendar import Calendar
from store.policy.facts import Asked, CopyFacts, MemberFacts
from store.policy.model import Policy
from store.policy.said import Said
from store.states import CardStatus
from store.transaction import Reading, query


class NoSuchMember(LibraryError):
    """No member has this card."""


class NoSuchCopy(LibraryError):
    """No copy has this barcode."""


class ExplainedCheckout(Struct, frozen=True):
    """The facts of a checkout as they stand, and its explanation."""

    policy: Policy
    calendar: Calendar
    member: MemberFacts
    copy: CopyFacts
    title: str
    checkout: explaining.Checkout


@query
def explain_checkout(reading: Reading, card: str, barcode: str, now: datetime, asked: Asked) -> ExplainedCheckout:
    """What `checkouts.checkout` would answer at `now`; nothing is written, not even to the audit.

    Raises NoSuchMember and NoSuchCopy.
    """
    library = reading.library
    policy, connection = library.policies.at(now), reading.connection
    member_id = reading.connection.execute(
        select(rows.card.c.member_id).where(rows.card.c.number == card, rows.card.c.status != CardStatus.REPLACED)
    ).scalar()
    if member_id is None:
        raise NoSuchMember(Said("no member has the card {card}", card=card), Said("check the number"))
    copy = read_copy(connection, barcode, member_id, now, lock=False)
    if copy is None:
        raise NoSuchCopy(Said("no copy has the barcode {barcode}", barcode=barcode), Said("check the barcode"))
    member = member_facts(connection, policy, member_id, now, lock=False)
    calendar = library.calendars.of(reading.connection, copy.facts.branch)
    explained = explaining.checkout(policy, calendar, member, copy.facts, asked, now)
    return ExplainedCheckout(policy, calendar, member, copy.facts, copy.title, explained)
