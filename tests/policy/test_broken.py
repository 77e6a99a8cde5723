"""Broken variants of the shipped policies, each made by one small edit: the fault is named, with its place and line.

`broken.toml` has one variant for each kind of fault of form; here are the slips of a person who edits the rules.
"""

# ruff: noqa: E501  a table is read a row at a time

from __future__ import annotations

from typing import NamedTuple

import pytest

from screens.words import translator
from store.policy.load import PolicyFaults, load_policy
from store.policy.said import in_words
from tests.policy.test_load import text


class Slip(NamedTuple):
    """In a shipped policy the text `old` is written as `new`; the fault is told at `place` with these `words`."""

    name: str
    shipped: str
    old: str
    new: str
    place: str
    words: str


SLIPS = [
    # Names that nothing has.
    Slip("a mistyped item type in a period", "itu", 'items = ["sheet_music"]\nperiod', 'items = ["sheetmusic"]\nperiod', "loans[10].items", "'sheetmusic' is not the name of an item type"),
    Slip("a mistyped category in a row", "metu", 'category = "phd_student"', 'category = "phd"', "limits[6].category", "'phd' is not the name of a category"),
    Slip("a mistyped group in a row", "metu", "groups = { book = 15, multimedia = 2", "groups = { books = 15, multimedia = 2", "limits[8].groups", "'books' is not the name of a group"),
    Slip("an excluded group that there is not", "metu", "not_entitled = { bound_journal =", "not_entitled = { journal =", "limits[13].not_entitled", "'journal' is not the name of a group"),
    Slip("a term loan for nobody", "itu", 'categories = ["faculty"]\nperiod = "1 term"', 'categories = ["teachers"]\nperiod = "1 term"', "term_loans.categories", "'teachers' is not the name of a category"),
    Slip("a tariff for what there is not", "metu", 'items = ["carrel"]\nunit', 'items = ["carrell"]\nunit', "tariffs[6].items", "'carrell' is not the name of an item type"),
    Slip("a charge for what there is not", "metu", 'items = ["tablet_pc"]\nprice_clause', 'items = ["tablet"]\nprice_clause', "charges[5].items", "'tablet' is not the name of an item type"),
    Slip("a mistyped key of a category", "itu", "phone_renewals = true", "phone_renewal = true", "categories[1].phone_renewal", "did you mean 'phone_renewals'"),
    Slip("a mistyped key of a tariff", "itu", "free_days = 3  ", "free_day = 3  ", "tariffs[1].free_day", "did you mean 'free_days'"),
    Slip("a category of projects that is gone", "metu", 'slug = "full_time_academic"', 'slug = "academic"', "project_loans.categories", "'full_time_academic' is not the name of a category"),
    Slip("a day that is none", "itu", "effective_from = 2019-01-01", 'effective_from = "soon"', "effective_from", "must be a date"),
    Slip("a time that is a number", "itu", "nightly = ", "nightly = 9 # ", "times.nightly", "must be a time"),
    Slip("a day with a time", "itu", "effective_from = 2019-01-01", "effective_from = 2019-01-01T10:00:00", "effective_from", "must be a date"),
    # Things said twice, or said and unsaid.
    Slip("a row of limits twice", "itu", 'category = "graduate"', 'category = "undergraduate"', "limits[4]", "'undergraduate' stands here a second time"),
    Slip("an item twice in a line", "metu", 'items = ["bound_journal"]\nperiod', 'items = ["bound_journal", "bound_journal"]\nperiod', "loans[7].items", "'bound_journal' stands here twice"),
    Slip("a category twice in a line", "itu", 'categories = ["graduate"]', 'categories = ["graduate", "graduate"]', "loans[3].categories", "'graduate' stands here twice"),
    Slip("a channel twice", "itu", 'channels = ["kiosk", "desk", "web"]', 'channels = ["kiosk", "desk", "desk"]', "renewals.channels", "'desk' stands here twice"),
    Slip("a branch twice", "itu", 'slug = "maritime"', 'slug = "mechanical"', "branches[3]", "a second time"),
    Slip("granted and denied", "itu", "not_entitled = { interlibrary =", "not_entitled = { book =", "limits[5].not_entitled", "'book' is lent by the same row"),
    Slip("a letter twice", "itu", 'kind = "overdue_2"\nname', 'kind = "overdue_1"\nname', "letters[7]", "a second time"),
    # Gaps.
    Slip("a category without its row", "itu", 'category = "retired_staff"', 'category = "guest"', "categories[5]", "'retired_staff' can borrow nothing"),
    Slip("a category whose columns are empty", "metu", "groups = { book = 25, bound_journal = 2, multimedia = 2 }", "groups = {}", "categories[11]", "'dosap_researcher' can borrow nothing"),
    Slip("an item type that left its group", "metu", 'items = ["dvd", "cd_vcd", "cassette"]\nclause', 'items = ["dvd", "cd_vcd"]\nclause', "item_types[9]", "'cassette' has no rule"),
    Slip("an item type without a period", "metu", 'items = ["reserve_c"]\nperiod', 'items = ["reserve_b"]\nperiod', "item_types[4]", "'reserve_c' has no rule"),
    Slip("some categories without a period", "itu", 'items = ["book", "depot"]\ncategories = ["admin_staff"]', 'items = ["book"]\ncategories = ["admin_staff"]', "limits[2].groups", "for how long 'depot' is lent"),
    Slip("a period without renewals", "metu", 'period = "7 days"\nrenewals = 0', 'period = "7 days"', "loans[7].renewals", "is missing"),
    Slip("a period without clause", "itu", 'renewals = 4\nclause = "ITU-C1"', "renewals = 4", "loans[1].clause", "is missing"),
    Slip("a lent kind without tariff", "metu", 'items = ["bound_journal"]\nunit', 'items = ["thesis"]\nunit', "item_types[5]", "'bound_journal' is lent, but no tariff names it"),
    Slip("too early, and no word why", "itu", 'opens_clause = "ITU-D1"', "", "renewals.opens_clause", "is missing"),
    Slip("a channel refused, and no word why", "itu", 'channels_clause = "ITU-D2"', "", "renewals.channels_clause", "is missing"),
    Slip("renewals that nothing takes", "metu", 'channels = ["kiosk", "desk", "web", "phone", "email"]', "channels = []", "renewals.channels", "names none"),
    Slip("a deadline without its clause", "itu", 'in_print_clause = "ITU-N2"', "", "loss.in_print_days", "belong together"),
    Slip("a branch rule without its clause", "itu", 'in_library_at_clause = "ITU-B6"', "", "item_types[2]", "belong together"),
    # Lines that can never apply.
    Slip("a line under one that covers it", "metu", 'items = ["dvd", "cd_vcd", "cassette"]\ncategories = ["full_time_academic", "additional_duty", "admin_staff", "project_staff"]', 'items = ["dvd", "cd_vcd", "cassette"]', "loans[9]", "is never reached"),
    Slip("two lines for one category", "metu", 'categories = ["undergraduate", "exchange_student"]', 'categories = ["undergraduate", "phd_student"]', "loans[3]", "overlaps loans[1]: phd_student, book"),
    Slip("a limit above the total", "itu", "total = 15", "total = 14", "limits[3].groups", "book = 15 can't be reached: the total is 14"),
    Slip("a term limit above the books", "metu", "limit = 5\n", "limit = 26\n", "term_loans.limit", "26 can't be reached: only 25 are lent at once"),
    Slip("a kind that stays in every branch", "metu", "not_with_electronic_access", 'in_library_at = ["main"]\nin_library_at_clause = "METU-2-d.unbound"\nnot_with_electronic_access', "item_types[5].in_library_at", "names every branch"),
    Slip("a charge for what nobody borrows", "metu", 'items = ["tablet_pc"]\nprice_clause', 'items = ["thesis"]\nprice_clause', "charges[5]", "never applies"),
    Slip("a second rate that is gone", "metu", "later = 60                           # each day after them", "", "tariffs[1].later_clause", "never cited: there is no 'later'"),
    Slip("free days that are gone", "itu", "first = 500\nfree_days = 3", "first = 500", "tariffs[2].free_clause", "never cited: there is no 'free_days'"),
    Slip("a tier without the next", "itu", "later = 100                       # each day after them", "", "tariffs[1].first_days", "says nothing without 'later'"),
    Slip("a suspension that nothing brings", "itu", 'suspends = "reserve"', "", "suspensions[1].kind", "'reserve' is never imposed"),
    Slip("a letter that no line sends", "itu", '  { kind = "courtesy", before = "3 days", clause = "ITU-G1a" },\n', "", "letters[5].kind", "'courtesy' is never sent"),
    Slip("a notice for periods that there are not", "metu", "for_periods_of = [2, 6]", "for_periods_of = [4, 6]", "notices.daily[2].for_periods_of", "fits no period of loans"),
    # Numbers out of range.
    Slip("a negative limit", "itu", "audiovisual = 3, course_reserve = 3, interlibrary = 10", "audiovisual = -3, course_reserve = 3, interlibrary = 10", "limits[1].groups.audiovisual", "must be at least 0"),
    Slip("a limit in words", "metu", 'reserve = "no limit", carrel = 1', 'reserve = "unlimited", carrel = 1', "limits[1].groups.reserve", "'no limit'"),
    Slip("more than the whole period", "itu", "opens_after_percent = 50", "opens_after_percent = 150", "renewals.opens_after_percent", "must be at most 100"),
    Slip("sixty-one renewals", "itu", "renewals = 4\n", "renewals = 61\n", "loans[1].renewals", "61 renewals are too many"),
    Slip("no pick-up days", "metu", "pickup_days = 3", "pickup_days = 0", "holds.pickup_days", "must be more than 0"),
    Slip("half a day's rest", "itu", "hours = 24", "hours = 0.5", "shelf_rest.hours", "whole number"),
    Slip("a fine in lira", "metu", "first = 500", 'first = "5,00 TL"', "tariffs[5].first", "whole number"),
    Slip("a version before there were libraries", "itu", "effective_from = 2019-01-01", "effective_from = 1919-01-01", "effective_from", "between 2000 and 2100"),
    Slip("a version without a name", "itu", 'version = "itu-2019-1"', 'version = ""', "version", "must not be empty"),
    Slip("a year's wait for an application", "itu", "decision_days = 3 ", "decision_days = 365 ", "membership.decision_days", "between 1 and 60"),
    # Clauses that the regulation does not have.
    Slip("a clause of a limit", "itu", 'category = "faculty"\nclause = "ITU-B1"', 'category = "faculty"\nclause = "ITU-B11"', "limits[1].clause", "'ITU-B11' is not in the register"),
    Slip("a clause of an exclusion", "itu", 'sheet_music = "ITU-B5" }', 'sheet_music = "ITU-B55" }', "limits[5].not_entitled.sheet_music", "'ITU-B55' is not in the register"),
    Slip("a clause of a block", "metu", 'checkout = "METU-2-b.fine-borrow"', 'checkout = "METU-2-b.fine-lend"', "blocks.fines.checkout", "'METU-2-b.fine-lend' is not in the register"),
    Slip("a clause of a letter", "itu", 'before = "3 days", clause = "ITU-G1a"', 'before = "3 days", clause = "ITU-G9"', "notices.daily[1].clause", "'ITU-G9' is not in the register"),
    Slip("a clause of a kind of item", "itu", 'own_periods = "ITU-I3"', 'own_periods = "ITU-I33"', "item_types[3].own_periods", "'ITU-I33' is not in the register"),
    Slip("a clause of the night", "metu", "res-a-16", "res-a-17", "loans[10].overnight.clause", ".res-a-17' is not in the register"),
    # Letters out of order.
    Slip("two letters on one day", "metu", 'kind = "overdue_3", after = "30 days"', 'kind = "overdue_3", after = "15 days"', "notices.daily[5].after", "is not later than the letter before it"),
    Slip("an hourly letter after a later one", "itu", 'after = "3 hours"', 'after = "3 days"', "notices.hourly[3].after", "is not later than the letter before it"),
    Slip("a number left out", "itu", '  { kind = "overdue_2", after = "3 hours", clause = "ITU-G1d" },\n', "", "notices.hourly[2].kind", "should be 'overdue_2'"),
    Slip("a courtesy notice counted in hours", "itu", 'before = "3 days"', 'before = "3 hours"', "notices.daily[1].before", "must be counted in days"),
]  # fmt: skip


def test_there_are_enough_and_no_two_are_the_same() -> None:
    assert len(SLIPS) >= 40
    assert len({slip.name for slip in SLIPS}) == len({(slip.shipped, slip.old, slip.new) for slip in SLIPS})
    assert len({slip.name for slip in SLIPS}) == len(SLIPS)


@pytest.mark.parametrize("slip", SLIPS, ids=lambda slip: slip.name)
def test_a_slip_is_named_with_its_place(slip: Slip) -> None:
    whole = text(slip.shipped)
    assert slip.old in whole
    with pytest.raises(PolicyFaults) as caught:
        load_policy(whole.replace(slip.old, slip.new, 1))
    faults = caught.value.faults
    fitting = [fault for fault in faults if fault.place == slip.place and slip.words in fault.message]
    assert fitting, "\n".join(str(fault) for fault in faults)
    assert fitting[0].line is not None, fitting[0]
    turkish = in_words(fitting[0].said(), translator("tr").text)
    assert turkish.startswith(f"satır {fitting[0].line}, {slip.place}: ")
    assert fitting[0].message not in turkish
