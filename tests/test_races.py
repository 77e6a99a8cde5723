"""Many terminals and desks at once in one library: whatever collides is decided once, and nothing is shown of it."""

from __future__ import annotations

import pytest

from tests.races import databases, race


def test_a_slice_of_the_races_breaks_no_rule(database_url: str) -> None:
    """Three processes; the long race of eight is `make reliability`."""
    done = race(database_url, processes=3, acts=50)
    assert done.broken == ()
    assert sum(done.acts.values()) == 150


@pytest.mark.reliability
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_eight_processes_break_no_rule(kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Twenty thousand acts each, on a durable database."""
    with databases() as urls:
        done = race(urls[kind], processes=8, acts=20_000)
    with capsys.disabled():
        print(f"\n{kind}: {sum(done.acts.values()):,} acts, {done.throughput:.0f} a second")
    assert done.broken == ()
    assert sum(done.acts.values()) == 160_000
