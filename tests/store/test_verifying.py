"""The verifier: silent about a sound library, and loud about each thing that must never be."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import insert, text, update
from sqlmodel import Session

from store import audit
from store.act import At
from store.database import open_database
from store.tables import Copy, Hold, HoldTarget, Loan, Member, Title
from store.upkeep.verifying import verify

NOW = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)
LOAN = {
    "id": 1, "copy_id": 1, "member_id": 1, "category": "undergraduate", "item_type": "book", "branch": "main",
    "lent_at": NOW, "period_start": NOW, "due_at": NOW, "policy_version": "1",
}  # fmt: skip
ON_LOAN = "a copy is on loan exactly if it has an open loan that is not lost"
HASHED = "no audit entry was changed"


def _found(url: str) -> list[tuple[str, str]]:
    database = open_database(url)
    try:
        return [(found.rule, found.what) for found in verify(database)]
    finally:
        database.close()


def _damage(url: str, *statements: str) -> None:
    database = open_database(url)
    with database.write.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))
    database.close()


def _fill(url: str) -> None:
    database = open_database(url)
    with Session(database.write) as session:
        session.add(Title(id=1, title="Çalıkuşu", added_at=NOW))
        session.flush()
        session.add(Copy(id=1, barcode="B1", title_id=1, item_type="book", branch="main", received_at=NOW))
        session.add(Member(id=1, number="1", surname="Öz", given_name="Işıl", category="undergraduate", joined_at=NOW))
        session.flush()
        head = audit.last(session.connection(), "t")
        for act in ("sign_in", "checkout", "sign_out"):
            entry = audit.Entry(act, "done", NOW, At("t"), None, None, (), {"ışık": "ğ"})
            head = audit.write(session.connection(), "t", head, entry)
        session.commit()
    database.close()


def test_a_sound_library_has_nothing_to_report(database_url: str) -> None:
    """No false alarm on either database."""
    _fill(database_url)
    assert _found(database_url) == []


@pytest.mark.parametrize(
    ("damage", "rule"),
    [
        ("UPDATE copy SET state = 'on_loan'", ON_LOAN),
        ("UPDATE copy SET state = 'hold_shelf'", "a copy stands on the hold shelf exactly if a hold is ready for it"),
        ("UPDATE copy SET state = 'lost'", "a lost copy has an open case or was settled"),
    ],
)
def test_damage_is_named(database_url: str, damage: str, rule: str) -> None:
    """Each damage gives its own rule and the barcode."""
    _fill(database_url)
    _damage(database_url, damage)
    assert _found(database_url) == [(rule, "B1")]


def test_holds_that_contradict_their_title_are_named(database_url: str) -> None:
    """A waiting one with a copy, a ready one with the copy of another title, a withdrawn copy that is lent."""
    _fill(database_url)
    database = open_database(database_url)
    hold = {"title_id": 1, "member_id": 1, "placed_at": NOW, "copy_id": 1, "pickup_until": NOW}
    with Session(database.write) as session:
        session.add(Title(id=2, title="Acımak", added_at=NOW))
        session.flush()
        session.execute(insert(Hold), [{**hold, "status": "waiting"}, {**hold, "title_id": 2, "status": "ready"}])
        session.execute(insert(Loan), {**LOAN, "state": "lost"})
        session.execute(insert(HoldTarget), {"hold_id": 2, "loan_id": 1, "from_at": NOW})
        session.execute(update(Copy).values(state="withdrawn"))
        session.commit()
    database.close()
    contradictions = "a hold that waits has no copy yet; one that is ready has a copy of its title"
    found = _found(database_url)
    assert sorted(what for rule, what in found if rule == contradictions) == ["1", "2"]
    assert ("a hold targets a loan of its own title", "1") in found
    assert ("a withdrawn copy is nobody's: not lent, and for no loss that is still to be settled", "B1") in found


def test_a_loan_without_its_copy_is_named(database_url: str) -> None:
    """A loan that the copy knows nothing of."""
    _fill(database_url)
    database = open_database(database_url)
    with Session(database.write) as session:
        session.execute(insert(Loan), LOAN)
        session.commit()
    database.close()
    assert [rule for rule, _ in _found(database_url)] == [ON_LOAN]


@pytest.mark.parametrize(
    ("damage", "rules"),
    [
        ("UPDATE audit_entry SET act = 'renew' WHERE seq = 2", {HASHED}),
        ("DELETE FROM audit_entry WHERE seq = 2", {"no audit entry is missing"}),
        ("UPDATE audit_entry SET hash_before = '1' WHERE seq = 2", {"audit entries follow one another", HASHED}),
    ],
)
def test_a_tampered_audit_is_named(sqlite_url: str, damage: str, rules: set[str]) -> None:
    """Who removes the triggers and rewrites the past is found out by the hashes."""
    _fill(sqlite_url)
    _damage(sqlite_url, "DROP TRIGGER audit_entry_no_update", "DROP TRIGGER audit_entry_no_delete", damage)
    assert {rule for rule, _ in _found(sqlite_url)} == rules
