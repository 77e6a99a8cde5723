"""Who can write the database can rewrite the past, but not unseen."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace
from sqlalchemy import text

from store import audit, rows
from store.act import At
from store.circulation import checkouts
from store.jobs.running import run_due
from store.library import Library
from store.opening import open_library
from store.upkeep.verifying import verify
from tests.store.worlds import NOW, library, settings

DAY = timedelta(days=1)
CHAINS = ("kiosk-1", "kiosk-2")


def _lived(url: str, barcode: str = "S00001") -> Library:
    """A library with the audit of two terminals, and the nightly record of a third process."""
    library(url, {"ali": {"category": "undergraduate"}}, {"one": {"type": "book"}})[0].close()
    for chain in CHAINS:
        made = open_library(replace(settings(url), terminal=chain), NOW)
        for _ in range(3):
            checkouts.checkout(made, 1, barcode, NOW, At(chain))
        made.close()
    made = open_library(replace(settings(url), terminal="jobs"), NOW)
    run_due(made, NOW + DAY, At("jobs"))
    return made


def _found(made: Library, *damage: str) -> set[str]:
    with made.database.write.begin() as connection:
        if made.database.is_sqlite:
            for trigger in ("audit_entry_no_update", "audit_entry_no_delete"):
                connection.execute(text(f"DROP TRIGGER {trigger}"))
        else:
            connection.execute(text("ALTER TABLE audit_entry DISABLE TRIGGER USER"))
        for statement in damage:
            connection.execute(text(statement))
    found = {violation.rule for violation in verify(made.database)}
    made.close()
    return found


def test_the_audit_is_only_added_to(database_url: str) -> None:
    """The database itself refuses to change or remove an entry."""
    made = _lived(database_url)
    for statement in ("UPDATE audit_entry SET act = 'x' WHERE seq = 1", "DELETE FROM audit_entry WHERE seq = 3"):
        with pytest.raises(Exception, match="audit"), made.database.write.begin() as connection:
            connection.execute(text(statement))
    assert verify(made.database) == ()
    made.close()


LAST = "SELECT max(seq) FROM audit_entry WHERE chain = 'kiosk-1'"
DAMAGE = {
    "an entry is changed": (
        "UPDATE audit_entry SET act = 'x' WHERE chain = 'kiosk-1' AND seq = 2", "no audit entry was changed",
    ),
    "an entry is removed": (
        "DELETE FROM audit_entry WHERE chain = 'kiosk-1' AND seq = 2", "no audit entry is missing",
    ),
    "the end is cut off": (
        f"DELETE FROM audit_entry WHERE chain = 'kiosk-1' AND seq = ({LAST})", "no end of an audit chain is missing",
    ),
    "a whole chain is removed": (
        "DELETE FROM audit_entry WHERE chain = 'kiosk-2'", "no end of an audit chain is missing",
    ),
}  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGE)
def test_whoever_rewrites_the_audit_is_found_out(sqlite_url: str, damage: str) -> None:
    """Changed, removed, cut off, a chain and all: with the triggers out of the way, by the hashes and the records."""
    statement, rule = DAMAGE[damage]
    assert rule in _found(_lived(sqlite_url), statement)


def test_a_chain_that_was_reckoned_anew_is_found_out(sqlite_url: str) -> None:
    """Who knows how hashes are made can make the chain whole again, but the record of its last entry is another's."""
    made = _lived(sqlite_url)
    entry = rows.audit_entry
    with made.database.read.connect() as connection:
        last = dict(
            connection.execute(entry.select().where(entry.c.chain == "kiosk-1").order_by(entry.c.seq.desc()))
            .mappings()
            .first()
            or {}
        )
    forged = audit.digest({**last, "act": "sign_in"})
    found = _found(
        made,
        f"UPDATE audit_entry SET act = 'sign_in', hash = '{forged}' WHERE chain = 'kiosk-1' AND seq = {last['seq']}",
    )
    assert found == {"no audit entry was changed since it was recorded"}


def test_the_heads_are_recorded_once_a_night_and_only_if_something_happened(sqlite_url: str) -> None:
    """However long nobody ran the jobs."""
    made = _lived(sqlite_url, "unknown")
    entry = rows.audit_entry
    statement = entry.select().where(entry.c.act == audit.HEADS)

    def recorded() -> int:
        with made.database.read.connect() as connection:
            return len(connection.execute(statement).all())

    assert recorded() == 1
    run_due(made, NOW + 30 * DAY, At("jobs"))
    assert recorded() == 1
    checkouts.checkout(made, 1, "unknown", NOW + 30 * DAY, At("jobs"))
    run_due(made, NOW + 60 * DAY, At("jobs"))
    assert recorded() == 2
    assert verify(made.database) == ()
    made.close()


def test_each_terminal_and_process_has_a_chain_of_its_own(database_url: str) -> None:
    """So that none waits for another, and none can write over another's."""
    made = _lived(database_url)
    with made.database.read.connect() as connection:
        chains = connection.execute(text("SELECT DISTINCT chain FROM audit_entry ORDER BY chain")).scalars().all()
    assert [chain for chain in chains if chain != "test"] == ["jobs", *CHAINS]
    assert verify(made.database) == ()
    made.close()
