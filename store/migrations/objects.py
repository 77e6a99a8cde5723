"""What of a database belongs to the tables, and what (search indexes, triggers) stands beside them."""

from __future__ import annotations

from sqlalchemy.sql.schema import SchemaItem


def is_ours(_thing: SchemaItem, name: str | None, _kind: str, _reflected: bool, _other: SchemaItem | None) -> bool:
    """Leave what belongs to the search out of comparisons: its tables, its column, its indexes."""
    return not (name or "").startswith(("title_search", "search_"))
