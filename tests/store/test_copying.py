"""Moving a library: SQLite to PostgreSQL and back, whole or not at all."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import Session

from store import audit
from store.act import At
from store.database import open_database
from store.errors import NotALibrary
from store.migrating import migrate
from store.tables import Copy, Member, Title
from store.upkeep.copying import copy_library
from store.upkeep.verifying import verify

NOW = datetime(2026, 3, 2, 7, 0, 0, 123456, tzinfo=UTC)


def _fill(url: str) -> None:
    database = open_database(url)
    with Session(database.write) as session:
        session.add(Member(id=7, number="1", surname="Şahin", given_name="Ilgın", category="faculty", joined_at=NOW))
        session.add(Title(id=5, title="İnce Memed", in_print=True, added_at=NOW))
        session.flush()
        session.add_all(
            Copy(barcode=f"B{number}", title_id=5, item_type="book", branch="main", received_at=NOW)
            for number in range(2500)
        )
        entry = audit.Entry("import", "done", NOW, At("t"), None, None, (("a", None),), {"ğ": [1, None]})
        connection = session.connection()
        audit.write(connection, "t", audit.last(connection, "t"), entry)
        session.commit()
    database.close()


def test_there_and_back_changes_nothing(sqlite_url: str, pg_url: str, tmp_path: Path) -> None:
    """Every row arrives on PostgreSQL and comes back to SQLite with the same checksums; the audit chain holds."""
    _fill(sqlite_url)
    there = copy_library(sqlite_url, pg_url)
    back = f"sqlite:///{tmp_path / 'back.db'}"
    assert copy_library(pg_url, back) == there
    assert {copied.name: copied.rows for copied in there if copied.rows} == {
        "member": 1,
        "title": 1,
        "copy": 2500,
        "audit_entry": 1,
    }
    database = open_database(back)
    assert verify(database) == ()
    database.close()


def test_numbering_goes_on_after_the_highest(sqlite_url: str, pg_url: str) -> None:
    """The next title on PostgreSQL does not collide with one that was copied."""
    _fill(sqlite_url)
    copy_library(sqlite_url, pg_url)
    database = open_database(pg_url)
    with Session(database.write) as session:
        title = Title(title="Tutunamayanlar", added_at=NOW)
        session.add(title)
        session.commit()
        assert title.id == 6
    database.close()


def test_a_library_is_never_copied_over_another(sqlite_url: str, pg_url: str) -> None:
    """The target keeps what it had."""
    _fill(sqlite_url)
    copy_library(sqlite_url, pg_url)
    with pytest.raises(NotALibrary, match="rows in"):
        copy_library(sqlite_url, pg_url)
    database = open_database(pg_url)
    with database.read.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM copy")).scalar() == 2500
    database.close()


def test_an_empty_file_is_no_library(tmp_path: Path) -> None:
    """A mistyped source is named, and nothing is written."""
    target = tmp_path / "target.db"
    with pytest.raises(NotALibrary):
        copy_library(f"sqlite:///{tmp_path / 'mistyped.db'}", f"sqlite:///{target}")
    assert not target.exists()


def test_an_old_schema_is_not_copied(sqlite_url: str, tmp_path: Path) -> None:
    """Upgrade first, then copy."""
    migrate(sqlite_url)
    database = open_database(sqlite_url)
    with database.write.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    database.close()
    with pytest.raises(NotALibrary):
        copy_library(sqlite_url, f"sqlite:///{tmp_path / 'target.db'}")
