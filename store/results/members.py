"""What the making of a PIN answers, and what stands against leaving."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct


class CodeSent(Struct, frozen=True):
    """A one-time code is on its way."""

    ticket: int
    "Names this code in the next step."
    address: str
    "Where it was sent, most of it hidden: `a•••@itu.edu.tr`."
    expires_at: datetime
    pin_length: int


class Obstacle(Struct, frozen=True):
    """A thing that is not back or not settled."""

    title: str
    barcode: str
    until: datetime | None
    "Its due date, or the deadline of a loss."


class Obstacles(Struct, frozen=True):
    """Everything that stands against clearance; amounts in kuruş."""

    loans: tuple[Obstacle, ...]
    cases: tuple[Obstacle, ...]
    "Losses and damages that are not settled."
    fines: int
    charges: int
