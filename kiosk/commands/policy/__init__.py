"""`kiosk policy`: read, check, explain and test the lending rules. Each command's module loads when it is used."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import click

from kiosk.commands.common import configuration
from kiosk.commands.lazy import LazyGroup
from kiosk.speaking import told
from screens.words import N_, _
from store.policy.load import PolicyFaults, load_policies, shipped, shipped_names
from store.policy.model import Policies

COMMANDS: Mapping[str, tuple[str, str, str]] = {
    "check": (f"{__name__}.check", "check", N_("Say everything that is wrong with a policy file, and where.")),
    "show": (f"{__name__}.show", "show", N_("The rules as the tables of the regulation.")),
    "clauses": (f"{__name__}.clauses", "clauses", N_("Every clause, where it is carried out, and what proves it.")),
    "explain": (f"{__name__}.explain", "explain", N_("Why a loan is allowed or refused, and what follows from it.")),
    "test": (f"{__name__}.playing", "test_command", N_("Play scenarios against the rules.")),
    "compare": (f"{__name__}.comparing", "compare_command", N_("What a change of the rules would mean.")),
}


@click.group(cls=LazyGroup, listed=COMMANDS)
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
            click.echo(f"✗ {name}: {told(each.said())}", err=True)
        raise click.exceptions.Exit(1) from faults
    except OSError as fault:
        click.echo(unreadable(name, fault), err=True)
        raise click.exceptions.Exit(2) from fault


def unreadable(name: str, fault: OSError | UnicodeDecodeError) -> str:
    """What to say about a file that can't be read."""
    why = fault.strerror if isinstance(fault, OSError) else fault
    return _("{file} can't be read: {fault}").format(file=name, fault=why)
