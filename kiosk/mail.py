"""Hands letters over: to an SMTP server, or as files into a folder. What it says is `kiosk.letters`' affair."""

from __future__ import annotations

import os
import re
import smtplib
import ssl
from collections.abc import Callable
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Protocol

from msgspec import Struct

from kiosk.config import MailTable
from kiosk.letters import Rendered
from kiosk.unusable import why
from store.mail.outbox import MailTrouble
from store.policy.said import Said, at_line

_ADDRESS = re.compile(r"[^\s\x00-\x1f@<>()\[\]:;,\\\"]+@[^\s\x00-\x1f@<>()\[\]:;,\\\"]+")


class Mailer(Protocol):
    """Hands one letter over. Raises MailTrouble. May take seconds: never on the event loop."""

    def send(self, address: str, letter: Rendered, message_id: str) -> None:
        """Hand it over, once."""
        ...


def compose(sender: str, address: str, letter: Rendered, message_id: str) -> EmailMessage:
    """The message: text with an HTML twin; addresses and subject can't smuggle headers in. Raises ValueError."""
    message = EmailMessage()
    message["From"] = sender
    _address_to(message, address)
    message["Subject"] = " ".join(letter.subject.split())
    message["Date"] = format_datetime(letter.at)
    message["Message-ID"] = f"<{message_id}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text)
    message.add_alternative(letter.html, subtype="html")
    for attachment in letter.attachments:
        main, _, sub = attachment.mimetype.partition("/")
        message.add_attachment(attachment.data, maintype=main, subtype=sub, filename=attachment.name)
    return message


def _address_to(message: EmailMessage, address: str) -> None:
    # Whatever else is in one: over `"` the library's parser breaks, and of `;` and a new line it makes more headers.
    if not _ADDRESS.fullmatch(address):
        raise ValueError(Said("this is no e-mail address"))
    message["To"] = address


class SmtpMailer(Struct, frozen=True):
    """SMTP with STARTTLS or TLS and sign-in."""

    settings: MailTable

    def send(self, address: str, letter: Rendered, message_id: str) -> None:
        """One connection for one letter."""
        try:
            message = compose(self.settings.sender, address, letter, message_id)
            with self._connect() as server:
                if self.settings.security == "starttls":
                    server.starttls(context=ssl.create_default_context())
                if self.settings.user:
                    server.login(self.settings.user, self._password())
                server.send_message(message)
        except smtplib.SMTPException as fault:
            raise MailTrouble(_refused(fault)) from fault
        except (OSError, ValueError) as fault:
            raise MailTrouble(why(fault)) from fault

    def _connect(self) -> smtplib.SMTP:
        table = self.settings
        if table.security == "tls":
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(table.host, table.port, timeout=table.timeout_seconds, context=context)
        return smtplib.SMTP(table.host, table.port, timeout=table.timeout_seconds)

    def _password(self) -> str:
        if self.settings.password_file:
            return Path(self.settings.password_file).read_text("utf-8").strip()
        return os.environ.get("KIOSK_MAIL_PASSWORD", "")


def _refused(fault: smtplib.SMTPException) -> str:
    match fault:
        case smtplib.SMTPServerDisconnected():  # also what smtplib makes of a time-out
            beneath = fault.__context__
            return why(beneath) if isinstance(beneath, OSError) else Said("the server broke the connection off")
        case smtplib.SMTPAuthenticationError():
            return Said("the server refuses the user or the password: {answer}", answer=_answer(fault))
        case smtplib.SMTPRecipientsRefused():
            ((code, answer), *_) = fault.recipients.values()
            return Said("the server refuses the member's address: {answer}", answer=f"{code} {_line(answer)}")
        case smtplib.SMTPSenderRefused():
            return Said("the server refuses the library's address: {answer}", answer=_answer(fault))
        case smtplib.SMTPResponseException():
            return Said("the server refuses the letter: {answer}", answer=_answer(fault))
        case _:
            return Said("the server does not offer what the settings ask for: {fault}", fault=fault)


def _answer(fault: smtplib.SMTPResponseException) -> str:
    return f"{fault.smtp_code} {_line(fault.smtp_error)}"


def _line(answer: bytes | str) -> str:
    return " ".join((answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer).split())


class FolderMailer(Struct, frozen=True):
    """Each letter becomes a file `<message id>.eml`."""

    folder: Path
    sender: str

    def send(self, address: str, letter: Rendered, message_id: str) -> None:
        """Write it, whole or not at all."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            target = self.folder / f"{message_id}.eml"
            partial = target.with_suffix(".part")
            partial.write_bytes(bytes(compose(self.sender, address, letter, message_id)))
            partial.replace(target)
        except (OSError, ValueError) as fault:
            raise MailTrouble(at_line(None, str(self.folder), why(fault))) from fault


def make_mailer(settings: MailTable) -> Mailer | None:
    """The mailer that the settings name; None for `none`."""
    makers: dict[str, Callable[[], Mailer]] = {
        "smtp": lambda: SmtpMailer(settings),
        "file": lambda: FolderMailer(Path(settings.folder), settings.sender or "kiosk@localhost"),
    }
    return makers[settings.kind]() if settings.kind in makers else None
