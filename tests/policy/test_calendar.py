"""Open days and hours, working days, terms, and lengths of time."""

from __future__ import annotations

from datetime import date

import pytest

from store.policy.periods import Period, add_months, parse_period
from tests.policy.world import SPRING, SUMMER, at, calendar

D = date.fromisoformat


@pytest.mark.parametrize(
    ("day", "closed", "rolled"),
    [
        ("2026-03-20", (), "2026-03-20"),
        ("2026-03-21", (), "2026-03-23"),
        ("2026-03-22", (), "2026-03-23"),
        ("2026-03-20", ("2026-03-20",), "2026-03-23"),
        ("2026-03-20", ("2026-03-20", "2026-03-23", "2026-03-24"), "2026-03-25"),
    ],
)
def test_a_closed_day_rolls_to_the_next_open_one(day: str, closed: tuple[str, ...], rolled: str) -> None:
    assert calendar(weekly=True, closed=closed).open_on_or_after(D(day)) == D(rolled)


def test_a_branch_that_never_opens_leaves_the_date() -> None:
    never = calendar(weekly=True, closed=[]).__class__(calendar().zone, dict.fromkeys(range(7)))
    assert never.open_on_or_after(D("2026-03-20")) == D("2026-03-20")


@pytest.mark.parametrize(
    ("moment", "rolled"),
    [
        ("2026-03-05 16:59:59", "2026-03-05 16:59:59"),
        ("2026-03-05 17:00", "2026-03-05 17:00"),
        ("2026-03-05 17:00:01", "2026-03-06 08:30"),
        ("2026-03-05 08:29:59", "2026-03-05 08:30"),
        ("2026-03-06 18:20", "2026-03-09 08:30"),
    ],
)
def test_a_moment_outside_hours_moves_to_the_next_opening(moment: str, rolled: str) -> None:
    assert calendar(weekly=True).open_moment(at(moment)) == at(rolled)


@pytest.mark.parametrize(
    ("weekly", "moment", "closing"),
    [
        (False, "2026-03-02 10:00", "2026-03-02 23:59:59"),
        (True, "2026-03-02 10:00", "2026-03-02 17:00"),
        (True, "2026-03-02 17:00", "2026-03-03 17:00"),
        (True, "2026-03-06 18:00", "2026-03-09 17:00"),
    ],
)
def test_closing_time_of_the_day(weekly: bool, moment: str, closing: str) -> None:
    assert calendar(weekly=weekly).closing_after(at(moment)) == at(closing)


@pytest.mark.parametrize(
    ("weekly", "start", "end", "hours"),
    [
        (False, "2026-03-02 12:00", "2026-03-02 12:59:59", 0),
        (False, "2026-03-02 12:00", "2026-03-02 13:00", 1),
        (False, "2026-03-02 12:00", "2026-03-02 11:00", 0),
        (False, "2026-03-02 23:59:59", "2026-03-04 09:01", 33),
        (True, "2026-03-05 15:00", "2026-03-06 09:30", 3),
        (True, "2026-03-05 17:00", "2026-03-06 09:29", 0),
        (True, "2026-03-06 16:00", "2026-03-09 08:30", 1),
        (True, "2026-03-06 17:30", "2026-03-08 12:00", 0),
    ],
)
def test_completed_open_hours(weekly: bool, start: str, end: str, hours: int) -> None:
    assert calendar(weekly=weekly).open_hours_between(at(start), at(end)) == hours


@pytest.mark.parametrize(
    ("closed", "until", "counted"),
    [((), "2026-03-17", (0, 0)), ((), "2026-03-18", (1, 0)), (("2026-03-18", "2026-03-19"), "2026-03-20", (1, 2))],
)
def test_late_days_are_open_dates(closed: tuple[str, ...], until: str, counted: tuple[int, int]) -> None:
    branch = calendar(closed=closed)
    assert branch.open_days_between(D("2026-03-17"), D(until)) == counted
    assert len(list(branch.open_dates(D("2026-03-17"), D(until)))) == counted[0]


@pytest.mark.parametrize(
    ("saved", "holidays", "last"),
    [
        ("2026-04-03", (), "2026-04-08"),
        ("2026-04-21", ("2026-04-23",), "2026-04-27"),
        ("2026-03-08", (), "2026-03-11"),
        ("2026-03-06", (), "2026-03-11"),
    ],
)
def test_three_working_days(saved: str, holidays: tuple[str, ...], last: str) -> None:
    assert calendar(holidays=holidays).working_days_after(D(saved), 3) == D(last)


def test_an_open_holiday_is_an_open_day_and_no_working_day() -> None:
    branch = calendar(holidays=["2026-03-18"])
    assert branch.is_open_day(D("2026-03-18"))
    assert not branch.is_working_day(D("2026-03-18"))


@pytest.mark.parametrize(
    ("day", "coming", "listed"),
    [
        ("2026-01-20", "2026-spring", None),
        ("2026-02-16", "2026-spring", "2026-spring"),
        ("2026-06-12", "2026-spring", "2026-spring"),
        ("2026-06-13", "2026-summer", "2026-spring"),
        ("2026-06-28", "2026-summer", "2026-spring"),
        ("2026-06-29", "2026-summer", "2026-summer"),
        ("2026-09-01", None, "2026-summer"),
    ],
)
def test_terms(day: str, coming: str | None, listed: str | None) -> None:
    terms = calendar(terms=[SUMMER, SPRING])
    found, running = terms.term_on(D(day)), terms.running_list_term(D(day))
    assert (found and found.name) == coming
    assert (running and running.name) == listed


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2026-01-31", 1, "2026-02-28"),
        ("2028-01-31", 1, "2028-02-29"),
        ("2026-02-28", 1, "2026-03-28"),
        ("2026-12-15", 2, "2027-02-15"),
        ("2026-08-31", 3, "2026-11-30"),
        ("2028-02-29", 12, "2029-02-28"),
        ("2026-03-31", -1, "2026-02-28"),
    ],
)
def test_months_keep_the_day_number_or_end_with_the_month(start: str, months: int, end: str) -> None:
    assert add_months(D(start), months) == D(end)


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("2 hours", Period(2, "hour")),
        ("1 hour", Period(1, "hour")),
        ("15 days", Period(15, "day")),
        ("2 weeks", Period(14, "day")),
        ("1 month", Period(1, "month")),
        ("1 year", Period(12, "month")),
        ("1 term", Period(1, "term")),
        ("until closing", Period(1, "closing")),
        ("by staff", Period(1, "staff")),
    ],
)
def test_periods_are_read(text: str, period: Period) -> None:
    assert parse_period(text) == period


@pytest.mark.parametrize("text", ["", "0 days", "15", "days", "15 gün", "-3 days", "1.5 hours", "15days", "15 Days"])
def test_what_is_no_period(text: str) -> None:
    with pytest.raises(ValueError, match="is no period"):
        parse_period(text)
