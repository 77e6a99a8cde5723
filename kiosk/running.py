"""Puts a terminal together from its settings and runs it: the one place that picks the real parts."""

from __future__ import annotations

import gc
import os
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from kiosk.app import EXIT_RESTART, Kiosk
from kiosk.clerk import Clerk
from kiosk.config import Config
from kiosk.faults import EXIT_FAULT, FaultLog
from kiosk.journal import ReturnJournal
from kiosk.speaking import told
from screens import words
from screens.out_of_service import SENTENCE
from screens.terminal import Terminal, TryThis
from store.act import At
from store.policy.said import Said, said_of

if TYPE_CHECKING:
    from store.library import Library

_SHOWN_SECONDS = 3.0
_RUBBISH = 20_000
"New objects after which rubbish is looked for: Python's own 700 are less than one page."
Tries = tuple[TryThis, ...]


def clock() -> datetime:
    """Now."""
    return datetime.now(UTC)


def run_terminal(
    config: Config,
    open_library: Callable[[], Library],
    *,
    path: Path | None = None,
    cards: tuple[TryThis, ...] = (),
    items_of: Callable[[Library], tuple[Tries, Tries]] | None = None,
) -> NoReturn:
    """Run until a supervisor ends it, and end the process with the code for the service unit (0, or 70 after a fault).

    `path`: the kiosk.toml that the settings come from. `cards` and `items_of` (what to borrow, what to return) make it
    the demo; it shows the last e-mail, too.
    """
    words.use(config.terminal.language)
    terminal = Terminal(config.terminal_settings(), clock, cards=cards)
    folder = Path(config.faults.state_folder)
    faults = FaultLog(folder, config.fault_limits(), clock)

    def open_and_serve() -> Library:
        # Loaded here, in the thread that opens the library: nothing of it is on the first page.
        from kiosk.equipment import equip, start_postman

        try:
            library = open_library()
            _trust_the_clock(library)
            _tell_faults(library, faults, At(config.terminal.name))
            equip(terminal, config, path, clock, library)
            if items_of is not None:
                terminal.items, terminal.loans = items_of(library)
            start_postman(config, library, terminal, clock, faults, show=bool(cards))
            if config.jobs.in_terminal:
                Clerk(library, config.terminal.name, clock, config.jobs.every_seconds, faults).start()
            _keep_what_is_loaded()
            return library
        finally:
            gc.enable()  # while the library is away, each try leaves rubbish

    app = Kiosk(terminal, open_and_serve, faults, ReturnJournal(folder))
    code = EXIT_FAULT
    with suppress(OSError):  # the terminal may be gone
        app.run()
        code = app.return_code or 0
        if code == EXIT_FAULT:
            _say_out_of_service(app.fault)
        sys.stdout.flush()
    if code == EXIT_RESTART:
        # In place: whatever started us need not know, and new settings hold.
        os.execv(sys.executable, sys.orig_argv)
    # Threads that wait for a dead server or printer must not keep the terminal from being started again.
    os._exit(code)


def _keep_what_is_loaded() -> None:
    """It stays as long as the program runs: nobody need look through it for rubbish."""
    gc.freeze()
    gc.set_threshold(_RUBBISH)


def _trust_the_clock(library: Library) -> None:
    """Before anything is done by it."""
    from store.errors import LibraryError
    from store.upkeep.clocks import check_clock

    try:
        check_clock(library.database, clock())
    except LibraryError:
        library.close()
        raise


def _tell_faults(library: Library, faults: FaultLog, at: At) -> None:
    """What failed since the last start is known to the library's reports, too."""
    from store.desk.terminals import record_fault

    faults.tell(lambda moment: record_fault(library, moment, clock(), at))


def _say_out_of_service(fault: Exception | None) -> None:
    """On the bare terminal, since the program's own screen is gone; the scroll-back is cleared with it.

    What is wrong with the library itself, before it was ever open, is said to whoever installs it.
    """
    lines = [words.translator(language).text(SENTENCE) for language in words.LANGUAGES]
    if fault is not None and isinstance(said_of(fault), Said):
        lines.append("\r\n".join(filter(None, (told(fault), told(getattr(fault, "remedy", ""))))))
    whole = "\r\n\r\n".join(lines)
    sys.stdout.write(f"\x1b[2J\x1b[3J\x1b[H\r\n\r\n{whole}\r\n")
    sys.stdout.flush()
    time.sleep(_SHOWN_SECONDS)
