"""`kiosk policy test`: plays scenario files through the store and reports what does not hold."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from datetime import date
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress

from kiosk.speaking import told
from screens.words import _
from store.errors import LibraryError
from store.opening import policy_text
from store.policy.load import PolicyFaults, load_policy
from store.scenarios.fitting import misfits
from store.scenarios.fresh import fresh_libraries
from store.scenarios.playing import Failure, Played, play
from store.scenarios.reading import ScenarioFaults, ScenarioFile, read_files


@click.command("test")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--database", "server", help="Play on this PostgreSQL server instead of SQLite files.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("-q", "--quiet", is_flag=True, help="Print failures and the closing count only.")
def test_command(paths: tuple[Path, ...], server: str | None, form: str, quiet: bool) -> None:
    """Play policy scenarios in files and folders PATHS; every expectation that does not hold is named."""
    files, wrong = _read(paths)
    for fault in wrong:
        click.echo(f"✗ {fault}", err=True)
    passed = failed = 0
    total = sum(len(file.scenarios) for file in files)
    with Progress(console=Console(stderr=True), transient=True) as progress:
        bar = progress.add_task(_("Scenarios"), total=total)
        for file, played in _play(files, server):
            progress.advance(bar)
            passed, failed = passed + played.holds, failed + (not played.holds)
            if not (quiet and played.holds):
                click.echo(_as_json(file, played) if form == "json" else _as_text(played))
    # Programs read this line: it is the same in every language.
    click.echo(f"{passed} passed, {failed} failed")
    if failed or wrong:
        raise click.exceptions.Exit(2 if wrong else 1)


def _read(paths: tuple[Path, ...]) -> tuple[list[ScenarioFile], list[str]]:
    """The files whose scenarios all fit their policies, and what is wrong with every other."""
    wrong: list[str] = []
    files: Sequence[ScenarioFile]
    try:
        files = read_files(paths)
    except ScenarioFaults as faults:
        wrong += [f"{path}: {told(fault.said())}" for path, fault in faults.faults]
        files = faults.read
    fit: list[ScenarioFile] = []
    for file in files:
        try:
            policy = load_policy(policy_text(file.policy), file.policy)
            unfit = [f"{file.path}: {told(fault.said())}" for _scenario, fault in misfits(file, policy)]
        except (PolicyFaults, OSError, LibraryError) as fault:
            unfit = [f"{file.path}: {told(fault)}"]
        wrong += unfit
        fit += [] if unfit else [file]
    return fit, wrong


def _play(files: list[ScenarioFile], server: str | None) -> Iterator[tuple[ScenarioFile, Played]]:
    """Each scenario in its own library; one emptied library serves all scenarios of a policy."""
    for policy in dict.fromkeys(file.policy for file in files):
        with ExitStack() as stack:
            fresh = stack.enter_context(fresh_libraries(policy, server))
            for file in files:
                if file.policy == policy:
                    yield from ((file, play(scenario, fresh)) for scenario in file.scenarios)


def _as_text(played: Played) -> str:
    mark = "✓" if played.holds else "✗"
    return "\n".join(
        [
            f"{mark} {played.scenario.id}  {played.scenario.title}",
            *(f"    {told(each.said())}" for each in played.failures),
        ]
    )


def _as_json(file: ScenarioFile, played: Played) -> str:
    found = {
        "file": str(file.path),
        "id": played.scenario.id,
        "title": played.scenario.title,
        "holds": played.holds,
        "failures": [_failure(each) for each in played.failures],
    }
    return json.dumps(found, ensure_ascii=False, default=_plain)


def _failure(failure: Failure) -> dict[str, object]:
    return {"step": failure.step, "key": failure.key, "expected": failure.expected, "found": failure.found}


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)
