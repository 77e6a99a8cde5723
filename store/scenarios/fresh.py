"""Empty libraries for scenarios, one after the other: a copied file on SQLite, a copied database on PostgreSQL."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from sqlalchemy import Engine, Table, create_engine, delete, insert, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from store import rows
from store.calendar.schedule import Calendars
from store.errors import DatabaseUnreachable
from store.library import Library
from store.opening import create_library, open_library
from store.policy.said import Said
from store.scenarios.playing import Fresh
from store.settings import PinHashing, StoreSettings

_QUICK_PINS = PinHashing(memory_kib=8, time_cost=1)
"Scenarios keep nobody's secrets."
_ADDED_TO = ("audit_entry", "ledger_entry")
_KEPT = ("policy_version", "setting")
_ALIKE = (rows.policy_version, rows.opening_hours, rows.closed_day, rows.holiday, rows.term)
"What makes the rules of a library."
_NOBODY: Mapping[Table, Mapping[str, Any]] = {rows.policy_version: {"staff_id": None}}
Filled = Mapping[Table, Sequence[Mapping[str, Any]]]
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


@contextmanager
def fresh_libraries(policy: str, server: str | None = None) -> Iterator[Fresh]:
    """Make empty libraries with a policy: in files that vanish, or as databases on a PostgreSQL server.

    `server` is the address of any database on it; its user must be allowed to create databases.
    """
    if server is None:
        with tempfile.TemporaryDirectory(prefix="kiosk-scenarios-") as folder, _in_file(Path(folder), policy) as fresh:
            yield fresh
    else:
        with _on_server(server, policy) as fresh:
            yield fresh


@contextmanager
def libraries_like(library: Library, now: datetime) -> Iterator[Fresh]:
    """Make empty libraries with the rules and the calendar of a real one, of which nothing else is read."""
    with tempfile.TemporaryDirectory(prefix="kiosk-like-") as folder:
        with library.database.read.connect() as connection:
            copied = {table: [dict(row._mapping) for row in connection.execute(select(table))] for table in _ALIKE}
        texts = {row["version"]: row["text"] for row in copied[rows.policy_version]}
        policy = Path(folder) / "policy.toml"
        policy.write_text(texts[library.policies.at(now).version], "utf-8")
        with _in_file(Path(folder), str(policy), copied) as fresh:
            yield fresh


def _settings(url: str, policy: str) -> StoreSettings:
    return StoreSettings(database=url, policy=policy, terminal="scenario", pin_hashing=_QUICK_PINS)


def _make_template(url: str, policy: str, filled: Filled | None = None) -> None:
    """An empty library without holidays: a scenario names its own. `filled`: tables, and the rows to put in them."""
    library = create_library(_settings(url, policy), _LONG_AGO)
    with library.database.write.begin() as connection:
        connection.execute(delete(rows.holiday))
        for table, lines in (filled or {}).items():
            connection.execute(delete(table))
            if lines:
                connection.execute(insert(table), [{**line, **_NOBODY.get(table, {})} for line in lines])
    library.close()


@contextmanager
def _in_file(folder: Path, policy: str, filled: Filled | None = None) -> Iterator[Fresh]:
    """One file, emptied again for each scenario: what the engine has compiled is used by all of them."""
    template, url = folder / "template.db", f"sqlite:///{folder / 'library.db'}"
    _make_template(f"sqlite:///{template}", policy, filled)
    shutil.copy(template, folder / "library.db")
    library = open_library(_settings(url, policy))

    @contextmanager
    def fresh() -> Iterator[Library]:
        raw = library.database.write.raw_connection()
        connection = cast("sqlite3.Connection", raw.driver_connection)
        with closing(sqlite3.connect(template)) as empty:
            empty.backup(connection)
        connection.execute("PRAGMA synchronous = OFF")  # nobody's library: a power cut may have it
        raw.close()
        library.calendars, library.audit_head = Calendars(library.calendars.zone), None
        yield library

    try:
        yield fresh
    finally:
        library.close()


@contextmanager
def _on_server(server: str, policy: str) -> Iterator[Fresh]:
    """One database of its own, emptied again for each scenario and dropped in the end."""
    name = f"scenario_{uuid.uuid4().hex[:12]}"
    try:
        admin = create_engine(server, isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            connection.execute(text(f'CREATE DATABASE "{name}"'))
    except (ArgumentError, DBAPIError) as fault:
        told = Said("the server can't be used: {fault}", fault=getattr(fault, "orig", fault))
        remedy = Said('write "postgresql+psycopg://user@host/name", of a user who may make databases')
        raise DatabaseUnreachable(told, remedy) from fault
    url = make_url(server).set(database=name).render_as_string(hide_password=False)
    try:
        _make_template(url, policy)
        library, sweeper = open_library(_settings(url, policy)), create_engine(url)

        @contextmanager
        def fresh() -> Iterator[Library]:
            _empty(sweeper)
            library.calendars, library.audit_head = Calendars(library.calendars.zone), None
            yield library

        yield fresh
        library.close()
        sweeper.dispose()
    finally:
        with admin.connect() as connection:
            connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
        admin.dispose()


def _empty(sweeper: Engine) -> None:
    """Delete everything but the rules and the secret; the tables that are only added to need their guards lifted.

    On a connection of its own: after an ALTER the driver forgets every statement that it has prepared.
    """
    emptied = (table.name for table in reversed(rows.metadata.sorted_tables) if table.name not in _KEPT)
    steps = (
        *(f"ALTER TABLE {name} DISABLE TRIGGER USER" for name in _ADDED_TO),
        *(f"DELETE FROM {name}" for name in emptied),
        *(f"ALTER TABLE {name} ENABLE TRIGGER USER" for name in _ADDED_TO),
    )
    with sweeper.begin() as connection:
        connection.exec_driver_sql("; ".join(steps))
