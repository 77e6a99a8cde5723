"""What a scenario's expectations are compared with: the library after a step, in the scenario's own words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, Row, func, select

from store import rows
from store.library import Library
from store.money import ledger
from store.scenarios.acting import Answer
from store.scenarios.world import World
from store.states import HoldStatus, LedgerKind

_CHARGES = (LedgerKind.PROCESSING_FEE, LedgerKind.REPLACEMENT, LedgerKind.DAMAGE)
_QUIET = ("pin_code", "pin_changed")
_MARKED = (rows.ledger_entry, rows.notice, rows.task, rows.loan, rows.hold, rows.suspension, rows.loss_case)
_marks = select(*(select(func.coalesce(func.max(table.c.id), 0)).scalar_subquery() for table in _MARKED))


class Marks(Struct, frozen=True):
    """How many of each the library had: what came later is known by its number."""

    entry: int
    notice: int
    task: int
    loan: int
    hold: int
    suspension: int
    case: int


def marks(library: Library) -> Marks:
    """Where the library stands."""
    with library.database.read.begin() as connection:
        return Marks(*connection.execute(_marks).one())


def unchanged(library: Library, before: Marks) -> bool:
    """Whether nothing was added since; codes by mail aside."""
    now = marks(library)
    return (now.entry, now.task, now.loan, now.hold, now.suspension, now.case) == (
        before.entry, before.task, before.loan, before.hold, before.suspension, before.case,
    )  # fmt: skip


def fits(key: str, expected: Any, found: Any) -> bool:  # noqa: ANN401 - values of a TOML file
    """Whether what was found is what is expected; of notices and holds only the keys that are named."""
    if key == "notices":
        return len(found or ()) == len(expected) and all(
            _fits_keys(one, other) for one, other in zip(expected, found or (), strict=True)
        )
    if key == "hold":
        return isinstance(found, dict) and _fits_keys(expected, found)
    if key == "tasks":
        return sorted(expected) == sorted(found or ())
    return bool(found == expected)


def _fits_keys(expected: Mapping[str, Any], found: Mapping[str, Any]) -> bool:
    return all(found.get(key) == value or (key == "item" and found.get(key) == "*") for key, value in expected.items())


def see(
    library: Library,
    world: World,
    step: Mapping[str, Any],
    answer: Answer,
    before: Marks,
    acted: Marks,
    now: datetime,
    keys: Iterable[str],
) -> dict[str, Any]:
    """Look at the keys that the step expects: `before` the clock passed, `acted` before the step itself."""
    with library.database.read.begin() as connection:
        eye = _Eye(connection, library, world)
        loan = eye.loan(step.get("item"))
        member_id = world.members[step["member"]] if "member" in step else loan.member_id if loan else None
        looks: dict[str, Callable[[], Any]] = {
            "from": lambda: eye.wall(answer.possible_from),
            "due": lambda: eye.wall(loan.due_at) if loan else None,
            "renewals": lambda: loan.renewals if loan else None,
            "fine": lambda: eye.charged(acted.entry, (LedgerKind.LATE_FINE,)),
            "fee": lambda: eye.charged(acted.entry, _CHARGES),
            "balance": lambda: ledger.balance(connection, member_id) if member_id else 0,
            "suspended_until": lambda: eye.suspended_until(member_id, now),
            "item": lambda: eye.item_state(step.get("item")),
            "hold": lambda: eye.hold(member_id, step.get("item"), now),
            "member_status": lambda: eye.status(member_id),
            "notices": lambda: eye.notices(before.notice),
            "tasks": lambda: eye.tasks(before.task),
        }
        return {key: looks[key]() for key in keys}


class _Eye(Struct, frozen=True):
    connection: Connection
    library: Library
    world: World

    def wall(self, instant: datetime | None) -> datetime | None:
        return None if instant is None else instant.astimezone(self.library.calendars.zone).replace(tzinfo=None)

    def loan(self, item: str | None) -> Row[*tuple[Any, ...]] | None:
        if item is None:
            return None
        loan = rows.loan
        statement = select(loan).where(loan.c.copy_id == self.world.copies[item]).order_by(loan.c.id.desc()).limit(1)
        return self.connection.execute(statement).first()

    def charged(self, since: int, kinds: tuple[LedgerKind, ...]) -> int:
        entry = rows.ledger_entry
        total = select(func.coalesce(func.sum(entry.c.amount), 0)).where(entry.c.id > since, entry.c.kind.in_(kinds))
        return int(self.connection.execute(total).scalar_one())

    def suspended_until(self, member_id: int | None, now: datetime) -> datetime | str:
        table = rows.suspension
        end = self.connection.execute(
            select(func.max(table.c.ends_at)).where(table.c.member_id == member_id, table.c.ends_at > now)
        ).scalar()
        return self.wall(end) or "none"

    def item_state(self, item: str | None) -> str | None:
        if item is None:
            return None
        copy = rows.copy
        return str(
            self.connection.execute(select(copy.c.state).where(copy.c.id == self.world.copies[item])).scalar_one()
        )

    def hold(self, member_id: int | None, item: str | None, now: datetime) -> dict[str, Any] | None:
        if item is None or member_id is None:
            return None
        hold, title_id = rows.hold, self.world.titles[item]
        mine = self.connection.execute(
            select(hold).where(hold.c.title_id == title_id, hold.c.member_id == member_id).order_by(hold.c.id.desc())
        ).first()
        if mine is None:
            return None
        waiting = self.connection.execute(
            select(hold.c.id)
            .where(hold.c.title_id == title_id, hold.c.status == "waiting")
            .order_by(hold.c.placed_at, hold.c.id)
        ).scalars()
        order = list(waiting)
        # A ready hold is over with its last second, whenever the job comes by (SCENARIOS 5, rule 3).
        over = mine.status == HoldStatus.READY and now > mine.pickup_until
        return {
            "status": str(HoldStatus.EXPIRED if over else mine.status),
            "position": order.index(mine.id) + 1 if mine.id in order else None,
            "pickup_until": self.wall(mine.pickup_until),
        }

    def status(self, member_id: int | None) -> str | None:
        member = rows.member
        found = self.connection.execute(select(member.c.status).where(member.c.id == member_id)).scalar()
        return None if found is None else str(found)

    def notices(self, since: int) -> list[dict[str, Any]]:
        notice = rows.notice
        found = self.connection.execute(
            select(notice).where(notice.c.id > since, notice.c.kind.not_in(_QUIET)).order_by(notice.c.at, notice.c.id)
        )
        names = {key: name for name, key in self.world.members.items()}
        return [
            {"kind": row.kind, "member": names.get(row.member_id), "item": self._item(row), "at": self.wall(row.at)}
            for row in found
        ]

    def _item(self, notice: Row[*tuple[Any, ...]]) -> str | None:
        """The name of a notice's item; `*` for a hold on a title of several copies, where any fits."""
        names = {copy_id: name for name, copy_id in self.world.copies.items()}
        if notice.hold_id is None:
            return names.get(notice.copy_id)
        hold = rows.hold
        title_id = self.connection.execute(select(hold.c.title_id).where(hold.c.id == notice.hold_id)).scalar_one()
        copies = [name for name, title in self.world.titles.items() if title == title_id]
        return copies[0] if len(copies) == 1 else "*"

    def tasks(self, since: int) -> list[str]:
        task = rows.task
        return list(self.connection.execute(select(task.c.slug).where(task.c.id > since).order_by(task.c.id)).scalars())
