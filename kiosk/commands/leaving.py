"""`kiosk import members --sync`: who is a member here and no longer stands in the institution's file."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime
from pathlib import Path

import click

from kiosk.commands.common import AT, configuration, library
from screens.words import _, money, ngettext
from store.desk.export import write_csv
from store.loading.leavers import Leaver, end_memberships, leavers
from store.loading.reporting import Report

_SHOWN = 20
_FEW, _MOST = 10, 0.25


def tell_leavers(
    config_path: Path | None,
    numbers: Collection[str],
    report: Report,
    leavers_file: Path | None,
    *,
    end: bool,
    many: bool,
) -> None:
    """List who left with what is still open; with `end`, end the memberships of those with nothing open.

    A file with damaged lines ends no membership: who stands in one of them would be taken for gone. Nor does one in
    which more than a quarter of all members are missing, unless `many` says that it is so: it may have been cut off.
    """
    opened = library(configuration(config_path))
    try:
        gone = leavers(opened, numbers)
        _tell(gone)
        if leavers_file is not None:
            _write(leavers_file, gone)
        if end and report.damaged:
            raise click.ClickException(_("No membership was ended: mend the lines that were left out first."))
        if end and not numbers:
            raise click.ClickException(_("No membership was ended: the file names nobody."))
        if end and not many and len(gone) > max(_FEW, _MOST * (len(gone) + len(numbers))):
            raise click.ClickException(
                _("No membership was ended: so many are missing that the file may have been cut off. "
                  "If it is whole, run it again with --end-many.")
            )  # fmt: skip
        if end:
            ended = len(end_memberships(opened, gone, datetime.now(UTC), AT))
            click.echo(ngettext("{n} membership ended", "{n} memberships ended", ended))
    finally:
        opened.close()


def _tell(gone: Collection[Leaver]) -> None:
    click.echo(ngettext("{n} member does not stand in the file", "{n} members do not stand in the file", len(gone)))
    for each in list(gone)[:_SHOWN]:
        line = _("  {number} {name}: {loans} on loan, {holds} holds, {owed} owed")
        click.echo(
            line.format(
                number=each.number, name=each.name, loans=each.loans, holds=each.holds, owed=money(each.owed)
            )
        )  # fmt: skip
    if len(gone) > _SHOWN:
        click.echo(_("  … and {n} more; --leavers FILE keeps all").format(n=len(gone) - _SHOWN))


def _write(path: Path, gone: Collection[Leaver]) -> None:
    header = ("number", "name", "loans", "holds", "owed_kurus")
    write_csv(path, header, [(each.number, each.name, each.loans, each.holds, each.owed) for each in gone])
