"""Two sets of colours: one for members, one, unmistakably another, for supervisor mode."""

from __future__ import annotations

from textual.theme import Theme

MEMBER = Theme(
    name="member",
    primary="#7cc4ff",
    secondary="#4a90c2",
    accent="#ffd166",
    foreground="#f2f5f7",
    background="#0f1c2b",
    surface="#16283b",
    panel="#1e3550",
    success="#7ddc8b",
    warning="#ffb454",
    error="#ff8a80",
    dark=True,
)
STAFF = Theme(
    name="staff",
    primary="#ffb454",
    secondary="#c27a1e",
    accent="#ffe08a",
    foreground="#fff8ec",
    background="#2a1206",
    surface="#3d1c0a",
    panel="#5a2a0f",
    success="#9be08b",
    warning="#ffd166",
    error="#ff9a8d",
    dark=True,
)
