"""`kiosk import`: real data into the library, with progress and a report of what was left out; safe to run twice."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import Progress

from kiosk.commands.common import AT, config_option, configuration, library
from kiosk.config import Config, ImportTable
from screens.words import _
from store.loading.marc import Holdings, read_marc
from store.loading.records import BrokenFile
from store.loading.tables import read_copies, read_members, read_titles, unknown_columns
from store.loading.writing import DryRun, Report, load_applications, load_copies, load_members, load_titles

_SHOWN = 20
Loader = Callable[..., Report]


@click.group("import")
def imports() -> None:
    """Load titles, copies and members. Running one twice changes nothing."""


def _options(command: Callable[..., None]) -> Callable[..., None]:
    for option in (
        click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path)),
        click.option("--dry-run", is_flag=True, help="Say what would be done; write nothing."),
        click.option(
            "--report", "report_file", type=click.Path(path_type=Path), help="Write what was left out as CSV."
        ),
        click.option("--encoding", default=None, help="Encoding of the file, if it is not UTF-8 (or MARC-8)."),
        config_option,
    ):
        command = option(command)
    return command


_map_option = click.option(
    "--map", "maps", multiple=True, metavar="YOURS=OURS", help="What a column of the file means."
)


@imports.command()
@_options
def marc(file: Path, dry_run: bool, report_file: Path | None, encoding: str | None, config_path: Path | None) -> None:
    """Titles, and copies from the holdings field, from a MARC21 or MARCXML file."""
    config = configuration(config_path)
    if encoding is not None:
        _check_encoding(encoding)
    records = read_marc(file, _holdings(config.imports), encoding)
    _load(config, load_titles, records, file, dry_run, report_file)


@imports.command()
@_options
@_map_option
def titles(file: Path, maps: tuple[str, ...], **options: Any) -> None:  # noqa: ANN401 - click's own options
    """Titles from a CSV file."""
    _from_table("titles", load_titles, read_titles, file, maps, **options)


@imports.command()
@_options
@_map_option
def copies(file: Path, maps: tuple[str, ...], **options: Any) -> None:  # noqa: ANN401
    """Copies from a CSV file; their titles must be in the catalogue."""
    _from_table("copies", load_copies, read_copies, file, maps, **options)


@imports.command()
@_options
@_map_option
def members(file: Path, maps: tuple[str, ...], **options: Any) -> None:  # noqa: ANN401
    """Members from a CSV file; each makes the first PIN at a terminal."""
    _from_table("members", load_members, read_members, file, maps, **options)


@imports.command()
@_options
@_map_option
def applications(file: Path, maps: tuple[str, ...], **options: Any) -> None:  # noqa: ANN401
    """Applications for membership from a CSV file; staff decide each within the time of the rules."""
    _from_table("members", load_applications, read_members, file, maps, **options)


def _from_table(
    kind: str,
    load: Loader,
    read: Callable[..., Iterable[object]],
    file: Path,
    maps: tuple[str, ...],
    *,
    dry_run: bool,
    report_file: Path | None,
    encoding: str | None,
    config_path: Path | None,
) -> None:
    config = configuration(config_path)
    columns = {**config.imports.columns, **_parsed(maps)}
    encoding = encoding or "utf-8-sig"
    _check_encoding(encoding)
    try:
        left_out = unknown_columns(file, columns, kind, encoding)
    except UnicodeDecodeError as wrong:
        raise click.ClickException(
            _("The file is not {encoding} text; name its --encoding.").format(encoding=encoding)
        ) from wrong
    except BrokenFile as broken:
        raise click.ClickException(
            _("{file}: {fault}. Nothing was written.").format(file=file, fault=broken)
        ) from broken
    if left_out:
        click.echo(_("Columns left out: {names}").format(names=", ".join(left_out)), err=True)
    _load(config, load, read(file, columns, encoding), file, dry_run, report_file)


def _check_encoding(encoding: str) -> None:
    try:
        codecs.lookup(encoding)
    except LookupError as wrong:
        raise click.ClickException(_("There is no encoding {encoding}.").format(encoding=encoding)) from wrong


def _parsed(maps: tuple[str, ...]) -> dict[str, str]:
    pairs = [each.partition("=") for each in maps]
    wrong = [yours for yours, equals, _ours in pairs if not equals]
    if wrong:
        raise click.BadParameter(_("write --map YOURS=OURS, not {wrong}").format(wrong=wrong[0]))
    return {yours: ours for yours, _equals, ours in pairs}


def _load(
    config: Config,
    load: Loader,
    records: Iterable[object],
    file: Path,
    dry: bool,
    report_file: Path | None,
) -> None:
    if report_file is not None:
        report_file.touch()  # known before anything is written, if it can't be
    opened = library(config)
    try:
        with Progress(console=Console(stderr=True)) as progress:
            bar = progress.add_task(file.name, total=None)
            report = load(opened, records, datetime.now(UTC), AT, lambda done: progress.advance(bar, done), dry)
            progress.update(bar, total=report.seen, completed=report.seen)
    except DryRun as tried:
        click.echo(_("Nothing was written: this was only tried."))
        report = tried.report
    except BrokenFile as broken:
        raise click.ClickException(
            _("{file}: {fault}. Nothing was written.").format(file=file, fault=broken)
        ) from broken
    finally:
        opened.close()
    _tell(report, report_file)


def _tell(report: Report, report_file: Path | None) -> None:
    counts = _("{seen} records: {added} added, {changed} changed, {unchanged} unchanged, {damaged} left out")
    click.echo(
        counts.format(
            seen=report.seen, added=report.added, changed=report.changed, unchanged=report.unchanged,
            damaged=len(report.damaged),
        )
    )  # fmt: skip
    if report.copies_added or report.copies_changed or report.copies_unchanged:
        copies_told = _("Copies: {added} added, {changed} changed, {unchanged} unchanged")
        click.echo(
            copies_told.format(
                added=report.copies_added, changed=report.copies_changed, unchanged=report.copies_unchanged
            )
        )
    for damaged in report.damaged[:_SHOWN]:
        click.echo(_("  record {number}: {what}").format(number=damaged.number, what=damaged.what), err=True)
    if len(report.damaged) > _SHOWN:
        click.echo(_("  … and {n} more; --report FILE keeps all").format(n=len(report.damaged) - _SHOWN), err=True)
    if report_file is not None:
        with report_file.open("w", encoding="utf-8", newline="") as out:
            table = csv.writer(out)
            table.writerow(["record", "what"])
            # A leading apostrophe keeps a spreadsheet from taking text for a formula.
            table.writerows(
                [each.number, f"'{each.what}" if each.what[:1] in "=+-@" else each.what] for each in report.damaged
            )


def _holdings(table: ImportTable) -> Holdings:
    return Holdings(
        tag=table.holdings_field,
        barcode=table.barcode,
        branch=table.branch,
        item_type=table.item_type,
        shelf_mark=table.shelf_mark,
        default_branch=table.default_branch,
        default_item_type=table.default_item_type,
        branches=table.branches,
        item_types=table.item_types,
    )
