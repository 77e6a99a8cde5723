"""A night's work beside the size of the library: what is due stays the same while the library grows a hundredfold."""

from __future__ import annotations

import os
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, event, insert, text

from store import rows
from store.act import At
from store.jobs.running import JOBS, next_moment, run_due
from store.library import Library
from store.opening import create_library
from store.settings import PinHashing, StoreSettings
from store.states import CopyState, LoanState, MemberStatus

SIZES = tuple(int(each) for each in os.environ.get("BENCH_LOANS", "10000,100000,1000000").split(","))
DUE = int(os.environ.get("BENCH_DUE", "10000"))
NOW = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=300)
_BATCH = 20_000
_MEMBERS = 5_000


def main() -> None:
    """Build a library of each size, run the jobs of one moment, and print seconds, statements and query plans."""
    print(f"\n{DUE:,} letters due at one moment (SQLite, durable)")
    print(f"{'open loans':>12}{'seconds':>10}{'letters/s':>12}{'statements':>12}{'look ahead ms':>15}")
    for size in SIZES:
        with tempfile.TemporaryDirectory(prefix="kiosk-bench-") as folder:
            library = _build(Path(folder), size)
            ahead = _timed(lambda library=library: next_moment(library))
            statements = _count_statements(library)
            started = time.perf_counter()
            done = run_due(library, NOW, At("bench"))
            seconds = time.perf_counter() - started
            rate = sum(done.values()) / seconds
            print(f"{size:12,}{seconds:10.2f}{rate:12,.0f}{statements[0]:12,}{ahead * 1000:15.2f}")
            if size == SIZES[-1]:
                _show_plans(library)
            library.close()


def _build(folder: Path, size: int) -> Library:
    settings = StoreSettings(f"sqlite:///{folder / 'library.db'}", pin_hashing=PinHashing(8, 1, 1))
    library = create_library(settings, NOW)
    lent, due = NOW - timedelta(days=16), NOW - timedelta(days=1)
    with library.database.write.begin() as connection:
        connection.execute(
            insert(rows.member),
            [
                {
                    "id": n, "number": str(n), "surname": "S", "given_name": "G", "name_fold": "", "email": "a@b.tr",
                    "category": "undergraduate", "status": MemberStatus.ACTIVE, "external_block": False,
                    "forget_history": False, "joined_at": lent,
                }
                for n in range(1, _MEMBERS + 1)
            ],
        )  # fmt: skip
        for start in range(1, size + 1, _BATCH):
            _insert(connection, range(start, min(start + _BATCH, size + 1)), lent, due)
    return library


def _insert(connection: Connection, numbers: range, lent: datetime, due: datetime) -> None:
    titles = [
        {
            "id": n, "title": f"Kitap {n}", "author": "", "publisher": "", "language": "tr", "isbn": "", "subjects": "",
            "shelf_mark": "", "electronic_access": False, "title_fold": "", "words_fold": "", "added_at": lent,
        }
        for n in numbers
    ]  # fmt: skip
    copies = [
        {
            "id": n, "barcode": f"B{n}", "title_id": n, "item_type": "book", "branch": "mustafa_inan",
            "shelf_mark": "", "state": CopyState.ON_LOAN, "loanable": True, "received_at": lent,
        }
        for n in numbers
    ]  # fmt: skip
    loans = [
        {
            "copy_id": n, "member_id": n % _MEMBERS + 1, "category": "undergraduate", "item_type": "book",
            "branch": "mustafa_inan", "loan_type": "standard", "hourly": False, "state": LoanState.OPEN,
            "lent_at": lent, "period_start": lent, "due_at": due, "renewals": 0, "renewals_allowed": 3,
            "policy_version": "itu-2019-1", "terminal": "", "overridden": False, "to_be_checked": False,
            "fined_late": False, "next_event_at": NOW if n <= DUE else LATER + timedelta(minutes=n % 1000),
            "next_event": "overdue_1",
        }
        for n in numbers
    ]  # fmt: skip
    for table, values in ((rows.title, titles), (rows.copy, copies), (rows.loan, loans)):
        connection.execute(insert(table), values)


def _timed(work: object) -> float:
    assert callable(work)
    started = time.perf_counter()
    for _ in range(20):
        work()
    return (time.perf_counter() - started) / 20


def _count_statements(library: Library) -> list[int]:
    count = [0]

    @event.listens_for(library.database.read, "before_cursor_execute")
    def _seen(*_arguments: object) -> None:
        count[0] += 1

    return count


def _show_plans(library: Library) -> None:
    """How each job finds its next moment; a scan of a table that grows with the library would stand here as SCAN."""
    seen: list[tuple[str, object]] = []

    @event.listens_for(library.database.read, "before_cursor_execute")
    def _keep(_connection: object, _cursor: object, statement: str, parameters: object, *_rest: object) -> None:
        seen.append((statement, parameters))

    print("\nquery plans at the largest size")
    with library.database.read.connect() as connection:
        for job in JOBS:
            seen.clear()
            job.earliest(library, connection)
            for statement, parameters in list(seen):
                plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)  # type: ignore[arg-type]
                print(f"  {job.name:14}" + "; ".join(str(row[3]) for row in plan))
        connection.execute(text("SELECT 1"))
