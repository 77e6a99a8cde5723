"""A made library of any size, the same on SQLite and PostgreSQL, built once and kept in a folder between runs."""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

import psycopg
from psycopg.types.json import Json
from sqlalchemy import Connection, Table, insert, select

from bench.made import made_titles
from bench.table import Series
from store import audit, rows
from store.act import At
from store.catalogue.folding import fold
from store.catalogue.vocabulary import learn
from store.circulation.events import coming
from store.library import Library
from store.migrating import SchemaState, migrate, schema_state
from store.opening import create_library, open_library
from store.policy import lending
from store.policy.calendar import Calendar
from store.policy.facts import Asked, CopyFacts, MemberFacts, RunningLoan
from store.policy.load import shipped
from store.policy.verdict import LoanTerms
from store.settings import PinHashing, StoreSettings
from store.tables import AuditEntry
from tests import postgresql

NOW = datetime(2026, 3, 2, 11, 32, tzinfo=UTC)
PIN = "1357"
"Every member's."
_BATCH = 5_000
_LEAST = 0.0002
WARM = 20
"Turns that are thrown away: statements are compiled, pages read."
_MEMORY = "-c shared_buffers=1GB"
"As docs/administrator.md advises."
_FINISHED = "made"
_POLICY = shipped("itu").latest
BRANCHES = tuple(branch.slug for branch in _POLICY.branches)
_CATEGORIES = ("undergraduate",) * 7 + ("graduate",) * 2 + ("faculty",)
_OUT = 14
"Days within which the open loans were lent: fewer than the shortest period, so that nothing is overdue."


@dataclass(frozen=True, slots=True)
class Size:
    """How much a library holds."""

    members: int = 50_000
    copies: int = 500_000
    titles: int = 1_000_000
    open_loans: int = 100_000
    past_loans: int = 1_000_000

    def scaled(self, factor: float) -> Size:
        """So many times as much of everything, though never less than a few loans."""
        factor = max(factor, _LEAST)
        return Size(**{name: round(count * factor) for name, count in asdict(self).items()})

    def __str__(self) -> str:
        return ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in asdict(self).items())


def parser(name: str, scale: float) -> argparse.ArgumentParser:
    """The options that every bench of a big library shares."""
    made = argparse.ArgumentParser(prog=f"python -m bench {name}")
    made.add_argument("--scale", type=float, default=scale, help="1 is a library of a million titles")
    made.add_argument("--folder", type=Path, help="keep what is built here for the next run")
    made.add_argument("--only", choices=("sqlite", "postgresql"), help="one database instead of both")
    return made


@dataclass(frozen=True, slots=True)
class Place:
    """Where the databases of a bench are: a folder, and a PostgreSQL server with its data in it."""

    folder: Path
    server: str | None
    sqlite: bool = True

    def urls(self, name: str) -> dict[str, str]:
        """The address of the database `name` on each of the two that was asked for; PostgreSQL's is made if need be."""
        urls = {"SQLite": f"sqlite:///{self.folder / name}.db"} if self.sqlite else {}
        if self.server is not None:
            urls["PostgreSQL"] = _database(self.server, name.replace("-", "_"))
        return urls


@contextmanager
def place(folder: Path | None, only: str | None = None) -> Iterator[Place]:
    """The folder that was asked for, or one that vanishes; in it a durable PostgreSQL server, unless not wanted."""
    with ExitStack() as stack:
        if folder is None:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="kiosk-bench-")))
            folder.chmod(0o711)  # the server runs as another user and must reach its data
        folder.mkdir(parents=True, exist_ok=True)
        folder, server = folder.resolve(), None
        if only != "sqlite":
            server = stack.enter_context(postgresql.server(durable=True, keep=folder / "postgresql", more=_MEMORY))
        yield Place(folder, server, sqlite=only != "postgresql")


def _database(server: str, name: str) -> str:
    with psycopg.connect(server.replace("+psycopg", ""), autocommit=True) as admin:
        if admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone() is None:
            admin.execute(f'CREATE DATABASE "{name}"'.encode())
    return server.replace("/postgres", f"/{name}", 1)


@contextmanager
def libraries(where: Place, size: Size) -> Iterator[dict[str, Library]]:
    """The libraries of this size, as an earlier run left them or made anew."""
    name = "kiosk-" + "-".join(str(count) for count in asdict(size).values())
    opened = {database: library(url, size) for database, url in where.urls(name).items()}
    try:
        yield opened
    finally:
        for each in opened.values():
            each.close()


def library(url: str, size: Size) -> Library:
    """Open the library of this size, or make it; one that was left half made is said, never finished."""
    settings = StoreSettings(url, terminal="bench", pin_hashing=PinHashing(8, 1, 1))
    if schema_state(url) is not SchemaState.EMPTY:
        migrate(url)  # nobody's library: made by an earlier version, it needs no backup
        opened = open_library(settings, NOW)
        with opened.database.read.connect() as connection:
            made = connection.execute(select(rows.setting.c.value).where(rows.setting.c.key == _FINISHED)).scalar()
        if made != str(size):
            raise SystemExit(f"{url} holds another library, or half of one: delete it")
        return opened
    made_new, started = create_library(settings, NOW), time.perf_counter()
    _fill(made_new, size)
    with made_new.database.write.begin() as connection:
        connection.execute(insert(rows.setting), {"key": _FINISHED, "value": str(size)})
    with made_new.database.read.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        # PostgreSQL would take the tables that were empty at this moment for empty ones until it looks again.
        connection.exec_driver_sql("ANALYZE" if made_new.database.is_sqlite else f"ANALYZE {_FILLED}")
        if not made_new.database.is_sqlite:
            connection.exec_driver_sql("CHECKPOINT")
    print(f"{made_new.database.read.dialect.name}: {size}, made in {time.perf_counter() - started:.0f} s")
    return made_new


_FILLED = "title, member, card, pseudonym, copy, loan, audit_entry"


def _fill(opened: Library, size: Size) -> None:
    pin_hash = opened.hasher.hash(PIN)
    titles = made_titles(size.titles, NOW)
    with opened.database.write.connect() as connection:
        fill(connection, rows.title, titles, learns=True)
        for table, made in (
            (rows.member, _members(size, pin_hash)),
            (rows.card, _cards(size)),
            (rows.pseudonym, ({"member_id": n, "code": f"m{n}"} for n in range(1, size.members + 1))),
            (rows.copy, _copies(size)),
            (rows.loan, _loans(size)),
            (AuditEntry.metadata.tables["audit_entry"], _entries(size)),
        ):
            fill(connection, table, made)
        if not opened.database.is_sqlite:
            _move_sequences(connection)


def fill(connection: Connection, table: Table, made: Iterator[dict[str, Any]], *, learns: bool = False) -> None:
    """Write rows in batches, each a transaction; with `learns`, the words of titles with them."""
    done, put = 0, _insert if connection.dialect.name == "sqlite" else _copy_in
    while batch := list(islice(made, _BATCH)):
        with connection.begin():
            put(connection, table, batch)
            if learns:
                learn(connection, (f"{row['title_fold']} {row['words_fold']}" for row in batch))
        done += len(batch)
        if sys.stderr.isatty():
            print(f"\r{connection.dialect.name} {table.name} {done:,} ", end="", file=sys.stderr, flush=True)
    if sys.stderr.isatty():
        print(file=sys.stderr)


def _insert(connection: Connection, table: Table, batch: Sequence[dict[str, Any]]) -> None:
    connection.execute(insert(table), batch)


def _copy_in(connection: Connection, table: Table, batch: Sequence[dict[str, Any]]) -> None:
    names = tuple(batch[0])
    driver = connection.connection.driver_connection
    assert driver is not None
    columns = ", ".join(f'"{name}"' for name in names)
    with driver.cursor().copy(f'COPY "{table.name}" ({columns}) FROM STDIN') as copy:
        for row in batch:
            copy.write_row([Json(row[name]) if isinstance(row[name], dict | list) else row[name] for name in names])


def _move_sequences(connection: Connection) -> None:
    with connection.begin():
        for table in (rows.title, rows.member, rows.card, rows.copy, rows.loan):
            connection.exec_driver_sql(
                f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), (SELECT max(id) FROM {table.name}))"
            )


def category(member_id: int) -> str:
    """The category of a made member."""
    return _CATEGORIES[member_id % len(_CATEGORIES)]


def _members(size: Size, pin_hash: str) -> Iterator[dict[str, Any]]:
    for n in range(1, size.members + 1):
        yield {
            "id": n, "number": f"{n:09d}", "surname": f"Soyad{n}", "given_name": "Deniz",
            "name_fold": fold(f"Soyad{n} Deniz"), "email": f"m{n}@example.edu", "category": category(n),
            "status": "active", "pin_hash": pin_hash, "language": "tr", "external_block": False,
            "forget_history": False, "joined_at": NOW - timedelta(days=900),
        }  # fmt: skip


def _cards(size: Size) -> Iterator[dict[str, Any]]:
    for n in range(1, size.members + 1):
        yield {
            "number": card(n), "member_id": n, "status": "ok", "registered_at": NOW - timedelta(days=900),
            "document": "",
        }  # fmt: skip


def card(member_id: int) -> str:
    """The card of a made member."""
    return f"P{member_id:08d}"


def barcode(copy_id: int) -> str:
    """The barcode of a made copy."""
    return f"B{copy_id:09d}"


def title_of(size: Size, copy_id: int) -> int:
    """Every other title has copies, as many as there are to go round."""
    return (2 * copy_id - 2) % size.titles + 1


def _copies(size: Size) -> Iterator[dict[str, Any]]:
    loans = size.open_loans + size.past_loans
    for n in range(1, size.copies + 1):
        last = loans - (loans - n) % size.copies
        yield {
            "id": n, "barcode": barcode(n), "title_id": title_of(size, n), "item_type": "book", "branch": _branch(n),
            "shelf_mark": "", "state": "on_loan" if n <= size.open_loans else "on_shelf", "loanable": True,
            "received_at": NOW - timedelta(days=2000), "last_loan_id": last if last > size.open_loans else None,
        }  # fmt: skip


def _branch(copy_id: int) -> str:
    return BRANCHES[0] if copy_id % 3 else BRANCHES[copy_id // 3 % len(BRANCHES)]


def _loans(size: Size) -> Iterator[dict[str, Any]]:
    """The open ones first, loan n of copy n; then the past ones, the oldest first, round and round the copies."""
    chance = random.Random(3)
    for n in range(1, size.open_loans + 1):
        member_id = n * 7919 % size.members + 1
        yield {
            "id": n, "copy_id": n, "member_id": member_id, "branch": _branch(n),
            **_running(category(member_id), chance.randrange(_OUT)), **_PLAIN,
        }  # fmt: skip
    for n in range(size.open_loans + 1, size.open_loans + size.past_loans + 1):
        lent, member_id = _lent_before(size, n), chance.randint(1, size.members)
        back = lent + timedelta(days=n % 14, hours=1)
        copy_id = (n - 1) % size.copies + 1
        yield {
            "id": n, "copy_id": copy_id, "member_id": member_id, "branch": _branch(copy_id),
            "category": category(member_id), "state": "returned", "lent_at": lent, "period_start": lent,
            "opens_at": None, "due_at": lent + timedelta(days=15), "renewals_allowed": 2, "returned_at": back,
            "closed_at": back, "fine_ended_at": back, "next_event_at": None, "next_event": None, **_PLAIN,
        }  # fmt: skip


_PLAIN = {
    "item_type": "book", "loan_type": "standard", "hourly": False, "renewals": 0, "policy_version": _POLICY.version,
    "visit": None, "terminal": "bench", "to_be_checked": False, "fined_late": False, "overridden": False,
}  # fmt: skip


def _lent_before(size: Size, n: int) -> datetime:
    age = (size.open_loans + size.past_loans - n) / max(1, size.past_loans)
    return NOW - timedelta(days=40 + 320 * age)


@lru_cache(maxsize=64)
def _running(of: str, days: int) -> dict[str, Any]:
    """What the rules make of a book that a member of this category borrowed so many days ago."""
    calendar, lent = Calendar(_POLICY.zone), NOW - timedelta(days=days)
    copy = CopyFacts("book", BRANCHES[0])
    terms = lending.decide(_POLICY, calendar, MemberFacts(of), copy, Asked(), lent)
    assert isinstance(terms, LoanTerms)
    running = RunningLoan("book", "standard", BRANCHES[0], lent, lent, terms.due, terms.hourly, category=of)
    ahead = coming(_POLICY, calendar, running, lent)
    return {
        "category": of, "state": "open", "lent_at": lent, "period_start": lent, "opens_at": terms.opens_at,
        "due_at": terms.due, "renewals_allowed": terms.renewals_allowed, "returned_at": None, "closed_at": None,
        "fine_ended_at": None, "next_event_at": ahead.next_at, "next_event": ahead.next_kind,
    }  # fmt: skip


def _entries(size: Size) -> Iterator[dict[str, Any]]:
    """What the audit remembers of those loans, as one whole chain."""
    head = audit.Head(0, "0" * 64)
    for loan in _loans(size):
        acts: list[tuple[str, datetime]] = [("checkout", loan["lent_at"])]
        if loan["returned_at"] is not None:
            acts.append(("checkin", loan["returned_at"]))
        for act, at in acts:
            values = _entry(head, act, at, loan)
            head = audit.Head(head.seq + 1, values["hash"])
            yield values


def _entry(head: audit.Head, act: str, at: datetime, loan: dict[str, Any]) -> dict[str, Any]:
    values: dict[str, Any] = {
        "chain": "made", "seq": head.seq + 1, "at": at, "act": act, "outcome": "done", "channel": "kiosk",
        "terminal": "bench", "visit": None, "who": f"m{loan['member_id']}", "staff_id": None,
        "barcode": barcode(loan["copy_id"]), "reasons": [], "detail": {"loan": loan["id"]}, "hash_before": head.hash,
    }  # fmt: skip
    values["hash"] = audit.digest(values)
    return values


def interleaved(count: int, **sides: Callable[[int], object]) -> dict[str, Series]:
    """Call the sides in turns, `count` times each, and give what each side's calls took once they were warm."""
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in sides}
    for number in range(count):
        for name, side in sides.items():
            wall, work = time.perf_counter(), time.process_time()
            side(number)
            taken[name].append(((time.perf_counter() - wall) * 1000, (time.process_time() - work) * 1000))
    warm = min(WARM, count // 2)
    return {
        name: Series(name, tuple(wall for wall, _ in each[warm:]), tuple(work for _, work in each[warm:]))
        for name, each in taken.items()
    }


def at_bench(visit: str | None = None) -> At:
    """Where the benches' acts are done."""
    return At("bench", visit=visit)
