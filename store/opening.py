"""Makes a library in an empty database, and opens one that exists."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

from sqlalchemy import insert, select
from sqlalchemy.exc import DBAPIError

from store import rows
from store.calendar import schedule
from store.calendar.schedule import Calendars
from store.database import Database, open_database
from store.diagnosis import out_of_reach
from store.errors import DatabaseMismatch, NotALibrary
from store.library import Library
from store.members.pins import PinHasher
from store.migrating import SchemaState, migrate, schema_state
from store.policy.load import Fault, PolicyFaults, load_policy
from store.policy.model import Policy
from store.policy.places import FILE
from store.policy.said import Said
from store.rules import versions
from store.settings import StoreSettings

_SECRET = "secret"
_secret = select(rows.setting.c.value).where(rows.setting.c.key == _SECRET)


def create_library(settings: StoreSettings, now: datetime) -> Library:
    """Make the schema, the library's secret, its rules and Turkey's holidays; open it.

    Raises NotALibrary if there is one already, PolicyFaults for a bad policy file, DatabaseUnreachable.
    """
    text = policy_text(settings.policy)
    policy = load_policy(text, settings.policy)
    database = open_database(settings.database)
    try:
        migrate(settings.database)
        _fill(database, policy, text, now)
        return _opened(database, settings)
    except DBAPIError as fault:
        database.close()
        raise out_of_reach(fault) from fault
    except Exception:
        database.close()
        raise


def _fill(database: Database, policy: Policy, text: str, now: datetime) -> None:
    with database.write.begin() as connection:
        if connection.execute(_secret).first() is not None:
            raise NotALibrary(
                Said("there is a library in this database already"), Said("name another database, or keep this one")
            )
        connection.execute(insert(rows.setting), {"key": _SECRET, "value": secrets.token_hex(32)})
        versions.take_in(connection, policy, text, now)
        holidays = [{"day": day, "name": name} for day, name in schedule.shipped_holidays()]
        connection.execute(insert(rows.holiday), holidays)
        schedule.touch(connection)


def is_library(url: str) -> bool:
    """Whether a database with the tables holds a library: a set-up or a copy that was stopped leaves no more."""
    database = open_database(url)
    try:
        with database.read.connect() as connection:
            return connection.execute(_secret).first() is not None
    finally:
        database.close()


def open_library(settings: StoreSettings, now: datetime | None = None) -> Library:
    """Open the library, and take in a newer version of its policy file.

    Raises NotALibrary if there is none, DatabaseMismatch for another schema than this program's (an older one is not
    changed without a backup: that is `kiosk database upgrade`), DatabaseUnreachable, PolicyFaults.
    """
    state = schema_state(settings.database)
    if state is SchemaState.EMPTY:
        raise NotALibrary(Said("there is no library in this database"), Said("run `kiosk init`"))
    if state is SchemaState.NEWER:
        raise DatabaseMismatch(Said("the database is newer than this program"), Said("install the newer program"))
    if state is SchemaState.OLDER:
        raise DatabaseMismatch(Said("the database is older than this program"), Said("run `kiosk database upgrade`"))
    database = open_database(settings.database, patient=settings.patient)
    try:
        _take_in(database, settings.policy, now or datetime.now(UTC))
        return _opened(database, settings)
    except DBAPIError as fault:
        database.close()
        raise out_of_reach(fault) from fault
    except Exception:
        database.close()
        raise


def policy_text(name: str) -> str:
    """The text of a shipped policy (`itu`, `metu`) or of a policy file. Raises NotALibrary if there is none."""
    shipped = files("store") / "policies" / f"{name}.toml"
    if "/" not in name and shipped.is_file():
        return shipped.read_text("utf-8")
    try:
        return Path(name).read_text("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise PolicyFaults(name, [Fault(FILE, None, Said("is not UTF-8 text"))]) from fault
    except (OSError, ValueError) as fault:  # a path can't hold everything
        raise NotALibrary(
            Said("no policy {name!r}: {strerror}", name=name, strerror=getattr(fault, "strerror", None) or fault),
            Said("name `itu`, `metu` or a policy file"),
        ) from fault


def _take_in(database: Database, name: str, now: datetime) -> None:
    text = policy_text(name)
    table = rows.policy_version
    with database.read.begin() as connection:  # who has nothing new to write waits for no writer
        if text in connection.execute(select(table.c.text)).scalars():
            return
    policy = load_policy(text, name)
    with database.write.begin() as connection:
        if connection.execute(select(table.c.version).where(table.c.version == policy.version)).first() is None:
            versions.take_in(connection, policy, text, now)


def _opened(database: Database, settings: StoreSettings) -> Library:
    with database.read.begin() as connection:
        secret: str | None = connection.execute(_secret).scalar()
        if secret is None:
            raise NotALibrary(Said("there is no library in this database"), Said("run `kiosk init`"))
        policies, stamp = versions.read(connection), schedule.stamps(connection).get(schedule.POLICY, "")
    hasher = PinHasher(settings.pin_hashing)
    return Library(
        database=database,
        settings=settings,
        policies=policies,
        calendars=Calendars(policies.latest.zone),
        hasher=hasher,
        secret=bytes.fromhex(secret),
        chain=settings.terminal,
        policies_stamp=stamp,
    )
