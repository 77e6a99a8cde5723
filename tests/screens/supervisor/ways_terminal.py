"""Ways through the terminal's section."""

from __future__ import annotations

from tests.screens.walking import CLERK, Way, on_duty, section, then

_ACCOUNTS = section(10, "f6", "wait:Selin")
WAYS: dict[str, Way] = {
    "staff-terminal": section(10),
    "staff-terminal-clerk": section(10, card=CLERK),
    "staff-sections": then(on_duty(), "f9"),
    "staff-accounts": _ACCOUNTS,
    "staff-accounts-acts": then(_ACCOUNTS, "f4"),
    "staff-accounts-new": then(_ACCOUNTS, "f3"),
    "staff-accounts-last-supervisor": then(
        _ACCOUNTS, "f4", "down", "down", "down", "enter", "wait:açmayacak", "enter", "wait:Son gözetmen"
    ),
}
PAGES = ("staff-terminal", "staff-accounts", "staff-accounts-new")
