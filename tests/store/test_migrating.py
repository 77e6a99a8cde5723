"""The schema: the steps give exactly the tables, whole or not at all, and what must never change can't be changed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import SQLModel

import store.tables  # noqa: F401 - registers the tables
from store.database import open_database
from store.errors import DatabaseMismatch, DatabaseUnreachable
from store.migrating import HEAD, SchemaState, migrate, schema_state
from store.migrations.objects import is_ours
from tests import postgresql

ENTRY = (
    "INSERT INTO audit_entry (chain, seq, at, act, outcome, channel, terminal, reasons, detail, hash_before, hash) "
    "VALUES ('t', 1, '2026-03-02T10:00:00.000000Z', 'checkout', 'done', 'kiosk', 't', '[]', '{}', '0', '1')"
)


def test_the_program_knows_the_newest_step() -> None:
    """A start compares with HEAD without loading Alembic, so HEAD must be true."""
    config = Config()
    config.set_main_option("script_location", "store:migrations")
    assert ScriptDirectory.from_config(config).get_current_head() == HEAD


def test_steps_give_exactly_the_tables(database_url: str) -> None:
    """Models and migrations never drift apart, on either database."""
    database = open_database(database_url)
    with database.read.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": is_ours})
        assert compare_metadata(context, SQLModel.metadata) == []
    database.close()


def test_every_sqlite_table_is_strict(sqlite_url: str) -> None:
    """SQLite refuses a word where a number belongs."""
    database = open_database(sqlite_url)
    with database.read.connect() as connection:
        rows = connection.execute(text("SELECT name, strict FROM pragma_table_list WHERE schema = 'main'")).all()
    database.close()
    ours = set(SQLModel.metadata.tables)
    assert {row.name for row in rows if row.strict} >= ours


@pytest.mark.parametrize("act", ["UPDATE audit_entry SET act = 'x'", "DELETE FROM audit_entry"])
def test_the_audit_can_only_grow(database_url: str, act: str) -> None:
    """The database itself refuses to change or remove an audit entry."""
    database = open_database(database_url)
    with database.write.begin() as connection:
        connection.execute(text(ENTRY))
    with pytest.raises(DBAPIError, match="append-only"), database.write.begin() as connection:
        connection.execute(text(act))
    database.close()


def test_several_starts_at_once_make_one_schema(tmp_path: Path, pg_server: str) -> None:
    """Terminals that start together on an empty database don't trip over each other."""
    with postgresql.database(pg_server) as pg_url:
        for url in (f"sqlite:///{tmp_path / 'new.db'}", pg_url):
            with ThreadPoolExecutor(4) as pool:
                list(pool.map(migrate, [url] * 4))
            assert schema_state(url) is SchemaState.CURRENT


def test_a_newer_database_is_refused(database_url: str) -> None:
    """An old program never touches a library that a newer one has changed."""
    database = open_database(database_url)
    with database.write.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    database.close()
    with pytest.raises(DatabaseMismatch, match="newer"):
        migrate(database_url)


def test_an_absent_server_is_said_so(tmp_path: Path) -> None:
    """Nothing listens there: one clear fault, no traceback of the driver."""
    with pytest.raises(DatabaseUnreachable):
        schema_state(f"postgresql+psycopg://kiosk@/kiosk?host={tmp_path}")
