"""One engine for SQLite or PostgreSQL: durable, with foreign keys, and write transactions that begin as writers."""

from __future__ import annotations

import random
import sqlite3
import sys
import time
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import ExceptionContext, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from store import diagnosis
from store.wire import Wire

_BUSY_MS = 5000
_LOCK_MS, _STATEMENT_MS, _IDLE_MS = 4000, 20_000, 10_000
_CONNECT_SECONDS = 2


@dataclass(frozen=True, slots=True)
class Database:
    """Two facades over one pool: `read` begins deferred, `write` begins as a writer (SQLite would fail later)."""

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


def open_database(url: str, *, patient: bool = False) -> Database:
    """Prepare the engine for `url` (`sqlite:///file` or `postgresql+psycopg://…`). Connects to nothing yet.

    `patient`: for commands that read or write a whole library; a single statement may take as long as it takes.
    Whatever is done with it raises DatabaseUnreachable, DatabaseBusy or DatabaseDamaged rather than the driver's fault.
    """
    parsed = make_url(url)
    engine = _sqlite_engine(url) if parsed.get_backend_name() == "sqlite" else _postgresql_engine(url, patient=patient)
    wire = Wire(engine)
    event.listen(engine, "handle_error", _tell)
    return Database(read=engine, write=engine.execution_options(kiosk_begin="IMMEDIATE"), wire=wire)


def migration_engine(url: str) -> Engine:
    """An engine for schema changes: one connection, and on SQLite no foreign keys while tables are rebuilt."""
    is_file = make_url(url).get_backend_name() == "sqlite"
    engine = _sqlite_engine(url, foreign_keys=False) if is_file else create_engine(url, poolclass=NullPool)
    event.listen(engine, "handle_error", _tell)
    return engine.execution_options(kiosk_begin="IMMEDIATE")


def _tell(context: ExceptionContext) -> Exception | None:
    fault = context.sqlalchemy_exception
    if not isinstance(fault, DBAPIError):
        return None
    return diagnosis.told(fault, disconnected=context.is_disconnect)


def _sqlite_engine(url: str, *, foreign_keys: bool = True) -> Engine:
    arguments: dict[str, object] = {"timeout": _BUSY_MS / 1000, "check_same_thread": False}
    if sys.version_info >= (3, 12):
        arguments["autocommit"] = sqlite3.LEGACY_TRANSACTION_CONTROL
    pool = {} if foreign_keys else {"poolclass": NullPool}
    engine = create_engine(url, connect_args=arguments, **pool)

    @event.listens_for(engine, "connect")
    def _prepare(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # the driver must not begin transactions of its own
        on = "ON" if foreign_keys else "OFF"
        for pragma in (f"busy_timeout={_BUSY_MS}", "journal_mode=WAL", "synchronous=FULL", f"foreign_keys={on}"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        if connection.get_execution_options().get("kiosk_begin") != "IMMEDIATE":
            connection.exec_driver_sql("BEGIN DEFERRED")
            return
        file = connection.connection.driver_connection
        assert isinstance(file, sqlite3.Connection)
        file.execute("PRAGMA busy_timeout=0")
        try:
            if not _got_its_turn(file):
                connection.exec_driver_sql("BEGIN IMMEDIATE")  # tells the fault
        finally:
            file.execute(f"PRAGMA busy_timeout={_BUSY_MS}")

    return engine


def _got_its_turn(file: sqlite3.Connection) -> bool:
    """Begin as a writer, asking often: SQLite itself asks ten times a second, and a busy terminal would win."""
    until = time.monotonic() + _BUSY_MS / 1000
    while time.monotonic() < until:
        try:
            file.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as fault:
            if "locked" not in str(fault):
                return False
        else:
            return True
        time.sleep(random.uniform(0.001, 0.006))
    return False


def _postgresql_engine(url: str, *, patient: bool) -> Engine:
    # Whatever waits ends: a lock before a member gives up, a statement before the visit does. A frozen terminal that
    # holds a lock must not freeze the others: its transaction is ended for it. A silent server is the wire's business.
    limits = {"lock_timeout": _LOCK_MS}
    if not patient:
        limits |= {"statement_timeout": _STATEMENT_MS, "idle_in_transaction_session_timeout": _IDLE_MS}
    options = " ".join(f"-c {name}={milliseconds}" for name, milliseconds in limits.items())
    given = make_url(url).query.get("options")
    return create_engine(
        url,
        pool_pre_ping=True,
        connect_args={
            "options": f"{given} {options}" if given else options,
            "connect_timeout": _CONNECT_SECONDS,
            "keepalives_idle": 5,
            "tcp_user_timeout": 3000,
            "application_name": "kiosk",
        },
    )
