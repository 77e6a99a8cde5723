"""A table of the rules, before anybody knows on what it is drawn; and how names and clauses stand in it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

from msgspec import Struct

from screens import words
from screens.words import _
from store.policy.model import Policy
from store.policy.sections import Name


class Row(Struct, frozen=True):
    """A line: a cell may hold several lines of its own."""

    cells: tuple[str, ...]
    head: bool = False
    "Says what the lines beneath it are about."
    beneath: bool = False


@dataclass(slots=True)
class Sheet:
    """A table. Clause ids, and the columns in `whole`, never break."""

    title: str
    columns: tuple[str, ...]
    whole: Collection[str] = ()
    right: Collection[int] = ()
    "Columns of numbers, from 0."
    widths: dict[int, int] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)

    def add(self, *cells: str, head: bool = False, beneath: bool = False) -> None:
        """One more line; cells at its end may be left out."""
        self.rows.append(Row((*cells, *[""] * (len(self.columns) - len(cells))), head, beneath))


def sheet(title: str, *columns: str, whole: Collection[str] = ()) -> Sheet:
    """An empty table."""
    return Sheet(title, columns, whole)


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


def clauses_of(policy: Policy, row: Row) -> Iterator[str]:
    """The clauses that a line cites, as the register knows them; a shared line cites one for each category."""
    for part in dict.fromkeys(part for cell in row.cells for part in cell.split("\n")):
        if part in policy.register_of_clauses:
            yield part
        elif "{paragraph}" in part:
            shape = re.compile(re.escape(part).replace(re.escape("{paragraph}"), "[^.]+"))
            yield from (clause for clause in policy.register_of_clauses if shape.fullmatch(clause))
