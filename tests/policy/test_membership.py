"""Applications, the end of late members' membership, clearance, and PINs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.policy import membership, pins
from store.policy.facts import MemberFacts
from store.policy.verdict import ApplicationTerms, Cleared, Refused
from tests.policy.world import at, calendar, loans, policy

FORM = {"surname": "Kaya", "given_name": "Ali", "number": "150230001", "email": "kaya@itu.edu.tr"}


@pytest.mark.parametrize(
    ("saved", "holidays", "deadline"),
    [
        ("2026-04-03 14:00", (), "2026-04-08 23:59:59"),
        ("2026-04-21 10:00", ("2026-04-23",), "2026-04-27 23:59:59"),
        ("2026-03-08 23:00", (), "2026-03-11 23:59:59"),
    ],
)
def test_applications_are_decided_within_three_working_days(
    saved: str, holidays: tuple[str, ...], deadline: str
) -> None:
    terms = membership.apply(policy("itu"), calendar(holidays=holidays), None, FORM, at(saved))
    assert terms == ApplicationTerms(at(deadline), "ITU-MEM-6")


@pytest.mark.parametrize(
    ("status", "form", "slugs"),
    [
        ("active", FORM, ("already_member",)),
        (None, FORM | {"surname": "  "}, ("application_incomplete",)),
        ("pending", {"number": "1"}, ("application_incomplete",)),
        ("active", {}, ("application_incomplete", "already_member")),
    ],
)
def test_applications_refused(status: str | None, form: dict[str, str], slugs: tuple[str, ...]) -> None:
    verdict = membership.apply(policy("itu"), calendar(), status, form, at("2026-04-03 14:00"))
    assert isinstance(verdict, Refused)
    assert verdict.slugs == slugs


def test_missing_fields_are_named() -> None:
    verdict = membership.apply(policy("itu"), calendar(), None, {"number": "1"}, at("2026-04-03 14:00"))
    assert isinstance(verdict, Refused)
    assert verdict.reasons[0].numbers["fields"] == "surname, given_name, email"


@pytest.mark.parametrize("status", [None, "pending", "rejected", "cancelled"])
def test_who_may_apply(status: str | None) -> None:
    assert isinstance(
        membership.apply(policy("itu"), calendar(), status, FORM, at("2026-04-03 14:00")), ApplicationTerms
    )


def test_where_no_clause_speaks_of_applications_staff_register_members() -> None:
    assert membership.open_to_applicants(policy("itu"))
    assert not membership.open_to_applicants(policy("metu"))
    assert membership.apply(policy("metu"), calendar(), None, {}, at("2026-04-03 14:00")) == ApplicationTerms(
        None, None
    )


@pytest.mark.parametrize(
    ("category", "returns", "due"),
    [
        ("retired_staff", ("2026-02-10 10:00", "2026-03-16 10:00"), "2026-04-15 09:00"),
        ("retired_staff", ("2026-02-10 10:00",), None),
        ("graduate", ("2026-02-10 10:00", "2026-03-16 10:00"), None),
    ],
)
def test_twice_late_and_unpaid(category: str, returns: tuple[str, ...], due: str | None) -> None:
    moment = membership.cancellation_due(policy("itu"), calendar(), category, [at(day) for day in returns])
    assert moment == (at(due) if due else None)


@pytest.mark.parametrize(
    ("member", "cases", "charges", "clause"),
    [
        (MemberFacts("undergraduate"), 0, 0, None),
        (MemberFacts("undergraduate", loans=loans("book", 1)), 0, 0, "METU-M5-1.items"),
        (MemberFacts("undergraduate"), 1, 0, "METU-M5-1.items"),
        (MemberFacts("undergraduate"), 0, 18000, "METU-M5-1.items"),
        (MemberFacts("undergraduate", balance=1), 0, 0, "METU-M5-1.fines"),
    ],
)
def test_clearance(member: MemberFacts, cases: int, charges: int, clause: str | None) -> None:
    verdict = membership.clear(policy("metu"), member, open_cases=cases, charges=charges)
    if clause is None:
        assert isinstance(verdict, Cleared)
    else:
        assert isinstance(verdict, Refused)
        assert [(reason.slug, reason.clause) for reason in verdict.reasons] == [("clearance_blocked", clause)]


@pytest.mark.parametrize(
    ("pin", "slugs"),
    [
        ("abc123", ()),
        ("kitaplik", ()),
        ("482913", ()),
        ("ırmak7", ()),
        ("çğıöşü", ()),
        ("abc12", ("pin_too_short",)),
        ("", ("pin_too_short",)),
        ("abc-12", ("pin_bad_character",)),
        ("mavi.12", ("pin_bad_character",)),
        ("abc 123", ("pin_bad_character",)),
        ("Kitap1", ("pin_uppercase",)),
        ("İrmak7", ("pin_uppercase",)),
        ("kitaP1", ("pin_uppercase",)),
        ("ÇĞIÖŞÜ", ("pin_uppercase",)),
        ("AB12", ("pin_uppercase", "pin_too_short")),
        ("A-1", ("pin_uppercase", "pin_too_short", "pin_bad_character")),
        ("é12345", ("pin_bad_character",)),
        ("١٢٣٤٥٦", ("pin_bad_character",)),
        ("i\u0307rmak7", ("pin_bad_character",)),
    ],
)
@pytest.mark.parametrize("name", ["itu", "metu"])
def test_pins(name: str, pin: str, slugs: tuple[str, ...]) -> None:
    verdict = pins.check(policy(name), pin)
    assert (verdict.slugs if verdict else ()) == slugs


def test_faults_of_a_pin_cite_their_clauses() -> None:
    verdict = pins.check(policy("itu"), "A-1")
    assert verdict is not None
    assert [reason.clause for reason in verdict.reasons] == ["ITU-PIN-5", "ITU-PIN-3", "ITU-PIN-4"]
    house = pins.check(policy("metu"), "A-1")
    assert house is not None
    assert {reason.clause for reason in house.reasons} == {None}


@given(st.text(alphabet="abcçdefgğhıijklmnoöpqrsştuüvwxyz0123456789", min_size=6))
def test_every_word_of_lower_case_letters_and_digits_is_a_pin(pin: str) -> None:
    assert pins.check(policy("itu"), pin) is None


@pytest.mark.parametrize(
    ("slug", "clause"),
    [
        ("card_blocked", "ITU-A4a"),
        ("pin_incorrect", "ITU-A2"),
        ("pin_locked", None),
        ("pin_already_set", "ITU-PIN-1"),
        ("pin_identity_mismatch", "ITU-PIN-1"),
    ],
)
def test_answers_of_sign_in_and_the_pin_forms(slug: str, clause: str | None) -> None:
    (reason,) = pins.refusal(policy("itu"), slug).reasons
    assert (reason.slug, reason.clause) == (slug, clause)
    assert reason.remedy
