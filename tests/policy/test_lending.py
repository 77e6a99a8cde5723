"""Checkouts: due moments, the order and the number of reasons, limits, special loans, overrides."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from store.policy import lending
from store.policy.facts import Asked, CopyFacts, LastLoan, LoanFacts, MemberFacts, SuspensionFacts
from store.policy.verdict import LoanTerms, Refused
from tests.policy.world import SPRING, SUMMER, at, calendar, loans, policy

NOW = at("2026-03-02 10:00")
ORDER = [
    "membership_pending",
    "membership_cancelled",
    "card_blocked",
    "desk_only",
    "not_on_exchange_list",
    "protocol_form_expired",
    "suspended",
    "overdue_items",
    "lost_item_unsettled",
    "fines_over_limit",
    "not_for_loan",
    "category_not_entitled",
    "electronic_access_available",
    "outside_service_days",
    "item_unavailable",
    "held_by_other",
    "shelf_rest",
    "limit_reached",
    "type_limit_reached",
    "term_loan_not_entitled",
    "term_not_configured",
]


def ask(
    name: str,
    member: MemberFacts,
    copy: CopyFacts,
    asked: Asked | None = None,
    now: str = "2026-03-02 10:00",
    weekly: bool = False,
) -> LoanTerms | Refused:
    """The verdict on one checkout, with two terms registered."""
    return lending.decide(
        policy(name), calendar(weekly=weekly, terms=[SPRING, SUMMER]), member, copy, asked or Asked(), at(now)
    )


def book(branch: str = "mustafa_inan") -> CopyFacts:
    """A book on the shelf."""
    return CopyFacts("book", branch)


@pytest.mark.parametrize(
    ("name", "category", "item_type", "now", "weekly", "due", "clause"),
    [
        ("itu", "undergraduate", "book", "2026-03-02 10:00", False, "2026-03-17 23:59:59", "ITU-C4"),
        ("itu", "faculty", "book", "2026-01-31 10:00", False, "2026-02-28 23:59:59", "ITU-C1"),
        ("itu", "undergraduate", "book", "2026-03-06 10:00", True, "2026-03-23 23:59:59", "ITU-C4"),
        ("itu", "graduate", "course_reserve", "2026-03-05 15:00", True, "2026-03-05 17:00", "ITU-I2a"),
        ("itu", "graduate", "course_reserve", "2026-03-05 16:20", True, "2026-03-06 08:30", "ITU-I2a"),
        ("itu", "graduate", "locker_key", "2026-03-05 16:20", True, "2026-03-05 17:00", "ITU-M7"),
        ("itu", "graduate", "locker_key", "2026-03-05 16:20", False, "2026-03-05 23:59:59", "ITU-M7"),
        ("metu", "phd_student", "book", "2026-03-02 10:00", False, "2026-04-01 23:59:59", "METU-1-B-a.books"),
        ("metu", "admin_staff", "dvd", "2026-03-02 10:00", False, "2026-03-05 23:59:59", "METU-1-A-d.mm"),
        ("metu", "undergraduate", "dvd", "2026-03-02 10:00", False, "2026-03-04 23:59:59", "METU-1-B-c.mm"),
        ("metu", "phd_student", "reserve_a", "2026-03-02 15:59:59", False, "2026-03-02 18:59:59", "METU-1-B-a.res-a"),
        ("metu", "phd_student", "reserve_a", "2026-03-02 16:00", False, "2026-03-03 11:00", "METU-1-B-a.res-a-16"),
        ("metu", "phd_student", "reserve_a", "2026-03-02 00:30", False, "2026-03-02 03:30", "METU-1-B-a.res-a"),
        ("metu", "phd_student", "reserve_a", "2026-03-06 16:30", True, "2026-03-09 11:00", "METU-1-B-a.res-a-16"),
        ("metu", "phd_student", "reserve_a", "2026-03-02 15:30", True, "2026-03-02 18:30", "METU-1-B-a.res-a"),
        ("metu", "phd_student", "tablet_pc", "2026-03-06 23:00", False, "2026-03-07 02:00", "METU-1-B-a.tablet"),
    ],
)
def test_due_moments(name: str, category: str, item_type: str, now: str, weekly: bool, due: str, clause: str) -> None:
    branch = "main" if name == "metu" else "mustafa_inan"
    terms = ask(name, MemberFacts(category), CopyFacts(item_type, branch), now=now, weekly=weekly)
    assert isinstance(terms, LoanTerms)
    assert (terms.due, terms.clause) == (at(due), clause)


@pytest.mark.parametrize(
    ("name", "category", "item_type", "opens"),
    [
        ("itu", "undergraduate", "book", "2026-03-09 22:00"),
        ("itu", "faculty", "book", "2026-03-17 22:00"),
        ("itu", "undergraduate", "audiovisual", None),
        ("metu", "phd_student", "book", "2026-03-02 10:00"),
        ("metu", "phd_student", "bound_journal", None),
    ],
)
def test_from_when_a_loan_can_be_renewed(name: str, category: str, item_type: str, opens: str | None) -> None:
    terms = ask(name, MemberFacts(category), CopyFacts(item_type, "mustafa_inan"))
    assert isinstance(terms, LoanTerms)
    assert terms.opens_at == (at(opens) if opens else None)


@pytest.mark.parametrize(
    ("item_type", "period", "due", "short"),
    [
        ("book", "7 days", "2026-03-09 23:59:59", True),
        ("course_reserve", "4 hours", "2026-03-02 14:00", False),
        ("course_reserve", "1 hour", "2026-03-02 11:00", True),
        ("course_reserve", "1 day", "2026-03-03 23:59:59", False),
        ("room_key", "2 hours", "2026-03-02 12:00", True),
    ],
)
def test_a_copys_own_period_replaces_the_tables(item_type: str, period: str, due: str, short: bool) -> None:
    terms = ask("itu", MemberFacts("graduate"), CopyFacts(item_type, "mustafa_inan", period=period))
    assert isinstance(terms, LoanTerms)
    assert (terms.due, terms.short_period) == (at(due), short)


def test_every_reason_is_told_in_the_shared_order_with_clause_and_remedy() -> None:
    member = MemberFacts(
        "undergraduate",
        card="lost",
        balance=600,
        loans=(*loans("book", 9), LoanFacts(9, "book", "standard", at("2026-03-01 23:59:59"), "Late one")),
        suspensions=(SuspensionFacts("reserve", at("2026-03-01 00:00"), at("2026-03-08 00:00")),),
    )
    refused = ask("itu", member, replace(book(), state="in_repair"))
    assert isinstance(refused, Refused)
    assert [(reason.slug, reason.clause) for reason in refused.reasons] == [
        ("card_blocked", "ITU-A4a"),
        ("suspended", "ITU-M6b"),
        ("overdue_items", "ITU-A5"),
        ("fines_over_limit", "ITU-A5"),
        ("item_unavailable", None),
        ("limit_reached", "ITU-B0"),
        ("type_limit_reached", "ITU-B0"),
    ]
    assert all(reason.remedy for reason in refused.reasons)
    by_slug = {reason.slug: reason for reason in refused.reasons}
    assert by_slug["suspended"].possible_from == at("2026-03-08 00:00")
    assert by_slug["overdue_items"].numbers["titles"] == "Late one"
    assert by_slug["fines_over_limit"].numbers == {"balance": 600, "limit": 500}
    assert by_slug["limit_reached"].numbers == {"count": 10, "limit": 10, "group": "total"}


@pytest.mark.parametrize(
    ("category", "item_type", "branch", "slug", "clause"),
    [
        ("undergraduate", "thesis", "mustafa_inan", "not_for_loan", "ITU-C12"),
        ("guest", "thesis", "mustafa_inan", "not_for_loan", "ITU-C12"),
        ("faculty", "audiovisual", "miam", "not_for_loan", "ITU-B6"),
        ("guest", "book", "mustafa_inan", "category_not_entitled", "ITU-MEM-10"),
        ("retired_staff", "interlibrary", "mustafa_inan", "category_not_entitled", "ITU-J1"),
        ("retired_staff", "sheet_music", "mustafa_inan", "category_not_entitled", "ITU-B5"),
    ],
)
def test_nothing_further_about_what_cannot_be_borrowed(
    category: str, item_type: str, branch: str, slug: str, clause: str
) -> None:
    member = MemberFacts(category, balance=600, loans=loans("book", 40))
    refused = ask("itu", member, CopyFacts(item_type, branch, state="in_repair"), Asked(due=at("2026-04-01 23:59:59")))
    assert isinstance(refused, Refused)
    assert refused.slugs == ("fines_over_limit", slug)
    assert refused.reasons[1].clause == clause


@pytest.mark.parametrize(
    ("category", "item_type", "clause"),
    [
        ("undergraduate", "bound_journal", "METU-2-d.bound-cats"),
        ("protocol_member", "dvd", "METU-1-C-e.books-only"),
        ("ill_member_in_city", "reserve_a", "METU-1-C-f.excluded"),
        ("dosap_researcher", "reserve_a", "METU-1.0"),
        ("undergraduate", "tablet_pc", "METU-1.0"),
    ],
)
def test_the_clause_that_excludes_a_category(category: str, item_type: str, clause: str) -> None:
    member = MemberFacts(category, protocol_form=date(2026, 3, 1))
    refused = ask("metu", member, CopyFacts(item_type, "main"), Asked(channel="desk"))
    assert isinstance(refused, Refused)
    assert refused.slugs == ("category_not_entitled",)
    assert refused.reasons[0].clause == clause


def test_a_copy_that_staff_keep_in_the_library() -> None:
    refused = ask("itu", MemberFacts("graduate"), CopyFacts("depot", "mustafa_inan", loanable=False))
    assert isinstance(refused, Refused)
    assert refused.slugs == ("not_for_loan",)


@pytest.mark.parametrize(("balance", "refused"), [(499, False), (500, False), (501, True)])
def test_exactly_the_limit_is_not_above_it(balance: int, refused: bool) -> None:
    assert isinstance(ask("itu", MemberFacts("graduate", balance=balance), book()), Refused) is refused


@pytest.mark.parametrize(("now", "refused"), [("2026-03-02 23:59:59", False), ("2026-03-03 00:00", True)])
def test_overdue_from_the_first_second(now: str, refused: bool) -> None:
    member = MemberFacts("graduate", loans=loans("book", 1, "2026-03-02 23:59:59"))
    assert isinstance(ask("itu", member, book(), now=now), Refused) is refused


def test_blocks_neither_reach_keys_nor_come_from_them() -> None:
    blocked = MemberFacts("graduate", balance=5000, loans=loans("book", 1, "2026-02-01 23:59:59"))
    assert isinstance(ask("itu", blocked, CopyFacts("locker_key", "mustafa_inan")), LoanTerms)
    late_key = MemberFacts("graduate", loans=loans("locker_key", 1, "2026-02-01 17:00"))
    assert isinstance(ask("itu", late_key, book()), LoanTerms)
    refused = ask("itu", late_key, CopyFacts("locker_key", "mustafa_inan"))
    assert isinstance(refused, Refused)
    assert refused.slugs == ("type_limit_reached",)


def test_blocks_reach_everything_where_the_text_says_so() -> None:
    member = MemberFacts("phd_student", loans=loans("carrel", 1, "2026-03-02 09:00"))
    refused = ask("metu", member, CopyFacts("tablet_pc", "main"))
    assert isinstance(refused, Refused)
    assert refused.slugs == ("overdue_items",)


@pytest.mark.parametrize(
    ("hours_after", "renewals", "mine", "refused"),
    [("2026-03-03 11:59:59", 3, True, True), ("2026-03-03 12:00", 3, True, False), ("2026-03-02 12:01", 2, True, False),
     ("2026-03-02 12:01", 3, False, False)],
)  # fmt: skip
def test_shelf_rest(hours_after: str, renewals: int, mine: bool, refused: bool) -> None:
    copy = replace(book(), last_loan=LastLoan(mine, renewals, 3, at("2026-03-02 12:00")))
    verdict = ask("itu", MemberFacts("graduate"), copy, now=hours_after)
    assert isinstance(verdict, Refused) is refused
    if isinstance(verdict, Refused):
        assert verdict.reasons[0].possible_from == at("2026-03-03 12:00")


def test_kinds_without_renewals_need_no_rest() -> None:
    copy = CopyFacts("sheet_music", "mustafa_inan", last_loan=LastLoan(True, 0, 0, NOW))
    assert isinstance(ask("itu", MemberFacts("graduate"), copy), LoanTerms)


@pytest.mark.parametrize(
    ("held_for", "state", "slugs"),
    [
        ("other", "hold_shelf", ("held_by_other",)),
        ("me", "hold_shelf", ()),
        (None, "hold_shelf", ()),
        (None, "on_loan", ("item_unavailable",)),
        (None, "lost", ("item_unavailable",)),
    ],
)
def test_states_of_the_copy(held_for: str | None, state: str, slugs: tuple[str, ...]) -> None:
    verdict = ask("itu", MemberFacts("graduate"), replace(book(), state=state, held_for=held_for))
    assert (verdict.slugs if isinstance(verdict, Refused) else ()) == slugs


@pytest.mark.parametrize(
    ("category", "taught", "now", "slugs", "due"),
    [
        ("faculty", "MAT101", "2026-03-02 10:00", (), "2026-06-12 23:59:59"),
        ("faculty", "FIZ101", "2026-03-02 10:00", ("term_loan_not_entitled",), None),
        ("graduate", "MAT101", "2026-03-02 10:00", ("term_loan_not_entitled",), None),
        ("faculty", "MAT101", "2026-06-20 10:00", ("term_not_configured",), None),
    ],
)
def test_term_loans_of_the_instructor(
    category: str, taught: str, now: str, slugs: tuple[str, ...], due: str | None
) -> None:
    copy = CopyFacts("course_reserve", "mustafa_inan", course="MAT101")
    verdict = ask("itu", MemberFacts(category, teaches=frozenset({taught})), copy, Asked(loan_type="term"), now)
    if isinstance(verdict, Refused):
        assert verdict.slugs == slugs
    else:
        assert (verdict.due, verdict.renewals_allowed, verdict.hourly) == (at(due or ""), 0, False)


def test_between_terms_the_next_one_counts_where_the_text_allows() -> None:
    verdict = ask(
        "metu",
        MemberFacts("full_time_academic"),
        CopyFacts("book", "main"),
        Asked(loan_type="term"),
        "2026-06-20 10:00",
    )
    assert isinstance(verdict, LoanTerms)
    assert verdict.due == at("2026-08-14 23:59:59")


@pytest.mark.parametrize(
    ("standard", "term", "asked", "slugs"),
    [
        (20, 4, "term", ()),
        (19, 5, "term", ("type_limit_reached",)),
        (19, 5, "standard", ()),
        (20, 5, "standard", ("type_limit_reached",)),
        (20, 5, "term", ("type_limit_reached",)),
        (25, 0, "project", ()),
    ],
)
def test_term_loans_stand_inside_the_book_limit_and_project_loans_outside(
    standard: int, term: int, asked: str, slugs: tuple[str, ...]
) -> None:
    held = loans("book", standard) + loans("book", term, loan_type="term") + loans("book", 3, loan_type="project")
    member = MemberFacts("full_time_academic", loans=held, manages=frozenset({"P-7"}))
    verdict = ask("metu", member, CopyFacts("book", "main", project="P-7"), Asked(loan_type=asked))
    assert (verdict.slugs if isinstance(verdict, Refused) else ()) == slugs


@pytest.mark.parametrize(
    ("category", "project", "granted"),
    [("full_time_academic", "P-7", True), ("full_time_academic", "P-8", False), ("full_time_academic", None, False),
     ("project_staff", "P-7", False)],
)  # fmt: skip
def test_project_loans_are_for_recorded_managers(category: str, project: str | None, granted: bool) -> None:
    member = MemberFacts(category, manages=frozenset({"P-7"}))
    verdict = ask("metu", member, CopyFacts("book", "main", project=project), Asked(loan_type="project"))
    if granted:
        assert isinstance(verdict, LoanTerms)
        assert (verdict.due, verdict.renewals_allowed) == (at("2027-03-02 23:59:59"), 2)
    else:
        assert isinstance(verdict, Refused)
        assert (verdict.slugs, verdict.reasons[0].clause) == (("category_not_entitled",), "METU-2-f.loan")


def test_a_lost_and_unsettled_loan_counts_only_where_the_policy_says_so() -> None:
    held = (*loans("book", 14), LoanFacts(99, "book", "standard", at("2036-01-01 23:59:59"), lost=True))
    assert isinstance(ask("metu", MemberFacts("undergraduate", loans=held), CopyFacts("book", "main")), Refused)
    assert isinstance(ask("itu", MemberFacts("graduate", loans=held), book()), LoanTerms)


@pytest.mark.parametrize(
    ("now", "due", "charges", "slugs"),
    [
        ("2026-03-17 23:59:59", "2026-03-17 23:59:59", False, ()),
        ("2026-03-18 00:00", "2026-03-17 23:59:59", False, ("lost_item_unsettled",)),
        ("2026-03-02 10:00", "2036-03-17 23:59:59", True, ("lost_item_unsettled",)),
    ],
)
def test_a_loss_blocks_from_its_due_date_until_its_charge_is_paid(
    now: str, due: str, charges: bool, slugs: tuple[str, ...]
) -> None:
    lost = LoanFacts(1, "book", "standard", at(due), lost=True)
    verdict = ask(
        "metu", MemberFacts("undergraduate", loans=(lost,), charges_of_lost=charges), CopyFacts("book", "main"), now=now
    )
    assert (verdict.slugs if isinstance(verdict, Refused) else ()) == slugs


@pytest.mark.parametrize(
    ("form", "now", "good"),
    [
        (date(2026, 2, 10), "2026-03-01 23:59:59", True),
        (date(2026, 2, 10), "2026-03-02 00:00", False),
        (date(2026, 7, 1), "2026-10-01 10:00", True),
        (date(2026, 10, 1), "2027-03-01 10:00", True),
        (date(2026, 12, 24), "2027-03-02 10:00", False),
        (None, "2026-03-01 10:00", False),
    ],
)
def test_protocol_forms(form: date | None, now: str, good: bool) -> None:
    verdict = ask("metu", MemberFacts("protocol_member", protocol_form=form), CopyFacts("book", "main"), now=now)
    assert isinstance(verdict, LoanTerms) is good
    if isinstance(verdict, Refused):
        assert verdict.slugs == ("protocol_form_expired",)


@pytest.mark.parametrize(
    ("item_type", "channel", "now", "slugs"),
    [
        ("charger_adapter", "kiosk", "2026-03-02 10:00", ("desk_only",)),
        ("charger_adapter", "desk", "2026-03-02 10:00", ()),
        ("charger_adapter", "desk", "2026-03-07 10:00", ("outside_service_days",)),
        ("tablet_pc", "kiosk", "2026-03-06 23:59:59", ()),
        ("tablet_pc", "kiosk", "2026-03-08 10:00", ("outside_service_days",)),
        ("carrel", "kiosk", "2026-03-08 10:00", ()),
    ],
)
def test_desk_and_weekdays(item_type: str, channel: str, now: str, slugs: tuple[str, ...]) -> None:
    verdict = ask("metu", MemberFacts("phd_student"), CopyFacts(item_type, "main"), Asked(channel=channel), now)
    assert (verdict.slugs if isinstance(verdict, Refused) else ()) == slugs


def test_an_interlibrary_loan_needs_the_date_that_staff_enter() -> None:
    copy = CopyFacts("interlibrary", "mustafa_inan")
    refused = ask("itu", MemberFacts("graduate"), copy)
    assert isinstance(refused, Refused)
    assert refused.slugs == ("desk_only",)
    verdict = ask("itu", MemberFacts("graduate"), copy, Asked(due=at("2026-03-23 23:59:59")))
    assert isinstance(verdict, LoanTerms)
    assert (verdict.due, verdict.opens_at) == (at("2026-03-23 23:59:59"), None)


@pytest.mark.parametrize(
    ("channel", "document", "blocked"), [("kiosk", True, True), ("desk", True, False), ("desk", False, True)]
)
def test_a_lost_card_and_its_document(channel: str, document: bool, blocked: bool) -> None:
    member = MemberFacts("undergraduate", card="lost", card_document=document)
    verdict = ask("metu", member, CopyFacts("book", "main"), Asked(channel=channel))
    assert isinstance(verdict, Refused) is blocked


@pytest.mark.parametrize(
    ("member", "copy", "allowed"),
    [
        (MemberFacts("undergraduate", balance=600), book(), True),
        (MemberFacts("undergraduate", loans=loans("book", 10)), book(), True),
        (MemberFacts("guest"), book(), True),
        (MemberFacts("undergraduate", status="pending"), book(), False),
        (MemberFacts("undergraduate", status="cancelled"), book(), False),
        (MemberFacts("undergraduate", balance=600), replace(book(), state="in_repair"), False),
        (MemberFacts("undergraduate"), CopyFacts("thesis", "mustafa_inan"), False),
    ],
)
def test_what_a_supervisor_may_set_aside(member: MemberFacts, copy: CopyFacts, allowed: bool) -> None:
    verdict = ask("itu", member, copy, Asked(channel="desk", override=True))
    assert isinstance(verdict, LoanTerms) is allowed
    if isinstance(verdict, LoanTerms):
        assert verdict.overridden


def test_a_category_or_kind_that_the_policy_does_not_know_has_no_rights() -> None:
    for member, copy in ((MemberFacts("dean"), book()), (MemberFacts("graduate"), CopyFacts("statue", "mustafa_inan"))):
        refused = ask("itu", member, copy)
        assert isinstance(refused, Refused)
        assert [(reason.slug, reason.clause) for reason in refused.reasons] == [("category_not_entitled", "ITU-B0")]


def test_meters_show_the_total_first() -> None:
    usage = lending.usage(policy("itu"), MemberFacts("undergraduate", loans=loans("book", 4) + loans("locker_key", 1)))
    assert [(meter.name, meter.used, meter.limit) for meter in usage][:2] == [("total", 4, 10), ("book", 4, 10)]
    assert ("locker_key", 1, 1) in [(meter.name, meter.used, meter.limit) for meter in usage]


@given(
    name=st.sampled_from(["itu", "metu"]),
    category=st.integers(0, 20),
    kind=st.integers(0, 30),
    status=st.sampled_from(["active", "pending", "cancelled", "rejected"]),
    card=st.sampled_from(["ok", "lost"]),
    balance=st.integers(0, 1000),
    count=st.integers(0, 30),
    state=st.sampled_from(["on_shelf", "on_loan", "hold_shelf", "in_transit", "in_repair", "lost"]),
    held_for=st.sampled_from([None, "me", "other"]),
    loan_type=st.sampled_from(["standard", "term", "project"]),
    channel=st.sampled_from(["kiosk", "desk"]),
    late=st.booleans(),
)
def test_any_refusal_is_in_order_without_repetition_and_cites_registered_clauses(
    name: str,
    category: int,
    kind: int,
    status: str,
    card: str,
    balance: int,
    count: int,
    state: str,
    held_for: str | None,
    loan_type: str,
    channel: str,
    late: bool,
) -> None:
    rules = policy(name)
    member = MemberFacts(
        rules.categories[category % len(rules.categories)].slug,
        status,
        card,
        balance=balance,
        loans=loans("book", count, "2026-02-01 23:59:59" if late else "2036-02-01 23:59:59"),
    )
    copy = CopyFacts(
        rules.item_types[kind % len(rules.item_types)].slug, rules.branches[-1].slug, state, held_for=held_for
    )
    verdict = ask(name, member, copy, Asked(channel, loan_type), now="2026-03-07 10:00")
    if isinstance(verdict, LoanTerms):
        assert verdict.due > at("2026-03-07 10:00")
        return
    places = [ORDER.index(slug) for slug in verdict.slugs]
    assert places == sorted(set(places))
    for reason in verdict.reasons:
        assert reason.clause is None or reason.clause in rules.register_of_clauses
        assert reason.clause is not None or reason.slug in ("item_unavailable", "desk_only")
        assert reason.remedy
