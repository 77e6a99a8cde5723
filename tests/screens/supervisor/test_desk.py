"""The desk as staff use it: by scanner, by keys alone, by touch; what is refused is allowed, or not."""

from __future__ import annotations

import sqlite3
from typing import Any, NoReturn

import pytest
from msgspec.structs import replace
from textual.pilot import Pilot
from textual.widgets import Input, OptionList

from kiosk.scanner import GAP
from screens.supervisor.second import SecondSignIn, Signing
from screens.widgets.columns import Lines
from store.act import At
from store.catalogue import finding, search
from store.desk.roles import Right
from store.desk.staff import create_staff
from store.errors import DatabaseBusy
from store.members import signin
from store.states import Role
from tests.screens.conftest import NOW, Place, answered, opened, press, scan, shows, type_slowly
from tests.screens.walking import CLERK, STAFF_PIN, SUPERVISOR, do_act, on_duty, section
from tests.store import worlds

LIBRARY = "library.db"


def _rows(place: Place, sql: str) -> list[Any]:
    database = sqlite3.connect(place.folder / LIBRARY)
    found = database.execute(sql).fetchall()
    database.close()
    return found


def _acts(place: Place) -> list[tuple[str, str]]:
    """What the staff did, the oldest first."""
    return _rows(
        place, "SELECT act, outcome FROM audit_entry WHERE staff_id IS NOT NULL AND act <> 'sign_in' ORDER BY id"
    )


async def test_a_member_comes_borrows_and_goes(place: Place) -> None:
    """By the scanner alone: card, item, the next card; F7 takes the last loan back."""
    app = place.app()
    async with app.run_test(size=(120, 34)) as pilot:
        await on_duty(CLERK)(pilot)
        await scan(pilot, "201006")
        await shows(pilot, "Gülşah Doğan", "★", "15201006")
        await scan(pilot, "300001")
        await shows(pilot, "✓", "Tutunamayanlar", "1 / 15")
        await scan(pilot, "201019")
        await shows(pilot, "Yağmur Eren", "0 / 10")
        await scan(pilot, "300004")
        await shows(pilot, "1 / 10")
        await press(pilot, "f7")
        await shows(pilot, "Geri alındı", "0 / 10")
        await press(pilot, "f5")
        assert "Yağmur" not in await shows(pilot, "okutulur")
    assert _acts(place) == [("checkout", "done"), ("checkout", "done"), ("undo", "done")]
    assert _rows(place, "SELECT channel FROM audit_entry WHERE act = 'undo' AND staff_id IS NOT NULL") == [("desk",)]


async def test_somebody_is_found_and_served_by_keys_alone(place: Place) -> None:
    """Typed, chosen, renewed by telephone: refused to a student, with the clause; the act list does the rest."""
    app = place.app()
    async with app.run_test(size=(120, 34)) as pilot:
        await on_duty()(pilot)
        await type_slowly(pilot, "kaya")
        await shows(pilot, "15201001")
        await press(pilot, "enter")
        await shows(pilot, "Ayşe Kaya", "3 / 10")
        await press(pilot, "f8")
        await shows(pilot, "ITU-D3")
        await press(pilot, "escape")
        lines = app.screen.query_one(Lines)
        first = lines.current
        await press(pilot, "down")
        assert lines.current != first
        await press(pilot, "enter")
        await shows(pilot, "Ne yapılsın?")
        await press(pilot, "down", "down", "enter")
        await shows(pilot, "2 / 10")
        await type_slowly(pilot, "q")
        await press(pilot, "escape", "escape")
        assert "Ayşe" not in await shows(pilot, "okutulur")
    assert _acts(place) == [("renew", "refused"), ("checkin", "done")]


async def test_a_supervisor_allows_with_a_reason(place: Place) -> None:
    """The cursor stands in the reason, without which nothing is allowed; the loan stands with it in the record.

    What nobody may allow has no such key.
    """
    app = place.app()
    async with app.run_test(size=(120, 34)) as pilot:
        await on_duty()(pilot)
        await scan(pilot, "201003")
        await shows(pilot, "10 / 10")
        await scan(pilot, "300001")
        await shows(pilot, "ITU-B0", "Yine de izin ver")
        await press(pilot, "enter")
        await shows(pilot, "Lütfen gerekçeyi yazın")
        await type_slowly(pilot, "sinav")
        await press(pilot, "enter")
        await shows(pilot, "11 / 10", "✓")
        await scan(pilot, "300731")
        await shows(pilot, "kimse izin veremez")
        await press(pilot, "f7")
        await shows(pilot, "kimse izin veremez")
    (detail,) = _rows(
        place, "SELECT detail FROM audit_entry WHERE act = 'checkout' AND outcome = 'done' AND staff_id = 1"
    )
    assert '"override_reason": "sinav"' in detail[0] and "limit_reached" in detail[0]


async def test_a_clerk_calls_a_supervisor(place: Place) -> None:
    """The clerk writes the reason, the supervisor signs with card and PIN; both stand in the record.

    Who is called reads what it is about; a step back keeps the reason.
    """
    app = place.app()
    async with app.run_test(size=(120, 34)) as pilot:
        await on_duty(CLERK)(pilot)
        await scan(pilot, "201003")
        await shows(pilot, "10 / 10")
        await scan(pilot, "300001")
        await shows(pilot, "Gözetmen onaylasın")
        await type_slowly(pilot, "tez")
        await press(pilot, "f7")
        told = ("ikinci bir görevli", "Tutunamayanlar", "Zeynep Çelik", "Gerekçe: tez", "PIN ile imzalar: gözetmen.")
        await shows(pilot, *told)
        await press(pilot, "escape")
        await shows(pilot, "Gözetmen onaylasın", "tez")
        await press(pilot, "enter")
        await shows(pilot, *told)
        await scan(pilot, SUPERVISOR)
        await type_slowly(pilot, STAFF_PIN)
        await press(pilot, "enter")
        await shows(pilot, "11 / 10")
    (detail,) = _rows(
        place, "SELECT detail FROM audit_entry WHERE act = 'checkout' AND outcome = 'done' AND staff_id = 2"
    )
    assert '"second": 1' in detail[0]


async def test_a_hold_is_placed_and_given_up(place: Place) -> None:
    """A title as typed; the hold stands on the member's list; its act gives it up."""
    app = place.app()
    async with app.run_test(size=(120, 34)) as pilot:
        await on_duty(CLERK)(pilot)
        await scan(pilot, "201019")
        await type_slowly(pilot, "kurk mantolu")
        await shows(pilot, "Sabahattin")
        await press(pilot, "enter", "enter")
        await shows(pilot, "ayırtma: bekliyor")
        await press(pilot, "enter", "enter", "enter")
        await shows(pilot, "İptal edildi")
    assert _acts(place) == [("hold", "done"), ("cancel_hold", "done")]


async def test_an_item_in_hand_leads_to_its_borrower(place: Place) -> None:
    """Without a member: what it is; its borrower comes to the desk; then it is taken back, and set back."""
    app = place.app()
    late = _late(place)
    async with app.run_test(size=(120, 34)) as pilot:
        await on_duty()(pilot)
        await scan(pilot, late)
        await shows(pilot, "Ödünç alan", "İade al")
        await press(pilot, "down", "enter")
        await shows(pilot, "Mehmet Yılmaz", "ITU-A5")
        await press(pilot, "f6")
        await scan(pilot, late)
        await shows(pilot, "5 gün geç")
        await press(pilot, "f7", "enter")
        await type_slowly(pilot, "24.02.2026 18:00")
        await press(pilot, "enter")
        await type_slowly(pilot, "iade kutusu")
        await press(pilot, "enter")
        await shows(pilot, "önce: ")
        await press(pilot, "f3")
        await shows(pilot, "Mehmet Yılmaz", "Ödenmemiş ceza 0,00")
    assert _acts(place) == [("checkin", "done"), ("set_back", "done")]


async def test_a_clerk_sets_a_return_back_with_a_signature(place: Place) -> None:
    """Without one, or with a moment that can't be, the form is there again as it was filled."""
    app = place.app()
    late = _late(place)
    async with app.run_test(size=(120, 34)) as pilot:
        await on_duty(CLERK)(pilot)
        await press(pilot, "f6")
        await scan(pilot, late)
        await shows(pilot, "5 gün geç")
        await press(pilot, "f7", "enter")
        await type_slowly(pilot, "24.02.2020 18:00")
        await press(pilot, "enter")
        await type_slowly(pilot, "iade kutusu")
        await press(pilot, "enter")
        await shows(pilot, "ikinci bir görevli", f"Barkod: {late}", "24.02.2020 18:00", "Gerekçe: iade kutusu")
        await press(pilot, "escape", "enter", "enter", "enter")
        await _sign(pilot)
        await shows(pilot, "Bu an olamaz", "24.02.2020 18:00", "iade kutusu")
        await press(pilot, "ctrl+u")
        await type_slowly(pilot, "24.02.2026 18:00")
        await press(pilot, "enter", "enter")
        await _sign(pilot)
        await shows(pilot, "önce: ")
    signed = ("staff_sign_in", "done")
    assert _acts(place) == [("checkin", "done"), signed, ("set_back", "refused"), signed, ("set_back", "done")]


async def _sign(pilot: Pilot[None]) -> None:
    await shows(pilot, "ikinci bir görevli")
    await scan(pilot, SUPERVISOR)
    await type_slowly(pilot, STAFF_PIN)
    await press(pilot, "enter")


def _late(place: Place) -> str:
    sql = (
        "SELECT barcode FROM copy JOIN loan ON loan.copy_id = copy.id JOIN card ON card.member_id = loan.member_id "
        "WHERE card.number = '201002' AND closed_at IS NULL ORDER BY due_at"
    )
    return str(_rows(place, sql)[0][0])


async def test_the_lending_library_says_until_when(place: Place) -> None:
    """An interlibrary item asks for its due date (AMB-048); a wrong one is said so, nothing is lost."""
    _change(place, "UPDATE copy SET item_type = 'interlibrary' WHERE barcode = '300001'")
    app = place.app()
    async with app.run_test(size=(120, 34)) as pilot:
        await on_duty(CLERK)(pilot)
        await scan(pilot, "201006")
        await scan(pilot, "300001")
        await shows(pilot, "Son günü ödünç veren kütüphane belirler")
        await type_slowly(pilot, "yarin")
        await press(pilot, "enter")
        await shows(pilot, "yarin")
        await press(pilot, *["backspace"] * 5)
        await type_slowly(pilot, "20.03.2026")
        await press(pilot, "enter")
        await shows(pilot, "✓", "20 Mar Cum")


async def test_what_a_terminal_took_back_is_seen(place: Place) -> None:
    """It waits at the desk, the oldest first; a scan where items are taken back sees it."""
    late = _late(place)
    place.store = replace(place.store, staff_confirm_returns=True)
    app = place.app()
    async with app.run_test(size=(120, 34)) as pilot:
        await opened(pilot)
        await press(pilot, "f4")
        await scan(pilot, late)
        await shows(pilot, "5 gün geç")
        await press(pilot, "f10")
        await on_duty(CLERK)(pilot)
        await shows(pilot, "görülecek iade", "Mehmet Yılmaz")
        await press(pilot, "enter")
        await shows(pilot, "henüz görülmemiş", late)
        await scan(pilot, late)
        await shows(pilot, "görüldü")
        await press(pilot, "f5")
        assert "görülecek iade" not in await shows(pilot, "okutulur")
    assert _acts(place) == [("confirm_return", "done")]


async def test_the_desk_of_metu(place: Place) -> None:
    """A lost card with its document, a loan for a project, a renewal that staff decide (METU-1-C-f.renew)."""
    _metu(place)
    app = place.app(library_tr="METU")
    async with app.run_test(size=(120, 34)) as pilot:
        await on_duty(CLERK)(pilot)
        await scan(pilot, "C00001")
        await shows(pilot, "KART KAYIP", "METU-2-a.lost-card")
        await press(pilot, "f4")
        await shows(pilot, "Kayıp kart için belgeyi kaydet")
        await press(pilot, "down", "down", "enter")
        await type_slowly(pilot, "Personel Dairesi")
        await press(pilot, "enter")
        await type_slowly(pilot, "27.02.2026")
        await press(pilot, "enter")
        await shows(pilot, "belge: Personel Dairesi, 2026-02-27")
        await press(pilot, "f4", "down", "enter")
        await type_slowly(pilot, "S00001")
        await press(pilot, "enter", "down", "enter")
        await shows(pilot, "✓", "Proje Kitabı")
        await scan(pilot, "C00002")
        await scan(pilot, "S00002")
        await shows(pilot, "✓", "istek üzerine")
        await press(pilot, "f3")
        await shows(pilot, "istendi: karar verin")
        await press(pilot, "enter", "enter")
        await shows(pilot, "1/1")
    assert _rows(place, "SELECT loan_type FROM loan ORDER BY id") == [("project",), ("standard",)]
    assert [act for act, _outcome in _acts(place)] == [
        "card_document", "checkout", "checkout", "renew", "approve_renewal",
    ]  # fmt: skip


def _change(place: Place, sql: str) -> None:
    database = sqlite3.connect(place.folder / LIBRARY)
    database.execute(sql)
    database.commit()
    database.close()


def _metu(place: Place) -> None:
    """A small library under METU's rules, with the demo's clerk."""
    url = f"sqlite:///{place.folder / 'metu.db'}"
    members: dict[str, dict[str, Any]] = {
        "manager": {"category": "full_time_academic", "card": "lost", "manages": ["P1"]},
        "partner": {"category": "ill_member_in_city"},
    }
    items = {
        "p": {"type": "book", "project": "P1", "title": "Proje Kitabı"},
        "b": {"type": "book"},
    }
    library, _world = worlds.library(url, members, items, "metu")
    create_staff(library, "Selin Kara", CLERK, Role.CIRCULATION, STAFF_PIN, NOW, At("test", "desk"))
    library.close()
    (place.folder / LIBRARY).write_bytes((place.folder / "metu.db").read_bytes())
    place.store = replace(place.store, policy="metu")


async def test_a_letter_goes_to_the_next_section_that_begins_with_it(place: Place) -> None:
    """In either alphabet's capitals; after the last to the first; what can't be chosen is passed over."""
    app = place.app()
    async with app.run_test(size=(120, 34)) as pilot:
        await on_duty()(pilot)
        await press(pilot, "f9")
        typed = "kKkqitt"
        for letter, label in zip(
            typed, ("Kasa", "Kurallar", "Kasa", "Kasa", "İşler", "Takvim", "Terminal"), strict=True
        ):
            await _typed(pilot, letter)
            choices = app.screen.query_one(OptionList)
            assert choices.highlighted is not None
            assert str(choices.get_option_at_index(choices.highlighted).prompt).startswith(label)
        await press(pilot, "enter")
        await shows(pilot, "Arıza günlüğü")


async def _typed(pilot: Pilot[None], letter: str) -> None:
    """A letter, and the time after which it can be no scan any more."""
    await press(pilot, letter)
    await pilot.pause(GAP * 1.5)


@pytest.mark.parametrize("number", [0, 1, 2])
async def test_a_library_that_is_busy_while_staff_type_is_told(
    place: Place, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At the desk, among members, among titles: the words stay, and the next key may find."""

    def busy(*_asked: object, **_more: object) -> NoReturn:
        raise DatabaseBusy("somebody else writes")

    app = place.app()
    async with app.run_test(size=(120, 34)) as pilot:
        await section(number)(pilot)
        with monkeypatch.context() as here:
            for module, name in ((finding, "find"), (finding, "members"), (search, "search")):
                here.setattr(module, name, busy)
            await type_slowly(pilot, "ya")
            await shows(pilot, "çok yoğun", "ya")
        await type_slowly(pilot, "r")
        await answered(pilot)
        assert app.is_running and app.screen.query_one("#typed", Input).value == "yar"


async def test_a_library_that_is_busy_while_the_second_signs_is_told_on_the_card(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The PIN is asked again; nothing was done."""

    def busy(*_asked: object) -> NoReturn:
        raise DatabaseBusy("somebody else writes")

    app = place.app()
    async with app.run_test(size=(120, 34)) as pilot:
        await on_duty(CLERK)(pilot)
        app.push_screen(SecondSignIn(app.terminal, Signing("Yine de izin ver", (), (Right.OVERRIDE,))))
        await pilot.pause()
        monkeypatch.setattr(signin, "sign_for", busy)
        await scan(pilot, SUPERVISOR)
        await type_slowly(pilot, STAFF_PIN)
        await press(pilot, "enter")
        await shows(pilot, "çok yoğun")
        assert isinstance(app.screen, SecondSignIn)


async def test_the_key_of_the_next_member_takes_nothing_from_somebody_else(place: Place) -> None:
    """A refusal names who has the item; F5 does nothing there, F11 takes it back and tells whom that cost what."""
    app = place.app()
    async with app.run_test(size=(120, 34)) as pilot:
        await on_duty(CLERK)(pilot)
        await scan(pilot, "201019")
        await scan(pilot, _rows(place, _LATE)[0][0])
        shown = await shows(pilot, "adına ödünçte, iade tarihi", "Önce iade al")
        name = shown.split(" adına ödünçte")[0].split("┃")[-1].strip()
        await press(pilot, "f5")
        await shows(pilot, "Önce iade al")
        assert ("checkin", "done") not in _acts(place)
        await press(pilot, "f11")
        await shows(pilot, "✓", f"{name}: 5,50 TL ceza")
    assert _acts(place)[-2:] == [("checkin", "done"), ("checkout", "done")]


async def test_a_loss_at_the_desk_says_what_it_costs_before_it_is_recorded(place: Place) -> None:
    """The fee and the last day."""
    app = place.app()
    async with app.run_test(size=(120, 34)) as pilot:
        await on_duty(CLERK)(pilot)
        await scan(pilot, "201019")
        await scan(pilot, "300001")
        await do_act(pilot, "Üye kaybetmiş")
        await shows(pilot, "Kayıp: Tutunamayanlar", "şimdi yazılır: 15,00 TL", "Son gün 17 Mar")
        await press(pilot, "enter")
        await shows(pilot, "kayıp olarak kaydedildi")


async def test_that_nothing_can_be_renewed_is_said_so(place: Place) -> None:
    """Not as a number of none."""
    app = place.app()
    async with app.run_test(size=(120, 34)) as pilot:
        await on_duty(CLERK)(pilot)
        await scan(pilot, "201019")
        await do_act(pilot, "Uzatılabilenlerin hepsini uzat")
        await shows(pilot, "Şimdi uzatılabilecek bir şey yok.")


_LATE = """SELECT c.barcode FROM loan l JOIN copy c ON c.id = l.copy_id
           WHERE l.state = 'open' AND l.due_at < '2026-03-01' AND l.item_type = 'book' ORDER BY l.due_at LIMIT 1"""
