"""A university in a box: a year of its library through the store's own acts and jobs, looked through every month.

`python -m bench.year --scale 0.05`; 1 is the whole: 40,000 members, 600,000 copies, 1,000,000 loans. Terms, holidays,
exams, people who are late, queues for what everybody wants. The moments are made up; every act and job is real.
"""

from __future__ import annotations

import argparse
import heapq
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from statistics import fmean, median, quantiles
from typing import TypeVar

from sqlalchemy import func, select

from bench.big import barcode, place
from bench.campus import FIRST, LAST, Campus, Sizes, build, busy
from store import rows
from store.act import At
from store.circulation import holds, losses, renewals, returns
from store.circulation.checkouts import checkout
from store.jobs.running import run_due
from store.library import Library
from store.money import payments
from store.opening import create_library
from store.policy.verdict import Reason, Refused
from store.results.circulation import CheckedOut, NotLent
from store.results.holds import HoldPlaced
from store.results.returns import Renewed, Returned
from store.settings import PinHashing, StoreSettings
from store.states import CopyState, HoldStatus
from store.upkeep.verifying import verify

R = TypeVar("R")
_DAY = timedelta(days=1)
_A_VISIT = 1.8
"Items that a visit borrows, on average."
_BETWEEN_SCANS = timedelta(seconds=7)
_SCANS_A_MINUTE = 8
"What a person makes at a terminal who never pauses."


@dataclass(frozen=True, slots=True)
class Out:
    """A loan as the borrower remembers it."""

    member_id: int
    due: datetime
    token: int


@dataclass(slots=True)
class Year:
    """The course of a year: what is still to happen, and what has happened."""

    library: Library
    campus: Campus
    out: dict[int, Out] = field(default_factory=dict)
    "By copy."
    called: set[int] = field(default_factory=set)
    "Holds whose members know that they are ready."
    ahead: list[tuple[datetime, int, Callable[[datetime], None]]] = field(default_factory=list)
    numbers: count[int] = field(default_factory=count)
    acts: Counter[str] = field(default_factory=Counter)
    refused: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    jobs: Counter[str] = field(default_factory=Counter)
    taken: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    minutes: Counter[tuple[int, datetime]] = field(default_factory=Counter)
    verified: int = 0

    def run(self, progress: Callable[[date, Counter[str]], None], limit: int | None = None) -> None:
        """Day after day: the visits of the day, what was planned earlier, the jobs; each month a look at everything."""
        days = [FIRST + _DAY * n for n in range((LAST - FIRST).days + 1)]
        weights = {day: busy(self.campus.calendar, day) for day in days}
        whole = sum(weights.values())
        for day in days[:limit]:
            visits = self.campus.sizes.loans / _A_VISIT * weights[day] / whole
            for _visit in range(int(visits + self.campus.chance.random())):
                self._plan(self.campus.some_moment(day), self._visit)
            morning, evening = (self.campus.calendar.at(day + _DAY * n, datetime.min.time()) for n in (0, 1))
            self._jobs(morning + timedelta(hours=8, minutes=25))
            self._call_for_holds(morning + timedelta(hours=8, minutes=29))
            while self.ahead and self.ahead[0][0] < evening:
                moment, _number, happens = heapq.heappop(self.ahead)
                happens(moment)
            self._jobs(evening - timedelta(minutes=1))
            if (day + _DAY).day == 1:
                self._look_through()
            progress(day, self.acts)
        self._look_through()

    def _plan(self, moment: datetime, happens: Callable[[datetime], None]) -> None:
        heapq.heappush(self.ahead, (moment, next(self.numbers), happens))

    def _later(self, day: date) -> datetime:
        """A moment of that day, or of the next open one."""
        return self.campus.some_moment(self.campus.calendar.open_on_or_after(day))

    def _day_of(self, moment: datetime) -> date:
        return self.campus.calendar.local(moment).date()

    def _visit(self, moment: datetime) -> None:
        """Somebody comes and borrows one item, or a few; what is out, some want to have later."""
        member_id, chance = self.campus.somebody(), self.campus.chance
        at = self._at(f"{member_id}-{moment.timestamp():.0f}")
        for scan in range(chance.choices((1, 2, 3, 5), (50, 30, 15, 5))[0]):
            now = moment + _BETWEEN_SCANS * scan
            title_id = self.campus.some_title()
            copy_id = self._on_shelf(title_id)
            if copy_id is not None:
                self._borrow(member_id, copy_id, now, at)
            elif chance.random() < 0.4:
                self._want(member_id, title_id, now, at)

    def _at(self, visit: str) -> At:
        terminal = self.campus.chance.randrange(self.campus.sizes.terminals)
        return At(f"terminal-{terminal + 1}", visit=visit)

    def _on_shelf(self, title_id: int) -> int | None:
        copies = self.campus.copies_of[title_id]
        if len(copies) == 1 and copies[0] not in self.out:
            return copies[0]
        with self.library.database.read.connect() as connection:
            free = select(rows.copy.c.id).where(rows.copy.c.id.in_(copies), rows.copy.c.state == CopyState.ON_SHELF)
            return connection.execute(free.limit(1)).scalar()

    def _borrow(self, member_id: int, copy_id: int, now: datetime, at: At, *, again: bool = False) -> None:
        answer = self._act("checkout", now, at, checkout, member_id, barcode(copy_id))
        if isinstance(answer, CheckedOut):
            self._lent(copy_id, member_id, answer.due, now)
        elif isinstance(answer, NotLent):
            self._note("checkout", answer.reasons)
            owes = any(reason.slug == "fines_over_limit" for reason in answer.reasons)
            if owes and not again and self.campus.chance.random() < 0.7:
                desk = At("desk", channel="desk", visit=at.visit)
                self._act("payment", now + _BETWEEN_SCANS, desk, payments.pay, member_id, None)
                self._borrow(member_id, copy_id, now + 2 * _BETWEEN_SCANS, at, again=True)

    def _lent(self, copy_id: int, member_id: int, due: datetime, now: datetime) -> None:
        """When the borrower will renew and bring it back is settled now: most in time, some late, a few never."""
        token, chance = next(self.numbers), self.campus.chance
        self.out[copy_id] = Out(member_id, due, token)
        if chance.random() < 0.001:
            self._plan(self._later(self._day_of(due)), lambda at: self._lose(copy_id, token, at))
            return
        if due - now > 3 * _DAY and chance.random() < 0.3:
            self._plan(self._later(self._day_of(due) - _DAY), lambda at: self._renew(copy_id, token, at))
        late = chance.random() < 0.08
        days = chance.choice((1, 1, 2, 3, 7, 15, 40)) if late else -chance.randint(0, max(0, (due - now).days - 1))
        back = self._later(self._day_of(due) + _DAY * days)
        if not late:
            back = min(back, due - timedelta(minutes=1))
        self._plan(max(back, now + timedelta(minutes=30)), lambda at: self._bring_back(copy_id, token, at))

    def _bring_back(self, copy_id: int, token: int, now: datetime) -> None:
        loan = self.out.get(copy_id)
        if loan is None or loan.token != token:
            return  # renewed meanwhile: another day was settled then
        answer = self._act("return", now, self._at(f"return-{token}"), returns.checkin, barcode(copy_id))
        if isinstance(answer, Returned):
            del self.out[copy_id]
            if answer.goes_to == "hold_shelf":
                self._call_for_holds(now, copy_id)
        else:
            self._note("return", answer.reasons)

    def _renew(self, copy_id: int, token: int, now: datetime) -> None:
        loan = self.out.get(copy_id)
        if loan is None or loan.token != token:
            return
        at = self._at(f"renew-{token}")
        answer = self._act("renewal", now, at, renewals.renew, loan.member_id, barcode(copy_id))
        if isinstance(answer, Renewed):
            self._lent(copy_id, loan.member_id, answer.due, now)
        elif isinstance(answer, Refused):
            self._note("renewal", answer.reasons)

    def _want(self, member_id: int, title_id: int, now: datetime, at: At) -> None:
        answer = self._act("hold", now, at, holds.place, member_id, title_id)
        if not isinstance(answer, HoldPlaced):
            self._note("hold", answer.reasons)

    def _lose(self, copy_id: int, token: int, now: datetime) -> None:
        loan = self.out.get(copy_id)
        if loan is not None and loan.token == token:
            desk = At("desk", channel="desk", visit=f"lost-{token}")
            self._act("loss report", now, desk, losses.report_lost, loan.member_id, barcode(copy_id))
            del self.out[copy_id]

    def _call_for_holds(self, now: datetime, copy_id: int | None = None) -> None:
        """Who has been told that a copy waits comes within the days that follow, or, one in eight, never."""
        hold = rows.hold
        ready = select(hold.c.id, hold.c.member_id, hold.c.copy_id).where(hold.c.status == HoldStatus.READY)
        with self.library.database.read.connect() as connection:
            found = connection.execute(ready if copy_id is None else ready.where(hold.c.copy_id == copy_id)).all()
        for row in found:
            if row.id not in self.called:
                self.called.add(row.id)
                if self.campus.chance.random() < 0.875:
                    day = self._day_of(now) + _DAY * self.campus.chance.randint(1, 3)
                    self._plan(self._later(day), lambda at, row=row: self._collect(row.member_id, row.copy_id, at))  # type: ignore[misc]

    def _collect(self, member_id: int, copy_id: int, now: datetime) -> None:
        self._borrow(member_id, copy_id, now, self._at(f"collect-{member_id}-{now.timestamp():.0f}"))

    def _act(self, name: str, now: datetime, at: At, act: Callable[..., R], *about: object) -> R:
        started = time.perf_counter()
        answer = act(self.library, *about, now, at)
        self.taken[name].append(time.perf_counter() - started)
        self.acts[name] += 1
        if at.terminal != "desk":
            number = int(at.terminal.removeprefix("terminal-"))
            self.minutes[number, now.replace(second=0, microsecond=0)] += 1
        return answer

    def _note(self, act: str, reasons: Iterable[Reason]) -> None:
        self.refused.update((act, reason.slug, reason.clause or "house rule") for reason in reasons)

    def _jobs(self, until: datetime) -> None:
        started = time.perf_counter()
        self.jobs.update(run_due(self.library, until, At("jobs", channel="desk")))
        self.taken["jobs of half a day"].append(time.perf_counter() - started)

    def _look_through(self) -> None:
        broken = verify(self.library.database)
        if broken:
            raise SystemExit("the library broke its own rules: " + "; ".join(f"{v.rule}: {v.what}" for v in broken[:5]))
        self.verified += 1


def main(options: Sequence[str] = ()) -> None:
    """Build the university, let the year pass, and report."""
    asked = _options(options)
    sizes = Sizes().scaled(asked.scale)
    print(f"\n{sizes.members:,} members, {sizes.copies:,} copies, {sizes.loans:,} loans, {sizes.terminals} terminals")
    started = datetime(FIRST.year, FIRST.month, FIRST.day, tzinfo=UTC) - 30 * _DAY
    with place(asked.folder, "postgresql" if asked.postgresql else "sqlite") as where:
        (url,) = where.urls(f"year-{time.time():.0f}").values()
        library = create_library(StoreSettings(url, terminal="bench", pin_hashing=PinHashing(8, 1, 1)), started)
        try:
            clock = time.perf_counter()
            year = Year(library, build(library, sizes, started))
            print(f"made in {time.perf_counter() - clock:.0f} s")
            clock = time.perf_counter()
            year.run(_progress, asked.days)
            _report(year, time.perf_counter() - clock, asked.scale)
        finally:
            library.close()


def _options(options: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.year")
    parser.add_argument("--scale", type=float, default=0.005, help="1 is 40,000 members and 1,000,000 loans")
    parser.add_argument("--days", type=int, help="end after so many")
    parser.add_argument("--folder", type=Path, help="keep the library here")
    parser.add_argument("--postgresql", action="store_true", help="instead of SQLite")
    return parser.parse_args(options)


def _progress(day: date, acts: Counter[str]) -> None:
    if sys.stderr.isatty():
        print(f"\r{day} {acts.total():,} acts ", end="" if day < LAST else "\n", file=sys.stderr, flush=True)


def _report(year: Year, seconds: float, scale: float) -> None:
    print(f"a year in {seconds:.0f} s; every rule of the library held at {year.verified} looks at all of it\n")
    print(f"{'':22}{'number':>10}{'median ms':>12}{'p95':>9}{'max':>9}")
    for name, values in year.taken.items():
        told = [each * 1000 for each in values]
        p95 = quantiles(told, n=20)[-1] if len(told) > 1 else told[0]
        print(f"{name:22}{len(told):10,}{median(told):12.2f}{p95:9.2f}{max(told):9.1f}")
    print("\nrefusals by clause")
    for (act, slug, clause), number in year.refused.most_common():
        print(f"  {act:10}{slug:26}{clause:14}{number:8,}")
    print("\nwhat time brought: " + ", ".join(f"{name} {number:,}" for name, number in year.jobs.most_common()))
    _report_store(year)
    _report_peaks(year, scale)


def _report_store(year: Year) -> None:
    entry, hold = rows.ledger_entry, rows.hold
    with year.library.database.read.connect() as connection:
        money = connection.execute(select(entry.c.kind, func.count(), func.sum(entry.c.amount)).group_by(entry.c.kind))
        print("\nmoney: " + "; ".join(f"{row[0]} {row[1]:,} of {row[2] / 100:,.2f} TL" for row in money))
        letters = connection.execute(select(rows.notice.c.kind, func.count()).group_by(rows.notice.c.kind))
        print("letters: " + ", ".join(f"{row[0]} {row[1]:,}" for row in letters))
        told = connection.execute(select(hold.c.status, func.count()).group_by(hold.c.status))
        print("holds: " + ", ".join(f"{row[0]} {row[1]:,}" for row in told))
        moments = connection.execute(select(hold.c.placed_at, hold.c.ready_at).where(hold.c.ready_at.is_not(None)))
        waited = sorted((row.ready_at - row.placed_at) / _DAY for row in moments)
    if waited:
        print(f"a hold waited {_share(waited, 0.5):.1f} days (median), {_share(waited, 0.95):.1f} (p95) for its copy")


def _share(values: Sequence[float], part: float) -> float:
    return values[min(len(values) - 1, int(part * len(values)))]


def _report_peaks(year: Year, scale: float) -> None:
    minutes: Counter[datetime] = Counter()
    hours: Counter[datetime] = Counter()
    for (_terminal, minute), number in year.minutes.items():
        minutes[minute] += number
        hours[minute.replace(minute=0)] += number
    if not minutes:
        return
    (minute, most), (hour, in_hour) = minutes.most_common(1)[0], hours.most_common(1)[0]
    one = max(year.minutes.values())
    carried = 60 / fmean(each for name in ("checkout", "return", "renewal", "hold") for each in year.taken[name])
    print(f"\nthe busiest minute, {minute:%Y-%m-%d %H:%M}: {most} acts, {one} of them at the busiest terminal")
    whole = in_hour / 60 / min(1.0, scale)
    print(f"the busiest hour, {hour:%Y-%m-%d %H}: {in_hour} acts, or {whole:,.0f} a minute in the whole university")
    print(f"one after another, the store does {carried:,.0f} acts a minute: {carried / whole:,.0f} times as many")
    for terminals in (1, 10, 50, 100, 500):
        wanted = terminals * _SCANS_A_MINUTE
        print(f"  {terminals:4} terminals in constant use: {wanted:6,} acts a minute, {wanted / carried:8.1%} of that")


if __name__ == "__main__":
    main(sys.argv[1:])
