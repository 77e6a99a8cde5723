"""Sends what is in the outbox while the terminal runs: codes must not wait for the night."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING

from kiosk.letters import render
from screens.words import translator
from store.act import At

if TYPE_CHECKING:
    from kiosk.mail import Mailer
    from store.library import Library
    from store.outbox import Letter

_EVERY = 2.0
"Seconds between rounds."


class Postman(threading.Thread):
    """A thread of its own: a slow mail server delays nobody."""

    def __init__(
        self, library: Library, mailer: Mailer, names: dict[str, str], terminal: str, clock: Callable[[], datetime]
    ) -> None:
        super().__init__(name="postman", daemon=True)
        self._library = library
        self._mailer = mailer
        self._names = names
        self._at = At(terminal)
        self._clock = clock
        self.last_text = ""
        "The last letter that was handed over; the demo shows it."

    def run(self) -> None:
        """Send what is due, for ever. A round that fails is tried again: the letters are still in the outbox."""
        from store.errors import LibraryError
        from store.outbox import send_due

        while True:
            with suppress(LibraryError):  # the database is away: the letters wait in it
                send_due(self._library, self._send, self._clock(), self._at)
            time.sleep(_EVERY)

    def _send(self, letter: Letter) -> None:
        rendered = render(letter, self._names, translator(letter.language))
        self._mailer.send(letter.address, rendered, letter.message_id)
        self.last_text = f"{rendered.subject}\n{rendered.text}"
