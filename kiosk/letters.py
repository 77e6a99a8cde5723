"""Letters and receipts in words: subject, text and HTML, in the member's language, from the facts of a notice."""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from screens.words import N_, Translator

if TYPE_CHECKING:
    from store.outbox import Letter


@dataclass(frozen=True, slots=True)
class Rendered:
    """A letter ready to be sent."""

    subject: str
    text: str
    html: str
    at: datetime


_SUBJECTS = {
    "pin_code": N_("Your code: {code}"),
    "pin_changed": N_("Your PIN was changed"),
    "checkout_confirmation": N_("Borrowed: {title}"),
    "courtesy": N_("Due soon: {title}"),
    "overdue": N_("Overdue: {title}"),
    "invoice": N_("Invoice: {title} has not been returned"),
    "hold_available": N_("Ready for you: {title}"),
    "hold_cancelled": N_("Hold cancelled: {title}"),
    "recall": N_("Recalled: {title}"),
    "lost": N_("Recorded as lost: {title}"),
    "renewal_decided": N_("Your renewal request: {title}"),
    "membership_approved": N_("Your membership has begun"),
    "membership_rejected": N_("Your application"),
    "receipt": N_("Your receipt"),
}
_TEXTS = {
    "pin_code": N_(
        "Your one-time code is {code}. It is good for {minutes} minutes.\n"
        "If you did not ask for it, ignore this letter."
    ),
    "pin_changed": N_("The PIN of your library card was changed.\nIf it was not you, please tell the library at once."),
    "checkout_confirmation": N_("You borrowed “{title}”. It is due {due}."),
    "courtesy": N_("“{title}” is due {due}. Please return it or renew it in time."),
    "overdue": N_("“{title}” was due {due} and has not been returned. Please return it."),
    "invoice": N_(
        "“{title}” was due {due}. The late fine so far stands in your account.\n"
        "Please return it, or report it as lost at the desk."
    ),
    "hold_available": N_("“{title}” is on the hold shelf for you until {until}."),
    "hold_cancelled": N_("Your hold on “{title}” was cancelled."),
    "recall": N_("The library asks for “{title}” back. Please return it by {due}."),
    "lost": N_("“{title}” was due {due}, was not returned and is now recorded as lost. Please come to the desk."),
    "renewal_decided": N_("Your request to renew “{title}” was decided. It is due {due}."),
    "membership_approved": N_(
        "Your library membership has begun. You can make your PIN at a terminal: choose “First PIN”."
    ),
    "membership_rejected": N_("Your application for membership was not accepted. {reason}"),
}
_GREETING = N_("Dear {name},")


def render(letter: Letter, library: Mapping[str, str], speak: Translator) -> Rendered:
    """Put a notice into words. A kind without a text of its own is an overdue letter (`overdue_1` …)."""
    kind = letter.kind if letter.kind in _TEXTS else "overdue"
    facts = _told(letter.facts, speak)
    subject = speak.text(_SUBJECTS[kind]).format_map(facts)
    name = library.get(speak.language, "")
    body = [speak.text(_GREETING).format(name=letter.name), "", speak.text(_TEXTS[kind]).format_map(facts), "", name]
    text = "\n".join(body) + "\n"
    return Rendered(f"{name}: {subject}" if name else subject, text, as_html(text), letter.at)


def receipt(lines: tuple[str, ...], at: datetime, speak: Translator) -> Rendered:
    """A receipt as a letter."""
    text = "\n".join(lines) + "\n"
    subject = _SUBJECTS["receipt"]
    return Rendered(speak.text(subject), text, as_html(text), at)


def as_html(text: str) -> str:
    """The same words for mail programs that show HTML; everything in them is data, nothing is markup."""
    body = "<br>\n".join(html.escape(line) for line in text.splitlines())
    return f'<!doctype html><meta charset="utf-8"><p style="font-family: sans-serif">{body}</p>\n'


class _Facts(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "–"


def _told(facts: Mapping[str, object], speak: Translator) -> _Facts:
    told = _Facts({name: str(value) for name, value in facts.items()})
    for name in ("due", "until"):
        if name in facts:
            moment = datetime.fromisoformat(str(facts[name]))
            told[name] = speak.moment(moment) if facts.get("hourly") else speak.long_date(moment)
    return told
