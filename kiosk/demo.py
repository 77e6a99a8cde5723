"""`kiosk demo`: the terminal on a library made for trying, in a folder of the user's own."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from msgspec.structs import replace

from kiosk.config import (
    Config,
    FaultsTable,
    JobsTable,
    LibraryTable,
    MailTable,
    PrinterTable,
    ReportsTable,
    TerminalTable,
)
from kiosk.running import clock, run_terminal
from screens.terminal import TryThis
from store.demo.cast import PEOPLE, SHOWN, STAFF_PIN, WORKERS

if TYPE_CHECKING:
    from store.library import Library

CARD_KEYS = "1234567890qwertyuiop"
ITEM_KEYS = "abcdefghijklmnop"


def demo_folder() -> Path:
    """Where the demo keeps its library: `$XDG_STATE_HOME/kiosk-demo`, or below the home folder."""
    base = os.environ.get("XDG_STATE_HOME") or str(Path.home() / ".local" / "state")
    return Path(base) / "kiosk-demo"


def demo_config(folder: Path) -> Config:
    """Settings that let a newcomer try everything: typed cards, a printer and a mailbox that are files."""
    return Config(
        library=LibraryTable(
            name="Mustafa İnan Kütüphanesi (deneme)",
            name_en="Mustafa İnan Library (demo)",
            database=f"sqlite:///{folder / 'demo.db'}",
            web_address="https://kutuphane.itu.edu.tr",
            applicant_domains="itu.edu.tr",
        ),
        terminal=TerminalTable(
            name="demo-1", branch="mustafa_inan", typed_cards=True, idle_seconds=120, folder=str(folder / "papers")
        ),
        printer=PrinterTable(kind="file", path=str(folder / "printed.txt")),
        mail=MailTable(kind="file", folder=str(folder / "mail"), sender="kutuphane@itu.edu.tr"),
        jobs=JobsTable(in_terminal=True, every_seconds=20),
        faults=FaultsTable(state_folder=str(folder / "state")),
        reports=ReportsTable(folder=str(folder / "reports")),
    )


def demo_cards() -> tuple[TryThis, ...]:
    """The cards on the welcome page, with their PINs."""
    tries = []
    for person in PEOPLE:
        if person.card in SHOWN:
            name = f"{person.given} {person.surname}"
            # Who has no PIN yet needs the number for the first-PIN form.
            number = "" if person.pin else f", no 15{person.card}"
            tries.append(
                TryThis(
                    "", person.card, f"{name}: {person.tr}{number}", f"{name}: {person.en}{number}", person.pin or ""
                )
            )
    tries += [TryThis("", worker.card, worker.tr, worker.en, STAFF_PIN) for worker in WORKERS if worker.shown]
    return tuple(replace(each, key=key) for key, each in zip(CARD_KEYS, tries, strict=False))


def _keyed(things: tuple[tuple[str, str, str], ...]) -> tuple[TryThis, ...]:
    return tuple(TryThis(key, *thing) for key, thing in zip(ITEM_KEYS, things, strict=False))


def run_demo() -> NoReturn:
    """Run the terminal on today's demo library."""
    os.umask(0o077)  # the demo is somebody's own, like a real library
    folder = demo_folder()
    for made_before in folder.glob("demo.db*"):
        made_before.chmod(0o600)
    config = demo_config(folder)

    def open_demo() -> Library:
        from store.demo.today import demo_library

        return demo_library(config.store_settings({}), clock())

    def items_of(library: Library) -> tuple[tuple[TryThis, ...], tuple[TryThis, ...]]:
        from store.demo.items import demo_items, demo_loans

        return _keyed(demo_items(library)), _keyed(demo_loans(library))

    run_terminal(config, open_demo, cards=demo_cards(), items_of=items_of)
