"""Ways through the section of the rules."""

from __future__ import annotations

from tests.screens.walking import CLERK, OWNER, Way, on_duty, section, then

_RULES = then(on_duty(OWNER), "wait:01.01.2019")
_SIMULATOR = then(_RULES, "f5", "wait:────", "wait:ITU-C1")
_NEW = then(_RULES, "f6", "wait:itu-2026.toml")
_LOOKED = then(_NEW, "f3", "wait:İncelendi")
WAYS: dict[str, Way] = {
    "staff-policy": then(_RULES, *(["down"] * 4), "enter", "down", "down"),
    "staff-policy-clerk": section(8, "wait:Sürümler", card=CLERK),
    "staff-policy-search": then(_RULES, "f3", "type:gecikme cezasi", "enter"),
    "staff-policy-version": then(_RULES, "enter", "f4"),
    "staff-simulator": _SIMULATOR,
    "staff-simulator-choose": then(_SIMULATOR, "f3", "wait:Ne denensin"),
    "staff-simulator-late": then(_SIMULATOR, *(["f7"] * 6), "f4", "enter", "wait:olmadı", "f4", "down", "enter"),
    "staff-policy-new": _NEW,
    "staff-policy-new-faulty": then(_NEW, "down", "f3", "wait:hata"),
    "staff-policy-new-looked": _LOOKED,
    "staff-policy-new-load": then(_LOOKED, "f5", "wait:Yürürlük"),
}
PAGES = ("staff-policy", "staff-simulator", "staff-policy-new")
