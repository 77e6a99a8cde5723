"""What a search finds."""

from __future__ import annotations

from msgspec import Struct


class Found(Struct, frozen=True):
    """A title in a list of hits."""

    title_id: int
    title: str
    author: str
    year: int | None
    shelf_mark: str
    copies: int
    on_shelf: int
    on_shelf_here: int


class Hits(Struct, frozen=True):
    """The titles that were found, the best first."""

    found: tuple[Found, ...]
    corrected: str = ""
    "What was looked for instead, if what was typed is found nowhere."
