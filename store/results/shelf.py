"""The hold shelf: what is to be carried there and back, what stands ready, what travels."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from store.results.circulation import Item


class Slip(Struct, frozen=True):
    """What is put on a copy that waits for somebody: others can read it, so a short name and the end of a number."""

    name: str
    number: str
    title: str
    barcode: str
    branch_tr: str
    branch_en: str
    until: datetime


class ShelfLine(Struct, frozen=True):
    """A copy on one of the shelf's lists."""

    item: Item
    since: datetime | None
    "When it was to be carried, stood ready, or left; None: nobody knows."
    slip: Slip | None
    "For whom it waits, if for anybody."


class ShelfLists(Struct, frozen=True):
    """What is to be done at the hold shelf."""

    pull: tuple[ShelfLine, ...]
    "To be put on the hold shelf, the oldest first."
    ready: tuple[ShelfLine, ...]
    "Stands there, the soonest to expire first."
    clear: tuple[ShelfLine, ...]
    "To be taken off: expired, or to go back to its place."
    travelling: tuple[ShelfLine, ...]
    "On its way to its own branch."


class Handled(Struct, frozen=True):
    """What was done with a copy that was scanned at the shelf, and where it belongs now."""

    did: str
    """`returned`, `found`, `received`, `pulled`, `ready` (it stands there already), `expired` (nobody came),
    `reshelved`, `travels` (it belongs to another branch), `nothing`, `in_repair`, `withdrawn`"""
    item: Item
    goes_to: str
    "`shelf`, `hold_shelf`, `transit`, `desk`"
    slip: Slip | None
    fine: int
    "Late fine in kuruş that its return brought."
