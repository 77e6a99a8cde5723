"""`kiosk import`: real data into the library, with progress and a report of what was left out; safe to run twice."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from msgspec import Struct
from rich.console import Console
from rich.progress import Progress

from kiosk.commands.common import AT, config_option, configuration, library, new_file
from kiosk.commands.refusals import refusal_in_words
from kiosk.config import Config, ImportTable
from kiosk.speaking import told
from screens.words import _
from store.desk.export import write_csv
from store.loading.marc import Holdings, read_marc
from store.loading.moving_tables import read_calendar, read_fines, read_holds, read_loans
from store.loading.records import BrokenFile, Damaged, MemberRecord
from store.loading.reporting import DryRun, Report
from store.loading.tables import COLUMNS, read_copies, read_members, read_titles, unknown_columns
from store.loading.writing import load_applications, load_copies, load_members, load_titles

_SHOWN = 20
Loader = Callable[..., Report]


class _Records(Struct, frozen=True):
    """The records of a file, read anew each time: a transaction that is tried again begins with the first."""

    read: Callable[[], Iterable[object]]

    def __iter__(self) -> Iterator[object]:
        return iter(self.read())


@click.group("import")
def imports() -> None:
    """Load titles, copies, members, and what was open in another system. Running one twice changes nothing."""


def _options(command: Callable[..., None]) -> Callable[..., None]:
    for option in (
        click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path)),
        click.option("--dry-run", is_flag=True, help="Say what would be done; write nothing."),
        click.option(
            "--report",
            "report_file",
            type=click.Path(path_type=Path),
            callback=new_file,
            help="Write what was left out into a new CSV file.",
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
    holdings = _holdings(config.imports)
    _load(config, load_titles, _Records(lambda: read_marc(file, holdings, encoding)), file, dry_run, report_file)


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
@click.option("--sync", is_flag=True, help="Also say who is a member here and does not stand in the file.")
@click.option(
    "--leavers", "leavers_file", type=click.Path(path_type=Path), callback=new_file,
    help="Write all of them into a new CSV file; with --sync.",
)  # fmt: skip
@click.option("--end", is_flag=True, help="End the memberships of those with nothing open; with --sync.")
@click.option("--end-many", is_flag=True, help="The same, even if more than a quarter of all members would go.")
def members(
    file: Path,
    maps: tuple[str, ...],
    sync: bool,
    leavers_file: Path | None,
    end: bool,
    end_many: bool,
    **options: Any,  # noqa: ANN401
) -> None:
    """Members from a CSV file; each makes the first PIN at a terminal.

    With --sync the file is the institution's whole list: who left is listed, with what is still open. Nobody's status
    changes unless --end asks for it.
    """
    if not sync:
        if leavers_file is not None or end or end_many:
            raise click.UsageError(_("--leavers and --end go with --sync."))
        _from_table("members", load_members, read_members, file, maps, **options)
        return
    from kiosk.commands.leaving import tell_leavers

    numbers: set[str] = set()

    def read(path: Path, columns: Mapping[str, str], encoding: str) -> Iterator[MemberRecord | Damaged]:
        for record in read_members(path, columns, encoding):
            if isinstance(record, MemberRecord):
                numbers.add(record.number)
            yield record

    report = _from_table("members", load_members, read, file, maps, **options)
    ends = (end or end_many) and not options["dry_run"]
    tell_leavers(options["config_path"], numbers, report, leavers_file, end=ends, many=end_many)


@imports.command()
@_options
@_map_option
def loans(file: Path, maps: tuple[str, ...], **options: Any) -> None:  # noqa: ANN401
    """Loans that are out, from a CSV file; they keep their due dates and renewals."""
    from store.loading.loans import load_loans

    _from_table("loans", load_loans, read_loans, file, maps, **options)


@imports.command()
@_options
@_map_option
def holds(file: Path, maps: tuple[str, ...], **options: Any) -> None:  # noqa: ANN401
    """Holds from a CSV file, after the loans; the queue keeps its order."""
    from store.loading.holds import load_holds

    _from_table("holds", load_holds, read_holds, file, maps, **options)


@imports.command()
@_options
@_map_option
def fines(file: Path, maps: tuple[str, ...], **options: Any) -> None:  # noqa: ANN401
    """What members owe, from a CSV file, in lira."""
    from store.loading.fines import load_fines

    _from_table("fines", load_fines, read_fines, file, maps, **options)


@imports.command()
@_options
@_map_option
def calendar(file: Path, maps: tuple[str, ...], **options: Any) -> None:  # noqa: ANN401
    """Opening hours, closed days, public holidays and terms from a CSV file."""
    from store.loading.calendar import load_calendar

    _from_table("calendar", load_calendar, read_calendar, file, maps, **options)


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
) -> Report:
    config = configuration(config_path)
    columns = {**config.imports.columns, **_parsed(maps, kind)}
    encoding = encoding or "utf-8-sig"
    _check_encoding(encoding)
    try:
        left_out = unknown_columns(file, columns, kind, encoding)
    except UnicodeError as wrong:
        raise click.ClickException(
            _("{file} is not {encoding} text; name its --encoding (iso8859-9 is common).").format(
                file=file, encoding=encoding
            )
        ) from wrong
    except BrokenFile as broken:
        raise click.ClickException(
            _("{file}: {fault}. Nothing was written.").format(file=file, fault=told(broken))
        ) from broken
    if left_out:
        click.echo(_("Columns left out: {names}").format(names=", ".join(left_out)), err=True)
    known_encoding = encoding
    return _load(config, load, _Records(lambda: read(file, columns, known_encoding)), file, dry_run, report_file)


def _check_encoding(encoding: str) -> None:
    try:
        io.TextIOWrapper(io.BytesIO(), encoding=encoding).read()  # some are no encodings of text
    except (LookupError, UnicodeError) as wrong:
        raise click.ClickException(_("There is no encoding {encoding}.").format(encoding=encoding)) from wrong


def _parsed(maps: tuple[str, ...], kind: str) -> dict[str, str]:
    pairs = [each.partition("=") for each in maps]
    wrong = [yours for yours, equals, _ours in pairs if not equals]
    if wrong:
        raise click.BadParameter(_("write --map YOURS=OURS, not {wrong}").format(wrong=wrong[0]))
    strange = [ours for _yours, _equals, ours in pairs if ours and ours not in COLUMNS[kind]]
    if strange:
        raise click.BadParameter(
            _("there is no column {wrong} here; there are {known}").format(
                wrong=strange[0], known=", ".join(COLUMNS[kind])
            )
        )
    return {yours: ours for yours, _equals, ours in pairs}


def _load(
    config: Config,
    load: Loader,
    records: Iterable[object],
    file: Path,
    dry: bool,
    report_file: Path | None,
) -> Report:
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
            _("{file}: {fault}. Nothing was written.").format(file=file, fault=told(broken))
        ) from broken
    finally:
        opened.close()
    _tell(report, report_file)
    return report


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
        click.echo(_("  record {number}: {what}").format(number=damaged.number, what=_why(damaged)), err=True)
    if len(report.damaged) > _SHOWN:
        click.echo(_("  … and {n} more; --report FILE keeps all").format(n=len(report.damaged) - _SHOWN), err=True)
    if report_file is not None:
        write_csv(report_file, ("record", "what"), [(each.number, _why(each)) for each in report.damaged])


def _why(damaged: Damaged) -> str:
    return refusal_in_words(damaged.refused) if damaged.refused else told(damaged.what)


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
