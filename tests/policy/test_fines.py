"""Late fines: bands, fine-free days, hours, closed time, the held rate, and rates that change."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from store.policy import fines, returning
from store.policy.model import Policies
from store.policy.verdict import FineLine, Refused, ReturnTerms
from tests.policy.world import at, calendar, policies, policy, running

DUE = "2026-03-17 23:59:59"


@pytest.mark.parametrize(
    ("name", "item_type", "returned", "amount"),
    [
        ("itu", "book", "2026-03-17 23:59:59", 0),
        ("itu", "book", "2026-03-18 00:00", 0),
        ("itu", "book", "2026-03-20 23:59:59", 0),
        ("itu", "book", "2026-03-21 00:00", 200),
        ("itu", "book", "2026-03-24 09:00", 350),
        ("itu", "book", "2026-03-25 09:00", 450),
        ("itu", "depot", "2026-03-25 09:00", 450),
        ("itu", "book", "2026-04-16 09:00", 350 + 2300),
        ("itu", "audiovisual", "2026-03-20 12:00", 0),
        ("itu", "audiovisual", "2026-03-21 12:00", 2000),
        ("itu", "audiovisual", "2026-03-27 12:00", 5000),
        ("metu", "book", "2026-03-17 23:59:59", 0),
        ("metu", "book", "2026-03-18 00:00", 30),
        ("metu", "book", "2026-03-24 12:00", 210),
        ("metu", "book", "2026-03-25 12:00", 270),
        ("metu", "bound_journal", "2026-03-25 12:00", 480),
        ("metu", "dvd", "2026-03-25 12:00", 270),
        ("metu", "charger_adapter", "2026-03-25 12:00", 0),
    ],
)
def test_day_tariffs(name: str, item_type: str, returned: str, amount: int) -> None:
    fine = fines.reckon(policies(name), calendar(), running(item_type, DUE), at(returned))
    assert fine.amount == amount == sum(line.amount for line in fine.lines)


@pytest.mark.parametrize(
    ("name", "item_type", "minutes", "amount"),
    [
        ("itu", "course_reserve", 59, 0),
        ("itu", "course_reserve", 60, 50),
        ("itu", "course_reserve", 119, 50),
        ("itu", "course_reserve", 1500, 1250),
        ("itu", "room_key", 60, 50),
        ("metu", "reserve_a", 59, 0),
        ("metu", "reserve_a", 60, 60),
        ("metu", "tablet_pc", 120, 1000),
        ("metu", "carrel", 60, 300),
    ],
)
def test_hour_tariffs_charge_completed_hours(name: str, item_type: str, minutes: int, amount: int) -> None:
    loan = running(item_type, "2026-03-02 12:00", hourly=True)
    until = at(f"2026-03-{2 + (720 + minutes) // 1440:02} {(720 + minutes) // 60 % 24:02}:{minutes % 60:02}")
    fine = fines.reckon(policies(name), calendar(), loan, until)
    assert (fine.amount, fine.unit) == (amount, "hour")


def test_the_account_of_a_fine_names_days_rates_and_clauses() -> None:
    fine = fines.reckon(policies("itu"), calendar(), running("book", DUE), at("2026-03-27 10:00"))
    assert fine.lines == (FineLine("first", 7, 50, "ITU-M5"), FineLine("later", 3, 100, "ITU-M5"))
    forgiven = fines.reckon(policies("itu"), calendar(), running("book", DUE), at("2026-03-19 10:00"))
    assert forgiven.lines == (FineLine("forgiven", 2, 0, "ITU-M2"),)


def test_closed_days_are_not_late_days() -> None:
    fine = fines.reckon(
        policies("metu"), calendar(closed=["2026-03-19", "2026-03-20"]), running("book", DUE), at("2026-03-21 10:00")
    )
    assert (fine.amount, fine.late, fine.closed) == (60, 2, 2)


def test_days_on_which_anothers_hold_waits_at_midnight_cost_the_held_rate() -> None:
    span = (at("2026-03-20 12:00"), at("2026-03-22 00:00"))
    fine = fines.reckon(policies("metu"), calendar(), running("book", DUE, held_spans=(span,)), at("2026-03-23 10:00"))
    # 18-20 first rate, 21 held, 22 no more: the span ends at its midnight.
    assert [(line.kind, line.count) for line in fine.lines] == [("first", 5), ("held", 1)]
    assert fine.amount == 210


def test_the_held_rate_never_tops_the_later_rate() -> None:
    loan = running("book", DUE, held_spans=((at("2026-03-01 00:00"), None),))
    assert fines.reckon(policies("metu"), calendar(), loan, at("2026-03-26 10:00")).amount == 9 * 60


def test_a_rate_that_changes_while_a_book_is_late() -> None:
    old = policy("metu")
    dearer = tuple(replace(tariff, first=50) if tariff.slug == "book" else tariff for tariff in old.tariffs)
    new = replace(old, version="later", effective_from=date(2026, 3, 21), tariffs=dearer)
    both = Policies((old, new))
    assert fines.reckon(both, calendar(), running("book", DUE), at("2026-03-22 12:00")).amount == 190


def test_where_the_loan_decides_a_new_rate_leaves_running_loans_alone() -> None:
    old = policy("itu")
    dearer = tuple(replace(tariff, first=500) for tariff in old.tariffs)
    new = replace(old, version="later", effective_from=date(2026, 3, 10), tariffs=dearer)
    both = Policies((old, new))
    assert fines.reckon(both, calendar(), running("book", DUE), at("2026-03-24 12:00")).amount == 350
    renewed = running("book", DUE, policy_version="later")
    assert fines.reckon(both, calendar(), renewed, at("2026-03-24 12:00")).amount == 3500


def test_an_hourly_rate_that_changes_while_a_tablet_is_late() -> None:
    old = policy("metu")
    dearer = tuple(replace(tariff, first=2 * tariff.first) for tariff in old.tariffs)
    new = replace(old, version="later", effective_from=date(2026, 3, 3), tariffs=dearer)
    both = Policies((old, new))
    loan = running("tablet_pc", "2026-03-02 22:00", hourly=True)
    assert fines.reckon(both, calendar(), loan, at("2026-03-03 03:30")).amount == 2 * 500 + 3 * 1000


def test_the_day_of_a_declaration_of_loss_is_not_charged() -> None:
    loan = running("book", "2026-03-02 23:59:59")
    fine = fines.reckon(policies("metu"), calendar(), loan, at("2026-06-06 00:05"), last_day_counts=False)
    assert (fine.late, fine.amount) == (95, 5490)


@given(days=st.integers(0, 400), more=st.integers(0, 50), item_type=st.sampled_from(["book", "dvd", "bound_journal"]))
def test_a_fine_never_falls_with_time(days: int, more: int, item_type: str) -> None:
    loan = running(item_type, "2020-03-17 23:59:59", lent="2020-03-02 10:00")
    first = calendar().at(date.fromordinal(date(2020, 3, 17).toordinal() + days), at(DUE).time())
    later = calendar().at(date.fromordinal(date(2020, 3, 17).toordinal() + days + more), at(DUE).time())
    earlier, after = (fines.reckon(policies("metu"), calendar(), loan, until).amount for until in (first, later))
    assert earlier <= after


@pytest.mark.parametrize(("returned", "until"), [("2026-03-02 12:59", None), ("2026-03-02 13:00", "2026-03-09 13:00")])
def test_a_fined_reserve_item_suspends_for_a_week(returned: str, until: str | None) -> None:
    loan = running("course_reserve", "2026-03-02 12:00", hourly=True)
    terms = returning.assess(policies("itu"), calendar(), loan, at(returned))
    assert isinstance(terms, ReturnTerms)
    assert terms.suspended_until == (at(until) if until else None)
    assert terms.suspension_clause == ("ITU-M6b" if until else None)


@pytest.mark.parametrize("fact", ["fine_ended", "lost"])
def test_an_assessed_or_frozen_fine_grows_no_more(fact: str) -> None:
    loan = replace(running("book", DUE), fine_ended=fact == "fine_ended", lost=fact == "lost")
    terms = returning.assess(policies("itu"), calendar(), loan, at("2026-05-01 10:00"))
    assert isinstance(terms, ReturnTerms)
    assert terms.fine.amount == 0


def test_an_item_goes_back_where_it_was_lent() -> None:
    loan = running("book", DUE, branch="architecture")
    refused = returning.assess(policies("itu"), calendar(), loan, at("2026-03-16 12:00"), "mustafa_inan")
    assert isinstance(refused, Refused)
    assert (refused.reasons[0].slug, refused.reasons[0].clause) == ("return_elsewhere", "ITU-H3")
    assert refused.reasons[0].numbers["address"] == "Taksim/İstanbul"
    for branch in ("architecture", None):
        assert isinstance(
            returning.assess(policies("itu"), calendar(), loan, at("2026-03-16 12:00"), branch), ReturnTerms
        )
    assert isinstance(
        returning.assess(policies("metu"), calendar(), loan, at("2026-03-16 12:00"), "elsewhere"), ReturnTerms
    )


def test_discipline_lasts_two_months_from_the_day_of_the_decision() -> None:
    terms = returning.discipline(policy("itu"), calendar(), at("2026-12-31 15:00"))
    assert terms is not None
    assert (terms.starts, terms.ends) == (at("2026-12-31 00:00"), at("2027-02-28 00:00"))
    assert returning.discipline(policy("metu"), calendar(), at("2026-12-31 15:00")) is None


def test_the_first_step_of_lateness_is_told_at_checkout() -> None:
    step = fines.first_step(policy("itu"), "book")
    assert (step.amount, step.unit, step.free_days) == (50, "day", 3)
    assert fines.first_step(policy("metu"), "charger_adapter").unit == "none"
