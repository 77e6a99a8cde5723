"""The database server goes away in the middle of a visit: the terminal says so, keeps nothing half done, comes back."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text
from textual.pilot import Pilot

from kiosk.app import Kiosk
from kiosk.faults import FaultLimits, FaultLog
from kiosk.journal import ReturnJournal
from screens import asking, words
from screens.terminal import Terminal
from store.database import open_database
from store.errors import DatabaseUnreachable
from store.library import Library
from store.opening import open_library
from store.settings import StoreSettings
from store.upkeep.copying import copy_library
from store.upkeep.verifying import verify
from tests import postgresql
from tests.screens.conftest import CHEAP, SETTINGS, Place, opened, press, scan, shows, sign_in, text_of

CARD, FREE, MINE = "201019", "300001", "300679"
AWAY, BACK = "kayıtlarına şu anda ulaşılamıyor", "yeniden ulaşılıyor"


class Power:
    """A server that the test may take away, and the library on it."""

    def __init__(self, server: postgresql.Server, url: str) -> None:
        self.server = server
        self.settings = StoreSettings(database=url, terminal="test-1", pin_hashing=CHEAP)
        self._opened: list[Library] = []

    def app(self, folder: Path) -> Kiosk:
        """A terminal on it."""
        clock = lambda: datetime.now(UTC)  # noqa: E731 - the server's clock, too
        return Kiosk(
            Terminal(SETTINGS, clock), self._open, FaultLog(folder, FaultLimits(), clock), ReturnJournal(folder)
        )

    def close(self) -> None:
        """What terminals have opened."""
        while self._opened:
            self._opened.pop().close()

    def _open(self) -> Library:
        self._opened.append(open_library(self.settings))
        return self._opened[-1]

    def count(self, sql: str) -> int:
        """What stands in the database."""
        database = open_database(self.settings.database)
        with database.read.connect() as connection:
            found = connection.execute(text(sql)).scalar_one()
        database.close()
        return int(found)


@pytest.fixture(scope="module")
def power(demo_template: Path) -> Iterator[Power]:
    """The demo library on a durable server of its own."""
    with postgresql.own_server() as server, postgresql.database(server.url) as url:
        copy_library(f"sqlite:///{demo_template}", url)
        yield Power(server, url)


@asynccontextmanager
async def _at_home(power: Power, folder: Path, language: str = "tr") -> AsyncIterator[Pilot[None]]:
    """A member has signed in at a terminal on the server."""
    words.use("tr")
    async with power.app(folder).run_test(size=(120, 34)) as pilot:
        await opened(pilot)
        await sign_in(pilot, CARD)
        await shows(pilot, "Merhaba, Yağmur")
        if language == "en":
            await press(pilot, "f2")
        yield pilot
    power.close()
    assert not (folder / "faults.log").exists()
    words.use("tr")


async def _told_away(pilot: Pilot[None], sentence: str = AWAY) -> float:
    began = time.monotonic()
    await shows(pilot, sentence)
    app = pilot.app
    assert isinstance(app, Kiosk) and app.terminal.visit is None and app.terminal.away
    return time.monotonic() - began


async def _told_back(pilot: Pilot[None]) -> None:
    for _ in range(6):
        try:
            await shows(pilot, BACK)
            return
        except AssertionError:
            continue
    await shows(pilot, BACK)


def _loans(barcode: str) -> str:
    return f"SELECT count(*) FROM loan JOIN copy ON copy.id = copy_id WHERE closed_at IS NULL AND barcode = '{barcode}'"


def test_an_outage_is_known_within_three_seconds() -> None:
    """The program's own time-outs: silence, then no answer to the question whether anybody is there."""
    assert asking.SILENCE + asking.ANSWER <= 2.5


async def test_the_server_goes_away_in_mid_visit(power: Power, tmp_path: Path) -> None:
    """Killed, or silent: a scan is answered by the sentence, the visit has ended, nothing was lent; then it is back."""
    async with _at_home(power, tmp_path) as pilot:
        for take_away, bring_back in (
            (power.server.kill, power.server.start),
            (power.server.freeze, power.server.thaw),
        ):
            take_away()
            await scan(pilot, FREE)
            assert await _told_away(pilot) < 15  # on a loaded machine; the time-outs above say three
            await scan(pilot, CARD)
            await shows(pilot, "İade”")
            bring_back()
            await _told_back(pilot)
            await sign_in(pilot, CARD)
            await shows(pilot, "Merhaba, Yağmur")
    assert power.count(_loans(FREE)) == 0
    assert power.count("SELECT count(*) FROM audit_entry WHERE act = 'outage'") >= 2


def test_a_connection_that_has_gone_stale_is_made_anew(power: Power) -> None:
    """The server was restarted while connections lay idle in the pool: whoever gets one of them hears of nothing."""
    database = open_database(power.settings.database)
    with database.read.connect(), database.read.connect(), database.read.connect():
        pass
    power.server.kill()
    power.server.start()
    with database.read.connect() as one, database.read.connect() as other:
        assert [each.execute(text("SELECT 1")).scalar_one() for each in (one, other)] == [1, 1]
    database.close()


async def test_returns_are_taken_down_and_booked_as_of_their_instant(power: Power, tmp_path: Path) -> None:
    """In English: what works is said; two returns, one unknown; booked when it is back, the unknown is a task."""
    begin = power.count(_loans(MINE))
    assert begin == 1
    async with _at_home(power, tmp_path, "en") as pilot:
        power.server.stop()
        await press(pilot, "f4")
        await scan(pilot, MINE)  # in flight when it is found out: kept all the same
        await _told_away(pilot, "search don't work until then")
        await press(pilot, "f4")
        await shows(pilot, "Limited service")
        await scan(pilot, MINE)
        await shows(pilot, f"Barcode {MINE}", "taken down before")
        await scan(pilot, "424242")
        await shows(pilot, "Barcode 424242")
        at_latest = datetime.now(UTC)
        power.server.start()
        async with asyncio.timeout(60):
            while pilot.app.terminal.away:  # type: ignore[attr-defined]
                await asyncio.sleep(0.05)
        await pilot.pause()
        assert not (tmp_path / "returns.journal").exists()
        assert "Limited service" not in text_of(pilot.app)  # type: ignore[arg-type]
    assert power.count(_loans(MINE)) == 0
    booked = "SELECT count(*) FROM loan JOIN copy ON copy.id = copy_id WHERE barcode = '{}' AND returned_at < '{}'"
    assert power.count(booked.format(MINE, at_latest.isoformat())) >= 1
    assert power.count("SELECT count(*) FROM task WHERE slug = 'offline_return' AND note LIKE '424242 %'") == 1
    assert power.count("SELECT count(*) FROM task WHERE slug = 'offline_return'") == 1


async def test_a_terminal_that_starts_without_its_server_waits_for_it(power: Power, tmp_path: Path) -> None:
    """No fault, no exit: it says so, and opens the library when there is one. Then the library is whole."""
    power.server.stop()
    async with power.app(tmp_path).run_test(size=(120, 34)) as pilot:
        await shows(pilot, AWAY)
        power.server.start()
        await _told_back(pilot)
        await shows(pilot, "Bugün")
    power.close()
    database = open_database(power.settings.database)
    assert verify(database) == ()
    database.close()


async def test_an_answer_that_was_lost_is_given_again(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """The line broke after the commit: the loan stands. The member comes back and scans again: no refusal."""
    async with place.app().run_test(size=(120, 34)) as pilot:
        await opened(pilot)
        await sign_in(pilot, CARD)
        await shows(pilot, "Merhaba, Yağmur")
        assert place.library is not None
        dialect = place.library.database.write.dialect
        commit = dialect.do_commit

        def commit_and_break(connection: object) -> None:
            monkeypatch.setattr(dialect, "do_commit", commit)
            commit(connection)  # type: ignore[arg-type]
            raise DatabaseUnreachable("the line broke after the commit")

        monkeypatch.setattr(dialect, "do_commit", commit_and_break)
        await scan(pilot, FREE)
        await _told_back(pilot)
        await sign_in(pilot, CARD)
        await shows(pilot, "Merhaba, Yağmur")
        await scan(pilot, FREE)
        await shows(pilot, "Tutunamayanlar ·", "zaten aldınız")
    with place.library.database.read.connect() as connection:
        assert connection.execute(text(_loans(FREE))).scalar_one() == 1
