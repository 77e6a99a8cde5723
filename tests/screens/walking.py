"""How a way to a page is walked: keys, scans, words to wait for."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from textual.pilot import Pilot
from textual.widgets import OptionList

from tests.screens.conftest import admit, answered, press, scan, shows, type_slowly

Way = Callable[[Pilot[None]], Awaitable[None]]
STAFF_PIN = "gozetmen01"
SUPERVISOR, CLERK, OWNER = "209001", "209002", "209003"


def then(way: Way, *steps: str) -> Way:
    """Further keys; `scan:` and `type:` begin what is scanned or typed."""

    async def go(pilot: Pilot[None]) -> None:
        await way(pilot)
        for step in steps:
            kind, _colon, text = step.partition(":")
            if kind == "scan":
                await scan(pilot, text)
            elif kind == "type":
                await type_slowly(pilot, text)
                await answered(pilot)
            elif kind == "wait":
                await shows(pilot, text)
            else:
                await press(pilot, step)

    return go


def on_duty(card: str = SUPERVISOR) -> Way:
    """A member of staff signs in; supervisor mode begins."""

    async def go(pilot: Pilot[None]) -> None:
        await admit(pilot, card, STAFF_PIN)
        await shows(pilot, "▓▓")

    return go


def section(number: int, *steps: str, card: str = SUPERVISOR) -> Way:
    """To the section at this place (from 0) of the list, then further steps."""
    return then(on_duty(card), "f9", *(["down"] * number), "enter", *steps)


async def do_act(pilot: Pilot[None], act: str, *keys: str) -> None:
    """Choose an act of the F4 list by how it begins, then further keys."""
    await press(pilot, "f4")
    await shows(pilot, act)
    options = pilot.app.screen.query_one("#choices", OptionList)
    labels = [str(options.get_option_at_index(place).prompt) for place in range(options.option_count)]
    options.highlighted = next(place for place, label in enumerate(labels) if label.startswith(act))
    await press(pilot, "enter", *keys)
