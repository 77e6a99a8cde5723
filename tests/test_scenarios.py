"""The rules as examples: the project's own scenarios, and the shared ones where they are, on both databases."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from store.policy.load import shipped
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
