"""The versions of the library's rules: each as it was loaded, from when it holds, who loaded it, by which decision.

A version begins with a day, never with one that has begun already: so a day's loans are all made under one of them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from msgspec.structs import replace
from sqlalchemy import Connection, select, update

from store import rows, statements
from store.act import At
from store.calendar import schedule
from store.desk.permissions import needs, second_pair_of_eyes
from store.desk.roles import Right
from store.policy.load import PolicyFaults, load_policy
from store.policy.model import Policies, Policy
from store.policy.verdict import Reason, Refused
from store.results.versions import VersionLine
from store.transaction import Reading, Transaction, query, use_case

_insert = statements.insert_or_change(rows.policy_version)


def read(connection: Connection) -> Policies:
    """Every version that holds or held, or will; the day from which is the row's, whatever its text says."""
    table = rows.policy_version
    found = connection.execute(
        select(table.c.text, table.c.effective_from)
        .where(table.c.withdrawn_at.is_(None))
        .order_by(table.c.effective_from, table.c.version)
    )
    return Policies(tuple(_from_its_day(_parsed(row.text), row.effective_from) for row in found))


def take_in(connection: Connection, policy: Policy, text: str, now: datetime) -> None:
    """Add a version that comes with the installation: it holds from the day that its text says."""
    _add(connection, policy, text, policy.effective_from, now)


def _add(
    connection: Connection,
    policy: Policy,
    text: str,
    first_day: date,
    now: datetime,
    staff: int | None = None,
    decision: str = "",
) -> None:
    """Add a version, or one of the same name again that was withdrawn."""
    starts = datetime.combine(first_day, time(0), policy.zone)
    values = {
        "version": policy.version, "effective_from": starts, "text": text, "loaded_at": now, "staff_id": staff,
        "decision": decision, "withdrawn_at": None,
    }  # fmt: skip
    connection.execute(_insert(connection), values)
    schedule.touch(connection, schedule.POLICY)


@use_case
@needs(Right.POLICY, "load_policy")
def load_version(tx: Transaction, text: str, first_day: date, decision: str, now: datetime, at: At) -> Refused | None:
    """Take a version in, to hold from a day to come; running loans keep theirs (ITU R21, N9; METU-M4-2).

    A second pair of eyes: another policy owner, or a supervisor. Refusals:
    `policy_faulty`, `policy_of_another_library`, `policy_version_known`, `policy_day_taken`,
    `policy_day_begun`, `decision_missing`, `second_person_required`.
    """
    reasons = list(_objections(tx, text, first_day, decision, now))
    if reasons:
        return _refuse(tx, "load_policy", Refused(tuple(reasons)), now, at)
    if (asked := second_pair_of_eyes(tx, Right.POLICY, at, Right.STATUS)) is not None:
        return asked
    policy = load_policy(text)
    _add(tx.connection, policy, text, first_day, now, at.staff, decision.strip())
    detail = {
        "version": policy.version, "from": first_day.isoformat(), "decision": decision.strip(),
        "sha256": hashlib.sha256(text.encode()).hexdigest(),
    }  # fmt: skip
    tx.record("load_policy", "done", now, at, detail=detail)
    return None


@use_case
@needs(Right.POLICY, "withdraw_policy")
def withdraw_version(tx: Transaction, version: str, now: datetime, at: At) -> Refused | None:
    """Take back a version that has not begun. Refusals: `policy_in_force`, `second_person_required`."""
    table = rows.policy_version
    this = table.c.version == version
    row = tx.connection.execute(select(table).where(this).with_for_update()).first()
    if row is None or row.withdrawn_at is not None or row.effective_from <= now:
        return _refuse(
            tx, "withdraw_policy", Refused((Reason("policy_in_force", None, "load_another_version"),)), now, at
        )
    if (asked := second_pair_of_eyes(tx, Right.POLICY, at, Right.STATUS)) is not None:
        return asked
    tx.connection.execute(update(table).where(this).values(withdrawn_at=now))
    schedule.touch(tx.connection, schedule.POLICY)
    tx.record("withdraw_policy", "done", now, at, detail={"version": version})
    return None


@query
def versions(reading: Reading, now: datetime) -> tuple[VersionLine, ...]:
    """Every version, the newest first."""
    table, staff = rows.policy_version, rows.staff
    found = reading.connection.execute(
        select(table, staff.c.name.label("who"))
        .join_from(table, staff, staff.c.id == table.c.staff_id, isouter=True)
        .order_by(table.c.effective_from.desc(), table.c.version)
    )
    lines: list[VersionLine] = []
    in_force = False
    for row in found:
        if row.withdrawn_at is not None:
            state = "withdrawn"
        elif row.effective_from > now:
            state = "to_come"
        else:
            state, in_force = "past" if in_force else "in_force", True
        lines.append(VersionLine(row.version, row.effective_from, row.loaded_at, row.who or "", row.decision, state))
    return tuple(lines)


def first_possible_day(policy: Policy, now: datetime) -> date:
    """The earliest day from which a version that is loaded now can hold."""
    return now.astimezone(policy.zone).date() + timedelta(days=1)


def _objections(tx: Transaction, text: str, first_day: date, decision: str, now: datetime) -> Iterator[Reason]:
    try:
        policy = load_policy(text)
    except PolicyFaults as wrong:
        yield Reason(
            "policy_faulty", None, "mend_the_file", {"count": len(wrong.faults), "fault": wrong.faults[0].said()}
        )
        return
    in_force = tx.library.policies.at(now)
    if (policy.slug, policy.time_zone) != (in_force.slug, in_force.time_zone):
        yield Reason("policy_of_another_library", None, "mend_the_file", {"library": in_force.slug})
    known = [each for each in tx.library.policies.versions if each.effective_from == first_day]
    if any(each.version == policy.version for each in tx.library.policies.versions):
        yield Reason("policy_version_known", None, "name_another_version", {"version": policy.version})
    elif known:
        yield Reason("policy_day_taken", None, "choose_another_day", {"day": first_day, "version": known[0].version})
    earliest = first_possible_day(in_force, now)
    if first_day < earliest:
        yield Reason("policy_day_begun", None, "choose_another_day", {"day": earliest})
    if not decision.strip():
        yield Reason("decision_missing", None, "fill_in")


def _refuse(tx: Transaction, act: str, refused: Refused, now: datetime, at: At) -> Refused:
    tx.record(act, "refused", now, at, reasons=refused.reasons)
    return refused


@lru_cache(maxsize=16)
def _parsed(text: str) -> Policy:
    """A version as it was read before: it is frozen, and reading costs as much as opening the database."""
    return load_policy(text)


def _from_its_day(policy: Policy, starts: datetime) -> Policy:
    day = starts.astimezone(policy.zone).date()
    return policy if day == policy.effective_from else replace(policy, effective_from=day)
