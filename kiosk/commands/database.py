"""`kiosk database`: verify a library, copy it to another database."""

from __future__ import annotations

from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress

from kiosk.commands.common import config_option, configuration, speak, state_of
from screens.words import _
from store.copying import copy_library
from store.database import open_database
from store.errors import DatabaseMismatch, NotALibrary
from store.migrating import SchemaState
from store.verifying import verify as verify_database


@click.group()
def database() -> None:
    """Verify and copy the database."""


@database.command()
@config_option
def verify(config_path: Path | None) -> None:
    """Look through the whole library for what must never be; changes nothing."""
    settings = configuration(config_path).store_settings()
    _must_be_a_library(settings.database)
    opened = open_database(settings.database)
    try:
        found = verify_database(opened)
    finally:
        opened.close()
    for violation in found:
        click.echo(f"✗ {violation.rule}: {violation.what}")
    if found:
        click.echo(_("{n} violations found.").format(n=len(found)))
        raise click.exceptions.Exit(1)
    click.echo(_("The library is whole."))


def _must_be_a_library(address: str) -> None:
    found = state_of(address)
    if found is SchemaState.EMPTY:
        raise NotALibrary(_("There is no library in the database."), _("Run `kiosk init`."))
    if found is SchemaState.NEWER:
        raise DatabaseMismatch(_("The database is newer than this program."), _("Install the newer program."))
    if found is SchemaState.OLDER:
        raise DatabaseMismatch(
            _("The database is older than this program."), _("It is brought up to date at the next start.")
        )


@database.command("copy")
@click.argument("source")
@click.argument("target")
def copy_database(source: str, target: str) -> None:
    """Copy a library from database SOURCE to the empty database TARGET, and compare both."""
    speak()
    with Progress(console=Console(stderr=True)) as progress:
        bars: dict[str, int] = {}

        def show(table: str, done: int, rows: int) -> None:
            if table not in bars:
                bars[table] = progress.add_task(table, total=rows)
            progress.update(bars[table], completed=done)  # type: ignore[arg-type]

        copied = copy_library(source, target, show)
    for table in copied:
        click.echo(f"{table.name:20}{table.rows:>10}  {table.checksum[:16]}")
    click.echo(_("Copied and compared: both sides agree."))
