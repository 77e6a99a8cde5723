"""Work that waits for a person (SCENARIOS' staff tasks)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Update, func, select, update

from store import rows, statements
from store.transaction import Reading, Transaction, query

CARRIED = ("hold_shelf_pull", "reshelve")
"A copy is carried to one place at a time: a newer task takes the place of an older one, a checkout of both."
UNTIL_RETURN = ("renewal_decision", "recall_undelivered", "student_system_block", "letter_to_unit")
"About a loan that is out: its return does what they asked for, or leaves nothing to ask."
UNTIL_SETTLED = ("replacement_check", "replacement_overdue")
"About a loss or damage, until its case is closed."
_insert = statements.insert_once(rows.task, "once")


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
    if slug in CARRIED and copy_id is not None:
        finish_tasks(tx, CARRIED, now, None, copy_id=copy_id)
    values = {
        "slug": slug, "raised_at": now, "deadline": deadline, "member_id": member_id, "loan_id": loan_id,
        "copy_id": copy_id, "hold_id": hold_id, "once": once, "note": note,
    }  # fmt: skip
    return tx.connection.execute(_insert(tx.connection), values).rowcount == 1


def finish_tasks(tx: Transaction, slugs: str | tuple[str, ...], now: datetime, staff: int | None, **about: int) -> None:
    """Strike the open tasks of a kind, or of several, about a loan, copy, hold or member (`loan_id=7`) off the list."""
    tx.connection.execute(_open(slugs, about).values(done_at=now, staff_id=staff))


def move_deadline(tx: Transaction, slug: str, deadline: datetime | None, **about: int) -> None:
    """Give the open tasks of a kind about a loan, copy, hold or member another deadline."""
    tx.connection.execute(_open(slug, about).values(deadline=deadline))


def _open(slugs: str | tuple[str, ...], about: Mapping[str, int]) -> Update:
    task = rows.task
    kinds = (slugs,) if isinstance(slugs, str) else slugs
    same = (task.c[column] == value for column, value in about.items())
    return update(task).where(task.c.slug.in_(kinds), task.c.done_at.is_(None), *same)


@query
def count_open(reading: Reading) -> int:
    """How many tasks wait for a person."""
    task = rows.task
    return int(reading.connection.execute(select(func.count()).where(task.c.done_at.is_(None))).scalar_one())
