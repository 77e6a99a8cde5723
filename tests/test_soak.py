"""Hours of strange visitors in short: the soak is `make reliability`, or `python -m tests.soak --visits N`."""

from __future__ import annotations

import os

import pytest

from tests.screens.conftest import Place
from tests.screens.conftest import demo_template as demo_template
from tests.screens.conftest import place as place
from tests.soak import soak, tell

VISITS = int(os.environ.get("KIOSK_SOAK_VISITS", "2000"))


def _nobody_is_named(place: Place) -> None:
    """What the terminal writes beside the library names nobody."""
    for path in (place.folder / "state").rglob("*"):
        if path.is_file():
            written = path.read_text("utf-8", errors="replace")
            assert not any(secret in written for secret in ("deneme1", "201001", "Ayşe", "Kaya", "15201001")), path


async def test_a_slice_of_the_soak_leaves_no_fault_and_no_gap(place: Place) -> None:
    """A few visits, valid and mad: the program runs on, nobody stays signed in, every act is in the audit."""
    done = await soak(place, 6, seed=4)
    assert done.broken == []
    assert done.visits == 6 and done.acts
    _nobody_is_named(place)


@pytest.mark.reliability
async def test_two_thousand_visits_leave_no_fault_no_leak_and_no_gap(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    """And the memory is where it was after the first thousand."""
    done = await soak(place, VISITS)
    with capsys.disabled():
        tell(done)
    assert done.broken == []
    assert done.visits == VISITS
    assert done.grown < 3.0
    _nobody_is_named(place)
