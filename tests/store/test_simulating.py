"""The simulator says what the store then does, and touches nothing of the real library."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from sqlmodel import Session

from store.calendar import schedule
from store.library import Library
from store.opening import create_library, open_library
from store.results.simulation import Case, Event, Timeline
from store.rules.simulating import Simulation
from store.tables import ClosedDay, OpeningHours
from tests.store import worlds
from tests.store.worlds import NOW

POLICIES = ("itu", "metu")


@pytest.fixture(scope="module")
def simulations(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, tuple[Library, Simulation]]]:
    """A library of each policy, closed on Sundays and on one day, and a simulation of it."""
    made: dict[str, tuple[Library, Simulation]] = {}
    for policy in POLICIES:
        path = tmp_path_factory.mktemp(policy) / "library.db"
        library = create_library(worlds.settings(f"sqlite:///{path}", policy), NOW)
        with Session(library.database.write) as session:
            session.add(OpeningHours(branch="*", weekday=6))
            session.add(ClosedDay(branch="*", day=datetime(2026, 3, 17, tzinfo=UTC).date()))
            schedule.touch(session.connection())
            session.commit()
        made[policy] = (library, Simulation(library, NOW))
    yield made
    for library, simulation in made.values():
        simulation.close()
        library.close()


def _case(library: Library, category: int, kind: int, hour: int) -> Case:
    policy = library.policies.latest
    lent = [pair for pair in policy.rules.standard if policy.kind(pair[1]).in_library is None]
    chosen = lent[(category * 31 + kind) % len(lent)]
    at = datetime(2026, 3, 2, tzinfo=UTC) + timedelta(hours=hour)
    return Case(chosen[0], chosen[1], policy.branches[0].slug, at, channel="desk")


def _foretold(timeline: Timeline) -> list[tuple[datetime, str, str, str | None]]:
    kinds = ("letter", "task")
    return [(e.at.astimezone(UTC), e.kind, e.what, e.clause) for e in timeline.ahead if e.kind in kinds]


def _happened(timeline: Timeline, since: datetime) -> list[tuple[datetime, str, str, str | None]]:
    quiet = ("invoice_review", "replacement_review", "checkout_confirmation")
    return [
        (e.at.astimezone(UTC), e.kind, e.what, e.clause)
        for e in timeline.past
        if e.at > since and e.kind in ("letter", "task") and e.what not in quiet
    ]


@settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    some.sampled_from(POLICIES), some.integers(0, 40), some.integers(0, 40), some.integers(6, 20), some.integers(0, 9)
)
def test_what_it_foretells_is_what_the_store_does(
    simulations: dict[str, tuple[Library, Simulation]], policy: str, category: int, kind: int, hour: int, steps: int
) -> None:
    """Letters and tasks come at their moments; a return at any of them costs what was foretold for it, to the kuruş."""
    library, simulation = simulations[policy]
    case = _case(library, category, kind, hour)
    told = simulation.begin(case)
    if told.standing.due is None:
        assert any(event.kind == "refused" for event in told.past)
        return
    wanted, priced = _foretold(told), {event.at: event for event in told.ahead if event.kind == "late"}
    now = told
    for _each in range(min(steps, len(told.ahead))):
        now = simulation.step("event")
    reached = [each for each in wanted if each[0] <= now.now]
    assert _happened(now, case.at) == reached
    assert _foretold(now) == [each for each in wanted if each[0] > now.now]
    standing = now.standing
    returned = simulation.act("return")
    charged = sum(_kurus(e.numbers["amount"]) for e in returned.past if (e.kind, e.what) == ("charge", "late_fine"))
    if now.now in priced:
        assert standing.fine_now == priced[now.now].numbers["amount"]
    assert charged == standing.fine_now or any(e.what == "invoice" for e in now.past)
    until = [e.numbers["until"] for e in returned.past if e.kind == "suspended"]
    assert until == ([] if standing.suspended_if_returned is None else [standing.suspended_if_returned])


def test_a_loan_is_lived_through(simulations: dict[str, tuple[Library, Simulation]]) -> None:
    """Refused too early, renewed when it opens, held by another, recalled, lost: each with its clause."""
    library, simulation = simulations["itu"]
    seen = simulation.begin(Case("undergraduate", "book", "mustafa_inan", NOW))
    assert seen.standing.due is not None
    due = seen.standing.due.astimezone(library.calendars.zone).date()
    assert due.isoformat() == "2026-03-18", "the fifteenth day is closed"
    early = _last(simulation.act("renew"))
    assert (early.kind, early.what, early.clause) == ("refused", "renew", "ITU-D1")
    opened = simulation.step("event")
    assert opened.standing.opens_at == opened.now and opened.standing.new_due is not None
    assert _last(simulation.act("renew")).kind == "renewed"
    assert _last(simulation.act("hold")).kind == "held"
    recalled = simulation.act("recall")
    assert any(event.kind == "recalled" and event.clause == "ITU-E2" for event in recalled.past)
    lost = simulation.act("report_lost")
    assert lost.standing.copy_state == "lost" and lost.standing.due is None
    assert {event.what for event in lost.past if event.kind == "charge"} == {"processing_fee"}
    hour = simulation.step("hour")
    assert hour.now - lost.now == timedelta(hours=1)
    assert simulation.step("day").now - hour.now == timedelta(days=1)


def test_a_refused_loan_says_why(simulations: dict[str, tuple[Library, Simulation]]) -> None:
    """What stays in the library is not lent, by its clause; nothing is to come."""
    library, simulation = simulations["itu"]
    kind = next(kind for kind in library.policies.latest.item_types if kind.in_library is not None)
    seen = simulation.begin(Case("undergraduate", kind.slug, "mustafa_inan", NOW))
    assert _last(seen).what == "checkout" and _last(seen).clause == kind.in_library
    assert seen.standing.due is None and seen.ahead == ()


def test_the_real_library_is_not_touched(sqlite_url: str) -> None:
    """Its file is the same, byte for byte, after a whole life of a loan."""
    library = create_library(worlds.settings(sqlite_url), NOW)
    path = Path(sqlite_url.removeprefix("sqlite:///"))
    library.close()
    before = path.read_bytes()
    library = open_library(worlds.settings(sqlite_url))
    simulation = Simulation(library, NOW)
    simulation.begin(Case("undergraduate", "book", "mustafa_inan", NOW))
    simulation.step("event")
    simulation.close()
    library.close()
    assert path.read_bytes() == before


def _last(timeline: Timeline) -> Event:
    return [event for event in timeline.past if event.kind not in ("letter", "task", "charge")][-1]


def _kurus(amount: object) -> int:
    assert isinstance(amount, int)
    return amount
