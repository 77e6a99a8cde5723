"""What members do besides borrowing: return, renew, hold, search, read their account, set their settings."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import Session, col, select

from screens.messages import Go
from store.catalogue.search import search
from store.states import HoldStatus
from store.tables import Copy, Hold, Loan, Member, Notice, OneTimeCode
from tests.screens.conftest import Place, answered, opened, press, scan, shows, sign_in, text_of, type_slowly

WIDE = (120, 34)
NARROW = (80, 24)
LATE, GOOD, FREE, LATE_OF = "300008", "300679", "300001", "201002"


def _rows(place: Place, statement: object) -> list[object]:
    assert place.library is not None
    with Session(place.library.database.read) as session:
        return list(session.exec(statement))  # type: ignore[call-overload]


async def test_returning_needs_no_card_and_tells_nothing_of_the_borrower(place: Place) -> None:
    """Late, on time, not on loan, unknown: each has its own true answer, and none a name."""
    app = place.app()
    async with app.run_test(size=WIDE) as pilot:
        await opened(pilot)
        await press(pilot, "f4")
        await shows(pilot, "kart gerekmez")
        for code in (LATE, GOOD, FREE, "999999"):
            await scan(pilot, code)
        shown = await shows(pilot, "5 gün geç · 2,50 TL", "5 gün × 0,50 TL = 2,50 TL", "zamanında")
        assert "iade rafına bırakın" in shown
        await shows(pilot, "Bilinmeyen barkod 999999")
        assert not any(name in shown for name in ("Mehmet", "Yılmaz", LATE_OF))
        await press(pilot, "f10")
        await shows(pilot, "Kartınızı okutun")
        assert LATE not in text_of(app)


async def test_the_copy_that_another_awaits_goes_to_the_hold_shelf(place: Place) -> None:
    """Never with the next member's name."""
    app = place.app()
    async with app.run_test(size=WIDE) as pilot:
        await opened(pilot)
        await press(pilot, "f4")
        await scan(pilot, _awaited(place, "mustafa_inan"))
        shown = await shows(pilot, "ayırtma rafına bırakın")
        assert "Okan" not in shown


async def test_what_was_lent_elsewhere_is_returned_there(place: Place) -> None:
    """The clause and the address; the loan stays open."""
    app = place.app()
    async with app.run_test(size=WIDE) as pilot:
        await opened(pilot)
        await press(pilot, "f4")
        await scan(pilot, _awaited(place, "management"))
        await shows(pilot, "Burada iade edilemez", "ITU-H3", "İşletme Fakültesi Kütüphanesi, Maçka/İstanbul")


def _awaited(place: Place, branch: str) -> str:
    """A copy on loan of the title for which somebody waits."""
    waiting = _rows(place, select(Hold.title_id).where(Hold.status == HoldStatus.WAITING))[0]
    statement = select(Copy.barcode).where(Copy.title_id == waiting, Copy.state == "on_loan", Copy.branch == branch)
    return str(_rows(place, statement)[0])


async def test_a_return_within_a_visit_stands_on_the_receipt(place: Place) -> None:
    """And the account knows of the fine at once."""
    app = place.app()
    async with app.run_test(size=WIDE) as pilot:
        await opened(pilot)
        await sign_in(pilot, LATE_OF)
        await shows(pilot, "Gecikti")
        await press(pilot, "f4")
        await scan(pilot, LATE)
        await shows(pilot, "2,50 TL")
        await press(pilot, "f9", "f8")
        await shows(pilot, "Ödenmemiş gecikme cezası 2,50 TL")
        await press(pilot, "f10")
        await shows(pilot, "Geç iade edildi, ceza 2,50 TL")


async def test_all_that_can_be_renewed_is_renewed_with_one_key(place: Place) -> None:
    """The plan says the new due dates first; the results stay on the rows."""
    app = place.app()
    place.clock.now += timedelta(days=6)
    async with app.run_test(size=WIDE) as pilot:
        await opened(pilot)
        await sign_in(pilot)
        await press(pilot, "f5")
        await shows(pilot, "→ 28 Mar Cmt", "Hepsini uzat: 3")
        await press(pilot, "f3")
        shown = await shows(pilot, "3 uzatıldı", "1/3")
        assert shown.count("uzatıldı: 28 Mar Cmt") == 3
        await press(pilot, "f10")
        await shows(pilot, "Uzatıldı, iade 28 Mar Cmt")
    renewed = _rows(place, select(Loan).join(Member).where(Member.number == "15201001", col(Loan.closed_at).is_(None)))
    assert [loan.renewals for loan in renewed] == [1, 1, 1]  # type: ignore[attr-defined]


async def test_one_marked_loan_alone_is_renewed(place: Place) -> None:
    """Enter marks the line under the cursor."""
    app = place.app()
    place.clock.now += timedelta(days=6)
    async with app.run_test(size=WIDE) as pilot:
        await opened(pilot)
        await sign_in(pilot)
        await press(pilot, "f5")
        await shows(pilot, "Hepsini uzat: 3")
        await press(pilot, "down", "enter")
        await shows(pilot, "İşaretlileri uzat: 1", "☑")
        await press(pilot, "f3")
        await shows(pilot, "1 uzatıldı")


async def test_too_early_says_from_when_and_by_which_clause(place: Place) -> None:
    """To the minute, beneath the list."""
    app = place.app()
    async with app.run_test(size=WIDE) as pilot:
        await opened(pilot)
        await sign_in(pilot)
        await press(pilot, "f5")
        await shows(pilot, "6 Mar Cum 00:30", "ITU-D1", "Hepsini uzat: 0")
        await press(pilot, "enter")
        await shows(pilot, "✗ Eylül")


async def test_the_order_of_the_loans_can_be_changed(place: Place) -> None:
    """By due date at first, then by title."""
    app = place.app()
    async with app.run_test(size=WIDE) as pilot:
        await opened(pilot)
        await sign_in(pilot, LATE_OF)
        await press(pilot, "f5")
        shown = await shows(pilot, "Sıra: iade tarihi")
        assert shown.index("Bir Bilim") < shown.index("Ölmez Otu")
        await press(pilot, "f7")
        await shows(pilot, "Sıra: yayın adı")


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_a_title_is_found_held_and_given_up(place: Place, size: tuple[int, int]) -> None:
    """Search while typing, the page of the title, the queue, my holds, cancel asked twice."""
    app = place.app()
    async with app.run_test(size=size) as pilot:
        await opened(pilot)
        await sign_in(pilot, "201019")
        await press(pilot, "f7")
        await type_slowly(pilot, "kurk mant")
        await answered(pilot)
        await shows(pilot, "Kürk Mantolu Madonna", "Sabahattin Ali")
        await press(pilot, "enter")
        await shows(pilot, "PL248 .A533", "en erken")
        await press(pilot, "f3")
        await shows(pilot, "sırada 2")
        await press(pilot, "f9", "escape", "f6")
        await shows(pilot, "bekliyor, sırası 2")
        await press(pilot, "f8")
        await shows(pilot, "Evet, iptal et")
        await press(pilot, "f8")
        await shows(pilot, "Ayırttığınız yayın yok", "İptal edildi")
        await press(pilot, "f10")
        await shows(pilot, "Ayırtıldı, sırası 2")


async def test_what_is_on_the_shelf_is_not_held_but_shown(place: Place) -> None:
    """The refusal says where it stands."""
    app = place.app()
    async with app.run_test(size=WIDE) as pilot:
        await opened(pilot)
        await sign_in(pilot)
        await press(pilot, "f7")
        await type_slowly(pilot, "tutunamayanlar")
        await shows(pilot, "1972")
        await press(pilot, "enter")
        await shows(pilot, "Rafta bulunuyor", "ITU-F3", "Mustafa İnan Kütüphanesi, PL248 .A236")


async def test_searching_needs_no_card_and_forgives_slips(place: Place) -> None:
    """Without capitals, without Turkish letters, with a slip; nothing found says so."""
    app = place.app()
    async with app.run_test(size=WIDE) as pilot:
        await opened(pilot)
        await press(pilot, "f5")
        await type_slowly(pilot, "tutunamyanlar")
        await shows(pilot, "“tutunamyanlar” bulunamadı; “tutunamayanlar”", "Oğuz Atay")
        await press(pilot, *["backspace"] * 13)
        await type_slowly(pilot, "zzzzzz")
        await shows(pilot, "“zzzzzz” için bir şey bulunamadı")
        await press(pilot, "f10")
        await shows(pilot, "Kartınızı okutun")


async def test_only_what_can_be_borrowed_here_now(place: Place) -> None:
    """The filter leaves out what stands elsewhere."""
    app = place.app()
    async with app.run_test(size=WIDE) as pilot:
        await opened(pilot)
        await press(pilot, "f5")
        await type_slowly(pilot, "oguz atay")
        await shows(pilot, "5 yayın", "başka yerde")
        await press(pilot, "f4")
        shown = await shows(pilot, "☑")
        await shows(pilot, "1 yayın")
        assert place.library is not None
        found = search(place.library, "oguz atay", branch="mustafa_inan", only_here=True).found
        assert all(each.on_shelf_here for each in found)
        assert "Tutunamayanlar" in shown


async def test_the_pin_is_changed_by_who_knows_it(place: Place) -> None:
    """The wrong PIN changes nothing; the right one does, and the next sign-in asks for the new one."""
    app = place.app()
    async with app.run_test(size=WIDE) as pilot:
        await opened(pilot)
        await sign_in(pilot)
        await press(pilot, "f8", "f7", "f3")
        for pin in ("yanlis1", "yeni123", "yeni123"):
            await type_slowly(pilot, pin)
            await press(pilot, "enter")
        await shows(pilot, "PIN olduğu gibi kaldı")
        for pin in ("deneme1", "yeni123", "yeni123"):
            await type_slowly(pilot, pin)
            await press(pilot, "enter")
        await shows(pilot, "PIN'iniz değişti")
        await press(pilot, "f10")
        await sign_in(pilot, pin="yeni123")
        await shows(pilot, "Merhaba, Ayşe")


async def test_a_new_address_is_taken_over_with_its_code(place: Place) -> None:
    """What looks like no address is refused; the code goes to the new one."""
    app = place.app()
    async with app.run_test(size=WIDE) as pilot:
        await opened(pilot)
        await sign_in(pilot)
        await press(pilot, "f8", "f7", "f4")
        await type_slowly(pilot, "yanlis")
        await press(pilot, "enter")
        await shows(pilot, "e-posta adresine benzemiyor")
        await type_slowly(pilot, "@itu.edu.tr")
        await press(pilot, "enter")
        await shows(pilot, "y•••@itu.edu.tr")
        await type_slowly(pilot, _code(place))
        await press(pilot, "enter")
        await shows(pilot, "yanlis@itu.edu.tr", "yeni adrese")


def _code(place: Place) -> str:
    assert _rows(place, select(OneTimeCode))
    notice = _rows(place, select(Notice).where(Notice.kind == "pin_code"))[-1]
    assert notice.address == "yanlis@itu.edu.tr"  # type: ignore[attr-defined]
    return str(notice.facts["code"])  # type: ignore[attr-defined]


async def test_the_history_is_forgotten_when_asked_twice(place: Place) -> None:
    """Debts keep what they need: the loan with the unpaid fine stays."""
    app = place.app()
    async with app.run_test(size=WIDE) as pilot:
        await opened(pilot)
        await sign_in(pilot, "201004")
        await press(pilot, "f8", "f6")
        await shows(pilot, "Tutunamayanlar", "cezalı")
        await press(pilot, "f7", "f7")
        await shows(pilot, "Geri alınamaz")
        await press(pilot, "f7")
        await shows(pilot, "her gece unutulur", "unutuldu")
        await press(pilot, "f9", "f3")
        await shows(pilot, "7 gün × 0,50 TL + 13 gün × 1,00 TL = 16,50 TL")


async def test_language_and_receipt_are_remembered(place: Place) -> None:
    """The next visit greets in the member's language."""
    app = place.app()
    async with app.run_test(size=WIDE) as pilot:
        await opened(pilot)
        await sign_in(pilot)
        await press(pilot, "f8", "f7", "f5")
        await shows(pilot, "Language: English")
        await press(pilot, "f6", "f6")
        await shows(pilot, "Receipt: by e-mail")
        await press(pilot, "f10")
        await shows(pilot, "Kartınızı okutun")
        await sign_in(pilot)
        await shows(pilot, "Hello, Ayşe")


async def test_the_rules_cite_their_clauses(place: Place) -> None:
    """Plain words first, the regulation's own at the end."""
    app = place.app()
    async with app.run_test(size=WIDE) as pilot:
        await opened(pilot)
        await sign_in(pilot)
        await press(pilot, "f9")
        await shows(pilot, "Lisans öğrencisi", "15 gün", "günü 0,50 TL", "ITU-C4")
        await press(pilot, *["pagedown"] * 2)
        await shows(pilot, "Yönetmeliğin kendi sözleri", "“")


@pytest.mark.parametrize("door", ["f3", "f4", "f5", "f6", "f7", "f8", "f9"])
async def test_every_page_has_its_way_out(place: Place, door: str) -> None:
    """Escape leads home, Done to the welcome page."""
    app = place.app()
    async with app.run_test(size=NARROW) as pilot:
        await opened(pilot)
        await sign_in(pilot)
        await shows(pilot, "Merhaba, Ayşe")
        await press(pilot, door, "escape")
        await shows(pilot, "Merhaba, Ayşe")
        await press(pilot, door, "f10")
        await shows(pilot, "Kartınızı okutun")


async def test_a_receipt_goes_where_the_member_has_set_it(place: Place) -> None:
    """By mail without being asked; with `none` the visit ends at once."""
    app = place.app()
    async with app.run_test(size=WIDE) as pilot:
        await opened(pilot)
        await sign_in(pilot)
        await press(pilot, "f8", "f7", "f6", "f6")
        await shows(pilot, "Fiş: e-postayla")
        await scan(pilot, FREE)
        await press(pilot, "f10")
        await shows(pilot, "Barkod 300001", "E-posta adresinize gönderildi")
        await press(pilot, "f10")
        await sign_in(pilot)
        await press(pilot, "f8", "f7", "f6", "f6")
        await shows(pilot, "Fiş: yok")
        await scan(pilot, "300003")
        await press(pilot, "f10")
        await shows(pilot, "Kartınızı okutun")


async def test_what_concerns_everybody_stands_among_the_rules(place: Place) -> None:
    """Clauses that no limit comes from; where letters are, that they are a courtesy (ITU-PURPOSE, METU-2-g.duty)."""
    app = place.app()
    async with app.run_test(size=(120, 120)) as pilot:
        await sign_in(pilot, "201002")
        await press(pilot, "f8")
        await shows(pilot, "TL")
        await press(pilot, "f5")
        await shows(pilot, "İade tarihlerinin takibi size aittir")
        app.screen.post_message(Go("rules"))
        await shows(pilot, "Herkesi ilgilendirenler", "ITU-N1", "yayınları korumak ve zarar vermemekle")
