"""A random member comes to one running terminal again and again: keys, touches and scans, valid and mad.

    python -m tests.soak --visits 2000

The real program on the demo library, without a window. After each visit nobody is signed in and no fault was logged; at
the end the verifier finds the library whole, every loan, return, renewal and hold stands in the audit and nothing else
does, and the memory is where it was half-way: what is done for the first time ends by then, a leak does not.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import random
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Connection, text
from textual import events
from textual.pilot import Pilot

from kiosk.app import Kiosk
from store.demo.building import build
from store.demo.cast import PEOPLE
from store.settings import StoreSettings
from store.upkeep.verifying import verify
from tests.screens.conftest import CHEAP, NOW, PIN, Place, _send, answered, opened, press, scan, type_slowly

SIZES = ((120, 34), (80, 24), (120, 34), (200, 50), (60, 16))
KEYS = (
    *(f"f{number}" for number in range(1, 13)), "enter", "escape", "tab", "shift+tab", "up", "down", "left", "right",
    "pageup", "pagedown", "home", "end", "backspace", "delete", "space", "ctrl+c", "ctrl+q", "ctrl+z", "ctrl+p",
    "ctrl+v", "alt+x", "a", "7", "ğ",
)  # fmt: skip
WORDS = (
    "tutunamayanlar",
    "oguz atay",
    "kurk",
    "qqq",
    "[red]x",
    "'; --",
    "ali@itu.edu.tr",
    "15201010",
    "Yıldız",
    "123456",
)
JUNK = ("999999", "x" * 70, "[@click=app.quit]", "'; DROP TABLE loan; --", "../../etc", "0" * 64, "201099", "🂡🂢🂣🂤🂥🂦")
PASTES = ("300005", "x" * 10_000, "\x1b]52;c;eA==\x07", "a\rb\rc", "")
DONE = {
    "checkout": "SELECT count(*) FROM loan WHERE visit IS NOT NULL",
    "checkin": "SELECT count(*) FROM loan WHERE state = 'returned'",
    "undo": "SELECT count(*) FROM loan WHERE state = 'undone'",
    "renew": "SELECT coalesce(sum(renewals), 0) FROM loan",
    "hold": "SELECT count(*) FROM hold",
    "cancel_hold": "SELECT count(*) FROM hold WHERE closed_why = 'by_member'",
}
"What the library holds of each act; the audit must have grown by as much."


@dataclass
class Soak:
    """How a soak went."""

    visits: int = 0
    seconds: float = 0.0
    acts: Counter[str] = field(default_factory=Counter)
    "Of the library, by what the audit calls them, with their outcome."
    memory: list[float] = field(default_factory=list)
    "MB resident after each visit."
    things: list[int] = field(default_factory=list)
    "Objects alive, every fifty visits."
    broken: list[str] = field(default_factory=list)

    @property
    def grown(self) -> float:
        """MB by which the memory of the last visits is above that of the visits half-way."""
        half = len(self.memory) // 2
        early, late = self.memory[half : half + 50], self.memory[-50:]
        return sum(late) / len(late) - sum(early) / len(early) if early and late else 0.0


async def soak(place: Place, visits: int, seed: int = 1) -> Soak:
    """So many visits in one run of the program on the library of `place`."""
    done, dice = Soak(), random.Random(seed)
    app = place.app(typed_cards=True, idle_seconds=100_000.0, applications=True)
    began = time.monotonic()
    async with app.run_test(size=(120, 34)) as pilot:
        await opened(pilot)
        for _page in app.pages:
            await app.make_one_ready()  # as the program does before anybody comes
        assert place.library is not None
        with place.library.database.read.connect() as connection:
            before, audited = _counts(connection), _audited(connection)
        guest = Guest(pilot, app, dice)
        for number in range(visits):
            await guest.visit()
            done.visits += 1
            done.memory.append(_resident())
            if number % 50 == 0:
                gc.collect()
                done.things.append(len(gc.get_objects()))
            done.broken += _left(app, place)
            if done.broken:
                break
            place.clock.now += timedelta(minutes=dice.randrange(1, 30))
        done.seconds = time.monotonic() - began
        with place.library.database.read.connect() as connection:
            now, audit = _counts(connection), _audited(connection)
        done.acts = Counter({act: count - audited[act] for act, count in audit.items() if count > audited[act]})
        done.broken += [
            f"{act}: the library holds {now[act] - before[act]}, the audit {done.acts[f'{act} done']}"
            for act in DONE
            if now[act] - before[act] != done.acts[f"{act} done"]
        ]
        done.broken += [f"{found.rule}: {found.what}" for found in verify(place.library.database)]
    return done


class Guest:
    """Whoever comes next: with a card or without, knowing the PIN or not, and with strange ideas."""

    def __init__(self, pilot: Pilot[None], app: Kiosk, dice: random.Random) -> None:
        self._pilot, self._app, self._dice = pilot, app, dice
        self._cards = [person.card for person in PEOPLE]

    async def visit(self) -> None:
        """Come, do something, and leave in one of the ways in which people leave."""
        dice = self._dice
        await self._come()
        ideas, weights = list(self._ideas), [weight for weight, _ in self._ideas.values()]
        for _ in range(dice.randrange(3, 12)):
            await self._ideas[dice.choices(ideas, weights)[0]][1](self)
        if dice.random() < 0.6:
            await press(self._pilot, "f10", "f10")
        await answered(self._pilot)
        await self._app.watch_time(0.0)  # or walk away
        await answered(self._pilot)

    async def _come(self) -> None:
        dice = self._dice
        if dice.random() < 0.85:
            await scan(self._pilot, dice.choice(self._cards))
            await type_slowly(self._pilot, PIN if dice.random() < 0.85 else dice.choice(("yanlis1", "", "x" * 40)))
            await press(self._pilot, "enter")

    async def _item(self) -> None:
        await scan(self._pilot, str(300_001 + self._dice.randrange(60)))

    async def _junk(self) -> None:
        await scan(self._pilot, self._dice.choice(JUNK))

    async def _key(self) -> None:
        await press(self._pilot, self._dice.choice(KEYS))

    async def _chord(self) -> None:
        modifier = self._dice.choice(("ctrl", "alt", "shift", "ctrl+shift", "meta"))
        await press(self._pilot, f"{modifier}+{self._dice.choice('abcdefghijklmnopqrstuvwxyz')}")

    async def _words(self) -> None:
        await type_slowly(self._pilot, self._dice.choice(WORDS))
        await press(self._pilot, "enter")

    async def _storm(self) -> None:
        for _ in range(self._dice.randrange(5, 60)):
            _send(self._app, self._dice.choice(KEYS), after=self._dice.choice((0.001, 0.01, 0.2)))
        await self._pilot.pause()
        await answered(self._pilot)

    async def _touch(self) -> None:
        size = self._app.size
        for _ in range(self._dice.randrange(1, 6)):
            x, y = self._dice.randrange(size.width), self._dice.randrange(size.height)
            for kind in (events.MouseDown, events.MouseUp):
                self._app.post_message(kind(None, x, y, 0, 0, 1, False, False, False, screen_x=x, screen_y=y))
            await self._pilot.pause()
        await answered(self._pilot)

    async def _paste(self) -> None:
        self._app.post_message(events.Paste(self._dice.choice(PASTES)))
        await self._pilot.pause()
        await answered(self._pilot)

    async def _resize(self) -> None:
        await self._pilot.resize_terminal(*self._dice.choice(SIZES))
        await self._pilot.pause()

    async def _door(self) -> None:
        await press(self._pilot, f"f{self._dice.randrange(2, 10)}")

    async def _renew(self) -> None:
        await press(self._pilot, "f5", "f3", "f10")

    async def _hold(self) -> None:
        await press(self._pilot, "f7")
        await type_slowly(self._pilot, self._dice.choice(("kurk mantolu", "tutunamayanlar", "saat", "ince memed")))
        await answered(self._pilot)
        await press(self._pilot, "enter", self._dice.choice(("f3", "f3", "f4")), "escape")

    async def _bring(self) -> None:
        await press(self._pilot, "f4")
        await scan(self._pilot, str(300_001 + self._dice.randrange(60)))

    _ideas: dict[str, tuple[int, Callable[[Guest], Awaitable[None]]]] = {
        "item": (9, _item),
        "door": (7, _door),
        "key": (5, _key),
        "touch": (4, _touch),
        "words": (2, _words),
        "renew": (2, _renew),
        "hold": (2, _hold),
        "bring": (3, _bring),
        "junk": (2, _junk),
        "storm": (1, _storm),
        "chord": (1, _chord),
        "paste": (1, _paste),
        "resize": (1, _resize),
    }


def _left(app: Kiosk, place: Place) -> list[str]:
    """What a visit may not leave behind."""
    wrong = []
    if app.return_code is not None or app._exception is not None or not app.is_running:
        wrong.append(f"the program ended: {app._exception!r}")
    if app.terminal.visit is not None or app.terminal.duty is not None:
        wrong.append("somebody is still signed in")
    if (place.folder / "state" / "faults.log").exists():
        wrong.append((place.folder / "state" / "faults.log").read_text("utf-8"))
    return wrong


def _counts(connection: Connection) -> dict[str, int]:
    return {act: int(connection.execute(text(query)).scalar_one()) for act, query in DONE.items()}


def _audited(connection: Connection) -> Counter[str]:
    # A lost copy that is returned is found: its loan had ended before.
    act = """CASE WHEN act = 'checkin' AND detail LIKE '%"found"%' THEN 'found' ELSE act END"""
    found = connection.execute(text(f"SELECT {act}, outcome, count(*) FROM audit_entry GROUP BY 1, 2"))
    return Counter({f"{act} {outcome}": count for act, outcome, count in found})


def _resident() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 2**20


def main() -> int:
    """Soak a demo library of its own; 1 if anything went wrong or the memory grew."""
    options = argparse.ArgumentParser(description="Many visits of a random member on one running terminal.")
    options.add_argument("--visits", type=int, default=2000)
    options.add_argument("--seed", type=int, default=1)
    given = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="kiosk-soak-") as folder:
        database = Path(folder) / "library.db"
        build(StoreSettings(database=f"sqlite:///{database}", terminal="demo", pin_hashing=CHEAP), NOW).close()
        done = asyncio.run(soak(Place(Path(folder), database), given.visits, given.seed))
    tell(done)
    return 1 if done.broken else 0


def tell(done: Soak) -> None:
    """The figures, for people."""
    print(f"{done.visits:,} visits in {done.seconds:.0f} s, {sum(done.acts.values()):,} acts in the audit")
    print("  " + ", ".join(f"{act} {count:,}" for act, count in done.acts.most_common()))
    marks = [done.memory[at] for at in range(0, len(done.memory), max(1, len(done.memory) // 10))]
    print("  memory in MB: " + ", ".join(f"{each:.1f}" for each in [*marks, done.memory[-1]]))
    print("  objects alive: " + ", ".join(f"{each:,}" for each in done.things[:: max(1, len(done.things) // 10)]))
    print(f"  {done.grown:+.1f} MB in the second half of the visits")
    print("  " + ("\n  ".join(done.broken) or "no fault, and every act is in the audit"), flush=True)


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        raise SystemExit(main())
