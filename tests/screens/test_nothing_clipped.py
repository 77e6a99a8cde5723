"""At 80x24, in both languages: no word is cut off, every control is on the screen and can be reached."""

from __future__ import annotations

import re

import pytest
from textual.geometry import Region
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Static

from kiosk.app import Kiosk
from screens import words
from screens.frame import LanguageChosen
from screens.widgets.button import BigButton
from tests.screens.conftest import Place, answered, text_of
from tests.screens.pages import WAYS, app_for

pytestmark = pytest.mark.usefixtures("no_seconds_pass")
WORD = re.compile(r"[^\W_]{3,}")


def _region_text(app: Kiosk, region: Region) -> str:
    lines = text_of(app).splitlines()[region.y : region.bottom]
    return " ".join(line[region.x : region.right] for line in lines)


def _scrolls(widget: Widget) -> bool:
    """What stands in a page that scrolls can be scrolled to."""
    return any(isinstance(node, Widget) and node.max_scroll_y > 0 for node in widget.ancestors)


def _clipped(app: Kiosk) -> list[str]:
    cut = []
    for widget in app.screen.query(Static):
        if not widget.region or not widget.display or _scrolls(widget):
            continue
        told = str(widget.render())
        shown = _region_text(app, widget.region)
        cut += [f"{widget.id or widget.classes}: {word}" for word in WORD.findall(told) if word not in shown]
    return cut


@pytest.mark.parametrize("name", sorted(WAYS))
async def test_no_word_is_cut_and_no_control_unreachable(place: Place, name: str) -> None:
    """Every word of every text stands in its place; every button lies wholly on the screen; then in English."""
    app = app_for(place, name)
    async with app.run_test(size=(80, 24)) as pilot:
        await WAYS[name](pilot)
        # A card over a page is closed before the language can be changed.
        for language in ("tr",) if isinstance(app.screen, ModalScreen) else words.LANGUAGES:
            app.post_message(LanguageChosen(language))
            await pilot.pause()
            await answered(pilot)
            assert _clipped(app) == [], language
            _check_buttons(app)


def _check_buttons(app: Kiosk) -> None:
    for button in app.screen.query(BigButton):
        if button.display and all(node.display for node in button.ancestors_with_self if isinstance(node, Widget)):
            seen = app.screen.find_widget(button).visible_region
            assert seen.height >= 3 and seen.size == button.region.size, button.id
            assert button.disabled or button.focusable, button.id
