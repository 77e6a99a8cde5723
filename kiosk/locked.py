"""What the program never does: end with a traceback, obey data, fill a clipboard, make room for a shell."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Sequence
from contextlib import suppress

from textual.app import App
from textual.filter import ANSIToTruecolor, LineFilter
from textual.worker import WorkerFailed

from kiosk.faults import EXIT_FAULT, FaultLog
from kiosk.lock import ignore_signals
from kiosk.plain import OnlyLetters


class Locked(App[None], inherit_bindings=False):
    """The part of the app that keeps whoever stands there within it."""

    ENABLE_COMMAND_PALETTE = False
    ALLOW_SELECT = False
    faults: FaultLog
    fault: Exception | None = None
    "That ended the program."
    _only_letters = OnlyLetters()

    def take_signals(self) -> None:
        """After the driver has set its own: it would give the terminal back on SIGTSTP and wait for SIGCONT."""
        if not self.is_headless:
            ignore_signals()
            # A service unit stops the program so; Textual alone would die without giving the terminal back.
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, self.exit)

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Nothing reaches the terminal that it would obey."""
        # Textual's own makes true colours of a terminal's sixteen, which no page uses; each filter costs 40 µs a line.
        others = (each for each in super().get_line_filters() if not isinstance(each, ANSIToTruecolor))
        return [*others, self._only_letters]

    def copy_to_clipboard(self, text: str) -> None:
        """Nothing leaves through the terminal's clipboard."""

    def action_suspend_process(self) -> None:
        """The program is never suspended."""

    def _handle_exception(self, error: Exception) -> None:
        # Textual would print the traceback with every local variable: a PIN may be among them.
        if isinstance(error, WorkerFailed) and isinstance(error.error, Exception):
            error = error.error  # what failed, not who did it
        with suppress(OSError):  # the disk is full: the terminal ends all the same
            self.faults.record(error)
        self.fault = self.fault or error
        if self._exception is None:
            self._exception = error
            self._exception_event.set()
        self.exit(return_code=EXIT_FAULT)
