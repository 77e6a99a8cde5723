"""Letters and receipts in words: subject, text and HTML, in the member's language, from the facts of their notices."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from datetime import datetime
from textwrap import shorten, wrap
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field

from kiosk.templates import Templates
from screens.words import LANGUAGES, N_, Translator

if TYPE_CHECKING:
    from store.mail.outbox import Letter
    from store.policy.model import Policy

_LONGEST_TITLE = 60
"Of a title in a subject line."
_WIDTH = 78
"Of the text."
_REASONS = {
    "by_member": N_("you cancelled it"),
    "expired": N_("it was not collected in time"),
    "item_lost": N_("the library has no copy left that it could lend you"),
    "by_library": N_("your membership ended"),
}
"Why a hold ended; other reasons are in the words of the staff."
RETURN = N_("Return: {title}")
"What a member's calendar says on the due day."
BARCODE = N_("Barcode {barcode}")


class Attachment(Struct, frozen=True):
    """A file that goes with a letter."""

    name: str
    mimetype: str
    data: bytes


class Rendered(Struct, frozen=True):
    """A letter ready to be sent."""

    subject: str
    text: str
    html: str
    at: datetime
    attachments: tuple[Attachment, ...] = ()


class Sender(Struct, frozen=True):
    """Who writes, and by what rule; names by language."""

    library: Mapping[str, str]
    contact: Mapping[str, str] = field(default_factory=dict)
    clauses: Mapping[str, str] = field(default_factory=dict)
    "Of each kind of letter that has one."
    branches: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    "By slug: the facts of a letter hold slugs."


def sender_of(policy: Policy, names: Mapping[str, str]) -> Sender:
    """The sender of a library's letters: its own names where it has given them, the rest as its policy says."""
    contact = {language: getattr(policy.contact, language) for language in LANGUAGES}
    return Sender(
        library={language: names.get(language) or getattr(policy.library, language) for language in LANGUAGES},
        contact={language: ", ".join(filter(None, (words, policy.email))) for language, words in contact.items()},
        clauses={letter.kind: letter.clause for letter in policy.letters if letter.clause},
        branches={
            branch.slug: {language: getattr(branch.name, language) for language in LANGUAGES}
            for branch in policy.branches
        },
    )


def render(letter: Letter, sender: Sender, speak: Translator, templates: Templates = Templates()) -> Rendered:  # noqa: B008 - frozen
    """Put the notices of a letter into words. Raises TemplateFaults for a template that can't be used."""
    items = [_told(item, sender, speak) for item in letter.items]
    number = letter.kind.removeprefix("overdue_") if letter.kind.startswith("overdue_") else ""
    alone = items[0] if len(items) == 1 else {}
    count = speak.count("{n} item", "{n} items", len(items))
    values = {
        **alone,
        "number": number,
        "count": count,
        "what": shorten(alone.get("title", ""), _LONGEST_TITLE, placeholder=" …") or count,
    }
    return _written(letter.kind, letter.name, letter.at, values, items, sender, speak, templates)


def receipt(
    lines: Sequence[str],
    name: str,
    at: datetime,
    sender: Sender,
    speak: Translator,
    templates: Templates = Templates(),  # noqa: B008 - frozen
    attachments: tuple[Attachment, ...] = (),
) -> Rendered:
    """A receipt as a letter. Raises TemplateFaults."""
    values = {"receipt": "\n".join(lines)}
    return _written("receipt", name, at, values, [], sender, speak, templates, attachments)


def paper_letter(
    title: str,
    lines: Sequence[str],
    name: str,
    at: datetime,
    sender: Sender,
    speak: Translator,
    templates: Templates = Templates(),  # noqa: B008 - frozen
    attachments: tuple[Attachment, ...] = (),
) -> Rendered:
    """A paper of the desk as a letter: a receipt of a payment, a certificate. Raises TemplateFaults."""
    values = {"title": title, "paper": "\n".join(lines)}
    return _written("paper", name, at, values, [], sender, speak, templates, attachments)


def _written(
    kind: str,
    name: str,
    at: datetime,
    own: Mapping[str, str],
    items: list[dict[str, str]],
    sender: Sender,
    speak: Translator,
    templates: Templates,
    attachments: tuple[Attachment, ...] = (),
) -> Rendered:
    language = speak.language
    library = sender.library.get(language, "")
    values = {
        **own,
        "name": name,
        "library": library,
        "contact": sender.contact.get(language, ""),
        "clause": sender.clauses.get(kind, ""),
        "date": speak.long_date(at),
    }
    subject, text = templates.of(kind, language).fill(values, items)
    laid_out = {"language": language, "subject": subject, "library": library}
    escaped = {key: html.escape(value) for key, value in laid_out.items()}
    page = templates.layout()({**escaped, "text": as_html(text)})
    return Rendered(subject, _wrapped(text), page, at, attachments)


def _wrapped(text: str) -> str:
    """Long lines broken, for mail programs that don't; lines that go on stand below the words of the first."""
    told: list[str] = []
    for line in text.splitlines():
        margin = " " * (len(line) - len(line.lstrip(" •")))
        told += wrap(line, _WIDTH, subsequent_indent=margin, break_long_words=False, break_on_hyphens=False) or [""]
    return "\n".join(told) + "\n"


def as_html(text: str) -> str:
    """The same words as paragraphs of HTML; everything in them is data, nothing is markup."""
    return "\n".join(
        f'<p style="margin: 0 0 16px">{"<br>".join(_html_line(line) for line in paragraph.splitlines())}</p>'
        for paragraph in text.strip("\n").split("\n\n")
    )


def _html_line(line: str) -> str:
    words = line.lstrip(" ")
    return "&nbsp;" * (len(line) - len(words)) + html.escape(words)


def _told(facts: Mapping[str, Any], sender: Sender, speak: Translator) -> dict[str, str]:
    """Facts as people say them. Line breaks in them would make lines of their own: they become spaces."""
    told = {name: " ".join(str(value).split()) for name, value in facts.items() if value is not None}
    for name in ("due", "until"):
        if name in told:
            moment = datetime.fromisoformat(told[name])
            hourly = name == "due" and facts.get("hourly")
            told[name] = f"{speak.long_date(moment)} {speak.clock(moment)}" if hourly else speak.long_date(moment)
    if "branch" in told:
        told["branch"] = sender.branches.get(told["branch"], {}).get(speak.language, told["branch"])
    if "reason" in told:
        known = _REASONS.get(told["reason"])
        told["reason"] = speak.text(known) if known else told["reason"]
    if "fine" in told:
        told["fine"] = speak.money(int(told["fine"])) if facts["fine"] else ""
    if "approved" in told:
        told["decision"] = speak.text(N_("approved") if facts["approved"] else N_("not approved"))
    return told
