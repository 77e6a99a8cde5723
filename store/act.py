"""Where and how an act is done: it stands in every use case's last argument and in every audit entry."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct


class At(Struct, frozen=True):
    """The circumstances of an act."""

    terminal: str
    "Name of the terminal, or of the staff process."
    channel: str = "kiosk"
    "`kiosk`, `desk`, `web`, `phone`, `email`"
    visit: str | None = None
    "One visit at a terminal: within it a repeated scan gets the same answer."
    staff: int | None = None
    "The member of staff who acts."
    second: int | None = None
    "A second member of staff who has signed for a grave act."
    override_reason: str | None = None
    "Written reason of a supervisor who allows what the rules refuse."
    loan_type: str = "standard"
    due: datetime | None = None
    "A due date that staff enter (interlibrary loans)."
    branch: str | None = None
    "Where the act happens, if not at the item's own branch."
    card_document: bool = False
    "Staff have recorded a document in place of a lost card (METU-2-a.lost-card-doc)."
