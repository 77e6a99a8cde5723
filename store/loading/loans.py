"""Loans that another system made: they keep due dates and renewals, whatever the limits, for the books are out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select

from store import rows, statements
from store.act import At
from store.circulation.events import coming
from store.circulation.holds import retarget, set_state
from store.loading.moving import WHERE, Here, wrong_with_member, wrong_with_past
from store.loading.records import Damaged, LoanRecord
from store.loading.reporting import Progress, Report, batches, finish, known_rows
from store.policy import due, notices
from store.policy.calendar import Calendar
from store.policy.facts import RunningLoan
from store.policy.periods import Period, add_months
from store.policy.said import Said, said_of
from store.states import CopyState, HoldStatus, LoanState, NoticeStatus
from store.transaction import Transaction, use_case

Row = Mapping[str, Any]
_IN_CHUNKS_OF = 400


@use_case
def load_loans(
    tx: Transaction, records: Iterable[LoanRecord | Damaged], now: datetime, at: At, progress: Progress, dry: bool
) -> Report:
    """Loans that are out. One that is known, out or ended here since, is left as it is. Raises BrokenFile."""
    report, here, titles = Report(), Here(tx, now, at), set[int]()
    for batch in batches(records, report, progress, lambda record: record.barcode):
        titles |= _write(here, batch, report)
    for title_id in _waited_for(tx, sorted(titles)):
        retarget(tx, title_id, now)
    return finish(tx, report, "loans", now, at, dry)


def _write(here: Here, batch: list[tuple[int, LoanRecord]], report: Report) -> set[int]:
    members = known_rows(here.tx, rows.member, "number", [record.member for _, record in batch])
    copies = known_rows(here.tx, rows.copy, "barcode", [record.barcode for _, record in batch])
    known = _known(here, [copy["id"] for copy in copies.values()])
    titles = set[int]()
    for number, record in batch:
        member, copy = members.get(record.member), copies.get(record.barcode)
        if copy is not None and (copy["id"], here.instant(copy["branch"], record.lent)) in known:
            report.unchanged += 1
            continue
        try:
            _write_one(here, record, member, copy)
        except ValueError as wrong:
            report.damaged.append(Damaged(number, said_of(wrong)))
        else:
            report.added += 1
            assert copy is not None
            titles.add(copy["title_id"])
    return titles


def _known(here: Here, copy_ids: list[int]) -> set[tuple[int, datetime]]:
    """Which loans of these copies stand in the library, ended or not, by the moment at which they began."""
    loan = rows.loan
    found = here.tx.connection.execute(select(loan.c.copy_id, loan.c.lent_at).where(loan.c.copy_id.in_(copy_ids)))
    return {(row.copy_id, row.lent_at) for row in found}


def _write_one(here: Here, record: LoanRecord, member: Row | None, copy: Row | None) -> None:
    """Raises ValueError that says what is wrong and what to do."""
    wrong = wrong_with_member(record.member, member)
    if copy is None:
        wrong = Said(
            "no copy has the barcode {barcode}: import the copies first, or correct the barcode", barcode=record.barcode
        )
    if wrong is not None or member is None or copy is None:
        raise ValueError(wrong)
    if copy["state"] != CopyState.ON_SHELF:
        raise ValueError(
            Said(
                "the copy {barcode} is {state} here: correct that first, or leave the loan out",
                barcode=record.barcode,
                state=WHERE[copy["state"]],
            )
        )
    running, allowed = _running(here, record, member, copy)
    wrong = wrong_with_past(running.lent_at, here.now, "lent")
    if running.due < running.lent_at:
        wrong = Said("due comes before lent: correct one of them")
    if wrong is not None:
        raise ValueError(wrong)
    loan_id = _insert(here, record, running, allowed, member, copy)
    set_state(here.tx, copy["id"], CopyState.ON_LOAN)
    if record.reminders:
        _write_reminded(here, record, running, loan_id, member, copy)


def _running(here: Here, record: LoanRecord, member: Row, copy: Row) -> tuple[RunningLoan, int]:
    """The loan as the rules see it, and how often it may be renewed in all."""
    policy, calendar = here.policy, here.calendar(copy["branch"])
    rule = policy.rules.find(member["category"], copy["item_type"], record.loan_type)
    nearest = rule or policy.rules.shortest(copy["item_type"])
    lent = here.instant(copy["branch"], record.lent)
    period = due.period_of(
        policy, copy["item_type"], nearest, copy["period"] if record.loan_type == "standard" else None,
        lambda each: due.first_due(policy, calendar, nearest, each, lent) if nearest is not None else None,
    )  # fmt: skip
    hourly = period is not None and period.hourly
    if hourly and record.due.clock is None:
        raise ValueError(
            Said(
                "due needs a time of day, as 2026-03-31 16:30: {item_type} is lent by the hour",
                item_type=copy["item_type"],
            )
        )
    until = here.instant(copy["branch"], record.due) if hourly else calendar.day_end(record.due.day)
    start = _period_start(calendar, record, period, lent, until)
    allowed = max(rule.renewals if rule is not None else 0, record.renewals)
    renewable = period is not None and record.renewals < allowed
    running = RunningLoan(
        item_type=copy["item_type"],
        loan_type=record.loan_type,
        branch=copy["branch"],
        lent_at=lent,
        period_start=start,
        due=until,
        hourly=hourly,
        opens_at=due.opens_at(policy, calendar, period, start, lent) if renewable and period is not None else None,
        policy_version=here.tx.library.policies.at(lent).version,
        renewals=record.renewals,
        renewals_allowed=allowed,
        period=copy["period"],
        category=member["category"],
    )
    return running, allowed


def _period_start(
    calendar: Calendar, record: LoanRecord, period: Period | None, lent: datetime, until: datetime
) -> datetime:
    """When the running period began: with the loan, or after a renewal one period before it ends (ITU-D1)."""
    if not record.renewals or period is None or period.unit not in ("hour", "day", "month"):
        return lent
    if period.unit == "hour":
        return max(lent, until - timedelta(hours=period.count))
    day = calendar.local(until).date()
    began = add_months(day, -period.count) if period.unit == "month" else day - timedelta(days=period.count)
    return max(lent, calendar.at(began, calendar.local(lent).time()))


def _insert(here: Here, record: LoanRecord, running: RunningLoan, allowed: int, member: Row, copy: Row) -> int:
    next_at, next_kind = _next(here, running)
    values = {
        "copy_id": copy["id"], "member_id": member["id"], "category": member["category"],
        "item_type": running.item_type, "branch": running.branch, "loan_type": running.loan_type,
        "hourly": running.hourly, "state": LoanState.OPEN, "lent_at": running.lent_at,
        "period_start": running.period_start, "opens_at": running.opens_at, "due_at": running.due,
        "renewals": record.renewals, "renewals_allowed": allowed, "policy_version": running.policy_version,
        "visit": None, "terminal": here.at.terminal, "overridden": False, "to_be_checked": False, "fined_late": False,
        "next_event_at": next_at, "next_event": next_kind,
    }  # fmt: skip
    return statements.inserted(here.tx.connection, insert(rows.loan), values)


def _next(here: Here, running: RunningLoan) -> tuple[datetime | None, str | None]:
    """What time brings next. A declaration of loss whose day has passed is due now, letters are not (METU-2-h.lost)."""
    calendar = here.calendar(running.branch)
    ahead = coming(here.policy, calendar, running, here.now)
    planned = notices.plan(here.policy, calendar, running, here.now)
    if ahead.next_at is None and any(each.kind == "lost" for each in planned):
        return here.now, "lost"
    return ahead.next_at, ahead.next_kind


def _write_reminded(here: Here, record: LoanRecord, running: RunningLoan, loan_id: int, member: Row, copy: Row) -> None:
    """Note the overdue letters that the other system sent: a declaration of loss counts them (METU-2-h.lost)."""
    planned = notices.plan(here.policy, here.calendar(running.branch), running, running.due)
    overdue = [notice for notice in planned if notice.kind.startswith("overdue_") and notice.at <= here.now]
    for notice in overdue[: record.reminders]:
        values = {
            "kind": notice.kind, "member_id": member["id"], "loan_id": loan_id, "copy_id": copy["id"],
            "at": notice.at, "facts": {}, "once": f"{notice.kind}:{loan_id}:{running.due.isoformat()}",
            "status": NoticeStatus.SENT, "sent_at": notice.at, "attempts": 0, "trouble": "",
            "address": member["email"], "language": member["language"] or "tr",
        }  # fmt: skip
        here.tx.connection.execute(insert(rows.notice), values)


def _waited_for(tx: Transaction, titles: list[int]) -> Iterator[int]:
    hold = rows.hold
    for begin in range(0, len(titles), _IN_CHUNKS_OF):
        some = titles[begin : begin + _IN_CHUNKS_OF]
        statement = select(hold.c.title_id).where(hold.c.status == HoldStatus.WAITING, hold.c.title_id.in_(some))
        yield from tx.connection.execute(statement.distinct()).scalars().all()
