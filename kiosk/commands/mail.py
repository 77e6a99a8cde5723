"""`kiosk mail preview` and `kiosk mail check`: read letters before members do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click

from kiosk.commands.common import config_option
from kiosk.config import Config
from kiosk.config_file import find_config, load_config
from kiosk.letters import Rendered, Sender, paper_letter, receipt, render, sender_of
from kiosk.template_check import KINDS, TemplateFaults
from kiosk.templates import Templates
from screens import words
from screens.words import LANGUAGES, _, ngettext
from store.mail.outbox import Letter
from store.opening import policy_text
from store.policy.load import load_policy
from store.policy.model import Policy

_TITLES = (("Sinekli Bakkal", "300001"), ("Tutunamayanlar", "300684"))
_NAME = "Ayşe Kaya"


@click.group()
def mail() -> None:
    """Send letters, read them beforehand, record those that came back."""


@mail.command()
@config_option
@click.argument("kind", type=click.Choice(sorted(KINDS)))
@click.option("--lang", type=click.Choice(LANGUAGES), help="The letter's language; else that of the command line.")
@click.option("--html", "as_page", is_flag=True, help="Show the HTML in place of the text.")
def preview(config_path: Path | None, kind: str, lang: str | None, as_page: bool) -> None:
    """Show a letter as members get it, with made-up facts."""
    config = _config(config_path)
    policy = load_policy(policy_text(config.library.policy), config.library.policy)
    sender = sender_of(policy, {"tr": config.library.name, "en": config.library.name_en})
    templates = Templates.named(config.mail.templates)
    language = lang or words.current().language
    letter = _made_up(kind, language, policy, sender, templates)
    click.echo(letter.html if as_page else f"{letter.subject}\n\n{letter.text}", nl=False)


@mail.command()
@config_option
def check(config_path: Path | None) -> None:
    """Read the templates of all letters and name everything that is wrong in them."""
    templates = Templates.named(_config(config_path).mail.templates)
    try:
        number = templates.check()
    except TemplateFaults as found:
        click.echo(found, err=True)
        raise click.exceptions.Exit(2) from found
    click.echo(ngettext("{n} template read: nothing is wrong", "{n} templates read: nothing is wrong", number))


def _config(path: Path | None) -> Config:
    """The configuration; without one that of the program itself, since letters can be read before a library exists."""
    found = find_config(path)
    return load_config(found) if found is not None else Config()


def _made_up(kind: str, language: str, policy: Policy, sender: Sender, templates: Templates) -> Rendered:
    now = datetime.now(UTC)
    said = words.translator(language)
    if kind == "receipt":
        lines = [line for title, barcode in _TITLES for line in (title, f"  {barcode}", "")]
        return receipt(lines[:-1], _NAME, now, sender, said, templates)
    if kind == "paper":
        return paper_letter(_TITLES[0][0], [title for title, _barcode in _TITLES], _NAME, now, sender, said, templates)
    items = tuple(_facts(kind, title, barcode, policy, now) for title, barcode in _TITLES)
    if not KINDS[kind].item:
        items = items[:1]
    return render(Letter((0,), kind, "", language, _NAME, now, items, "preview@kiosk"), sender, said, templates)


def _facts(kind: str, title: str, barcode: str, policy: Policy, now: datetime) -> dict[str, Any]:
    """Every fact that a letter could hold, so that the preview shows every line."""
    late = kind.startswith("overdue_") or kind in ("invoice", "lost")
    due = now + timedelta(days=-7 if late else 3)
    return {
        "title": title, "barcode": barcode, "due": due.isoformat(), "hourly": False, "until": due.isoformat(),
        "branch": policy.branches[0].slug, "reason": _reason(kind), "approved": barcode == _TITLES[0][1],
        "fine": 700 if late else None, "code": "482915", "minutes": 30,
    }  # fmt: skip


def _reason(kind: str) -> str:
    return _("the identity document is missing") if kind == "membership_rejected" else "expired"
