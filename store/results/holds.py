"""What placing and cancelling a hold answer."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class HoldPlaced:
    """The hold stands."""

    hold_id: int
    position: int
    "Place in the queue, from 1."


@dataclass(frozen=True, slots=True)
class HoldCancelled:
    """The hold is given up."""

    hold_id: int
