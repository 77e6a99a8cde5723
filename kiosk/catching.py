"""An app that sees every key first, and tells a scanner's bursts from what a person types."""

from __future__ import annotations

from functools import partial

from textual import events
from textual.widgets import Input

from kiosk.locked import Locked
from kiosk.scanner import GAP, Meaning, Scanner
from screens.frame import KioskScreen, TakesScans
from screens.messages import Scanned
from screens.widgets.card import TakesLetters

LONGEST_PASTE = 64


class CatchesScans(Locked):
    """Codes go to the page, or to a card over it that has a use for them; all other keys where they always go."""

    def __init__(self, scanner_prefix: str | None) -> None:
        super().__init__()
        self.scanner = Scanner(prefix=scanner_prefix)
        self._held: tuple[Input, str, int] | None = None

    def somebody_is_there(self) -> None:
        """A key, a touch or a scan has come."""

    def forget_keys(self) -> None:
        """Drop what was typed or scanned halfway."""
        self.scanner.forget()
        self._held = None

    def page_shown(self) -> KioskScreen | None:
        """The page on the screen, whatever cards lie over it."""
        return next((page for page in reversed(self.screen_stack) if isinstance(page, KioskScreen)), None)

    async def on_event(self, event: events.Event) -> None:
        """See every key before a field, a binding or a button does: a scanner types into whatever has the focus."""
        if isinstance(event, events.InputEvent) and not event.is_forwarded:
            if not isinstance(event, events.MouseMove):
                self.somebody_is_there()
            if isinstance(event, events.Key) and self._is_for_the_scanner(event):
                return
        if isinstance(event, events.Paste) and not event.is_forwarded:
            self._take_paste(event.text)
            return
        await super().on_event(event)

    def _is_for_the_scanner(self, event: events.Key) -> bool:
        field = self.focused if isinstance(self.focused, Input) else None
        meaning = self.scanner.see(event.key, event.character, event.time, in_field=field is not None)
        if self.scanner.first and field is not None:
            self._held = (field, field.value, field.cursor_position)
        if meaning is Meaning.PASS:
            return False
        if field is None and self.scanner.first and event.character is not None:
            self.set_timer(GAP * 1.2, partial(self._single_letter, event.character, event.time))
        if meaning in (Meaning.SCANNED, Meaning.UNREADABLE):
            self._put_field_back()
            self._deliver(Scanned(self.scanner.code, readable=meaning is Meaning.SCANNED))
        return True

    def _single_letter(self, letter: str, time_typed: float) -> None:
        # Nothing followed it: it was a person, not the first letter of a burst.
        if isinstance(self.screen, TakesLetters) and self.scanner.last == time_typed:
            self.screen.letter_typed(letter)

    def _put_field_back(self) -> None:
        if self._held is None:
            return
        field, value, cursor = self._held
        self._held = None

        def restore() -> None:
            with field.prevent(Input.Changed):
                field.value, field.cursor_position = value, cursor

        # Not at once: letters of the burst may still be on their way to the field.
        field.call_later(restore)

    def _take_paste(self, text: str) -> None:
        # Some scanners paste instead of typing; anything else that is pasted is not wanted here.
        code = text.strip()
        if code.isprintable() and code and " " not in code and len(code) <= LONGEST_PASTE:
            self._deliver(Scanned(code))

    def _deliver(self, scan: Scanned) -> None:
        # A card on top that has a use for codes gets them; else the page beneath.
        page = self.screen if isinstance(self.screen, TakesScans) else self.page_shown()
        if page is not None:
            page.post_message(scan)
