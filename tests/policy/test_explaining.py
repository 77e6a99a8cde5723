"""What explains a loan says the same as what decides it."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta

import pytest

from store.policy import explaining, lending
from store.policy.calendar import Calendar
from store.policy.facts import Asked, CopyFacts, LastLoan, LoanFacts, MemberFacts, SuspensionFacts
from store.policy.fines import reckon
from store.policy.model import Policy
from store.policy.verdict import LoanTerms, Refused
from tests.policy.world import SPRING, SUMMER, at, calendar, policies, policy, running

CALENDARS = (calendar(), calendar(weekly=True, terms=(SPRING, SUMMER)), calendar(closed=["2026-03-20"]))


def some_member(dice: random.Random, rules: Policy, now: datetime) -> MemberFacts:
    """A member in any state, mostly a good one."""
    kinds = [kind.slug for kind in rules.item_types]
    loans = tuple(
        LoanFacts(
            number,
            dice.choice(kinds),
            dice.choice(["standard", "standard", "term", "project"]),
            now + timedelta(days=dice.randint(-1, 20)),
            f"Title {number}",
            lost=dice.random() < 0.05,
        )
        for number in range(dice.choice([0, 0, 1, 3, 8, 30]))
    )
    suspension = SuspensionFacts(dice.choice(["reserve", "discipline"]), now - timedelta(1), now + timedelta(9))
    return MemberFacts(
        category=dice.choice([category.slug for category in rules.categories]),
        status=dice.choice(["active"] * 6 + ["pending", "cancelled"]),
        card=dice.choice(["ok"] * 6 + ["lost"]),
        card_document=dice.random() < 0.5,
        balance=dice.choice([0, 0, 0, 500, 501]),
        loans=loans,
        charges_of_lost=dice.random() < 0.1,
        suspensions=(suspension,) if dice.random() < 0.1 else (),
        teaches=frozenset({"MAT101"}) if dice.random() < 0.5 else frozenset(),
        manages=frozenset({"P-7"}) if dice.random() < 0.5 else frozenset(),
        exchange_terms=frozenset({SPRING.name}) if dice.random() < 0.5 else frozenset(),
        protocol_form=dice.choice([None, date(2026, 1, 10), date(2026, 3, 5)]),
    )


def some_copy(dice: random.Random, rules: Policy, now: datetime) -> CopyFacts:
    """A copy in any state, mostly on the shelf."""
    renewals = dice.randint(0, 3)
    return CopyFacts(
        item_type=dice.choice([kind.slug for kind in rules.item_types]),
        branch=dice.choice([branch.slug for branch in rules.branches]),
        state=dice.choice(["on_shelf"] * 5 + ["on_loan", "hold_shelf", "in_transit"]),
        loanable=dice.random() < 0.9,
        course=dice.choice([None, "MAT101"]),
        project=dice.choice([None, "P-7"]),
        period=dice.choice([None, None, None, "1 day", "2 hours"]),
        electronic_access=dice.random() < 0.2,
        held_for=dice.choice([None, "me", "other"]),
        last_loan=dice.choice([None, LastLoan(True, renewals, 3, now - timedelta(hours=dice.randint(1, 40)))]),
    )


def some_case(dice: random.Random, rules: Policy) -> tuple[Calendar, MemberFacts, CopyFacts, Asked, datetime]:
    """A checkout of any kind."""
    now = at("2026-03-01 09:00") + timedelta(hours=dice.randint(0, 24 * 150))
    loan_type = dice.choice(["standard"] * 4 + ["term", "project"])
    channel, due = dice.choice(["kiosk", "desk"]), dice.choice([None, now + timedelta(20)])
    member, copy = some_member(dice, rules, now), some_copy(dice, rules, now)
    return dice.choice(CALENDARS), member, copy, Asked(channel, loan_type, due), now


@pytest.mark.parametrize("name", ["itu", "metu"])
def test_what_fails_is_what_decide_refuses_for_over_many_cases(name: str) -> None:
    rules, dice, told, lent = policy(name), random.Random(name), set(), 0
    for _ in range(4000):
        case = some_case(dice, rules)
        verdict = lending.decide(rules, *case)
        explained = explaining.checkout(rules, *case)
        reasons = verdict.reasons if isinstance(verdict, Refused) else ()
        assert explained.verdict == verdict
        assert tuple(rule.reason for rule in explained.rules if rule.reason is not None) == reasons
        assert isinstance(verdict, Refused) or all(rule.holds for rule in explained.rules)
        told |= {reason.slug for reason in reasons}
        lent += isinstance(verdict, LoanTerms)
    assert lent > 100
    assert len(told) >= 15


@pytest.mark.parametrize("name", ["itu", "metu"])
def test_a_rule_that_held_names_the_clause_that_it_would_refuse_with(name: str) -> None:
    """Told of the same case, a rule's clauses when it holds include the clause with which it refuses."""
    rules, dice = policy(name), random.Random(name)
    own = {"not_for_loan", "category_not_entitled", "desk_only", "term_not_configured"}
    for _ in range(4000):
        place, member, copy, asked, now = some_case(dice, rules)
        explained = explaining.checkout(rules, place, member, copy, asked, now)
        asked_for = explaining._asked(rules, place, member, copy, asked, now, {})
        would = {(rule.slug, rule.numbers.get("group")): rule.clauses for rule in asked_for}
        for rule in explained.rules:
            if rule.reason is not None and rule.slug not in own:
                clauses = would[rule.slug, rule.numbers.get("group")]
                assert rule.reason.clause in (clauses or (None,)), rule


def test_rules_are_told_with_the_members_own_numbers() -> None:
    """Nine of ten, and 4.50 of the 5.00 that block."""
    member = MemberFacts("undergraduate", balance=450, loans=(LoanFacts(1, "book", "standard", at("2036-01-01")),) * 9)
    copy, now = CopyFacts("book", "mustafa_inan"), at("2026-03-02 10:00")
    explained = explaining.checkout(policy("itu"), calendar(), member, copy, Asked(), now)
    by_slug = {rule.slug: rule for rule in explained.rules}
    assert [rule.slug for rule in explained.rules] == [
        "membership_pending", "membership_cancelled", "card_blocked", "suspended", "overdue_items", "fines_over_limit",
        "not_for_loan", "category_not_entitled", "item_unavailable", "held_by_other", "shelf_rest", "limit_reached",
        "type_limit_reached",
    ]  # fmt: skip
    assert by_slug["fines_over_limit"].numbers == {"balance": 450, "limit": 500}
    assert by_slug["limit_reached"].numbers == {"count": 9, "limit": 10, "group": "total"}
    assert by_slug["category_not_entitled"].clauses == ("ITU-C4",)


def test_a_kind_that_stays_in_the_library_ends_the_questions() -> None:
    copy, now = CopyFacts("thesis", "mustafa_inan"), at("2026-03-02 10:00")
    explained = explaining.checkout(policy("itu"), calendar(), MemberFacts("faculty"), copy, Asked(), now)
    assert explained.rules[-1].slug == "not_for_loan"
    assert explained.rules[-1].clauses == ("ITU-C12",)


def test_the_account_is_the_fine_of_each_day() -> None:
    """Three free days, then every day from the first; a closed day adds nothing."""
    loan = running("book", "2026-03-17 23:59:59")
    place = calendar(closed=["2026-03-20"])
    steps, suspension = explaining.account(policies("itu"), place, loan, 10)
    assert [step.fine.amount for step in steps] == [0, 0, 0, 0, 200, 250, 300, 350, 450, 550]
    assert [step.open for step in steps] == [True, True, False] + [True] * 7
    assert suspension is None
    assert steps[-1].fine == reckon(policies("itu"), place, loan, at("2026-03-27 23:59:59"))


def test_the_account_of_hours_ends_with_its_suspension() -> None:
    loan = running("course_reserve", "2026-03-17 12:00", hourly=True)
    steps, suspension = explaining.account(policies("itu"), calendar(), loan, 3)
    assert [step.fine.amount for step in steps] == [50, 100, 150]
    assert suspension is not None and suspension.ends == at("2026-03-24 15:00")
    charger = running("charger_adapter", "2026-03-17 12:00", hourly=True)
    assert explaining.account(policies("metu"), calendar(), charger, 3) == ((), None)


def test_letters_come_in_order_with_their_clauses() -> None:
    loan = running("book", "2026-03-17 23:59:59")
    planned = explaining.letters(policy("itu"), calendar(), loan)
    assert [letter.kind for letter in planned] == [
        "courtesy", "overdue_1", "overdue_2", "overdue_3", "overdue_4", "overdue_5", "student_system_block", "invoice",
    ]  # fmt: skip
    assert {letter.kind: letter.clause for letter in planned}["student_system_block"] == "ITU-M3a"
    assert all(letter.clause for letter in planned)
    metu = explaining.letters(policy("metu"), calendar(), loan)
    assert metu[0].kind == "checkout_confirmation"
    assert metu[-1].kind == "lost" and metu[-1].clause == "METU-2-h.lost"
