"""The rules as examples: the project's own scenarios, and the shared ones where they are, on both databases."""

from __future__ import annotations

import copy
import tomllib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from store.policy.load import shipped
from store.scenarios.checking import scenario_faults
from store.scenarios.fitting import misfits
from store.scenarios.fresh import fresh_libraries
from store.scenarios.playing import Fresh, play
from store.scenarios.reading import ScenarioFaults, read_files

OWN = Path(__file__).with_name("scenarios")
SHARED = Path(__file__).parents[2] / "shared" / "scenarios"
FILES = sorted(OWN.rglob("*.toml")) + sorted(SHARED.rglob("*.toml"))
PROVEN_KINDS = ("rule", "data", "job")


def _name(path: Path) -> str:
    return f"{'own' if path.is_relative_to(OWN) else 'shared'}-{path.parent.name}-{path.stem}"


@pytest.fixture(scope="module")
def libraries(pg_server: str) -> Iterator[Callable[[str, str], Fresh]]:
    """Empty libraries by policy and database, made once and emptied for each scenario."""
    made: dict[tuple[str, str], Fresh] = {}
    with ExitStack() as stack:

        def of(policy: str, database: str) -> Fresh:
            if (policy, database) not in made:
                server = pg_server if database == "postgresql" else None
                made[policy, database] = stack.enter_context(fresh_libraries(policy, server))
            return made[policy, database]

        yield of


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
@pytest.mark.parametrize("path", FILES, ids=_name)
def test_scenarios_hold(path: Path, database: str, libraries: Callable[[str, str], Fresh]) -> None:
    """Every expectation of every scenario of a file."""
    (file,) = read_files([path])
    fresh = libraries(file.policy, database)
    failed = [played for scenario in file.scenarios if not (played := play(scenario, fresh)).holds]
    told = [f"{played.scenario.id}: {failure}" for played in failed for failure in played.failures]
    assert not told, "\n".join(told)


def test_the_shared_scenarios_are_played_too() -> None:
    """Says what is missing where the folder is not there."""
    if not SHARED.is_dir():
        pytest.skip("the shared scenarios are not beside this project: only its own were played")
    assert sum(len(file.scenarios) for file in read_files([SHARED])) >= 463


@pytest.mark.parametrize("policy", ["itu", "metu"])
def test_every_enforced_clause_is_proven_by_a_scenario_of_our_own(policy: str) -> None:
    """Each rule, number and job of the regulation has an example that names it."""
    register = shipped(policy).latest.register_of_clauses
    named = {
        clause
        for file in read_files([OWN])
        if file.policy == policy
        for scenario in file.scenarios
        for clause in scenario.clauses
    }
    assert named <= set(register), f"clauses that the register does not have: {sorted(named - set(register))}"
    missing = [clause for clause, entry in register.items() if entry.kind in PROVEN_KINDS and clause not in named]
    assert not missing


BROKEN = {
    'policy = "itu"\npolicy = "x"': "is no TOML",
    'scenario = 1\npolicy = "itu"': "must be tables",
    '[[scenario]]\nid = "A"': "must name a policy",
    'policy = "itu"\n[[scenario]]\nid = "A"\ntitle = "t"\nclauses = ["c"]\nsteps = []': "steps: A: must be a list",
}


@pytest.mark.parametrize("text", BROKEN)
def test_a_broken_file_is_never_played(tmp_path: Path, text: str) -> None:
    """Its fault is named instead."""
    path = tmp_path / "broken.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(ScenarioFaults, match=BROKEN[text]):
        read_files([path])


STEP = '{{ at = 2026-03-02T10:00:00, do = "checkout", member = "ali", item = "b1"{more} }},'
WORLD = """policy = "itu"
[[scenario]]
id = "A"
title = "t"
clauses = ["ITU-A2"]
members = { ali = { category = "undergraduate" } }
items = { b1 = { type = "book" } }
steps = [
STEP
]
"""
BAD_STEPS = {
    '{ at = 2026-03-02T10:00:00, do = "chekout" },': "did you mean 'checkout'",
    '{ at = 2026-03-02T10:00:00+03:00, do = "wait" },': "carries an offset",
    '{ do = "wait" },': "has no 'at'",
    '{ at = 2026-03-02T10:00:00, do = "checkout", member = "ali" },': "has no 'item'",
    STEP.format(more=', chanel = "desk"'): "did you mean 'channel'",
    STEP.format(more=', channel = "fax"'): "unknown word 'fax'",
    STEP.format(more=', expect = { refused = ["overdue"] }'): "did you mean 'overdue_items'",
    STEP.format(more=", expect = { refused = [] }"): "is empty",
    STEP.format(more=", expect = { renewals = true }"): "must be a whole number",
    STEP.format(more=', expect = { suspended_until = "never" }'): "unknown word 'never'",
    STEP.format(more=', expect = { notices = [{ kind = "recall", member = "veli" }] }'): "no member is called 'veli'",
    STEP.format(more=', expect = { hold = { state = "ready" } }'): "did you mean 'status'",
    STEP.format(more="") + '\n{ at = 2026-03-01T10:00:00, do = "wait" },': "goes back in time",
}


@pytest.mark.parametrize("step", BAD_STEPS)
def test_a_bad_step_is_named_with_its_line(tmp_path: Path, step: str) -> None:
    """Nothing unknown is ever passed over."""
    path = tmp_path / "bad.toml"
    path.write_text(WORLD.replace("STEP", step), "utf-8")
    with pytest.raises(ScenarioFaults, match=BAD_STEPS[step]) as caught:
        read_files([path])
    assert all(fault.line is not None and fault.line >= 8 for _path, fault in caught.value.faults)


WHOLE = """policy = "itu"
[[scenario]]
id = "A"
title = "t"
clauses = ["ITU-A2"]
terms = [{ name = "s", first = 2026-02-01, last = 2026-06-01 }]
[scenario.members.ali]
category = "undergraduate"
number = "7"
loans = { book = 2 }
balance = 5
teaches = ["X"]
exchange_list = ["s"]
protocol_form = 2026-01-01
[scenario.members.veli]
category = "graduate"
number = "8"
[scenario.items.b1]
type = "book"
branch = "mustafa_inan"
period = "7 days"
in_print = true
[scenario.calendar]
hours = { mon = "08:00-17:00" }
closed = [2026-03-03]
holidays = [2026-04-23]
branches = { mustafa_inan = { hours = { tue = "closed" }, closed = [2026-03-04] } }
[[scenario.steps]]
at = 2026-03-02T10:00:00
do = "checkout"
member = "ali"
item = "b1"
channel = "desk"
[scenario.steps.expect]
refused = ["overdue_items"]
due = 2026-03-17T23:59:59
hold = { status = "waiting", position = 1 }
notices = [{ kind = "recall", member = "ali", item = "b1", at = 2026-03-02T10:00:00 }]
tasks = ["reshelve"]
pending = "staff_approval_required"
suspended_until = "none"
[[scenario.steps]]
at = 2026-03-02T10:00:01
do = "checkin"
item = "b1"
branch = "mustafa_inan"
[[scenario.steps]]
at = 2026-03-02T10:00:02
do = "set_category"
member = "ali"
category = "graduate"
[[scenario.steps]]
at = 2026-03-02T10:00:03
do = "set_period"
item = "b1"
period = "2 hours"
"""
ODD: tuple[object, ...] = (
    3,
    -1,
    "x",
    "",
    [],
    {},
    [3],
    {"x": 3},
    [{"x": 1}],
    True,
    1.5,
    date(2026, 1, 1),
    datetime(2026, 1, 1),
    [[]],
)


def _places(value: object, place: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    yield place
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in inside:
        yield from _places(each, (*place, key))


def test_whatever_stands_anywhere_is_a_fault_and_never_a_traceback() -> None:
    """Each value of a whole scenario is replaced by what belongs elsewhere."""
    whole = tomllib.loads(WHOLE)["scenario"][0]
    assert not [*scenario_faults(whole)]
    for place in [*_places(whole)][1:]:
        for odd in ODD:
            changed: Any = copy.deepcopy(whole)
            table = changed
            for key in place[:-1]:
                table = table[key]
            table[place[-1]] = odd
            faults = [*scenario_faults(changed)]
            assert faults or _may_be(odd, whole, place), (place, odd)


def _may_be(odd: object, whole: object, place: tuple[str | int, ...]) -> bool:
    """Whether the value that stood there was of the same kind; a suspension may end at a moment, too."""
    value: Any = whole
    for key in place:
        value = value[key]
    return type(odd) is type(value) or (place[-1] == "suspended_until" and isinstance(odd, datetime))


STRANGE = {
    'category = "undergraduate"': 'category = "king"',
    "book = 2": "bok = 2",
    'type = "book"': 'type = "bok"',
    'branch = "mustafa_inan"\nperiod': 'branch = "main"\nperiod',
    'period = "7 days"': 'period = "7 moons"',
    "branches = { mustafa_inan": "branches = { main",
    'branch = "mustafa_inan"\n[[': 'branch = "mustafa-inan"\n[[',
    'category = "graduate"\n[[': 'category = "king"\n[[',
    'period = "2 hours"': 'period = "2 moons"',
}


@pytest.mark.parametrize("word", STRANGE)
def test_what_the_policy_does_not_know_is_named_with_its_line(tmp_path: Path, word: str) -> None:
    """In the world and in the steps alike; a misspelt branch would otherwise pass for one that refuses."""
    path = tmp_path / "strange.toml"
    assert WHOLE.count(word) == 1
    path.write_text(WHOLE.replace(word, STRANGE[word]), "utf-8")
    ((scenario, fault),) = misfits(read_files([path])[0], shipped("itu").latest)
    assert scenario.id == "A" and fault.line is not None and fault.line > 5


DOUBLE = {
    'number = "8"': ('number = "7"', "the number '7' stands twice"),
    "last = 2026-06-01 }": ('last = 2026-06-01 }, { name = "s", first = 2026-07-01, last = 2026-08-01 }', "'s' stands"),
    "last = 2026-06-01": ("last = 2026-01-01", "ends before it begins"),
    "balance = 5": ("balance = -5", "balance must be a whole number from 0 to"),
    "book = 2": ("book = -2", "book must be a whole number from 0 to"),
    "08:00-17:00": ("17:00-08:00", "neither 'closed' nor hours"),
    "at = 2026-03-02T10:00:03": ("at = 9999-12-20T10:00:00", "after 2200"),
}


@pytest.mark.parametrize("word", DOUBLE)
def test_a_world_that_cannot_be_is_told(tmp_path: Path, word: str) -> None:
    """Before it is built, with its place."""
    path, (other, told) = tmp_path / "world.toml", DOUBLE[word]
    path.write_text(WHOLE.replace(word, other), "utf-8")
    with pytest.raises(ScenarioFaults, match=told):
        read_files([path])


def test_a_day_may_be_closed_twice(tmp_path: Path, libraries: Callable[[str, str], Fresh]) -> None:
    """Copied lines do no harm."""
    path = tmp_path / "twice.toml"
    twice = "calendar = { closed = [2026-04-23, 2026-04-23], holidays = [2026-04-23, 2026-04-23] }"
    path.write_text(
        WORLD.replace("STEP", f"{STEP.format(more='')}").replace("steps = [", f"{twice}\nsteps = ["), "utf-8"
    )
    (file,) = read_files([path])
    assert play(file.scenarios[0], libraries("itu", "sqlite")).holds
