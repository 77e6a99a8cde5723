"""What of a database belongs to the tables, and what (search indexes, triggers) stands beside them."""

from __future__ import annotations

from sqlalchemy.sql.schema import SchemaItem


def is_ours(_thing: SchemaItem, name: str | None, kind: str, _reflected: bool, _other: SchemaItem | None) -> bool:
    """Leave the full-text tables of the search out of comparisons."""
    return not (kind == "table" and name is not None and name.startswith(("title_search", "search_")))
