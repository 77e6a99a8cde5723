"""Ways through titles and copies."""

from __future__ import annotations

from tests.screens.walking import Way, section, then

_TITLES = section(2, "wait:F6")
_COPY = then(_TITLES, "scan:300001", "wait:PL248")
_MADONNA = then(_TITLES, "f6", "wait:Madonna", "enter", "wait:K80")
WAYS: dict[str, Way] = {
    "staff-titles": _TITLES,
    "staff-titles-demand": then(_TITLES, "f6", "wait:Madonna"),
    "staff-titles-found": then(_TITLES, "type:oguz ata", "wait:Tutunamayanlar"),
    "staff-titles-new": then(_TITLES, "f3"),
    "staff-title": _MADONNA,
    "staff-title-queue": then(_MADONNA, "f5", "wait:Cem Ünal"),
    "staff-title-copy": then(_MADONNA, "f3"),
    "staff-copy": _COPY,
    "staff-copy-acts": then(_COPY, "f4"),
    "staff-copy-reserve": then(_COPY, "f4", *["down"] * 5, "enter"),
}
PAGES = ("staff-titles", "staff-title", "staff-copy")
