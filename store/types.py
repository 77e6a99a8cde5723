"""Column types that are the same on SQLite (STRICT tables) and PostgreSQL: aware UTC instants and integer kuruş."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, DateTime, Dialect, Enum, Text
from sqlalchemy.types import TypeDecorator, TypeEngine


class Instant(TypeDecorator[datetime]):
    """An aware instant, kept in UTC. On SQLite a text of fixed width, so that it sorts as it is compared."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Text on SQLite, timestamptz elsewhere."""
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | datetime | None:
        """Raise ValueError for a naive instant: a wall clock without its zone is a mistake, never a guess."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive instant {value!r}")
        utc = value.astimezone(UTC)
        # Not strftime: it writes the year 26 with two digits, which nobody could read back.
        return f"{utc.replace(tzinfo=None).isoformat(timespec='microseconds')}Z" if dialect.name == "sqlite" else utc

    def process_result_value(self, value: str | datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Give the instant back as aware UTC."""
        if value is None:
            return None
        return datetime.fromisoformat(value) if isinstance(value, str) else value.astimezone(UTC)


class Kurus(TypeDecorator[int]):
    """Money in whole kuruş. PostgreSQL would round a fraction silently; this refuses it."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: int | None, dialect: Dialect) -> int | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Raise TypeError for anything but an int."""
        if value is not None and type(value) is not int:
            raise TypeError(f"money is integer kuruş, not {value!r}")
        return value


def word_of(kinds: type[StrEnum], name: str | None = None) -> Enum:
    """One of a closed list of words; under a name the database checks it, too."""
    return Enum(
        kinds,
        native_enum=False,
        create_constraint=name is not None,
        length=16,
        name=name,
        values_callable=lambda members: [member.value for member in members],
    )
