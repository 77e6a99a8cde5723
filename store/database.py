"""One engine for SQLite or PostgreSQL: durable, with foreign keys, and write transactions that begin as writers."""

from __future__ import annotations

import sqlite3
import sys
from dataclasses import dataclass

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.pool import NullPool, Pool, PoolProxiedConnection

_BUSY_MS = 5000
_RETRIED_STATES = {"40001", "40P01"}
_NO_ROOM_STATES = {"53100", "58030", "25006"}


@dataclass(frozen=True, slots=True)
class Database:
    """Two engines over one pool: `read` begins deferred, `write` begins as a writer (SQLite would fail later)."""

    read: Engine
    write: Engine

    @property
    def is_sqlite(self) -> bool:
        """Whether the library is a file."""
        return self.read.dialect.name == "sqlite"

    def close(self) -> None:
        """Give every connection back."""
        self.read.dispose()


def open_database(url: str) -> Database:
    """Prepare the engine for `url` (`sqlite:///file` or `postgresql+psycopg://…`). Connects to nothing yet."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        reader = _sqlite_engine(parsed, "reader")
        return Database(read=reader, write=_sqlite_engine(parsed, "writer", pool=reader.pool))
    engine = _postgresql_engine(url)
    return Database(read=engine, write=engine)


def migration_engine(url: str) -> Engine:
    """An engine for schema changes: one connection, and on SQLite no foreign keys while tables are rebuilt."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _sqlite_engine(parsed, "writer", foreign_keys=False)
    return create_engine(url, poolclass=NullPool)


def is_passing(fault: DBAPIError) -> bool:
    """Whether the same transaction may well succeed if tried again: a deadlock, a failed serialization, a busy file."""
    if getattr(fault.orig, "sqlstate", None) in _RETRIED_STATES:
        return True
    return isinstance(fault, OperationalError) and "database is locked" in str(fault.orig)


def is_without_room(fault: DBAPIError) -> bool:
    """Whether the disk is full, or refuses to be written: nothing of the transaction stands."""
    if getattr(fault.orig, "sqlstate", None) in _NO_ROOM_STATES:
        return True
    told = str(fault.orig)
    return isinstance(fault, OperationalError) and any(words in told for words in ("is full", "disk I/O", "readonly"))


def broken_rule(fault: DBAPIError) -> str:
    """Name the constraint that refused: PostgreSQL says its name, SQLite the CHECK's name or the unique columns."""
    diagnosis = getattr(fault.orig, "diag", None)
    if diagnosis is not None:
        return str(diagnosis.constraint_name or "")
    return str(fault.orig).partition("constraint failed: ")[2]


class _Reader(SQLiteDialect_pysqlite):
    """SQLite whose transactions begin when asked to.

    A listener for `begin` would do as well, but then every statement looks for listeners: a quarter of its time.
    """

    supports_statement_cache = True
    begin = "BEGIN DEFERRED"

    def do_begin(self, dbapi_connection: PoolProxiedConnection) -> None:
        """Begin: the driver itself never does (see `isolation_level` below)."""
        driver = dbapi_connection.driver_connection
        assert driver is not None
        driver.execute(self.begin)


class _Writer(_Reader):
    """SQLite whose transactions wait for their turn to write before they read."""

    supports_statement_cache = True
    begin = "BEGIN IMMEDIATE"


registry.register("sqlite.reader", __name__, "_Reader")
registry.register("sqlite.writer", __name__, "_Writer")


def _sqlite_engine(url: URL, driver: str, *, foreign_keys: bool = True, pool: Pool | None = None) -> Engine:
    arguments: dict[str, object] = {"timeout": _BUSY_MS / 1000, "check_same_thread": False}
    if sys.version_info >= (3, 12):
        arguments["autocommit"] = sqlite3.LEGACY_TRANSACTION_CONTROL
    if pool is not None:
        return create_engine(url.set(drivername=f"sqlite+{driver}"), pool=pool)
    kind = {} if foreign_keys else {"poolclass": NullPool}
    engine = create_engine(url.set(drivername=f"sqlite+{driver}"), connect_args=arguments, **kind)

    @event.listens_for(engine, "connect")
    def _prepare(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # the driver must not begin transactions of its own
        on = "ON" if foreign_keys else "OFF"
        for pragma in (f"busy_timeout={_BUSY_MS}", "journal_mode=WAL", "synchronous=FULL", f"foreign_keys={on}"):
            connection.execute(f"PRAGMA {pragma}")

    return engine


def _postgresql_engine(url: str) -> Engine:
    # A frozen terminal that holds a lock must not freeze the others; a dead server must be known within 3 seconds.
    # Compiling a query to machine code takes longer than any of ours runs.
    options = "-c lock_timeout=5000 -c idle_in_transaction_session_timeout=10000 -c jit=off"
    return create_engine(
        url,
        pool_pre_ping=True,
        connect_args={"options": options, "connect_timeout": 3, "keepalives_idle": 5, "tcp_user_timeout": 3000},
    )
