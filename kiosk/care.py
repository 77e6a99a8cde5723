"""Looks after the terminal that it runs in: settings, test print, test letter, doctor, log."""

from __future__ import annotations

import re
import tomllib
import uuid
from collections.abc import Callable
from dataclasses import fields
from datetime import datetime
from html import escape
from pathlib import Path
from typing import Any

from msgspec import Struct

from kiosk.config import Config
from kiosk.printer import Printer, PrinterTrouble
from kiosk.receipts import Receipts
from kiosk.rewriting import NotWritten, rewrite
from kiosk.speaking import told
from screens import words
from screens.care import Finding, SettingLine
from screens.words import _

CHANGEABLE = {
    "terminal": {
        "language", "typed_cards", "on_screen_keyboard", "idle_seconds", "countdown_seconds", "staff_idle_seconds",
        "scanner_prefix", "sound",
    },
    "printer": {"kind", "host", "port", "path", "columns", "code_page", "timeout_seconds"},
    "jobs": {"in_terminal", "every_seconds"},
}  # fmt: skip
"What a supervisor may change at the terminal; database, rules, PINs and mail are the administrator's."
_LOG_LINES = 60


class Care(Struct, frozen=True):
    """The services of `screens.care.TerminalCare`."""

    config: Config
    path: Path | None
    "The kiosk.toml in use; None: there is none to write to."
    receipts: Receipts
    clock: Callable[[], datetime]

    def settings(self) -> tuple[SettingLine, ...]:
        """Every key with its value as the file has it by now, or its default."""
        written = self._written()
        lines = []
        for part in fields(Config):
            table = "import" if part.name == "imports" else part.name
            for field in fields(getattr(self.config, part.name)):
                value = written.get(table, {}).get(field.name, getattr(getattr(self.config, part.name), field.name))
                may = self.path is not None and field.name in CHANGEABLE.get(table, ())
                lines.append(SettingLine(table, field.name, _shown(field.name, value), may))
        return tuple(lines)

    def change(self, table: str, key: str, written: str) -> str | None:
        """Write the value into kiosk.toml; text without quotes gets them."""
        if self.path is None or key not in CHANGEABLE.get(table, ()):
            return _("{key} is the administrator's to change.").format(key=f"{table}.{key}")
        now = next(line for line in self.settings() if line.name == f"{table}.{key}")
        is_text = now.value.startswith('"')
        if is_text and not written.startswith(('"', "'")):
            written = _toml(written)
        try:
            rewrite(self.path, table, key, written)
        except NotWritten as trouble:
            return told(trouble)
        return None

    def test_print(self) -> str | None:
        """A page with every Turkish letter, to see that the code page is right."""
        printer: Printer | None = self.receipts.printer
        if printer is None:
            return _("No printer is set up.")
        heading = self.receipts.names[words.current().language]
        lines = (heading, words.moment(self.clock()), _("Test page"), "ç ğ ı ö ş ü  Ç Ğ İ Ö Ş Ü", "0123456789 TL")
        try:
            printer.print(lines)
        except PrinterTrouble as trouble:
            return told(trouble)
        return None

    def test_mail(self, address: str) -> str | None:
        """A short letter, handed over at once."""
        from kiosk.letters import Rendered
        from kiosk.mail import make_mailer
        from store.mail.outbox import MailTrouble

        mailer = make_mailer(self.config.mail)
        if mailer is None:
            return _("No mail is set up: codes and letters wait in the outbox.")
        text = _("This letter was sent by {terminal} to try the mail.").format(terminal=self.config.terminal.name)
        letter = Rendered(_("Test letter"), text, f"<p>{escape(text)}</p>", self.clock(), ())
        try:
            mailer.send(address, letter, f"{uuid.uuid4()}@kiosk")
        except MailTrouble as trouble:
            return told(trouble)
        return None

    def doctor(self) -> tuple[Finding, ...]:
        """What `kiosk doctor` looks at, but for the screen: that is seen."""
        from kiosk.commands.doctor import CHECKS, check_screen

        checks = (check for check in CHECKS if check is not check_screen)
        return tuple(Finding(found.kind, found.what, found.mend) for check in checks for found in check(self.config))

    def log(self) -> tuple[str, ...]:
        """The newest lines of the fault log."""
        try:
            text = (Path(self.config.faults.state_folder) / "faults.log").read_text("utf-8", "replace")
        except OSError:
            return ()
        return tuple(text.splitlines()[-_LOG_LINES:])

    def _written(self) -> dict[str, Any]:
        if self.path is None:
            return {}
        try:
            return tomllib.loads(self.path.read_text("utf-8"))
        except (OSError, ValueError):
            return {}


def _shown(key: str, value: object) -> str:
    """The value as TOML has it; a password within an address is not shown."""
    if isinstance(value, str) and key == "database":
        value = re.sub(r"(://[^:/@]*):[^@]*@", r"\1:…@", value)
    return _toml(value)


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{name} = {_toml(each)}" for name, each in value.items()) + " }" if value else "{}"
    return str(value)
