"""`kiosk database`: verify a library, copy it to another database."""

from __future__ import annotations

from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress

from kiosk.commands.common import config_option, configuration, speak
from screens.words import _
from store.copying import copy_library
from store.database import open_database
from store.verifying import verify as verify_database


@click.group()
def database() -> None:
    """Verify and copy the database."""


@database.command()
@config_option
def verify(config_path: Path | None) -> None:
    """Look through the whole library for what must never be; changes nothing."""
    settings = configuration(config_path).store_settings()
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
