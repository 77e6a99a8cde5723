"""Ways through the hold shelf."""

from __future__ import annotations

from tests.screens.walking import Way, section, then

_SHELF = section(3, "wait:Gülşah D.")
WAYS: dict[str, Way] = {
    "staff-shelf": _SHELF,
    "staff-shelf-clear": then(_SHELF, "f7"),
    "staff-shelf-returned": then(_SHELF, "scan:300033", "wait:Cem Ü."),
    "staff-shelf-unknown": then(_SHELF, "scan:999999"),
}
PAGES = ("staff-shelf", "staff-shelf-returned")
