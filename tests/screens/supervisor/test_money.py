"""Money as staff take it: a payment and its receipt, a waiver with two people, the day's closing."""

from __future__ import annotations

from textual.pilot import Pilot

from store.act import At
from store.circulation import checkouts, losses, shelf
from store.members import memberrecords
from store.money import closings, ledger, payments
from store.states import LedgerKind
from store.transaction import Transaction, use_case
from tests.screens.conftest import NOW, Place, opened, press, scan, shows, type_slowly
from tests.screens.supervisor.audit import entries
from tests.screens.walking import CLERK, STAFF_PIN, SUPERVISOR, section, then

WIDE = (120, 34)
FELLOW = "209004"
"Another supervisor."


@use_case
def _charge(tx: Transaction, member_id: int) -> int:
    return ledger.charge(tx, member_id, LedgerKind.REPLACEMENT, 6000, NOW, At("test-1"))


_ACCOUNT = section(1, "wait:iş günü", "scan:201004", "wait:Işıl", "f6", "wait:16,50 TL ödenecek", card=CLERK)


async def test_a_part_payment_by_card_and_its_receipt_on_paper(place: Place) -> None:
    """The clerk takes ten lira; the slip's number stands on the printed receipt."""
    app = place.app()
    async with app.run_test(size=WIDE) as pilot:
        await then(_ACCOUNT, "f3", "wait:Borç: 16,50")(pilot)
        await type_slowly(pilot, "10")
        await press(pilot, "enter", "down", "enter")
        await type_slowly(pilot, "4711")
        await press(pilot, "enter")
        await shows(pilot, "Makbuz 2026-000001", "10,00 TL alındı, 6,50 TL borç kaldı")
        await press(pilot, "enter")
        await shows(pilot, "Yazdırıldı.", "6,50 TL ödenecek")
    printed = (place.folder / "printed.txt").read_text("utf-8")
    for words in ("Makbuz 2026-000001", "Tutunamayanlar", "10,00 TL (kart)", "4711", "6,50 TL", "Selin Kara"):
        assert words in printed
    assert entries(place, "payment")[-1].detail["method"] == "card"


async def test_more_than_is_owed_is_refused_with_the_numbers(place: Place) -> None:
    """Nothing is taken; the form stands there as it was, the amount marked for another to be typed."""
    app = place.app()
    async with app.run_test(size=WIDE) as pilot:
        await then(_ACCOUNT, "f3", "wait:Borç: 16,50")(pilot)
        await type_slowly(pilot, "20")
        await press(pilot, "enter", "down", "enter")
        await type_slowly(pilot, "4711")
        await press(pilot, "enter")
        await shows(pilot, "Borçtan fazla", "20,00 TL", "16,50 TL", "4711")
        assert place.library is not None and closings.drawer(place.library, "test-1").count == 0
        await type_slowly(pilot, "12,5")
        await press(pilot, *["enter"] * 3)
        await shows(pilot, "12,50 TL alındı, 4,00 TL borç kaldı")
    assert entries(place, "payment")[-1].detail["method"] == "card"


async def test_a_large_waiver_takes_a_second_person(place: Place) -> None:
    """A supervisor waives sixty lira; a fellow supervisor reads what for, and signs with card and PIN.

    Who acts and who may not is told so, and another can try.
    """
    app = place.app()
    async with app.run_test(size=WIDE) as pilot:
        await opened(pilot)
        assert place.library is not None
        member_id = memberrecords.holder(place.library, "201004")
        assert member_id is not None
        _charge(place.library, member_id)
        await section(1, "wait:iş günü", "scan:201004", "wait:60,00 TL", "f6", "f4", "down", "enter")(pilot)
        await shows(pilot, "bütün borç")
        await press(pilot, "enter")
        await type_slowly(pilot, "yangin")
        await press(pilot, "enter")
        told = ("bütün borç", "Işıl Öztürk", "76,50 TL", "Gerekçe: yangin", "PIN ile imzalar: gözetmen.")
        await shows(pilot, "ikinci bir görevli", *told)
        await _sign(pilot, SUPERVISOR)
        await shows(pilot, "İşlemi yapan imzalayamaz", *told)
        await _sign(pilot, CLERK)
        await shows(pilot, "Bu imza yetmez", "gözetmen imzalamalıdır", *told)
        await press(pilot, "escape")
        await shows(pilot, "İkinci bir imza gerekli", "yangin")
        await press(pilot, "enter", "enter")
        await shows(pilot, "ikinci bir görevli", *told)
        await _sign(pilot, FELLOW)
        await shows(pilot, "76,50 TL düşüldü", "Silme 2026-000001")
    *refused, done = entries(place, "waiver")
    assert {entry.outcome for entry in refused} == {"refused"} and done.outcome == "done"
    assert done.detail["reason"] == "yangin" and done.detail["second"] == 4


async def _sign(pilot: Pilot[None], card: str) -> None:
    await scan(pilot, card)
    await type_slowly(pilot, STAFF_PIN)
    await press(pilot, "enter")


async def test_the_day_is_closed_with_a_note_where_the_sums_differ(place: Place) -> None:
    """Counted one lira short; the closing lists what it counts and is kept."""
    app = place.app()
    async with app.run_test(size=WIDE) as pilot:
        await then(_ACCOUNT, "f3", "wait:Borç", "enter", "enter", "enter", "wait:Makbuz", "escape")(pilot)
        await press(pilot, "f9", *(["down"] * 6), "enter")
        await shows(pilot, "Nakit 16,50 TL", "Işıl Öztürk")
        await press(pilot, "f3")
        await type_slowly(pilot, "15,50")
        await press(pilot, "enter")
        await type_slowly(pilot, "bozuk para")
        await press(pilot, "enter")
        shown = await shows(pilot, "Gün kapatıldı. Fark: -1,00 TL", "Kapanış 1")
        assert "E-posta" not in shown  # it is nobody's
        await press(pilot, "enter")
        await shows(pilot, "Yazdırıldı.")
        await press(pilot, "f6")
        await shows(pilot, "-1,00 TL", "bozuk para")
        await press(pilot, "f5")
        await shows(pilot, "closing-1.csv")
    assert "Sayılan nakit: 15,50 TL" in (place.folder / "printed.txt").read_text("utf-8")
    assert (place.folder / "papers" / "closing-1.csv").read_text("utf-8-sig").count("\n") == 2


async def test_a_charge_says_how_it_was_settled_and_only_what_was_paid_is_given_back(place: Place) -> None:
    """Let go is not paid; what falls with its loss shows the entry against it; nothing is given back twice."""
    app, at = place.app(), At("test-1", "desk")
    async with app.run_test(size=WIDE) as pilot:
        await opened(pilot)
        library = place.library
        assert library is not None
        member_id = memberrecords.holder(library, "201019")
        assert member_id is not None
        checkouts.checkout(library, member_id, "300001", NOW, at)
        losses.report_lost(library, member_id, "300001", NOW, at)
        shelf.handle(library, "300001", NOW, at)
        await section(1, "wait:iş günü", "scan:201019", "f6", "wait:düzeltildi", "wait:-15,00 TL", "f4")(pilot)
        assert "Geri öde:" not in await shows(pilot, "Ödeme al")
        charge = _charge(library, member_id)
        payments.waive(library, member_id, 1000, "kurul", NOW, at, charge)
        payments.pay(library, member_id, None, NOW, at)
        await press(pilot, "escape")
        await then(_shown_again, "wait:ödendi, silindi", "f4", "wait:Geri öde:", "end", "enter")(pilot)
        await shows(pilot, "yeniden borç doğmaz")
        await press(pilot, "escape")
        payments.refund(library, member_id, charge, 5000, "bulundu", NOW, at)
        await then(_shown_again, "wait:ödendi, silindi, geri verildi", "f4")(pilot)
        assert "Geri öde:" not in await shows(pilot, "Ödeme al")


async def _shown_again(pilot: Pilot[None]) -> None:
    """The account as it stands now."""
    await scan(pilot, "201019")
    await press(pilot, "f6")
