"""Letters as staff see them: the queue, what went, what did not arrive."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from msgspec import Struct

from store.states import NoticeStatus

View = Literal["waits", "queued", "sent", "failed", "bounced"]
"What did not arrive and waits for staff; else every letter in a state."
VIEWS: tuple[View, ...] = ("waits", "queued", "sent", "failed", "bounced")
COUNTED = 9999


class LetterLine(Struct, frozen=True):
    """One letter of the list."""

    notice_id: int
    kind: str
    status: NoticeStatus
    at: datetime
    "When it was due, whenever it was written or sent."
    sent_at: datetime | None
    "When it was sent first."
    next_try_at: datetime | None
    attempts: int
    trouble: str
    address: str
    member_id: int | None
    member: str
    number: str
    title: str
    barcode: str
    secret: bool
    "A code: nobody but its addressee reads it, and it is never sent again."
    waits: bool
    "It did not arrive, and a task of the staff asks for it."


class LetterPage(Struct, frozen=True):
    """A page of letters, the newest first."""

    lines: tuple[LetterLine, ...]
    more: bool
    counts: tuple[tuple[View, int], ...]
    "How many there are in each view, of this member or of all; no more than `COUNTED` are counted."


class SentAgain(Struct, frozen=True):
    """The letter is in the queue once more."""

    due: datetime | None
    "The due date that a recall sets anew, where its days count from its delivery (ITU-E2)."
