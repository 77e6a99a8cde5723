"""Esc in supervisor mode: one step back, at last the desk; it signs nobody out."""

from __future__ import annotations

import pytest

from screens.supervisor.sections import SECTIONS, walked
from tests.screens.conftest import Place, answered, press, scan, shows, type_slowly
from tests.screens.supervisor.ways_work import TASKS
from tests.screens.walking import OWNER, on_duty, section


def test_whoever_comes_again_to_a_page_is_back_there() -> None:
    """From a copy to its title and to the copy again: Esc leads out, not round and round."""
    trail: tuple[str, ...] = ()
    for page in ("staff_members", "staff_member", "staff_copy", "staff_title", "staff_copy"):
        trail = walked(trail, page)
    assert trail == ("staff_members", "staff_member", "staff_copy")
    assert walked(trail, "staff_desk") == ()


@pytest.mark.parametrize("place_of", range(len(SECTIONS)), ids=[each.slug for each in SECTIONS])
async def test_every_section_leads_back_to_the_desk(place: Place, place_of: int) -> None:
    """And there Esc says what leaves."""
    app = place.app()
    async with app.run_test(size=(80, 24)) as pilot:
        await section(place_of)(pilot)
        await press(pilot, "escape", "escape")
        await shows(pilot, "Banko", "F10 gözetmen kipinden çıkar")
        await press(pilot, "f10")
        await shows(pilot, "Kartınızı okutun")


async def test_what_the_tasks_have_opened_leads_back_to_them(place: Place) -> None:
    """Letters of one member, a member's record and its copy; what was chosen in the list is still chosen."""
    app = place.app()
    async with app.run_test(size=(120, 34)) as pilot:
        await TASKS(pilot)
        await press(pilot, "f5", *["down"] * 3, "enter")
        await shows(pilot, "yalnız: Mektup ulaşmadı")
        await press(pilot, "enter")
        await shows(pilot, "Düzeltilecek 3")
        await press(pilot, "escape")
        await shows(pilot, "yalnız: Mektup ulaşmadı")
        await press(pilot, "escape")
        await shows(pilot, "Banko")


async def test_a_record_opened_from_the_desk_leads_back_to_the_member_there(place: Place) -> None:
    """A second Esc puts the member away."""
    app = place.app()
    async with app.run_test(size=(120, 34)) as pilot:
        await on_duty()(pilot)
        await scan(pilot, "201001")
        await shows(pilot, "3 / 10")
        await press(pilot, "f4", "end", "enter")
        assert app.terminal.duty is not None and app.terminal.duty.trail == ("staff_member",)
        await press(pilot, "escape")
        await shows(pilot, "Ayşe Kaya", "3 / 10")
        await press(pilot, "escape")
        await answered(pilot)
        assert "Ayşe" not in await shows(pilot, "okutulur")


async def test_what_was_typed_goes_first(place: Place) -> None:
    """Among the members as at the desk."""
    app = place.app()
    async with app.run_test(size=(120, 34)) as pilot:
        await section(1, "wait:iş günü")(pilot)
        await type_slowly(pilot, "kaya")
        await shows(pilot, "15201001")
        await press(pilot, "escape")
        await shows(pilot, "iş günü")
        await press(pilot, "escape")
        await shows(pilot, "Banko", "okutulur")


async def test_who_begins_with_the_rules_comes_back_to_them(place: Place) -> None:
    """The simulator leads to the rules, these to the desk."""
    app = place.app()
    async with app.run_test(size=(120, 34)) as pilot:
        await on_duty(OWNER)(pilot)
        await press(pilot, "f5")
        await shows(pilot, "ITU-C1")
        await press(pilot, "escape")
        await shows(pilot, "Sürümler")
        await press(pilot, "escape")
        await shows(pilot, "Banko", "okutulur")
