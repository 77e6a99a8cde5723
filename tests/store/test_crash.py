"""Killed at any moment, without room, unwritable, damaged: the library is whole, or what is not is named."""

from __future__ import annotations

import multiprocessing
import os
import resource
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from kiosk.commands.doctor import check_clock, check_database
from kiosk.config import Config, FaultsTable, LibraryTable
from screens import words
from store.act import At
from store.circulation import checkouts, returns
from store.database import open_database
from store.errors import ClockWrong, DatabaseDamaged, DatabaseUnreachable
from store.library import Library
from store.migrating import migrate
from store.opening import open_library
from store.upkeep.clocks import check_clock as compare_clock
from store.upkeep.verifying import verify
from tests import postgresql
from tests.crash import Crashes, make, settings
from tests.store.worlds import NOW, library

AT = At("t")


def _doctor(url: str, folder: Path) -> list[str]:
    config = Config(library=LibraryTable(database=url), faults=FaultsTable(state_folder=str(folder)))
    return [found.what for check in (check_database, check_clock) for found in check(config) if found.kind == "bad"]


def _is_whole(url: str, folder: Path) -> bool:
    database = open_database(url)
    found = verify(database)
    database.close()
    return found == () and _doctor(url, folder) == []


# ------------------------------------------------------------------------------------------------------ killed


def _run(url: str, folder: Path, seed: int, rounds: int, server: postgresql.Server | None = None) -> Crashes:
    make(url)
    crashes = Crashes(url, folder, seed)
    for number in range(1, rounds + 1):
        if server is not None and number % 10 == 5:
            crashes.round(server.kill if number % 20 == 5 else server.stop, server.start)
        else:
            crashes.round()
        assert _doctor(url, folder) == []
    return crashes


def test_killed_at_a_random_moment(database_url: str, tmp_path: Path) -> None:
    """A slice of the long run: two terminals at work, killed."""
    crashes = _run(database_url, tmp_path, 7, 1)
    assert crashes.acts > 0


@pytest.mark.reliability
@pytest.mark.parametrize("seed", range(5))
def test_killed_at_500_random_moments_on_sqlite(sqlite_url: str, tmp_path: Path, seed: int) -> None:
    """Five libraries, 50 rounds each, two terminals killed in each round."""
    _report("sqlite", _run(sqlite_url, tmp_path, seed, 50))


@pytest.mark.reliability
@pytest.mark.parametrize("seed", range(5))
def test_killed_at_500_random_moments_on_postgresql(tmp_path: Path, seed: int) -> None:
    """The same on a durable server that is killed itself in every twentieth round, and stopped in as many."""
    with postgresql.own_server() as server, postgresql.database(server.url) as url:
        migrate(url)
        _report("postgresql", _run(url, tmp_path, seed, 55, server))


def _report(name: str, crashes: Crashes) -> None:
    print(f"{name}: {crashes.rounds} rounds of two terminals, {crashes.acts} acts, {crashes.untold} untold")


# --------------------------------------------------------------------------------- no room, no right, no sense


def _books(url: str, count: int = 40) -> list[str]:
    opened, world = library(
        url, {"m": {"category": "undergraduate"}}, {f"b{n}": {"type": "book"} for n in range(count)}
    )
    opened.close()
    return list(world.items.values())


def _lend_until_away(opened: Library, books: list[str], most: int) -> int:
    """Lend and take back, over and over; how many acts were confirmed before the library could not be written."""
    done = 0
    for number in range(most):
        book, moment = books[number % len(books)], NOW + timedelta(minutes=number)
        try:
            checkouts.checkout(opened, 1, book, moment, AT)
            done += 1
            returns.checkin(opened, book, moment, AT)
            done += 1
        except DatabaseUnreachable:
            return done
    raise AssertionError(f"it could still be written after {done} acts")


def _on_a_full_disk(url: str, books: list[str], limit: int) -> None:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    opened = open_library(settings(url, "t"), NOW)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    done = _lend_until_away(opened, books, 2000)
    os._exit(done % 256)


def _confirmed(url: str) -> int:
    database = open_database(url)
    with database.read.connect() as connection:
        found = connection.exec_driver_sql("SELECT count(*) FROM audit_entry WHERE chain = 't'").scalar_one()
    database.close()
    return int(found)


def test_a_full_disk_on_sqlite(sqlite_url: str, tmp_path: Path) -> None:
    """The file may grow no more: the act is refused as an outage; what was confirmed stands; with room it goes on."""
    books = _books(sqlite_url)
    context = multiprocessing.get_context("forkserver")
    limit = (tmp_path / "library.db").stat().st_size + 100_000
    process = context.Process(target=_on_a_full_disk, args=(sqlite_url, books, limit))
    process.start()
    process.join()
    assert process.exitcode is not None and process.exitcode >= 0
    assert process.exitcode == _confirmed(sqlite_url) % 256 and _confirmed(sqlite_url) > 0
    assert _is_whole(sqlite_url, tmp_path)
    opened = open_library(settings(sqlite_url, "t"), NOW)
    returns.checkin(opened, books[0], NOW + timedelta(days=9), AT)
    opened.close()


def test_a_server_that_may_not_write(pg_url: str, tmp_path: Path) -> None:
    """As on a full disk, or after a fail-over to a copy that is read only: an outage, nothing done; then it goes on."""
    books = _books(pg_url, 2)
    with psycopg.connect(pg_url.replace("+psycopg", ""), autocommit=True) as admin:
        admin.execute("ALTER ROLE kiosk SET default_transaction_read_only = on")
        try:
            opened = open_library(settings(pg_url, "t"), NOW)
            assert _lend_until_away(opened, books, 2) == 0
            opened.close()
        finally:
            admin.execute("SET default_transaction_read_only = off")
            admin.execute("ALTER ROLE kiosk RESET default_transaction_read_only")
    assert _confirmed(pg_url) == 0
    assert _is_whole(pg_url, tmp_path)


@contextmanager
def _read_only(folder: Path) -> Iterator[None]:
    """The folder as a file system that can't be written."""
    if os.geteuid() == 0:  # to whom a mode means nothing
        if subprocess.run(["mount", "--bind", folder, folder], capture_output=True, check=False).returncode:
            pytest.skip("this machine lets root mount nothing")
        subprocess.run(["mount", "-o", "remount,ro,bind", folder], check=True)
        try:
            yield
        finally:
            subprocess.run(["umount", folder], check=True)
        return
    modes = {path: path.stat().st_mode for path in (folder, *folder.iterdir())}
    try:
        for path, mode in modes.items():
            path.chmod(mode & 0o555)
        yield
    finally:
        for path, mode in modes.items():
            path.chmod(mode)


def test_a_file_system_that_is_read_only(sqlite_url: str, tmp_path: Path) -> None:
    """Nothing is lent, the doctor says that it can't be reached or written; writable again, it is whole."""
    books = _books(sqlite_url, 2)
    with _read_only(tmp_path):
        with pytest.raises(DatabaseUnreachable):
            checkouts.checkout(open_library(settings(sqlite_url, "t"), NOW), 1, books[0], NOW, AT)
        assert _doctor(sqlite_url, tmp_path)
    assert _confirmed(sqlite_url) == 0
    assert _is_whole(sqlite_url, tmp_path)


def test_a_damaged_page_is_named(sqlite_url: str, tmp_path: Path) -> None:
    """A terminal that meets it tells an outage; doctor and verify name the damage."""
    books = _books(sqlite_url, 300)
    file = tmp_path / "library.db"
    content = bytearray(file.read_bytes())
    for page in range(8, len(content) // 4096):
        content[page * 4096 : page * 4096 + 64] = b"\xff" * 64
    file.write_bytes(bytes(content))
    with pytest.raises(DatabaseDamaged) as fault:
        checkouts.checkout(open_library(settings(sqlite_url, "t"), NOW), 1, books[150], NOW, AT)
    assert "restore" in fault.value.remedy
    words.use("en")
    assert "damaged" in " ".join(_doctor(sqlite_url, tmp_path))
    words.use("tr")
    database = open_database(sqlite_url)
    assert "the database file is sound" in {found.rule for found in verify(database)}
    database.close()


def test_a_clock_that_can_not_be_trusted(database_url: str) -> None:
    """More than two minutes before the last audit entry, or off the server's clock: refused; a minute is forgiven."""
    books, now = _books(database_url, 2), datetime.now(UTC)
    opened = open_library(settings(database_url, "t"), now)
    checkouts.checkout(opened, 1, books[0], now, AT)
    compare_clock(opened.database, now - timedelta(minutes=1))
    with pytest.raises(ClockWrong):
        compare_clock(opened.database, now - timedelta(minutes=3))
    if not opened.database.is_sqlite:
        with pytest.raises(ClockWrong, match="server"):
            compare_clock(opened.database, now + timedelta(minutes=3))
    opened.close()


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A file system of 200 MB; skipped where nobody may mount one."""
    folder = Path(tempfile.mkdtemp(prefix="kiosk-small-"))
    mount = ["mount", "-t", "tmpfs", "-o", "size=200m,mode=755", "tmpfs", str(folder)]
    if os.geteuid() or subprocess.run(mount, capture_output=True, check=False).returncode:
        folder.rmdir()
        pytest.skip("this machine lets nobody mount anything")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)
    folder.rmdir()


@pytest.mark.reliability
def test_a_full_disk_under_postgresql(small_disk: Path, tmp_path: Path) -> None:
    """Its data on a small file system that is filled: an outage, or the server gives up; with room it is whole."""
    with postgresql.own_server(folder=small_disk) as server, postgresql.database(server.url) as url:
        migrate(url)
        books = _books(url)
        opened, filler = open_library(settings(url, "t"), NOW), small_disk / "filler"
        with filler.open("wb", buffering=0) as file, suppress(OSError):
            while file.write(b"\0" * 65536):
                pass
        done = _lend_until_away(opened, books, 200_000)
        opened.close()
        filler.unlink()
        server.end()
        server.start()
        assert done <= _confirmed(url) <= done + 1
        assert _is_whole(url, tmp_path)
        print(f"full disk under PostgreSQL: {done} acts confirmed before")
