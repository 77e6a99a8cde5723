"""A night's work beside the size of the library: what is due stays the same while the library grows a hundredfold.

`python -m bench jobs --loans 10000,100000,1000000 --due 10000`
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import event

from bench.big import at_bench, fill, parser, place
from store import rows
from store.jobs.running import JOBS, next_moment, run_due
from store.library import Library
from store.opening import create_library
from store.settings import PinHashing, StoreSettings

NOW = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=300)
_LENT, _DUE = NOW - timedelta(days=16), NOW - timedelta(days=1)
_MEMBERS = 5_000


def main(options: Sequence[str] = ()) -> None:
    """Build a library of each size, run the jobs of one moment, and print seconds, statements and query plans."""
    asking = parser("jobs", scale=1)
    asking.add_argument("--loans", default="1000,10000", help="open loans")
    asking.add_argument("--due", type=int, default=500, help="letters due at one moment")
    asked = asking.parse_args(options)
    sizes = [int(each) for each in asked.loans.split(",")]
    print(f"\n{asked.due:,} letters due at one moment, durable")
    head = f"{'':12}{'open loans':>12}{'seconds':>10}{'letters/s':>12}{'statements':>12}"
    print(head + f"{'a letter':>10}{'look ahead ms':>15}")
    with place(asked.folder, asked.only) as where:
        for size in sizes:
            for database, url in where.urls(f"jobs-{size}-{time.time():.0f}").items():
                _night(database, url, size, min(size, asked.due), plans=size == sizes[-1])


def _night(database: str, url: str, size: int, due: int, *, plans: bool) -> None:
    library = _build(url, size, due)
    ahead = _timed(lambda: next_moment(library))
    statements = _count_statements(library)
    started = time.perf_counter()
    done = run_due(library, NOW, at_bench()).total()
    seconds = time.perf_counter() - started
    print(
        f"{database:12}{size:12,}{seconds:10.2f}{done / seconds:12,.0f}{statements[0]:12,}"
        f"{statements[0] / max(1, done):10.1f}{ahead * 1000:15.2f}"
    )
    if plans:
        _show_plans(library)
    library.close()


def _build(url: str, size: int, due: int) -> Library:
    library = create_library(StoreSettings(url, terminal="bench", pin_hashing=PinHashing(8, 1, 1)), NOW)
    with library.database.write.connect() as connection:
        for table, made in (
            (rows.member, _members()),
            (rows.title, _titles(size)),
            (rows.copy, _copies(size)),
            (rows.loan, _loans(size, due)),
        ):
            fill(connection, table, made)
    with library.database.read.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        connection.exec_driver_sql("ANALYZE")
    return library


def _members() -> Iterator[dict[str, Any]]:
    for n in range(1, _MEMBERS + 1):
        yield {
            "id": n, "number": str(n), "surname": "S", "given_name": "G", "name_fold": "", "email": "a@b.tr",
            "category": "undergraduate", "status": "active", "external_block": False, "forget_history": False,
            "joined_at": _LENT,
        }  # fmt: skip


def _titles(size: int) -> Iterator[dict[str, Any]]:
    for n in range(1, size + 1):
        yield {
            "id": n, "title": f"Kitap {n}", "author": "", "publisher": "", "language": "tr", "isbn": "", "subjects": "",
            "shelf_mark": "", "electronic_access": False, "title_fold": "", "words_fold": "", "added_at": _LENT,
        }  # fmt: skip


def _copies(size: int) -> Iterator[dict[str, Any]]:
    for n in range(1, size + 1):
        yield {
            "id": n, "barcode": f"B{n}", "title_id": n, "item_type": "book", "branch": "mustafa_inan",
            "shelf_mark": "", "state": "on_loan", "loanable": True, "received_at": _LENT,
        }  # fmt: skip


def _loans(size: int, due: int) -> Iterator[dict[str, Any]]:
    for n in range(1, size + 1):
        yield {
            "id": n, "copy_id": n, "member_id": n % _MEMBERS + 1, "category": "undergraduate", "item_type": "book",
            "branch": "mustafa_inan", "loan_type": "standard", "hourly": False, "state": "open",
            "lent_at": _LENT, "period_start": _LENT, "due_at": _DUE, "renewals": 0, "renewals_allowed": 3,
            "policy_version": "itu-2019-1", "terminal": "", "overridden": False, "to_be_checked": False,
            "fined_late": False, "next_event_at": NOW if n <= due else LATER + timedelta(minutes=n % 1000),
            "next_event": "overdue_1",
        }  # fmt: skip


def _timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    for _ in range(20):
        work()
    return (time.perf_counter() - started) / 20


def _count_statements(library: Library) -> list[int]:
    count = [0]

    def seen(*_arguments: object) -> None:
        count[0] += 1

    for engine in {id(each): each for each in (library.database.read, library.database.write)}.values():
        event.listen(engine, "before_cursor_execute", seen)
    return count


def _show_plans(library: Library) -> None:
    """How each job finds its next moment; a scan of a table that grows with the library would stand here as SCAN."""
    seen: list[tuple[str, Any]] = []

    @event.listens_for(library.database.read, "before_cursor_execute")
    def _keep(_connection: object, _cursor: object, statement: str, parameters: object, *_rest: object) -> None:
        seen.append((statement, parameters))

    explain, place = ("EXPLAIN QUERY PLAN", 3) if library.database.is_sqlite else ("EXPLAIN", 0)
    print("\nquery plans at the largest size")
    with library.database.read.connect() as connection:
        for job in JOBS:
            seen.clear()
            for asked in job.asks:
                connection.execute(asked)
            for statement, parameters in list(seen):
                plan = connection.exec_driver_sql(f"{explain} {statement}", parameters)
                print(f"  {job.name:14}" + "; ".join(str(row[place]).strip() for row in plan))
