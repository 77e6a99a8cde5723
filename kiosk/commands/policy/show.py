"""`kiosk policy show`: the rules as the tables of the regulation, each line with its clause."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click
from rich.console import Console

from kiosk.commands.common import config_option
from kiosk.commands.policy import read_policies
from kiosk.commands.policy.wording import drawn, printed
from screens import words
from screens.rulebook.rights import rule_tables
from screens.rulebook.sheets import named
from screens.words import _
from store.policy.model import Policy


@click.command()
@click.argument("name", required=False, metavar="[POLICY]")
@click.option("--lang", type=click.Choice(words.LANGUAGES), help="The language; else that of the environment.")
@config_option
def show(name: str | None, lang: str | None, config_path: Path | None) -> None:
    """Show the rules of POLICY (a shipped name or a file; else that of kiosk.toml) as the tables of the regulation."""
    policy = read_policies(name, config_path).latest
    words.use(lang or words.current().language, policy.zone)
    for line in _heading(policy):
        click.echo(line)
    for each in rule_tables(policy, Console().width):
        click.echo()
        printed(drawn(each))


def _heading(policy: Policy) -> Iterator[str]:
    yield f"{named(policy.library)} · {named(policy.title)}"
    since = words.current().long_date(policy.effective_from)
    yield _("Version {version}, in force from {day}").format(version=policy.version, day=since)
    if any(category.paragraph for category in policy.categories):
        yield _("In a clause, {paragraph} stands for the category's own paragraph.")
