"""Receipts on paper, byte by byte: to a socket, a device and a file; printers that are off, busy, gone or odd."""

from __future__ import annotations

import json
import os
import pty
import socket
import threading
import time
import tty
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import pytest

from kiosk.config import Config, PrinterTable
from kiosk.printer import (
    BOLD_OFF,
    BOLD_ON,
    CP857,
    CUT,
    DevicePrinter,
    FilePrinter,
    NetworkPrinter,
    PrinterTrouble,
    escpos,
    fold_line,
    make_printer,
)
from kiosk.receipts import make_receipts

TURKISH = "ç Ç ğ Ğ ı I i İ ö Ö ş Ş ü Ü â î û"
LINES = ("Mustafa İnan Kütüphanesi", "", "Işık'ın Kâğıdı", "  Barkod 300001")


def _decoded(sent: bytes) -> list[str]:
    """The lines on the paper: what stands between the commands, in the code page that they choose."""
    assert sent.startswith(b"\x1b@\x1bt" + bytes((CP857,))), "start afresh, then choose the code page"
    assert sent.endswith(CUT)
    body = sent[5 : -len(CUT)].replace(BOLD_ON, b"").replace(BOLD_OFF, b"")
    assert b"\x1b" not in body and b"\x1d" not in body
    return body.decode("cp857").split("\n")[:-1] if body else []


def test_turkish_letters_come_out_in_the_code_page() -> None:
    """Composed or not: each is one byte, and the code page gives it back."""
    for text in (TURKISH, unicodedata.normalize("NFD", TURKISH)):
        sent = escpos(["", text], 42)
        assert _decoded(sent)[1] == TURKISH
        assert len(sent) == len(escpos(["", "x" * len(TURKISH)], 42))


def test_the_code_page_is_the_one_that_printers_call_13() -> None:
    """As python-escpos knows them: no other number stands for Turkish on more of them."""
    spec = find_spec("escpos")
    assert spec is not None and spec.origin is not None
    known = json.loads((Path(spec.origin).parent / "capabilities.json").read_text("utf-8"))
    assert known["encodings"]["CP857"]["python_encode"] == "cp857"
    numbers = [
        key for profile in known["profiles"].values() for key, page in profile["codePages"].items() if page == "CP857"
    ]
    assert max(set(numbers), key=numbers.count) == str(CP857)
    assert known["profiles"]["TM-T88V"]["codePages"]["13"] == "CP857"
    assert escpos([], 42, 61).startswith(b"\x1b@\x1bt\x3d"), "others by the settings"


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("12,50 ₺ … “Işık” – ‘x’", "12,50 TL ... \"Işık\" - 'x'"),
        ("Dvořák, Łódź, Æneis, €", "Dvorák, ?ódz, Æneis, EUR"),
        ("Война и мир 東京", "????? ? ??? ??"),
        ("a\u200fb\u0301\ufeff", "ab"),
        ("x\x1b@\x1dV\x00\x07y\tz\nw", "x@ Vy z w"),
        ("4\u00a0TL", "4 TL"),
    ],
)
def test_what_the_code_page_lacks_is_written_plainly(written: str, printed: str) -> None:
    """And no title commands the printer."""
    assert _decoded(escpos(["", written], 42))[1] == printed


@pytest.mark.parametrize("columns", [24, 42, 80])
@pytest.mark.parametrize("line", ["₺" * 50, "… " * 60, "  " + "uzun kelime " * 20, "a" * 200, "", " "])
def test_no_line_is_wider_than_the_paper(line: str, columns: int) -> None:
    """Also where one letter becomes several; the indent stays, and no letter is lost."""
    printed = _decoded(escpos(["", line], columns))[1:]
    assert max(map(len, printed)) <= columns
    assert all(each.startswith("  ") for each in printed) == line.startswith("  ")
    assert "".join("".join(printed).split()) == "".join(line.replace("₺", "TL").replace("…", "...").split())


def test_lines_are_broken_at_spaces() -> None:
    """As few as needed."""
    assert fold_line("Saatleri Ayarlama Enstitüsü", 20) == ["Saatleri Ayarlama", "Enstitüsü"]
    assert fold_line("  Barkod 300001 iki", 16) == ["  Barkod 300001", "  iki"]
    assert fold_line("", 24) == [""]


class _Printer:
    """A network printer: takes what comes on a port of this machine."""

    def __init__(self) -> None:
        self.taken = b""

    def serve(self, listening: socket.socket) -> None:
        connection, _address = listening.accept()
        with connection:
            while data := connection.recv(4096):
                self.taken += data


@contextmanager
def _listening(backlog: int = 1) -> Iterator[tuple[socket.socket, int]]:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        listening.listen(backlog)
        yield listening, listening.getsockname()[1]


def test_a_network_printer_gets_the_very_bytes() -> None:
    """One connection, the receipt, the cut, the end."""
    printer = _Printer()
    with _listening() as (listening, port):
        thread = threading.Thread(target=printer.serve, args=(listening,))
        thread.start()
        NetworkPrinter("127.0.0.1", port, 42, 2).print(LINES)
        thread.join(5)
    assert printer.taken == escpos(LINES, 42)
    assert _decoded(printer.taken) == list(LINES)
    assert printer.taken.count(BOLD_ON) == 1, "the heading alone"


def _closed_port() -> int:
    with _listening() as (_listener, port):
        return port


@pytest.mark.parametrize("host", ["127.0.0.1", "no-such-host.invalid", "two..dots", "x" * 70 + ".tr", "a\x00b"])
def test_a_printer_that_is_off_or_misnamed_is_trouble(host: str) -> None:
    """One kind of fault, which names the printer."""
    with pytest.raises(PrinterTrouble, match=r":\d+: "):
        NetworkPrinter(host, _closed_port(), 42, 1).print(LINES)


def test_a_printer_that_does_not_answer_is_given_up_in_time() -> None:
    """Its queue of connections is full: the call would wait for minutes."""
    with _listening(0) as (_listener, port), socket.create_connection(("127.0.0.1", port)):
        start = time.monotonic()
        with pytest.raises(PrinterTrouble, match="does not answer in time"):
            NetworkPrinter("127.0.0.1", port, 42, 0.2).print(LINES)
        assert time.monotonic() - start < 2


def test_a_printer_that_stops_taking_is_given_up_in_time() -> None:
    """It accepts and never reads; the receipt is longer than all buffers between."""
    with _listening() as (_listener, port), pytest.raises(PrinterTrouble, match="does not answer in time"):
        NetworkPrinter("127.0.0.1", port, 42, 0.2).print(["satır" * 8] * 100_000)


def test_a_device_gets_the_very_bytes(tmp_path: Path) -> None:
    """A pseudo-terminal as a serial printer, and a plain file."""
    master, slave = pty.openpty()
    tty.setraw(slave)
    DevicePrinter(Path(os.ttyname(slave)), 42, 1).print(LINES)
    assert os.read(master, 4096) == escpos(LINES, 42)
    os.close(slave)
    os.close(master)
    path = tmp_path / "lp0"
    path.touch()
    for _ in range(2):
        DevicePrinter(path, 42, 1, code_page=61).print(LINES)
    assert path.read_bytes() == escpos(LINES, 42, 61) * 2


def test_a_device_that_is_unplugged_closed_or_stuck_is_trouble(tmp_path: Path) -> None:
    """No file takes its place; nobody waits for a printer without paper."""
    with pytest.raises(PrinterTrouble, match="no such file"):
        DevicePrinter(tmp_path / "lp0", 42, 1).print(LINES)
    assert not (tmp_path / "lp0").exists()
    with pytest.raises(PrinterTrouble, match="it is a folder"):
        DevicePrinter(tmp_path, 42, 1).print(LINES)
    with pytest.raises(PrinterTrouble):
        DevicePrinter(Path("a\x00b"), 42, 1).print(LINES)
    os.mkfifo(tmp_path / "fifo")
    with pytest.raises(PrinterTrouble):
        DevicePrinter(tmp_path / "fifo", 42, 1).print(LINES)
    reader = os.open(tmp_path / "fifo", os.O_RDONLY | os.O_NONBLOCK)
    with pytest.raises(PrinterTrouble, match="does not answer in time"):
        DevicePrinter(tmp_path / "fifo", 42, 0.2).print(["satır"] * 50_000)
    os.close(reader)


def test_a_full_device_is_trouble() -> None:
    """/dev/full takes nothing."""
    with pytest.raises(PrinterTrouble, match="the disk is full"):
        DevicePrinter(Path("/dev/full"), 42, 1).print(LINES)


def test_a_file_printer_appends_plain_text(tmp_path: Path) -> None:
    """In UTF-8, folded, a line of dashes after each; a folder that is not there is trouble."""
    printer = FilePrinter(tmp_path / "printed.txt", 24)
    printer.print(LINES)
    printer.print(["₺ \x1b[31m 東"])
    text = (tmp_path / "printed.txt").read_text("utf-8")
    assert text == "\n".join([*LINES, "-" * 24, "₺ [31m 東", "-" * 24, ""])
    with pytest.raises(PrinterTrouble, match="no such file"):
        FilePrinter(tmp_path / "none" / "printed.txt", 24).print(LINES)


def test_the_settings_name_the_printer() -> None:
    """Each kind, with its own settings."""
    table = PrinterTable(kind="network", host="yazici", port=9101, columns=32, timeout_seconds=3, code_page=61)
    assert make_receipts(Config(printer=table)).printer == NetworkPrinter("yazici", 9101, 32, 3, 61)
    more = {"host": "", "port": 1, "path": "/dev/usb/lp0", "columns": 42, "timeout": 5.0}
    assert make_printer("device", **more) == DevicePrinter(Path("/dev/usb/lp0"), 42, 5.0)  # type: ignore[arg-type]
    assert make_printer("file", **more) == FilePrinter(Path("/dev/usb/lp0"), 42)  # type: ignore[arg-type]
    assert not make_receipts(Config()).can_print
