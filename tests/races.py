"""Many processes do random acts in one library, with few members and copies, so that they collide all the time.

    python -m tests.races --processes 8 --acts 20000 [--database URL]

Each process is a terminal or a desk of its own. Their common clock runs fast: a second is six hours, so that loans
grow old, fines arise and letters fall due meanwhile. Afterwards the verifier and the limits must find no rule broken,
and the audit must hold exactly the acts that the processes were answered.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from msgspec.structs import replace
from sqlalchemy import func, select

from store import rows
from store.act import At
from store.circulation import checkouts, holds, losses, recalls, renewals, returns, shelf
from store.errors import LibraryError
from store.jobs.running import run_due
from store.library import Library
from store.money import payments
from store.opening import create_library, open_library
from store.scenarios import world
from store.scenarios.reading import Scenario
from store.scenarios.world import World
from store.settings import PinHashing, StoreSettings
from store.upkeep.verifying import verify
from tests import postgresql
from tests.limits import over_limits

START = datetime(2026, 2, 16, 7, 0, tzinfo=UTC)
FASTER = 6 * 3600
"Seconds of the library in a second of ours."
PEOPLE = {
    "itu": ("faculty", "graduate", "undergraduate", "undergraduate", "retired_staff", "graduate"),
    "metu": ("full_time_academic", "masters_student", "undergraduate", "undergraduate", "admin_staff", "undergraduate"),
}
THINGS = {
    "itu": ("book", "book", "book", "book", "book", "course_reserve", "audiovisual", "book"),
    "metu": ("book", "book", "book", "book", "book", "reserve_a", "cd_vcd", "bound_journal"),
}
WEEK = {"sun": "closed", "sat": "10:00-14:00", "mon": "08:30-22:00"}


@dataclass(frozen=True, slots=True)
class Told:
    """What a process did: how many acts, of which kinds, and what went wrong."""

    chain: str
    acts: Counter[str]
    entries: int
    "How many of them the audit must hold."
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Race:
    """How a race went."""

    acts: Counter[str]
    seconds: float
    broken: tuple[str, ...]

    @property
    def throughput(self) -> float:
        """Acts a second, of all processes together."""
        return sum(self.acts.values()) / self.seconds


def race(url: str, processes: int, acts: int, seed: int = 1, policy: str = "itu") -> Race:
    """Make a library in an empty database, let the processes loose, and look for what must not be."""
    made = create_library(_settings(url, "races", policy), START)
    built = world.build(made, _scenario(policy), START - timedelta(days=1))
    made.close()
    context = multiprocessing.get_context("forkserver")  # loads the store once, not once for each process
    context.set_forkserver_preload(["store.jobs.running", "store.opening", "store.scenarios.world", "tests.limits"])
    gate = context.Barrier(processes + 1)
    told: Any = context.Queue()
    started = [
        context.Process(target=_compete, args=(url, policy, built, number, acts, seed, gate, told), daemon=True)
        for number in range(processes)
    ]
    for process in started:
        process.start()
    gate.wait(timeout=120)
    begun = time.monotonic()
    answers: list[Told] = [told.get(timeout=7200) for _ in started]
    seconds = time.monotonic() - begun
    for process in started:
        process.join()
    return Race(sum((each.acts for each in answers), Counter()), seconds, tuple(_broken(url, policy, built, answers)))


def _settings(url: str, chain: str, policy: str) -> StoreSettings:
    return StoreSettings(database=url, policy=policy, terminal=chain, pin_hashing=PinHashing(memory_kib=8, time_cost=1))


def _scenario(policy: str) -> Scenario:
    """Six members and eight copies, half of one title; Sundays closed, a closed day, a term."""
    return Scenario(
        id="races",
        title="races",
        clauses=(),
        members={f"m{number}": {"category": category} for number, category in enumerate(PEOPLE[policy])},
        items={
            f"i{number}": {"type": kind, **({"title": "shared"} if number < 3 else {})}
            for number, kind in enumerate(THINGS[policy])
        },
        calendar={"hours": WEEK, "closed": [date(2026, 4, 23)]},
        terms=({"name": "spring", "first": date(2026, 2, 10), "last": date(2026, 6, 12)},),
        steps=(),
    )


def _compete(
    url: str,
    policy: str,
    built: World,
    number: int,
    acts: int,
    seed: int,
    gate: Any,  # noqa: ANN401
    told: Any,  # noqa: ANN401
) -> None:
    """One process: its acts at random, each recorded by what it was answered."""
    chain = f"racer-{number}"
    library = open_library(_settings(url, chain, policy), START)
    racer = Racer(library, built, random.Random(f"{seed}:{number}"), chain)
    gate.wait(timeout=120)
    racer.run(acts, time.monotonic())
    library.close()
    told.put(Told(chain, racer.acts, racer.entries, tuple(racer.faults[:5])))


class Racer:
    """A terminal or a desk that does whatever comes into its head."""

    def __init__(self, library: Library, built: World, dice: random.Random, chain: str) -> None:
        self.library, self.built, self.dice = library, built, dice
        self.at = At(chain, visit=f"{chain}-0")
        self.acts: Counter[str] = Counter()
        self.entries = 0
        self.faults: list[str] = []
        self.members = list(built.members.values())
        self.items = list(built.items.values())
        self.titles = list(set(built.titles.values()))
        self.now = START

    def run(self, acts: int, begun: float) -> None:
        """So many acts, on the common clock."""
        names, weights = list(ACTS), [weight for weight, _ in ACTS.values()]
        for number in range(acts):
            if number % 7 == 0:
                self.at = replace(self.at, visit=f"{self.at.terminal}-{number}")
            self.now = START + timedelta(seconds=(time.monotonic() - begun) * FASTER)
            name = self.dice.choices(names, weights)[0]
            try:
                ACTS[name][1](self)
            except LibraryError as fault:
                self.faults.append(f"{name}: {fault!r}")
            except Exception:
                self.faults.append(f"{name}: {traceback.format_exc(limit=-4)}")
            else:
                self.acts[name] += 1
                self.entries += name != "time"

    @property
    def member(self) -> int:
        """Anybody."""
        return self.dice.choice(self.members)

    @property
    def item(self) -> str:
        """Anything."""
        return self.dice.choice(self.items)

    @property
    def title(self) -> int:
        """Any work."""
        return self.dice.choice(self.titles)

    @property
    def desk(self) -> At:
        """The same place, with staff."""
        return replace(self.at, channel="desk")


ACTS: dict[str, tuple[int, Callable[[Racer], object]]] = {
    "checkout": (24, lambda r: checkouts.checkout(r.library, r.member, r.item, r.now, r.at)),
    "return": (20, lambda r: returns.checkin(r.library, r.item, r.now, r.at)),
    "undo": (3, lambda r: checkouts.undo_last(r.library, r.member, r.now, r.at)),
    "renew": (14, lambda r: renewals.renew(r.library, r.member, r.item, r.now, r.at)),
    "hold": (12, lambda r: holds.place(r.library, r.member, r.title, r.now, r.at)),
    "cancel": (6, lambda r: holds.cancel(r.library, r.member, r.title, r.now, r.at)),
    "recall": (4, lambda r: recalls.recall(r.library, r.item, r.now, r.desk)),
    "carry": (5, lambda r: shelf.handle(r.library, r.item, r.now, r.desk)),
    "lost": (2, lambda r: losses.report_lost(r.library, r.member, r.item, r.now, r.desk)),
    "settle": (2, lambda r: losses.settle(r.library, r.item, "closed", r.now, r.desk)),
    "pay": (6, lambda r: payments.pay(r.library, r.member, r.dice.choice((None, 50, 400)), r.now, r.desk)),
    "waive": (2, lambda r: payments.waive(r.library, r.member, 100, "races", r.now, r.desk)),
    "time": (2, lambda r: run_due(r.library, r.now, r.at)),
}
"How often each act is tried, in a hundred or so; a lost copy that is returned is found."


def _broken(url: str, policy: str, built: World, answers: list[Told]) -> Iterator[str]:
    """Every rule that does not hold afterwards, and every act of which the audit knows nothing or too much."""
    for told in answers:
        yield from (f"{told.chain}: {fault}" for fault in told.faults)
    library = open_library(_settings(url, "races", policy), START)
    try:
        yield from (f"{found.rule}: {found.what}" for found in verify(library.database))
        yield from over_limits(library, built.members.values(), START)
        entry = rows.member.metadata.tables["audit_entry"]
        with library.database.read.connect() as connection:
            for told in answers:
                by_members = select(func.count()).where(entry.c.chain == told.chain, entry.c.act.in_(AUDITED))
                counted = connection.execute(by_members).scalar_one()
                if counted != told.entries:
                    yield f"{told.chain}: {told.entries} acts were answered, the audit knows {counted}"
    finally:
        library.close()


AUDITED = (
    "checkout", "checkin", "shelf", "undo", "renew", "hold", "cancel_hold", "recall", "report_lost", "loss_lost",
    "settle", "payment", "waiver",
)  # fmt: skip
"What the acts are called in the audit; what time brings stands there under other names."


@contextmanager
def databases() -> Iterator[dict[str, str]]:
    """An SQLite file and a PostgreSQL database, both durable, both gone afterwards."""
    with (
        tempfile.TemporaryDirectory(prefix="kiosk-races-") as folder,
        postgresql.server(durable=True) as server,
        postgresql.database(server) as url,
    ):
        yield {"sqlite": f"sqlite:///{Path(folder) / 'library.db'}", "postgresql": url}


def main() -> int:
    """Race on the database that is named, or on one of each kind; 1 if a rule was broken."""
    options = argparse.ArgumentParser(description="Races of many processes on one library.")
    options.add_argument("--processes", type=int, default=8)
    options.add_argument("--acts", type=int, default=20_000, help="of each process")
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--policy", choices=tuple(PEOPLE), default="itu")
    options.add_argument("--database", choices=("sqlite", "postgresql"), action="append")
    given = options.parse_args()
    broken = 0
    with databases() as urls:
        for name in given.database or urls:
            done = race(urls[name], given.processes, given.acts, given.seed, given.policy)
            print(f"{name}: {sum(done.acts.values()):,} acts in {done.seconds:.0f} s, {done.throughput:.0f} a second")
            print("  " + ", ".join(f"{act} {count:,}" for act, count in done.acts.most_common()))
            print("  " + ("\n  ".join(done.broken) or "no rule was broken"), flush=True)
            broken += len(done.broken)
    return 1 if broken else 0


if __name__ == "__main__":
    raise SystemExit(main())
