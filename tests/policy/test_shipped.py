"""The two shipped policies: whole, clean, and in agreement with the tables of their regulations."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest
from msgspec.structs import replace

from store.policy.check import check
from store.policy.check_clauses import cited_clauses
from store.policy.load import shipped_names
from store.policy.model import Policies
from tests.policy.world import at, policies, policy


def test_both_are_shipped_and_clean() -> None:
    assert shipped_names() == ("itu", "metu")
    for name in shipped_names():
        assert check(policy(name)) == []


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("itu", {"rule": 53, "data": 24, "job": 12, "staff": 12, "shown": 9, "human": 6}),
        ("metu", {"rule": 189, "data": 33, "job": 16, "staff": 17, "shown": 5, "human": 14}),
    ],
)
def test_every_clause_is_registered_with_its_kind(name: str, kinds: dict[str, int]) -> None:
    register = policy(name).register_of_clauses
    assert Counter(clause.kind for clause in register.values()) == kinds
    assert all(identifier.startswith(f"{name.upper()}-") for identifier in register)
    assert all(clause.where.tr != clause.where.en for clause in register.values() if clause.where.en != "PIN")


@pytest.mark.parametrize("name", ["itu", "metu"])
def test_what_the_file_cites_is_registered(name: str) -> None:
    cited = cited_clauses(policy(name))
    assert cited <= set(policy(name).register_of_clauses)
    assert len(cited) > 40


@pytest.mark.parametrize(
    ("category", "total", "groups"),
    [
        ("faculty", 30, (30, 3, 3, 10, 10)),
        ("admin_staff", 10, (10, 3, 3, 5, 3)),
        ("graduate", 15, (15, 3, 3, 5, 3)),
        ("undergraduate", 10, (10, 3, 3, 5, 3)),
        ("retired_staff", 5, (5, 3, 3, 0, 0)),
        ("guest", 0, (0, 0, 0, 0, 0)),
    ],
)
def test_the_first_librarys_limits(category: str, total: int, groups: tuple[int, ...]) -> None:
    limits = {limit.slug: limit.most for limit in policy("itu").rules.limits_of[category]}
    assert limits.get("total", 0) == total
    columns = ("book", "audiovisual", "course_reserve", "interlibrary", "sheet_music")
    assert tuple(limits.get(column, 0) for column in columns) == groups


ROWS = {
    # category: books, days, renewals; journals; multimedia days; reserve; holds; carrel; tablet
    "full_time_academic": (25, 30, 3, True, 3, True, 3, True, False),
    "additional_duty": (15, 30, 2, True, 3, True, 3, False, False),
    "retired_academic": (15, 30, 2, True, 2, True, 3, False, False),
    "admin_staff": (15, 30, 3, True, 3, True, 3, False, False),
    "retired_admin": (5, 30, 2, True, 2, True, 3, False, False),
    "phd_student": (25, 30, 3, True, 2, True, 3, True, True),
    "masters_student": (20, 30, 2, True, 2, True, 3, True, True),
    "undergraduate": (15, 15, 2, False, 2, True, 3, False, False),
    "project_staff": (15, 30, 3, True, 3, True, 3, False, False),
    "exchange_student": (5, 15, 2, False, 0, True, 3, False, False),
    "dosap_researcher": (25, 30, 2, True, 2, False, 3, False, False),
    "affiliate_staff": (5, 30, 2, False, 2, False, 3, False, False),
    "protocol_member": (5, 30, 1, False, 0, False, 0, False, False),
    "ill_member_in_city": (3, 15, 1, False, 0, False, 0, False, False),
    "ill_member_out_of_city": (3, 30, 1, False, 0, False, 0, False, False),
}


@pytest.mark.parametrize("category", ROWS)
def test_the_second_librarys_rights(category: str) -> None:
    rules = policy("metu").rules
    books, days, renewals, journals, multimedia, reserve, holds, carrel, tablet = ROWS[category]
    book = rules.find(category, "book")
    assert book is not None
    assert (book.period.count, book.renewals) == (days, renewals)
    assert {limit.slug: limit.most for limit in rules.limits_of[category]}["book"] == books
    granted = {item for (found, item) in rules.standard if found == category}
    assert ("bound_journal" in granted) is journals
    assert ({"reserve_a", "reserve_b", "reserve_c"} <= granted) is reserve
    assert ("carrel" in granted) is carrel
    assert ({"tablet_pc", "charger_adapter"} <= granted) is tablet
    assert rules.holds_of[category] == holds
    dvd = rules.find(category, "dvd")
    assert (dvd.period.count if dvd else 0) == multimedia


@pytest.mark.parametrize(
    ("moment", "version"), [("2026-03-20 23:59:59", "old"), ("2026-03-21 00:00", "new"), ("2010-01-01 10:00", "old")]
)
def test_the_version_of_a_moment(moment: str, version: str) -> None:
    old = replace(policy("metu"), version="old")
    new = replace(policy("metu"), version="new", effective_from=date(2026, 3, 21))
    both = Policies((old, new))
    assert both.at(at(moment)).version == version
    assert both.of_loan("new", at("2010-01-01 10:00")).version == "new"
    assert both.of_loan("gone", at(moment)).version == version
    assert policies("metu").at(at(moment)) is policy("metu")
