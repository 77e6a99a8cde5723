"""Brings a database to the schema that this program knows, whole or not at all, and says how it stands."""

from __future__ import annotations

from enum import Enum

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DBAPIError

from store.database import file_of, migration_engine, open_database
from store.diagnosis import out_of_reach
from store.errors import DatabaseMismatch, DatabaseUnreachable
from store.policy.said import Said

HEAD = "0009"
"The newest step; a test compares it with the folder of steps. Known here so that a start need not load Alembic."

_ONE_AT_A_TIME = 7_302_011


class SchemaState(Enum):
    """How a database stands to this program."""

    EMPTY = "empty"
    CURRENT = "current"
    OLDER = "older"
    NEWER = "newer"


def schema_state(url: str) -> SchemaState:
    """Compare the database's version with this program's; a file that is not there is not made. DatabaseUnreachable."""
    path = file_of(url)
    if path is not None and not path.exists():
        if not path.parent.is_dir():
            told = Said("{folder}: no such folder", folder=path.parent)
            raise DatabaseUnreachable(told, Said("check the address of the database"))
        return SchemaState.EMPTY
    database = open_database(url)
    try:
        with database.read.connect() as connection:
            return _state(connection)
    except DBAPIError as fault:
        raise out_of_reach(fault) from fault
    finally:
        database.close()


def migrate(url: str, to: str = "head") -> SchemaState:
    """Run the steps that are missing in one transaction and give the state found before.

    `to`: the version to stop at, for a copy of an older library. Several processes may do this at once; one works, the
    others wait. Raises DatabaseMismatch for a database newer than this program, DatabaseUnreachable.
    """
    found = schema_state(url)
    if found is SchemaState.NEWER:
        raise DatabaseMismatch(Said("the database is newer than this program"), Said("install the newer program"))
    if found is SchemaState.EMPTY:
        _must_hold_every_letter(url)
    if found is not SchemaState.CURRENT:
        _upgrade(url, to)
    return found


def _must_hold_every_letter(url: str) -> None:
    database = open_database(url)
    try:
        with database.read.connect() as connection:
            encoding = "UTF8" if database.is_sqlite else connection.execute(text("SHOW server_encoding")).scalar_one()
    finally:
        database.close()
    if encoding != "UTF8":
        raise DatabaseMismatch(
            Said("the database's encoding is {encoding}", encoding=encoding),
            Said("make one with ENCODING 'UTF8' TEMPLATE template0"),
        )


def schema_version(connection: Connection) -> str | None:
    """The version that the database names; None if there is no library in it."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    version: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return version


def _state(connection: Connection) -> SchemaState:
    version = schema_version(connection)
    if version is None:
        return SchemaState.EMPTY
    if version == HEAD:
        return SchemaState.CURRENT
    return SchemaState.OLDER if version < HEAD else SchemaState.NEWER


def _upgrade(url: str, to: str) -> None:
    # 150 ms that a start with a current schema does not pay.
    from alembic import command
    from alembic.config import Config

    engine = migration_engine(url)
    config = Config()
    config.set_main_option("script_location", "store:migrations")
    try:
        with engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text(f"SELECT pg_advisory_xact_lock({_ONE_AT_A_TIME})"))
            config.attributes["connection"] = connection
            command.upgrade(config, to)
            if connection.dialect.name == "sqlite":
                _check_references(connection)
    except DBAPIError as fault:
        raise DatabaseMismatch(
            Said("a step failed, nothing was changed: {orig}", orig=fault.orig), Said("report this")
        ) from fault
    finally:
        engine.dispose()


def _check_references(connection: Connection) -> None:
    broken = connection.execute(text("PRAGMA foreign_key_check")).fetchall()
    if broken:
        raise DatabaseMismatch(
            Said("{n} rows refer to rows that are not there", n=len(broken)), Said("restore the last backup")
        )
