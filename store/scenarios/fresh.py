"""Empty libraries for scenarios, one after the other: a copied file on SQLite, a copied database on PostgreSQL."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

from sqlalchemy import create_engine, delete, text
from sqlalchemy.engine import make_url
from sqlmodel import Session, SQLModel

from store.library import Library
from store.opening import create_library, open_library
from store.scenarios.playing import Fresh
from store.schedule import Calendars
from store.settings import PinHashing, StoreSettings
from store.tables import Holiday

_QUICK_PINS = PinHashing(memory_kib=8, time_cost=1)
"Scenarios keep nobody's secrets."
_ADDED_TO = ("audit_entry", "ledger_entry")
_KEPT = ("policy_version", "setting")
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


def _settings(url: str, policy: str) -> StoreSettings:
    return StoreSettings(database=url, policy=policy, terminal="scenario", pin_hashing=_QUICK_PINS)


def _make_template(url: str, policy: str) -> None:
    """An empty library without holidays: a scenario names its own."""
    library = create_library(_settings(url, policy), _LONG_AGO)
    with Session(library.database.write) as session:
        session.execute(delete(Holiday))
        session.commit()
    library.close()


@contextmanager
def _in_file(folder: Path, policy: str) -> Iterator[Fresh]:
    """One file, emptied again for each scenario: what the engine has compiled is used by all of them."""
    template, url = folder / "template.db", f"sqlite:///{folder / 'library.db'}"
    _make_template(f"sqlite:///{template}", policy)
    shutil.copy(template, folder / "library.db")
    library = open_library(_settings(url, policy))

    @contextmanager
    def fresh() -> Iterator[Library]:
        raw = library.database.write.raw_connection()
        with closing(sqlite3.connect(template)) as empty:
            empty.backup(cast("sqlite3.Connection", raw.driver_connection))
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
    admin, name = create_engine(server, isolation_level="AUTOCOMMIT"), f"scenario_{uuid.uuid4().hex[:12]}"
    url = make_url(server).set(database=name).render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    try:
        _make_template(url, policy)
        library = open_library(_settings(url, policy))

        @contextmanager
        def fresh() -> Iterator[Library]:
            _empty(library)
            library.calendars, library.audit_head = Calendars(library.calendars.zone), None
            yield library

        yield fresh
        library.close()
    finally:
        with admin.connect() as connection:
            connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
        admin.dispose()


def _empty(library: Library) -> None:
    """Delete everything but the rules and the secret; the tables that are only added to need their guards lifted."""
    with library.database.write.begin() as connection:
        for name in _ADDED_TO:
            connection.execute(text(f"ALTER TABLE {name} DISABLE TRIGGER USER"))
        for table in reversed(SQLModel.metadata.sorted_tables):
            if table.name not in _KEPT:
                connection.execute(delete(table))
        for name in _ADDED_TO:
            connection.execute(text(f"ALTER TABLE {name} ENABLE TRIGGER USER"))
