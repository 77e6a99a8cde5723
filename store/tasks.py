"""Work that waits for a person (SCENARIOS' staff tasks)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from store import rows
from store.transaction import Transaction, query


def raise_task(
    tx: Transaction,
    slug: str,
    now: datetime,
    *,
    member_id: int | None = None,
    loan_id: int | None = None,
    copy_id: int | None = None,
    hold_id: int | None = None,
    deadline: datetime | None = None,
    once: str | None = None,
    note: str = "",
) -> bool:
    """Put a task on the list. False if `once` says that it stands there, or stood there, already."""
    values = {
        "slug": slug, "raised_at": now, "deadline": deadline, "member_id": member_id, "loan_id": loan_id,
        "copy_id": copy_id, "hold_id": hold_id, "once": once, "note": note,
    }  # fmt: skip
    insert = sqlite.insert if tx.library.database.is_sqlite else postgresql.insert
    statement = insert(rows.task).values(values).on_conflict_do_nothing(index_elements=["once"])
    return tx.session.connection().execute(statement).rowcount == 1


def finish_tasks(tx: Transaction, slug: str, now: datetime, staff: int | None, **about: int) -> None:
    """Strike the open tasks of a kind about a loan, copy, hold or member (`loan_id=7`) off the list."""
    task = rows.task
    statement = update(task).where(task.c.slug == slug, task.c.done_at.is_(None))
    for column, value in about.items():
        statement = statement.where(task.c[column] == value)
    tx.session.connection().execute(statement.values(done_at=now, staff_id=staff))


@query
def count_open(session: Session) -> int:
    """How many tasks wait for a person."""
    task = rows.task
    return int(session.connection().execute(select(func.count()).where(task.c.done_at.is_(None))).scalar_one())
