"""Names and values beneath each other: what is known of a record."""

from __future__ import annotations

from collections.abc import Iterable

from textual.content import Content


def facts(pairs: Iterable[tuple[str, Content | str]]) -> Content:
    """A line for each pair, the names as wide as the widest; a pair without a value is left out."""
    kept = [(name, value) for name, value in pairs if value]
    width = max((len(name) for name, _value in kept), default=0)
    return Content("\n").join(Content.assemble((f"{name:<{width}}  ", "$text-muted"), value) for name, value in kept)
