"""Renewals: the half-period gate, channels, holds and recalls, categories that change, staff approval."""

from __future__ import annotations

from datetime import date

import pytest
from msgspec.structs import replace

from store.policy import recalling, renewing
from store.policy.facts import LoanFacts, MemberFacts, RunningLoan, SuspensionFacts
from store.policy.model import Policies
from store.policy.verdict import Pending, Refused, RenewalTerms
from tests.policy.world import at, calendar, policies, policy, running

DUE = "2026-03-17 23:59:59"


def ask(
    name: str, member: MemberFacts, loan: RunningLoan, now: str, channel: str = "kiosk", override: bool = False
) -> RenewalTerms | Pending | Refused:
    """The verdict on one renewal at an always open branch."""
    return renewing.decide(policies(name), calendar(), member, loan, channel, at(now), override=override)


def borrowed(
    category: str = "undergraduate",
    *,
    renewals: int = 0,
    recalled: bool = False,
    targeted_by_other: bool = False,
    period: str | None = None,
    policy_version: str = "",
) -> RunningLoan:
    """A book lent on 2 March at 10:00 for fifteen days, to be renewed from half of it."""
    return replace(
        running("book", DUE, category=category, renewals_allowed=3, policy_version=policy_version),
        opens_at=at("2026-03-09 22:00"),
        renewals=renewals,
        recalled=recalled,
        targeted_by_other=targeted_by_other,
        period=period,
    )


@pytest.mark.parametrize(
    ("now", "allowed"),
    [("2026-03-09 21:59:59", False), ("2026-03-09 22:00", True), ("2026-03-17 23:59:59", True)],
)
def test_a_renewal_opens_at_half_the_period(now: str, allowed: bool) -> None:
    verdict = ask("itu", MemberFacts("undergraduate"), borrowed(), now)
    if allowed:
        assert isinstance(verdict, RenewalTerms)
        assert (verdict.due, verdict.renewals) == (at("2026-04-01 23:59:59"), 1)
        assert verdict.period_start == at("2026-03-17 10:00")
        assert verdict.opens_at == at("2026-03-24 22:00")
    else:
        assert isinstance(verdict, Refused)
        assert (verdict.slugs, verdict.reasons[0].clause) == (("renewal_too_early",), "ITU-D1")
        assert verdict.reasons[0].possible_from == at("2026-03-09 22:00")


@pytest.mark.parametrize(
    ("lent", "due", "opens_next"),
    [
        ("2026-03-02 10:00", "2026-04-02 23:59:59", "2026-04-17 10:00"),
        ("2026-01-31 10:00", "2026-02-28 23:59:59", "2026-03-14 10:00"),
    ],
)
def test_half_a_month_is_half_of_that_very_month(lent: str, due: str, opens_next: str) -> None:
    loan = running("book", due, lent, category="faculty", renewals_allowed=4)
    verdict = ask("itu", MemberFacts("faculty"), loan, due)
    assert isinstance(verdict, RenewalTerms)
    assert verdict.opens_at == at(opens_next)


def test_a_renewal_rolls_over_closed_days_and_the_next_gate_counts_from_the_rolled_date() -> None:
    loan = running("book", "2026-03-23 23:59:59", "2026-03-06 10:00", renewals_allowed=3)
    verdict = renewing.decide(
        policies("itu"), calendar(weekly=True), MemberFacts("undergraduate"), loan, "kiosk", at("2026-03-13 22:00")
    )
    assert isinstance(verdict, RenewalTerms)
    assert (verdict.due, verdict.opens_at) == (at("2026-04-07 23:59:59"), at("2026-03-30 22:00"))


@pytest.mark.parametrize(
    ("loan", "slugs", "clauses"),
    [
        (borrowed(renewals=3), ("renewals_exhausted",), ("ITU-C4",)),
        (borrowed(recalled=True), ("recalled", "renewal_too_early"), ("ITU-E2", "ITU-D1")),
        (borrowed(targeted_by_other=True), ("held_by_other", "renewal_too_early"), ("ITU-D6", "ITU-D1")),
        (running("sheet_music", "2026-03-09 23:59:59"), ("not_renewable",), ("ITU-C15",)),
        (running("interlibrary", "2026-03-09 23:59:59"), ("not_renewable",), ("ITU-J1",)),
        (running("course_reserve", DUE, loan_type="term", category="faculty"), ("not_renewable",), ("ITU-B0",)),
    ],
)
def test_reasons_about_the_loan(loan: RunningLoan, slugs: tuple[str, ...], clauses: tuple[str, ...]) -> None:
    verdict = ask("itu", MemberFacts("undergraduate"), loan, "2026-03-05 10:00")
    assert isinstance(verdict, Refused)
    assert verdict.slugs == slugs
    assert tuple(reason.clause for reason in verdict.reasons) == clauses


@pytest.mark.parametrize(
    ("name", "category", "channel", "clause"),
    [
        ("itu", "undergraduate", "web", None),
        ("itu", "faculty", "phone", None),
        ("itu", "admin_staff", "phone", None),
        ("itu", "graduate", "phone", "ITU-D3"),
        ("itu", "retired_staff", "phone", "ITU-D3"),
        ("itu", "faculty", "email", "ITU-D4"),
        ("metu", "undergraduate", "email", None),
    ],
)
def test_channels(name: str, category: str, channel: str, clause: str | None) -> None:
    verdict = ask(name, MemberFacts(category), borrowed(category), "2026-03-17 10:00", channel)
    assert isinstance(verdict, Refused) is (clause is not None)
    if isinstance(verdict, Refused):
        assert [(reason.slug, reason.clause) for reason in verdict.reasons] == [("channel_not_allowed", clause)]


def test_an_overdue_loan_blocks_its_own_renewal() -> None:
    member = MemberFacts("undergraduate", loans=(LoanFacts(1, "book", "standard", at(DUE)),), balance=501)
    verdict = ask("itu", member, borrowed(), "2026-03-18 00:00")
    assert isinstance(verdict, Refused)
    assert verdict.slugs == ("overdue_items", "fines_over_limit")


@pytest.mark.parametrize(("kind", "barred"), [("reserve", True), ("discipline", False)])
def test_discipline_stops_loans_only(kind: str, barred: bool) -> None:
    suspended = (SuspensionFacts(kind, at("2026-03-01 00:00"), at("2026-05-01 00:00")),)
    verdict = ask("itu", MemberFacts("undergraduate", suspensions=suspended), borrowed(), "2026-03-10 10:00")
    assert isinstance(verdict, Refused) is barred


def test_renewals_follow_the_category_of_today() -> None:
    loan = replace(borrowed(), renewals=1)
    verdict = ask("metu", MemberFacts("masters_student"), loan, "2026-03-09 10:00")
    assert isinstance(verdict, RenewalTerms)
    assert (verdict.due, verdict.renewals_allowed, verdict.clause) == (at("2026-04-16 23:59:59"), 2, "METU-1-B-b.renew")


def test_the_version_at_the_loan_says_how_often_the_present_one_for_how_long() -> None:
    old = policy("itu")
    shorter = tuple(
        replace(line, period="10 days", renewals=1) if line.clause == "ITU-C4" else line for line in old.loans
    )
    new = replace(old, version="later", effective_from=date(2026, 3, 10), loans=shorter)
    both = Policies((old, new))
    loan = borrowed(renewals=1, policy_version=old.version)
    verdict = renewing.decide(both, calendar(), MemberFacts("undergraduate"), loan, "kiosk", at("2026-03-12 10:00"))
    assert isinstance(verdict, RenewalTerms)
    assert (verdict.due, verdict.renewals_allowed) == (at("2026-03-27 23:59:59"), 3)


def test_a_copys_own_period_counts_from_the_renewal_on() -> None:
    verdict = ask("itu", MemberFacts("undergraduate"), borrowed(period="7 days"), "2026-03-10 10:00")
    assert isinstance(verdict, RenewalTerms)
    assert (verdict.due, verdict.opens_at) == (at("2026-03-24 23:59:59"), at("2026-03-20 22:00"))


@pytest.mark.parametrize(
    ("category", "clause"),
    [
        ("undergraduate", "METU-1-B-c.hold-bar"),
        ("protocol_member", "METU-1-C-e.renew"),
        ("ill_member_in_city", "METU-1-C-f.renew"),
    ],
)
def test_the_clause_by_which_a_hold_bars(category: str, clause: str) -> None:
    verdict = ask("metu", MemberFacts(category), borrowed(category, targeted_by_other=True), "2026-03-10 10:00")
    assert isinstance(verdict, Refused)
    assert [(reason.slug, reason.clause) for reason in verdict.reasons] == [("held_by_other", clause)]


def test_a_hold_does_not_bar_a_project_loan() -> None:
    loan = running("book", DUE, loan_type="project", targeted_by_other=True, category="full_time_academic")
    verdict = ask("metu", MemberFacts("full_time_academic"), loan, "2026-03-10 10:00")
    assert isinstance(verdict, RenewalTerms)
    assert verdict.due == at("2027-03-17 23:59:59")


def test_staff_decide_the_renewal_of_an_interlibrary_borrower() -> None:
    member, loan = MemberFacts("ill_member_out_of_city"), borrowed("ill_member_out_of_city")
    verdict = ask("metu", member, loan, "2026-03-10 10:00", "desk")
    assert verdict == Pending("staff_approval_required", "METU-1-C-f.renew")
    decided = renewing.decide(policies("metu"), calendar(), member, loan, "desk", at("2026-03-11 10:00"), approved=True)
    assert isinstance(decided, RenewalTerms)
    again = replace(loan, renewals=1)
    refused = ask("metu", member, again, "2026-03-12 10:00", "desk")
    assert isinstance(refused, Refused)
    assert refused.slugs == ("renewals_exhausted",)


def test_a_supervisor_may_renew_early_but_not_what_has_no_period() -> None:
    early = ask("itu", MemberFacts("undergraduate"), borrowed(), "2026-03-05 10:00", "desk", override=True)
    assert isinstance(early, RenewalTerms)
    assert early.overridden == ("renewal_too_early",)
    interlibrary = running("interlibrary", "2026-03-09 23:59:59")
    assert isinstance(
        ask("itu", MemberFacts("undergraduate"), interlibrary, "2026-03-05 10:00", "desk", override=True), Refused
    )


@pytest.mark.parametrize(
    ("due", "delivered", "weekly", "after"),
    [
        ("2026-04-02 23:59:59", "2026-03-10 14:00", False, "2026-03-13 23:59:59"),
        ("2026-03-12 23:59:59", "2026-03-10 14:00", False, "2026-03-12 23:59:59"),
        ("2026-03-08 23:59:59", "2026-03-10 14:00", False, "2026-03-08 23:59:59"),
        ("2026-04-02 23:59:59", "2026-03-04 14:00", True, "2026-03-09 23:59:59"),
    ],
)
def test_a_recall_only_shortens(due: str, delivered: str, weekly: bool, after: str) -> None:
    loan = running("book", due)
    assert recalling.due(policy("itu"), calendar(weekly=weekly), loan, at(delivered)) == at(after)
