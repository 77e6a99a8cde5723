"""Statements that are made once, when a module is loaded: to build one takes longer than to run it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import cache
from importlib import import_module
from typing import Any

from sqlalchemy import ColumnElement, Connection, Insert, Integer, Table, Update, bindparam, literal_column, update

Made = Callable[[Connection], Insert]
"The statement for the database behind a connection: only that one's dialect is loaded."


def by_id(table: Table) -> Update:
    """Changes columns of one row: `execute(statement, {"this": 7, "state": …})`."""
    return update(table).where(table.c.id == bindparam("this", type_=Integer))


def inserted(connection: Connection, insert: Insert, values: Mapping[str, object]) -> int:
    """Insert a row and give the id that the database gave it."""
    key = connection.execute(insert, values).inserted_primary_key
    assert key is not None
    return int(key[0])


def insert_once(table: Table, *key: str) -> Made:
    """An insert that does nothing if a row has the same key already."""
    return _made_for_each(table, lambda insert: insert.on_conflict_do_nothing(index_elements=key))


def insert_or_change(table: Table) -> Made:
    """An insert that changes the row with the same primary key instead, if there is one: all of it, as it is given."""
    others = [column.name for column in table.c if not column.primary_key]

    def changing(insert: Any) -> Any:  # noqa: ANN401
        given = {name: insert.excluded[name] for name in others}
        return insert.on_conflict_do_update(index_elements=table.primary_key, set_=given)

    return _made_for_each(table, changing)


def _made_for_each(table: Table, finished: Callable[[Any], Any]) -> Made:
    """`finished` is given the insert of a database's own dialect: what both have no type stands for."""

    @cache
    def made(database: str) -> Insert:
        statement: Insert = finished(import_module(f"sqlalchemy.dialects.{database}").insert(table)).inline()
        return statement

    return lambda connection: made(connection.dialect.name)


def word(state: StrEnum) -> ColumnElement[str]:
    """A state written out in a statement rather than bound.

    Whether an index over some rows (`status = 'waiting'`) can be used hangs on it: SQLite would plan the statement
    anew each time that it is run, which takes four times as long as running it.
    """
    return literal_column(f"'{state.value}'")
