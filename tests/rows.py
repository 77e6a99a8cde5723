"""`make rows`: write `store/rows.py` from the models in `store/tables`, for those who read and write columns only.

The models are where a table is defined; `test_rows` fails while the written form says anything else.
"""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from types import FunctionType

from sqlalchemy import Column, Table
from sqlalchemy.schema import ColumnDefault
from sqlalchemy.types import Enum as Word
from sqlmodel import SQLModel
from sqlmodel.sql.sqltypes import AutoString

import store.tables  # noqa: F401 - registers the models
from store import types

ROWS = Path(__file__).parent.parent / "store" / "rows.py"
HEAD = '''"""The tables as acts read and write them: columns, without the mapped classes that `store.tables` defines.

Written by `make rows`: change the models there, never this file. A terminal at work needs no more, so that it loads
neither SQLModel nor the object-relational half of SQLAlchemy. An insert names every column that has no default here.
"""

from __future__ import annotations

import sqlalchemy as sa

from store import states, types

metadata = sa.MetaData()

'''


def written() -> str:
    """The text of `store/rows.py` that the models call for."""
    tables = SQLModel.metadata.tables
    return HEAD + "\n".join(_table(tables[name]) for name in sorted(tables))


def _table(table: Table) -> str:
    columns = "".join(f"    {_column(column)},\n" for column in table.columns)
    return f'{table.name} = sa.Table(\n    "{table.name}",\n    metadata,\n{columns})\n'


def _column(column: Column[object]) -> str:
    refers = "".join(f', sa.ForeignKey("{key.target_fullname}")' for key in column.foreign_keys)
    key = ", primary_key=True" if column.primary_key else ""
    given = column.default
    default = f", default={_value(given.arg)}" if isinstance(given, ColumnDefault) else ""
    return f'sa.Column("{column.name}", {_kind(column)}{refers}{key}{default})'


def _kind(column: Column[object]) -> str:
    kind = column.type
    if isinstance(kind, Word):
        assert kind.enum_class is not None
        return f"types.word_of(states.{kind.enum_class.__name__})"
    if isinstance(kind, AutoString):
        return "sa.String"
    name = type(kind).__name__
    return f"types.{name}" if type(kind).__module__ == types.__name__ else f"sa.{name}"


def _value(default: object) -> str:
    if isinstance(default, Enum):
        return f"states.{type(default).__name__}.{default.name}"
    if isinstance(default, FunctionType):
        return default.__name__  # `list` or `dict`: each row has its own
    return f'"{default}"' if isinstance(default, str) else repr(default)


if __name__ == "__main__":
    ROWS.write_text(written(), "utf-8")
