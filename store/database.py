"""One engine for SQLite or PostgreSQL: durable, with foreign keys, and write transactions that begin as writers."""

from __future__ import annotations

import random
import sqlite3
import sys
import time
from pathlib import Path

from msgspec import Struct
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine import URL, ExceptionContext, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool, Pool, PoolProxiedConnection, QueuePool

from store import diagnosis
from store.wire import Wire

_BUSY_MS, _SHORT_MS = 5000, 10
_LOCK_MS, _STATEMENT_MS, _IDLE_MS = 4000, 20_000, 10_000
_CONNECT_SECONDS = 2


class Database(Struct, frozen=True):
    """Two engines over one pool: `read` begins deferred, `write` begins as a writer (SQLite would fail later)."""

    read: Engine
    write: Engine
    wire: Wire

    @property
    def is_sqlite(self) -> bool:
        """Whether the library is a file."""
        return self.read.dialect.name == "sqlite"

    def close(self) -> None:
        """Give every connection back."""
        self.read.dispose()
        self.write.dispose()  # what was used after an earlier close has a pool of its own


def file_of(url: str) -> Path | None:
    """The file of an SQLite database; None for a server."""
    return Path(url.removeprefix("sqlite:///")) if url.startswith("sqlite:///") else None


def open_database(url: str, *, patient: bool = False) -> Database:
    """Prepare the engine for `url` (`sqlite:///file` or `postgresql+psycopg://…`). Connects to nothing yet.

    `patient`: for commands that read or write a whole library; a single statement may take as long as it takes.
    Whatever is done with it raises DatabaseUnreachable, DatabaseBusy or DatabaseDamaged rather than the driver's fault.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        read = _sqlite_engine(parsed, "reader")
        write = _sqlite_engine(parsed, "writer", read.pool)
    else:
        read = write = _telling(_postgresql_engine(url, patient=patient))
    return Database(read=read, write=write, wire=Wire(read))


def migration_engine(url: str) -> Engine:
    """An engine for schema changes: one connection, and on SQLite no foreign keys while tables are rebuilt."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _sqlite_engine(parsed, "writer", NullPool, foreign_keys=False)
    return _telling(create_engine(url, poolclass=NullPool))


def _telling(engine: Engine) -> Engine:
    event.listen(engine, "handle_error", _tell)
    return engine


def _tell(context: ExceptionContext) -> Exception | None:
    fault = context.sqlalchemy_exception
    if not isinstance(fault, DBAPIError):
        return None
    if context.is_pre_ping:
        return None  # a connection that went stale in the pool is made anew: nobody need hear of it
    return diagnosis.told(fault, disconnected=context.is_disconnect)


class _Reader(SQLiteDialect_pysqlite):
    """SQLite whose transactions begin when asked to.

    A listener for `begin` would do as well, but then every statement looks for listeners: a quarter of its time.
    """

    supports_statement_cache = True

    def do_begin(self, dbapi_connection: PoolProxiedConnection) -> None:
        """Begin: the driver itself never does."""
        driver = dbapi_connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        self.begin(driver)

    def begin(self, driver: sqlite3.Connection) -> None:
        """Read; whoever writes goes on beside it."""
        driver.execute("BEGIN DEFERRED")


class _Writer(_Reader):
    """SQLite whose transactions wait for their turn to write before they read."""

    supports_statement_cache = True

    def begin(self, driver: sqlite3.Connection) -> None:
        """Wait for the turn to write."""
        _become_writer(driver)


registry.register("sqlite.reader", __name__, "_Reader")
registry.register("sqlite.writer", __name__, "_Writer")


def _sqlite_engine(url: URL, driver: str, pool: Pool | type[Pool] = QueuePool, *, foreign_keys: bool = True) -> Engine:
    """An engine with a pool of its own, or over that of another."""
    named = url.set(drivername=f"sqlite+{driver}")
    if isinstance(pool, Pool):
        return _telling(create_engine(named, pool=pool))
    arguments: dict[str, object] = {"timeout": _BUSY_MS / 1000, "check_same_thread": False}
    if sys.version_info >= (3, 12):
        arguments["autocommit"] = sqlite3.LEGACY_TRANSACTION_CONTROL
    # What was used last has its pages at hand: each connection would keep as many of its own.
    lately = {"pool_use_lifo": True} if pool is QueuePool else {}
    engine = create_engine(named, connect_args=arguments, poolclass=pool, **lately)

    @event.listens_for(engine, "connect")
    def _prepare(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # the driver must not begin transactions of its own
        on = "ON" if foreign_keys else "OFF"
        for pragma in (f"busy_timeout={_BUSY_MS}", "journal_mode=WAL", "synchronous=FULL", f"foreign_keys={on}"):
            connection.execute(f"PRAGMA {pragma}")

    return _telling(engine)


def _become_writer(driver: sqlite3.Connection) -> None:
    """Wait for the turn to write. SQLite's own waits grow, so that who came later goes first; short ones are fair."""
    until = time.monotonic() + _BUSY_MS / 1000
    driver.execute(f"PRAGMA busy_timeout={_SHORT_MS}")
    try:
        while time.monotonic() < until:
            try:
                driver.execute("BEGIN IMMEDIATE")
                return
            except sqlite3.OperationalError as fault:
                if "locked" not in str(fault):
                    break
            time.sleep(random.uniform(0.0, 0.004))
        driver.execute("BEGIN IMMEDIATE")
    finally:
        driver.execute(f"PRAGMA busy_timeout={_BUSY_MS}")


def _postgresql_engine(url: str, *, patient: bool) -> Engine:
    # Whatever waits ends: a lock before a member gives up, a statement before the visit does. A frozen terminal that
    # holds a lock must not freeze the others: its transaction is ended for it. A silent server is the wire's business.
    # Compiling a query to machine code takes longer than any of ours runs.
    limits: dict[str, object] = {"lock_timeout": _LOCK_MS, "jit": "off"}
    if not patient:
        limits |= {"statement_timeout": _STATEMENT_MS, "idle_in_transaction_session_timeout": _IDLE_MS}
    options = " ".join(f"-c {name}={limit}" for name, limit in limits.items())
    given = make_url(url).query.get("options")
    return create_engine(
        url,
        pool_pre_ping=True,
        pool_use_lifo=True,  # what was used last has its statements prepared
        connect_args={
            "options": f"{given} {options}" if given else options,
            "connect_timeout": _CONNECT_SECONDS,
            "keepalives_idle": 5,
            "tcp_user_timeout": 3000,
            "application_name": "kiosk",
        },
    )
