"""Holds that another system took: each keeps its place in the queue, and what stands ready stays ready."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import and_, insert, select

from store import rows
from store.act import At
from store.catalogue.titles import title_facts
from store.circulation.holds import retarget, set_state
from store.loading.moving import WHERE, Here, wrong_with_member, wrong_with_past
from store.loading.records import Damaged, HoldRecord
from store.loading.reporting import Progress, Report, batches, finish, known_rows
from store.policy import holding
from store.policy.facts import WaitingHold
from store.policy.said import Said
from store.states import CopyState, HoldStatus
from store.transaction import Transaction, use_case

Row = Mapping[str, Any]
_ACTIVE = (HoldStatus.WAITING, HoldStatus.READY)


@use_case
def load_holds(
    tx: Transaction, records: Iterable[HoldRecord | Damaged], now: datetime, at: At, progress: Progress, dry: bool
) -> Report:
    """Holds, once the loans are in: in the order of their moments they wait for what is out. Raises BrokenFile."""
    report, here, titles = Report(), Here(tx, now, at), set[int]()
    for batch in batches(records, report, progress, _title_and_member):
        titles |= _write(here, batch, report)
    for title_id in sorted(titles):
        retarget(tx, title_id, now)
    return finish(tx, report, "holds", now, at, dry)


def _write(here: Here, batch: list[tuple[int, HoldRecord]], report: Report) -> set[int]:
    members = known_rows(here.tx, rows.member, "number", [record.member for _, record in batch])
    titles = known_rows(here.tx, rows.title, "control_number", [record.title_number for _, record in batch])
    copies = known_rows(here.tx, rows.copy, "barcode", [record.barcode for _, record in batch if record.barcode])
    touched = set[int]()
    for number, record in batch:
        member, title = members.get(record.member), titles.get(record.title_number)
        placed = here.instant(here.policy.branches[0].slug, record.placed)
        if member is not None and title is not None and _is_known(here, member["id"], title["id"], placed):
            report.unchanged += 1
            continue
        wrong = _wrong(here, record, placed, member, title, copies)
        if wrong is not None or member is None or title is None:
            report.damaged.append(Damaged(number, wrong or ""))
            continue
        copy = copies.get(record.barcode)
        _insert(here, record, placed, member, title, copy)
        if copy is not None:
            copies[record.barcode] = {**copy, "state": CopyState.HOLD_SHELF}
        report.added += 1
        touched.add(title["id"])
    return touched


def _is_known(here: Here, member_id: int, title_id: int, placed: datetime) -> bool:
    """Whether the hold stands in the library, or has ended here since."""
    hold = rows.hold
    found = here.tx.connection.execute(
        select(hold.c.status, hold.c.placed_at).where(hold.c.member_id == member_id, hold.c.title_id == title_id)
    )
    return any(row.status in _ACTIVE or row.placed_at == placed for row in found)


def _wrong(
    here: Here, record: HoldRecord, placed: datetime, member: Row | None, title: Row | None, copies: Mapping[str, Row]
) -> str | None:
    """What is wrong with the line, and what to do."""
    if title is None:
        return Said(
            "no title has the number {number}: import the titles first, or correct the number",
            number=record.title_number,
        )
    wrong = wrong_with_member(record.member, member) or wrong_with_past(placed, here.now, "placed")
    if wrong is not None or member is None:
        return wrong
    if _has_copy_on_loan(here, member["id"], title["id"]):
        return Said("the member has a copy of it on loan: leave the hold out")
    return (
        _wrong_with_ready(here, record, title, copies) if record.barcode else _wrong_with_waiting(here, member, title)
    )


def _title_and_member(record: HoldRecord) -> str:
    return Said("the hold of {title} for {member}", title=record.title_number, member=record.member)


def _wrong_with_ready(here: Here, record: HoldRecord, title: Row, copies: Mapping[str, Row]) -> str | None:
    copy = copies.get(record.barcode)
    if copy is None or copy["title_id"] != title["id"]:
        return Said(
            "{barcode} is no copy of {number}: correct one of them", barcode=record.barcode, number=record.title_number
        )
    if copy["state"] != CopyState.ON_SHELF:
        return Said(
            "the copy {barcode} is {state} here: correct that first, or leave barcode empty",
            barcode=record.barcode,
            state=WHERE[copy["state"]],
        )
    if _until(here, record, copy) < here.now:
        return Said("pickup_until is over: put the copy back and leave the hold out")
    return None


def _wrong_with_waiting(here: Here, member: Row, title: Row) -> str | None:
    waiting = (WaitingHold(0, member["category"]),)
    facts = title_facts(here.tx.connection, title["id"], None, here.now)
    if not holding.fillable(here.policy, member["category"], facts.copies):
        return Said("no copy of it can be held by {category}: leave the hold out", category=member["category"])
    if any(
        copy.state == CopyState.ON_SHELF and holding.first_to_fill(here.policy, waiting, copy) is not None
        for copy in facts.copies
    ):
        return Said(
            "a copy of it stands on the shelf: import the loans first, or name the copy that is ready in barcode"
        )
    return None


def _has_copy_on_loan(here: Here, member_id: int, title_id: int) -> bool:
    loan, copy = rows.loan, rows.copy
    statement = select(loan.c.id).join(copy, copy.c.id == loan.c.copy_id)
    mine = and_(loan.c.member_id == member_id, loan.c.closed_at.is_(None), copy.c.title_id == title_id)
    return here.tx.connection.execute(statement.where(mine).limit(1)).first() is not None


def _until(here: Here, record: HoldRecord, copy: Row) -> datetime:
    """Until when a copy stands ready: to the end of the day, unless a time is given."""
    assert record.pickup_until is not None
    if record.pickup_until.clock is None:
        return here.calendar(copy["branch"]).day_end(record.pickup_until.day)
    return here.instant(copy["branch"], record.pickup_until)


def _insert(here: Here, record: HoldRecord, placed: datetime, member: Row, title: Row, copy: Row | None) -> None:
    values: dict[str, Any] = {
        "title_id": title["id"], "member_id": member["id"], "placed_at": placed, "overridden": False,
        "status": HoldStatus.WAITING,
    }  # fmt: skip
    if copy is not None:
        until = _until(here, record, copy)
        values |= {"status": HoldStatus.READY, "copy_id": copy["id"], "ready_at": here.now, "pickup_until": until}
        set_state(here.tx, copy["id"], CopyState.HOLD_SHELF)
    here.tx.connection.execute(insert(rows.hold), values)
