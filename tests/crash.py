"""Terminals at work that are killed at any moment: what they had been told must stand, and nothing by halves."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select, text

from store import rows
from store.act import At
from store.circulation import checkouts, holds, renewals, returns
from store.database import open_database
from store.errors import DatabaseUnreachable
from store.library import Library
from store.opening import open_library
from store.policy.verdict import Refused
from store.results.circulation import NotLent
from store.results.returns import NotReturned
from store.settings import StoreSettings
from store.upkeep.verifying import verify
from tests.store.worlds import CHEAP, library

MEMBERS, COPIES, TERMINALS = 6, 12, 2
_REFUSED = (Refused, NotLent, NotReturned)
_SERVED = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
    "AND backend_type = 'client backend'"
)


def make(url: str) -> None:
    """A small library in which terminals get into each other's way."""
    members = {f"m{n}": {"category": "undergraduate"} for n in range(MEMBERS)}
    library(url, members, {f"c{n}": {"type": "book"} for n in range(COPIES)})[0].close()


def settings(url: str, terminal: str) -> StoreSettings:
    """Settings of one of the terminals."""
    return StoreSettings(database=url, terminal=terminal, pin_hashing=CHEAP)


def work(url: str, terminal: str, told: str, seed: int) -> None:
    """A terminal: random acts, and each answer noted the moment it is given; ends when the library is away."""
    opened, chance = open_library(settings(url, terminal)), random.Random(seed)
    with opened.database.read.connect() as connection:
        copies = list(connection.execute(select(rows.copy.c.barcode, rows.copy.c.title_id)))
        members = list(connection.execute(select(rows.member.c.id)).scalars())
    note = os.open(told, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    while True:
        try:
            act, done = _act(opened, chance, members, copies[chance.randrange(len(copies))], At(terminal, visit="v"))
        except DatabaseUnreachable:
            return
        os.write(note, f"{act} {int(done)}\n".encode())


def _act(
    opened: Library, chance: random.Random, members: Sequence[int], copy: Sequence[object], at: At
) -> tuple[str, bool]:
    member, barcode, title, now = chance.choice(members), str(copy[0]), int(str(copy[1])), datetime.now(UTC)
    acts: dict[str, Callable[[], object]] = {
        "checkout": lambda: checkouts.checkout(opened, member, barcode, now, at),
        "checkin": lambda: returns.checkin(opened, barcode, now, at),
        "renew": lambda: renewals.renew(opened, member, barcode, now, at),
        "hold": lambda: holds.place(opened, member, title, now, at),
        "cancel_hold": lambda: holds.cancel(opened, member, title, now, at),
    }
    act = chance.choice(["checkout", "checkout", "checkin", "checkin", "renew", "hold", "cancel_hold"])
    return act, not isinstance(acts[act](), _REFUSED)


@dataclass(slots=True)
class Crashes:
    """Rounds of terminals that work until they, or their server, are killed."""

    url: str
    folder: Path
    seed: int
    rounds: int = 0
    acts: int = 0
    untold: int = 0
    "Acts that stand, but whose answer was lost with the terminal."
    _seen: dict[str, int] = field(default_factory=dict)

    def round(
        self, kill_server: Callable[[], None] | None = None, start_server: Callable[[], None] = lambda: None
    ) -> None:
        """Let them work for a moment, kill them (or the server), and look whether everything told stands."""
        self.rounds += 1
        chance = random.Random(self.seed * 100_000 + self.rounds)
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload([__name__])
        notes = {f"t{n}": self.folder / f"t{n}-{self.rounds}" for n in range(TERMINALS)}
        workers = []
        for terminal, note in notes.items():
            worker = context.Process(target=work, args=(self.url, terminal, str(note), chance.randrange(10**9)))
            worker.start()
            workers.append(worker)
        _wait(lambda: all(note.exists() and note.stat().st_size for note in notes.values()))
        time.sleep(chance.random() * 0.2)
        if kill_server is not None:
            kill_server()
        for worker in workers:
            if kill_server is None:
                assert worker.pid is not None
                os.kill(worker.pid, signal.SIGKILL)
            worker.join(60)
            assert worker.exitcode in ((-signal.SIGKILL,) if kill_server is None else (0,)), worker.exitcode
        start_server()
        _wait(self._nobody_is_served)
        for terminal, note in notes.items():
            self._compare(terminal, note)
        self._look_through()

    def _nobody_is_served(self) -> bool:
        """A server may still be at the last commit of a terminal that is dead: then it stands a moment later."""
        database = open_database(self.url)
        with database.read.connect() as connection:
            others = 0 if database.is_sqlite else connection.execute(_SERVED).scalar_one()
        database.close()
        return others == 0

    def _compare(self, terminal: str, note: Path) -> None:
        """Every answer stands in the audit, in order; at most one more act was done when the terminal died."""
        told = [tuple(line.split()) for line in note.read_text().splitlines()]
        database, entry = open_database(self.url), rows.audit_entry
        with database.read.connect() as connection:
            found = connection.execute(
                select(entry.c.act, entry.c.outcome)
                .where(entry.c.chain == terminal, entry.c.seq > self._seen.get(terminal, 0))
                .order_by(entry.c.seq)
            ).all()
        database.close()
        stands = [(row.act, str(int(row.outcome != "refused"))) for row in found]
        assert stands[: len(told)] == told, (terminal, stands, told)
        assert len(stands) - len(told) in (0, 1), (terminal, stands, told)
        self.untold += len(stands) - len(told)
        self.acts += len(stands)
        self._seen[terminal] = self._seen.get(terminal, 0) + len(stands)
        note.unlink()

    def _look_through(self) -> None:
        database = open_database(self.url)
        found = verify(database)
        database.close()
        assert found == (), found


def _wait(holds: Callable[[], bool]) -> None:
    until = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < until, "the terminals did not begin, or the server did not end"
        time.sleep(0.005)
