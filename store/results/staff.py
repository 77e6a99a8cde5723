"""The staff as the list of accounts shows them."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from store.states import Role


class StaffLine(Struct, frozen=True):
    """One account."""

    staff_id: int
    name: str
    role: Role
    card: str
    disabled_at: datetime | None
