"""The receipt of a visit: what was done and until when, as lines that a screen, a letter and paper share."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from msgspec import Struct

from kiosk.config import Config, MailTable
from kiosk.printer import Printer, PrinterTrouble, make_printer
from screens.terminal import Visit
from screens.words import N_, Translator, translator

if TYPE_CHECKING:
    from kiosk.letters import Sender
    from store.policy.model import Policy
    from store.results.circulation import CheckedOut
    from store.results.returns import Returned

_DUTY = N_("Please mind the due dates; letters are a courtesy.")


def receipt_lines(visit: Visit, library: str, now: datetime, speak: Translator) -> tuple[str, ...]:
    """Library, date, short name, a block for each act, and whose duty the due dates are (METU-2-g.duty)."""
    short_name = f"{visit.member.given_name} {visit.member.surname[:1]}."
    lines = [library, speak.moment(now), short_name, ""]
    for lent in visit.lent:
        lines += [*_lent(lent, speak), ""]
    for title, renewed in visit.renewed:
        until = speak.text(N_("Renewed, due {due}"))
        lines += [title, "  " + until.format(due=speak.due(renewed.due, hourly=renewed.hourly)), ""]
    for title, place in visit.held:
        lines += [title, "  " + speak.text(N_("Held, place {n} in the queue")).format(n=place), ""]
    for returned in visit.returned:
        lines += [*_returned(returned, speak), ""]
    if visit.lent:
        lines.append(speak.count("{n} item", "{n} items", len(visit.lent)))
    return (*lines, speak.text(_DUTY))


def _lent(lent: CheckedOut, speak: Translator) -> Iterator[str]:
    author = f" - {lent.item.author}" if lent.item.author else ""
    yield f"{lent.item.title}{author}"
    yield "  " + speak.text(N_("Barcode {barcode}")).format(barcode=lent.item.barcode)
    yield "  " + speak.text(N_("Due {due}")).format(due=speak.due(lent.due, hourly=lent.hourly))
    if lent.renewals_allowed and lent.renewable_from is not None:
        times = speak.count("{n} renewal", "{n} renewals", lent.renewals_allowed)
        line = speak.text(N_("{times}, from {moment}"))
        yield "  " + line.format(times=times, moment=speak.moment(lent.renewable_from))


def _returned(returned: Returned, speak: Translator) -> Iterator[str]:
    yield returned.item.title
    yield "  " + speak.text(N_("Barcode {barcode}")).format(barcode=returned.item.barcode)
    if returned.fine.amount:
        yield "  " + speak.text(N_("Returned late, fine {amount}")).format(amount=speak.money(returned.fine.amount))
    else:
        yield "  " + speak.text(N_("Returned"))


class Receipts(Struct, frozen=True):
    """Sends receipts where the member wants them."""

    names: dict[str, str]
    printer: Printer | None
    mail_settings: MailTable
    in_force: Callable[[], Policy] | None = None
    "The rules whose addresses and telephones letters give; None: letters give the names alone."

    def sender(self) -> Sender:
        """Whom letters are from. Raises LibraryError if the library is away."""
        from kiosk.letters import Sender, sender_of

        return sender_of(self.in_force(), self.names) if self.in_force is not None else Sender(self.names)

    @property
    def can_print(self) -> bool:
        """Whether there is a printer."""
        return self.printer is not None

    @property
    def can_mail(self) -> bool:
        """Whether letters can be sent."""
        return self.mail_settings.kind != "none"

    def lines(self, visit: Visit, now: datetime, language: str) -> tuple[str, ...]:
        """The receipt for the screen."""
        return receipt_lines(visit, self.names[language], now, translator(language))

    def print(self, visit: Visit, now: datetime, language: str) -> bool:
        """Print it; False if the printer does not answer."""
        return self.print_lines(self.lines(visit, now, language))

    def print_lines(self, lines: Sequence[str]) -> bool:
        """Print lines of any kind, the first as a heading; False if the printer does not answer."""
        if self.printer is None:
            return False
        try:
            self.printer.print(lines)
        except PrinterTrouble:
            return False
        return True

    def mail(self, visit: Visit, now: datetime, language: str) -> bool:
        """Mail it; False if the member has no address or the server does not take it."""
        # Mail loads with the store's outbox: in the worker thread that sends, not at the start.
        from kiosk.letters import Attachment, receipt
        from kiosk.mail import make_mailer
        from kiosk.templates import Templates
        from store.errors import LibraryError
        from store.mail.outbox import MailTrouble

        mailer = make_mailer(self.mail_settings)
        if mailer is None or not visit.member.email:
            return False
        speak = translator(language)
        attachments: tuple[Attachment, ...] = ()
        if visit.lent:
            from kiosk.calendars import due_dates

            calendar = due_dates(visit.lent, self.names[language], speak, now)
            attachments = (Attachment(speak.text(N_("due dates")) + ".ics", "text/calendar", calendar),)
        name = f"{visit.member.given_name} {visit.member.surname}"
        lines, templates = self.lines(visit, now, language), Templates.named(self.mail_settings.templates)
        try:
            letter = receipt(lines, name, now, self.sender(), speak, templates, attachments)
            mailer.send(visit.member.email, letter, f"{uuid.uuid4()}@kiosk")
        except (MailTrouble, LibraryError):  # the server, a template, the library
            return False
        return True


def make_receipts(config: Config, in_force: Callable[[], Policy] | None = None) -> Receipts:
    """The receipts of an installation; `in_force`: the rules whose addresses and telephones letters give."""
    table = config.printer
    printer = make_printer(
        table.kind, host=table.host, port=table.port, path=table.path, columns=table.columns,
        timeout=table.timeout_seconds, code_page=table.code_page,
    )  # fmt: skip
    names = {"tr": config.library.name, "en": config.library.name_en}
    return Receipts(names, printer, config.mail, in_force)
