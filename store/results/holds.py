"""What placing and cancelling a hold answer."""

from __future__ import annotations

from msgspec import Struct


class HoldPlaced(Struct, frozen=True):
    """The hold stands."""

    hold_id: int
    position: int
    "Place in the queue, from 1."


class HoldCancelled(Struct, frozen=True):
    """The hold is given up."""

    hold_id: int
