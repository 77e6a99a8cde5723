"""Titles and their copies."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field, SQLModel

from store.states import CopyState
from store.tables.columns import instant, key, refers, state


class Title(SQLModel, table=True):
    """A work as the catalogue describes it. The `*_fold` columns are what searches compare."""

    __tablename__ = "title"
    __table_args__ = (Index("ix_title_fold", "title_fold"),)

    id: int | None = key()
    control_number: str | None = Field(default=None, unique=True, max_length=64)
    "The number that identifies the record to an import: from MARC 001 or a CSV column."
    title: str
    author: str = ""
    publisher: str = ""
    year: int | None = None
    language: str = Field(default="tr", max_length=8)
    isbn: str = ""
    subjects: str = ""
    shelf_mark: str = ""
    in_print: bool | None = None
    electronic_access: bool = False
    title_fold: str = ""
    words_fold: str = ""
    "Author, ISBN, subjects and shelf mark, folded."
    added_at: datetime = instant()


class Copy(SQLModel, table=True):
    """One thing with a barcode."""

    __tablename__ = "copy"
    __table_args__ = (
        CheckConstraint("length(barcode) BETWEEN 1 AND 64", name="barcode_length"),
        Index("ix_copy_title_id_state_branch", "title_id", "state", "branch"),
    )

    id: int | None = key()
    barcode: str = Field(unique=True, max_length=64)
    title_id: int = refers("title.id", index=False)
    item_type: str = Field(max_length=40)
    branch: str = Field(max_length=40)
    shelf_mark: str = ""
    state: CopyState = state(CopyState, "state", CopyState.ON_SHELF)
    loanable: bool = True
    "False: this very copy stays in the library, whatever its type (ITU-L1)."
    course: str | None = None
    project: str | None = None
    period: str | None = None
    "A shorter or special loan period set by staff: `7 days`, `2 hours` (ITU-C16, ITU-I3)."
    received_at: datetime = instant()
    last_loan_id: int | None = None
    "The loan that ended last, for the shelf rest (ITU-D5)."


class Term(SQLModel, table=True):
    """An academic term."""

    __tablename__ = "term"
    __table_args__ = (CheckConstraint("first_day <= last_day", name="order"),)

    name: str = Field(primary_key=True, max_length=40)
    first_day: date
    last_day: date


class OpeningHours(SQLModel, table=True):
    """A branch's hours on one weekday (0 = Monday). No row: open all day. No times: closed."""

    __tablename__ = "opening_hours"
    __table_args__ = (CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),)

    branch: str = Field(primary_key=True, max_length=40)
    weekday: int = Field(primary_key=True)
    opens: str | None = None
    "`HH:MM`"
    closes: str | None = None
    "`HH:MM`, or `24:00`"


class ClosedDay(SQLModel, table=True):
    """A date on which a branch (or, with `*`, every branch) is closed."""

    __tablename__ = "closed_day"

    branch: str = Field(primary_key=True, max_length=40)
    day: date = Field(primary_key=True)
    name: str = ""


class Holiday(SQLModel, table=True):
    """A public holiday: not a working day (ITU-MEM-6); whether a branch is closed is its own affair."""

    __tablename__ = "holiday"

    day: date = Field(primary_key=True)
    name: str = ""
