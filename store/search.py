"""Finds titles as they are typed: one folded column, first hits unranked, ranked here. The same hits on both databases.

Ranking in the database would score hundreds of thousands of rows for a short prefix (p95 498 ms in a million titles).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice, product
from typing import Any

from sqlalchemy import Row, and_, func, literal, select, text
from sqlmodel import Session, col

from store.folding import fold
from store.results.catalogue import Found, Hits
from store.states import CopyState
from store.tables import Copy, Title
from store.transaction import query
from store.vocabulary import nearest

_FIRST_HITS = 500
_LONGEST = 200
_TRIED = 12
_ISBN = re.compile(r"[\d\s-]{9,}[\dxX]?")
_Hit = Row[*tuple[Any, ...]]
_HERE = " AND EXISTS (SELECT 1 FROM copy c WHERE c.title_id = {id} AND c.branch = :here AND c.state = 'on_shelf')"
_MATCHING = {
    "sqlite": "SELECT rowid AS id FROM title_search WHERE title_search MATCH :words{here} LIMIT :most",
    "postgresql": "SELECT id FROM title WHERE search_words @@ cast(:words AS tsquery){here} LIMIT :most",
}


@query
def search(
    session: Session, typed: str, *, branch: str | None = None, only_here: bool = False, limit: int = 50
) -> Hits:
    """Titles in which every typed word begins a word of title, author, ISBN, subject or shelf mark.

    Best first: the title begins with what was typed, contains it, then the shorter title. `only_here` leaves out what
    has no copy on the shelf at `branch`. What is found nowhere is looked for again with its misspelt words corrected.
    """
    words, here = _words(typed), branch if only_here else None
    if not words:
        return Hits(())
    rows, corrected = _hits(session, words, here), ""
    if not rows:
        words, rows = _corrected(session, words, here)
        corrected = " ".join(words) if rows else ""
    whole = " ".join(words)
    ranked = sorted(rows, key=lambda row: _rank(row, whole))[:limit]
    return Hits(_with_copies(session, ranked, branch), corrected)


def _words(typed: str) -> list[str]:
    """The folded words; an ISBN with its hyphens is one word."""
    typed = typed[:_LONGEST].strip()
    if _ISBN.fullmatch(typed):
        return [fold(re.sub(r"[\s-]", "", typed))]
    return fold(typed).split()


def _rank(row: _Hit, whole: str) -> tuple[bool, bool, int, str, int]:
    folded = row.title_fold
    return (not folded.startswith(whole), whole not in folded, len(folded), folded, row.id)


def _hits(session: Session, words: Sequence[str], here: str | None) -> list[_Hit]:
    found = {row.id: row for row in _beginning(session, " ".join(words), here)}
    # One letter begins a word of nearly every title: then titles that begin with it are enough.
    if len(words) > 1 or len(words[0]) > 1:
        found |= {row.id: row for row in _containing(session, words, here)}
    return list(found.values())


def _beginning(session: Session, whole: str, here: str | None) -> Sequence[_Hit]:
    folded: Any = col(Title.title_fold)
    if session.get_bind().dialect.name == "postgresql":
        folded = folded.collate("C")
    statement = (
        select(col(Title.id), col(Title.title_fold))
        .where(folded >= whole, folded < whole + "\U0010ffff")
        .order_by(folded, col(Title.id))
        .limit(_FIRST_HITS)
    )
    if here is not None:
        on_shelf = and_(col(Copy.title_id) == col(Title.id), col(Copy.branch) == here)
        statement = statement.where(select(literal(1)).where(on_shelf, col(Copy.state) == CopyState.ON_SHELF).exists())
    return session.execute(statement).all()


def _containing(session: Session, words: Sequence[str], here: str | None) -> Sequence[_Hit]:
    # Folded words hold letters and digits only, so that quoting them is enough.
    dialect = session.get_bind().dialect.name
    if dialect == "sqlite":
        wanted, key = " ".join(f'"{word}"*' for word in words), "title_search.rowid"
    else:
        wanted, key = " & ".join(f"'{word}':*" for word in words), "title.id"
    matching = _MATCHING[dialect].format(here=_HERE.format(id=key) if here is not None else "")
    values = {"words": wanted, "most": _FIRST_HITS} | ({"here": here} if here is not None else {})
    ids = session.execute(text(matching), values).scalars().all()
    statement = select(col(Title.id), col(Title.title_fold)).where(col(Title.id).in_(ids))
    return session.execute(statement).all() if ids else []


def _corrected(session: Session, words: Sequence[str], here: str | None) -> tuple[list[str], list[_Hit]]:
    """The same search with misspelt words replaced: of the likely readings the first that finds anything."""
    readings = [
        (word, *nearest(session.connection(), word)) if not _hits(session, [word], None) else (word,) for word in words
    ]
    for reading in islice(product(*readings), 1, _TRIED):
        rows = _hits(session, reading, here)
        if rows:
            return list(reading), rows
    return list(words), []


def _with_copies(session: Session, rows: Sequence[_Hit], branch: str | None) -> tuple[Found, ...]:
    ids = [row.id for row in rows]
    on_shelf = col(Copy.state) == CopyState.ON_SHELF
    copies = (
        select(
            col(Copy.title_id).label("title_id"),
            func.count().label("copies"),
            func.count().filter(on_shelf).label("on_shelf"),
            func.count().filter(and_(on_shelf, col(Copy.branch) == (branch or ""))).label("here"),
        )
        .where(col(Copy.title_id).in_(ids), col(Copy.state) != CopyState.WITHDRAWN)
        .group_by(col(Copy.title_id))
        .subquery()
    )
    statement = (
        select(
            col(Title.id),
            col(Title.title),
            col(Title.author),
            col(Title.year),
            col(Title.shelf_mark),
            func.coalesce(copies.c.copies, 0),
            func.coalesce(copies.c.on_shelf, 0),
            func.coalesce(copies.c.here, 0),
        )
        .join_from(Title, copies, copies.c.title_id == col(Title.id), isouter=True)
        .where(col(Title.id).in_(ids))
    )
    found = {row[0]: Found(*row) for row in session.execute(statement)}
    return tuple(found[title_id] for title_id in ids)
