"""What the audit says of an act."""

from __future__ import annotations

from sqlmodel import Session, col, select

from store.tables import AuditEntry
from tests.screens.conftest import Place


def entries(place: Place, act: str) -> list[AuditEntry]:
    """The entries of an act, oldest first."""
    assert place.library is not None
    with Session(place.library.database.read) as session:
        return list(session.exec(select(AuditEntry).where(AuditEntry.act == act).order_by(col(AuditEntry.id))))
