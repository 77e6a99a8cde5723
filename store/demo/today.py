"""Today's demo library: opened, or built anew. Yesterday's would have aged."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from sqlalchemy import insert, select

from store import rows
from store.library import Library
from store.migrating import SchemaState, schema_state
from store.opening import open_library
from store.settings import StoreSettings

_DAY = "demo_day"
_day = select(rows.setting.c.value).where(rows.setting.c.key == _DAY)


def demo_library(settings: StoreSettings, now: datetime) -> Library:
    """Open the demo library of the day, or build it. Takes about three seconds to build."""
    path, today = Path(settings.database.removeprefix("sqlite:///")), now.date().isoformat()
    if path.exists() and schema_state(settings.database) is SchemaState.CURRENT:
        library = open_library(settings, now)
        with library.database.read.begin() as connection:
            if connection.execute(_day).scalar() == today:
                return library
        library.close()
    for old in path.parent.glob(f"{path.name}*"):
        old.unlink()
    path.parent.mkdir(parents=True, exist_ok=True)
    from store.demo.building import build

    library = build(settings, now)
    with library.database.write.begin() as connection:
        connection.execute(insert(rows.setting), {"key": _DAY, "value": today})
    return library
