"""How each database is asked for the titles that match words: the first five hundred by number, the same on both."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from sqlalchemy import TextualSelect, text

from store import rows

FIRST_HITS = 500
"Hits that a search reads before it ranks them: a short beginning has hundreds of thousands."
_PARTS = (2048, 8192, 32768, 131072, None)
"Few titles, more, all: what many titles have is found among few. PostgreSQL has an index for each part."
_A_NUMBER = re.compile("[0-9]{4,8}")
"Digits that an ISBN shares with thousands of others: they are a year or a number, not the beginning of anything."
_INDEXED = 10
"Letters of a word that PostgreSQL's indexes hold."
_HERE = "EXISTS (SELECT 1 FROM copy c WHERE c.title_id = {id} AND c.branch = :here AND c.state = 'on_shelf')"
_WORDS = "t.title_fold || ' ' || t.words_fold"
_MATCHING = (
    f"search_beginnings({_WORDS}) @> cast(:words AS text[]) AND ' ' || {_WORDS} LIKE ALL (cast(:longer AS text[]))"
)
PREPARE = {
    "postgresql": text(
        "SELECT set_config('enable_seqscan', 'off', true), set_config('work_mem', '64MB', true), "
        "set_config('max_parallel_workers_per_gather', '0', true), "
        "set_config('plan_cache_mode', 'force_generic_plan', true)"
    )
}
"Before a search: by the index, as taking the words of every title apart takes a minute; with memory for all its hits."


def containing(database: str, *, only_here: bool) -> TextualSelect:
    """Titles that match `asked_for(…)`; those with a copy on the shelf `:here`."""
    whole = _in_parts(only_here=only_here) if database == "postgresql" else _in_text_index(only_here=only_here)
    return text(whole).columns(rows.title.c.id, rows.title.c.title_fold)


def asked_for(database: str, words: Sequence[str]) -> dict[str, Any]:
    """The words as the index asks for them: all begin a word, but for numbers. They hold letters and digits only."""
    wholes = [_A_NUMBER.fullmatch(word) is not None for word in words]
    if database == "sqlite":
        return {"words": " ".join(f'"{word}"' + "*" * (not whole) for word, whole in zip(words, wholes, strict=True))}
    beginnings = [f"={word}" if whole else word[:_INDEXED] for word, whole in zip(words, wholes, strict=True)]
    return {"words": beginnings, "longer": [f"% {word}%" for word in words if len(word) > _INDEXED]}


def _in_text_index(*, only_here: bool) -> str:
    """SQLite's index gives one title after the other."""
    hits = "SELECT s.rowid AS id FROM title_search s WHERE s.title_search MATCH :words"
    only = f" AND {_HERE.format(id='s.rowid')}" * only_here
    first = f"{hits}{only} ORDER BY s.rowid LIMIT {FIRST_HITS}"
    return f"SELECT t.id, t.title_fold FROM ({first}) h JOIN title t ON t.id = h.id"


def _in_parts(*, only_here: bool) -> str:
    """PostgreSQL's indexes give all titles or none: it looks in the next part only if there are too few in this one."""
    steps: list[str] = []
    for number, part in enumerate(_PARTS):
        among = f" AND t.id / {part} = 0" if part else ""
        too_few = f" AND (SELECT count(*) FROM part{number - 1}) < {FIRST_HITS}" if steps else ""
        hits = f"SELECT t.id, t.title_fold FROM title t WHERE {_MATCHING}{among}{too_few} ORDER BY t.id"
        if only_here:  # the offset keeps the planner from looking into what stands here instead
            hits = f"SELECT h.* FROM ({hits} OFFSET 0) h WHERE {_HERE.format(id='h.id')} ORDER BY h.id"
        hits = f"({hits} LIMIT {FIRST_HITS})"
        if steps:
            before = f"part{number - 1}"
            hits = f"SELECT * FROM {before} WHERE (SELECT count(*) FROM {before}) = {FIRST_HITS} UNION ALL {hits}"
        steps.append(f"part{number} AS MATERIALIZED ({hits})")
    return f"WITH {', '.join(steps)} SELECT id, title_fold FROM part{len(_PARTS) - 1}"
