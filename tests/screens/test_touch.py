"""Terminals without a keyboard: whatever is asked, every key to answer it can be touched."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from textual.pilot import Pilot

from screens.messages import Go
from screens.welcome import FormWanted
from screens.widgets.keypad import ENTER, Key
from tests.screens.conftest import Place, answered, opened, press, scan, sign_in

Way = Callable[[Pilot[None]], Awaitable[None]]
SIZES = ((120, 34), (100, 30), (80, 24))


async def _typed_card(pilot: Pilot[None]) -> None:
    await press(pilot, "f3")


async def _card(pilot: Pilot[None]) -> None:
    await scan(pilot, "201001")


async def _first_pin(pilot: Pilot[None]) -> None:
    pilot.app.post_message(FormWanted(forgotten=False))


async def _application(pilot: Pilot[None]) -> None:
    await press(pilot, "f8")


async def _search(pilot: Pilot[None]) -> None:
    await press(pilot, "f7")


async def _settings(pilot: Pilot[None]) -> None:
    await sign_in(pilot)
    pilot.app.screen.post_message(Go("settings"))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("way", [_typed_card, _card, _first_pin, _application, _search, _settings])
async def test_every_key_is_whole_on_the_screen(
    place: Place, way: Callable[[Pilot[None]], Awaitable[None]], size: tuple[int, int]
) -> None:
    """However small the panel: a name with a letter that is cut off could not be written."""
    app = place.app(on_screen_keyboard=True, typed_cards=True, applications=True)
    async with app.run_test(size=size) as pilot:
        await opened(pilot)
        await way(pilot)
        await answered(pilot)
        await pilot.pause()
        keys = [key for key in app.screen.query(Key) if key.display and key.parent is not None and key.region.size]
        assert {ENTER, "q", "ö", "1"} <= {key.letter for key in keys}
        foot = app.screen.query_one("#foot").region.y
        assert all(key.region.bottom <= foot for key in keys)
