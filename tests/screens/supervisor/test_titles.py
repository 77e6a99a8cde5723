"""Staff at titles and copies: what they type, scan and choose, what is written down, who is refused."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from store import rows
from store.act import At
from store.catalogue import copypages
from store.circulation import checkouts, losses, returns
from store.library import Library
from store.results.circulation import CheckedOut
from store.results.copies import CopyPage
from store.upkeep.verifying import verify
from tests.screens.conftest import NOW, Place, press, scan, shows, type_slowly
from tests.screens.walking import CLERK, OWNER, do_act, section

AT = At("test", "desk")


def _page(place: Place, barcode: str) -> CopyPage:
    assert place.library is not None
    page = copypages.copy_page(place.library, barcode, NOW)
    assert page is not None
    return page


def _acts(library: Library) -> list[str]:
    """What staff have done, in order."""
    with library.database.read.connect() as connection:
        found = connection.exec_driver_sql("SELECT act, staff_id FROM audit_entry WHERE outcome = 'done' ORDER BY id")
        return [row.act for row in found if row.staff_id is not None]


def _member(library: Library, card: str) -> int:
    with library.database.read.connect() as connection:
        found = connection.execute(select(rows.card.c.member_id).where(rows.card.c.number == card)).scalar_one()
    assert found is not None
    return int(found)


async def test_a_title_is_entered_with_its_copy(place: Place) -> None:
    """Form, barcode by scanner, and it is found."""
    app = place.app()
    async with app.run_test(size=(120, 34)) as pilot:
        await section(2)(pilot)
        await press(pilot, "f3")
        await type_slowly(pilot, "Gece")
        await press(pilot, "enter")
        await type_slowly(pilot, "Karasu")
        await press(pilot, *["enter"] * 9)
        await shows(pilot, "yayın no", "Karasu", "✓ Kaydedildi. Sıra nüshalarında.")
        await press(pilot, "f3")
        await scan(pilot, "399001")
        await press(pilot, *["enter"] * 3)
        await shows(pilot, "rafta", "✓ Nüsha kaydedildi.")
        assert place.library is not None
        assert _acts(place.library)[-2:] == ["create_title", "add_copy"]
        assert _page(place, "399001").item.title == "Gece"
        assert verify(place.library.database) == ()


async def test_a_field_that_does_not_fit_is_named_where_it_stands(place: Place) -> None:
    """The form keeps everything; the cursor stands in the field."""
    app = place.app()
    async with app.run_test(size=(80, 24)) as pilot:
        await section(2)(pilot)
        await press(pilot, "f3")
        await type_slowly(pilot, "Gece")
        await press(pilot, *["enter"] * 4)
        await type_slowly(pilot, "karamanlica")
        await press(pilot, *["enter"] * 6)
        await shows(pilot, "Bir alan uygun değil", "dil (tr, en", "karamanlica")
        assert app.focused is not None and app.focused.id == "field-language"
        await press(pilot, *["backspace"] * 11)
        await type_slowly(pilot, "tr")
        await press(pilot, *["enter"] * 6)
        await shows(pilot, "yayın no", "Gece")


async def test_a_lost_copy_is_reported_and_replaced(place: Place) -> None:
    """From the loan to the new copy: who answers for it, until when, and the remedy that the rules offer."""
    app = place.app()
    async with app.run_test(size=(120, 34)) as pilot:
        await section(2, card=CLERK)(pilot)
        assert place.library is not None
        lent = checkouts.checkout(place.library, _member(place.library, "201019"), "300001", NOW, AT)
        assert isinstance(lent, CheckedOut)
        await scan(pilot, "300001")
        await shows(pilot, "Yağmur Eren")
        await do_act(pilot, "Geri çağır", "enter")
        await shows(pilot, "geri çağrıldı")
        await do_act(pilot, "Kayıp bildir", "enter")
        await shows(pilot, "son gün")
        await do_act(pilot, "Kapat: kayıp", "enter")
        await shows(pilot, "Yeni barkod")
        await scan(pilot, "399002")
        await press(pilot, "enter")
        await shows(pilot, "koleksiyondan çıkarıldı")
        assert _page(place, "399002").item.title == "Tutunamayanlar"
        assert _acts(place.library)[-3:] == ["recall", "loss_lost", "settle"]
        assert verify(place.library.database) == ()


async def test_repair_reserve_and_withdrawal(place: Place) -> None:
    """What a supervisor does with one copy in a row; a refusal says why."""
    app = place.app()
    async with app.run_test(size=(120, 34)) as pilot:
        await section(2)(pilot)
        await scan(pilot, "300001")
        await shows(pilot, "Koleksiyona girişi")
        await do_act(pilot, "Onarıma", "enter")
        await shows(pilot, "onarımda")
        await do_act(pilot, "Onarımdan döndü")
        await shows(pilot, "rafta")
        await do_act(pilot, "Ders rezervine al", "enter")
        await type_slowly(pilot, "FIZ102")
        await press(pilot, "enter")
        await scan(pilot, "201005")
        await press(pilot, *["enter"] * 3)
        await shows(pilot, "FIZ102", "İbrahim Şahin")
        await do_act(pilot, "Kendi ödünç süresi")
        await type_slowly(pilot, "4")
        await press(pilot, "enter", "up", "enter")
        await shows(pilot, "4 saat")
        await do_act(pilot, "Koleksiyondan çıkar")
        await type_slowly(pilot, "eski")
        await press(pilot, "enter")
        await shows(pilot, "koleksiyondan çıkarıldı")
        assert place.library is not None
        done = ["to_repair", "from_repair", "put_on_reserve", "add_instructor", "set_period", "withdraw"]
        assert _acts(place.library)[-6:] == done
        assert verify(place.library.database) == ()


async def test_who_may_not_is_told_who_may(place: Place) -> None:
    """The owner of the rules shortens periods and does nothing else; desk staff do not withdraw."""
    app = place.app()
    async with app.run_test(size=(120, 34)) as pilot:
        await section(2, card=OWNER)(pilot)
        await scan(pilot, "300001")
        await shows(pilot, "Koleksiyona girişi")
        await press(pilot, "f4")
        shown = await shows(pilot, "Onarıma")
        assert "Onarıma   yetki: ödünç verme, gözetmen" in shown and "Kendi ödünç süresi   yetki" not in shown


async def test_cases_and_demand_lead_to_their_pages(place: Place) -> None:
    """The lists that are shown with nothing typed; a title's queue leads to members."""
    app = place.app()
    async with app.run_test(size=(120, 34)) as pilot:
        await section(2)(pilot)
        assert place.library is not None
        member = _member(place.library, "201019")
        checkouts.checkout(place.library, member, "300001", NOW - timedelta(days=1), AT)
        losses.report_lost(place.library, member, "300001", NOW, AT)
        await press(pilot, "f9", "down", "down", "enter")
        await shows(pilot, "300001", "Yağmur Eren")
        await press(pilot, "f5", "enter")
        await shows(pilot, "Koleksiyona girişi", "kayıp")
        await scan(pilot, "300001")
        await shows(pilot, "Tutunamayanlar", "Yağmur Eren")
        await press(pilot, "f3", "f4")
        await shows(pilot, "Yayını düzenle")
        await press(pilot, "escape", "escape", "escape", "f6", "enter")
        await shows(pilot, "Sabahattin Ali", "yayın no")
        await press(pilot, "f5")
        await shows(pilot, "Cem Ünal")


async def test_two_titles_are_merged_by_scanning_a_copy_of_the_other(place: Place) -> None:
    """What goes and what stays is shown before."""
    app = place.app()
    async with app.run_test(size=(120, 34)) as pilot:
        await section(2)(pilot)
        await scan(pilot, "300001")
        await press(pilot, "f3")
        await shows(pilot, "yayın no")
        await do_act(pilot, "Başka bir yayınla birleştir")
        await scan(pilot, "300031")
        await press(pilot, "enter")
        await shows(pilot, "Silinecek: Tutunamayanlar", "Kalacak: Kürk Mantolu Madonna")
        await press(pilot, "enter")
        await shows(pilot, "300001", "Kürk Mantolu Madonna")
        assert place.library is not None
        assert _acts(place.library)[-1] == "merge_titles" and verify(place.library.database) == ()


async def test_damage_is_charged_to_who_is_named_and_to_nobody_while_it_is_on_loan(place: Place) -> None:
    """The last who gave it back, with the sums, before Enter; of a forgotten history nobody is charged."""
    app = place.app()
    async with app.run_test(size=(120, 34)) as pilot:
        await section(2, card=CLERK)(pilot)
        library = place.library
        assert library is not None
        checkouts.checkout(library, _member(library, "201019"), "300001", NOW - timedelta(days=3), AT)
        await scan(pilot, "300001")
        await shows(pilot, "Yağmur Eren")
        await do_act(pilot, "Hasar bildir")
        await shows(pilot, "Nüsha şimdi boşta değil", "Önce iade alın")
        await press(pilot, "escape")
        returns.checkin(library, "300001", NOW - timedelta(days=2), AT)
        await scan(pilot, "300001")
        await do_act(pilot, "Hasar bildir")
        await shows(pilot, "Yağmur Eren (", "En son", "15,00", "17 Mar")
        await press(pilot, "escape")
        with library.database.write.begin() as connection:
            connection.exec_driver_sql("UPDATE loan SET member_id = NULL, visit = NULL WHERE closed_at IS NOT NULL")
        await scan(pilot, "300001")
        await do_act(pilot, "Hasar bildir")
        await shows(pilot, "Kimin sorumlu olduğu bilinmiyor")
        assert not _page(place, "300001").cases


async def test_what_a_loss_its_settlement_and_a_find_bring_is_told_before(place: Place) -> None:
    """Fee and deadline before the report; that the fee stays owed, or falls away, before the end."""
    app = place.app()
    async with app.run_test(size=(120, 34)) as pilot:
        await section(2, card=CLERK)(pilot)
        assert place.library is not None
        checkouts.checkout(place.library, _member(place.library, "201019"), "300001", NOW, AT)
        await scan(pilot, "300001")
        await do_act(pilot, "Kayıp bildir")
        await shows(pilot, "şimdi yazılır: 15,00 TL", "Son gün 17 Mar")
        await press(pilot, "enter")
        await shows(pilot, "son gün 17 Mar")
        await do_act(pilot, "Kapat: kayıp", "end", "enter")
        await shows(pilot, "bedelsiz", "15,00 TL işlem ücreti borç kalır")
        await press(pilot, "escape")
        await do_act(pilot, "Bulundu")
        await shows(pilot, "15,00 TL işlem ücreti düşer")
        await press(pilot, "enter")
        await shows(pilot, "rafta")


async def test_what_was_said_of_one_title_is_not_said_of_another(place: Place) -> None:
    """A page that is opened again says nothing old, and that a title is gone is said where one lands; F2 ends both."""
    app = place.app()
    async with app.run_test(size=(120, 34)) as pilot:
        await section(2)(pilot)
        await press(pilot, "f3")
        await type_slowly(pilot, "Gece")
        await press(pilot, *["enter"] * 10)
        await shows(pilot, "yayın no", "✓ Kaydedildi. Sıra nüshalarında.")
        await scan(pilot, "300001")
        await shows(pilot, "Koleksiyona girişi")
        await press(pilot, "f3")
        assert "✓" not in await shows(pilot, "yayın no", "Tutunamayanlar")
        await press(pilot, "escape", "f3")
        await type_slowly(pilot, "Gündüz")
        await press(pilot, *["enter"] * 10)
        await shows(pilot, "yayın no", "✓ Kaydedildi. Sıra nüshalarında.")
        await do_act(pilot, "Yayını sil", "enter")
        await shows(pilot, "✓ Gündüz: silindi.", "Kapanmamış")
        await press(pilot, "f2")
        assert "silindi" not in await shows(pilot, "Titles and copies")


async def test_a_scan_leaves_the_list_as_it_was(place: Place) -> None:
    """Its letters were in the field for a moment: nothing was looked for, whether the page was left or not."""
    app = place.app()
    async with app.run_test(size=(120, 34)) as pilot:
        await section(2)(pilot)
        await shows(pilot, "Kapanmamış kayıp")
        await scan(pilot, "300001")
        await shows(pilot, "Koleksiyona girişi")
        await press(pilot, "escape")
        assert "bulunamadı" not in await shows(pilot, "Kapanmamış kayıp")
        await scan(pilot, "999999")
        assert "bulunamadı" not in await shows(pilot, "Bilinmeyen barkod", "Kapanmamış kayıp")
