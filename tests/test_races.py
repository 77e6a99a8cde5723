"""Many terminals and desks at once in one library: whatever collides is decided once, and nothing is shown of it."""

from __future__ import annotations

import pytest

from tests.races import databases, race


def test_a_slice_of_the_races_breaks_no_rule(database_url: str) -> None:
    """Three processes; the long race of eight is `make reliability`."""
    policy = "itu" if database_url.startswith("sqlite") else "metu"
    done = race(database_url, processes=3, acts=50, policy=policy)
    assert done.broken == ()
    assert sum(done.acts.values()) == 150


@pytest.mark.reliability
@pytest.mark.parametrize(("policy", "acts"), [("itu", 20_000), ("metu", 2_000)])
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_eight_processes_break_no_rule(kind: str, policy: str, acts: int, capsys: pytest.CaptureFixture[str]) -> None:
    """Twenty thousand acts each, on a durable database."""
    with databases() as urls:
        done = race(urls[kind], processes=8, acts=acts, policy=policy)
    with capsys.disabled():
        print(f"\n{kind}, {policy}: {sum(done.acts.values()):,} acts, {done.throughput:.0f} a second")
    assert done.broken == ()
    assert sum(done.acts.values()) == 8 * acts
