"""The installed command on a real pseudo-terminal, driven by scanner bursts and keys; then killed without warning."""

from __future__ import annotations

import os
import random
import shutil
import signal
import sqlite3
import sys
from pathlib import Path

import pytest

from kiosk.faults import EXIT_FAULT
from tests.terminal import Terminal

KIOSK = Path(sys.executable).parent / "kiosk"


@pytest.fixture
def home(tmp_path: Path, todays_demo: Path) -> dict[str, str]:
    """A home of the test's own, in which the demo was started before today."""
    folder = tmp_path / "kiosk-demo"
    folder.mkdir()
    shutil.copy(todays_demo, folder / "demo.db")
    return {"HOME": str(tmp_path), "XDG_STATE_HOME": str(tmp_path), "LANG": "C.UTF-8"}


def _demo(home: dict[str, str]) -> Terminal:
    return Terminal([str(KIOSK), "demo"], env=home)


def _open_loans(home: dict[str, str], *barcodes: str) -> int:
    marks = ",".join("?" for _ in barcodes)
    with sqlite3.connect(Path(home["XDG_STATE_HOME"]) / "kiosk-demo" / "demo.db") as database:
        sql = (
            f"SELECT count(*) FROM loan JOIN copy ON copy.id = copy_id WHERE closed_at IS NULL AND barcode IN ({marks})"
        )
        count: int = database.execute(sql, barcodes).fetchone()[0]
    database.close()
    return count


def _sign_in(terminal: Terminal, card: str = "201019", pin: str = "deneme1", greeting: str = "Merhaba, Yağmur") -> None:
    terminal.wait_for("Kartınızı okutun", "Bugün 24 saat açık")
    terminal.scan(card)
    terminal.wait_for("Kart okundu")
    for letter in pin:
        terminal.press(letter)
        terminal.wait_for("•")
    terminal.settle()
    terminal.press("\r")
    terminal.wait_for(greeting)


def test_a_visit_by_scanner_and_keys_then_a_power_cut(home: dict[str, str]) -> None:
    """Card, PIN, three scans, Done: the loans are in the file. Killed in mid-visit, nothing is lost, nothing shown."""
    with _demo(home) as terminal:
        _sign_in(terminal)
        for barcode in ("300001", "300003", "300684"):
            terminal.scan(barcode)
        terminal.press("\x1b[21~")
        terminal.wait_for("Barkod 300684", "3 yayın")
        terminal.press("\x1b[21~")
        terminal.wait_for("Kartınızı okutun")
        left = terminal.text()
        assert "Yağmur" not in left.replace("201019  PIN deneme1  Yağmur Eren", "")
        assert _open_loans(home, "300001", "300003", "300684") == 3
        _sign_in(terminal)
        terminal.scan("300685")
        terminal.wait_for("The Köln Concert: iade")
        terminal.kill(signal.SIGKILL)
    assert _open_loans(home, "300685") == 1
    with _demo(home) as again:
        again.wait_for("Kartınızı okutun", "Bugün 24 saat açık")
        assert "Merhaba" not in again.text() and "Köln" not in again.text()
        assert _open_loans(home, "300001", "300003", "300684", "300685") == 4


def test_signals_of_keys_end_nothing_and_a_supervisor_ends_it(home: dict[str, str]) -> None:
    """Ctrl+C, ctrl+\\, ctrl+Z, SIGINT, SIGTSTP, SIGHUP: it stands; a supervisor ends it: exit code 0."""
    with _demo(home) as terminal:
        terminal.wait_for("Kartınızı okutun", "Bugün 24 saat açık")
        for key in ("\x03", "\x1c", "\x1a", "\x11", "\x10", "\x04"):
            terminal.press(key)
        for name in (signal.SIGINT, signal.SIGTSTP, signal.SIGHUP, signal.SIGQUIT):
            os.kill(terminal.process.pid, name)
        terminal.wait_for("Kartınızı okutun")
        _sign_in(terminal, "209001", "gozetmen01", "GÖZETMEN KİPİ")
        _to_the_terminals_page(terminal)
        _confirm(terminal, "\x1b[24~")
        assert terminal.wait_end() == 0


def test_a_supervisor_starts_it_anew(home: dict[str, str]) -> None:
    """The same process begins again from nothing: welcome page, nobody signed in."""
    with _demo(home) as terminal:
        terminal.wait_for("Kartınızı okutun", "Bugün 24 saat açık")
        _sign_in(terminal, "209001", "gozetmen01", "GÖZETMEN KİPİ")
        _to_the_terminals_page(terminal)
        terminal.click_on("Yeniden başlat")
        _confirm(terminal, "")
        terminal.wait_for("Kartınızı okutun", "Bugün 24 saat açık")
        assert terminal.process.poll() is None and "GÖZETMEN" not in terminal.text()


def _to_the_terminals_page(terminal: Terminal) -> None:
    terminal.press("\x1b[20~")
    terminal.wait_for("Bölümler", "Geri")
    terminal.settle()
    terminal.press("\x1b[F")
    terminal.settle()
    terminal.press("\r")
    terminal.wait_for("Programı bitir")


def _confirm(terminal: Terminal, keys: str) -> None:
    terminal.press(keys)
    terminal.wait_for("Emin misiniz?")
    terminal.press("\r")


def test_nothing_on_the_line_makes_it_deaf(home: dict[str, str]) -> None:
    """Bytes that are no letters, a paste that does not end, a storm of everything: the next card is read."""
    dice = random.Random(5)
    storm = bytes(dice.randrange(256) for _ in range(3000))
    with _demo(home) as terminal:
        terminal.wait_for("Kartınızı okutun", "Bugün 24 saat açık")
        for attack in (b"\xff\xfe\xc3", b"\x1b[200~300001", storm):
            terminal.press(attack)
            terminal.settle()
            terminal.press("\x1b[21~")
            terminal.settle()
            terminal.press("\x1b[21~")
            terminal.scan("201019")
            terminal.wait_for("Kart okundu")
            terminal.press("\x1b[21~")
            terminal.wait_for("Kartınızı okutun")


def test_an_orderly_stop_restores_the_terminal(home: dict[str, str]) -> None:
    """A service unit stops the very first run of the demo: the alternate screen is left, no traceback is printed."""
    (Path(home["XDG_STATE_HOME"]) / "kiosk-demo" / "demo.db").unlink()
    with _demo(home) as terminal:
        terminal.wait_for("Kartınızı okutun", "Bugün 24 saat açık")
        os.kill(terminal.process.pid, signal.SIGTERM)
        assert terminal.wait_end() == 0
        assert b"Traceback" not in terminal.output and b"\x1b[?1049l" in terminal.output


def test_without_a_configuration_it_says_so(tmp_path: Path, home: dict[str, str]) -> None:
    """One sentence, exit status 2."""
    with Terminal([str(KIOSK)], env=home, cwd=tmp_path) as terminal:
        code = terminal.wait_end()
        assert code == 2 and "kiosk init" in terminal.text()


def test_what_the_terminal_was_sent_after_a_visit_holds_nothing_of_it(home: dict[str, str]) -> None:
    """From the first page on, the output stream has no name, title or barcode of the visit."""
    with _demo(home) as terminal:
        _sign_in(terminal, "201001", greeting="Merhaba, Ayşe")
        terminal.scan("300001")
        terminal.wait_for("Tutunamayanlar")
        terminal.press("\x1b[21~")
        terminal.wait_for("Barkod 300001")
        terminal.press("\x1b[21~")
        terminal.wait_for("Kartınızı okutun")
        terminal.settle()
        mark = len(terminal.output)
        terminal.press("\x1bOQ")
        terminal.wait_for("[EN]")
        terminal.settle()
        sent = bytes(terminal.output[mark:]).decode("utf-8", "replace")
        assert "Tutunamayanlar" not in sent and "300001" not in sent and "Merhaba" not in sent


def test_a_terminal_that_is_gone_leaves_no_program_behind(home: dict[str, str]) -> None:
    """The window was closed or the line hung up: the program ends, for the service unit to start a new one."""
    terminal = _demo(home)
    terminal.wait_for("Kartınızı okutun", "Bugün 24 saat açık")
    terminal.kill(signal.SIGCONT)  # what the kernel sends along when a window is closed
    terminal.hang_up()
    assert terminal.process.wait(20) == 70


def test_without_a_library_it_says_what_to_do_and_makes_none(tmp_path: Path) -> None:
    """An administrator who forgot `kiosk init` reads so, under the words for members."""
    (tmp_path / "kiosk.toml").write_text('[library]\ndatabase = "sqlite:///kiosk.db"\n', "utf-8")
    with Terminal([str(KIOSK)], env={"HOME": str(tmp_path), "LANG": "C.UTF-8"}, cwd=tmp_path) as terminal:
        terminal.wait_for("Bu terminal hizmet dışıdır", "This terminal is out of service")
        terminal.wait_for("bu veritabanında kütüphane yok", "`kiosk init` komutunu çalıştırın")
        assert terminal.process.wait(30) == EXIT_FAULT
    assert not (tmp_path / "kiosk.db").exists()
