"""The section of the rules as its owners use it: read, searched, lived through, and changed by two people."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

from msgspec.structs import replace
from textual.pilot import Pilot

from store.rules import versions
from tests.screens.conftest import Place, press, scan, shows, text_of, type_slowly
from tests.screens.supervisor.audit import entries
from tests.screens.supervisor.ways_policy import WAYS
from tests.screens.walking import CLERK, STAFF_PIN, SUPERVISOR, section

WIDE = (120, 34)


async def _sign(pilot: Pilot[None], card: str) -> None:
    """A second member of staff signs."""
    await shows(pilot, "ikinci bir görevli")
    await scan(pilot, card)
    await type_slowly(pilot, STAFF_PIN)
    await press(pilot, "enter")


async def test_rules_are_read_with_their_clauses_and_searched(place: Place) -> None:
    """Owners begin here; a line shows the regulation's words and the kind of its clause; typing finds clauses."""
    app = place.app()
    async with app.run_test(size=WIDE) as pilot:
        await WAYS["staff-policy"](pilot)
        await shows(pilot, "ITU-B3  [veri]", "“Y. Lisans/Doktora")
        await press(pilot, "f3")
        await type_slowly(pilot, "GECIKME cezası geciken her saat")
        await shows(pilot, "ITU-M6a", "[uygulanan]")
        assert "ITU-M5" not in text_of(app)
        await press(pilot, "escape")
        await shows(pilot, "Sürümler")
        await press(pilot, "f2")
        await shows(pilot, "Versions", "How many at once")


async def test_a_version_is_loaded_by_two_and_withdrawn_by_two(place: Place) -> None:
    """Looked at, signed for by a supervisor, in the list as one to come; withdrawn again, it never holds."""
    app = place.app()
    async with app.run_test(size=WIDE) as pilot:
        await WAYS["staff-policy-new-load"](pilot)
        await press(pilot, "enter")
        await type_slowly(pilot, "S-2026/3")
        await press(pilot, "enter")
        await _sign(pilot, SUPERVISOR)
        await shows(pilot, "✓ itu-2026-1 yüklendi", "yürürlüğe girecek", "Murat Tan", "S-2026/3")
        assert place.library is not None
        assert place.library.policies.on(date(2026, 9, 1)).version == "itu-2026-1"
        await press(pilot, "enter", "f4", "down", "enter")
        await shows(pilot, "geri çekilsin mi")
        await press(pilot, "enter")
        await _sign(pilot, SUPERVISOR)
        await shows(pilot, "✓ itu-2026-1 geri çekildi")
        assert [line.state for line in versions.versions(place.library, place.clock())] == ["withdrawn", "in_force"]
    loaded, withdrawn = entries(place, "load_policy"), entries(place, "withdraw_policy")
    assert [each.outcome for each in (*loaded, *withdrawn)] == ["done", "done"]
    assert loaded[0].detail["decision"] == "S-2026/3" and "second" in loaded[0].detail


async def test_nobody_loads_alone_nor_for_a_day_that_has_begun(place: Place) -> None:
    """Without a second sign-in nothing is done; a day too early is refused before anybody is asked to sign."""
    app = place.app()
    async with app.run_test(size=WIDE) as pilot:
        await WAYS["staff-policy-new-load"](pilot)
        await press(pilot, "enter")
        await type_slowly(pilot, "S-1")
        await press(pilot, "enter")
        await shows(pilot, "ikinci bir görevli")
        await press(pilot, "escape", "f5")
        await shows(pilot, "Yürürlük")
        await press(pilot, *(["backspace"] * 10))
        await type_slowly(pilot, "02.03.2026")
        await press(pilot, "enter")
        await type_slowly(pilot, "S-1")
        await press(pilot, "enter")
        await shows(pilot, "O gün çok erken", "3 Mar")
        assert place.library is not None and len(versions.versions(place.library, place.clock())) == 1


async def test_a_faulty_file_is_shown_and_never_loaded(place: Place) -> None:
    """Each fault with its line; the way to load it is shut."""
    app = place.app()
    async with app.run_test(size=WIDE) as pilot:
        await WAYS["staff-policy-new"](pilot)
        await press(pilot, "down", "f3")
        await shows(pilot, "✗ 1 hata", "renewals.opens_after_percent", "Yüklenemez")
        await press(pilot, "f5")
        assert "Karar" not in text_of(app)
        await press(pilot, "f3", "end", "f3")
        await shows(pilot, "notlar.toml", "✗ 1 hata")


async def test_a_folder_without_examples_has_none_that_fail(place: Place) -> None:
    """Said so where the version is loaded, not counted."""
    folder = place.folder / "rules"
    folder.mkdir()
    shutil.copy(Path(place.store.policy_folder) / "itu-2026.toml", folder)
    place.store = replace(place.store, policy_folder=str(folder))
    app = place.app()
    async with app.run_test(size=WIDE) as pilot:
        await WAYS["staff-policy-new-load"](pilot)
        assert "Tutmayan örnek" not in await shows(pilot, "Karar", "örnek yok")


async def test_desk_staff_read_and_try_but_do_not_load(place: Place) -> None:
    """The simulator is everybody's; a new version is not."""
    app = place.app()
    async with app.run_test(size=WIDE) as pilot:
        await section(8, "wait:Sürümler", "f6", card=CLERK)(pilot)
        assert app.screen.query_one("#new").disabled and "itu-2026.toml" not in text_of(app)
        await press(pilot, "f5")
        await shows(pilot, "────", "ITU-C1")


async def test_a_loan_is_lived_through_without_touching_the_library(place: Place) -> None:
    """An undergraduate's reserve item, late by an hour: letter, fine, suspension, each with its clause."""
    app = place.app()
    async with app.run_test(size=WIDE) as pilot:
        await WAYS["staff-simulator"](pilot)
        before = _rows(place)
        await press(pilot, "f3")
        await shows(pilot, "Ne denensin")
        await press(pilot, "down", "down", "down", "enter", "down", "down", "enter")
        await press(pilot, *(["enter"] * 5))
        await shows(pilot, "Rezerv", "ITU-I2a", "ITU-M6a")
        await press(pilot, "f7", "f7", "f7", "f4", "down", "enter")
        await shows(pilot, "← Geç iade edildi", "Gecikme cezası", "Askıda", "ITU-M6b")
        await press(pilot, "f5", "f6")
        assert _rows(place) == before
        await press(pilot, "f10")
        await shows(pilot, "Kartınızı okutun")


def _rows(place: Place) -> int:
    return len(entries(place, "checkout")) + len(entries(place, "checkin")) + len(entries(place, "job_loans"))
