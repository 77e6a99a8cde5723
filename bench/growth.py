"""Acts and search as a library grows a hundredfold: what they cost, and how the database finds what they ask for.

`--loans 10000,100000,1000000,10000000` for ten million. Members, copies and titles grow with the loans.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from bench.acts import Work, choose, hold, lend, renew, restore, take_back
from bench.big import Size, interleaved, libraries, parser, place
from store.catalogue.search import search
from store.library import Library

_TYPED = ("ka", "kitap", "istanbul tarih", "mimarl", "makine el", "9789750000")
_BASE = Size()
Asked = tuple[str, Any]


def main(options: Sequence[str] = ()) -> None:
    """Act in libraries of each size; print medians, how much they grew, and whatever is looked through whole."""
    asking = parser("growth", scale=1)
    asking.add_argument("--loans", default="1000,10000", help="open and past, in tenths and nine tenths")
    asking.add_argument("--acts", type=int, default=200)
    asking.add_argument("--plans", action="store_true", help="print every query plan of the largest library")
    asked = asking.parse_args(options)
    sizes = [_BASE.scaled(int(loans) / (_BASE.open_loans + _BASE.past_loans)) for loans in asked.loans.split(",")]
    with place(asked.folder, asked.only) as where:
        taken: dict[str, dict[str, list[float]]] = {}
        for size in sizes:
            with libraries(where, size) as opened:
                for database, library in opened.items():
                    for act, middle in _measure(library, asked.acts).items():
                        taken.setdefault(database, {}).setdefault(act, []).append(middle)
                    if size is sizes[-1]:
                        _show_plans(database, library, whole=asked.plans)
        for database, acts in taken.items():
            _show(database, sizes, acts)


def _measure(library: Library, count: int) -> dict[str, float]:
    work = choose(library, count)
    found = {name: interleaved(times, act=act)["act"].middle for name, times, act in _acts(library, work) if times}
    restore(library, work)
    return found


def _acts(library: Library, work: Work) -> Iterator[tuple[str, int, Callable[[int], object]]]:
    yield "checkout", len(work.checkouts), lambda turn: lend(library, *work.checkouts[turn])
    yield "return", len(work.checkouts), lambda turn: take_back(library, work.checkouts[turn][1])
    yield "renewal", len(work.renewals), lambda turn: renew(library, *work.renewals[turn])
    yield "hold", len(work.holds), lambda turn: hold(library, *work.holds[turn])
    yield "search", len(work.holds), lambda turn: search(library, _TYPED[turn % len(_TYPED)])


def _show(database: str, sizes: Sequence[Size], acts: dict[str, list[float]]) -> None:
    print(f"\n{database}: median ms, with loans (open and past) of")
    print(f"{'':12}" + "".join(f"{size.open_loans + size.past_loans:>14,}" for size in sizes) + f"{'growth':>9}")
    for act, middles in acts.items():
        print(f"{act:12}" + "".join(f"{each:14.2f}" for each in middles) + f"{middles[-1] / middles[0]:9.2f}")


def _show_plans(database: str, library: Library, *, whole: bool) -> None:
    """Every statement of one act of each kind; what can't but read a whole table is named."""
    with _listening(library) as asked:
        work = choose(library, 1)
        asked.clear()
        for _name, times, act in _acts(library, work):
            for turn in range(times):
                act(turn)
        statements = dict(asked)
        restore(library, work)
    looked_through = 0
    with library.database.read.connect() as connection:
        if not library.database.is_sqlite:
            # Small tables are rightly read whole; so ask for an index wherever there is one.
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        for statement, parameters in statements.items():
            if not statement.startswith(("SELECT", "UPDATE")):
                continue
            explain = "EXPLAIN QUERY PLAN" if library.database.is_sqlite else "EXPLAIN"
            rows = connection.exec_driver_sql(f"{explain} {statement}", parameters).all()
            plan = [str(row[-1] if library.database.is_sqlite else row[0]) for row in rows]
            scans = [line.strip() for line in plan if _is_scan(line)]
            looked_through += bool(scans)
            if scans or whole:
                print(f"\n  {' '.join(statement.split())[:150]}")
                print("    " + "\n    ".join(scans if not whole else plan))
    print(f"\n{database}: {len(statements)} statements, {looked_through} of them look through a whole table")


def _is_scan(line: str) -> bool:
    """SQLite's SCAN of a table (a virtual table, the text index, is searched) or PostgreSQL's sequential scan."""
    return ("SCAN" in line and "VIRTUAL TABLE" not in line and "SCAN h" not in line) or "Seq Scan" in line


@contextmanager
def _listening(library: Library) -> Iterator[list[Asked]]:
    asked: list[Asked] = []

    def keep(_connection: object, _cursor: object, statement: str, parameters: Any, *_rest: object) -> None:  # noqa: ANN401
        asked.append((statement, parameters))

    engines = {id(engine): engine for engine in (library.database.read, library.database.write)}.values()
    for engine in engines:
        event.listen(engine, "before_cursor_execute", keep)
    try:
        yield asked
    finally:
        for engine in engines:
            event.remove(engine, "before_cursor_execute", keep)
