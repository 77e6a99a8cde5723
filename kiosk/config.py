"""`kiosk.toml`: typed, complete, and with every fault named at once: its line, its key, and what is allowed.

No pydantic here: this is read before the first paint.
"""

from __future__ import annotations

import os
import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from kiosk.faults import FaultLimits
from screens.terminal import TerminalSettings
from store.policy.places import FILE
from store.policy.said import Said, at_line, joined
from store.settings import PinHashing, SignInLimits, StoreSettings

_ADDRESS = re.compile(r"sqlite:///.+|postgresql\+psycopg://([^/@]*@)?(\[[^]]+\]|[^/:@]*)(:\d{1,5})?/.+")
_NO_ADDRESS = Said('write "sqlite:///file" or "postgresql+psycopg://user@host/name"')
_SENDER = r"[^@\s<>]+@[^@\s<>]+|[^<>@]*<[^@\s<>]+@[^@\s<>]+>"
_NEEDS = {
    ("printer", "network"): ("host",),
    ("printer", "device"): ("path",),
    ("printer", "file"): ("path",),
    ("mail", "smtp"): ("host", "sender"),
    ("mail", "file"): ("folder",),
}
"What a kind of printer or mail can't do without."
PLACES = (Path("kiosk.toml"), Path("/etc/kiosk/kiosk.toml"))


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


TABLES = {"library", "terminal", "pin", "printer", "mail", "jobs", "faults", "reports", "import"}


def is_address(text: str) -> bool:
    """Whether the text names a database as `[library] database` does."""
    return _ADDRESS.fullmatch(text) is not None


def find_config(given: Path | None, environment: Mapping[str, str] = os.environ) -> Path | None:
    """The file to use: the one given, $KIOSK_CONFIG, the working folder's, /etc's; None if there is none."""
    if given is not None:
        return given
    if environment.get("KIOSK_CONFIG"):
        return Path(environment["KIOSK_CONFIG"])
    return next((place for place in PLACES if place.is_file()), None)


def load_config(path: Path) -> Config:
    """Read the file. Raises ConfigFaults with all that is wrong, each with its line and what is allowed."""
    try:
        text = path.read_text("utf-8")
        written = tomllib.loads(text)
    except OSError as fault:
        raise ConfigFaults(path, (ConfigFault(None, FILE, fault.strerror or Said("can't be read"), ""),)) from fault
    except UnicodeDecodeError as fault:
        raise ConfigFaults(path, (ConfigFault(None, FILE, Said("is not UTF-8 text"), ""),)) from fault
    except (ValueError, RecursionError) as fault:  # endless numbers and nests are no TOMLDecodeError
        raise ConfigFaults(path, (ConfigFault(None, FILE, Said("is no TOML: {fault}", fault=fault), ""),)) from fault
    faults: list[ConfigFault] = []
    tables = dict(_tables(written, text, faults))
    if not faults:
        faults += _missing(tables, text)
    if faults:
        raise ConfigFaults(path, tuple(faults))
    return Config(**tables)


def _tables(written: Mapping[str, Any], text: str, faults: list[ConfigFault]) -> Iterator[tuple[str, Any]]:
    for name in written:
        if name not in TABLES:
            known = ", ".join(f"[{table}]" for table in sorted(TABLES))
            faults.append(
                ConfigFault(
                    _line(text, None, name), name, Said("unknown table or key"), Said("there are {known}", known=known)
                )
            )
    for part in fields(Config):
        name = "import" if part.name == "imports" else part.name
        kind = get_type_hints(Config)[part.name]
        table = written.get(name, {})
        if not isinstance(table, Mapping):
            faults.append(
                ConfigFault(_line(text, None, name), name, Said("must be a table"), Said("write [{name}]", name=name))
            )
            continue
        values = dict(_values(kind, name, table, text, faults))
        if not faults:
            yield part.name, kind(**values)


def _missing(tables: Mapping[str, Any], text: str) -> Iterator[ConfigFault]:
    """What one key makes necessary in another."""
    for (name, kind), needed in _NEEDS.items():
        for key in needed if tables[name].kind == kind else ():
            if not getattr(tables[name], key).strip():
                line = _line(text, name, key) or _line(text, name, "kind")
                yield ConfigFault(line, f"{name}.{key}", Said("is empty"), Said('kind = "{kind}" needs it', kind=kind))
    terminal = tables["terminal"]
    if terminal.countdown_seconds >= terminal.idle_seconds:
        line = _line(text, "terminal", "countdown_seconds") or _line(text, "terminal", "idle_seconds")
        allowed = Said("less than idle_seconds, which is {n}", n=terminal.idle_seconds)
        yield ConfigFault(
            line,
            "terminal.countdown_seconds",
            Said("{value!r} is not allowed", value=terminal.countdown_seconds),
            allowed,
        )


def _values(
    kind: type, name: str, table: Mapping[str, Any], text: str, faults: list[ConfigFault]
) -> Iterator[tuple[str, Any]]:
    known = {each.name: each for each in fields(kind)}
    hints = get_type_hints(kind)
    for key, value in table.items():
        line = _line(text, name, key)
        if key not in known:
            allowed = Said("allowed are {known}", known=", ".join(known))
            faults.append(ConfigFault(line, f"{name}.{key}", Said("unknown key"), allowed))
            continue
        wrong = _wrong(hints[key], known[key].metadata, value)
        if wrong is not None:
            faults.append(ConfigFault(line, f"{name}.{key}", Said("{value!r} is not allowed", value=value), wrong))
        else:
            yield key, value


def _wrong(hint: Any, limits: Mapping[str, Any], value: object) -> Said | None:  # noqa: ANN401 - a type as it is hinted
    """What is allowed, if the value is not."""
    if get_origin(hint) in (Union, UnionType):
        hint = get_args(hint)[0]
    if hint is bool:
        return None if isinstance(value, bool) else Said("write true or false")
    if hint is int:
        return _wrong_number(limits, value)
    if hint is str:
        choices = limits.get("choices")
        if choices:
            known = ", ".join(f'"{choice}"' for choice in choices)
            return None if value in choices else Said("allowed are {known}", known=known)
        return _wrong_text(limits, value)
    is_map = isinstance(value, Mapping) and all(isinstance(each, str) for each in value.values())
    return None if is_map else Said('write a table of names and texts, {{ a = "b" }}')


def _wrong_text(limits: Mapping[str, Any], value: object) -> Said | None:
    if not isinstance(value, str):
        return Said('write text in quotes, "like this"')
    if any(unicodedata.category(letter) == "Cc" for letter in value):
        return Said("a text without control characters")
    if "pattern" in limits and not limits["pattern"].fullmatch(value):
        hint: Said = limits["hint"]
        return hint
    if "longest" in limits and not limits["shortest"] <= len(value.strip()) <= len(value) <= limits["longest"]:
        return Said("a text of {shortest} to {longest} letters", shortest=limits["shortest"], longest=limits["longest"])
    return None


def _wrong_number(limits: Mapping[str, Any], value: object) -> Said | None:
    least, most = limits.get("least"), limits.get("most")
    good = isinstance(value, int) and not isinstance(value, bool)
    if good and (least is None or value >= least) and (most is None or value <= most):
        return None
    if most is None:
        return Said("a whole number from {least} up", least=least)
    return Said("a whole number from {least} to {most}", least=least, most=most)


def _line(text: str, table: str | None, key: str) -> int | None:
    """The line on which a key (or, without a table, a table) is written, for people to find it."""
    here: str | None = None
    for number, line in enumerate(text.splitlines(), 1):
        header = re.match(r"\s*\[\s*([\w.]+)\s*\]", line)
        if header:
            here = header[1].partition(".")[0]
            if table is None and here == key:
                return number
        elif here == table and re.match(rf"\s*\"?{re.escape(key)}\"?\s*[.=]", line):
            return number
    return None
