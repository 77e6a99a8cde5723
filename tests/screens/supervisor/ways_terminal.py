"""Ways through the terminal's section."""

from __future__ import annotations

from tests.screens.walking import CLERK, Way, on_duty, section, then

_TERMINAL = section(10)
_ACCOUNTS = then(_TERMINAL, "f6", "wait:Selin")
_SETTINGS = then(_TERMINAL, "f3", "wait:library.policy")
_CLOSED = ("f4", "down", "down", "down", "enter", "wait:açmayacak", "enter")
WAYS: dict[str, Way] = {
    "staff-terminal": _TERMINAL,
    "staff-terminal-clerk": section(10, card=CLERK),
    "staff-terminal-end": then(_TERMINAL, "f12", "wait:Emin misiniz"),
    "staff-sections": then(on_duty(), "f9"),
    "staff-settings": _SETTINGS,
    "staff-settings-change": then(_SETTINGS, *(["down"] * 15), "f3", "wait:Onayla"),
    "staff-accounts": _ACCOUNTS,
    "staff-accounts-acts": then(_ACCOUNTS, "f4"),
    "staff-accounts-new": then(_ACCOUNTS, "f3"),
    "staff-accounts-last-supervisor": then(
        _ACCOUNTS, "down", *_CLOSED, "wait:Filiz Ateş: hesap", "home", *_CLOSED, "wait:Son gözetmen"
    ),
}
PAGES = ("staff-terminal", "staff-settings", "staff-accounts", "staff-accounts-new")
