"""Drives a program on a real pseudo-terminal, as a person with a keyboard and a scanner would, and reads its screen."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType

import pyte

PATIENCE = 30.0
_SYNCHRONIZED = b"\x1b[?2026$p"


class Terminal:
    """A program in a terminal window of a given size. Everything that it ever wrote is kept in `output`."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        columns: int = 120,
        rows: int = 34,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
    ) -> None:
        self.output = bytearray()
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)
        self._window, child_side = pty.openpty()
        fcntl.ioctl(child_side, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.process = subprocess.Popen(
            list(command),
            stdin=child_side,
            stdout=child_side,
            stderr=child_side,
            cwd=cwd,
            env={"PATH": os.environ["PATH"], "TERM": "xterm-256color", "COLORTERM": "truecolor", **(env or {})},
            start_new_session=True,
        )
        os.close(child_side)

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()
        os.close(self._window)

    def press(self, keys: str | bytes) -> None:
        """Write keys as the terminal sends them."""
        os.write(self._window, keys.encode() if isinstance(keys, str) else keys)

    def scan(self, code: str) -> None:
        """A burst of the scanner: the code and Enter in one piece, so that no stall of this machine tears it."""
        self.settle()
        self.press(code + "\r")

    def click(self, column: int, row: int) -> None:
        """Press and release the mouse (or a finger) at a place counted from 0."""
        self.press(f"\x1b[<0;{column + 1};{row + 1}M\x1b[<0;{column + 1};{row + 1}m")

    def click_on(self, words: str) -> None:
        """Click in the middle of the words where they stand on the screen."""
        self.wait_for(words)
        for row, line in enumerate(self._screen.display):
            if words in line:
                self.click(line.index(words) + len(words) // 2, row)
                return

    def wait_for(self, *words: str, seconds: float = PATIENCE) -> str:
        """Read until all the words stand on the screen together and give its text; AssertionError if they don't."""
        return self._wait(lambda text: all(word in text for word in words), f"{words} to appear", seconds)

    def wait_gone(self, *words: str, seconds: float = PATIENCE) -> str:
        """Read until none of the words stands on the screen."""
        return self._wait(lambda text: not any(word in text for word in words), f"{words} to go", seconds)

    def settle(self, seconds: float = 0.4) -> None:
        """Read until nothing has come for so long: longer than a scanner's gap, so that the next key is a person's."""
        while select.select([self._window], [], [], seconds)[0]:
            self._read(0.0)

    def text(self) -> str:
        """What the screen shows now."""
        self._read(0.0)
        return self._shown()

    def moment_of(self, words: str, *, gone: bool = False, quiet: float = 0.05) -> float:
        """When (by `time.perf_counter`) the words came to stand on the screen, or went; AssertionError if never.

        Whatever comes is stamped as it arrives and put on the screen only in a pause, so that the time which that takes
        is not counted as the program's.
        """
        until, moment = time.monotonic() + PATIENCE, time.perf_counter()
        arrived: list[tuple[float, bytes]] = []
        while (words in self._shown()) is gone:
            if not arrived:
                arrived = self._arrivals(quiet)
            if arrived:
                moment, data = arrived.pop(0)
                self._put(data)
            assert time.monotonic() < until, f"waited for {words!r}; the screen shows:\n{self._shown()}"
        for _later, data in arrived:
            self._put(data)
        return moment

    def _arrivals(self, quiet: float) -> list[tuple[float, bytes]]:
        arrived: list[tuple[float, bytes]] = []
        while select.select([self._window], [], [], quiet)[0]:
            arrived.append((time.perf_counter(), self._take()))
            assert arrived[-1][1], f"the program has ended; the screen shows:\n{self._shown()}"
        return arrived

    def _shown(self) -> str:
        return "\n".join(self._screen.display).replace("\u00a0", " ")

    def wait_end(self, seconds: float = PATIENCE) -> int:
        """Wait for the program to end and give its exit code."""
        until = time.monotonic() + seconds
        while self.process.poll() is None and time.monotonic() < until:
            self._read(0.05)
        assert self.process.returncode is not None, f"the program did not end; the screen shows:\n{self.text()}"
        return self.process.returncode

    def hang_up(self) -> None:
        """Close the window, as when it crashes: the program is left without a terminal."""
        os.close(self._window)

    def kill(self, how: signal.Signals = signal.SIGKILL) -> None:
        """Send the program a signal and, for SIGKILL, wait for its end."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, how)
        if how is signal.SIGKILL:
            self.process.wait()

    def _wait(self, holds: Callable[[str], bool], what: str, seconds: float) -> str:
        until = time.monotonic() + seconds
        while not holds(text := self.text()):
            assert self.process.poll() is None, (
                f"ended with {self.process.returncode} while waiting for {what}:\n{text}"
            )
            assert time.monotonic() < until, f"waited {seconds:.0f} s for {what}; the screen shows:\n{text}"
            self._read(0.05)
        return text

    def _read(self, seconds: float) -> None:
        while select.select([self._window], [], [], seconds)[0]:
            data = self._take()
            if not data:
                return
            self._put(data)
            seconds = 0.0

    def _take(self) -> bytes:
        try:
            data = os.read(self._window, 65536)
        except OSError:  # the other side is closed
            return b""
        if _SYNCHRONIZED in data:
            self.press(b"\x1b[?2026;2$y")
        return data

    def _put(self, data: bytes) -> None:
        self.output += data
        self._stream.feed(data)
