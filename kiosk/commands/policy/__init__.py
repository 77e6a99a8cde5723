"""`kiosk policy`: read, check, explain and test the lending rules. Each command's module loads when it is used."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from pathlib import Path

import click

from kiosk.commands.common import configuration, speak
from screens.words import N_, _
from store.policy.load import PolicyFaults, load_policies, shipped, shipped_names
from store.policy.model import Policies

COMMANDS: Mapping[str, tuple[str, str, str]] = {
    "check": ("check", "check", N_("Say everything that is wrong with a policy file, and where.")),
    "show": ("show", "show", N_("The rules as the tables of the regulation.")),
    "clauses": ("clauses", "clauses", N_("Every clause, where it is carried out, and what proves it.")),
    "explain": ("explain", "explain", N_("Why a loan is allowed or refused, and what follows from it.")),
    "test": ("playing", "test_command", N_("Play scenarios against the rules.")),
    "compare": ("comparing", "compare_command", N_("What a change of the rules would mean.")),
}


class _Lazy(click.Group):
    def list_commands(self, _ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, _ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, name, _help = COMMANDS[cmd_name]
        command: click.Command = getattr(importlib.import_module(f"{__name__}.{module}"), name)
        return command

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        speak()
        with formatter.section(_("Commands")):
            formatter.write_dl([(name, _(help_text)) for name, (_m, _n, help_text) in COMMANDS.items()])


@click.group(cls=_Lazy)
def policy() -> None:
    """Read, check and test the lending rules."""


def read_policies(name: str | None, config_path: Path | None) -> Policies:
    """The rules of this name: a shipped policy or a file; without a name those of kiosk.toml.

    Leaves with exit status 2 if they can't be read and with 1, every fault told, if they are wrong.
    """
    if name is None:
        name = configuration(config_path).library.policy
    try:
        return shipped(name) if name in shipped_names() else load_policies([Path(name)])
    except PolicyFaults as faults:
        for each in faults.faults:
            click.echo(f"✗ {name}: {each}", err=True)
        raise click.exceptions.Exit(1) from faults
    except OSError as fault:
        click.echo(unreadable(name, fault), err=True)
        raise click.exceptions.Exit(2) from fault


def unreadable(name: str, fault: OSError | UnicodeDecodeError) -> str:
    """What to say about a file that can't be read."""
    why = fault.strerror if isinstance(fault, OSError) else fault
    return _("{file} can't be read: {fault}").format(file=name, fault=why)
