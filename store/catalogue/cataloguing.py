"""Titles as staff enter, correct, merge and delete them; the search and its vocabulary follow."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, or_, select, update

from store import rows, statements
from store.act import At
from store.catalogue.folding import fold
from store.catalogue.vocabulary import learn, words_fold
from store.circulation.holds import fill_first, pass_on, retarget
from store.desk.permissions import needs
from store.desk.roles import Right
from store.loading.records import LONGEST, believable
from store.locks import lock_title
from store.policy.verdict import Reason, Refused
from store.results.copies import TitleData
from store.states import CopyState, HoldStatus
from store.transaction import Transaction, use_case

_TEXTS = ("title", "author", "publisher", "isbn", "subjects", "shelf_mark", "language")
_LONGEST = {"language": 8}
_UNKNOWN = Reason("title_unknown", None, "choose_again")
_ACTIVE = (HoldStatus.WAITING, HoldStatus.READY)


@use_case
@needs(Right.COPIES)
def create_title(tx: Transaction, data: TitleData, now: datetime, at: At) -> int | Refused:
    """A new title without copies; gives its id. Refusals: `title_missing`, `text_unfit` with its fields."""
    values = _values(data)
    if isinstance(values, Reason):
        return tx.refuse("create_title", now, at, values)
    title_id = statements.inserted(tx.connection, insert(rows.title), {**values, "added_at": now})
    _learn(tx, values)
    tx.record("create_title", "done", now, at, detail={"title": title_id})
    return title_id


@use_case
@needs(Right.COPIES)
def edit_title(tx: Transaction, title_id: int, data: TitleData, now: datetime, at: At) -> Refused | None:
    """Correct a title. Refusals: `title_unknown`, `title_missing`, `text_unfit`."""
    connection, title = tx.connection, rows.title
    lock_title(connection, title_id)
    before = connection.execute(select(title).where(title.c.id == title_id)).mappings().first()
    values = _values(data) if before is not None else _UNKNOWN
    if before is None or isinstance(values, Reason):
        assert isinstance(values, Reason)
        return tx.refuse("edit_title", now, at, values)
    changed = {name: value for name, value in values.items() if before[name] != value}
    if changed:
        connection.execute(update(title).where(title.c.id == title_id).values(changed))
        _learn(tx, values)
    told = {name: value for name, value in changed.items() if not name.endswith("_fold")}
    tx.record("edit_title", "done", now, at, detail={"title": title_id, **told})
    return None


@use_case
@needs(Right.WITHDRAW)
def merge_titles(tx: Transaction, title_id: int, into: int, now: datetime, at: At) -> Refused | None:
    """One title that was entered twice: copies and holds of the first go to the second, the first is gone.

    Who holds both keeps the hold that was placed first, without a letter: nothing was taken from anybody. The second
    keeps its control number, or inherits one. Refusals: `title_unknown`, `same_title`.
    """
    connection, title, copy, hold = tx.connection, rows.title, rows.copy, rows.hold
    for each in sorted({title_id, into}):
        lock_title(connection, each)
    both = connection.execute(select(title.c.id, title.c.control_number).where(title.c.id.in_((title_id, into))))
    known = {row.id: row.control_number for row in both}
    if title_id == into or len(known) < 2:
        reason = Reason("same_title", None, "choose_again") if title_id == into else _UNKNOWN
        return tx.refuse("merge_titles", now, at, reason)
    freed = _end_doubled_holds(tx, title_id, into, now)
    for table in (copy, hold):
        connection.execute(update(table).where(table.c.title_id == title_id).values(title_id=into))
    connection.execute(delete(title).where(title.c.id == title_id))
    if known[into] is None and known[title_id] is not None:
        connection.execute(update(title).where(title.c.id == into).values(control_number=known[title_id]))
    for copy_id in freed:
        pass_on(tx, into, copy_id, now)
    _serve_from_shelf(tx, into, now)
    detail = {"title": title_id, "into": into, "control_number": known[title_id]}
    tx.record("merge_titles", "done", now, at, detail=detail)
    return None


@use_case
@needs(Right.WITHDRAW)
def delete_title(tx: Transaction, title_id: int, now: datetime, at: At) -> Refused | None:
    """Take a title out of the catalogue. Refusals: `title_unknown`, `title_in_use` by a copy or hold, old ones too."""
    connection, title = tx.connection, rows.title
    lock_title(connection, title_id)
    found = connection.execute(select(title.c.title, title.c.control_number).where(title.c.id == title_id)).first()
    used = any(
        connection.execute(select(table.c.id).where(table.c.title_id == title_id).limit(1)).first()
        for table in (rows.copy, rows.hold)
    )
    if found is None or used:
        return tx.refuse("delete_title", now, at, Reason("title_in_use", None, "merge_instead") if used else _UNKNOWN)
    connection.execute(delete(title).where(title.c.id == title_id))
    detail = {"title": title_id, "was": found.title, "control_number": found.control_number}
    tx.record("delete_title", "done", now, at, detail=detail)
    return None


def _end_doubled_holds(tx: Transaction, title_id: int, into: int, now: datetime) -> list[int]:
    """Of two active holds of a member the newer ends; gives the copies that stood ready for one."""
    connection, hold = tx.connection, rows.hold
    mine, other = hold, hold.alias("other")
    older = or_(
        other.c.placed_at < mine.c.placed_at, (other.c.placed_at == mine.c.placed_at) & (other.c.id < mine.c.id)
    )
    doubled = connection.execute(
        select(mine.c.id, mine.c.copy_id)
        .join(other, other.c.member_id == mine.c.member_id)
        .where(
            mine.c.title_id.in_((title_id, into)), other.c.title_id.in_((title_id, into)),
            mine.c.title_id != other.c.title_id, mine.c.status.in_(_ACTIVE), other.c.status.in_(_ACTIVE), older,
        )
    ).all()  # fmt: skip
    if doubled:
        values = {"status": HoldStatus.CANCELLED, "closed_at": now, "closed_why": "merged"}
        connection.execute(update(hold).where(hold.c.id.in_([row.id for row in doubled])).values(values))
    return [row.copy_id for row in doubled if row.copy_id is not None]


def _serve_from_shelf(tx: Transaction, title_id: int, now: datetime) -> None:
    """Copies that stand on the shelf go to the holds that waited for the other title."""
    copy = rows.copy
    on_shelf = tx.connection.execute(
        select(copy.c.id).where(copy.c.title_id == title_id, copy.c.state == CopyState.ON_SHELF).order_by(copy.c.id)
    )
    for copy_id in on_shelf.scalars().all():
        fill_first(tx, copy_id, now)
    retarget(tx, title_id, now)


def _values(data: TitleData) -> dict[str, Any] | Reason:
    """What is written, folded columns too, or what is wrong with it."""
    unfit = tuple(_unfit(data))
    if unfit:
        return Reason("text_unfit", None, "write_shorter", {"fields": ", ".join(unfit)})
    texts = {name: believable(getattr(data, name), name) for name in _TEXTS}
    if not texts["title"]:
        return Reason("title_missing", None, "fill_in")
    return {
        **texts, "language": texts["language"] or "und", "year": data.year, "in_print": data.in_print,
        "electronic_access": data.electronic_access, "title_fold": fold(texts["title"]),
        "words_fold": words_fold(texts["author"], texts["isbn"], texts["subjects"], texts["shelf_mark"]),
    }  # fmt: skip


def _unfit(data: TitleData) -> Iterator[str]:
    """The fields that can't be written as they are."""
    for name in _TEXTS:
        try:
            believable(getattr(data, name), name, _LONGEST.get(name, LONGEST))
        except ValueError:
            yield name
    if not (data.year is None or 0 <= data.year <= 9999):
        yield "year"


def _learn(tx: Transaction, values: dict[str, Any]) -> None:
    learn(tx.connection, (f"{values['title_fold']} {values['words_fold']}",))
