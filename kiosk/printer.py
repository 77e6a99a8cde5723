"""Receipts on paper: ESC/POS over the network or a device file, or plain text into a file.

Only what a receipt needs, in the code page of Turkish, CP857; printers have it under different numbers (Epson: 13).
"""

from __future__ import annotations

import os
import select
import socket
import time
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from msgspec import Struct

from kiosk.unusable import why
from store.policy.said import at_line

INIT = b"\x1b@"
CODE_PAGE = b"\x1bt"
CP857 = 13
"The number of the code page on most printers."
BOLD_ON, BOLD_OFF = b"\x1bE\x01", b"\x1bE\x00"
CUT = b"\n\n\n\n\x1dV\x42\x00"
_PLAIN = str.maketrans(
    {"₺": "TL", "€": "EUR", "–": "-", "—": "-", "…": "...", "“": '"', "”": '"', "‘": "'", "’": "'", "•": "*",
     "✓": "+", "→": ">", "\u00a0": " ", "\u202f": " ", "▰": "#", "▱": "-", "·": "-"}
)  # fmt: skip


class PrinterTrouble(Exception):
    """The printer does not answer, or the file can't be written."""


class Printer(Protocol):
    """Prints lines; the first is a heading. Raises PrinterTrouble. May take seconds: never on the event loop."""

    def print(self, lines: Sequence[str]) -> None:
        """Print the lines and cut the paper."""
        ...


def escpos(lines: Sequence[str], columns: int, code_page: int = CP857) -> bytes:
    """The bytes of a receipt: heading in bold, long lines folded at words, what the code page lacks written plainly."""
    out = bytearray(INIT + CODE_PAGE + bytes((code_page,)))
    for number, line in enumerate(lines):
        for piece in fold_line(plain(line), columns):
            encoded = piece.encode("cp857", "replace")
            out += BOLD_ON + encoded + BOLD_OFF + b"\n" if number == 0 else encoded + b"\n"
    return bytes(out + CUT)


def plain(line: str) -> str:
    """The line in letters that the code page has: `Dvořák` becomes `Dvorák`. Data can't command the printer."""
    line = unicodedata.normalize("NFC", uncontrolled(line).translate(_PLAIN))
    return line if _fits(line) else "".join(map(_plain_letter, line))


def uncontrolled(line: str) -> str:
    """The line without control characters: a title may hold an escape sequence."""
    spaced = "".join(" " if letter.isspace() else letter for letter in line)
    return "".join(letter for letter in spaced if unicodedata.category(letter) != "Cc")


def _fits(text: str) -> bool:
    try:
        text.encode("cp857")
    except UnicodeEncodeError:
        return False
    return True


def _plain_letter(letter: str) -> str:
    if _fits(letter):
        return letter
    # A letter without its mark; a mark that stands alone, or steers the direction of writing, is nothing.
    bare = unicodedata.normalize("NFKD", letter)
    return "".join(each for each in bare if unicodedata.category(each) not in ("Mn", "Cf"))


def fold_line(line: str, columns: int) -> list[str]:
    """Break a line at spaces so that each piece fits, as far indented as the line; a longer word is broken, too."""
    words = line.split()
    indent = line[: len(line) - len(line.lstrip(" "))][: columns // 2]
    width, pieces, current = columns - len(indent), [], ""
    for word in words:
        while len(word) > width:
            if current:
                pieces.append(current)
                current = ""
            pieces.append(word[:width])
            word = word[width:]
        if current and len(current) + 1 + len(word) > width:
            pieces.append(current)
            current = ""
        current = f"{current} {word}" if current else word
    if current or not pieces:
        pieces.append(current)
    return [f"{indent}{piece}".rstrip() for piece in pieces]


class NetworkPrinter(Struct, frozen=True):
    """ESC/POS over TCP, port 9100 as a rule."""

    host: str
    port: int
    columns: int
    timeout: float
    code_page: int = CP857

    def print(self, lines: Sequence[str]) -> None:
        """Send it in one go; a printer that is off or gone is PrinterTrouble within the time-out."""
        try:
            with socket.create_connection((self.host, self.port), self.timeout) as connection:
                connection.settimeout(self.timeout)
                connection.sendall(escpos(lines, self.columns, self.code_page))
        except (OSError, ValueError) as fault:  # ValueError: a host that can be no name
            raise PrinterTrouble(at_line(None, f"{self.host}:{self.port}", why(fault))) from fault


class DevicePrinter(Struct, frozen=True):
    """ESC/POS into a device file such as /dev/usb/lp0."""

    path: Path
    columns: int
    timeout: float
    code_page: int = CP857

    def print(self, lines: Sequence[str]) -> None:
        """Write it to the device; one that is unplugged, or takes nothing within the time-out, is PrinterTrouble."""
        try:
            # Never created: in the place of an unplugged printer a file would take every receipt.
            device = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_NONBLOCK | os.O_NOCTTY)
            try:
                self._write(device, escpos(lines, self.columns, self.code_page))
            finally:
                os.close(device)
        except (OSError, ValueError) as fault:
            raise PrinterTrouble(at_line(None, str(self.path), why(fault))) from fault

    def _write(self, device: int, rest: bytes) -> None:
        until = time.monotonic() + self.timeout
        ready = select.poll()
        ready.register(device, select.POLLOUT)
        while rest:
            if not ready.poll(max(0.0, until - time.monotonic()) * 1000):
                raise TimeoutError
            rest = rest[os.write(device, rest) :]


class FilePrinter(Struct, frozen=True):
    """Plain text appended to a file: for trying, and for printers that a print server feeds from a folder."""

    path: Path
    columns: int

    def print(self, lines: Sequence[str]) -> None:
        """Append it, with a line of dashes between receipts."""
        folded = [piece for line in lines for piece in fold_line(uncontrolled(line), self.columns)]
        try:
            with self.path.open("a", encoding="utf-8", errors="replace") as file:
                file.write("\n".join(folded) + "\n" + "-" * self.columns + "\n")
        except OSError as fault:
            raise PrinterTrouble(at_line(None, str(self.path), why(fault))) from fault


def make_printer(
    kind: str, *, host: str, port: int, path: str, columns: int, timeout: float, code_page: int = CP857
) -> Printer | None:
    """The printer that the settings name; None for `none`."""
    match kind:
        case "network":
            return NetworkPrinter(host, port, columns, timeout, code_page)
        case "device":
            return DevicePrinter(Path(path), columns, timeout, code_page)
        case "file":
            return FilePrinter(Path(path), columns)
        case _:
            return None
