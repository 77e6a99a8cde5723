"""How the commands about the policy write: moments, and tables."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import click
from rich import box
from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from screens import words
from screens.rulebook.sheets import Sheet
from screens.words import _


def dated(instant: datetime) -> str:
    """A day with its year, and the time of day."""
    return f"{words.current().long_date(instant)} {words.clock(instant)}"


def table(title: str, *columns: str, whole: Collection[str] = ()) -> Table:
    """An empty table that reads well on a terminal and in a file; clause ids and the columns `whole` never break."""
    made = Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        made.add_column(column, overflow="fold", no_wrap=column in (*whole, _("Clause")))
    return made


def drawn(given: Sheet) -> Table:
    """A table of the rules for the terminal."""
    shown = table(given.title, *given.columns, whole=given.whole)
    for place in given.right:
        shown.columns[place].justify = "right"
    for place, width in given.widths.items():
        shown.columns[place].width = width
    for row in given.rows:
        first: RenderableType = row.cells[0]
        if row.head:
            first = Text(row.cells[0], style="bold")
        elif row.beneath:
            first = Padding(row.cells[0], (0, 0, 0, 2))
        shown.add_row(first, *row.cells[1:])
    return shown


def printed(shown: Table) -> None:
    """Write a table to the output as it is now: as wide as the terminal, and 80 letters into a pipe."""
    console = Console(highlight=False, markup=False)
    with console.capture() as capture:
        console.print(shown)
    click.echo("\n".join(line.rstrip() for line in capture.get().splitlines()).rstrip())
