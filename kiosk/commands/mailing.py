"""`kiosk mail send` and `kiosk mail bounces`: what is in the outbox goes out, what came back is recorded."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import click

from kiosk.bounces import read_bounces
from kiosk.commands.common import AT, config_option, configuration, library
from kiosk.commands.mail import mail
from kiosk.mail import make_mailer
from kiosk.postman import sending
from screens.words import _, ngettext
from store.errors import LibraryError
from store.mail.bounces import record_bounce
from store.mail.sending import send_due


class NoMail(LibraryError):
    """The configuration names no way to send letters."""


@mail.command()
@config_option
def send(config_path: Path | None) -> None:
    """Send every letter whose time has come; what fails is tried again later, more and more seldom."""
    config = configuration(config_path)
    mailer = make_mailer(config.mail)
    if mailer is None:
        raise NoMail(_("no letters can be sent: [mail] kind is none"), _("set [mail] in kiosk.toml"))
    opened = library(config)
    try:
        clock = partial(datetime.now, UTC)
        round_ = send_due(opened, sending(config, opened, mailer), clock(), AT, clock)
    finally:
        opened.close()
    click.echo(ngettext("{n} letter sent", "{n} letters sent", round_.sent))
    if round_.waiting:
        click.echo(ngettext("{n} will be tried again", "{n} will be tried again", round_.waiting))
    if round_.failed:
        click.echo(ngettext("{n} given up: see the tasks", "{n} given up: see the tasks", round_.failed))
    if round_.trouble and not round_.sent:
        raise NoMail(
            _("no letter could be handed over: {why}").format(why=round_.trouble), _("see [mail] in kiosk.toml")
        )


@mail.command()
@config_option
@click.argument("path", type=click.Path(exists=True, path_type=Path))
def bounces(config_path: Path | None, path: Path) -> None:
    """Record the letters that came back, from delivery reports in PATH: a file, an mbox, a Maildir or a folder."""
    opened = library(configuration(config_path))
    ours = others = 0
    try:
        for bounce in read_bounces(path):
            found = record_bounce(opened, bounce.message_id, bounce.why, datetime.now(UTC), AT)
            ours, others = ours + bool(found), others + (not found)
    finally:
        opened.close()
    click.echo(ngettext("{n} letter of ours came back", "{n} letters of ours came back", ours))
    if others:
        click.echo(ngettext("{n} report was about another letter", "{n} reports were about other letters", others))
