"""What a database's fault means: worth another try, out of reach, without room, damaged, or busy for too long."""

from __future__ import annotations

from sqlalchemy.exc import DatabaseError, DBAPIError, InterfaceError, OperationalError

from store.errors import DatabaseBusy, DatabaseDamaged, DatabaseUnreachable, LibraryError
from store.policy.said import Said

_PASSING = {"40001", "40P01"}
_BUSY = {"55P03", "57014"}
"A lock or a statement that took longer than the connection allows."
_NO_ROOM = {"53100", "58030", "25006"}
_RUNS = Said("check the address of the database, and that it runs")
_ADDRESS = Said("check the address of the database; if it is right, restore the last backup")
_RIGHTS = Said("check the address of the database and the rights of its folder")
_ROOM = Said("make room on the disk and let it be written, then try again")
_RESTORE = Said("run `kiosk database verify`, then `kiosk database restore` with the last backup")


def is_passing(fault: DBAPIError) -> bool:
    """Whether the same transaction may well succeed if tried again: a deadlock, a failed serialization, a busy file."""
    if _state(fault) in _PASSING:
        return True
    return isinstance(fault, OperationalError) and "database is locked" in str(fault.orig)


def broken_rule(fault: DBAPIError) -> str:
    """Name the constraint that refused: PostgreSQL says its name, SQLite the CHECK's name or the unique columns."""
    diagnosis = getattr(fault.orig, "diag", None)
    if diagnosis is not None:
        return str(diagnosis.constraint_name or "")
    return str(fault.orig).partition("constraint failed: ")[2]


def told(fault: DBAPIError, *, disconnected: bool) -> LibraryError | None:
    """The fault in the words of the house; None if it is the program's own (a broken rule, a wrong statement).

    Passing faults are not told: they are tried again first.
    """
    words, state = str(fault.orig).strip(), _state(fault)
    if "malformed" in words:
        return DatabaseDamaged(Said("the database is damaged: {words}", words=words), _RESTORE)
    if "not a database" in words:
        return DatabaseUnreachable(Said("this is no library's database: {words}", words=words), _ADDRESS)
    if "unable to open" in words:
        return DatabaseUnreachable(Said("the database can't be opened: {words}", words=words), _RIGHTS)
    if state in _NO_ROOM or any(sign in words for sign in ("is full", "disk I/O", "readonly")):
        return DatabaseUnreachable(Said("the disk can't be read or written: {words}", words=words), _ROOM)
    if state in _BUSY:
        return busy(fault)
    if disconnected or _is_out_of_reach(fault, state):
        return out_of_reach(fault)
    return None


def out_of_reach(fault: DBAPIError) -> LibraryError:
    """No connection can be made, or it was lost, or another program holds the file."""
    if is_passing(fault):
        return busy(fault)
    return DatabaseUnreachable(Said("the database can't be reached: {words}", words=str(fault.orig).strip()), _RUNS)


def busy(fault: DBAPIError) -> DatabaseBusy:
    """A passing fault that did not pass."""
    return DatabaseBusy(
        Said("the database is busy: {words}", words=str(fault.orig).strip()),
        Said("try again; another program holds what this one needs"),
    )


def _is_out_of_reach(fault: DBAPIError, state: str | None) -> bool:
    if is_passing(fault) or not isinstance(fault, DatabaseError | InterfaceError):
        return False
    if state is None:  # psycopg could not connect, or lost the connection: no server said what was wrong
        return isinstance(fault, OperationalError | InterfaceError) and type(fault.orig).__module__.startswith(
            "psycopg"
        )
    return state[:2] in ("08", "53", "57") or state == "25P03"


def _state(fault: DBAPIError) -> str | None:
    state: str | None = getattr(fault.orig, "sqlstate", None)
    return state
