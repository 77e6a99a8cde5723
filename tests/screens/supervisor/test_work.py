"""A morning at the work list: what waits is opened and closed, letters are mended, reports are looked at and saved."""

from __future__ import annotations

import csv
import stat

import pytest
from msgspec.structs import replace
from textual.pilot import Pilot

from screens.supervisor import pages
from screens.supervisor.task_kinds import NAMES, name_of, way_to
from screens.terminal import Terminal, TerminalSettings
from store.act import At
from store.desk import worklist
from store.desk.tasks import raise_task
from store.results.tasks import BY_THEIR_ACT, TaskLine, closes
from store.transaction import Transaction, use_case
from tests.screens.conftest import NOW, Place, press, scan, shows, type_slowly
from tests.screens.supervisor.ways_work import LETTERS, REPORTS, TASKS
from tests.screens.walking import CLERK, OWNER, section, then

TEACHER = 5
"A member of the demo."


@use_case
def _ask_for_letter(tx: Transaction, /, at: At) -> None:
    raise_task(tx, "letter_to_unit", NOW, member_id=TEACHER)
    tx.record("test", "done", NOW, at)


async def _written(pilot: Pilot[None], text: str) -> None:
    await type_slowly(pilot, text)
    await press(pilot, "enter")


async def test_a_letter_to_the_unit_is_written_and_struck_off(place: Place) -> None:
    """With a note; who did it stands with it afterwards."""
    app = place.app()
    async with app.run_test(size=(120, 34)) as pilot:
        await section(4, card=CLERK)(pilot)
        assert place.library is not None
        _ask_for_letter(place.library, At("test"))
        await press(pilot, "f5")
        await shows(pilot, "Hangi işler?")
        await press(pilot, "escape", "f6", "f6")
        shown = await shows(pilot, "Birime yazı", "9 iş bekliyor")
        assert "İbrahim" in shown
        await press(pilot, "end", "f4")
        await shows(pilot, "Yazı yazıldı")
        await press(pilot, "down", "enter")
        await shows(pilot, "Not")
        await press(pilot, "enter")
        await shows(pilot, "Lütfen doldurun")
        await _written(pilot, "2026/17")
        await shows(pilot, "8 iş bekliyor", "tamam")
        await press(pilot, "f6")
        await shows(pilot, "Birime yazı", "Selin Kara", "2026/17")


async def test_the_list_by_kind_leads_to_the_letters_that_did_not_arrive(place: Place) -> None:
    """Enter opens them, of that member alone; sent again they leave both lists."""
    app = place.app()
    async with app.run_test(size=(120, 34)) as pilot:
        await TASKS(pilot)
        await press(pilot, "f5")
        await shows(pilot, "Geri çağırma ulaşmadı   1")
        await press(pilot, *["down"] * 3, "enter")
        await shows(pilot, "3 iş bekliyor · yalnız: Mektup ulaşmadı")
        await press(pilot, "enter")
        await shows(pilot, "Düzeltilecek 3", "Kerem Tunç")
        await press(pilot, "f4")
        await shows(pilot, "Yeniden gönder")
        await press(pilot, "down", "enter")
        await shows(pilot, "Mektup yeniden sırada", "Düzeltilecek 2")
        assert place.library is not None
        assert len(worklist.waiting(place.library, "notice_undelivered", 0, NOW).lines) == 2


async def test_an_address_is_corrected_where_the_letter_stands(place: Place) -> None:
    """A wrong one is named; the right one holds for the member."""
    app = place.app()
    async with app.run_test(size=(120, 34)) as pilot:
        await LETTERS(pilot)
        await scan(pilot, "201017")
        await shows(pilot, "yalnız Kerem Tunç")
        await press(pilot, "f4", "down", "down", "enter")
        await shows(pilot, "Adresi düzelt", "kerem.tunc@itu.edu.tr")
        await press(pilot, "ctrl+u")
        await _written(pilot, "kerem")
        await shows(pilot, "e-posta adresine benzemiyor")
        await press(pilot, "enter", "f4", "down", "down", "enter")
        await press(pilot, "ctrl+u")
        await _written(pilot, "kerem@ev.example")
        await shows(pilot, "Adres düzeltildi", "Düzeltilecek 2", "yalnız")
        await press(pilot, "f9", *(["down"] * 5), "enter")
        assert "yalnız" not in await shows(pilot, "Düzeltilecek 3", "Defne Ağaoğlu")


async def test_a_letter_is_read_as_it_went(place: Place) -> None:
    """Subject, address and text; the list stands behind it as before."""
    app = place.app()
    async with app.run_test(size=(120, 34)) as pilot:
        await LETTERS(pilot)
        await press(pilot, "down", "f3")
        await shows(pilot, "Kime: kerem.tunc@itu.edu.tr", "Sayın Kerem Tunç", "Kind of Blue")
        await press(pilot, "escape")
        await shows(pilot, "Düzeltilecek 4")


async def test_a_recall_that_the_member_heard_of_otherwise(place: Place) -> None:
    """The days count from the moment that is entered; one that lies ahead is none."""
    app = place.app()
    async with app.run_test(size=(120, 34)) as pilot:
        await LETTERS(pilot)
        await press(pilot, "f4", *["down"] * 3, "enter")
        await shows(pilot, "02.03.2026 14:32")
        await press(pilot, "ctrl+u")
        await _written(pilot, "03.03.2026 09:00")
        await shows(pilot, "henüz gelmedi", "03.03.2026 09:00")
        await press(pilot, "ctrl+u")
        await _written(pilot, "02.03.2026 09:00")
        await shows(pilot, "Düzeltilecek 3", "Son tarih")


async def test_a_letter_is_given_up_with_a_note(place: Place) -> None:
    """It leaves what waits and stays among what came back."""
    app = place.app()
    async with app.run_test(size=(120, 34)) as pilot:
        await LETTERS(pilot)
        await press(pilot, "f4", *["down"] * 4, "enter")
        await shows(pilot, "Hiçbir tarih ve ceza değişmez")
        await _written(pilot, "telefonla")
        await shows(pilot, "Düzeltilecek 3", "Geri geldi 4")


async def test_reports_by_period_and_branch_are_saved_for_the_owner_alone(place: Place) -> None:
    """What is shown stands in the file; a second one does not take its place."""
    app = place.app()
    async with app.run_test(size=(120, 34)) as pilot:
        await REPORTS(pilot)
        await press(pilot, "f3", "end", "enter")
        await shows(pilot, "Bir yıl")
        await press(pilot, "f5", "down", "enter")
        await shows(pilot, "Mustafa İnan")
        await press(pilot, "down", "down")
        await shows(pilot, "ITU-A5")
        await press(pilot, "f6")
        await shows(pilot, "Yazıldı: ")
        await press(pilot, "f6")
    first, second = sorted((place.folder / "reports").iterdir())
    assert stat.S_IMODE(first.stat().st_mode) == 0o600
    assert first.read_bytes() == second.read_bytes()
    with first.open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.reader(file))
    assert lines[0] == ["İşlem", "Gerekçe", "Madde", "Sayı"]
    assert ["Ödünç", "Para cezanız sınırın üzerinde", "ITU-A5", "6"] in lines


async def test_every_report_names_no_member(place: Place) -> None:
    """Neither on the screen nor in what is kept."""
    app = place.app()
    async with app.run_test(size=(120, 34)) as pilot:
        await section(7, card=OWNER)(pilot)
        for _report in range(7):
            shown = await shows(pilot, "bütün şubeler" if _report < 6 else "son kayıt")
            assert not any(name in shown for name in ("Kerem", "Defne", "Özlem", "15201"))
            await press(pilot, "down")


async def test_a_folder_that_cannot_be_written_is_said(place: Place) -> None:
    """The report stays on the screen."""
    (place.folder / "reports").write_text("a file in its place", "utf-8")
    app = place.app()
    async with app.run_test(size=(120, 34)) as pilot:
        await REPORTS(pilot)
        await press(pilot, "f6")
        await shows(pilot, "Rapor yazılamıyor", "[reports]")


async def test_a_language_change_keeps_what_is_shown(place: Place) -> None:
    """Kind, view and report stay; the words change. What was said of one report is not said of another."""
    app = place.app()
    async with app.run_test(size=(120, 34)) as pilot:
        await then(REPORTS, "f6", "wait:✓", "down")(pilot)
        assert "✓" not in await shows(pilot, "30 gün")  # it was about the report before
        await press(pilot, "f2")
        await shows(pilot, "Busiest hours · 30 days", "Mon")
        assert app.terminal.duty is not None


@pytest.mark.parametrize("slug", [*NAMES, "a_kind_of_tomorrow"])
def test_every_kind_of_task_has_a_page_or_is_closed_by_hand(slug: str) -> None:
    """The page exists; a kind that nobody named opens the copy or the member, and is closed with a note."""
    about = TaskLine(
        1, slug, NOW, None, None, 7, "Ayşe Kaya", "15", "300001", "Tutunamayanlar", "", None, "", "",
    )  # fmt: skip
    way = way_to(about)
    assert way is not None and way.screen in pages(Terminal(TerminalSettings(), lambda: NOW))
    assert name_of(slug) != slug
    assert (closes(slug) is None) == (slug in BY_THEIR_ACT)
    assert way_to(replace(about, slug="a_kind_of_tomorrow", member_id=None, barcode="")) is None
