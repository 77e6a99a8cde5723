"""Where people turn to: told wherever a refusal, or a form that does not work, sends them somewhere."""

from __future__ import annotations

import pytest

from tests.screens.conftest import Place, opened, press, scan, shows

DESK = "(0212) 285 30 13"
HELP = "library-it@itu.edu.tr"


async def test_a_refusal_that_sends_to_the_desk_says_how_to_reach_it(place: Place) -> None:
    """Once a card, in the member's language (ITU-CONTACT)."""
    app = place.app()
    async with app.run_test(size=(120, 34)) as pilot:
        await opened(pilot)
        await press(pilot, "f4")
        await scan(pilot, "300001")
        shown = await shows(pilot, "bankosuna başvurunuz", f"Ödünç Verme Bankosu: {DESK}")
        assert shown.count(DESK) == 1
        await press(pilot, "f2")
        await shows(pilot, f"Lending desk: {DESK}")


@pytest.mark.parametrize(("keys", "more"), [(("f6",), "İlk PIN"), (("f8",), "(0212) 285 35 96")])
async def test_forms_say_who_helps(place: Place, keys: tuple[str, ...], more: str) -> None:
    """The form of a first PIN, that of an application (ITU-MEM-9, ITU-MEM-11)."""
    app = place.app(applications=True, typed_cards=True)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        await press(pilot, *keys)
        await shows(pilot, HELP, more)


async def test_the_page_of_the_pin_says_who_helps(place: Place) -> None:
    """From the start: who has forgotten it looks for help there."""
    app = place.app()
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        await scan(pilot, "201001")
        await shows(pilot, HELP)
