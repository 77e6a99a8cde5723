"""Every word that a person reads: gettext catalogues, and dates, times and money as the language writes them.

A terminal speaks one language at a time: `use("tr")` changes it everywhere at once; letters go out in the member's own
through `translator(language)`. Babel (70 ms) loads at the first date, after the first paint.
"""

from __future__ import annotations

import gettext as _gettext
from datetime import UTC, datetime, timedelta
from datetime import date as _Date
from decimal import Decimal
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

LANGUAGES = ("tr", "en")
DOMAINS = ("screens", "reasons", "staff", "letters", "commands", "faults")
FOLDER = Path(__file__).parent / "locale"
_HALF_A_YEAR = timedelta(days=183)
_UNKNOWN = "…"
"A message of no catalogue: it is looked for in all of them."


@cache
def _catalogue(language: str, domains: tuple[str, ...] = DOMAINS) -> _gettext.NullTranslations:
    first, *later = domains
    found = _gettext.translation(first, FOLDER, [language], fallback=True)
    if later:
        found.add_fallback(_Later(language, tuple(later)))
    return found


class _Later(_gettext.NullTranslations):
    """The domains after one: read when they are first asked, since the first page needs only its own (2 ms each)."""

    def __init__(self, language: str, domains: tuple[str, ...]) -> None:
        super().__init__()
        self._asked = (language, domains)

    def gettext(self, message: str) -> str:
        """The message, if any of them knows it."""
        return _catalogue(*self._asked).gettext(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """The message for this number, if any of them knows it."""
        return _catalogue(*self._asked).ngettext(msgid1, msgid2, n)


class Translator:
    """Words, dates and money in one language. Instants are shown in the library's time zone."""

    def __init__(self, language: str, zone: ZoneInfo) -> None:
        self.language = language
        self.zone = zone
        self._catalogue = _catalogue(language)

    def text(self, message: str) -> str:
        """The message in this language."""
        return self._catalogue.gettext(message)

    def knows(self, message: str) -> bool:
        """Whether a catalogue holds the message: keys made from a policy's slugs may be missing."""
        return self._catalogue.gettext(message) != message

    def count(self, one: str, many: str, number: int) -> str:
        """The message for this number of things, with `{n}` filled in."""
        return self._catalogue.ngettext(one, many, number).format(n=number)

    def upper(self, words: str) -> str:
        """Capitals as the language writes them: Turkish i becomes İ."""
        return (words.replace("i", "İ").replace("ı", "I") if self.language == "tr" else words).upper()

    def date(self, day: _Date | datetime) -> str:
        """`7 Ara Pzt` or `Mon 7 Dec`; more than half a year away `07.12.2024`, since the year is not clear then."""
        from babel.dates import format_date

        local = day.astimezone(self.zone).date() if isinstance(day, datetime) else day
        if _speech.today is not None and abs(local - _speech.today) > _HALF_A_YEAR:
            return f"{local:%d.%m.%Y}"
        return format_date(local, "d MMM EEE" if self.language == "tr" else "EEE d MMM", locale=self.language)

    def dated(self, day: _Date) -> str:
        """`7 Ara 2026 Pzt` or `Mon 7 Dec 2026`: where days of several years stand together."""
        from babel.dates import format_date

        return format_date(day, "d MMM y EEE" if self.language == "tr" else "EEE d MMM y", locale=self.language)

    def long_date(self, day: _Date | datetime) -> str:
        """`7 Aralık 2026 Pazartesi` or `Monday 7 December 2026`."""
        from babel.dates import format_date

        local = day.astimezone(self.zone).date() if isinstance(day, datetime) else day
        pattern = "d MMMM y EEEE" if self.language == "tr" else "EEEE d MMMM y"
        return format_date(local, pattern, locale=self.language)

    def month(self, day: _Date) -> str:
        """`Mart 2026` or `March 2026`."""
        from babel.dates import format_date

        return format_date(day, "LLLL y", locale=self.language)

    def weekday(self, number: int, *, short: bool = False) -> str:
        """`Pazartesi` or `Monday` for 0; short: two letters."""
        from babel.dates import format_date

        return format_date(_Date(2024, 1, 1 + number), "EEEEEE" if short else "EEEE", locale=self.language)

    def clock(self, instant: datetime) -> str:
        """`14:32`, in both languages."""
        return f"{instant.astimezone(self.zone):%H:%M}"

    def moment(self, instant: datetime) -> str:
        """`23 Kas Pzt 09:15`: a date and a time of day."""
        return f"{self.date(instant)} {self.clock(instant)}"

    def due(self, instant: datetime, *, hourly: bool) -> str:
        """A due date; with its time of day for hourly loans."""
        return self.moment(instant) if hourly else self.date(instant)

    def money(self, kurus: int) -> str:
        """`4,50 TL` or `TL 4.50`. The lira sign is missing from receipt printers, so it is written out."""
        from babel.numbers import format_decimal

        amount = format_decimal(Decimal(kurus) / 100, "#,##0.00", locale=self.language)
        return f"{amount} TL" if self.language == "tr" else f"TL {amount}"


class _Speech:
    """The language that the terminal speaks now."""

    def __init__(self) -> None:
        self.zone = ZoneInfo("Europe/Istanbul")
        self.now = Translator("tr", self.zone)
        self.today: _Date | None = None


_speech = _Speech()


def warm_up() -> None:
    """Load Babel with the language's names of days and months, and what all pages say: nobody need wait for them."""
    _speech.now.moment(datetime.now(UTC))
    _speech.now.money(0)
    for language in LANGUAGES:
        translator(language).text(_UNKNOWN)


def use(language: str, zone: ZoneInfo | None = None) -> None:
    """Speak this language from now on. Raises ValueError for one that has no catalogue."""
    if language not in LANGUAGES:
        raise ValueError(f"no catalogue for {language!r}; there are {', '.join(LANGUAGES)}")
    _speech.zone = zone or _speech.zone
    _speech.now = Translator(language, _speech.zone)


def live_on(now: datetime | None) -> None:
    """The day on which the words are read: dates near it need no year. None: nobody knows, and none has one."""
    _speech.today = None if now is None else now.astimezone(_speech.zone).date()


def current() -> Translator:
    """The translator of the language spoken now."""
    return _speech.now


def translator(language: str) -> Translator:
    """A translator for a letter or receipt, whatever the terminal speaks."""
    return Translator(language if language in LANGUAGES else "tr", _speech.zone)


def _(message: str) -> str:
    """The message in the language spoken now."""
    return _speech.now.text(message)


def ngettext(one: str, many: str, number: int) -> str:
    """The message for this number of things in the language spoken now."""
    return _speech.now.count(one, many, number)


def N_(message: str) -> str:
    """Mark a message for the catalogue; it is translated where it is shown."""
    return message


def date(day: _Date | datetime) -> str:
    """See Translator.date."""
    return _speech.now.date(day)


def dated(day: _Date) -> str:
    """See Translator.dated."""
    return _speech.now.dated(day)


def month(day: _Date) -> str:
    """See Translator.month."""
    return _speech.now.month(day)


def weekday(number: int, *, short: bool = False) -> str:
    """See Translator.weekday."""
    return _speech.now.weekday(number, short=short)


def clock(instant: datetime) -> str:
    """See Translator.clock."""
    return _speech.now.clock(instant)


def moment(instant: datetime) -> str:
    """See Translator.moment."""
    return _speech.now.moment(instant)


def due(instant: datetime, *, hourly: bool) -> str:
    """See Translator.due."""
    return _speech.now.due(instant, hourly=hourly)


def money(kurus: int) -> str:
    """See Translator.money."""
    return _speech.now.money(kurus)


def example_day(instant: datetime) -> str:
    """How a day is typed, for the hint of a field: `02.03.2026`."""
    return f"{instant.astimezone(_speech.zone):%d.%m.%Y}"
