"""What a form asks, how an answer is read, and what was answered."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import UTC, date, datetime, time
from decimal import Decimal

from msgspec import Struct

from screens import words
from screens.amounts import kurus_of
from screens.widgets.choice import Choice
from screens.words import _
from store.policy.periods import FIRST_YEAR, LAST_YEAR
from store.policy.verdict import Reason

Answer = str | int | Decimal | date | datetime | None
"Of a field: text, kuruş or a number, a rate, a day, an instant; None for one that was left empty."


class Field(Struct, frozen=True):
    """One thing that is asked. Labels and hints are in the language spoken now."""

    slug: str
    label: str
    kind: str = "text"
    "`text`, `code` (takes scans), `money` (kuruş), `number`, `rate`, `day`, `moment`, `pin`, `choice`"
    value: str = ""
    "What stands in it at first. Of a choice that must be made by hand nothing: `by_hand`."
    required: bool = True
    hint: str = ""
    choices: tuple[Choice, ...] = ()
    by_hand: bool = False
    "Nothing is chosen beforehand."
    faults: tuple[str, ...] = ()
    "Slugs of refusals that are about it, besides those that begin with its own (`card_taken`)."

    def is_wrong_by(self, reason: Reason) -> bool:
        """Whether a refusal is about this field."""
        named = str(reason.numbers.get("fields", "")).split(", ")
        return reason.slug.startswith(f"{self.slug}_") or reason.slug in self.faults or self.slug in named

    @property
    def shown(self) -> str:
        """What stands in it, as others read it."""
        if self.kind == "choice":
            return next((each.label for each in self.choices if each.slug == self.value), "")
        amount = kurus_of(self.value) if self.kind == "money" else None
        return self.value if amount is None else words.money(amount)


class Given(dict[str, Answer]):
    """The answers by the slugs of their fields."""

    def written(self, slug: str) -> str:
        """What was written or chosen; nothing if it was left empty."""
        return str(self[slug] or "")

    def number(self, slug: str) -> int:
        """A number, or an amount in kuruş."""
        answer = self[slug]
        assert isinstance(answer, int)
        return answer

    def day(self, slug: str) -> date:
        """A day."""
        answer = self[slug]
        assert isinstance(answer, date)
        return answer

    def moment(self, slug: str) -> datetime:
        """An instant."""
        answer = self[slug]
        assert isinstance(answer, datetime)
        return answer


def read(kind: str, text: str) -> tuple[Answer, str | None]:
    """An answer, or what is wrong with it."""
    if kind == "money":
        wrong = _("This is no amount of money: {text}. Write 12,50 or 1.250,00")
        return (amount, None) if (amount := kurus_of(text)) is not None else (None, wrong.format(text=text))
    if kind == "number":
        good = text.isascii() and text.isdigit()
        return (int(text), None) if good else (None, _("This is no whole number: {text}").format(text=text))
    if kind == "rate":
        return _rate(text)
    if kind in ("day", "moment"):
        return _moment(text, whole_day=kind == "day")
    return text, None


def _rate(text: str) -> tuple[Answer, str | None]:
    """Lira for one unit of another money, with as many decimals as the bank gives."""
    rate = Decimal(text.replace(",", ".")) if re.fullmatch(r"\d{1,6}(?:[.,]\d{1,8})?", text, re.ASCII) else Decimal(0)
    if not rate:
        return None, _("This is no rate: {text}. Write 40,1234").format(text=text)
    return rate, None


def _moment(text: str, *, whole_day: bool) -> tuple[Answer, str | None]:
    """A day (9.3.2026 or 2026-03-09), with a time of day (14:30) for an instant; the library's time zone."""
    day_text, _space, time_text = text.partition(" ")
    day, clock = _day(day_text), _clock(time_text.strip())
    if day is None or clock is None or (whole_day and time_text.strip()):
        example = "09.03.2026" if whole_day else "09.03.2026 14:30"
        return None, _("This is no date: {text}. Write {example}").format(text=text, example=example)
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        between = _("This can't be the year: {text}. It lies between {first} and {last}")
        return None, between.format(text=text, first=FIRST_YEAR, last=LAST_YEAR)
    if whole_day:
        return day, None
    return datetime.combine(day, clock, words.current().zone).astimezone(UTC), None


def _day(text: str) -> date | None:
    for pattern in ("%d.%m.%Y", "%Y-%m-%d"):
        with suppress(ValueError):
            return datetime.strptime(text, pattern).date()
    return None


def _clock(text: str) -> time | None:
    with suppress(ValueError):
        return time.fromisoformat(text or "23:59:59")
    return None
