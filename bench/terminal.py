"""The terminal beside the smallest Textual program: cold start, key to its echo, a key to another screen, memory, idle.

Both programs run on pseudo-terminals of 120x34, in turns within one run, so that a busy machine disturbs both alike.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.table import Series, show
from tests.terminal import Terminal

STARTS = 9
PRESSES = 40


@dataclass(frozen=True, slots=True)
class Program:
    """How to start a program and what to look for."""

    name: str
    command: Sequence[str]
    ready: str
    env: dict[str, str]


def _start(program: Program) -> tuple[Terminal, float]:
    before = time.perf_counter()
    terminal = Terminal(program.command, env=program.env)
    _until(terminal, program.ready)
    return terminal, (time.perf_counter() - before) * 1000


def _until(terminal: Terminal, words: str, *, gone: bool = False) -> None:
    # Tighter than Terminal.wait_for: the clock is stopped within a tenth of a millisecond of the last byte.
    until = time.perf_counter() + 30
    while (words in terminal.text()) is gone:
        if time.perf_counter() > until:
            raise TimeoutError(f"{words!r} not seen:\n{terminal.text()}")
        time.sleep(0.0001)


def _starts(programs: Sequence[Program]) -> dict[str, tuple[float, ...]]:
    taken: dict[str, list[float]] = {program.name: [] for program in programs}
    for turn in range(STARTS + 1):
        for program in programs:
            terminal, milliseconds = _start(program)
            terminal.kill()
            if turn:  # the first turn warms the file cache
                taken[program.name].append(milliseconds)
    return {name: tuple(values) for name, values in taken.items()}


def _presses(program: Program, key: str, seen: str, back: str, *, first: str = "") -> tuple[float, ...]:
    taken = []
    with _start(program)[0] as terminal:
        time.sleep(2)  # what loads behind the first screen has loaded
        if first:
            terminal.press(first)
            time.sleep(1)
        for _ in range(PRESSES):
            before = time.perf_counter()
            terminal.press(key)
            _until(terminal, seen)
            taken.append((time.perf_counter() - before) * 1000)
            terminal.press(back)
            _until(terminal, seen, gone=True)
            time.sleep(0.05)
    return tuple(taken)


def _at_rest(program: Program) -> tuple[float, float, int]:
    """Peak memory in MB, CPU in percent, and bytes written in five seconds that nobody touches it."""
    with _start(program)[0] as terminal:
        time.sleep(3)
        terminal.text()
        written, busy = len(terminal.output), _cpu_seconds(terminal.process.pid)
        time.sleep(5)
        terminal.text()
        used = (_cpu_seconds(terminal.process.pid) - busy) / 5 * 100
        status = Path(f"/proc/{terminal.process.pid}/status").read_text()
        peak = int(status.partition("VmHWM:")[2].split()[0]) / 1024
        return peak, used, len(terminal.output) - written


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        home = {"HOME": folder, "XDG_STATE_HOME": folder, "LANG": "C.UTF-8"}
        here = Path(sys.executable).parent
        hello = Program("hello", [sys.executable, "-m", "bench.hello"], "HELLO-READY", home)
        kiosk = Program("kiosk", [str(here / "kiosk"), "demo"], "Kartınızı okutun", home)
        with _start(kiosk)[0] as first:  # builds the demo library once
            _until(first, "1001")
        starts = _starts([hello, kiosk])
        show("Cold start to the first complete screen, ms", [_pair("start", starts["kiosk"], starts["hello"])])
        f2, f3, f6, escape, erase = "\x1bOQ", "\x1bOR", "\x1b[17~", "\x1b", "\x7f"
        echo = _pair("letter to its echo", _presses(kiosk, "Q", "Q", erase, first=f3), _presses(hello, "Q", "Q", erase))
        change = _pair(
            "key to another screen",
            _presses(kiosk, f6, "Öğrenci ya da sicil no", escape),
            _presses(hello, f2, "SECOND-READY", escape),
        )
        show("Key to repaint, ms", [echo, change])
        for program in (hello, kiosk):
            peak, used, written = _at_rest(program)
            print(f"{program.name:10} peak {peak:6.1f} MB   idle {used:4.1f} % of a core, {written} bytes in 5 s")


def _pair(name: str, ours: tuple[float, ...], limit: tuple[float, ...]) -> tuple[Series, Series]:
    return Series(name, ours), Series(name, limit)


if __name__ == "__main__":
    main()
