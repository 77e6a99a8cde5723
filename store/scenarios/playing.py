"""Plays scenarios, each in a fresh library, and says which expectations do not hold."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from msgspec import Struct

from store.act import At
from store.library import Library
from store.policy.said import Said, said_of
from store.scenarios import world
from store.scenarios.acting import Actor, Answer
from store.scenarios.passing import Passing
from store.scenarios.reading import Scenario
from store.scenarios.seeing import Marks, fits, marks, see, unchanged
from store.scenarios.world import World

_AT = At("scenario")
_NOTHING = Said("nothing")
_INSTANT = timedelta(microseconds=1)
Fresh = Callable[[], AbstractContextManager[Library]]


class Failure(Struct, frozen=True):
    """An expectation that does not hold."""

    step: int
    "From 1."
    key: str
    expected: object
    found: object

    def said(self) -> Said:
        """One line for people."""
        return Said(
            "step {number}: {key}: expected {expected}, found {found}",
            number=self.step,
            key=self.key,
            expected=_plain(self.expected),
            found=_plain(self.found),
        )

    def __str__(self) -> str:
        """In English."""
        return self.said()


class Played(Struct, frozen=True):
    """How a scenario went."""

    scenario: Scenario
    failures: tuple[Failure, ...] = field(default=())

    @property
    def holds(self) -> bool:
        """Whether every expectation holds."""
        return not self.failures


def play(scenario: Scenario, fresh: Fresh) -> Played:
    """Play a scenario in a library of its own; `fresh` opens an empty one with the scenario's policy."""
    with fresh() as library:
        start = scenario.steps[0]["at"].replace(tzinfo=library.calendars.zone).astimezone(UTC) - timedelta(days=1)
        player = _Player(library, scenario, world.build(library, scenario, start))
        return Played(scenario, tuple(player.failures()))


@dataclass(slots=True)
class _Player:
    library: Library
    scenario: Scenario
    world: World

    def failures(self) -> Iterator[Failure]:
        actor = Actor(self.library, self.scenario, self.world, _AT)
        passing = Passing(self.library, _AT)
        before = marks(self.library)
        for number, step in enumerate(self.scenario.steps, start=1):
            now = actor.local(step["at"])
            passing.until(now if step["do"] == "wait" else now - _INSTANT)
            acted = marks(self.library)
            try:
                answer = actor.act(dict(step), now)
            except (ValueError, LookupError, ArithmeticError) as fault:
                yield Failure(number, step["do"], Said("to be possible"), said_of(fault))
                before = marks(self.library)
                continue
            yield from self._compare(number, step, answer, before, acted, now)
            before = marks(self.library)
            passing.send(now)

    def _compare(
        self, number: int, step: Mapping[str, Any], answer: Answer, before: Marks, acted: Marks, now: datetime
    ) -> Iterator[Failure]:
        expect = dict(step.get("expect", {}))
        wanted = sorted(expect.pop("refused", ()))
        if sorted(answer.refused) != wanted:
            yield Failure(number, "refused", wanted or _NOTHING, sorted(answer.refused) or _NOTHING)
        if answer.pending != (pending := expect.pop("pending", None)):
            yield Failure(number, "pending", pending, answer.pending)
        if answer.refused and not unchanged(self.library, acted):
            yield Failure(number, "refused", Said("an unchanged world"), Said("changes"))
        seen = see(self.library, self.world, step, answer, before, acted, now, expect) if expect else {}
        for key, value in expect.items():
            if not fits(key, value, seen[key]):
                yield Failure(number, key, value, seen[key])


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_plain, value)) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_plain(each)}" for key, each in value.items()) + "}"
    return value if isinstance(value, str) else str(value)
