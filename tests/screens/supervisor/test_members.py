"""The members' section as staff use it: decide, register, correct, cards, standing, lists, data; nothing stays."""

from __future__ import annotations

import json
from pathlib import Path

from textual.pilot import Pilot

from kiosk.app import Kiosk
from store.members import memberrecords
from store.results.memberrecord import MemberRecord
from tests.screens.conftest import Place, answered, press, scan, shows, text_of, type_slowly
from tests.screens.supervisor.audit import entries
from tests.screens.test_forgetting import _texts
from tests.screens.walking import section

WIDE = (120, 34)


def _record(place: Place, card: str) -> MemberRecord:
    assert place.library is not None
    member_id = memberrecords.holder(place.library, card)
    assert member_id is not None
    return memberrecords.record(place.library, member_id, place.clock())


async def _choose(pilot: Pilot[None], downs: int) -> None:
    """F4, then so many lines down."""
    await press(pilot, "f4", *(["down"] * downs), "enter")


async def test_the_oldest_application_is_opened_and_approved(place: Place) -> None:
    """The list says how many working days are left; the decision is audited with who made it."""
    app = place.app()
    async with app.run_test(size=WIDE) as pilot:
        await section(1, "wait:2 iş günü kaldı", "enter", "wait:Onur Koç")(pilot)
        await _choose(pilot, 0)
        await shows(pilot, "Üyelik şimdi başlar")
        await press(pilot, "enter")
        await shows(pilot, "✓ Başvuru onaylandı.", "etkin")
        assert _record(place, "201011").account.status == "active"
        assert entries(place, "approve")[-1].staff_id == app.terminal.at_desk().staff


async def test_a_member_is_registered_with_a_scanned_card_and_a_wrong_number_said(place: Place) -> None:
    """A number that another has is refused in the form, which keeps the rest; corrected, the record opens.

    The category is nobody's guess: it must be chosen.
    """
    app = place.app()
    async with app.run_test(size=WIDE) as pilot:
        await section(1, "wait:iş günü")(pilot)
        await _new(pilot, "15201001")
        await shows(pilot, "Lütfen doldurun: Üye grubu")
        await press(pilot, "down", "enter")
        await shows(pilot, "Bu numara başkasının", "ada@itu.edu.tr")
        await press(pilot, *["backspace"] * 4)
        await type_slowly(pilot, "9999")
        await press(pilot, *["enter"] * 4)
        await shows(pilot, "Ada Er", "15209999", "PIN yok")
    assert _record(place, "209999").account.email == "ada@itu.edu.tr"


async def _new(pilot: Pilot[None], number: str) -> None:
    await press(pilot, "f3")
    for text in ("Ada", "Er", number, "ada@itu.edu.tr"):
        await type_slowly(pilot, text)
        await press(pilot, "enter")
    await scan(pilot, "209999")
    await press(pilot, "enter")


async def test_a_card_is_lost_and_another_scanned_in_its_place(place: Place) -> None:
    """From the record, found by typing the name."""
    app = place.app()
    async with app.run_test(size=WIDE) as pilot:
        await section(1, "type:ayşe ka", "wait:15201001", "enter", "wait:kullanımda")(pilot)
        await _choose(pilot, 3)
        await shows(pilot, "hiçbir şey açmaz")
        await press(pilot, "enter")
        await shows(pilot, "✓ Kart kayıp bildirildi.", "kayıp bildirildi")
        await _choose(pilot, 2)
        await scan(pilot, "209998")
        await scan(pilot, "209998")  # the scanner read it twice
        await press(pilot, "enter")
        await shows(pilot, "✓ Hesabı artık yeni kart açıyor.", "209998")
    assert [card.status for card in _record(place, "209998").cards] == ["ok", "replaced"]


async def test_a_decision_suspends_and_the_mistake_is_ended_with_a_reason(place: Place) -> None:
    """Until when and by which clause is said at once."""
    app = place.app()
    async with app.run_test(size=WIDE) as pilot:
        await section(1, "scan:201001", "wait:Ayşe", "f7")(pilot)
        await _choose(pilot, 0)
        await press(pilot, "enter")
        await type_slowly(pilot, "2026/12")
        await press(pilot, "enter")
        await shows(pilot, "tarihine dek askıya alındı (ITU-N", "2026/12")
        await _choose(pilot, 0)
        await type_slowly(pilot, "yanlis kisi")
        await press(pilot, "enter")
        await shows(pilot, "✓ Askı sona erdi.")
    assert entries(place, "end_suspension")[-1].detail["reason"] == "yanlis kisi"


async def test_an_exchange_list_is_taken_in_from_the_folder(place: Place) -> None:
    """One number a line; those that nobody has are told."""
    folder = place.folder / "papers"
    folder.mkdir()
    (folder / "liste.csv").write_text("numara;ad\n15201001;Ayşe\n99;?\n", "utf-8")
    app = place.app()
    async with app.run_test(size=WIDE) as pilot:
        await section(1, "wait:iş günü", "f5", "wait:listesinde", "f3", "wait:liste.csv", "enter", "wait:yerine")(pilot)
        await press(pilot, "enter")
        await shows(pilot, "Hiçbir üyede olmayan numaralar", "99")
        await press(pilot, "escape")
        await shows(pilot, "Ayşe Kaya")
    assert _record(place, "201001").exchange_terms


async def test_all_data_about_a_member_is_saved_for_the_member(place: Place) -> None:
    """In a file that only its owner may read, without a secret; handing it out is audited."""
    app = place.app()
    async with app.run_test(size=WIDE) as pilot:
        await section(1, "scan:201001", "wait:Ayşe")(pilot)
        await press(pilot, "f4", "end", "enter")
        await shows(pilot, "JSON")
        await press(pilot, "enter")
        await shows(pilot, "Dosyaya kaydet")
        await press(pilot, "enter")
        await answered(pilot)
    (path,) = Path(place.folder / "papers").iterdir()
    data = json.loads(path.read_text("utf-8"))
    assert len(data["loan"]) == 3 and "pin_hash" not in data["member"][0] and path.stat().st_mode & 0o77 == 0
    assert entries(place, "export_member")


async def test_nothing_of_a_member_is_left_after_duty(place: Place) -> None:
    """On no page of the section, however it ends."""
    app = place.app()
    async with app.run_test(size=WIDE) as pilot:
        await section(1, "type:kaya", "wait:15201001", "enter", "wait:kullanımda")(pilot)
        await press(pilot, "f6", "f11", "f12")
        assert _traces(app)
        await app.watch_time(0.0)
        await shows(pilot, "Kartınızı okutun")
        await pilot.pause()
        assert _traces(app) == set()
        assert "Kaya" not in text_of(app)


def _traces(app: Kiosk) -> set[str]:
    found = set()
    for page in app.pages:
        widgets = [page, *page.query("*")] if page.is_mounted else [page]
        for widget in widgets:
            for text in [*_texts(vars(widget)), str(widget.render())]:
                found |= {trace for trace in ("Kaya", "15201001", "ayse.kaya") if trace in text}
    return found
