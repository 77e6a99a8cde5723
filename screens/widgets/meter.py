"""How much of a limit is used, as a bar and in numbers: `Kitap ▰▰▰▰▰▰▰▱▱▱ 7 / 10`."""

from __future__ import annotations

from textual.content import Content

WIDTH = 10


def meter(label: str, used: int, limit: int | None) -> Content:
    """A bar of ten; full is said by a sign as well as by colour. No limit: the number alone."""
    if limit is None:
        return Content(f"{label}  {used}")
    filled = min(WIDTH, round(WIDTH * used / limit)) if limit else WIDTH
    if used and not filled:
        filled = 1
    # A meter is one word to whoever breaks lines.
    label = label.replace(" ", "\u00a0")
    full = used >= limit
    style = "$warning" if full else "$accent"
    bar = ("▰" * filled + "▱" * (WIDTH - filled), style)
    return Content.assemble(
        f"{label}\u00a0\u00a0", bar, f"\u00a0\u00a0{used}\u00a0/\u00a0{limit}", ("\u00a0■", "$warning") if full else ""
    )
