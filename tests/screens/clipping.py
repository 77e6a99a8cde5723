"""What must hold of every page at every size: no word is cut off, every control is on the screen and can be reached."""

from __future__ import annotations

import re

from textual.geometry import Region
from textual.widget import Widget
from textual.widgets import Static

from kiosk.app import Kiosk
from screens.widgets.button import BigButton
from tests.screens.conftest import text_of

WORD = re.compile(r"[^\W_]{3,}")


def _region_text(lines: list[str], region: Region) -> str:
    return " ".join(line[region.x : region.right] for line in lines[region.y : region.bottom])


def _scrolls(widget: Widget) -> bool:
    """What stands in a page that scrolls can be scrolled to; what merely is too long for its place can not."""
    return any(isinstance(node, Widget) and node.show_vertical_scrollbar for node in widget.ancestors)


def _clipped(app: Kiosk) -> list[str]:
    cut, lines = [], text_of(app).splitlines()
    for widget in app.screen.query(Static):
        if not widget.region or not widget.display or _scrolls(widget):
            continue
        told = str(widget.render())
        shown = _region_text(lines, widget.region)
        cut += [f"{widget.id or widget.classes}: {word}" for word in WORD.findall(told) if word not in shown]
    return cut


def check_page(app: Kiosk, where: str) -> None:
    """Every word of every text stands in its place; every button lies wholly on the screen. AssertionError if not."""
    assert _clipped(app) == [], where
    _check_buttons(app)


def _check_buttons(app: Kiosk) -> None:
    for button in app.screen.query(BigButton):
        if button.display and all(node.display for node in button.ancestors_with_self if isinstance(node, Widget)):
            seen = app.screen.find_widget(button).visible_region
            assert seen.height >= 3 and seen.size == button.region.size, button.id
            assert button.disabled or button.focusable, button.id
