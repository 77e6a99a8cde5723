"""Receipts on paper: ESC/POS over the network or a device file, or plain text into a file.

Only what a receipt needs, in the code page of Turkish (CP857, which every ESC/POS printer has as page 13).
"""

from __future__ import annotations

import socket
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

INIT = b"\x1b@"
TURKISH = b"\x1bt\x0d"
BOLD_ON, BOLD_OFF = b"\x1bE\x01", b"\x1bE\x00"
CUT = b"\n\n\n\n\x1dV\x42\x00"
_PLAIN = str.maketrans(
    {"₺": "TL", "–": "-", "—": "-", "…": "...", "“": '"', "”": '"', "‘": "'", "’": "'", "•": "*", "✓": "+", "→": ">",
     "\u00a0": " ", "\u202f": " ", "▰": "#", "▱": "-", "·": "-"}
)  # fmt: skip


class PrinterTrouble(Exception):
    """The printer does not answer, or the file can't be written."""


class Printer(Protocol):
    """Prints lines; the first is a heading. Raises PrinterTrouble. May take seconds: never on the event loop."""

    def print(self, lines: Sequence[str]) -> None:
        """Print the lines and cut the paper."""
        ...


def escpos(lines: Sequence[str], columns: int) -> bytes:
    """The bytes of a receipt: heading in bold, long lines folded at words, what the code page lacks written plainly."""
    out = bytearray(INIT + TURKISH)
    for number, line in enumerate(lines):
        for piece in fold_line(line, columns):
            encoded = piece.translate(_PLAIN).encode("cp857", "replace")
            out += BOLD_ON + encoded + BOLD_OFF + b"\n" if number == 0 else encoded + b"\n"
    return bytes(out + CUT)


def fold_line(line: str, columns: int) -> list[str]:
    """Break a line at spaces so that each piece fits; a longer word is broken where it must be."""
    pieces, current = [], ""
    for word in line.split(" "):
        while len(word) > columns:
            if current:
                pieces.append(current)
                current = ""
            pieces.append(word[:columns])
            word = word[columns:]
        if len(current) + len(word) + bool(current) > columns:
            pieces.append(current)
            current = word
        else:
            current = f"{current} {word}" if current else word
    return [*pieces, current]


@dataclass(frozen=True, slots=True)
class NetworkPrinter:
    """ESC/POS over TCP, port 9100 as a rule."""

    host: str
    port: int
    columns: int
    timeout: float

    def print(self, lines: Sequence[str]) -> None:
        """Send it in one go; a printer that is off or gone is PrinterTrouble within the time-out."""
        try:
            with socket.create_connection((self.host, self.port), self.timeout) as connection:
                connection.settimeout(self.timeout)
                connection.sendall(escpos(lines, self.columns))
        except OSError as fault:
            raise PrinterTrouble(f"{self.host}:{self.port}: {fault}") from fault


@dataclass(frozen=True, slots=True)
class DevicePrinter:
    """ESC/POS into a device file such as /dev/usb/lp0."""

    path: Path
    columns: int

    def print(self, lines: Sequence[str]) -> None:
        """Write it to the device."""
        try:
            with self.path.open("ab", buffering=0) as device:
                device.write(escpos(lines, self.columns))
        except OSError as fault:
            raise PrinterTrouble(f"{self.path}: {fault.strerror}") from fault


@dataclass(frozen=True, slots=True)
class FilePrinter:
    """Plain text appended to a file: for trying, and for printers that a print server feeds from a folder."""

    path: Path
    columns: int

    def print(self, lines: Sequence[str]) -> None:
        """Append it, with a line of dashes between receipts."""
        folded = [piece for line in lines for piece in fold_line(line, self.columns)]
        try:
            with self.path.open("a", encoding="utf-8") as file:
                file.write("\n".join(folded) + "\n" + "-" * self.columns + "\n")
        except OSError as fault:
            raise PrinterTrouble(f"{self.path}: {fault.strerror}") from fault


def make_printer(kind: str, *, host: str, port: int, path: str, columns: int, timeout: float) -> Printer | None:
    """The printer that the settings name; None for `none`."""
    match kind:
        case "network":
            return NetworkPrinter(host, port, columns, timeout)
        case "device":
            return DevicePrinter(Path(path), columns)
        case "file":
            return FilePrinter(Path(path), columns)
        case _:
            return None
