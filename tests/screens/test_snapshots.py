"""How every page and state looks: all in Turkish at 120x34; every page once in English and once at 80x24.

One walk to a state serves all of its pictures: it is drawn small, in English and large without being walked to again,
so that what changes size or language in mid-act is looked at, too. On the way no word may be cut at 80x24.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from pytest_textual_snapshot import SVGImageExtension
from syrupy.assertion import SnapshotAssertion
from textual.pilot import Pilot
from textual.screen import ModalScreen

from kiosk.app import Kiosk
from screens.messages import LanguageChosen
from tests.screens.clipping import check_page
from tests.screens.conftest import Place, answered, text_of
from tests.screens.pages import WAYS, app_for
from tests.screens.supervisor.ways import STAFF_PAGES

WIDE, SMALL = (120, 34), (80, 24)
PAGES = {
    "welcome", "help", "sign-in", "first-pin", "home", "checkout-lent", "checkout-refused", "application", "returns",
    "loans", "holds-ready", "search", "title-holdable", "account", "settings-pin", "rules", "receipt", "countdown",
    "away", "returns-limited", *STAFF_PAGES,
}  # fmt: skip
pytestmark = pytest.mark.usefixtures("no_seconds_pass")
Compare = Callable[..., bool]


@pytest.mark.parametrize("name", sorted(WAYS))
def test_every_state(place: Place, snap_compare: Compare, snapshot: SnapshotAssertion, name: str) -> None:
    """As people see it standing; small and in English, too, if it is a page's one picture."""
    others: dict[str, str] = {}

    async def walk(pilot: Pilot[None]) -> None:
        await WAYS[name](pilot)
        await _settled(pilot)
        await _look_around(pilot, others, whole=name in PAGES)

    assert snap_compare(app_for(place, name), terminal_size=SMALL, run_before=walk)
    drawn = snapshot.use_extension(SVGImageExtension)
    for kind, picture in others.items():
        assert drawn(name=f"{name}-{kind}") == picture


@pytest.mark.parametrize("name", ["help", "countdown", "staff-accounts-new"])
def test_a_card_in_english(place: Place, snap_compare: Compare, name: str) -> None:
    """A card over a page is closed before the language changes, so it is walked to in English."""
    assert snap_compare(app_for(place, name, "en"), terminal_size=WIDE, run_before=WAYS[name])


async def _look_around(pilot: Pilot[None], pictures: dict[str, str], *, whole: bool) -> None:
    """Small, then (the whole way round) in English, in the end large; what is seen on the way is checked and kept."""
    app = pilot.app
    assert isinstance(app, Kiosk)
    check_page(app, "tr")
    if whole:
        pictures["small"] = app.export_screenshot()
    if whole and not isinstance(app.screen, ModalScreen):
        await _speak(pilot, "en")
        check_page(app, "en")
        await _resize(pilot, WIDE)
        pictures["english"] = app.export_screenshot()
        await _speak(pilot, "tr")
    else:
        await _resize(pilot, WIDE)


async def _resize(pilot: Pilot[None], size: tuple[int, int]) -> None:
    await pilot.resize_terminal(*size)
    await _settled(pilot)


async def _settled(pilot: Pilot[None]) -> None:
    """Wait until everything has found its place: what is drawn stays the same."""
    app, same, before = pilot.app, 0, ""
    assert isinstance(app, Kiosk)
    while same < 3:
        await answered(pilot)
        now = text_of(app)
        same, before = (same + 1 if now == before else 0), now
        await asyncio.sleep(0.02)


async def _speak(pilot: Pilot[None], language: str) -> None:
    pilot.app.post_message(LanguageChosen(language))
    await pilot.pause()
    await _settled(pilot)
