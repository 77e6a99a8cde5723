"""Looks through a whole library for what must never be, in one snapshot, changing nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from msgspec import Struct
from sqlalchemy import Connection, inspect, select, text
from sqlmodel import SQLModel, col

from store import audit
from store.database import Database
from store.errors import DatabaseDamaged
from store.policy.said import Said, said_of
from store.tables import AuditEntry


class Violation(Struct, frozen=True):
    """A rule that the library breaks, and where: `what` names the rows."""

    rule: str
    what: str


class _Rule(Struct, frozen=True):
    name: str
    broken: str
    "A query whose rows are the violations; its first column says where."


_RULES = (
    _Rule(
        Said("a copy is on loan exactly if it has an open loan that is not lost"),
        """SELECT c.barcode FROM copy c
           LEFT JOIN loan l ON l.copy_id = c.id AND l.closed_at IS NULL AND l.state = 'open'
           WHERE (c.state = 'on_loan') <> (l.id IS NOT NULL)""",
    ),
    _Rule(
        Said("a copy stands on the hold shelf exactly if a hold is ready for it"),
        """SELECT c.barcode FROM copy c LEFT JOIN hold h ON h.copy_id = c.id AND h.status = 'ready'
           WHERE (c.state = 'hold_shelf') <> (h.id IS NOT NULL)""",
    ),
    _Rule(
        Said("an open loan has a borrower, a return has its moment, and nothing ends before it began"),
        """SELECT l.id FROM loan l WHERE (l.closed_at IS NULL AND l.member_id IS NULL)
           OR (l.state = 'returned' AND l.returned_at IS NULL)
           OR l.closed_at < l.lent_at OR l.due_at < l.lent_at""",
    ),
    _Rule(
        Said("a loan is renewed no more often than its rules allow, unless a supervisor allowed it"),
        "SELECT l.id FROM loan l WHERE l.renewals > l.renewals_allowed AND l.closed_at IS NULL AND NOT l.overridden",
    ),
    _Rule(
        Said("a hold targets only a loan that is open, and only while it waits"),
        """SELECT t.id FROM hold_target t JOIN hold h ON h.id = t.hold_id JOIN loan l ON l.id = t.loan_id
           WHERE t.until_at IS NULL AND (h.status <> 'waiting' OR l.closed_at IS NOT NULL)""",
    ),
    _Rule(
        Said("what reduces a charge belongs to the same member and purse, and is no charge itself"),
        """SELECT e.id FROM ledger_entry e JOIN ledger_entry c ON c.id = e.settles_id
           WHERE e.member_id <> c.member_id OR e.purse <> c.purse OR c.amount < 0""",
    ),
    _Rule(
        Said("no charge is reduced below nothing"),
        """SELECT c.id FROM ledger_entry c JOIN ledger_entry e ON e.settles_id = c.id
           GROUP BY c.id, c.amount HAVING c.amount + sum(e.amount) < 0""",
    ),
    _Rule(
        Said("a receipt says what was entered under its number"),
        """SELECT r.number FROM receipt r LEFT JOIN ledger_entry e ON e.receipt = r.number AND e.amount < 0
           GROUP BY r.id, r.number, r.amount HAVING coalesce(sum(e.amount), 0) + r.amount <> 0""",
    ),
    _Rule(
        Said("a closing of the day counts its receipts, and each is counted once"),
        """SELECT c.id FROM cash_closing c LEFT JOIN receipt r ON r.closing_id = c.id
           GROUP BY c.id, c.payments, c.cash_expected, c.card_expected
           HAVING count(r.id) <> c.payments
           OR c.cash_expected <> coalesce(sum(CASE WHEN r.method <> 'cash' THEN 0
                                                   WHEN r.kind = 'refund' THEN -r.amount ELSE r.amount END), 0)
           OR c.card_expected <> coalesce(sum(CASE WHEN r.method <> 'card' THEN 0
                                                   WHEN r.kind = 'refund' THEN -r.amount ELSE r.amount END), 0)""",
    ),
    _Rule(
        Said("a late return is fined once"),
        """SELECT e.loan_id FROM ledger_entry e WHERE e.kind = 'late_fine' AND e.loan_id IS NOT NULL
           AND NOT EXISTS (SELECT 1 FROM ledger_entry x WHERE x.settles_id = e.id AND x.kind = 'correction')
           GROUP BY e.loan_id HAVING count(*) > 1""",
    ),
    _Rule(
        Said("a lost copy has an open case or was settled"),
        """SELECT c.barcode FROM copy c WHERE c.state = 'lost'
           AND NOT EXISTS (SELECT 1 FROM loss_case k WHERE k.copy_id = c.id)""",
    ),
    _Rule(
        Said("a withdrawn copy is nobody's: not lent, and for no loss that is still to be settled"),
        """SELECT c.barcode FROM copy c WHERE c.state = 'withdrawn' AND (
           EXISTS (SELECT 1 FROM loan l WHERE l.copy_id = c.id AND l.closed_at IS NULL)
           OR EXISTS
           (SELECT 1 FROM loss_case k WHERE k.copy_id = c.id AND k.kind = 'lost' AND k.settled_at IS NULL))""",
    ),
    _Rule(
        Said("a hold that waits has no copy yet; one that is ready has a copy of its title"),
        """SELECT h.id FROM hold h LEFT JOIN copy c ON c.id = h.copy_id
           WHERE (h.status = 'waiting' AND (h.copy_id IS NOT NULL OR h.pickup_until IS NOT NULL))
           OR (h.status = 'ready' AND c.title_id <> h.title_id)""",
    ),
    _Rule(
        Said("a hold targets a loan of its own title"),
        """SELECT t.id FROM hold_target t JOIN hold h ON h.id = t.hold_id
           JOIN loan l ON l.id = t.loan_id JOIN copy c ON c.id = l.copy_id
           WHERE t.until_at IS NULL AND c.title_id <> h.title_id""",
    ),
    _Rule(
        Said("every card opens exactly one account"),
        "SELECT c.id FROM card c WHERE (c.member_id IS NULL) = (c.staff_id IS NULL)",
    ),
    _Rule(
        Said("a library has a supervisor"),
        """SELECT 0 WHERE EXISTS (SELECT 1 FROM staff)
           AND NOT EXISTS (SELECT 1 FROM staff WHERE role = 'supervisor' AND disabled_at IS NULL)""",
    ),
)


def verify(database: Database, progress: Callable[[str], None] = lambda _rule: None) -> tuple[Violation, ...]:
    """Check every rule and give what breaks it; an empty answer means that the library is whole.

    `progress` hears the name of each rule before it is checked.
    """
    found: list[Violation] = []
    # Readings beside live writers must be of one moment, or they raise false alarms.
    isolation = {} if database.is_sqlite else {"isolation_level": "REPEATABLE READ"}
    try:
        with database.read.connect().execution_options(**isolation) as connection, connection.begin():
            if database.is_sqlite:
                found.extend(_file_is_sound(connection))
            missing = set(SQLModel.metadata.tables) - set(inspect(connection).get_table_names())
            if missing:
                return (*found, *(Violation(Said("every table is there"), name) for name in sorted(missing)))
            found.extend(broken_rules(connection, progress))
            progress(Said("the audit chains are whole"))
            found.extend(_chains_are_whole(connection))
    except DatabaseDamaged as fault:
        found.append(Violation(Said("the database file is sound"), said_of(fault)))
    return tuple(found)


def broken_rules(connection: Connection, progress: Callable[[str], None] = lambda _rule: None) -> Iterator[Violation]:
    """What breaks a rule between loans, holds, money and copies; the file and the audit's chains are not looked at."""
    for rule in _RULES:
        progress(rule.name)
        yield from (Violation(rule.name, str(row[0])) for row in connection.execute(text(rule.broken)))


def damage(database: Database) -> str:
    """What a quick look at an SQLite file finds damaged; empty if nothing. A server looks after its own files."""
    if not database.is_sqlite:
        return ""
    try:
        with database.read.connect() as connection:
            found = str(connection.execute(text("PRAGMA quick_check(1)")).scalar_one())
    except DatabaseDamaged as fault:
        return said_of(fault)
    return "" if found == "ok" else Said("the database is damaged: {words}", words=found.splitlines()[-1])


def _file_is_sound(connection: Connection) -> Iterator[Violation]:
    for row in connection.execute(text("PRAGMA integrity_check")):
        if row[0] != "ok":
            yield Violation(Said("the database file is sound"), str(row[0]))
    for row in connection.execute(text("PRAGMA foreign_key_check")):
        yield Violation(Said("what is referred to exists"), f"{row[0]} {row[1]} -> {row[2]}")


def _chains_are_whole(connection: Connection) -> Iterator[Violation]:
    table = AuditEntry.__table__  # type: ignore[attr-defined]
    heads: dict[str, audit.Head] = {}
    recorded = _recorded_heads(connection)
    rows = connection.execute(
        select(table).order_by(col(AuditEntry.chain), col(AuditEntry.seq)).execution_options(yield_per=1000)
    )
    for row in rows.mappings():
        values = dict(row)
        before = heads.get(values["chain"], audit.Head(0, "0" * 64))
        place = f"{values['chain']} {values['seq']}"
        if values["seq"] != before.seq + 1:
            yield Violation(Said("no audit entry is missing"), place)
        elif values["hash_before"] != before.hash:
            yield Violation(Said("audit entries follow one another"), place)
        if audit.digest(values) != values["hash"]:
            yield Violation(Said("no audit entry was changed"), place)
        if recorded.pop((values["chain"], values["seq"]), values["hash"]) != values["hash"]:
            yield Violation(Said("no audit entry was changed since it was recorded"), place)
        heads[values["chain"]] = audit.Head(values["seq"], values["hash"])
    for chain, seq in recorded:
        yield Violation(Said("no end of an audit chain is missing"), f"{chain} {seq}")


def _recorded_heads(connection: Connection) -> dict[tuple[str, int], str]:
    """The last entries of all chains as the nightly records know them: (chain, number) -> hash."""
    records = connection.execute(select(col(AuditEntry.detail)).where(col(AuditEntry.act) == audit.HEADS)).scalars()
    return {(chain, seq): digest for detail in records for chain, (seq, digest) in detail.get("heads", {}).items()}
