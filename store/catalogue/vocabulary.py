"""The words of the catalogue, each with the slips of one letter left out: how a misspelt word is found.

A word is learnt when a title with it is written and never forgotten: a word of no title brings no hits and so no help.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, bindparam, text

from store.catalogue.folding import AFTER_ALL_LETTERS, fold
from store.loading.isbn import both_forms

_SHORTEST = 3
_LONGEST = 40
_MANY = 500

_known = text("SELECT term FROM search_term WHERE term IN :terms").bindparams(bindparam("terms", expanding=True))
_ids = text("SELECT id, term FROM search_term WHERE term IN :terms").bindparams(bindparam("terms", expanding=True))
_add_term = text("INSERT INTO search_term (term) VALUES (:term) ON CONFLICT DO NOTHING")
_add_slip = text("INSERT INTO search_slip (slip, term_id) VALUES (:slip, :term_id) ON CONFLICT DO NOTHING")
_BEGUN = {
    database: text(f"SELECT 1 FROM search_term WHERE term{collated} >= :typed AND term{collated} < :end LIMIT 1")
    for database, collated in (("sqlite", ""), ("postgresql", ' COLLATE "C"'))
}
_near = text(
    "SELECT DISTINCT t.term FROM search_slip s JOIN search_term t ON t.id = s.term_id WHERE s.slip IN :slips LIMIT 200"
).bindparams(bindparam("slips", expanding=True))


def words_fold(author: str, isbn: str, subjects: str, shelf_mark: str) -> str:
    """Everything but the title by which a title is found, folded; an ISBN in both of its forms."""
    return fold(" ".join((author, *both_forms(isbn), subjects, shelf_mark)))


def learn(connection: Connection, folded: Iterable[str]) -> None:
    """Learn the words of folded texts that are not known yet."""
    words = {word for each in folded for word in each.split() if _is_learnt(word)}
    wanted = sorted(words)
    for start in range(0, len(wanted), _MANY):
        some = wanted[start : start + _MANY]
        known = set(connection.execute(_known, {"terms": some}).scalars())
        fresh = [word for word in some if word not in known]
        if fresh:
            connection.execute(_add_term, [{"term": word} for word in fresh])
            found = connection.execute(_ids, {"terms": fresh}).all()
            slips = [{"slip": slip, "term_id": row.id} for row in found for slip in _slips(row.term)]
            connection.execute(_add_slip, slips)


def begins_a_word(connection: Connection, typed: str) -> bool:
    """Whether a word of the catalogue begins so. What is not learnt as a word (a number) is taken for one."""
    asked = {"typed": typed, "end": typed + AFTER_ALL_LETTERS}
    return not _is_learnt(typed) or connection.execute(_BEGUN[connection.dialect.name], asked).first() is not None


def nearest(connection: Connection, word: str, most: int = 4) -> tuple[str, ...]:
    """Words of the catalogue that a misspelt one may be meant for, the likeliest first; one or two slips off."""
    if not _is_learnt(word):
        return ()
    allowed = 1 if len(word) < 6 else 2
    found = connection.execute(_near, {"slips": sorted(_slips(word))}).scalars()
    near = ((slips_between(word, term), abs(len(term) - len(word)), term) for term in found)
    return tuple(term for slips, _length, term in sorted(near) if 0 < slips <= allowed)[:most]


def slips_between(one: str, other: str) -> int:
    """How many letters are left out, added, changed or swapped with their neighbour between two words."""
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, letter in enumerate(one, start=1):
        now = [row]
        for column, against in enumerate(other, start=1):
            cost = min(last[column] + 1, now[-1] + 1, last[column - 1] + (letter != against))
            swapped = row > 1 and column > 1 and letter == other[column - 2] and one[row - 2] == against
            now.append(min(cost, before[column - 2] + 1) if swapped else cost)
        before, last = last, now
    return last[-1]


def _is_learnt(word: str) -> bool:
    # Letters only: ISBNs and shelf marks are as many as titles, and nobody can tell which one was meant.
    return _SHORTEST <= len(word) <= _LONGEST and word.isalpha()


def _slips(word: str) -> set[str]:
    return {word} | {word[:place] + word[place + 1 :] for place in range(len(word))}
