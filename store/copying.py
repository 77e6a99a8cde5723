"""Moves a whole library from one database into an empty one (SQLite or PostgreSQL), and proves that nothing changed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, Select, Table, func, insert, select, text
from sqlalchemy.engine import make_url
from sqlmodel import SQLModel

from store import rows
from store.database import Database, open_database
from store.errors import LibraryError, NotALibrary
from store.migrating import SchemaState, migrate, schema_state
from store.vocabulary import learn

_BATCH = 2000


@dataclass(frozen=True, slots=True)
class CopiedTable:
    """A table as it arrived: how many rows, and the checksum that both sides agree on."""

    name: str
    rows: int
    checksum: str


class CopyDiffers(LibraryError):
    """What arrived is not what was sent."""


def copy_library(
    source_url: str, target_url: str, progress: Callable[[str, int, int], None] = lambda _table, _done, _all: None
) -> tuple[CopiedTable, ...]:
    """Copy every row in one snapshot and one transaction, then compare counts and checksums on both sides.

    `progress` hears table, rows done and rows in all. Raises NotALibrary if the source is empty or of another version,
    or the target holds a library already; CopyDiffers if the two sides disagree: then nothing was written.
    """
    if schema_state(source_url) is not SchemaState.CURRENT:
        shown = make_url(source_url).render_as_string(hide_password=True)
        raise NotALibrary(f"{shown} holds no library of this version", "start a terminal on it once: that brings it up")
    migrate(target_url)
    source, target = open_database(source_url), open_database(target_url)
    try:
        with _snapshot(source) as reading, target.write.begin() as writing:
            return tuple(_copy_all(reading, writing, progress))
    finally:
        source.close()
        target.close()


def _snapshot(database: Database) -> Connection:
    isolation = {} if database.is_sqlite else {"isolation_level": "REPEATABLE READ"}
    return database.read.connect().execution_options(**isolation)


def _copy_all(
    reading: Connection, writing: Connection, progress: Callable[[str, int, int], None]
) -> Iterable[CopiedTable]:
    tables = SQLModel.metadata.sorted_tables
    for table in tables:
        if writing.execute(select(func.count()).select_from(table)).scalar_one():
            raise NotALibrary(f"the target has rows in {table.name} already", "name an empty database")
    for table in tables:
        count = reading.execute(select(func.count()).select_from(table)).scalar_one()
        done = 0
        for batch in reading.execute(_in_order(table)).mappings().partitions():
            writing.execute(insert(table), [dict(row) for row in batch])
            progress(table.name, done := done + len(batch), count)
        sent, arrived = checksum(reading, table), checksum(writing, table)
        if sent != arrived:
            raise CopyDiffers(f"{table.name} arrived changed", "nothing was written; report this")
        yield CopiedTable(table.name, count, arrived)
    for batch in writing.execute(_in_order(rows.title)).mappings().partitions():
        learn(writing, (f"{row['title_fold']} {row['words_fold']}" for row in batch))
    if writing.dialect.name == "postgresql":
        _continue_numbering(writing, tables)


def checksum(connection: Connection, table: Table) -> str:
    """A hash over every value of every row in order of key, the same on both databases."""
    total = hashlib.sha256()
    for row in connection.execute(_in_order(table)):
        total.update(repr(tuple(_plain(value) for value in row)).encode())
    return total.hexdigest()


def _in_order(table: Table) -> Select[Any]:
    return select(table).order_by(*table.primary_key.columns).execution_options(yield_per=_BATCH)


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return sorted((key, _plain(inner)) for key, inner in value.items())
    return str(value) if isinstance(value, str) else value


def _continue_numbering(connection: Connection, tables: Iterable[Table]) -> None:
    # Rows came with their numbers; the sequences must go on after the highest.
    for table in tables:
        if "id" in table.columns:
            connection.execute(
                text(
                    f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), "
                    f"(SELECT coalesce(max(id), 0) + 1 FROM {table.name}), false)"
                )
            )
