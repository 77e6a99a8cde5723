"""`kiosk policy compare`: what a change of the rules would mean, on paper and for the loans of a real library."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress

from kiosk.commands.common import config_option, configuration, library
from kiosk.commands.policy import read_policies
from kiosk.commands.policy.wording import drawn, printed
from kiosk.config import ConfigFaults
from kiosk.speaking import told
from screens.rulebook import comparing as rulebook
from screens.words import _
from store.errors import LibraryError
from store.policy.comparing import right_changes, text_changes
from store.policy.load import PolicyFaults
from store.policy.model import Policies
from store.rules.replaying import replay


@click.command("compare")
@click.argument("old")
@click.argument("new")
@click.option("--replay/--no-replay", "replays", default=None, help="Replay the loans of kiosk.toml's library.")
@config_option
def compare_command(old: str, new: str, replays: bool | None, config_path: Path | None) -> None:
    """What differs between policies OLD and NEW, and what would have come of it in the library of kiosk.toml."""
    before, after = read_policies(old, config_path), read_policies(new, config_path)
    rights = list(right_changes(before.latest, after.latest))
    others = list(text_changes(before.latest, after.latest))
    if not rights and not others:
        click.echo(_("The two policies say the same."))
    if rights:
        printed(drawn(rulebook.rights(before.latest, after.latest, rights)))
    if others:
        printed(drawn(rulebook.others(others)))
    if replays or (replays is None and _has_library(config_path)):
        _show_replay(before, after, config_path)


def _has_library(config_path: Path | None) -> bool:
    try:
        library(configuration(config_path)).close()
    except (click.ClickException, ConfigFaults, LibraryError, PolicyFaults) as fault:
        click.echo(_("No loans are replayed: {fault}").format(fault=told(fault)), err=True)
        return False
    return True


def _show_replay(old: Policies, new: Policies, config_path: Path | None) -> None:
    opened = library(configuration(config_path))
    try:
        with Progress(console=Console(stderr=True), transient=True) as progress:
            bar = progress.add_task(_("Members"), total=None)
            found = replay(
                opened, old, new, datetime.now(UTC),
                lambda done, total: progress.update(bar, completed=done, total=total),
            )  # fmt: skip
    finally:
        opened.close()
    printed(drawn(rulebook.replayed(found)))
    if found.old.refused or found.new.refused:
        printed(drawn(rulebook.refusals(found)))
