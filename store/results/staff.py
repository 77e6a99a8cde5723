"""The staff as the list of accounts shows them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from store.states import Role


@dataclass(frozen=True, slots=True)
class StaffLine:
    """One account."""

    staff_id: int
    name: str
    role: Role
    card: str
    disabled_at: datetime | None
