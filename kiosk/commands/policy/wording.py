"""How the commands about the policy write: names, periods, clauses, moments, and tables of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

import click
from rich import box
from rich.console import Console
from rich.table import Table

from screens import words
from screens.words import _
from store.policy.model import Policy
from store.policy.sections import Name


def named(name: Name) -> str:
    """A name of the policy in the language spoken now."""
    return name.tr if words.current().language == "tr" else name.en


def items_named(policy: Policy, slugs: Iterable[str]) -> str:
    """Item types by their names."""
    return ", ".join(named(policy.kind(slug).name) for slug in slugs)


def cited(*clauses: str | None) -> str:
    """Clause ids in a sentence, each once; or the mark of a rule that no clause states."""
    return ", ".join(dict.fromkeys(clause for clause in clauses if clause)) or _("house rule")


def stacked(*clauses: str | None) -> str:
    """Clause ids in a cell of a table, one beneath the other."""
    return cited(*clauses).replace(", ", "\n")


def dated(instant: datetime) -> str:
    """A day with its year, and the time of day."""
    return f"{words.current().long_date(instant)} {words.clock(instant)}"


def table(title: str, *columns: str, whole: Collection[str] = ()) -> Table:
    """An empty table that reads well on a terminal and in a file; clause ids and the columns `whole` never break."""
    made = Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        made.add_column(column, overflow="fold", no_wrap=column in (*whole, _("Clause")))
    return made


def printed(shown: Table) -> None:
    """Write a table to the output as it is now: as wide as the terminal, and 80 letters into a pipe."""
    console = Console(highlight=False, markup=False)
    with console.capture() as capture:
        console.print(shown)
    click.echo("\n".join(line.rstrip() for line in capture.get().splitlines()).rstrip())
