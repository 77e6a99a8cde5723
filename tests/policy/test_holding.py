"""Holds: what can be held, whose loan a hold burdens, who gets the copy, and until when it waits."""

from __future__ import annotations

import pytest

from store.policy import holding
from store.policy.facts import Candidate, MemberFacts, TitleCopy, TitleFacts, WaitingHold
from store.policy.verdict import HoldTerms, Refused
from tests.policy.world import at, calendar, loans, policy

NOW = at("2026-03-02 10:00")


def copies(*states: str, item_type: str = "book", branch: str = "mustafa_inan") -> tuple[TitleCopy, ...]:
    """Copies of one kind in these states."""
    return tuple(TitleCopy(item_type, branch, state, shelf="QA 76") for state in states)


def ask(name: str, member: MemberFacts, title: TitleFacts, override: bool = False) -> tuple[str, ...]:
    """The reasons against a hold; none: it may be placed."""
    verdict = holding.decide(policy(name), member, title, NOW, override=override)
    return verdict.slugs if isinstance(verdict, Refused) else ()


@pytest.mark.parametrize(
    ("name", "category", "title", "slugs"),
    [
        ("itu", "graduate", TitleFacts(copies("on_loan")), ()),
        ("itu", "graduate", TitleFacts(copies("hold_shelf")), ()),
        ("itu", "graduate", TitleFacts(copies("on_loan", "on_shelf")), ("on_shelf_not_holdable",)),
        ("itu", "graduate", TitleFacts(copies("in_repair", "lost", "in_transit")), ("item_unavailable",)),
        ("itu", "graduate", TitleFacts(copies("on_loan"), mine=True), ("already_yours",)),
        ("itu", "graduate", TitleFacts(copies("on_loan", item_type="reference")), ("not_for_loan",)),
        ("itu", "graduate", TitleFacts(copies("on_loan", item_type="locker_key")), ("not_holdable",)),
        ("itu", "graduate", TitleFacts(copies("on_loan", item_type="interlibrary")), ("not_holdable",)),
        ("itu", "graduate", TitleFacts(copies("on_loan", item_type="course_reserve")), ()),
        ("itu", "guest", TitleFacts(copies("on_shelf"), mine=True), ("category_not_entitled",)),
        ("itu", "retired_staff", TitleFacts(copies("on_loan", item_type="sheet_music")), ("category_not_entitled",)),
        ("itu", "graduate", TitleFacts((*copies("on_shelf", item_type="reference"), *copies("on_loan"))), ()),
        (
            "itu",
            "graduate",
            TitleFacts((*copies("on_shelf", item_type="audiovisual", branch="miam"),)),
            ("not_for_loan",),
        ),
        ("metu", "undergraduate", TitleFacts(copies("on_loan", item_type="reserve_a")), ("not_holdable",)),
        ("metu", "protocol_member", TitleFacts(copies("on_loan")), ("not_holdable",)),
        ("metu", "ill_member_in_city", TitleFacts(copies("on_loan", item_type="dvd")), ("category_not_entitled",)),
    ],
)
def test_what_can_be_held(name: str, category: str, title: TitleFacts, slugs: tuple[str, ...]) -> None:
    assert ask(name, MemberFacts(category), title) == slugs


@pytest.mark.parametrize(
    ("name", "category", "active", "slugs"),
    [
        ("itu", "undergraduate", 9, ()),
        ("itu", "undergraduate", 10, ("hold_limit_reached",)),
        ("itu", "faculty", 29, ()),
        ("metu", "undergraduate", 2, ()),
        ("metu", "undergraduate", 3, ("hold_limit_reached",)),
    ],
)
def test_how_many_holds(name: str, category: str, active: int, slugs: tuple[str, ...]) -> None:
    assert ask(name, MemberFacts(category, active_holds=active), TitleFacts(copies("on_loan"))) == slugs


@pytest.mark.parametrize(("name", "slugs"), [("itu", ("overdue_items", "fines_over_limit")), ("metu", ())])
def test_blocks_stop_holds_only_where_the_text_says_so(name: str, slugs: tuple[str, ...]) -> None:
    member = MemberFacts("undergraduate", balance=900, loans=loans("book", 1, "2026-02-01 23:59:59"))
    assert ask(name, member, TitleFacts(copies("on_loan"))) == slugs


def test_clauses_and_the_shelf_are_named() -> None:
    refused = holding.decide(policy("metu"), MemberFacts("phd_student"), TitleFacts(copies("on_shelf")), NOW)
    assert isinstance(refused, Refused)
    assert refused.reasons[0].clause == "METU-1-B-a.holds"
    assert refused.reasons[0].numbers["shelf"] == "QA 76"
    refused = holding.decide(policy("metu"), MemberFacts("protocol_member"), TitleFacts(copies("on_loan")), NOW)
    assert isinstance(refused, Refused)
    assert refused.reasons[0].clause == "METU-1-C-e.no-holds"


def test_a_supervisor_may_place_a_hold_over_the_limit_but_not_on_what_is_gone() -> None:
    member = MemberFacts("undergraduate", active_holds=10)
    assert ask("itu", member, TitleFacts(copies("on_loan")), override=True) == ()
    assert ask("itu", member, TitleFacts(copies("lost")), override=True) == ("item_unavailable", "hold_limit_reached")
    assert holding.decide(policy("itu"), member, TitleFacts(copies("on_loan")), NOW, override=True) == HoldTerms(
        ("hold_limit_reached",)
    )


def loan(number: int, due: str, lent: str = "2026-03-01 10:00", barcode: str = "", **facts: object) -> Candidate:
    """A loan of a copy of the held title."""
    values: dict[str, object] = {"item_type": "book", "loan_type": "standard", "branch": "mustafa_inan"} | facts
    return Candidate(number, due=at(due), lent_at=at(lent), barcode=barcode or str(number), **values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("waiting", "candidates", "chosen"),
    [
        (1, [loan(1, "2026-03-20 23:59:59"), loan(2, "2026-03-18 23:59:59")], {1: 2}),
        (2, [loan(1, "2026-03-20 23:59:59"), loan(2, "2026-03-18 23:59:59")], {1: 2, 2: 1}),
        (3, [loan(1, "2026-03-20 23:59:59"), loan(2, "2026-03-18 23:59:59")], {1: 2, 2: 1}),
        (1, [loan(1, "2026-03-18 23:59:59", "2026-03-02 10:00"), loan(2, "2026-03-18 23:59:59")], {1: 2}),
        (1, [loan(1, "2026-03-18 23:59:59", barcode="B"), loan(2, "2026-03-18 23:59:59", barcode="A")], {1: 2}),
        (1, [loan(1, "2026-03-18 23:59:59", lost=True), loan(2, "2026-03-20 23:59:59")], {1: 2}),
        (1, [loan(1, "2026-03-18 23:59:59", loan_type="project")], {}),
        (1, [loan(1, "2026-03-18 23:59:59", item_type="interlibrary")], {}),
        (1, [], {}),
    ],
)
def test_each_hold_burdens_the_loan_due_first_that_no_earlier_hold_has(
    waiting: int, candidates: list[Candidate], chosen: dict[int, int]
) -> None:
    queue = [WaitingHold(number, "graduate") for number in range(1, waiting + 1)]
    assert holding.targets(policy("itu"), queue, candidates) == chosen


def test_a_hold_burdens_only_what_its_member_may_borrow() -> None:
    queue = [WaitingHold(1, "undergraduate"), WaitingHold(2, "phd_student")]
    journal = loan(7, "2026-03-18 23:59:59", item_type="bound_journal")
    assert holding.targets(policy("metu"), queue, [journal]) == {2: 7}


def test_a_returned_copy_fills_the_first_hold_that_it_can() -> None:
    queue = [WaitingHold(1, "retired_staff"), WaitingHold(2, "graduate"), WaitingHold(3, "faculty")]
    (music,) = copies("on_loan", item_type="sheet_music")
    assert holding.first_to_fill(policy("itu"), queue, music) == 2
    assert holding.first_to_fill(policy("itu"), queue[:1], music) is None
    assert holding.first_to_fill(policy("itu"), queue, copies("on_loan")[0]) == 1


@pytest.mark.parametrize(
    ("states", "left"), [(("lost",), False), (("lost", "in_repair"), True), (("withdrawn", "lost"), False), ((), False)]
)
def test_a_hold_ends_with_the_last_copy_that_could_fill_it(states: tuple[str, ...], left: bool) -> None:
    assert holding.fillable(policy("itu"), "graduate", copies(*states)) is left


@pytest.mark.parametrize(
    ("name", "ready", "weekly", "until", "passed_on"),
    [
        ("itu", "2026-03-26 10:00", False, "2026-03-29 23:59:59", "2026-03-30 00:00"),
        ("itu", "2026-03-12 15:30", True, "2026-03-16 23:59:59", "2026-03-17 00:00"),
        ("metu", "2026-03-02 00:00", False, "2026-03-05 23:59:59", "2026-03-06 00:05"),
    ],
)
def test_three_days_to_collect(name: str, ready: str, weekly: bool, until: str, passed_on: str) -> None:
    rules, branch = policy(name), calendar(weekly=weekly)
    assert holding.pickup_until(rules, branch, at(ready)) == at(until)
    assert holding.expires_at(rules, branch, at(until)) == at(passed_on)
