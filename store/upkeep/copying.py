"""Moves a whole library from one database into an empty one (SQLite or PostgreSQL), and proves that nothing changed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from msgspec import Struct
from sqlalchemy import Column, Connection, MetaData, Select, Table, func, insert, inspect, select, text
from sqlalchemy.engine import make_url
from sqlmodel import SQLModel

from store import rows
from store.catalogue.vocabulary import learn
from store.database import Database, open_database
from store.errors import LibraryError, NotALibrary
from store.migrating import SchemaState, migrate, schema_state, schema_version
from store.policy.said import Said

_BATCH = 2000
Progress = Callable[[str, int, int], None]
"Hears a table's name, the rows done and the rows in all."


class CopiedTable(Struct, frozen=True):
    """A table as it arrived: how many rows, and the checksum that both sides agree on."""

    name: str
    rows: int
    checksum: str


class CopyDiffers(LibraryError):
    """What arrived is not what was sent."""


def silent(_table: str, _done: int, _all: int) -> None:
    """A progress that nobody watches."""


def copy_library(source_url: str, target_url: str, progress: Progress = silent) -> tuple[CopiedTable, ...]:
    """Copy every row in one snapshot and one transaction, then compare counts and checksums on both sides.

    `progress` hears table, rows done and rows in all. Raises NotALibrary if the source is empty or of another version,
    or the target holds a library already; CopyDiffers if the two sides disagree: then nothing was written.
    """
    if schema_state(source_url) is not SchemaState.CURRENT:
        shown = make_url(source_url).render_as_string(hide_password=True)
        raise NotALibrary(
            Said("{shown} holds no library of this version", shown=shown),
            Said("run `kiosk database upgrade` on it first"),
        )
    _keep_private(target_url)
    migrate(target_url)
    source, target = open_database(source_url, patient=True), open_database(target_url, patient=True)
    try:
        with snapshot(source) as reading, target.write.begin() as writing:
            return copy_rows(reading, writing, progress)
    finally:
        source.close()
        target.close()


def _keep_private(url: str) -> None:
    """A file that is about to be made is its owner's only: members stand in it."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite" and address.database:
        Path(address.database).touch(mode=0o600)


@contextmanager
def snapshot(database: Database) -> Iterator[Connection]:
    """A connection that reads one moment of the library, whoever writes meanwhile."""
    isolation = {} if database.is_sqlite else {"isolation_level": "REPEATABLE READ"}
    with database.read.connect().execution_options(**isolation) as connection, connection.begin():
        schema_version(connection)  # the first reading is the moment
        yield connection


def copy_rows(reading: Connection, writing: Connection, progress: Progress) -> tuple[CopiedTable, ...]:
    """Copy into empty tables of the same version, and compare. Raises NotALibrary, CopyDiffers."""
    tables, copied = tables_of(reading), []
    for table in tables:
        if writing.execute(select(func.count()).select_from(table)).scalar_one():
            raise NotALibrary(
                Said("the target has rows in {name} already", name=table.name), Said("name an empty database")
            )
    for table in tables:
        count = reading.execute(select(func.count()).select_from(table)).scalar_one()
        done = 0
        for batch in reading.execute(_in_order(table)).mappings().partitions():
            writing.execute(insert(table), [dict(row) for row in batch])
            progress(table.name, done := done + len(batch), count)
        copied.append(compare(reading, writing, table))
    if inspect(writing).has_table("search_term"):
        for batch in writing.execute(_in_order(rows.title)).mappings().partitions():
            learn(writing, (f"{row['title_fold']} {row['words_fold']}" for row in batch))
    if writing.dialect.name == "postgresql":
        _continue_numbering(writing, tables)
    return tuple(copied)


def compare(one: Connection, other: Connection, table: Table) -> CopiedTable:
    """What both sides hold of a table. Raises CopyDiffers if it is not the same."""
    count = other.execute(select(func.count()).select_from(table)).scalar_one()
    sent, arrived = checksum(one, table), checksum(other, table)
    if sent != arrived:
        raise CopyDiffers(Said("{name} arrived changed", name=table.name), Said("nothing was written; report this"))
    return CopiedTable(table.name, count, arrived)


def tables_of(connection: Connection) -> tuple[Table, ...]:
    """The library's tables as this database has them: one of an older version lacks some, or some of their columns.

    Raises CopyDiffers if it has one that this program does not know: what can't be read can't be carried.
    """
    found, older = inspect(connection), MetaData()
    tables = []
    for table in SQLModel.metadata.sorted_tables:
        if not found.has_table(table.name):
            continue
        present = {column["name"] for column in found.get_columns(table.name) if not column.get("computed")}
        unknown = present - set(table.columns.keys())
        if unknown:
            raise CopyDiffers(
                Said("{name} has columns that are not known: {columns}", name=table.name, columns=sorted(unknown)),
                Said("use its own program"),
            )
        known = [column for column in table.columns if column.name in present]
        complete = len(known) == len(table.columns)
        columns = [Column(each.name, each.type, primary_key=each.primary_key) for each in known]
        tables.append(table if complete else Table(table.name, older, *columns))
    return tuple(tables)


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
