"""`kiosk policy check`: everything that is wrong with policy files, each fault on a line with its place."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

import click

from kiosk.commands.policy import unreadable
from kiosk.speaking import told
from screens.words import _, ngettext
from store.policy.load import Fault, PolicyFaults, load_policy, remarks, shipped_names

_GOOD, _FAULTY, _UNREAD = 0, 1, 2


@click.command()
@click.argument("names", nargs=-1, required=True, metavar="FILE...")
def check(names: tuple[str, ...]) -> None:
    """Say everything that is wrong with policy files; one that ships may be named by its name.

    Exit status 1 if a policy has faults, 2 if a file can't be read.
    """
    worst = max([_status(name) for name in names])
    if worst != _GOOD:
        raise click.exceptions.Exit(worst)


def _status(name: str) -> int:
    path = files("store") / "policies" / f"{name}.toml" if name in shipped_names() else Path(name)
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as fault:
        click.echo(unreadable(name, fault), err=True)
        return _UNREAD
    try:
        policy = load_policy(text)
    except PolicyFaults as wrong:
        _tell("✗", name, wrong.faults)
        click.echo(f"{name}: " + ngettext("{n} fault", "{n} faults", len(wrong.faults)))
        return _FAULTY
    _tell("!", name, remarks(policy, text))
    click.echo(f"{name}: " + _("no faults"))
    return _GOOD


def _tell(sign: str, name: str, faults: Sequence[Fault]) -> None:
    for fault in faults:
        click.echo(f"{sign} {name}: {told(fault.said())}")
