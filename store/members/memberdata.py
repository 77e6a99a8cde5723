"""Everything that the library keeps about a member, for the member: a right under the law on personal data.

Whatever table refers to a member is in it, also one that is made tomorrow. Hashes of secrets are left out: they say
nothing to anybody.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Select, Table, or_, select

from store import rows
from store.act import At
from store.desk.permissions import needs
from store.desk.roles import Right
from store.library import Library
from store.members.membercards import guarded
from store.transaction import Transaction, use_case

_SECRET = frozenset({"pin_hash", "code_hash", "hash", "hash_before", "subject"})


@use_case
@needs(Right.REGISTER, "export_member")
def everything(tx: Transaction, member_id: int, now: datetime, at: At) -> str:
    """All of it as JSON text, by table, instants in UTC; that it was given is written down, too."""
    tx.record("export_member", "done", now, at, member_id=member_id)
    connection = tx.connection
    found = {name: _read(connection, statement) for name, statement in _statements(tx.library, connection, member_id)}
    return json.dumps({"at": now, **found}, ensure_ascii=False, indent=2, default=_plain)


def tables_about_members() -> dict[str, list[str]]:
    """Each table that refers to members, with the columns that do."""
    found = {}
    for table in rows.metadata.sorted_tables:
        columns = [
            column.name for column in table.columns for key in column.foreign_keys if key.column.table is rows.member
        ]
        if columns:
            found[table.name] = columns
    return found


def _statements(library: Library, connection: Connection, member_id: int) -> Iterator[tuple[str, Select[Any]]]:
    member, audit, guard = rows.member, rows.audit_entry, rows.sign_in_guard
    yield member.name, _columns(member).where(member.c.id == member_id)
    for name, columns in tables_about_members().items():
        table = rows.metadata.tables[name]
        theirs = or_(*(table.c[column] == member_id for column in columns))
        yield name, _with_title(table).where(theirs).order_by(*table.primary_key.columns)
    acts = select(rows.pseudonym.c.code).where(rows.pseudonym.c.member_id == member_id)
    yield audit.name, _columns(audit).where(audit.c.who.in_(acts)).order_by(audit.c.at, audit.c.id)
    number = connection.execute(select(member.c.number).where(member.c.id == member_id)).scalar_one()
    cards = connection.execute(select(rows.card.c.number).where(rows.card.c.member_id == member_id)).scalars()
    yield guard.name, _columns(guard).where(guard.c.subject.in_(guarded(library, number, member_id, tuple(cards))))


def _columns(table: Table) -> Select[Any]:
    return select(*(column for column in table.columns if column.name not in _SECRET))


def _with_title(table: Table) -> Select[Any]:
    """What refers to a copy or a title tells which: a number says nothing to a member."""
    statement, copy, title = _columns(table), rows.copy, rows.title
    if "copy_id" in table.c and "title_id" not in table.c:
        joined = table.outerjoin(copy, copy.c.id == table.c.copy_id).outerjoin(title, title.c.id == copy.c.title_id)
        return statement.add_columns(copy.c.barcode, title.c.title).select_from(joined)
    if "title_id" in table.c:
        joined = table.outerjoin(title, title.c.id == table.c.title_id)
        return statement.add_columns(title.c.title).select_from(joined)
    return statement


def _read(connection: Connection, statement: Select[Any]) -> list[dict[str, Any]]:
    return [dict(row) for row in connection.execute(statement).mappings()]


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)
