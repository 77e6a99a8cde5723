"""What a scanner reads is one thing only: a card or a copy."""

from __future__ import annotations

from sqlalchemy import Connection, select

from store import rows


def is_taken(connection: Connection, code: str) -> bool:
    """Whether the code is a copy's barcode or the number of a card, whoever has it and whatever it opens."""
    copy, card = rows.copy, rows.card
    return (
        connection.execute(select(copy.c.id).where(copy.c.barcode == code)).first() is not None
        or connection.execute(select(card.c.id).where(card.c.number == code)).first() is not None
    )
