"""How an item is told: what it is, where it belongs, and what its state means."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from screens import words
from screens.words import N_, _

if TYPE_CHECKING:
    from store.results.circulation import Item

STATES = {
    "on_shelf": N_("It belongs on the shelf."),
    "on_loan": N_("It is on loan."),
    "hold_shelf": N_("It waits on the hold shelf for a reader."),
    "in_transit": N_("It is to be put on its shelf by the staff."),
    "in_repair": N_("It is being repaired."),
    "lost": N_("It is recorded as lost. Please give it to the staff."),
    "withdrawn": N_("It no longer belongs to the collection. Please give it to the staff."),
}


def type_name(item: Item) -> str:
    """The item type in the language spoken now."""
    return item.item_type_en if words.current().language == "en" else item.item_type_tr


def branch_name(item: Item) -> str:
    """The branch in the language spoken now."""
    return item.branch_en if words.current().language == "en" else item.branch_tr


def by(item: Item) -> str:
    """Title and author in one line."""
    return f"{item.title} · {item.author}" if item.author else item.title


def describe(item: Item) -> Content:
    """Title, kind, place and state."""
    place = f"{branch_name(item)}  {item.shelf_mark}".rstrip()
    return Content.assemble(
        (by(item), "bold"), f"   {type_name(item)}\n", f"{place}\n", (_(STATES[item.state]), "$accent")
    )
