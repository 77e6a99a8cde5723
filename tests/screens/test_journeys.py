"""What members do at the terminal, the whole way, on the real store."""

from __future__ import annotations

import asyncio
import threading
from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, select
from textual.pilot import Pilot
from textual.widgets import Static

import store.circulation.checkouts
from kiosk.app import Kiosk
from screens.messages import Go
from screens.supervisor.member import StaffMember
from screens.widgets.told import ToldCard
from store.act import At
from store.library import Library
from store.policy.verdict import Refused
from store.results.circulation import CheckedOut, NotLent
from store.states import LoanState
from store.tables import Copy, Loan, Member, Notice, OneTimeCode
from tests.screens.conftest import Place, _send, answered, opened, press, scan, shows, sign_in, text_of, type_slowly

BOOK = "300001"
"Tutunamayanlar"
NARROW, WIDE = (80, 24), (120, 34)


def _rows(place: Place, statement: object) -> list[object]:
    assert place.library is not None
    with Session(place.library.database.read) as session:
        return list(session.exec(statement))  # type: ignore[call-overload]


async def test_a_member_borrows_three_items_and_leaves(place: Place) -> None:
    """Card, PIN, three scans, Done, receipt, Done: the loans stand in the database and the screen is empty again."""
    app = place.app()
    async with app.run_test(size=WIDE) as pilot:
        await opened(pilot)
        await sign_in(pilot)
        await shows(pilot, "Merhaba, Ayşe", "3 / 10")
        await press(pilot, "f3")
        for barcode in (BOOK, "300003", "300001"):
            await scan(pilot, barcode)
        shown = await shows(pilot, "5 / 10")
        assert shown.count("Tutunamayanlar ·") == 2
        await press(pilot, "f10")
        await shows(pilot, "Barkod 300001", "2 yayın")
        await press(pilot, "f10")
        await shows(pilot, "Kartınızı okutun")
    lent = _rows(place, select(Loan).join(Copy).where(Copy.barcode.in_([BOOK, "300003"]), Loan.state == LoanState.OPEN))  # type: ignore[attr-defined]
    assert len(lent) == 2


async def test_an_item_scanned_after_sign_in_is_lent_at_once(place: Place) -> None:
    """Who is in a hurry need not press anything."""
    app = place.app()
    async with app.run_test(size=WIDE) as pilot:
        await opened(pilot)
        await sign_in(pilot)
        await scan(pilot, BOOK)
        await shows(pilot, "Tutunamayanlar · Oğuz Atay", "iade 17 Mar Sal")


async def test_the_last_loan_is_undone(place: Place) -> None:
    """The copy waits for staff; nobody walks out with it as returned."""
    app = place.app()
    async with app.run_test(size=WIDE) as pilot:
        await opened(pilot)
        await sign_in(pilot)
        await scan(pilot, BOOK)
        await press(pilot, "f8")
        await shows(pilot, "Geri alındı: Tutunamayanlar")
        await press(pilot, "f8")
        await shows(pilot, "geri alınacak ödünç yok")
    assert [copy.state for copy in _rows(place, select(Copy).where(Copy.barcode == BOOK))] == ["in_transit"]  # type: ignore[attr-defined]


async def test_the_hold_that_waits_is_named_first_and_handed_over(place: Place) -> None:
    """Signing in with a hold ready says so; scanning it fulfils the hold."""
    app = place.app()
    async with app.run_test(size=WIDE) as pilot:
        await opened(pilot)
        await sign_in(pilot, "201006")
        await shows(pilot, "Ayırtma rafında sizi bekliyor: Kürk Mantolu Madonna")
        await scan(pilot, _ready_barcode(place))
        await shows(pilot, "ayırttığınız yayın")


def _ready_barcode(place: Place) -> str:
    found = _rows(place, select(Copy).where(Copy.state == "hold_shelf"))
    return str(found[0].barcode)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("card", "item", "words"),
    [
        ("201002", BOOK, ["Üzerinizde gecikmiş yayın var", "ITU-A5"]),
        (
            "201003",
            BOOK,
            ["Toplam ödünç sayınız doldu", "10 yayın var; sınır 10", "ITU-B0", "Bu tür için sayınız doldu"],
        ),
        ("201004", BOOK, ["Para cezanız sınırın üzerinde", "Ödenmemiş ceza", "ITU-A5"]),
        ("201009", BOOK, ["geçici olarak kapalı", "ITU-M6b"]),
        ("201012", BOOK, ["Üye grubunuza ödünç verilmez", "ITU-MEM-10"]),
        ("201013", BOOK, ["Üyeliğiniz yürürlükte değil", "ITU-M4"]),
        ("201001", "300731", ["kütüphane içinde kullanılır", "ITU-C7"]),
        ("201001", "300006", ["şu anda verilemez", "kütüphane uygulaması"]),
        ("201001", "000000", ["Bilinmeyen barkod 000000"]),
    ],
)
async def test_each_refusal_says_why_with_clause_and_numbers(
    place: Place, card: str, item: str, words: list[str]
) -> None:
    """The card of a refusal stands beneath its row; nothing is lent."""
    app = place.app()
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(pilot)
        await sign_in(pilot, card)
        await scan(pilot, item)
        await shows(pilot, words[0])
        shown = " ".join(text_of(app).replace("│", " ").split())
        assert [word for word in words if word not in shown] == []


async def test_a_wrong_pin_and_an_unknown_card_get_the_same_answer(place: Place) -> None:
    """To the letter."""
    answers = []
    for card, pin in (("201001", "yanlis1"), ("299999", PIN_OF_ANYBODY)):
        app = place.app()
        async with app.run_test(size=WIDE) as pilot:
            await opened(pilot)
            await sign_in(pilot, card, pin)
            answers.append(await shows(pilot, "Kart ya da PIN hatalı"))
    assert answers[0] == answers[1]


PIN_OF_ANYBODY = "deneme1"


@pytest.mark.parametrize("card", ["201001", "299999"])
async def test_five_wrong_tries_lock_the_card_known_or_not(place: Place, card: str) -> None:
    """Also across a restart of the program; a quarter of an hour later the right PIN works again."""
    for _ in range(2):
        app = place.app()
        async with app.run_test(size=WIDE) as pilot:
            await opened(pilot)
            for _ in range(3):
                await sign_in(pilot, card, "yanlis1")
                await press(pilot, "f10")
    app = place.app()
    async with app.run_test(size=WIDE) as pilot:
        await opened(pilot)
        await sign_in(pilot, card)
        await shows(pilot, "Giriş geçici olarak kapalı", "14:47")
    place.clock.now += timedelta(minutes=15, seconds=1)
    app = place.app()
    async with app.run_test(size=WIDE) as pilot:
        await opened(pilot)
        await sign_in(pilot, card)
        await shows(pilot, "Merhaba, Ayşe" if card == "201001" else "Kart ya da PIN hatalı")


async def test_a_card_reported_lost_opens_nothing(place: Place) -> None:
    """Whoever presents it is told (ITU-A4a)."""
    app = place.app()
    async with app.run_test(size=WIDE) as pilot:
        await opened(pilot)
        await sign_in(pilot, "201014")
        await shows(pilot, "Bu kart kayıp bildirilmiş")


async def test_the_first_pin_as_the_regulation_describes(place: Place) -> None:
    """Name and number with the PIN left blank, the mailed code, every fault of the PIN named while typing, sign-in."""
    app = place.app()
    async with app.run_test(size=WIDE) as pilot:
        await opened(pilot)
        await press(pilot, "f6")
        for field in ("YILDIZ", "elif", "15201010", ""):
            await type_slowly(pilot, field)
            await press(pilot, "enter")
        await shows(pilot, "e•••@itu.edu.tr adresine bir kod gönderildi")
        await type_slowly(pilot, _code(place))
        await press(pilot, "enter")
        await type_slowly(pilot, "Ab!")
        await shows(pilot, "Büyük harf", "PIN çok kısa", "Yalnızca harf ve rakam")
        await press(pilot, "backspace", "backspace", "backspace")
        await type_slowly(pilot, "ığüşöç1")
        await shows(pilot, "Bu PIN uygun")
        await press(pilot, "enter")
        await type_slowly(pilot, "ığüşöç1")
        await press(pilot, "enter")
        await shows(pilot, "PIN'iniz oluşturuldu")
        await press(pilot, "f10")
        await sign_in(pilot, "201010", "ığüşöç1")
        await shows(pilot, "Merhaba, Elif")


def _code(place: Place) -> str:
    notices = _rows(place, select(Notice).where(Notice.kind == "pin_code"))
    return str(notices[-1].facts["code"])  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("surname", "given", "number", "told"),
    [
        ("Yıldız", "Elif", "15201999", "Bilgiler eşleşmedi"),
        ("Yildirim", "Elif", "15201010", "Bilgiler eşleşmedi"),
        ("Koç", "Onur", "15201011", "Bilgiler eşleşmedi"),
        ("Kaya", "Ayşe", "15201001", "PIN'iniz zaten var"),
    ],
)
async def test_a_first_pin_is_refused(place: Place, surname: str, given: str, number: str, told: str) -> None:
    """One answer for every mismatch and for applicants; who has a PIN learns so only after all three match."""
    app = place.app()
    async with app.run_test(size=WIDE) as pilot:
        await opened(pilot)
        await press(pilot, "f6")
        for field in (surname, given, number, ""):
            await type_slowly(pilot, field)
            await press(pilot, "enter")
        await shows(pilot, told)
    assert _rows(place, select(OneTimeCode)) == []


async def test_a_pin_in_the_blank_field_is_pointed_out(place: Place) -> None:
    """The form asks for it to be left blank, and says so again."""
    app = place.app()
    async with app.run_test(size=WIDE) as pilot:
        await opened(pilot)
        await press(pilot, "f6")
        for field in ("Yıldız", "Elif", "15201010", "abc123"):
            await type_slowly(pilot, field)
            await press(pilot, "enter")
        await shows(pilot, "PIN'i boş bırakın")


async def test_a_forgotten_pin_is_replaced(place: Place) -> None:
    """The old one ends."""
    app = place.app()
    async with app.run_test(size=WIDE) as pilot:
        await opened(pilot)
        await press(pilot, "f7")
        for field in ("Kaya", "Ayse", "15201001"):
            await type_slowly(pilot, field)
            await press(pilot, "enter")
        await type_slowly(pilot, _code(place))
        await press(pilot, "enter")
        for _ in range(2):
            await type_slowly(pilot, "yenipin9")
            await press(pilot, "enter")
        await press(pilot, "f10")
        await sign_in(pilot, "201001", "deneme1")
        await shows(pilot, "Kart ya da PIN hatalı")
        await press(pilot, "f10")
        await sign_in(pilot, "201001", "yenipin9")
        await shows(pilot, "Merhaba, Ayşe")


async def test_an_item_at_the_welcome_page_says_what_it_is(place: Place) -> None:
    """No card is needed to ask."""
    app = place.app()
    async with app.run_test(size=WIDE) as pilot:
        await opened(pilot)
        await scan(pilot, BOOK)
        await shows(pilot, "Tutunamayanlar · Oğuz Atay", "Yeri raftır")


async def test_the_language_changes_in_mid_act(place: Place) -> None:
    """What was scanned stays; every word changes."""
    app = place.app()
    async with app.run_test(size=WIDE) as pilot:
        await opened(pilot)
        await sign_in(pilot)
        await scan(pilot, BOOK)
        await press(pilot, "f2")
        await shows(pilot, "due Tue 17 Mar", "Undo the last")
        assert "Sonuncuyu geri al" not in text_of(app)
        await press(pilot, "f10", "f10")
        await shows(pilot, "Scan your card")


@pytest.mark.parametrize(("key", "told"), [("f5", "E-posta adresinize gönderildi"), ("f6", "Fişinizi alın")])
async def test_the_receipt_goes_where_it_is_wanted(place: Place, key: str, told: str) -> None:
    """By e-mail, or on paper."""
    app = place.app()
    async with app.run_test(size=WIDE) as pilot:
        await opened(pilot)
        await sign_in(pilot)
        await scan(pilot, BOOK)
        await press(pilot, "f10", key)
        await shows(pilot, told)
    sent = list((place.folder / "mail").glob("*.eml")) or [place.folder / "printed.txt"]
    assert "Tutunamayanlar" in sent[0].read_text("utf-8", "replace")


@pytest.mark.usefixtures("no_seconds_pass")
async def test_time_runs_out_visibly_and_any_key_stays(place: Place) -> None:
    """A countdown first; a key stays; then the visit ends by itself."""
    app = place.app(idle_seconds=3600.0, countdown_seconds=100.0)
    async with app.run_test(size=WIDE) as pilot:
        await opened(pilot)
        await sign_in(pilot)
        await app.watch_time(20.0)
        await pilot.pause()
        await shows(pilot, "Hâlâ orada mısınız?")
        await press(pilot, "x")
        await shows(pilot, "Merhaba, Ayşe")
        await app.watch_time(0.0)
        await pilot.pause()
        await shows(pilot, "Kartınızı okutun")
        assert app.terminal.visit is None


@pytest.mark.usefixtures("no_seconds_pass")
async def test_a_countdown_under_a_card_ends_when_somebody_is_there(place: Place) -> None:
    """A card that came by itself is answered, not the countdown beneath it; within a second that goes, too."""
    app = place.app(idle_seconds=3600.0, countdown_seconds=100.0)
    async with app.run_test(size=WIDE) as pilot:
        await opened(pilot)
        await sign_in(pilot)
        await app.watch_time(20.0)
        app.push_screen(ToldCard(lines=("Bir haber",)))
        await shows(pilot, "Bir haber")
        await press(pilot, "escape")
        assert "Bir haber" not in await shows(pilot, "Hâlâ orada mısınız?")
        await app.watch_time(3600.0)
        await pilot.pause()
        assert "Hâlâ orada" not in await shows(pilot, "Merhaba, Ayşe")
        assert app.terminal.visit is not None


async def test_a_member_without_language_is_greeted_in_the_terminals(place: Place) -> None:
    """And one who prefers English in English, until leaving."""
    app = place.app()
    async with app.run_test(size=WIDE) as pilot:
        await opened(pilot)
        assert place.library is not None
        with Session(place.library.database.write) as session:
            member = session.exec(select(Member).where(Member.given_name == "Ayşe")).one()
            member.language = "en"
            session.commit()
        await sign_in(pilot)
        await shows(pilot, "Hello, Ayşe")
        await press(pilot, "f10")
        assert text_of(app).index("Kartınızı okutun") < text_of(app).index("Scan your card")


async def test_a_key_that_comes_before_its_page_waits_for_it(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first page is drawn before the others are loaded; who is quick loses nothing."""
    loaded, real = threading.Event(), Kiosk._open_behind

    def slowly(app: Kiosk) -> Library:
        loaded.wait(10)
        return real(app)

    monkeypatch.setattr(Kiosk, "_open_behind", slowly)
    app = place.app()
    async with app.run_test(size=(120, 34)) as pilot:
        await shows(pilot, "Kartınızı okutun")
        _send(app, "f5", after=1.0)
        await asyncio.sleep(0.1)
        assert len(app.pages) == 2 and "Kartınızı okutun" in text_of(app)
        loaded.set()
        await shows(pilot, "Siz yazdıkça sonuçlar görünür.")


@pytest.fixture
def answer(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Loans are only answered once this is set."""
    given, real = threading.Event(), store.circulation.checkouts.checkout

    def slowly(library: Library, member_id: int, barcode: str, now: datetime, at: At) -> CheckedOut | NotLent | Refused:
        given.wait(10)
        return real(library, member_id, barcode, now, at)

    monkeypatch.setattr(store.circulation.checkouts, "checkout", slowly)
    return given


async def _begin_a_scan(pilot: Pilot[None]) -> None:
    """Sign in, open the page of loans and scan; the answer is not waited for."""
    app = await opened(pilot)
    await sign_in(pilot)
    await press(pilot, "f3")
    for letter in (*BOOK, "enter"):
        _send(app, letter, after=0.002)


async def test_a_slow_scan_is_shown_until_it_is_answered(place: Place, answer: threading.Event) -> None:
    """And only a slow one: what is answered at once needs no word before its answer."""
    app = place.app()
    async with app.run_test(size=WIDE) as pilot:
        await _begin_a_scan(pilot)
        await shows(pilot, f"… {BOOK}")
        answer.set()
        await shows(pilot, "✓ Tutunamayanlar", "4 / 10")


async def test_a_scan_whose_visit_is_over_leaves_nothing_on_the_line(place: Place, answer: threading.Event) -> None:
    """It is answered, but to nobody."""
    app = place.app()
    async with app.run_test(size=WIDE) as pilot:
        await _begin_a_scan(pilot)
        await shows(pilot, f"… {BOOK}")
        await app.watch_time(0.0)
        answer.set()
        await answered(pilot)
        assert app.terminal.visit is None and app.terminal.open_questions == 0
        assert str(app.get_screen("checkout").query_one("#scan-text", Static).render()) == ""


async def test_a_page_that_comes_too_late_is_not_shown_to_the_next(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The visit ends, by an outage or by its time, while the page that was asked for is still being got ready."""
    app = place.app()
    async with app.run_test(size=WIDE) as pilot:
        await opened(pilot)
        await sign_in(pilot)
        late = asyncio.Event()

        async def slowly(_seconds: float) -> None:
            await late.wait()

        monkeypatch.setattr(app.get_screen("checkout"), "answered", slowly)
        app.post_message(Go("checkout", BOOK))
        await asyncio.sleep(0.05)
        await app.watch_time(0.0)
        late.set()
        await pilot.pause()
        await answered(pilot)
        assert app.page_shown() is app.get_screen("welcome") and app.terminal.visit is None


@pytest.mark.parametrize("name", ["checkout", "home", "loans", "account", "receipt", "staff_desk"])
async def test_a_page_of_a_visit_is_shown_to_nobody_without_one(place: Place, name: str) -> None:
    """What a page still asks for after an outage has ended its visit leads nowhere."""
    app = place.app()
    async with app.run_test(size=WIDE) as pilot:
        await opened(pilot)
        await sign_in(pilot)
        await app.watch_time(0.0)
        app.post_message(Go(name, BOOK))
        await pilot.pause()
        await answered(pilot)
        assert app.page_shown() is app.get_screen("welcome")


async def test_a_record_is_not_even_looked_up_for_a_duty_that_is_over(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the desk still asks for after it was locked is not asked of the library."""
    looked_up: list[object] = []
    monkeypatch.setattr(StaffMember, "open", lambda _page, about: looked_up.append(about))
    app = place.app()
    async with app.run_test(size=WIDE) as pilot:
        await opened(pilot)
        app.post_message(Go("staff_member", about=1))
        await pilot.pause()
        await answered(pilot)
        assert looked_up == []


async def test_the_language_of_a_page_that_is_not_shown_changes_too(place: Place) -> None:
    """It is said anew when the page comes back."""
    app = place.app()
    async with app.run_test(size=WIDE) as pilot:
        await opened(pilot)
        await sign_in(pilot)
        await press(pilot, "f5", "f9")
        await press(pilot, "f2")
        await press(pilot, "f5")
        shown = await shows(pilot, "My loans", "Title", "Renewal")
        assert "Ödünçlerim" not in shown


async def _walk(place: Place, *, ready: bool) -> list[str]:
    """What each page of a visit shows; `ready`: after all have been made while nobody was there."""
    app, shown = place.app(), []
    async with app.run_test(size=WIDE) as pilot:
        await opened(pilot)
        for _ in range(len(app.pages) if ready else 0):
            await app.make_one_ready()
        assert app.get_screen("checkout").is_running is ready
        await sign_in(pilot)
        for key in ("f3", "f4", "f5", "f6", "f7", "f8", "f9"):
            await press(pilot, key)
            shown.append(text_of(app))
            await press(pilot, "f9")
    return shown


async def test_a_page_that_was_made_ready_shows_what_any_other_does(place: Place) -> None:
    """Who is signed in, how to leave, the limits: though nobody was when it was made."""
    ready, made_now = await _walk(place, ready=True), await _walk(place, ready=False)
    assert ready == made_now
    assert all("Ayşe K." in page and "Bitir" in page for page in ready)
