"""Everything that an installation sets, as typed tables, with what is allowed for each key (`kiosk.toml`).

Read before the first paint, so that nothing heavy is loaded here.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kiosk.faults import FaultLimits
from screens.terminal import TerminalSettings
from store.policy.said import Said, at_line, joined
from store.settings import PinHashing, SignInLimits, StoreSettings

_ADDRESS = re.compile(r"sqlite:///.+|postgresql\+psycopg://([^/@]*@)?(\[[^]]+\]|[^/:@]*)(:\d{1,5})?/.+")
_NO_ADDRESS = Said('write "sqlite:///file" or "postgresql+psycopg://user@host/name"')
_SENDER = r"[^@\s<>]+@[^@\s<>]+|[^<>@]*<[^@\s<>]+@[^@\s<>]+>"


def between(least: float, most: float | None = None) -> dict[str, Any]:
    """Metadata of a number's field: what is allowed."""
    return {"least": least, "most": most}


def one_of(*choices: str) -> dict[str, Any]:
    """Metadata of a word's field: what is allowed."""
    return {"choices": choices}


def written(pattern: str, example: str) -> dict[str, Any]:
    """Metadata of a text's field that may be empty: how it is written."""
    return {
        "pattern": re.compile(f"({pattern})?"),
        "hint": Said('write it like "{example}", or leave it empty', example=example),
    }


def letters(least: int, most: int) -> dict[str, Any]:
    """Metadata of a text's field: how long it may be."""
    return {"shortest": least, "longest": most}


@dataclass(frozen=True, slots=True)
class LibraryTable:
    """[library]"""

    name: str = "Kütüphane"
    name_en: str = "Library"
    database: str = field(default="sqlite:///kiosk.db", metadata={"pattern": _ADDRESS, "hint": _NO_ADDRESS})
    database_file: str = ""
    policy: str = "itu"
    policy_folder: str = ""
    staff_pin_length: int = field(default=10, metadata=between(6, 64))
    waive_alone: int = field(default=50, metadata=between(0, 1000000))
    returns: str = field(default="final", metadata=one_of("final", "staff_confirm"))
    retention_days: int = field(default=365, metadata=between(1, 36_500))
    web_address: str = field(default="", metadata=written(r"https?://\S+", "https://library.example.edu"))
    applicant_domains: str = ""


@dataclass(frozen=True, slots=True)
class TerminalTable:
    """[terminal]"""

    name: str = field(default="kiosk-1", metadata=letters(1, 40))
    branch: str = ""
    language: str = field(default="tr", metadata=one_of("tr", "en"))
    typed_cards: bool = False
    on_screen_keyboard: bool = False
    idle_seconds: int = field(default=60, metadata=between(10, 3600))
    countdown_seconds: int = field(default=15, metadata=between(3, 120))
    staff_idle_seconds: int = field(default=300, metadata=between(30, 7200))
    scanner_prefix: str = field(default="", metadata=written(r"ctrl\+[a-z]|f(1[3-9]|2[0-4])", "ctrl+b"))
    sound: bool = True
    limited_service: bool = True
    folder: str = ""


@dataclass(frozen=True, slots=True)
class PinTable:
    """[pin]"""

    memory_kib: int = field(default=19456, metadata=between(19456, 4194304))
    time_cost: int = field(default=2, metadata=between(2, 100))
    parallelism: int = field(default=1, metadata=between(1, 64))
    tries: int = field(default=5, metadata=between(3, 20))
    lock_minutes: int = field(default=15, metadata=between(1, 1440))
    longest_lock_minutes: int = field(default=1440, metadata=between(1, 10080))
    terminal_tries: int = field(default=20, metadata=between(5, 1000))
    library_tries: int = field(default=300, metadata=between(20, 100_000))
    code_minutes: int = field(default=30, metadata=between(5, 240))


@dataclass(frozen=True, slots=True)
class PrinterTable:
    """[printer]"""

    kind: str = field(default="none", metadata=one_of("none", "network", "device", "file"))
    host: str = ""
    port: int = field(default=9100, metadata=between(1, 65535))
    path: str = ""
    columns: int = field(default=42, metadata=between(24, 80))
    code_page: int = field(default=13, metadata=between(0, 255))
    timeout_seconds: int = field(default=5, metadata=between(1, 60))


@dataclass(frozen=True, slots=True)
class MailTable:
    """[mail]"""

    kind: str = field(default="none", metadata=one_of("none", "smtp", "file"))
    host: str = ""
    port: int = field(default=587, metadata=between(1, 65535))
    security: str = field(default="starttls", metadata=one_of("none", "starttls", "tls"))
    user: str = ""
    password_file: str = ""
    sender: str = field(default="", metadata=written(_SENDER, "library@example.edu"))
    folder: str = ""
    templates: str = ""
    timeout_seconds: int = field(default=10, metadata=between(1, 120))


@dataclass(frozen=True, slots=True)
class JobsTable:
    """[jobs]"""

    in_terminal: bool = False
    every_seconds: int = field(default=60, metadata=between(5, 3600))


@dataclass(frozen=True, slots=True)
class FaultsTable:
    """[faults]"""

    state_folder: str = "state"
    limit: int = field(default=3, metadata=between(1, 100))
    within_minutes: int = field(default=10, metadata=between(1, 1440))


@dataclass(frozen=True, slots=True)
class ReportsTable:
    """[reports]"""

    folder: str = field(default="reports", metadata=letters(1, 400))


@dataclass(frozen=True, slots=True)
class ImportTable:
    """[import]"""

    holdings_field: str = "952"
    barcode: str = "p"
    branch: str = "b"
    item_type: str = "y"
    shelf_mark: str = "o"
    default_branch: str = ""
    default_item_type: str = "book"
    branches: Mapping[str, str] = field(default_factory=dict)
    item_types: Mapping[str, str] = field(default_factory=dict)
    columns: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Config:
    """Everything that an installation sets."""

    library: LibraryTable = field(default_factory=LibraryTable)
    terminal: TerminalTable = field(default_factory=TerminalTable)
    pin: PinTable = field(default_factory=PinTable)
    printer: PrinterTable = field(default_factory=PrinterTable)
    mail: MailTable = field(default_factory=MailTable)
    jobs: JobsTable = field(default_factory=JobsTable)
    faults: FaultsTable = field(default_factory=FaultsTable)
    reports: ReportsTable = field(default_factory=ReportsTable)
    imports: ImportTable = field(default_factory=ImportTable)

    def store_settings(self, environment: Mapping[str, str] = os.environ) -> StoreSettings:
        """What the store asks of an installation. KIOSK_DATABASE, or a file, may hold an address with a password.

        Raises ConfigFaults for an address that can't be one, without telling it.
        """
        return StoreSettings(
            database=self._database(environment),
            policy=self.library.policy,
            policy_folder=self.library.policy_folder,
            terminal=self.terminal.name,
            pin_hashing=PinHashing(self.pin.memory_kib, self.pin.time_cost, self.pin.parallelism),
            sign_in=SignInLimits(
                tries=self.pin.tries,
                lock_minutes=self.pin.lock_minutes,
                longest_lock_minutes=self.pin.longest_lock_minutes,
                terminal_tries=self.pin.terminal_tries,
                library_tries=self.pin.library_tries,
                code_minutes=self.pin.code_minutes,
            ),
            staff_pin_length=self.library.staff_pin_length,
            waive_alone=self.library.waive_alone * 100,
            staff_confirm_returns=self.library.returns == "staff_confirm",
            retention_days=self.library.retention_days,
            applicant_domains=tuple(self.library.applicant_domains.lower().replace(",", " ").split()),
        )

    def terminal_settings(self) -> TerminalSettings:
        """What the screens ask of an installation."""
        table = self.terminal
        return TerminalSettings(
            name=table.name,
            library_tr=self.library.name,
            library_en=self.library.name_en,
            branch=table.branch,
            applications=bool(self.library.applicant_domains),
            web_address=self.library.web_address,
            language=table.language,
            typed_cards=table.typed_cards,
            on_screen_keyboard=table.on_screen_keyboard,
            idle_seconds=table.idle_seconds,
            countdown_seconds=table.countdown_seconds,
            staff_idle_seconds=table.staff_idle_seconds,
            scanner_prefix=table.scanner_prefix or None,
            sound=table.sound,
            limited_service=table.limited_service,
        )

    def fault_limits(self) -> FaultLimits:
        """After how many faults the terminal stays out of service."""
        return FaultLimits(self.faults.limit, self.faults.within_minutes)

    def _database(self, environment: Mapping[str, str]) -> str:
        source = self.library.database_file
        if environment.get("KIOSK_DATABASE"):
            source, address = "KIOSK_DATABASE", environment["KIOSK_DATABASE"]
        elif source:
            try:
                address = Path(source).read_text("utf-8").strip()
            except (OSError, ValueError) as fault:
                wrong = Said(
                    "can't be read: {why}", why=getattr(fault, "strerror", None) or Said("it is no UTF-8 text")
                )
                where = ConfigFault(None, "library.database_file", wrong, Said("name a file that holds the address"))
                raise ConfigFaults(Path(source), (where,)) from fault
        else:
            return self.library.database
        if not _ADDRESS.fullmatch(address):
            raise ConfigFaults(Path(source), (ConfigFault(None, "database", Said("this is no address"), _NO_ADDRESS),))
        return address


@dataclass(frozen=True, slots=True)
class ConfigFault:
    """Something wrong in the file."""

    line: int | None
    key: str
    wrong: str
    allowed: str

    def said(self) -> Said:
        """One line for the administrator."""
        return at_line(self.line, self.key, joined(filter(None, (self.wrong, self.allowed)), "; "))

    def __str__(self) -> str:
        """In English."""
        return self.said()


class ConfigFaults(Exception):
    """A file that can't be used, with everything that is wrong in it."""

    def __init__(self, path: Path, faults: tuple[ConfigFault, ...]) -> None:
        super().__init__(joined((at_line(None, str(path), fault.said()) for fault in faults), "\n"))
        self.path = path
        self.faults = faults


def is_address(text: str) -> bool:
    """Whether the text names a database as `[library] database` does."""
    return _ADDRESS.fullmatch(text) is not None
