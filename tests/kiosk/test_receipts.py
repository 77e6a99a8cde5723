"""The receipt of a visit, in both languages: as lines, on paper, by mail; what can't be printed is answered with no."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

import pytest

from kiosk.config import Config, LibraryTable, MailTable, PrinterTable
from kiosk.printer import BOLD_OFF, BOLD_ON, CUT
from kiosk.receipts import make_receipts
from screens.terminal import Visit
from store.errors import DatabaseUnreachable
from store.policy.verdict import Fine
from store.results.circulation import CheckedOut, Item
from store.results.returns import Renewed, Returned
from store.results.visit import SignedIn

NOW = datetime(2026, 3, 2, 11, 32, tzinfo=UTC)
NAMES = LibraryTable(name="Mustafa İnan Kütüphanesi", name_en="Mustafa İnan Library")


def _item(barcode: str, title: str, author: str = "") -> Item:
    return Item(barcode, title, author, "book", "kitap", "book", "main", "Merkez", "Main", "", "on_loan")


def _visit() -> Visit:
    member = SignedIn(1, "Ayşe", "Kaya", "undergraduate", None, None, "ayse@itu.edu.tr")
    due = datetime(2026, 3, 16, 20, 59, 59, tzinfo=UTC)
    soon = datetime(2026, 3, 2, 13, 32, tzinfo=UTC)
    more = {"fine_first": 0, "fine_unit": "none", "fine_free_days": 0, "short_period": False, "from_hold": False}
    more |= {"repeated": False, "overridden": False, "meters": ()}
    lent = [
        CheckedOut(1, _item("300001", "Işığın Öyküsü", "Şule Çağ"), due, False, 2, due, **more),  # type: ignore[arg-type]
        CheckedOut(2, _item("300002", "Analiz"), soon, True, 0, None, **more),  # type: ignore[arg-type]
    ]
    fines = [Fine(450, "day", 3, 0, (), "ITU-M5"), Fine(0, "none", 0, 0, (), None)]
    returned = [
        Returned(_item(f"30000{number}", f"Geri {number}"), bool(fine.amount), fine, None, None, "shelf", False)
        for number, fine in enumerate(fines, 3)
    ]
    renewed = [("Saatleri Ayarlama Enstitüsü", Renewed(9, "300009", due, False, 1, 2, None))]
    return Visit(member, lent=lent, returned=returned, renewed=renewed, held=[("Kürk Mantolu Madonna", 2)])


TOLD = {
    "tr": (
        "Mustafa İnan Kütüphanesi", "2 Mar Pzt 14:32", "Ayşe K.", "",
        "Işığın Öyküsü - Şule Çağ", "  Barkod 300001", "  İade 16 Mar Pzt", "  2 uzatma, 16 Mar Pzt 23:59 sonrası", "",
        "Analiz", "  Barkod 300002", "  İade 2 Mar Pzt 16:32", "",
        "Saatleri Ayarlama Enstitüsü", "  Uzatıldı, iade 16 Mar Pzt", "",
        "Kürk Mantolu Madonna", "  Ayırtıldı, sırası 2", "",
        "Geri 3", "  Barkod 300003", "  Geç iade edildi, ceza 4,50 TL", "",
        "Geri 4", "  Barkod 300004", "  İade edildi", "",
        "2 yayın", "İade tarihlerinin takibi size aittir; mektuplar yalnızca hatırlatmadır.",
    ),
    "en": (
        "Mustafa İnan Library", "Mon 2 Mar 14:32", "Ayşe K.", "",
        "Işığın Öyküsü - Şule Çağ", "  Barcode 300001", "  Due Mon 16 Mar", "  2 renewals, from Mon 16 Mar 23:59", "",
        "Analiz", "  Barcode 300002", "  Due Mon 2 Mar 16:32", "",
        "Saatleri Ayarlama Enstitüsü", "  Renewed, due Mon 16 Mar", "",
        "Kürk Mantolu Madonna", "  Held, place 2 in the queue", "",
        "Geri 3", "  Barcode 300003", "  Returned late, fine TL 4.50", "",
        "Geri 4", "  Barcode 300004", "  Returned", "",
        "2 items", "Please mind the due dates; letters are a courtesy.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("language", ["tr", "en"])
def test_the_receipt_tells_each_act_with_its_date(language: str) -> None:
    """Loans, hours where they count, renewals, holds, returns and fines; the surname by its letter only."""
    assert make_receipts(Config(library=NAMES)).lines(_visit(), NOW, language) == TOLD[language]


@pytest.mark.parametrize("language", ["tr", "en"])
def test_paper_holds_every_word_of_it(tmp_path: Path, language: str) -> None:
    """Nothing is lost in the code page, and what fits stands as it does on the screen."""
    path = tmp_path / "lp0"
    path.touch()
    table = PrinterTable(kind="device", path=str(path))
    assert make_receipts(Config(library=NAMES, printer=table)).print(_visit(), NOW, language)
    printed = path.read_bytes()[5 : -len(CUT)].replace(BOLD_ON, b"").replace(BOLD_OFF, b"").decode("cp857").splitlines()
    assert [line for line in printed if line in TOLD[language]] == [line for line in TOLD[language] if len(line) <= 42]
    assert " ".join(printed).split() == " ".join(TOLD[language]).split()


def test_a_visit_in_which_nothing_was_lent_counts_nothing() -> None:
    """Whoever only returned something has no items to mind."""
    visit = _visit()
    visit.lent.clear()
    lines = make_receipts(Config(library=NAMES)).lines(visit, NOW, "en")
    assert not any("items" in line for line in lines) and "Geri 3" in lines


@pytest.mark.parametrize("kind", ["network", "device", "file"])
def test_what_can_not_be_printed_is_answered_with_no(tmp_path: Path, kind: str) -> None:
    """The visit goes on; the screen says so."""
    table = PrinterTable(kind=kind, host="two..dots", path=str(tmp_path / "none" / "lp0"))
    receipts = make_receipts(Config(printer=table))
    assert receipts.can_print
    assert not receipts.print(_visit(), NOW, "tr")
    without = make_receipts(Config())
    assert not without.can_print and not without.print(_visit(), NOW, "tr")


def _away() -> NoReturn:
    raise DatabaseUnreachable("the server is away")


def test_what_can_not_be_mailed_is_answered_with_no(tmp_path: Path) -> None:
    """No mail set up, no address, a folder that can't be made, a library that is away."""
    visit, folder = _visit(), tmp_path / "out"
    assert not make_receipts(Config()).mail(visit, NOW, "tr")
    table = MailTable(kind="file", folder=str(folder))
    assert make_receipts(Config(mail=table)).mail(visit, NOW, "tr")
    (tmp_path / "blocked").touch()
    blocked = MailTable(kind="file", folder=str(tmp_path / "blocked"))
    assert not make_receipts(Config(mail=blocked)).mail(visit, NOW, "tr")
    assert not make_receipts(Config(mail=table), _away).mail(visit, NOW, "tr")
    nobody = Visit(SignedIn(1, "Ayşe", "Kaya", "undergraduate", None, None, ""), lent=visit.lent)
    assert not make_receipts(Config(mail=table)).mail(nobody, NOW, "tr")
    assert len(list(folder.iterdir())) == 1
