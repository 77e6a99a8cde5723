"""Search as it is typed, key by key, in a made catalogue on both databases; and whether both find the same.

`python -m bench search --scale 1 --folder /tmp/made`: a million titles, kept in the folder for the next run.
"""

from __future__ import annotations

import random
import time
from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import select

from bench.big import BRANCHES, Size, libraries, parser, place
from bench.table import Series
from store import rows
from store.catalogue.search import search
from store.library import Library
from store.results.catalogue import Hits

_KINDS = ("title", "author and a word", "ISBN", "shelf mark", "with a slip", "in no catalogue")
_TYPED = _KINDS[:4]


def main(options: Sequence[str] = ()) -> None:
    """Type the queries on both databases in turns, and print the figures."""
    asking = parser("search", scale=0.02)
    asking.add_argument("--queries", type=int, default=40, help="of each kind")
    asked = asking.parse_args(options)
    size = Size().scaled(asked.scale)
    with place(asked.folder, asked.only) as where, libraries(where, size) as opened:
        queries = _queries(next(iter(opened.values())), asked.queries, size.titles)
        for branch in ("", BRANCHES[0], BRANCHES[-1]):
            there = f"on the shelf at {branch}" if branch else "everywhere"
            _measure(opened, queries, branch, f"{size.titles:,} titles, {there}: ms a key")


def _queries(library: Library, count: int, titles: int) -> list[tuple[str, str]]:
    """Kinds and what is typed: each from a title picked at random."""
    chance, title = random.Random(11), rows.title
    numbers = chance.sample(range(1, titles + 1), count)
    with library.database.read.connect() as connection:
        picked = connection.execute(select(title).where(title.c.id.in_(numbers)).order_by(title.c.id)).all()
    typed: list[tuple[str, str]] = []
    for row in picked:
        words = row.title.split()
        surname = row.author.split()[-1]
        wanted = (
            " ".join(words[: chance.randint(1, 4)]),
            f"{surname} {chance.choice(words)}",
            row.isbn,
            row.shelf_mark,
            _slip(max(words, key=len), chance),
            _slip("".join(reversed(surname + max(words, key=len))), chance),
        )
        typed += zip(_KINDS, wanted, strict=True)
    return typed


def _slip(word: str, chance: random.Random) -> str:
    place = chance.randrange(1, max(2, len(word) - 1))
    left_out, doubled, swapped = (
        word[:place] + word[place + 1 :],
        word[:place] + word[place - 1] + word[place:],
        word[: place - 1] + word[place : place + 1] + word[place - 1] + word[place + 1 :],
    )
    return chance.choice((left_out, doubled, swapped))


def _measure(libraries: dict[str, Library], queries: list[tuple[str, str]], branch: str, title: str) -> None:
    taken: dict[tuple[str, str], list[float]] = defaultdict(list)
    differences: list[str] = []
    for kind, whole in queries:
        for length in range(1, len(whole) + 1):
            typed = whole[:length]
            answers = {name: _timed(library, typed, branch) for name, library in libraries.items()}
            for name, (_hits, spent) in answers.items():
                taken[kind, name].append(spent)
            found = [hits for hits, _spent in answers.values()]
            if found[0].corrected or not found[0].found:
                for name, (_hits, spent) in answers.items():
                    taken["help with a typo", name].append(spent)
            if found.count(found[0]) != len(found):
                differences.append(typed)
    print(f"\n{title}")
    print(f"{'':22}" + "".join(f"{name:>12}{'p95':>9}{'max':>9}" for name in libraries) + f"{'keys':>8}")
    for kind in (*_KINDS, "help with a typo"):
        _show(kind, [taken[kind, name] for name in libraries])
    _show("all that is found", [[each for kind in _TYPED for each in taken[kind, name]] for name in libraries])
    if len(libraries) > 1:
        print(f"different answers: {len(differences)} {differences[:5] or ''}")


def _show(name: str, columns: list[list[float]]) -> None:
    series = [Series(name, tuple(values)) for values in columns if values]
    print(f"{name:22}" + "".join(f"{s.middle:12.2f}{s.p95:9.2f}{max(s.values):9.2f}" for s in series), end="")
    print(f"{len(columns[0]):8}")


def _timed(library: Library, typed: str, branch: str) -> tuple[Hits, float]:
    started = time.perf_counter()
    hits = search(library, typed, branch=branch or None, only_here=bool(branch))
    return hits, (time.perf_counter() - started) * 1000
