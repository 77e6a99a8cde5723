"""On SQLite every table is STRICT: the database itself refuses a word where a number belongs."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, BigInteger, Boolean, Date, DateTime, Enum, Float, String, Table, Text, event
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.types import TypeEngine
from sqlmodel.sql.sqltypes import AutoString


# STRICT tables take INTEGER, REAL, TEXT and BLOB only; each class needs its own registration.
def _as_text(_type: TypeEngine[Any], _compiler: object, **_options: object) -> str:
    return "TEXT"


def _as_integer(_type: TypeEngine[Any], _compiler: object, **_options: object) -> str:
    return "INTEGER"


def _as_real(_type: TypeEngine[Any], _compiler: object, **_options: object) -> str:
    return "REAL"


for _text in (String, AutoString, Text, Date, DateTime, Enum, JSON):
    compiles(_text, "sqlite")(_as_text)
for _integer in (BigInteger, Boolean):
    compiles(_integer, "sqlite")(_as_integer)
compiles(Float, "sqlite")(_as_real)


@event.listens_for(Table, "after_parent_attach")
def _strict(table: Table, _metadata: object) -> None:
    table.dialect_options["sqlite"]["strict"] = True
