"""`kiosk database`: verify a library, back it up and restore it, bring it up to date, copy it to another database."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress

from kiosk.commands.common import config_option, configuration, state_of
from kiosk.config import Config, is_address
from kiosk.speaking import told
from screens.words import _
from store.database import file_of, open_database
from store.errors import DatabaseMismatch, LibraryError, NotALibrary
from store.migrating import SchemaState
from store.upkeep.backing_up import back_up, upgrade
from store.upkeep.backing_up import restore as put_back
from store.upkeep.copying import CopiedTable, copy_library
from store.upkeep.verifying import Violation
from store.upkeep.verifying import verify as verify_database

_STAMP = "%Y%m%d-%H%M%S"


@click.group()
def database() -> None:
    """Verify, back up, restore, upgrade and copy the database."""


@database.command()
@config_option
def verify(config_path: Path | None) -> None:
    """Look through the whole library for what must never be; changes nothing."""
    settings = configuration(config_path).store_settings()
    _must_be_a_library(settings.database)
    opened = open_database(settings.database, patient=True)
    try:
        with Console(stderr=True).status("") as shown:
            found = verify_database(opened, lambda rule: shown.update(told(rule)))
    finally:
        opened.close()
    _tell(found)


@database.command("backup")
@config_option
@click.argument("target", type=click.Path(path_type=Path))
def backup_database(config_path: Path | None, target: Path) -> None:
    """Write the whole library into the new file TARGET (or a dated file in the folder TARGET); terminals may work on.

    The file is read back and compared before it gets its name.
    """
    address = configuration(config_path).store_settings().database
    _must_be_a_library(address, older=True)
    place = _dated(target, "kiosk") if target.is_dir() else target
    with _progress() as show:
        written = back_up(address, place, show)
    _show_tables(written)
    click.echo(_("Backed up and read back: {file}").format(file=place))


@database.command("restore")
@config_option
@click.argument("backup", type=click.Path(path_type=Path))
@click.option("--replace", is_flag=True, help="Replace a library that is there; it is kept aside.")
def restore_database(config_path: Path | None, backup: Path, replace: bool) -> None:
    """Put the library of the file BACKUP in the place that kiosk.toml names; stop the terminals first."""
    address = configuration(config_path).store_settings().database
    with _progress() as show:
        aside = put_back(backup, address, datetime.now(UTC), replace=replace, progress=show)
    if aside:
        click.echo(_("The former library is kept: {place}").format(place=aside))
    click.echo(_("Restored, checked and up to date."))


@database.command("upgrade")
@config_option
@click.option(
    "--backup", "target", type=click.Path(path_type=Path),
    help="Where to back up to before: a new file or a folder; else beside the library's file or in the state folder.",
)  # fmt: skip
def upgrade_database(config_path: Path | None, target: Path | None) -> None:
    """Bring an older library up to this program's version: backs it up, runs the missing steps, verifies."""
    config = configuration(config_path)
    address = config.store_settings().database
    _must_be_a_library(address, older=True)
    place = target if target is not None and not target.is_dir() else _dated(target or _usual(config), "before-upgrade")
    try:
        with _progress() as show:
            done = upgrade(address, place, show)
    except (LibraryError, OSError):
        if place.exists():
            click.echo(_("The library as it was before stands in {file}.").format(file=place), err=True)
        raise
    if done is None:
        click.echo(_("The database is up to date: nothing to do."))
        return
    click.echo(_("Upgraded from {before} to {after}; backup: {file}").format(
        before=done.before, after=done.after, file=place
    ))  # fmt: skip
    _tell(done.found)


@database.command("copy")
@click.argument("source")
@click.argument("target")
def copy_database(source: str, target: str) -> None:
    """Copy a library from database SOURCE to the empty database TARGET, and compare both."""
    for name, address in (("SOURCE", source), ("TARGET", target)):
        if not is_address(address):  # not shown: a password may stand in it
            told = _('{name} is no address: write "sqlite:///file" or "postgresql+psycopg://user@host/name"')
            raise click.UsageError(told.format(name=name))
    _must_be_a_library(source)
    with _progress() as show:
        copied = copy_library(source, target, show)
    _show_tables(copied)
    click.echo(_("Copied and compared: both sides agree."))


def _must_be_a_library(address: str, *, older: bool = False) -> None:
    found = state_of(address)
    if found is SchemaState.EMPTY:
        raise NotALibrary(_("There is no library in the database."), _("Run `kiosk init`."))
    if found is SchemaState.NEWER:
        raise DatabaseMismatch(_("The database is newer than this program."), _("Install the newer program."))
    if found is SchemaState.OLDER and not older:
        raise DatabaseMismatch(_("The database is older than this program."), _("Run `kiosk database upgrade`."))


def _tell(found: Iterable[Violation]) -> None:
    broken = tuple(found)
    for violation in broken:
        click.echo(f"✗ {told(violation.rule)}: {told(violation.what)}")
    if broken:
        click.echo(_("{n} violations found.").format(n=len(broken)))
        raise click.exceptions.Exit(1)
    click.echo(_("The library is whole."))


def _show_tables(copied: Iterable[CopiedTable]) -> None:
    for table in copied:
        click.echo(f"{table.name:20}{table.rows:>10}  {table.checksum[:16]}")


def _dated(folder: Path, name: str) -> Path:
    return folder / f"{name}-{datetime.now(UTC):{_STAMP}}.db"


def _usual(config: Config) -> Path:
    file = file_of(config.store_settings().database)
    if file is not None:
        return file.parent
    folder = Path(config.faults.state_folder)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


@contextmanager
def _progress() -> Iterator[Callable[[str, int, int], None]]:
    with Progress(console=Console(stderr=True), transient=True) as progress:
        bars: dict[str, object] = {}

        def show(table: str, done: int, rows: int) -> None:
            if table not in bars:
                bars[table] = progress.add_task(table, total=rows)
            progress.update(bars[table], completed=done)  # type: ignore[arg-type]

        yield show
