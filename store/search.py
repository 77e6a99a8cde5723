"""Finds titles as they are typed: one folded column, first hits unranked, ranked here. The same hits on both databases.

Ranking in the database would score hundreds of thousands of rows for a short prefix (p95 498 ms in a million titles).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice, product
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Row,
    Select,
    TextualSelect,
    and_,
    bindparam,
    exists,
    func,
    select,
    text,
)
from sqlmodel import Session

from store import rows
from store.folding import fold
from store.results.catalogue import Found, Hits
from store.states import CopyState
from store.transaction import query
from store.vocabulary import nearest

_FIRST_HITS = 500
_LONGEST = 200
_TRIED = 12
_AFTER_ALL_LETTERS = "\U0010ffff"
_ISBN = re.compile(r"[\d\s-]{9,}[\dxX]?")
_Hit = Row[*tuple[Any, ...]]
_copy, _title = rows.copy, rows.title
_ON_SHELF = _copy.c.state == rows.word(CopyState.ON_SHELF)


def _beginning(database: str, *, only_here: bool) -> Select[tuple[int, str]]:
    """Titles that begin with `whole`, in the order of the alphabet."""
    folded: ColumnElement[str] = _title.c.title_fold.collate("C") if database == "postgresql" else _title.c.title_fold
    statement = (
        select(_title.c.id, _title.c.title_fold)
        .where(folded >= bindparam("whole"), folded < bindparam("end"))
        .order_by(folded, _title.c.id)
        .limit(_FIRST_HITS)
    )
    here = exists().where(_copy.c.title_id == _title.c.id, _copy.c.branch == bindparam("here"), _ON_SHELF)
    return statement.where(here) if only_here else statement


def _containing(database: str, *, only_here: bool) -> TextualSelect:
    """Titles that match `words`, the first that the index gives."""
    here = "SELECT 1 FROM copy c WHERE c.title_id = {id} AND c.branch = :here AND c.state = 'on_shelf'"
    only = f" AND EXISTS ({here})" if only_here else ""
    if database == "postgresql":
        hits = "SELECT t.id, t.title_fold FROM title t WHERE t.search_words @@ cast(:words AS tsquery)"
        whole = f"{hits}{only.format(id='t.id')} LIMIT {_FIRST_HITS}"
    else:
        hits = "SELECT s.rowid AS id FROM title_search s WHERE s.title_search MATCH :words"
        found = f"{hits}{only.format(id='s.rowid')} LIMIT {_FIRST_HITS}"
        whole = f"SELECT t.id, t.title_fold FROM ({found}) h JOIN title t ON t.id = h.id"
    return text(whole).columns(_title.c.id, _title.c.title_fold)


_WAYS = [(database, only_here) for database in ("sqlite", "postgresql") for only_here in (False, True)]
_BEGINNING = {way: _beginning(way[0], only_here=way[1]) for way in _WAYS}
_CONTAINING = {way: _containing(way[0], only_here=way[1]) for way in _WAYS}

_A_NUMBER = range(4, 9)
"Digits that an ISBN shares with thousands of others: they are a year or a number, not the beginning of anything."


def _wanted(database: str, words: Sequence[str]) -> str:
    """The words as the index asks for them: all begin a word, but for numbers. They hold letters and digits only."""
    wholes = [word.isdigit() and len(word) in _A_NUMBER for word in words]
    if database == "sqlite":
        return " ".join(f'"{word}"' + "*" * (not whole) for word, whole in zip(words, wholes, strict=True))
    return " & ".join(f"'{word}'" + ":*" * (not whole) for word, whole in zip(words, wholes, strict=True))


_these: BindParameter[Any] = bindparam("ids", expanding=True)
_counts = (
    select(
        _copy.c.title_id,
        func.count().label("copies"),
        func.count().filter(_ON_SHELF).label("on_shelf"),
        func.count().filter(and_(_ON_SHELF, _copy.c.branch == bindparam("here"))).label("here"),
    )
    .where(_copy.c.title_id.in_(_these), _copy.c.state != rows.word(CopyState.WITHDRAWN))
    .group_by(_copy.c.title_id)
)
_described = select(_title.c.id, _title.c.title, _title.c.author, _title.c.year, _title.c.shelf_mark).where(
    _title.c.id.in_(_these)
)


@query
def search(
    session: Session, typed: str, *, branch: str | None = None, only_here: bool = False, limit: int = 50
) -> Hits:
    """Titles in which every typed word begins a word of title, author, ISBN, subject or shelf mark.

    Four to eight digits must be a whole word: an ISBN is found from its ninth digit on.

    Best first: the title begins with what was typed, contains it, then the shorter title. `only_here` leaves out what
    has no copy on the shelf at `branch`. What is found nowhere is looked for again with its misspelt words corrected.
    """
    words, here = _words(typed), branch if only_here else None
    if not words:
        return Hits(())
    connection = session.connection()
    hits, corrected = _hits(connection, words, here), ""
    if not hits:
        words, hits = _corrected(connection, words, here)
        corrected = " ".join(words) if hits else ""
    whole = " ".join(words)
    ranked = sorted(hits, key=lambda row: _rank(row, whole))[:limit]
    return Hits(_with_copies(connection, ranked, branch), corrected)


def _words(typed: str) -> list[str]:
    """The folded words; an ISBN with its hyphens is one word."""
    typed = typed[:_LONGEST].strip()
    if _ISBN.fullmatch(typed):
        return [fold(re.sub(r"[\s-]", "", typed))]
    return fold(typed).split()


def _rank(row: _Hit, whole: str) -> tuple[bool, bool, int, str, int]:
    folded = row.title_fold
    return (not folded.startswith(whole), whole not in folded, len(folded), folded, row.id)


def _hits(connection: Connection, words: Sequence[str], here: str | None) -> list[_Hit]:
    database, whole = connection.dialect.name, " ".join(words)
    way = (database, here is not None)
    asked = {"whole": whole, "end": whole + _AFTER_ALL_LETTERS, "here": here}
    found = {row.id: row for row in connection.execute(_BEGINNING[way], asked)}
    # One letter begins a word of nearly every title: then titles that begin with it are enough.
    if len(words) > 1 or len(words[0]) > 1:
        matched = {"words": _wanted(database, words), "here": here}
        found |= {row.id: row for row in connection.execute(_CONTAINING[way], matched)}
    return list(found.values())


def _corrected(connection: Connection, words: Sequence[str], here: str | None) -> tuple[list[str], list[_Hit]]:
    """The same search with misspelt words replaced: of the likely readings the first that finds anything."""
    readings = [
        (word, *nearest(connection, word)) if not _hits(connection, [word], None) else (word,) for word in words
    ]
    for reading in islice(product(*readings), 1, _TRIED):
        hits = _hits(connection, reading, here)
        if hits:
            return list(reading), hits
    return list(words), []


def _with_copies(connection: Connection, hits: Sequence[_Hit], branch: str | None) -> tuple[Found, ...]:
    if not hits:
        return ()
    ids = [row.id for row in hits]
    counted = {row.title_id: row for row in connection.execute(_counts, {"ids": ids, "here": branch or ""})}
    titles = {row.id: row for row in connection.execute(_described, {"ids": ids})}
    return tuple(Found(*titles[each], *(counted[each][1:] if each in counted else (0, 0, 0))) for each in ids)
