"""Loss and damage: fines that freeze, deadlines, remedies and dollar amounts."""

from __future__ import annotations

from decimal import Decimal

import pytest

from store.policy import losing
from store.policy.verdict import Charge, Refused
from tests.policy.world import at, calendar, policies, policy, running

DUE = "2026-03-17 23:59:59"


@pytest.mark.parametrize(
    ("reported", "fine"), [("2026-03-17 18:00", 0), ("2026-03-20 18:00", 0), ("2026-03-22 10:00", 250)]
)
def test_a_report_closes_the_loan_and_assesses_fine_and_fee(reported: str, fine: int) -> None:
    terms = losing.report(policies("itu"), calendar(), running("book", DUE), at(reported), in_print=True)
    assert terms.fine is not None
    assert (terms.fine.amount, terms.fine_now, terms.closes_loan) == (fine, True, True)
    assert (terms.fee, terms.fee_clause, terms.deadline_clause) == (1500, "ITU-N4", "ITU-N2")


@pytest.mark.parametrize(
    ("in_print", "weekly", "deadline"),
    [(True, False, "2026-03-25 23:59:59"), (None, False, "2026-03-25 23:59:59"), (False, False, None),
     (True, True, "2026-03-25 23:59:59")],
)  # fmt: skip
def test_time_to_supply_the_latest_edition(in_print: bool | None, weekly: bool, deadline: str | None) -> None:
    terms = losing.report(
        policies("itu"), calendar(weekly=weekly), running("book", DUE), at("2026-03-10 11:00"), in_print=in_print
    )
    assert terms.deadline == (at(deadline) if deadline else None)


def test_time_to_supply_the_equivalent() -> None:
    named = at("2026-03-18 10:00")
    assert losing.equivalent_deadline(policy("itu"), calendar(), named) == at("2026-04-17 23:59:59")
    assert losing.equivalent_deadline(policy("itu"), calendar(weekly=True), at("2026-03-19 10:00")) == at(
        "2026-04-20 23:59:59"
    )
    assert losing.equivalent_deadline(policy("metu"), calendar(), named) is None


def test_a_fine_is_frozen_until_the_settlement_where_the_policy_says_so() -> None:
    loan = running("book", DUE)
    reported = losing.report(policies("metu"), calendar(), loan, at("2026-03-27 10:00"), in_print=False)
    declared = losing.report(
        policies("metu"), calendar(), loan, at("2026-03-27 00:05"), in_print=False, kind="declared"
    )
    assert reported.fine is not None
    assert declared.fine is not None
    assert (reported.fine.amount, declared.fine.amount) == (390, 330)
    assert (reported.fine_now, reported.closes_loan, reported.fee, reported.deadline) == (False, False, 0, None)


def test_damage_found_after_the_return_has_no_fine() -> None:
    terms = losing.report(
        policies("itu"), calendar(), running("book", DUE), at("2026-04-11 10:00"), in_print=True, kind="damaged"
    )
    assert (terms.fine, terms.closes_loan, terms.fee) == (None, False, 1500)


def test_an_invoiced_fine_grows_no_more_at_the_report() -> None:
    loan = running("book", DUE, fine_ended=True)
    terms = losing.report(policies("itu"), calendar(), loan, at("2026-08-01 10:00"), in_print=True)
    assert terms.fine is not None
    assert terms.fine.amount == 0


@pytest.mark.parametrize(
    ("item_type", "language", "rate", "amount", "clause"),
    [
        ("book", "tr", None, 18000, "METU-T-oop-book-tr"),
        ("book", "en", "40.0", 600000, "METU-T-oop-book-foreign"),
        ("reserve_b", "en", "41.3725", 620588, "METU-T-oop-book-foreign"),
        ("dvd", "de", "41.3725", 153078, "METU-T-oop-dvd-foreign"),
        ("bound_journal", "en", "40", 1200000, "METU-T-oop-journal-foreign"),
        ("cd_vcd", "tr", None, 1500, "METU-T-oop-cd-tr"),
        ("charger_adapter", "tr", None, 3000, "METU-T-charger-price"),
        ("book", "en", "40.00010", 600002, "METU-T-oop-book-foreign"),
    ],
)
def test_fixed_amounts(item_type: str, language: str, rate: str | None, amount: int, clause: str) -> None:
    charge = losing.settle(
        policy("metu"), item_type, language, "fixed_amount", in_print=None, usd_rate=Decimal(rate) if rate else None
    )
    assert charge == Charge(amount, clause, False)


@pytest.mark.parametrize(
    ("name", "item_type", "in_print", "offered"),
    [
        ("metu", "book", True, ("replacement_copy", "current_price", "closed")),
        ("metu", "book", False, ("commission_value", "fixed_amount", "closed")),
        ("metu", "book", None, ("replacement_copy", "current_price", "commission_value", "fixed_amount", "closed")),
        ("metu", "cassette", False, ("commission_value", "closed")),
        ("metu", "tablet_pc", None, ("current_price", "closed")),
        ("metu", "charger_adapter", None, ("fixed_amount", "closed")),
        ("itu", "book", True, ("replacement_copy", "closed")),
        ("itu", "book", False, ("replacement_copy", "closed")),
    ],
)
def test_remedies(name: str, item_type: str, in_print: bool | None, offered: tuple[str, ...]) -> None:
    assert losing.remedies(policy(name), item_type, in_print) == offered


@pytest.mark.parametrize(
    ("item_type", "remedy", "in_print", "slug"),
    [
        ("book", "fixed_amount", True, "remedy_not_offered"),
        ("book", "replacement_copy", False, "remedy_not_offered"),
        ("cassette", "fixed_amount", False, "remedy_not_offered"),
        ("book", "current_price", True, "amount_missing"),
        ("book", "commission_value", False, "amount_missing"),
        ("book", "fixed_amount", False, "rate_missing"),
        ("book", "gift", None, "remedy_not_offered"),
    ],
)
def test_a_remedy_that_does_not_fit_is_refused(item_type: str, remedy: str, in_print: bool | None, slug: str) -> None:
    refused = losing.settle(policy("metu"), item_type, "en", remedy, in_print=in_print)
    assert isinstance(refused, Refused) and refused.slugs == (slug,)


def test_prices_that_staff_enter() -> None:
    tablet = losing.settle(policy("metu"), "tablet_pc", "tr", "current_price", amount=950000)
    book = losing.settle(policy("metu"), "book", "tr", "current_price", in_print=True, amount=18500)
    copy = losing.settle(policy("metu"), "book", "tr", "replacement_copy", in_print=True)
    assert tablet == Charge(950000, "METU-T-tablet-lost", False)
    assert book == Charge(18500, "METU-T-inprint-price", False)
    assert copy == Charge(0, "METU-T-inprint-replace", True)
