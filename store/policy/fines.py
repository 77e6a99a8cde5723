"""What lateness costs, reckoned day by day or hour by hour so that a member can check it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from store.policy.calendar import Calendar
from store.policy.facts import RunningLoan
from store.policy.model import Policies, Policy
from store.policy.services import Tariff
from store.policy.verdict import Fine, FineLine, FirstStep

_NONE = Tariff(slug="none", items=(), unit="none")


def reckon(
    policies: Policies, calendar: Calendar, loan: RunningLoan, until: datetime, *, last_day_counts: bool = True
) -> Fine:
    """The late fine of a loan if it ended at `until`: at return, at the loss report, at the invoice, or as it runs now.

    `last_day_counts=False` is for the declaration of loss, whose own day is not charged (METU AMB-59). `calendar` is
    that of the lending branch: days and hours on which it is closed are not late (ITU R6, METU AMB-53).
    """
    at_loan = policies.of_loan(loan.policy_version, loan.lent_at)
    by_day = at_loan.tariff_of == "day"

    def tariff_on(day: date) -> Tariff:
        # The tariff of the loan (ITU R21), or of each late day (METU AMB-60).
        policy = policies.on(day) if by_day else at_loan
        return policy.tariff_by_item.get(loan.item_type, _NONE)

    if not last_day_counts:
        until = calendar.at(calendar.local(until).date(), time(0))
    due_day, end_day = calendar.local(loan.due).date(), calendar.local(until).date()
    if tariff_on(end_day).unit == "hour":
        return _by_the_hour(calendar, loan, until, tariff_on)
    if not last_day_counts:
        end_day -= timedelta(days=1)
    return _by_the_day(calendar, loan, due_day, end_day, tariff_on)


def first_step(policy: Policy, item_type: str) -> FirstStep:
    """What lateness would cost at first, to be told at checkout."""
    tariff = policy.tariff_by_item.get(item_type, _NONE)
    return FirstStep(tariff.first, tariff.unit, tariff.free_days, tariff.clause)


def _by_the_hour(calendar: Calendar, loan: RunningLoan, until: datetime, tariff_on: Callable[[date], Tariff]) -> Fine:
    """Completed open hours only: 59 minutes late cost nothing (ITU AMB-010, METU AMB-55)."""
    hours = calendar.open_hours_between(loan.due, until)
    counts: dict[tuple[int, str | None], int] = {}
    first, last = calendar.local(loan.due).date(), calendar.local(until).date()
    if tariff_on(first).first == tariff_on(last).first:
        tariff = tariff_on(last)
        counts[tariff.first, tariff.clause] = hours
    else:
        done = 0
        for day in (first + timedelta(days=ahead) for ahead in range((last - first).days + 1)):
            day_over = min(until, calendar.at(day + timedelta(days=1), time(0)))
            reached = calendar.open_hours_between(loan.due, day_over)
            tariff = tariff_on(day)
            counts[tariff.first, tariff.clause] = counts.get((tariff.first, tariff.clause), 0) + reached - done
            done = reached
    lines = tuple(FineLine("hour", count, rate, clause) for (rate, clause), count in counts.items() if count)
    return Fine(sum(line.amount for line in lines), "hour", hours, 0, lines, tariff_on(last).clause)


def _by_the_day(
    calendar: Calendar, loan: RunningLoan, due_day: date, end_day: date, tariff_on: Callable[[date], Tariff]
) -> Fine:
    """Late days are the open dates after the due date; days 1 to 7 keep their own rate (ITU R7, METU 4.20)."""
    late, closed = calendar.open_days_between(due_day, end_day)
    now = tariff_on(end_day)
    if late <= now.free_days:
        # Returned in time after all: the days are free, not merely cheaper (ITU-M2, AMB-005).
        forgiven = (FineLine("forgiven", late, 0, now.free_clause),) if late else ()
        return Fine(0, "day", late, closed, forgiven, now.free_clause if late else now.clause)
    counts: dict[tuple[str, int, str | None], int] = {}
    for number, day in enumerate(calendar.open_dates(due_day, end_day), start=1):
        step = _day_step(tariff_on(day), number, loan.held_spans and _held_at(loan, calendar.at(day, time(0))))
        counts[step] = counts.get(step, 0) + 1
    lines = tuple(FineLine(kind, count, rate, clause) for (kind, rate, clause), count in counts.items())
    return Fine(sum(line.amount for line in lines), "day", late, closed, lines, now.clause)


def _day_step(tariff: Tariff, number: int, held: object) -> tuple[str, int, str | None]:
    """What one late day costs. The held rate is for days at whose start another's hold waited (METU AMB-52)."""
    if number > tariff.first_days and tariff.later is not None:
        return "later", tariff.later, tariff.later_clause or tariff.clause
    if held and tariff.held is not None:
        return "held", tariff.held, tariff.held_clause or tariff.clause
    return "first", tariff.first, tariff.clause


def _held_at(loan: RunningLoan, midnight: datetime) -> bool:
    return any(start <= midnight and (end is None or midnight < end) for start, end in loan.held_spans)
