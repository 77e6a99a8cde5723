"""Whether this machine's clock can be trusted: due dates and fines are reckoned by it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, func, select

from store import rows
from store.database import Database
from store.errors import ClockWrong
from store.policy.said import Said

TOLERANCE = timedelta(minutes=2)
_SET = Said("set the clock of this machine (and have it kept right, by NTP for example)")


def check_clock(database: Database, now: datetime) -> None:
    """Raise ClockWrong if `now` is more than two minutes before the last audit entry or off the server's clock."""
    with database.read.begin() as connection:
        newest = last_recorded(connection)
        server = None if database.is_sqlite else connection.execute(select(func.clock_timestamp())).scalar_one()
    if server is not None and abs(server - now) > TOLERANCE:
        told = Said("this clock says {now}, the database server's {server}", now=_shown(now), server=_shown(server))
        raise ClockWrong(told, _SET)
    if newest is not None and now < newest - TOLERANCE:
        told = Said(
            "this clock says {now}, but the library has recorded something at {newest}",
            now=_shown(now),
            newest=_shown(newest),
        )
        raise ClockWrong(told, _SET)


def last_recorded(connection: Connection) -> datetime | None:
    """The instant of the newest audit entry."""
    entry = rows.audit_entry
    newest: datetime | None = connection.execute(select(entry.c.at).order_by(entry.c.at.desc()).limit(1)).scalar()
    return newest


def _shown(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(sep=" ", timespec="seconds")
