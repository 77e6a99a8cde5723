"""Lending, taking the last loan back, and telling what a scanned code is."""

from __future__ import annotations

from datetime import datetime

from msgspec.structs import replace
from sqlalchemy import Connection, exists, insert, select, update

from store import rows, statements
from store.act import At
from store.catalogue import describing
from store.catalogue.titles import title_facts
from store.circulation.events import coming
from store.circulation.facts import CopyRead, member_facts, read_copy
from store.circulation.holds import end_hold, pass_on, retarget, set_state, wait_again
from store.circulation.loans import once
from store.desk.permissions import needs
from store.desk.roles import Right
from store.desk.tasks import CARRIED, finish_tasks, raise_task
from store.locks import lock_copy
from store.mail.outbox import write_notice
from store.policy import due, fines, holding, lending, notices
from store.policy.calendar import Calendar
from store.policy.facts import Asked, LoanFacts, MemberFacts, RunningLoan, TitleFacts
from store.policy.model import Policy
from store.policy.periods import parse_period
from store.policy.verdict import HoldTerms, LoanTerms, PlannedNotice, Reason, Refused
from store.results.circulation import CheckedOut, Item, NothingToUndo, NotLent, Undone
from store.states import CopyState, HoldStatus, LoanState
from store.transaction import Reading, Transaction, query, use_case

_UNKNOWN = Reason("item_unavailable", None, "ask_desk")
_insert_loan, _change_hold = insert(rows.loan), statements.by_id(rows.hold)


@use_case
@needs(Right.LEND)
def checkout(tx: Transaction, member_id: int, barcode: str, now: datetime, at: At) -> CheckedOut | NotLent:
    """Lend a copy, or give every reason why not; a refusal changes nothing but the audit.

    The same barcode again within a visit gets the same answer. A copy that waits for the member is handed over as the
    hold. Raises NoResultFound for a member who does not exist.
    """
    policy = tx.library.policies.at(now)
    connection = tx.connection
    member = member_facts(connection, policy, member_id, now, lock=True, card_document=at.card_document)
    copy = read_copy(connection, barcode, member_id, now, lock=True)
    if copy is None:
        tx.record("checkout", "refused", now, at, member_id=member_id, barcode=barcode, reasons=(_UNKNOWN,))
        return NotLent(barcode, None, (_UNKNOWN,))
    calendar = tx.library.calendars.of(tx.connection, copy.facts.branch)
    if copy.open_loan_mine and at.visit is not None and copy.open_loan_visit == at.visit:
        return _same_answer(tx, policy, member, copy, now, at, member_id)
    if at.due is not None and at.due <= now:
        unfit = (Reason("due_moment_unfit", None, "fill_in", {"since": now}),)
        tx.record("checkout", "refused", now, at, member_id=member_id, barcode=barcode, reasons=unfit)
        return NotLent(barcode, describing.item(policy, copy), unfit)
    asked = Asked(at.channel, at.loan_type, at.due, override=at.override_reason is not None)
    verdict = lending.decide(policy, calendar, member, copy.facts, asked, now)
    if isinstance(verdict, Refused):
        tx.record("checkout", "refused", now, at, member_id=member_id, barcode=barcode, reasons=verdict.reasons)
        can_hold = _can_hold(connection, policy, member, copy, member_id, now)
        return NotLent(barcode, describing.item(policy, copy), verdict.reasons, can_hold)
    return _lend(tx, policy, calendar, member, copy, verdict, now, at, member_id)


@use_case
@needs(Right.LEND, "undo")
def undo_last(tx: Transaction, member_id: int, now: datetime, at: At) -> Undone | NothingToUndo:
    """Take back the last loan of the visit by a compensating entry.

    The copy is then to be reshelved and is `in_transit` until staff scan it: nobody walks out with it as returned.
    """
    policy = tx.library.policies.at(now)
    connection = tx.connection
    member_facts(connection, policy, member_id, now, lock=True)
    loan, copies = rows.loan, rows.copy
    last_one = (
        select(loan.c.id, copies.c.barcode, copies.c.id.label("copy_id"), copies.c.title_id)
        .join_from(loan, copies, copies.c.id == loan.c.copy_id)
        .where(loan.c.member_id == member_id, loan.c.visit == at.visit, loan.c.state == LoanState.OPEN)
        .where(loan.c.renewals == 0, loan.c.closed_at.is_(None))
        .order_by(loan.c.lent_at.desc(), loan.c.id.desc())
        .limit(1)
    )
    last = connection.execute(last_one).first()
    if last is not None:
        lock_copy(connection, last.barcode)
        last = connection.execute(last_one.where(loan.c.id == last.id)).first()  # else it has just been returned
    if last is None or at.visit is None:
        tx.record("undo", "refused", now, at, member_id=member_id)
        return NothingToUndo()
    connection.execute(
        update(loan)
        .where(loan.c.id == last.id)
        .values(state=LoanState.UNDONE, closed_at=now, next_event_at=None, next_event=None)
    )
    connection.execute(update(copies).where(copies.c.id == last.copy_id).values(state=CopyState.IN_TRANSIT))
    raise_task(tx, "reshelve", now, copy_id=last.copy_id, loan_id=last.id)
    retarget(tx, last.title_id, now)
    tx.record("undo", "done", now, at, member_id=member_id, barcode=last.barcode, detail={"loan": last.id})
    copy = read_copy(connection, last.barcode, member_id, now, lock=False)
    assert copy is not None
    member = member_facts(connection, policy, member_id, now, lock=False)
    return Undone(describing.item(policy, copy), describing.meters(policy, member))


@query
def what_is(reading: Reading, code: str) -> Item | None:
    """The item with this barcode, for whoever finds one; None if it is no item's."""
    library = reading.library
    long_ago = datetime.min.replace(tzinfo=library.calendars.zone)
    copy = read_copy(reading.connection, code, None, long_ago, lock=False)
    return None if copy is None else describing.item(library.policies.latest, copy)


def _lend(
    tx: Transaction,
    policy: Policy,
    calendar: Calendar,
    member: MemberFacts,
    copy: CopyRead,
    terms: LoanTerms,
    now: datetime,
    at: At,
    member_id: int,
) -> CheckedOut:
    loan_id = _write_loan(tx, policy, calendar, member, copy, terms, now, at, member_id)
    stale = copy.ready_until is not None and now > copy.ready_until
    if stale and copy.ready_hold_id is not None:
        end_hold(tx, copy.ready_hold_id, HoldStatus.EXPIRED, "expired", now, now, notify=True)
    displaced = not stale and copy.ready_hold_id not in (None, copy.my_hold_id)  # a supervisor has allowed it
    if displaced:
        wait_again(tx, copy.copy_id)
    set_state(tx, copy.copy_id, CopyState.ON_LOAN)
    fulfilled = copy.my_hold_id is not None and not copy.my_hold_over
    if fulfilled:
        tx.connection.execute(_change_hold, {"this": copy.my_hold_id, "status": HoldStatus.FULFILLED, "closed_at": now})
    if fulfilled and copy.my_other_copy_id is not None:
        pass_on(tx, copy.title_id, copy.my_other_copy_id, now)  # another copy stood ready for the member
    elif copy.waiting or fulfilled or displaced:
        retarget(tx, copy.title_id, now)
    if copy.has_tasks:
        finish_tasks(tx, CARRIED, now, at.staff, copy_id=copy.copy_id)
    detail: dict[str, object] = {"loan": loan_id, "due": terms.due.isoformat()}
    if terms.overridden:
        detail |= {"overridden": list(terms.overridden), "override_reason": at.override_reason}
    tx.record("checkout", "done", now, at, member_id=member_id, barcode=copy.barcode, detail=detail)
    lent = LoanFacts(loan_id, copy.facts.item_type, at.loan_type, terms.due, copy.title)
    after = replace(member, loans=(*member.loans, lent))
    return _checked_out(policy, after, copy, terms, loan_id, repeated=False, from_hold=fulfilled)


def _write_loan(
    tx: Transaction,
    policy: Policy,
    calendar: Calendar,
    member: MemberFacts,
    copy: CopyRead,
    terms: LoanTerms,
    now: datetime,
    at: At,
    member_id: int,
) -> int:
    running = RunningLoan(
        item_type=copy.facts.item_type,
        loan_type=at.loan_type,
        branch=copy.facts.branch,
        lent_at=now,
        period_start=terms.period_start,
        due=terms.due,
        hourly=terms.hourly,
        period=copy.facts.period,
        category=member.category,
    )
    ahead = coming(policy, calendar, running, now)
    values = {
        "copy_id": copy.copy_id, "member_id": member_id, "category": member.category,
        "item_type": copy.facts.item_type, "branch": copy.facts.branch, "loan_type": at.loan_type,
        "hourly": terms.hourly, "state": LoanState.OPEN, "lent_at": now, "period_start": terms.period_start,
        "opens_at": terms.opens_at, "due_at": terms.due, "renewals": 0, "renewals_allowed": terms.renewals_allowed,
        "policy_version": policy.version, "visit": at.visit, "terminal": at.terminal,
        "overridden": bool(terms.overridden), "to_be_checked": False, "fined_late": False,
        "next_event_at": ahead.next_at, "next_event": ahead.next_kind,
    }  # fmt: skip
    loan_id = statements.inserted(tx.connection, _insert_loan, values)
    _write_letters(tx, policy, ahead.now, copy, terms, now, member_id, loan_id)
    return loan_id


def _write_letters(
    tx: Transaction,
    policy: Policy,
    at_once: tuple[PlannedNotice, ...],
    copy: CopyRead,
    terms: LoanTerms,
    now: datetime,
    member_id: int,
    loan_id: int,
) -> None:
    """The confirmation, where the policy sends one (METU-2-g.courtesy), and a late courtesy notice (ITU R14)."""
    facts = {"title": copy.title, "barcode": copy.barcode, "due": terms.due.isoformat(), "hourly": terms.hourly}
    kinds = ["checkout_confirmation"] if notices.sends(policy, "checkout_confirmation") else []
    for kind in (*kinds, *(notice.kind for notice in at_once)):
        write_notice(
            tx, kind, member_id=member_id, at=now, facts=facts, loan_id=loan_id, copy_id=copy.copy_id,
            once=once(kind, loan_id, terms.due),
        )  # fmt: skip


def _same_answer(
    tx: Transaction,
    policy: Policy,
    member: MemberFacts,
    copy: CopyRead,
    now: datetime,
    at: At,
    member_id: int,
) -> CheckedOut:
    loan, hold = rows.loan, rows.hold
    from_hold = exists().where(
        hold.c.member_id == loan.c.member_id, hold.c.closed_at == loan.c.lent_at,
        hold.c.title_id == copy.title_id, hold.c.status == HoldStatus.FULFILLED,
    )  # fmt: skip
    row = tx.connection.execute(select(loan, from_hold.label("from_hold")).where(loan.c.id == copy.open_loan_id)).one()
    terms = LoanTerms(
        due=row.due_at,
        hourly=bool(row.hourly),
        period_start=row.period_start,
        renewals_allowed=row.renewals_allowed,
        opens_at=row.opens_at,
        clause=None,
        short_period=_is_short(policy, row.category, copy, row.loan_type),
    )
    tx.record("checkout", "repeated", now, at, member_id=member_id, barcode=copy.barcode, detail={"loan": row.id})
    answer = _checked_out(policy, member, copy, terms, row.id, repeated=True, from_hold=bool(row.from_hold))
    return replace(answer, overridden=bool(row.overridden))


def _is_short(policy: Policy, category: str, copy: CopyRead, loan_type: str) -> bool:
    rule, own = policy.rules.find(category, copy.facts.item_type, loan_type), copy.facts.period
    if rule is None or own is None or loan_type != "standard":
        return False
    return due.shortens(rule.period, parse_period(own))


def _checked_out(
    policy: Policy,
    member: MemberFacts,
    copy: CopyRead,
    terms: LoanTerms,
    loan_id: int,
    *,
    repeated: bool,
    from_hold: bool,
) -> CheckedOut:
    step = fines.first_step(policy, copy.facts.item_type)
    return CheckedOut(
        loan_id=loan_id,
        item=replace(describing.item(policy, copy), state=CopyState.ON_LOAN),
        due=terms.due,
        hourly=terms.hourly,
        renewals_allowed=terms.renewals_allowed,
        renewable_from=terms.opens_at,
        fine_first=step.amount,
        fine_unit=step.unit,
        fine_free_days=step.free_days,
        short_period=terms.short_period,
        from_hold=from_hold,
        repeated=repeated,
        overridden=bool(terms.overridden),
        meters=describing.meters_of(policy, member, copy.facts.item_type),
    )


def _can_hold(
    connection: Connection, policy: Policy, member: MemberFacts, copy: CopyRead, member_id: int, now: datetime
) -> bool:
    facts: TitleFacts = title_facts(connection, copy.title_id, member_id, now)
    return isinstance(holding.decide(policy, member, facts, now), HoldTerms)
