"""Short names for the columns that many tables share."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from sqlalchemy import Column, Index, MetaData, text
from sqlmodel import Field, SQLModel

from store.tables import strict  # noqa: F401 - how the columns are written on SQLite
from store.types import Instant, Kurus, word_of

SQLModel.metadata.naming_convention = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
).naming_convention


def key() -> Any:  # noqa: ANN401 - a field's default stands for its value, as in sqlmodel.Field
    """A primary key that the database gives."""
    return Field(default=None, primary_key=True)


def refers(column: str, *, optional: bool = False, index: bool = True) -> Any:  # noqa: ANN401
    """A foreign key that forbids the deletion of what it refers to."""
    if optional:
        return Field(default=None, foreign_key=column, ondelete="RESTRICT", index=index, nullable=True)
    return Field(foreign_key=column, ondelete="RESTRICT", index=index)


def instant(*, optional: bool = False, index: bool = False) -> Any:  # noqa: ANN401
    """An aware UTC instant."""
    if optional:
        return Field(default=None, sa_type=Instant, nullable=True, index=index)
    return Field(sa_type=Instant, index=index)


def kurus() -> Any:  # noqa: ANN401
    """Money in whole kuruş."""
    return Field(sa_type=Kurus)


def state(kinds: type[StrEnum], name: str, default: StrEnum | None = None) -> Any:  # noqa: ANN401
    """One of a closed list of words, checked by the database."""
    column: Column[str] = Column(name, word_of(kinds, name), nullable=False, default=default)
    return Field(sa_column=column) if default is None else Field(default=default, sa_column=column)


def unique_where(name: str, condition: str, *columns: str) -> Index:
    """A unique index over the rows for which `condition` holds, the same on both databases."""
    return Index(name, *columns, unique=True, sqlite_where=text(condition), postgresql_where=text(condition))


def index_where(name: str, condition: str, *columns: str) -> Index:
    """An index over the rows for which `condition` holds, the same on both databases."""
    return Index(name, *columns, sqlite_where=text(condition), postgresql_where=text(condition))
