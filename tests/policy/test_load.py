"""A policy file that is wrong says everything that is wrong with it, and where."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from copy import deepcopy
from datetime import date, time
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from random import Random
from typing import Any

import msgspec
import pytest

from store.calendar.schedule import shipped_holidays
from store.policy.check import remarks
from store.policy.form import read_form, wrong_form
from store.policy.load import Fault, PolicyFaults, load_policies, load_policy, shipped
from store.policy.model import Policy
from store.policy.places import Place
from tests.policy.world import policy


@lru_cache
def text(name: str) -> str:
    """The text of a shipped policy."""
    return files("store").joinpath("policies", f"{name}.toml").read_text("utf-8")


def faults(name: str, old: str, new: str) -> tuple[Fault, ...]:
    """The faults of a shipped policy in which one piece of text is another."""
    whole = text(name)
    assert old in whole
    with pytest.raises(PolicyFaults) as caught:
        load_policy(whole.replace(old, new, 1))
    return caught.value.faults


BROKEN: dict[str, dict[str, str]] = tomllib.loads(Path(__file__).with_name("broken.toml").read_text("utf-8"))


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_told_by_place_and_word(name: str) -> None:
    broken = BROKEN[name]
    found = faults(broken["in"], broken["old"], broken["new"])
    fitting = [fault for fault in found if fault.place.startswith(broken["place"]) and broken["words"] in fault.message]
    assert fitting, "\n".join(str(fault) for fault in found)
    lines = text(broken["in"]).replace(broken["old"], broken["new"], 1).splitlines()
    assert all(fault.line is None or 1 <= fault.line <= len(lines) for fault in found)


def test_a_clause_may_say_in_one_text_where_it_is_carried_out() -> None:
    """For a library of one language; an unknown task is a fault."""
    both = 'where = { tr = "iş listesi: birime yazı", en = "task: letter to the unit" }'
    whole = text("itu").replace(both, 'where = "banko"', 1)
    assert load_policy(whole).register_of_clauses["ITU-M3b"].where.en == "banko"
    (fault,) = faults("itu", 'tasks = ["letter_to_unit"]', 'tasks = ["letter"]')
    assert "letter_to_unit" in fault.message


def test_the_line_is_that_of_the_key() -> None:
    (fault,) = faults("itu", 'period = "7 days"', 'period = "7 gün"')
    assert text("itu").splitlines()[(fault.line or 0) - 1].startswith('period = "7 days"')
    (fault,) = [
        fault for fault in faults("itu", 'after = "7 days"', 'after = "2 days"') if "not later" in fault.message
    ]
    assert "overdue_3" in text("itu").splitlines()[(fault.line or 0) - 1]


def test_every_fault_of_form_is_told_at_once() -> None:
    broken = text("itu").replace("pickup_days = 3", "pickup_day = 3").replace('period = "7 days"', 'period = "x"')
    broken = broken.replace("length = 6", "length = 1").replace("fee = 1500", 'fee = "a lot"')
    with pytest.raises(PolicyFaults) as caught:
        load_policy(broken)
    assert {fault.place for fault in caught.value.faults} == {
        "holds.pickup_day",
        "holds.pickup_days",
        "loans[10].period",
        "pins.length",
        "loss.fee",
    }


def test_every_fault_of_sense_is_told_at_once() -> None:
    broken = text("itu").replace('clause = "ITU-E2"', 'clause = "ITU-E9"').replace("first = 500", "first = 0")
    broken = broken.replace("groups = { book = 30", "groups = { book = 31").replace('"item_unavailable"]', '"x"]')
    with pytest.raises(PolicyFaults) as caught:
        load_policy(broken)
    assert {fault.place for fault in caught.value.faults} >= {
        "recall.clause",
        "tariffs[2].first",
        "limits[1].groups",
        "not_overridable",
    }


def test_a_file_is_read_from_its_path(tmp_path: Path) -> None:
    path = tmp_path / "ours.toml"
    path.write_text(text("itu"), "utf-8")
    assert load_policy(path) == policy("itu")
    path.write_bytes(b"slug = '\xff'\n")
    with pytest.raises(PolicyFaults, match="UTF-8"):
        load_policy(path)
    with pytest.raises(FileNotFoundError):
        load_policy(tmp_path / "none.toml")


def test_versions_stand_in_order_of_date_and_agree() -> None:
    later = text("itu").replace('version = "itu-2019-1"', 'version = "b"').replace("2019-01-01", "2027-01-01")
    both = load_policies([later, text("itu")])
    assert [version.version for version in both.versions] == ["itu-2019-1", "b"]
    assert both.latest.version == "b"
    for clash in (text("itu"), text("metu"), later.replace('"b"', '"itu-2019-1"')):
        with pytest.raises(PolicyFaults):
            load_policies([text("itu"), clash])
    with pytest.raises(PolicyFaults):
        load_policies([])


def test_a_name_that_no_shipped_policy_has() -> None:
    with pytest.raises(LookupError, match="itu, metu"):
        shipped("boun")


def test_the_limit_that_the_library_must_confirm_is_remarked() -> None:
    assert remarks(policy("itu")) == ["blocks.fines_above: 500: to be confirmed by the library"]


def test_the_gap_that_the_regulation_leaves_is_remarked() -> None:
    (remark,) = remarks(policy("metu"))
    assert remark.startswith("item_types[9]: no charge says what 'cassette' costs")


def test_the_holidays_that_ship_cover_the_years_to_come() -> None:
    """Half days are working days (ITU R20)."""
    days = dict(shipped_holidays())
    assert {day.year for day in days} == set(range(2024, 2031))
    assert days[date(2026, 4, 23)] == "Ulusal Egemenlik ve Çocuk Bayramı"
    assert date(2026, 10, 28) not in days and date(2026, 10, 29) in days


ODD: tuple[object, ...] = (
    1,
    -1,
    10**9,
    "",
    "x",
    True,
    1.5,
    [],
    ["x"],
    [1, 2, 3],
    {},
    {"x": 1},
    date(2026, 1, 1),
    time(9),
)
"What may stand by mistake where something else belongs."


def _places(value: object, place: Place = ()) -> Iterator[Place]:
    yield place
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in parts:
        yield from _places(each, (*place, key))


@pytest.mark.parametrize("name", ["itu", "metu"])
def test_whatever_is_rejected_is_explained_and_nothing_else_is(name: str) -> None:
    """The form is read by one library and explained by us: the two agree, wherever the slip is and whatever it is."""
    data, chance = tomllib.loads(text(name)), Random(7)
    places = list(_places(data))[1:]
    rejected = 0
    for _ in range(200):
        changed = deepcopy(data)
        *path, key = chance.choice(places)
        table: Any = changed
        for part in path:
            table = table[part]
        if chance.random() < 0.2:
            del table[key]
        else:
            table[key] = chance.choice(ODD)
        try:
            read_form(changed, Policy)
            wrong = False
        except msgspec.ValidationError:
            wrong = True
        assert wrong == bool(list(wrong_form(changed, Policy))), (path, key)
        rejected += wrong
    assert 100 < rejected < 200
