"""Holds on titles: placing and cancelling, the queue and its targets, and the copy that comes back for the first."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Integer, Row, bindparam, insert, or_, select, update

from store import rows, statements
from store.act import At
from store.catalogue.titles import title_facts
from store.circulation.facts import member_facts
from store.desk.permissions import needs
from store.desk.roles import Right
from store.desk.tasks import raise_task
from store.locks import lock_hold, lock_member, lock_title
from store.mail.outbox import write_notice
from store.policy import holding, notices
from store.policy.facts import Candidate, TitleCopy, WaitingHold
from store.policy.verdict import Reason, Refused
from store.results.holds import HoldCancelled, HoldPlaced
from store.states import CopyState, HoldStatus, LoanState
from store.transaction import Transaction, use_case

_hold, _target, _loan, _copy = rows.hold, rows.hold_target, rows.loan, rows.copy
_insert, _change, _change_copy = insert(_hold), statements.by_id(_hold), statements.by_id(_copy)
_insert_target, _end_target = insert(_target), statements.by_id(_target)
_this_title = bindparam("title_id", type_=Integer)
_queue = (
    select(_hold.c.id, rows.member.c.category)
    .join_from(_hold, rows.member, rows.member.c.id == _hold.c.member_id)
    .where(_hold.c.title_id == _this_title, _hold.c.status == statements.word(HoldStatus.WAITING))
    .order_by(_hold.c.placed_at, _hold.c.id)
)
_targets = (
    select(_target.c.id, _target.c.hold_id, _target.c.loan_id)
    .join(_hold, _hold.c.id == _target.c.hold_id)
    .where(_hold.c.title_id == _this_title, _target.c.until_at.is_(None))
)
_former = select(_hold.c.id, _hold.c.copy_id).where(
    _hold.c.member_id == bindparam("member_id", type_=Integer), _hold.c.title_id == _this_title,
    _hold.c.status == statements.word(HoldStatus.READY), _hold.c.pickup_until < bindparam("now"),
)  # fmt: skip
_running = (
    select(
        _loan.c.id, _loan.c.item_type, _loan.c.loan_type, _loan.c.due_at, _loan.c.lent_at, _loan.c.state,
        _copy.c.barcode, _copy.c.branch,
    )
    .join_from(_loan, _copy, _copy.c.id == _loan.c.copy_id)
    .where(_copy.c.title_id == _this_title, _loan.c.closed_at.is_(None))
)  # fmt: skip


@use_case
@needs(Right.LEND, "hold")
def place(tx: Transaction, member_id: int, title_id: int, now: datetime, at: At) -> HoldPlaced | Refused:
    """Put the member at the end of the title's queue, or give every reason why not (ITU-F1 to F7, METU section 1)."""
    connection, policy = tx.connection, tx.library.policies.at(now)
    member = member_facts(connection, policy, member_id, now, lock=True)
    former = _uncollected(connection, member_id, title_id, now)
    if former is not None:
        lock_hold(connection, former.id)
        former = _uncollected(connection, member_id, title_id, now)
    lock_title(connection, title_id)
    facts = title_facts(connection, title_id, member_id, now)
    verdict = holding.decide(policy, member, facts, now, override=at.override_reason is not None)
    if isinstance(verdict, Refused):
        tx.record("hold", "refused", now, at, member_id=member_id, reasons=verdict.reasons, detail={"title": title_id})
        return verdict
    if former is not None:
        end_hold(tx, former.id, HoldStatus.EXPIRED, "expired", now, now, notify=True)
    placed = _queue_up(tx, member_id, title_id, now, overridden=bool(verdict.overridden))
    if former is not None:
        pass_on(tx, title_id, former.copy_id, now)
    detail: dict[str, object] = {"title": title_id, "hold": placed.hold_id}
    if verdict.overridden:
        detail |= {"overridden": list(verdict.overridden), "override_reason": at.override_reason}
    tx.record("hold", "done", now, at, member_id=member_id, detail=detail)
    return placed


@use_case
@needs(Right.LEND, "cancel_hold")
def cancel(tx: Transaction, member_id: int, title_id: int, now: datetime, at: At) -> HoldCancelled | Refused:
    """The member gives the hold up; a copy that stood ready passes on at once."""
    connection, policy = tx.connection, tx.library.policies.at(now)
    lock_member(connection, member_id)
    hold = rows.hold
    active = select(hold.c.id, hold.c.copy_id, hold.c.status).where(
        hold.c.member_id == member_id, hold.c.title_id == title_id,
        hold.c.status.in_((HoldStatus.WAITING, HoldStatus.READY)),
        or_(hold.c.pickup_until.is_(None), hold.c.pickup_until >= now),
    )  # fmt: skip
    row = connection.execute(active).first()
    if row is not None:
        lock_hold(connection, row.id)  # its copy before its title, as everywhere
        row = connection.execute(active).first()
    if row is None:
        refused = Refused((Reason("item_unavailable", None, "ask_desk"),))
        tx.record("cancel_hold", "refused", now, at, member_id=member_id, reasons=refused.reasons)
        return refused
    end_hold(tx, row.id, HoldStatus.CANCELLED, "by_member", now, now, notify=policy.holds.own_cancel_notice)
    pass_on(tx, title_id, row.copy_id, now)
    tx.record("cancel_hold", "done", now, at, member_id=member_id, detail={"title": title_id, "hold": row.id})
    return HoldCancelled(row.id)


def _queue_up(tx: Transaction, member_id: int, title_id: int, now: datetime, *, overridden: bool) -> HoldPlaced:
    values = {
        "title_id": title_id, "member_id": member_id, "status": HoldStatus.WAITING, "placed_at": now,
        "overridden": overridden,
    }  # fmt: skip
    hold_id = statements.inserted(tx.connection, _insert, values)
    return HoldPlaced(hold_id, retarget(tx, title_id, now).index(hold_id) + 1)


def _uncollected(connection: Connection, member_id: int, title_id: int, now: datetime) -> Row[*tuple[Any, ...]] | None:
    """The member's former hold and its copy, if its pick-up time is over and the job has not come by yet."""
    found: Row[*tuple[Any, ...]] | None = connection.execute(
        _former, {"member_id": member_id, "title_id": title_id, "now": now}
    ).first()
    return found


def end_hold(
    tx: Transaction, hold_id: int, status: HoldStatus, why: str, ended_at: datetime, now: datetime, *, notify: bool
) -> None:
    """Close a hold and tell its member (ITU-F5); `ended_at` is the moment at which it was due to end."""
    connection, hold = tx.connection, rows.hold
    connection.execute(_change, {"this": hold_id, "status": status, "closed_at": ended_at, "closed_why": why})
    row = connection.execute(
        select(hold.c.member_id, hold.c.copy_id, rows.title.c.title)
        .join_from(hold, rows.title, rows.title.c.id == hold.c.title_id)
        .where(hold.c.id == hold_id)
    ).one()
    if notify and notices.sends(tx.library.policies.at(now), "hold_cancelled"):
        write_notice(
            tx, "hold_cancelled", member_id=row.member_id, at=ended_at, hold_id=hold_id, copy_id=row.copy_id,
            facts={"title": row.title, "reason": why}, once=f"hold_cancelled:{hold_id}",
        )  # fmt: skip


def pass_on(tx: Transaction, title_id: int, copy_id: int | None, now: datetime) -> None:
    """A copy that nobody collects goes to the next in the queue, or back to its shelf (ITU-F6)."""
    if copy_id is not None and not fill_first(tx, copy_id, now):
        set_state(tx, copy_id, CopyState.ON_SHELF)
        raise_task(tx, "reshelve", now, copy_id=copy_id)
    retarget(tx, title_id, now)


def fill_first(tx: Transaction, copy_id: int, now: datetime) -> bool:
    """Put a free copy on the hold shelf for the first waiting hold that it can fill; False if there is none."""
    connection, policy = tx.connection, tx.library.policies.at(now)
    copy, title = rows.copy, rows.title
    found = connection.execute(
        select(copy.c.title_id, copy.c.item_type, copy.c.branch, copy.c.loanable, title.c.title)
        .join_from(copy, title, title.c.id == copy.c.title_id)
        .where(copy.c.id == copy_id)
    ).one()
    facts = TitleCopy(found.item_type, found.branch, CopyState.ON_SHELF, bool(found.loanable))
    lock_title(connection, found.title_id)
    hold_id = holding.first_to_fill(policy, waiting_holds(connection, found.title_id), facts)
    if hold_id is None:
        return False
    calendar = tx.library.calendars.of(tx.connection, found.branch)
    until = holding.pickup_until(policy, calendar, now)
    values = {"status": HoldStatus.READY, "copy_id": copy_id, "ready_at": now, "pickup_until": until}
    connection.execute(_change, {"this": hold_id, **values})
    set_state(tx, copy_id, CopyState.HOLD_SHELF)
    member_id = connection.execute(select(rows.hold.c.member_id).where(rows.hold.c.id == hold_id)).scalar_one()
    write_notice(
        tx, "hold_available", member_id=member_id, at=now, hold_id=hold_id, copy_id=copy_id,
        facts={"title": found.title, "branch": found.branch, "until": until.isoformat()},
        once=f"hold_available:{hold_id}:{now.isoformat()}",
    )  # fmt: skip
    raise_task(tx, "hold_shelf_pull", now, copy_id=copy_id, hold_id=hold_id, deadline=until)
    retarget(tx, found.title_id, now)
    return True


def wait_again(tx: Transaction, copy_id: int) -> None:
    """Whoever the copy stands ready for waits again, in the old place of the queue."""
    hold = rows.hold
    tx.connection.execute(
        update(hold)
        .where(hold.c.copy_id == copy_id, hold.c.status == HoldStatus.READY)
        .values(status=HoldStatus.WAITING, copy_id=None, ready_at=None, pickup_until=None)
    )


def expire(tx: Transaction, hold_id: int, moment: datetime, now: datetime) -> None:
    """A ready hold was not collected in time: it ends and its copy passes on, all stamped with the due moment."""
    hold = rows.hold
    row = tx.connection.execute(select(hold).where(hold.c.id == hold_id)).one()
    end_hold(tx, hold_id, HoldStatus.EXPIRED, "expired", moment, now, notify=True)
    pass_on(tx, row.title_id, row.copy_id, moment)


def cancel_unfillable(tx: Transaction, title_id: int, now: datetime) -> None:
    """When the last copy that could fill a hold is lost, the waiting holds are cancelled with a letter (ITU R17)."""
    connection, policy = tx.connection, tx.library.policies.at(now)
    copies = title_facts(connection, title_id, None, now).copies
    for waiting in waiting_holds(connection, title_id):
        if not holding.fillable(policy, waiting.category, copies):
            end_hold(tx, waiting.hold_id, HoldStatus.CANCELLED, "item_lost", now, now, notify=True)
    retarget(tx, title_id, now)


def set_state(tx: Transaction, copy_id: int, state: CopyState) -> None:
    """Move a copy."""
    tx.connection.execute(_change_copy, {"this": copy_id, "state": state})


def retarget(tx: Transaction, title_id: int, now: datetime) -> list[int]:
    """Give each waiting hold of the title its target anew, in queue order (SCENARIOS 5, rule 3); give that order.

    Who was targeted when stays known: the held rate of a fine asks for it (METU-T-held).
    """
    connection, policy = tx.connection, tx.library.policies.at(now)
    lock_title(connection, title_id)
    queue = waiting_holds(connection, title_id)
    present = {row.hold_id: row for row in connection.execute(_targets, {"title_id": title_id})}
    if not queue and not present:
        return []
    wanted = holding.targets(policy, queue, _candidates(connection, title_id))
    ended = [row.id for hold_id, row in present.items() if wanted.get(hold_id) != row.loan_id]
    if ended:
        connection.execute(_end_target, [{"this": key, "until_at": now} for key in ended])
    begun = [
        {"hold_id": hold_id, "loan_id": loan_id, "from_at": now}
        for hold_id, loan_id in wanted.items()
        if hold_id not in present or present[hold_id].loan_id != loan_id
    ]
    if begun:
        connection.execute(_insert_target, begun)
    return [waiting.hold_id for waiting in queue]


def waiting_holds(connection: Connection, title_id: int) -> tuple[WaitingHold, ...]:
    """The holds that wait for the title, the first placed first (ITU AMB-064)."""
    found = connection.execute(_queue, {"title_id": title_id})
    return tuple(WaitingHold(row.id, row.category) for row in found)


def _candidates(connection: Connection, title_id: int) -> tuple[Candidate, ...]:
    return tuple(
        Candidate(
            loan_id=row.id,
            item_type=row.item_type,
            loan_type=row.loan_type,
            due=row.due_at,
            lent_at=row.lent_at,
            barcode=row.barcode,
            lost=row.state == LoanState.LOST,
            branch=row.branch,
        )
        for row in connection.execute(_running, {"title_id": title_id})
    )
