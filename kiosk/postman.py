"""Sends what is in the outbox while the terminal runs: codes must not wait for the night."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from msgspec import Struct

from kiosk.config import Config
from kiosk.faults import FaultLog
from kiosk.letters import Rendered, render, sender_of
from kiosk.rounds import Rounds
from kiosk.template_check import TemplateFaults
from kiosk.templates import Templates
from screens.words import translator
from store.act import At
from store.policy.said import in_words, said_of

if TYPE_CHECKING:
    from kiosk.mail import Mailer
    from store.library import Library
    from store.mail.outbox import Letter

_EVERY = 2.0
"Seconds between rounds."


def written(config: Config, library: Library, letter: Letter) -> Rendered:
    """A letter in words, by the rules of its day and the library's own templates. Raises TemplateFaults."""
    names = {"tr": config.library.name, "en": config.library.name_en}
    sender = sender_of(library.policies.at(letter.at), names)
    return render(letter, sender, translator(letter.language), Templates.named(config.mail.templates))


class LetterReader(Struct, frozen=True):
    """Shows staff what a letter says: the words that were or will be sent."""

    config: Config

    def read(self, library: Library, letter: Letter) -> tuple[str, str] | None:
        """Subject and text; None if the library's own template for it can't be used."""
        try:
            rendered = written(self.config, library, letter)
        except TemplateFaults:
            return None
        return rendered.subject, rendered.text


def sending(
    config: Config, library: Library, mailer: Mailer, told: Callable[[Rendered], None] = lambda _letter: None
) -> Callable[[Letter], None]:
    """How a letter is put into words and handed over; what the words were is `told`. The result raises MailTrouble."""
    from store.mail.outbox import MailTrouble

    speak = translator(config.terminal.language)  # staff read it much later, whoever is at the terminal now

    def send(letter: Letter) -> None:
        try:
            rendered = written(config, library, letter)
            mailer.send(letter.address, rendered, letter.message_id)
        except TemplateFaults as faults:
            raise MailTrouble(speak.text("the template can't be used: {faults}").format(faults=faults)) from faults
        except MailTrouble as trouble:
            raise MailTrouble(in_words(said_of(trouble), speak.text)) from trouble
        except Exception as fault:
            # Facts or an address that nobody foresaw: the letters behind it must not wait for it.
            told_why = speak.text("it can't be written: {fault}").format(fault=type(fault).__name__)
            raise MailTrouble(told_why) from fault
        told(rendered)

    return send


class Postman(Rounds):
    """Hands letters over as they become due: a slow mail server delays nobody."""

    def __init__(
        self,
        library: Library,
        mailer: Mailer,
        config: Config,
        clock: Callable[[], datetime],
        faults: FaultLog,
        every: float = _EVERY,
    ) -> None:
        super().__init__("postman", every, faults)
        self._library = library
        self._send = sending(config, library, mailer, self._remember)
        self._at = At(config.terminal.name)
        self._clock = clock
        self.last_text = ""
        "The last letter that was handed over; the demo shows it."

    def round(self) -> None:
        """Send what is due; what fails is still in the outbox."""
        from store.mail.sending import send_due

        send_due(self._library, self._send, self._clock(), self._at, self._clock)

    def _remember(self, letter: Rendered) -> None:
        self.last_text = f"{letter.subject}\n{letter.text}"
