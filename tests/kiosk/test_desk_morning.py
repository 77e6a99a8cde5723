"""A morning at the desk on a real pseudo-terminal: everything that staff do before noon stands in the books."""

from __future__ import annotations

import shutil
import sqlite3
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from screens import words
from store.act import At
from store.demo.cast import STAFF_PIN
from store.desk.staff import create_staff
from store.members import memberships
from store.opening import open_library
from store.settings import StoreSettings
from store.states import Role
from tests.terminal import Terminal

KIOSK = Path(sys.executable).parent / "kiosk"
ENTER, ESC, DOWN, BACKSPACE = "\r", "\x1b", "\x1b[B", "\x7f"
F3, F4, F5, F6, F7, F9, F10 = "\x1bOR", "\x1bOS", "\x1b[15~", "\x1b[17~", "\x1b[18~", "\x1b[20~", "\x1b[21~"
SUPERVISOR, SECOND = "209001", "209009"
BORROWER, FINED = "201001", "201004"
SECTIONS = ("Desk", "Members", "Titles", "Shelf", "Tasks", "Letters", "Cash")
SETTINGS = """
[library]
database = "sqlite:///{folder}/library.db"
waive_alone = 1
[terminal]
branch = "mustafa_inan"
sound = false
staff_idle_seconds = 600
[faults]
state_folder = "{folder}/state"
"""
EDGE_OF_A_CARD = "┏━━"
say = words.translator("tr")


def _library(demo: Path, folder: Path) -> None:
    """The demo, a second supervisor, an application of yesterday."""
    now, at = datetime.now(UTC).replace(microsecond=0), At("test", "desk")
    shutil.copy(demo, folder / "library.db")
    library = open_library(StoreSettings(database=f"sqlite:///{folder / 'library.db'}"), now)
    create_staff(library, "Nur Ak", SECOND, Role.SUPERVISOR, STAFF_PIN, now, at)
    form = {
        "surname": "Zorlu", "given_name": "Derya", "number": "15209999", "email": "derya@itu.edu.tr",
        "category": "undergraduate",
    }  # fmt: skip
    memberships.apply(library, form, now - timedelta(days=1), at)
    library.close()


def _one(folder: Path, sql: str) -> Any:  # noqa: ANN401 - whatever the column holds
    database = sqlite3.connect(folder / "library.db")
    row = database.execute(sql).fetchone()
    database.close()
    return row[0] if row is not None else None


def _type(terminal: Terminal, text: str) -> None:
    """Letter by letter, slower than any scanner."""
    for letter in text:
        terminal.settle(0.15)
        terminal.press(letter)
    terminal.settle()


def _sign_in(terminal: Terminal, card: str) -> None:
    terminal.scan(card)
    terminal.wait_for(say.text("Sign in"), "PIN")
    _type(terminal, STAFF_PIN)
    terminal.press(ENTER)
    terminal.wait_for(say.text("SUPERVISOR MODE"))
    terminal.settle()


def _section(terminal: Terminal, name: str) -> None:
    """By F9 and the list, as without a mouse."""
    terminal.settle()
    terminal.press(F9)
    terminal.wait_for(EDGE_OF_A_CARD)
    for _each in range(SECTIONS.index(name)):
        terminal.press(DOWN)
    terminal.settle()
    terminal.press(ENTER)
    terminal.wait_gone(EDGE_OF_A_CARD)
    terminal.settle()


def _act(terminal: Terminal, label: str) -> None:
    """From the list of acts, by touch."""
    terminal.settle()
    terminal.press(F4)
    terminal.click_on(say.text(label))
    terminal.settle()


def _confirm(terminal: Terminal) -> None:
    terminal.wait_for(say.text("Confirm"))
    terminal.settle()
    terminal.press(ENTER)
    terminal.settle()


def test_a_morning_at_the_desk(tmp_path: Path, todays_demo: Path) -> None:
    """An application, a lost book, a recall, a waiver that two sign for, the hold shelf, the day's closing."""
    _library(todays_demo, tmp_path)
    config = tmp_path / "kiosk.toml"
    config.write_text(SETTINGS.format(folder=tmp_path), "utf-8")
    config.chmod(0o600)
    environment = {"HOME": str(tmp_path), "LANG": "C.UTF-8"}
    with Terminal([str(KIOSK), "--config", str(config)], env=environment, cwd=tmp_path) as terminal:
        terminal.wait_for(say.text("Scan your card"), say.text("Open all day today"))
        _sign_in(terminal, SUPERVISOR)
        _application(terminal)
        _lost_and_recalled(terminal)
        _waiver(terminal)
        barcode = _hold_shelf(terminal, tmp_path)
        _closing(terminal)
        terminal.press(F10)
        terminal.wait_for(say.text("Scan your card"))
        assert "Derya" not in terminal.text()
    _check_books(tmp_path, barcode)


def _application(terminal: Terminal) -> None:
    _section(terminal, "Members")
    terminal.click_on("Derya Zorlu")
    terminal.wait_for("15209999", say.text("To the desk"))
    _act(terminal, "Approve the application")
    _confirm(terminal)
    terminal.wait_for(say.text("The application is approved."))


def _lost_and_recalled(terminal: Terminal) -> None:
    """At the desk: the first loan is lost, the next is wanted back."""
    _section(terminal, "Desk")
    terminal.scan(BORROWER)
    terminal.wait_for("Ayşe Kaya", "3 / 10")
    _act(terminal, "The member has lost it")
    _confirm(terminal)
    terminal.wait_for(say.text("{title}: recorded as lost").format(title=""))
    _act(terminal, "Recall it")
    _confirm(terminal)
    terminal.wait_for(say.text("recalled"))
    terminal.press(F5)
    terminal.wait_gone("Ayşe Kaya")


def _waiver(terminal: Terminal) -> None:
    """Above what one may let go alone: a second supervisor signs."""
    _section(terminal, "Cash")
    terminal.scan(FINED)
    terminal.wait_for("Işıl Öztürk", say.text("Take a payment"))
    _act(terminal, "Waive what is owed")
    terminal.wait_for(say.text("Reason"))
    terminal.press(ENTER)
    _type(terminal, "yanlis kayit")
    terminal.press(ENTER)
    terminal.wait_for(say.text("A second member of staff must sign for this"))
    terminal.scan(SECOND)
    _type(terminal, STAFF_PIN)
    terminal.press(ENTER)
    terminal.wait_gone(say.text("A second member of staff must sign for this"))
    terminal.settle()
    terminal.press(ESC)


def _hold_shelf(terminal: Terminal, folder: Path) -> str:
    """The copy that waits to be pulled is scanned: it goes onto the hold shelf."""
    barcode = str(
        _one(folder, "SELECT barcode FROM copy JOIN task ON task.copy_id = copy.id WHERE slug = 'hold_shelf_pull' "
             "AND done_at IS NULL")
    )  # fmt: skip
    _section(terminal, "Shelf")
    terminal.wait_for(say.text("To pull"))
    terminal.scan(barcode)
    terminal.wait_for(say.text("Put on the hold shelf"))
    return barcode


def _closing(terminal: Terminal) -> None:
    """Nothing was taken in cash: the drawer is empty, and that is signed."""
    _section(terminal, "Cash")
    terminal.press(F3)
    terminal.wait_for(say.text("Cash counted"))
    _type(terminal, "0")
    terminal.press(ENTER)
    terminal.settle()
    terminal.press(ENTER)
    terminal.wait_gone(say.text("Cash counted"))
    terminal.settle()
    terminal.press(ESC)
    terminal.settle()


def _check_books(folder: Path, barcode: str) -> None:
    """What was done, by whom, and that two have signed."""
    mine = f"member_id = (SELECT member_id FROM card WHERE number = '{BORROWER}')"
    assert _one(folder, "SELECT status FROM member WHERE number = '15209999'") == "active"
    assert _one(folder, f"SELECT count(*) FROM loan WHERE {mine} AND state = 'lost'") == 1
    assert _one(folder, f"SELECT count(*) FROM loan WHERE {mine} AND recalled_at IS NOT NULL") == 1
    fined = f"member_id = (SELECT member_id FROM card WHERE number = '{FINED}')"
    assert _one(folder, f"SELECT sum(amount) FROM ledger_entry WHERE {fined}") == 0
    assert _one(
        folder, f"SELECT done_at IS NOT NULL FROM task JOIN copy ON copy.id = copy_id WHERE barcode = '{barcode}'"
    )
    audited = "SELECT count(*) FROM audit_entry WHERE staff_id IS NOT NULL AND outcome = 'done' AND act = '{}'"
    for act in ("approve", "loss_lost", "recall", "waiver", "cash_closing"):
        assert _one(folder, audited.format(act)) == 1, act
    second = _one(
        folder, "SELECT json_extract(detail, '$.second') FROM audit_entry WHERE act = 'waiver' AND outcome = 'done'"
    )
    assert second == _one(folder, "SELECT id FROM staff WHERE name = 'Nur Ak'")
