"""Backups: a whole library in one SQLite file, made while terminals work, read back before it counts; and the way back.

A backup is a library: any terminal could open it. From a server it is copied row by row in one snapshot.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from datetime import datetime
from pathlib import Path

from msgspec import Struct
from sqlalchemy import Connection, text
from sqlalchemy.engine import URL, make_url

from store.database import Database, open_database
from store.errors import DatabaseBusy, DatabaseDamaged, DatabaseMismatch, LibraryError, NotALibrary
from store.migrating import HEAD, SchemaState, migrate, schema_state, schema_version
from store.policy.said import Said, joined
from store.upkeep.copying import CopiedTable, Progress, compare, copy_library, copy_rows, silent, snapshot, tables_of
from store.upkeep.verifying import Violation, verify

_STAGE = "kiosk_restoring"
_STOP = Said("stop every terminal and timer that uses it, then try again")


class NotWhole(LibraryError):
    """What a backup holds breaks rules of a library."""


class Upgraded(Struct, frozen=True):
    """A library brought up to this program's version, and what the verifier found afterwards."""

    before: str
    after: str
    found: tuple[Violation, ...]


def back_up(url: str, target: Path, progress: Progress = silent) -> tuple[CopiedTable, ...]:
    """Write the library as it stands at one moment into a new file, mode 0600; read it back and compare.

    Raises NotALibrary if there is none or `target` exists, CopyDiffers, DatabaseDamaged. Then there is no file.
    """
    if schema_state(url) is SchemaState.EMPTY:
        raise NotALibrary(Said("there is no library in this database"), Said("check the address of the database"))
    if target.exists():
        raise NotALibrary(Said("{target} exists already", target=target), Said("name a new file"))
    with _draft(target) as draft:
        source = open_database(url, patient=True)
        try:
            with snapshot(source) as reading:
                written = _write(reading, draft, progress)
        finally:
            source.close()
        if (wrong := _wrong_with(draft)) is not None:
            raise DatabaseDamaged(
                Said("the library is damaged: {fault}", fault=wrong),
                Said("restore an earlier backup: `kiosk database restore`"),
            )
        draft.rename(target)
        _keep(target)
    return written


def restore(backup: Path, url: str, now: datetime, *, replace: bool = False, progress: Progress = silent) -> str:
    """Put a backup in the library's place and give where the former library is kept; empty if there was none.

    The backup is checked, and brought up to this program's version, before anything else is touched. Raises NotALibrary
    for a living library that must not be replaced or a file that is none, DatabaseBusy while somebody uses the library,
    DatabaseDamaged and NotWhole for a backup that is not whole: then nothing has changed.
    """
    address = make_url(url)
    is_file = address.get_backend_name() == "sqlite"
    living = Path(address.database or "").exists() if is_file else schema_state(url) is not SchemaState.EMPTY
    if living and not replace and _holds_a_library(url):
        raise NotALibrary(
            Said("there is a library in this database already"), Said("say --replace; the library is kept aside")
        )
    with ExitStack() as stack:
        # A folder of its own: another library may be restored on this machine at the same moment.
        folder = "" if is_file else stack.enter_context(tempfile.TemporaryDirectory(prefix="kiosk-restoring-"))
        target = Path(address.database or "") if is_file else Path(folder) / "library.db"
        draft = stack.enter_context(_draft(target))
        _copy_file(backup, draft)
        if (wrong := _wrong_with(draft)) is not None:
            raise DatabaseDamaged(Said("the backup is damaged: {fault}", fault=wrong), Said("name another backup"))
        _bring_up(draft)
        if is_file:
            return _put_file(draft, target, now) if living else _put_new_file(draft, target)
        if not living:
            copy_library(f"sqlite:///{draft}", url, progress)
            return ""
        return _swap_schema(draft, address, now, progress)


def upgrade(url: str, backup: Path, progress: Progress = silent) -> Upgraded | None:
    """Back an older library up, run the steps that are missing, and verify; None if it is of this version already.

    Raises what `back_up`, `migrate` and `verify` raise; once `backup` exists, it is whole.
    """
    if schema_state(url) is SchemaState.CURRENT:
        return None
    back_up(url, backup, progress)
    database = open_database(url, patient=True)
    try:
        with database.read.connect() as connection:
            before = schema_version(connection) or ""
        migrate(url)
        return Upgraded(before, HEAD, verify(database))
    finally:
        database.close()


def _write(reading: Connection, draft: Path, progress: Progress) -> tuple[CopiedTable, ...]:
    if reading.dialect.name == "sqlite":
        source = reading.connection.driver_connection
        assert isinstance(source, sqlite3.Connection)
        with closing(sqlite3.connect(draft)) as target:
            source.backup(
                target, pages=4096, progress=lambda _status, left, pages: progress("pages", pages - left, pages)
            )
        with _opened(draft) as database, database.read.connect() as written:
            return tuple(compare(reading, written, table) for table in tables_of(reading))
    migrate(f"sqlite:///{draft}", schema_version(reading) or "head")
    with _opened(draft) as database, database.write.begin() as writing:
        return copy_rows(reading, writing, progress)


def _bring_up(draft: Path) -> None:
    if migrate(f"sqlite:///{draft}") is SchemaState.EMPTY:
        raise NotALibrary(
            Said("there is no library in the backup"), Said("name a file that `kiosk database backup` has written")
        )
    with _opened(draft) as database:
        found = verify(database)
    if found:
        told = joined((Said("{rule}: {what}", rule=each.rule, what=each.what) for each in found[:3]), "; ")
        raise NotWhole(Said("the backup is not whole: {told}", told=told), Said("name another backup"))
    _settle(draft)


def _wrong_with(draft: Path) -> str | None:
    """What is wrong with the file as a file: a damaged page, a row that refers to nothing."""
    _settle(draft)
    try:
        with closing(sqlite3.connect(draft)) as connection:
            found = connection.execute("PRAGMA integrity_check").fetchone()[0]
            broken = connection.execute("PRAGMA foreign_key_check").fetchone()
    except sqlite3.DatabaseError as fault:
        return str(fault)
    if broken is not None:
        table, row, other, _key = broken
        return Said("row {row} of {table} refers to nothing in {other}", row=row, table=table, other=other)
    return None if found == "ok" else str(found)


def _settle(path: Path) -> None:
    """Everything in the one file, no log beside it. Raises DatabaseBusy if somebody uses it."""
    try:
        with closing(sqlite3.connect(path, timeout=1)) as connection:
            connection.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.OperationalError as fault:
        raise DatabaseBusy(Said("{path} is in use: {fault}", path=path, fault=fault), _STOP) from fault
    except sqlite3.DatabaseError as fault:
        raise DatabaseDamaged(
            Said("{path} is damaged: {fault}", path=path, fault=fault), Said("name another file")
        ) from fault


def _put_new_file(draft: Path, target: Path) -> str:
    draft.rename(target)
    _keep(target)
    return ""


def _put_file(draft: Path, target: Path, now: datetime) -> str:
    """There is a library at the place at every moment: the former one until the new one takes its name."""
    aside = target.with_name(f"{target.name}.before-restore-{now:%Y%m%dT%H%M%S}")
    with suppress(DatabaseDamaged):  # it may well be why it is replaced
        _settle(target)
    os.link(target, aside)
    for ending in ("-wal", "-shm", "-journal"):
        beside = target.with_name(target.name + ending)
        if beside.exists():
            beside.rename(aside.with_name(aside.name + ending))
    draft.rename(target)
    _keep(target)
    return str(aside)


def _swap_schema(draft: Path, address: URL, now: datetime, progress: Progress) -> str:
    """On a server the restored library is made beside the living one, then both change names at one moment."""
    plain = address.render_as_string(hide_password=False)
    staged = address.update_query_dict({"options": f"-csearch_path={_STAGE}"}).render_as_string(hide_password=False)
    aside = f"before_restore_{now:%Y%m%dt%H%M%S}"
    database = open_database(plain, patient=True)
    try:
        with database.write.begin() as connection:
            _must_be_alone(connection)
            connection.execute(text(f"DROP SCHEMA IF EXISTS {_STAGE} CASCADE"))
            connection.execute(text(f"CREATE SCHEMA {_STAGE}"))
        copy_library(f"sqlite:///{draft}", staged, progress)
        with database.write.begin() as connection:
            _must_be_alone(connection)
            living = connection.execute(text("SELECT current_schema()")).scalar_one()
            connection.execute(text(f"ALTER SCHEMA {living} RENAME TO {aside}"))
            connection.execute(text(f"ALTER SCHEMA {_STAGE} RENAME TO {living}"))
        return f"{address.database}, schema {aside}"
    finally:
        database.close()


def _must_be_alone(connection: Connection) -> None:
    others = connection.execute(
        text(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
            "AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
    ).scalar_one()
    if others:
        raise DatabaseBusy(Said("{others} programs use the library", others=others), _STOP)


def _holds_a_library(url: str) -> bool:
    """A file that can't be read may hold one: it is not replaced unasked."""
    try:
        return schema_state(url) is not SchemaState.EMPTY
    except LibraryError:
        return True


def _copy_file(backup: Path, draft: Path) -> None:
    if not backup.is_file():
        raise NotALibrary(
            Said("{backup} is no file", backup=backup), Said("name a file that `kiosk database backup` has written")
        )
    shutil.copyfile(backup, draft)
    log = backup.with_name(backup.name + "-wal")
    if log.exists():
        shutil.copyfile(log, draft.with_name(draft.name + "-wal"))
    with closing(sqlite3.connect(draft)) as connection:
        try:
            version = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        except sqlite3.DatabaseError as fault:
            if "malformed" in str(fault):
                raise DatabaseDamaged(
                    Said("the backup is damaged: {fault}", fault=fault), Said("name another backup")
                ) from fault
            version = None
    if version is None:
        raise NotALibrary(
            Said("{backup} holds no library", backup=backup),
            Said("name a file that `kiosk database backup` has written"),
        )
    if version[0] > HEAD:
        raise DatabaseMismatch(Said("the backup is newer than this program"), Said("install the newer program"))


@contextmanager
def _opened(path: Path) -> Iterator[Database]:
    database = open_database(f"sqlite:///{path}", patient=True)
    try:
        yield database
    finally:
        database.close()


@contextmanager
def _draft(target: Path) -> Iterator[Path]:
    """A private file beside the target that bears its name only when it is whole; nothing of it stays otherwise."""
    if not target.absolute().parent.is_dir():
        raise NotALibrary(Said("{folder}: no such folder", folder=target.parent), Said("name a folder that is there"))
    draft = target.with_name(f"{target.name}.part")
    _remove(draft)
    os.close(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    try:
        yield draft
    finally:
        _remove(draft)


def _remove(draft: Path) -> None:
    for ending in ("", "-wal", "-shm", "-journal"):
        draft.with_name(draft.name + ending).unlink(missing_ok=True)


def _keep(path: Path) -> None:
    """On the disk, and its name, too."""
    for each in (path, path.absolute().parent):
        descriptor = os.open(each, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
