"""What a terminal has beside its library: receipts, papers, reports, letters, and the care of itself.

Only visits and staff ask for it, so that it is loaded behind the first page.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from kiosk.care import Care
from kiosk.config import Config
from kiosk.faults import FaultLog
from kiosk.mail import make_mailer
from kiosk.papers import Papers
from kiosk.postman import LetterReader, Postman
from kiosk.receipts import make_receipts
from kiosk.report_folder import ReportFolder
from screens.terminal import Terminal
from store.library import Library


def equip(
    terminal: Terminal, config: Config, path: Path | None, clock: Callable[[], datetime], library: Library
) -> None:
    """Give the terminal its services; `path`: the kiosk.toml that the settings come from."""
    receipts = make_receipts(config, lambda: library.policies.at(clock()))
    terminal.receipts = receipts
    terminal.care = Care(config, path, receipts, clock)
    terminal.papers = Papers(receipts, Path(config.terminal.folder) if config.terminal.folder else None, clock)
    terminal.reports = ReportFolder(Path(config.reports.folder))
    terminal.letters = LetterReader(config)


def start_postman(
    config: Config,
    library: Library,
    terminal: Terminal,
    clock: Callable[[], datetime],
    faults: FaultLog,
    *,
    show: bool,
) -> None:
    """Send letters from now on, if the library sends any; `show`: the screens may show the last one."""
    mailer = make_mailer(config.mail)
    if mailer is None:
        return
    postman = Postman(library, mailer, config, clock, faults)
    if show:
        terminal.last_mail = lambda: postman.last_text
    postman.start()
