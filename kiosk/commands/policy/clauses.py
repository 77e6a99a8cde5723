"""`kiosk policy clauses`: every clause of the regulation, where it is carried out, and the scenarios that prove it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import get_args

import click
from rich.table import Table

from kiosk.commands.common import config_option
from kiosk.commands.policy import read_policies
from kiosk.commands.policy.wording import printed, table
from kiosk.speaking import told
from screens import words
from screens.rulebook.kinds import KIND_NAMES, carried_out
from screens.words import _, ngettext
from store.policy.services import Clause, ClauseKind
from store.scenarios.reading import ScenarioFaults, read_files

KINDS: tuple[ClauseKind, ...] = get_args(ClauseKind)
PROVABLE = ("rule", "data", "job")

Proofs = Mapping[str, Sequence[str]]


@click.command()
@click.argument("name", required=False, metavar="[POLICY]")
@click.option(
    "--scenarios", "paths", type=click.Path(path_type=Path), multiple=True, help="A scenario file or a folder of them."
)
@click.option("--kind", "kinds", type=click.Choice(KINDS), multiple=True, help="Only clauses of this kind.")
@config_option
def clauses(name: str | None, paths: tuple[Path, ...], kinds: tuple[str, ...], config_path: Path | None) -> None:
    """List the clauses of POLICY (a shipped name or a file; else that of kiosk.toml).

    With --scenarios exit status 1 if an enforced or scheduled clause has none, 2 if a file can't be read.
    """
    policy = read_policies(name, config_path).latest
    proofs = _proofs(paths) if paths else None
    register = {key: clause for key, clause in policy.register_of_clauses.items() if not kinds or clause.kind in kinds}
    printed(_table(register, proofs))
    duties = {key: clause for key, clause in register.items() if clause.kind == "human"}
    if duties:
        click.echo()
        printed(_duties(duties))
    click.echo()
    for line in _counts(register):
        click.echo(line)
    if proofs is not None:
        _conclude(register, proofs)


def _table(register: Mapping[str, Clause], proofs: Proofs | None) -> Table:
    shown = table(_("Clauses"), _("Clause"), _("Kind"), _("Carried out"))
    if proofs is not None:
        shown.add_column(_("Proved by"), overflow="fold")
    for key, clause in register.items():
        proved = [", ".join(proofs.get(key, ())) or "–"] if proofs is not None else []
        shown.add_row(key, _(KIND_NAMES[clause.kind]), carried_out(clause), *proved)
    return shown


def _duties(duties: Mapping[str, Clause]) -> Table:
    shown = table(_("Human duties, and what the program offers for them"), _("Clause"), _("Duty"), _("Offered"))
    for key, clause in duties.items():
        duty = clause.tr if words.current().language == "tr" else clause.en
        shown.add_row(key, duty, carried_out(clause))
    return shown


def _counts(register: Mapping[str, Clause]) -> Iterator[str]:
    for kind in KINDS:
        number = sum(clause.kind == kind for clause in register.values())
        if number:
            yield f"{_(KIND_NAMES[kind])}: {number}"
    yield ngettext("{n} clause", "{n} clauses", len(register))


def _conclude(register: Mapping[str, Clause], proofs: Proofs) -> None:
    wanted = [key for key, clause in register.items() if clause.kind in PROVABLE]
    missing = [key for key in wanted if key not in proofs]
    text = _("{proved} of {all} enforced and scheduled clauses are proved by a scenario; {missing} are not.")
    click.echo(text.format(proved=len(wanted) - len(missing), all=len(wanted), missing=len(missing)))
    for key in missing:
        click.echo(f"✗ {key}: " + _("no scenario"))
    if missing:
        raise click.exceptions.Exit(1)


def _proofs(paths: Iterable[Path]) -> Proofs:
    """Clause -> the scenarios that name it, in the order of the files."""
    try:
        files = read_files(paths)
    except ScenarioFaults as wrong:
        for path, fault in wrong.faults:
            click.echo(f"{path}: {told(fault.said())}", err=True)
        raise click.exceptions.Exit(2) from wrong
    found: defaultdict[str, list[str]] = defaultdict(list)
    for scenario in (scenario for file in files for scenario in file.scenarios):
        for clause in scenario.clauses:
            found[clause].append(scenario.id)
    return found
