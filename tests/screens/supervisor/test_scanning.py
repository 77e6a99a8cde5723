"""A scan means something on every page of supervisor mode."""

from __future__ import annotations

import pytest

from screens.supervisor.sections import SECTIONS
from tests.screens.conftest import Place, press, scan, shows
from tests.screens.walking import section

_WITHOUT_ITEMS = ("tasks", "reports", "policy", "calendar", "terminal")
_PLACES = [place for place, each in enumerate(SECTIONS) if each.slug in _WITHOUT_ITEMS]


@pytest.mark.parametrize("number", _PLACES)
async def test_where_scans_do_nothing_else_they_open_the_member_or_the_copy(place: Place, number: int) -> None:
    """The member at the desk, the copy's page; a code of neither is said so."""
    app = place.app()
    async with app.run_test(size=(120, 34)) as pilot:
        await section(number)(pilot)
        await scan(pilot, "999999")
        await shows(pilot, "Bilinmeyen barkod 999999")
        await scan(pilot, "300001")
        await shows(pilot, "Koleksiyona girişi", "300001")
        await press(pilot, "f9", *(["down"] * number), "enter")
        await scan(pilot, "201019")
        await shows(pilot, "Yağmur Eren", "Sıradaki")


async def test_a_card_on_a_copys_page_is_no_unknown_barcode(place: Place) -> None:
    """It opens its member, as a barcode on a member's record opens the copy."""
    app = place.app()
    async with app.run_test(size=(120, 34)) as pilot:
        await section(2)(pilot)
        await scan(pilot, "300001")
        await scan(pilot, "201003")
        await shows(pilot, "Zeynep", "Sıradaki")
        await press(pilot, "f9", "down", "enter")
        await scan(pilot, "201003")
        await shows(pilot, "Üye kaydı")
        await scan(pilot, "300001")
        await shows(pilot, "Koleksiyona girişi")
