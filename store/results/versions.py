"""What is told about the versions of the rules."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct


class VersionLine(Struct, frozen=True):
    """A version of the rules."""

    version: str
    effective_from: datetime
    loaded_at: datetime
    loaded_by: str
    "Name of the member of staff; empty: it came with the installation."
    decision: str
    state: str
    "`in_force`, `past`, `to_come`, `withdrawn`"
