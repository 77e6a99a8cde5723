"""What was drawn holds names, also that of rows and cards that are gone; Textual and Rich remember it for long."""

from __future__ import annotations

import gc
from collections.abc import Iterable

from rich.cells import cached_cell_len
from rich.segment import Segment
from textual._styles_cache import StylesCache
from textual.geometry import Region
from textual.strip import Strip

from screens.frame import KioskScreen

_REMEMBER = (
    # Texts, with their widths and as they are sent to the terminal.
    cached_cell_len, Segment._split_cells, Strip.render_ansi,
    # Colours, with the widgets that had them.
    StylesCache.get_inner_outer,
    # Places at which nothing stands any more.
    Region.intersection, Region.union, Region.shrink, Region.grow, Region.overlaps, Region.contains_region,
    Region.translate, Region.__contains__,
)  # fmt: skip


def forget_drawn(pages: Iterable[KioskScreen]) -> None:
    """Drop it, at the end of a visit; pages have dropped their own lines as they were left."""
    for remembers in _REMEMBER:
        remembers.cache_clear()
    for page in pages:
        page.drop_earlier_states()
    gc.collect()  # rows point at each other: those that are gone would stay for many visits
