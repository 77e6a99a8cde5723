"""What the making of a PIN answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class CodeSent:
    """A one-time code is on its way."""

    ticket: int
    "Names this code in the next step."
    address: str
    "Where it was sent, most of it hidden: `a•••@itu.edu.tr`."
    expires_at: datetime
    pin_length: int
