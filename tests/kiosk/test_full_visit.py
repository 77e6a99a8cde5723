"""A whole visit on a real pseudo-terminal: by keys alone in both languages, by touch alone; items by the scanner."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest
from sqlalchemy import text

from screens import words
from screens.widgets.keypad import ENTER
from store.database import open_database
from store.upkeep.copying import copy_library
from tests.terminal import Terminal

KIOSK = Path(sys.executable).parent / "kiosk"
F3, F4, F5, F7, F9, F10 = "\x1bOR", "\x1bOS", "\x1b[15~", "\x1b[18~", "\x1b[20~", "\x1b[21~"
CARD, PIN = "201016", "deneme1"
SETTINGS = """
[library]
database = "{database}"
[terminal]
branch = "mustafa_inan"
language = "{language}"
typed_cards = true
on_screen_keyboard = {touch}
idle_seconds = 600
sound = false
[faults]
state_folder = "{folder}/state"
"""


def _terminal(demo: Path, folder: Path, language: str, *, touch: bool = False, server: str | None = None) -> Terminal:
    """A terminal on the demo library in a file, or moved to a server as an administrator moves it."""
    database = f"sqlite:///{folder}/library.db"
    shutil.copy(demo, folder / "library.db")
    if server is not None:
        copy_library(database, server)
        database = server
    config = folder / "kiosk.toml"
    words_of_it = SETTINGS.format(folder=folder, database=database, language=language, touch=str(touch).lower())
    config.write_text(words_of_it, "utf-8")
    config.chmod(0o600)
    environment = {"HOME": str(folder), "LANG": "C.UTF-8"}
    return Terminal([str(KIOSK), "--config", str(config)], env=environment, cwd=folder)


def _one(url: str, sql: str) -> int:
    database = open_database(url)
    with database.read.connect() as connection:
        count = connection.execute(text(sql)).scalar_one()
    database.close()
    return int(count)


MINE = f"member_id = (SELECT member_id FROM card WHERE number = '{CARD}')"


def _check_books(url: str) -> None:
    assert _one(url, f"SELECT count(*) FROM loan WHERE {MINE} AND renewals = 1") == 2
    assert _one(url, f"SELECT count(*) FROM loan WHERE {MINE} AND closed_at IS NULL") == 2
    assert _one(url, f"SELECT count(*) FROM hold WHERE {MINE} AND status = 'waiting'") == 1


def _own_barcode(url: str) -> str:
    sql = f"SELECT barcode FROM copy JOIN loan ON copy.id = copy_id WHERE {MINE} AND closed_at IS NULL"
    return str(_one(url, sql + " ORDER BY barcode LIMIT 1"))


def _type(terminal: Terminal, text: str) -> None:
    for letter in text:
        terminal.settle(0.15)
        terminal.press(letter)


@pytest.mark.parametrize("language", ["tr", "en"])
def test_a_whole_visit_by_keys(
    tmp_path: Path, todays_demo: Path, language: str, request: pytest.FixtureRequest
) -> None:
    """Sign in, renew all, hold, return, borrow, receipt, leave; in Turkish on a file, in English on a PostgreSQL."""
    say = words.translator(language)
    server: str | None = request.getfixturevalue("pg_url") if language == "en" else None
    url = server or f"sqlite:///{tmp_path}/library.db"
    with _terminal(todays_demo, tmp_path, language, server=server) as terminal:
        terminal.wait_for(say.text("Scan your card"), say.text("Open all day today"))
        terminal.scan(CARD)
        terminal.wait_for(say.text("Sign in"), "PIN")
        _type(terminal, PIN)
        terminal.settle()
        terminal.press("\r")
        terminal.wait_for("Nilüfer", "2 / 15")
        terminal.press(F5)
        terminal.wait_for(f"{say.text('Renew all')}: 2")
        terminal.press(F3)
        terminal.wait_for(say.count("{n} renewed", "{n} renewed", 2), "1/3")
        terminal.press(F9)
        terminal.wait_for("Nilüfer", say.text("My account"))
        terminal.press(F7)
        terminal.wait_for(say.text("Results appear while you type."))
        _type(terminal, "kurk mantolu")
        terminal.wait_for("Kürk Mantolu Madonna")
        terminal.settle()
        terminal.press("\r")
        terminal.wait_for(say.text("Place a hold"), "PL248 .A533")
        terminal.press(F3)
        terminal.wait_for(say.text("Your hold stands: place {n} in the queue.").format(n=2))
        terminal.press(F9)
        terminal.wait_for(say.text("Where is it?"))
        terminal.press(F9)
        terminal.wait_for(say.text("My account"))
        terminal.press(F4)
        terminal.wait_for(say.text("Scan the items one after another; no card is needed"))
        terminal.scan(_own_barcode(url))
        terminal.wait_for(say.text("on time"), say.text("put it on the return shelf"))
        terminal.press(F9)
        terminal.wait_for(say.text("My account"))
        terminal.scan("300001")
        terminal.wait_for("Tutunamayanlar", "✓")
        terminal.press(F10)
        terminal.wait_for(say.text("Barcode {barcode}").format(barcode="300001"), say.text("Returned"))
        terminal.press(F10)
        terminal.wait_for(say.text("Scan your card"))
        assert "Nilüfer" not in terminal.text()
    _check_books(url)


def test_a_whole_visit_by_touch(tmp_path: Path, todays_demo: Path) -> None:
    """No key is pressed: card number and PIN on the keyboard of the screen, doors and lines by touch."""
    say = words.translator("tr")
    with _terminal(todays_demo, tmp_path, "tr", touch=True) as terminal:
        terminal.wait_for("Kartınızı okutun", "Bugün 24 saat açık")
        terminal.click_on(say.text("Type card number"))
        _touch_keys(terminal, CARD + ENTER)
        _touch_keys(terminal, PIN + ENTER)
        terminal.wait_for("Merhaba, Nilüfer", "2 / 15")
        terminal.click_on(say.text("My loans"))
        terminal.click_on(f"{say.text('Renew all')}: 2")
        terminal.wait_for("2 uzatıldı", "1/3")
        terminal.click_on(say.text("Home"))
        terminal.wait_for("Merhaba")
        terminal.click_on(f"{say.text('Search')}  F7")  # the word alone may be a month on the screen
        terminal.wait_for(say.text("Results appear while you type."))
        _touch_keys(terminal, "madonna")
        terminal.click_on("Kürk Mantolu Madonna")
        terminal.wait_for("PL248 .A533")
        terminal.click_on(say.text("Place a hold"))
        terminal.wait_for("sırada 2")
        terminal.click_on(say.text("Back"))
        terminal.wait_for(say.text("Where is it?"))
        terminal.click_on(say.text("Home"))
        terminal.wait_for("Merhaba")
        terminal.click_on(say.text("Return"))
        terminal.wait_for("kart gerekmez")
        terminal.scan(_own_barcode(f"sqlite:///{tmp_path}/library.db"))
        terminal.wait_for("zamanında")
        terminal.click_on(say.text("Home"))
        terminal.wait_for("Merhaba")
        terminal.click_on(say.text("Borrow"))
        terminal.wait_for(say.text("Scan the items one after another"))
        terminal.scan("300001")
        terminal.wait_for("Tutunamayanlar", "✓")
        terminal.click_on(say.text("Done"))
        terminal.wait_for("Barkod 300001")
        terminal.click_on(say.text("Done"))
        terminal.wait_for("Kartınızı okutun")
    _check_books(f"sqlite:///{tmp_path}/library.db")


def _touch_keys(terminal: Terminal, keys: str) -> None:
    """Touch the keys of the on-screen keyboard one after another."""
    terminal.wait_for(ENTER)
    for key in keys:
        terminal.settle(0.15)
        lines = terminal.text().splitlines()
        for row, line in enumerate(lines):
            if key in line.split() and len(line.split()) >= 9:
                terminal.click(line.index(f" {key} ") + 1, row)
                break
        else:
            raise AssertionError(f"no key {key!r} on the screen:\n{terminal.text()}")
