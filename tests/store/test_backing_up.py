"""Backups: online, read back, on both databases; and the way back, over a living library only when that is said."""

from __future__ import annotations

import sqlite3
import stat
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from kiosk.commands import run
from screens import words
from store.act import At
from store.circulation import checkouts, returns
from store.database import open_database
from store.errors import DatabaseBusy, DatabaseDamaged, DatabaseMismatch, LibraryError, NotALibrary
from store.library import Library
from store.migrating import HEAD, SchemaState, migrate, schema_state
from store.upkeep import backing_up
from store.upkeep.backing_up import NotWhole, back_up, restore, upgrade
from store.upkeep.copying import copy_library
from store.upkeep.verifying import verify
from tests import postgresql
from tests.conftest import POSTGRESQL_AT_LENGTH
from tests.store.worlds import NOW, library

AT = At("test", visit="v")
Told = pytest.CaptureFixture[str]


@pytest.fixture
def lent(database_url: str) -> Iterator[tuple[Library, str, int]]:
    """A library with a loan, its address, and the borrower."""
    opened, world = library(
        database_url, {"m": {"category": "undergraduate"}}, {"b": {"type": "book"}, "c": {"type": "book"}}
    )
    checkouts.checkout(opened, world.members["m"], world.items["b"], NOW, AT)
    opened.close()
    yield opened, database_url, world.members["m"]
    opened.close()


def _count(url: str, sql: str) -> int:
    database = open_database(url)
    with database.read.connect() as connection:
        found = int(connection.execute(text(sql)).scalar_one())
    database.close()
    return found


def _barcode(opened: Library, state: str) -> str:
    with opened.database.read.connect() as connection:
        found = str(connection.execute(text(f"SELECT barcode FROM copy WHERE state = '{state}'")).scalar_one())
    return found


def test_there_and_back(lent: tuple[Library, str, int], tmp_path: Path) -> None:
    """A backup, private and whole; then a return; restored, the loan is open again and the former library kept."""
    opened, url, _member = lent
    saved = tmp_path / "saved.db"
    written = back_up(url, saved)
    assert {table.name: table.rows for table in written}["loan"] == 1
    assert stat.S_IMODE(saved.stat().st_mode) == 0o600
    assert sorted(each.name for each in tmp_path.iterdir() if each.name.startswith("saved")) == ["saved.db"]
    with pytest.raises(NotALibrary, match="exists"):
        back_up(url, saved)
    returns.checkin(opened, _barcode(opened, "on_loan"), NOW + timedelta(hours=1), AT)
    opened.close()
    with pytest.raises(NotALibrary, match="already"):
        restore(saved, url, NOW)
    aside = restore(saved, url, NOW, replace=True)
    assert _count(url, "SELECT count(*) FROM loan WHERE closed_at IS NULL") == 1
    assert _count(url, "SELECT count(*) FROM audit_entry WHERE act = 'checkin'") == 0
    if url.startswith("sqlite"):
        assert _count(f"sqlite:///{aside}", "SELECT count(*) FROM audit_entry WHERE act = 'checkin'") == 1
    else:
        schema = aside.rpartition(" ")[2]
        assert _count(url, f"SELECT count(*) FROM {schema}.audit_entry WHERE act = 'checkin'") == 1
    database = open_database(url)
    assert verify(database) == ()
    database.close()
    returns.checkin(opened, _barcode(opened, "on_loan"), NOW + timedelta(hours=2), AT)
    assert _count(url, "SELECT count(*) FROM loan WHERE closed_at IS NULL") == 0


def test_two_libraries_restored_at_once_do_not_meet(
    lent: tuple[Library, str, int],
    sqlite_template: Path,
    pg_server: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """On one machine, to two servers: while one backup is looked through, another library is restored from its own."""
    opened, url, _member = lent
    opened.close()
    back_up(url, tmp_path / "saved.db")
    real, waiting = backing_up._bring_up, [sqlite_template]

    def meanwhile(draft: Path) -> None:
        if waiting:
            restore(waiting.pop(), other_url, NOW)
        real(draft)

    monkeypatch.setattr(backing_up, "_bring_up", meanwhile)
    with postgresql.database(pg_server) as other_url:
        restore(tmp_path / "saved.db", url, NOW, replace=True)
    assert waiting == []
    assert _count(url, "SELECT count(*) FROM loan") == 1


@POSTGRESQL_AT_LENGTH
def test_it_is_one_moment_while_terminals_work(lent: tuple[Library, str, int], tmp_path: Path) -> None:
    """Loans and returns go on during the backup; what it holds is whole, audit and all."""
    opened, url, member = lent
    free, stop = _barcode(opened, "on_shelf"), threading.Event()

    def work() -> None:
        moment = NOW
        while not stop.is_set():
            moment += timedelta(minutes=1)
            checkouts.checkout(opened, member, free, moment, AT)
            returns.checkin(opened, free, moment, AT)

    worker = threading.Thread(target=work)
    worker.start()
    try:
        for number in range(2):
            back_up(url, tmp_path / f"saved{number}.db")
    finally:
        stop.set()
        worker.join()
    for number in range(2):
        database = open_database(f"sqlite:///{tmp_path / f'saved{number}.db'}")
        assert verify(database) == ()
        database.close()


@POSTGRESQL_AT_LENGTH
def test_a_library_in_use_is_not_replaced(lent: tuple[Library, str, int], tmp_path: Path) -> None:
    """A terminal that runs would write into the library that was put aside."""
    opened, url, _member = lent
    back_up(url, tmp_path / "saved.db")
    with opened.database.read.connect() as terminal:
        terminal.execute(text("SELECT count(*) FROM copy"))
        with pytest.raises(DatabaseBusy) as refused:
            restore(tmp_path / "saved.db", url, NOW, replace=True)
    assert "stop every terminal" in refused.value.remedy
    assert _count(url, "SELECT count(*) FROM loan") == 1


def _damaged(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2 : len(content) // 2 + 3000] = b"\xff" * 3000
    path.write_bytes(bytes(content))


def _tampered(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE copy SET state = 'on_shelf'")


def _newer(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")


def _other(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE x (y)")


def _text(path: Path) -> None:
    path.write_text("no database", "utf-8")


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        (_damaged, DatabaseDamaged),
        (_tampered, NotWhole),
        (_newer, DatabaseMismatch),
        (_other, NotALibrary),
        (_text, NotALibrary),
        (Path.unlink, NotALibrary),
    ],
)
def test_a_bad_backup_changes_nothing(
    sqlite_url: str, tmp_path: Path, spoil: object, fault: type[LibraryError]
) -> None:
    """It is looked through before the living library is touched, and named for what it is."""
    opened, world = library(sqlite_url, {"m": {"category": "undergraduate"}}, {"b": {"type": "book"}})
    checkouts.checkout(opened, world.members["m"], world.items["b"], NOW, AT)
    opened.close()
    saved = tmp_path / "saved.db"
    back_up(sqlite_url, saved)
    spoil(saved)  # type: ignore[operator]
    before = sorted(each.name for each in tmp_path.iterdir())
    with pytest.raises(fault):
        restore(saved, sqlite_url, NOW, replace=True)
    assert sorted(each.name for each in tmp_path.iterdir() if not each.name.endswith(("-wal", "-shm"))) == before
    assert _count(sqlite_url, "SELECT count(*) FROM loan") == 1


def test_a_damaged_library_is_replaced_and_kept(sqlite_url: str, tmp_path: Path) -> None:
    """That is what backups are for."""
    opened, _world = library(sqlite_url, {"m": {"category": "undergraduate"}}, {"b": {"type": "book"}})
    opened.close()
    saved = tmp_path / "saved.db"
    back_up(sqlite_url, saved)
    _damaged(tmp_path / "library.db")
    with pytest.raises(NotALibrary):
        restore(saved, sqlite_url, NOW)
    aside = restore(saved, sqlite_url, NOW, replace=True)
    assert Path(aside).exists()
    assert _count(sqlite_url, "SELECT count(*) FROM copy") == 1


@pytest.fixture(params=["sqlite", "postgresql"])
def older_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A library of the first version, with a title."""
    if request.param == "sqlite":
        yield _older(f"sqlite:///{tmp_path / 'library.db'}")
    else:
        with postgresql.database(request.getfixturevalue("pg_server")) as url:
            yield _older(url)


def _older(url: str) -> str:
    migrate(url, "0001")
    database = open_database(url)
    with database.write.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO title (title, title_fold, words_fold, author, publisher, isbn, language, subjects,"
                " shelf_mark, electronic_access, added_at)"
                " VALUES ('Aşk', 'ask', '', '', '', '', 'tr', '', '', :no, :now)"
            ),
            {"now": "2026-03-02T10:00:00.000000Z", "no": False},
        )
    database.close()
    return url


def test_an_older_library_is_backed_up_then_brought_up(older_url: str, tmp_path: Path) -> None:
    """The backup holds the old version, whole; the library has the new one and its title."""
    saved = tmp_path / "saved.db"
    done = upgrade(older_url, saved)
    assert done is not None and (done.before, done.after, done.found) == ("0001", HEAD, ())
    assert _count(older_url, "SELECT count(*) FROM title") == 1
    with closing(sqlite3.connect(saved)) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == ("0001",)
        assert connection.execute("SELECT title FROM title").fetchone() == ("Aşk",)
    assert upgrade(older_url, tmp_path / "second.db") is None
    assert not (tmp_path / "second.db").exists()
    assert restore(saved, older_url, NOW, replace=True)
    assert schema_state(older_url) is SchemaState.CURRENT


def test_a_failed_upgrade_tells_where_the_backup_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Told
) -> None:
    """A step that fails leaves the old version; status 2, a sentence, the backup's place."""
    monkeypatch.setenv("LANG", "C.UTF-8")
    url = _older(f"sqlite:///{tmp_path / 'library.db'}")
    with closing(sqlite3.connect(tmp_path / "library.db")) as connection, connection:
        connection.execute("CREATE TABLE search_term (x)")  # in the way of a step
    (tmp_path / "kiosk.toml").write_text(f'[library]\ndatabase = "{url}"\n', "utf-8")
    monkeypatch.chdir(tmp_path)
    assert run(["database", "upgrade", "--backup", "before.db"]) == 2
    told = capsys.readouterr().err
    assert "before.db" in told and "Traceback" not in told
    assert schema_state(url) is SchemaState.OLDER
    words.use("tr")


def test_the_commands(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Told) -> None:
    """As an administrator gives them: a backup into a folder, a refusal, a restore, an upgrade with nothing to do."""
    library(sqlite_url, {"m": {"category": "undergraduate"}}, {"b": {"type": "book"}})[0].close()
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.delenv("KIOSK_DATABASE", raising=False)
    (tmp_path / "saved").mkdir()
    (tmp_path / "kiosk.toml").write_text(f'[library]\ndatabase = "{sqlite_url}"\n', "utf-8")
    monkeypatch.chdir(tmp_path)
    assert run(["database", "backup", "saved"]) == 0
    (saved,) = (tmp_path / "saved").iterdir()
    assert saved.name in capsys.readouterr().out
    assert run(["database", "restore", str(saved)]) == 2
    assert "--replace" in capsys.readouterr().err
    assert run(["database", "restore", str(saved), "--replace"]) == 0
    assert "before" in capsys.readouterr().out
    assert run(["database", "upgrade"]) == 0
    assert "nothing to do" in capsys.readouterr().out
    assert run(["database", "verify"]) == 0
    words.use("tr")


def test_an_interrupted_copy_leaves_nothing(sqlite_url: str, pg_url: str) -> None:
    """Stopped in the middle, the target is as empty as before; the next copy succeeds."""
    opened, _world = library(sqlite_url, {"m": {"category": "undergraduate"}}, {"b": {"type": "book"}})
    opened.close()

    def stop(table: str, _done: int, _all: int) -> None:
        if table == "copy":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        copy_library(sqlite_url, pg_url, stop)
    assert _count(pg_url, "SELECT count(*) FROM title") == 0
    assert copy_library(sqlite_url, pg_url)
