"""Finds titles as they are typed: one folded column, first hits unranked, ranked here. The same hits on both databases.

Ranking in the database would score hundreds of thousands of rows for a short prefix (p95 498 ms in a million titles).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import islice, product
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    Connection,
    Executable,
    Select,
    and_,
    bindparam,
    exists,
    func,
    select,
    text,
)

from store import rows, statements
from store.catalogue.folding import AFTER_ALL_LETTERS, fold
from store.catalogue.matching import FIRST_HITS, PREPARE, asked_for, containing
from store.catalogue.vocabulary import begins_a_word, nearest
from store.results.catalogue import Found, Hits
from store.states import CopyState
from store.transaction import Reading, query

_LONGEST = 200
_TRIED = 12
_ISBN = re.compile(r"[\d\s-]{9,}[\dxX]?")
_Hits = dict[int, str]
"Folded titles by their numbers."
_copy, _title = rows.copy, rows.title
_ON_SHELF = _copy.c.state == statements.word(CopyState.ON_SHELF)


def _beginning(database: str, *, only_here: bool) -> Select[tuple[int, str]]:
    """Titles that begin with `whole`, in the order of the alphabet."""
    folded: ColumnElement[str] = _title.c.title_fold.collate("C") if database == "postgresql" else _title.c.title_fold
    statement = (
        select(_title.c.id, _title.c.title_fold)
        .where(folded >= bindparam("whole"), folded < bindparam("end"))
        .order_by(folded, _title.c.id)
        .limit(FIRST_HITS)
    )
    here = exists().where(_copy.c.title_id == _title.c.id, _copy.c.branch == bindparam("here"), _ON_SHELF)
    return statement.where(here) if only_here else statement


_WAYS = [(database, only_here) for database in ("sqlite", "postgresql") for only_here in (False, True)]
_BEGINNING = {way: _beginning(way[0], only_here=way[1]) for way in _WAYS}
_CONTAINING = {way: containing(way[0], only_here=way[1]) for way in _WAYS}

_IN_NEARLY_ALL = re.compile(".|[0-9]{2,3}")
"What begins a word of nearly every title (an ISBN, a year): then titles that begin with it are enough."

_described = (
    select(
        _title.c.id,
        _title.c.title,
        _title.c.author,
        _title.c.year,
        _title.c.shelf_mark,
        func.count(_copy.c.id).label("copies"),
        func.count().filter(_ON_SHELF).label("on_shelf"),
        func.count().filter(and_(_ON_SHELF, _copy.c.branch == bindparam("here"))).label("here"),
    )
    .select_from(_title)
    .outerjoin(_copy, and_(_copy.c.title_id == _title.c.id, _copy.c.state != statements.word(CopyState.WITHDRAWN)))
    .group_by(_title.c.id)
)
_THESE = {
    "sqlite": _described.where(text("title.id IN (SELECT value FROM json_each(:ids))")),
    "postgresql": _described.where(text("title.id = ANY (cast(cast(:ids AS text) AS bigint[]))")),
}
"One list instead of fifty numbers, each of which would be written into the statement at every key."


@query
def search(
    reading: Reading, typed: str, *, branch: str | None = None, only_here: bool = False, limit: int = 50
) -> Hits:
    """Titles in which every typed word begins a word of title, author, ISBN, subject or shelf mark.

    Four to eight digits must be a whole word: an ISBN is found from its ninth digit on.

    Best first: the title begins with what was typed, contains it, then the shorter title. `only_here` leaves out what
    has no copy on the shelf at `branch`. What is found nowhere is looked for again with its misspelt words corrected.
    """
    words, here = _words(typed), branch if only_here else None
    if not words:
        return Hits(())
    connection = reading.connection
    if (prepare := PREPARE.get(connection.dialect.name)) is not None:
        connection.execute(prepare)
    hits, corrected = _hits(connection, words, here), ""
    if not hits:
        words, hits = _corrected(connection, words, here)
        corrected = " ".join(words) if hits else ""
    return Hits(_with_copies(connection, _best(hits, " ".join(words))[:limit], branch), corrected)


def _words(typed: str) -> list[str]:
    """The folded words; an ISBN with its hyphens is one word."""
    typed = typed[:_LONGEST].strip()
    if _ISBN.fullmatch(typed):
        return [fold(re.sub(r"[\s-]", "", typed))]
    return fold(typed).split()


def _best(hits: _Hits, whole: str) -> list[int]:
    """The titles' numbers, best first."""
    ranked = sorted(
        (not folded.startswith(whole), whole not in folded, len(folded), folded, title_id)
        for title_id, folded in hits.items()
    )
    return [title_id for *_, title_id in ranked]


def _hits(connection: Connection, words: Sequence[str], here: str | None) -> _Hits:
    database, whole = connection.dialect.name, " ".join(words)
    way = (database, here is not None)
    asked = {"whole": whole, "end": whole + AFTER_ALL_LETTERS, "here": here}
    found = _read(connection, _BEGINNING[way], asked)
    if len(words) > 1 or not _IN_NEARLY_ALL.fullmatch(words[0]):
        asked = {**asked_for(database, words), "here": here}
        found |= _read(connection, _CONTAINING[way], asked)
    return found


def _read(connection: Connection, statement: Executable, asked: Mapping[str, Any]) -> _Hits:
    return dict(cast("Sequence[tuple[int, str]]", connection.execute(statement, asked).all()))


def _corrected(connection: Connection, words: Sequence[str], here: str | None) -> tuple[list[str], _Hits]:
    """The same search with misspelt words replaced: of the likely readings the first that finds anything."""
    readings = [(word,) if begins_a_word(connection, word) else (word, *nearest(connection, word)) for word in words]
    for reading in islice(product(*readings), 1, _TRIED):
        hits = _hits(connection, reading, here)
        if hits:
            return list(reading), hits
    return list(words), {}


def _with_copies(connection: Connection, ids: Sequence[int], branch: str | None) -> tuple[Found, ...]:
    if not ids:
        return ()
    begins, ends = ("[", "]") if connection.dialect.name == "sqlite" else ("{", "}")
    asked = {"ids": f"{begins}{','.join(map(str, ids))}{ends}", "here": branch or ""}
    titles = {row.id: row for row in connection.execute(_THESE[connection.dialect.name], asked).all()}
    return tuple(Found(*titles[each]) for each in ids)
