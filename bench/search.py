"""Search as it is typed, key by key, in a made catalogue on both databases; and whether both find the same.

`python -m bench search --titles 1000000 --folder /tmp/made`: the SQLite file is kept in the folder, and so is the
PostgreSQL database if KIOSK_TEST_PG_URL names a server; without a folder everything is made anew and vanishes.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, create_engine, func, insert, select, text

from bench.made import made_copies, made_titles
from bench.table import Series
from store import rows
from store.library import Library
from store.migrating import SchemaState, schema_state
from store.opening import create_library, open_library
from store.policy.load import shipped
from store.results.catalogue import Hits
from store.search import search
from store.settings import PinHashing, StoreSettings
from store.vocabulary import learn
from tests import postgresql

NOW = datetime(2026, 3, 2, 11, 32, tzinfo=UTC)
_BATCH = 5_000
_BRANCHES = tuple(branch.slug for branch in shipped("itu").latest.branches)
_KINDS = ("title", "author and a word", "ISBN", "shelf mark", "with a slip", "in no catalogue")
_TYPED = _KINDS[:4]


def main(options: Sequence[str] = ()) -> None:
    """Make the catalogues, type the queries on both in turns, and print the figures."""
    asked = _options(options)
    with _folder(asked.folder) as folder, postgresql.server() as server:
        libraries = {
            "SQLite": _library(f"sqlite:///{folder / f'made-{asked.titles}.db'}", asked.titles),
            "PostgreSQL": _library(_pg_database(server, asked.titles), asked.titles),
        }
        queries = _queries(libraries["SQLite"], asked.queries, asked.titles)
        for branch in ("", _BRANCHES[0], _BRANCHES[-1]):
            where = f"on the shelf at {branch}" if branch else "everywhere"
            _measure(libraries, queries, branch, f"{asked.titles:,} titles, {where}: ms a key")
        for library in libraries.values():
            library.close()


def _options(options: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench search")
    parser.add_argument("--titles", type=int, default=100_000)
    parser.add_argument("--folder", type=Path, help="keep the made library here")
    parser.add_argument("--queries", type=int, default=40, help="of each kind")
    return parser.parse_args(options)


@contextmanager
def _folder(kept: Path | None) -> Iterator[Path]:
    if kept is not None:
        kept.mkdir(parents=True, exist_ok=True)
        yield kept
        return
    with tempfile.TemporaryDirectory(prefix="kiosk-bench-") as made:
        yield Path(made)


def _pg_database(server: str, titles: int) -> str:
    name = f"kiosk_made_{titles}"
    with create_engine(server, isolation_level="AUTOCOMMIT").connect() as admin:
        if not admin.execute(text("SELECT 1 FROM pg_database WHERE datname = :name"), {"name": name}).scalar():
            admin.execute(text(f"CREATE DATABASE {name}"))
    return server.replace("/postgres", f"/{name}")


def _library(url: str, titles: int) -> Library:
    """The library as an earlier run left it, or a new one; half a one is finished never, but said."""
    settings = StoreSettings(url, pin_hashing=PinHashing(8, 1, 1))
    if schema_state(url) is SchemaState.EMPTY:
        library = create_library(settings, NOW)
        started = time.perf_counter()
        with library.database.write.begin() as connection:
            _fill(connection, rows.title, made_titles(titles, NOW), titles)
            _fill(connection, rows.copy, made_copies(titles, _BRANCHES, NOW), titles // 2)
        with library.database.read.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
            connection.exec_driver_sql("ANALYZE")
        print(f"\n{library.database.read.dialect.name}: made in {time.perf_counter() - started:.0f} s")
        return library
    library = open_library(settings, NOW)
    with library.database.read.connect() as connection:
        if connection.execute(select(func.count()).select_from(rows.title)).scalar() != titles:
            raise SystemExit(f"{url} holds another library: delete it")
    return library


def _fill(connection: Connection, table: Table, made: Iterator[dict[str, Any]], count: int) -> None:
    done = 0
    while batch := list(islice(made, _BATCH)):
        connection.execute(insert(table), batch)
        if table is rows.title:
            learn(connection, (f"{row['title_fold']} {row['words_fold']}" for row in batch))
        done += len(batch)
        print(f"\r{connection.dialect.name} {table.name} {done:,} of {count:,}", end="", file=sys.stderr)
    print(file=sys.stderr)


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
            (one, _), (other, _) = answers.values()
            if one.corrected or not one.found:
                for name, (_hits, spent) in answers.items():
                    taken["help with a typo", name].append(spent)
            if one != other:
                differences.append(typed)
    print(f"\n{title}")
    print(f"{'':22}" + "".join(f"{name:>12}{'p95':>9}{'max':>9}" for name in libraries) + f"{'keys':>8}")
    for kind in (*_KINDS, "help with a typo"):
        _show(kind, [taken[kind, name] for name in libraries])
    _show("all that is found", [[each for kind in _TYPED for each in taken[kind, name]] for name in libraries])
    print(f"different answers: {len(differences)} {differences[:5] if differences else ''}")


def _show(name: str, columns: list[list[float]]) -> None:
    series = [Series(name, tuple(values)) for values in columns if values]
    print(f"{name:22}" + "".join(f"{s.middle:12.2f}{s.p95:9.2f}{max(s.values):9.2f}" for s in series), end="")
    print(f"{len(columns[0]):8}")


def _timed(library: Library, typed: str, branch: str) -> tuple[Hits, float]:
    started = time.perf_counter()
    hits = search(library, typed, branch=branch or None, only_here=bool(branch))
    return hits, (time.perf_counter() - started) * 1000
