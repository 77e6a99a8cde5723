"""Prints, mails and saves what staff hand out: receipts of payments, certificates, closings, a member's data."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from msgspec import Struct

from kiosk.printer import PrinterTrouble
from kiosk.receipts import Receipts
from screens.papers import Paper
from screens.words import _, translator

_LISTS = (".csv", ".txt")
_LARGEST = 4_000_000
"Bytes of a list that is read."


class Papers(Struct, frozen=True):
    """The services of `screens.papers.Papers`."""

    receipts: Receipts
    "Has the printer, the mail's settings and the sender."
    folder: Path | None
    clock: Callable[[], datetime]

    @property
    def can_print(self) -> bool:
        """Whether there is a printer."""
        return self.receipts.can_print

    @property
    def can_mail(self) -> bool:
        """Whether letters can be sent."""
        return self.receipts.can_mail

    @property
    def can_save(self) -> bool:
        """Whether a folder is set."""
        return self.folder is not None

    def print(self, paper: Paper) -> str | None:
        """The library's name first, as on every receipt."""
        if self.receipts.printer is None:
            return _("No printer is set up.")
        try:
            self.receipts.printer.print((self.receipts.names[paper.language], paper.title, "", *paper.lines))
        except PrinterTrouble:
            return _("The printer does not answer.")
        return None

    def mail(self, paper: Paper, attachment: tuple[str, str] | None = None) -> str | None:
        """Handed over at once: whoever waits at the desk is told whether it went."""
        # Mail loads with the store's outbox: in the worker thread that sends, not at the start.
        from kiosk.letters import Attachment, paper_letter
        from kiosk.mail import make_mailer
        from kiosk.templates import Templates
        from store.errors import LibraryError
        from store.mail.outbox import MailTrouble

        mailer = make_mailer(self.receipts.mail_settings)
        if mailer is None or not paper.address:
            return _("No letter can be sent: there is no mail, or the member has no address.")
        files = () if attachment is None else (Attachment(attachment[0], "application/json", attachment[1].encode()),)
        try:
            sender = self.receipts.sender()
            templates = Templates.named(self.receipts.mail_settings.templates)
            speak = translator(paper.language)
            letter = paper_letter(paper.title, paper.lines, paper.name, self.clock(), sender, speak, templates, files)
            mailer.send(paper.address, letter, f"{uuid.uuid4()}@kiosk")
        except (MailTrouble, LibraryError):  # the server, a template, the library
            return _("The letter could not be sent.")
        return None

    def save(self, name: str, text: str) -> tuple[str, str | None]:
        """A file that is there already stays: the new one gets another name."""
        if self.folder is None:
            return "", _("No folder is set: [terminal] folder in kiosk.toml.")
        try:
            path = self._write(name, text)
        except OSError as fault:
            return "", _("The file could not be written: {fault}").format(fault=fault.strerror or fault)
        return path.name, None

    def _write(self, name: str, text: str) -> Path:
        assert self.folder is not None
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        stem, suffix = Path(name).stem, Path(name).suffix
        for number in range(1, 1000):
            path = self.folder / (f"{stem}{suffix}" if number == 1 else f"{stem}-{number}{suffix}")
            try:
                handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            except FileExistsError:
                continue
            with os.fdopen(handle, "w", encoding="utf-8-sig" if suffix == ".csv" else "utf-8", newline="") as file:
                file.write(text)
            return path
        raise FileExistsError(17, name)

    def brought(self) -> Sequence[str]:
        """Files of the folder itself, the newest first."""
        if self.folder is None or not self.folder.is_dir():
            return ()
        found = [path for path in self.folder.iterdir() if path.suffix.lower() in _LISTS and path.is_file()]
        return tuple(path.name for path in sorted(found, key=lambda path: -path.stat().st_mtime))

    def read(self, name: str) -> str | None:
        """Only what `brought` names; too large a file is none."""
        if self.folder is None or name not in self.brought():
            return None
        try:
            path = self.folder / name
            return path.read_text("utf-8-sig") if path.stat().st_size <= _LARGEST else None
        except (OSError, ValueError):
            return None
