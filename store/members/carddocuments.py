"""The document that stands for a lost card at the desk (METU-2-a.lost-card-doc)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select, update

from store import rows
from store.act import At
from store.desk.permissions import needs
from store.desk.roles import Right
from store.policy.verdict import Reason, Refused
from store.states import CardStatus
from store.transaction import Transaction, use_case


@use_case
@needs(Right.LEND, "card_document")
def record_card_document(
    tx: Transaction, member_id: int, issuer: str, dated: date, now: datetime, at: At
) -> Refused | None:
    """Note the issuer and date of the document that staff have seen in place of the member's lost card.

    From then on the desk may lend on it (`At.card_document`), where the policy lets it. Refusals: `card_not_lost`,
    `document_date_unfit` for a day to come.
    """
    card = rows.card
    lost = (
        tx.connection.execute(
            select(card.c.id)
            .where(card.c.member_id == member_id, card.c.status == CardStatus.LOST)
            .order_by(card.c.registered_at.desc(), card.c.id.desc())
        )
        .scalars()
        .first()
    )
    if lost is None:
        return _refuse(tx, Reason("card_not_lost", None, "see_account"), member_id, now, at)
    if dated > now.astimezone(tx.library.calendars.zone).date():
        return _refuse(tx, Reason("document_date_unfit", None, "fill_in"), member_id, now, at)
    document = f"{issuer.strip()}, {dated.isoformat()}"
    tx.connection.execute(update(card).where(card.c.id == lost).values(document=document))
    tx.record("card_document", "done", now, at, member_id=member_id, detail={"document": document})
    return None


def _refuse(tx: Transaction, reason: Reason, member_id: int, now: datetime, at: At) -> Refused:
    tx.record("card_document", "refused", now, at, member_id=member_id, reasons=(reason,))
    return Refused((reason,))
