"""Returns taken down without the library: kept whatever happens to the power, booked once, in order, as of the scan."""

from __future__ import annotations

import multiprocessing
import os
import resource
import signal
import stat
import threading
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from kiosk.journal import NAME, ReturnJournal
from kiosk.watch import Standing, Watch
from store.act import At
from store.circulation import checkouts, returns
from store.circulation.offline import NotedReturn, play_in
from store.errors import DatabaseUnreachable
from store.library import Library
from store.opening import open_library
from store.scenarios.world import World
from store.upkeep.verifying import verify
from tests.conftest import POSTGRESQL_AT_LENGTH
from tests.store.worlds import NOW, library, settings

HOUR = timedelta(hours=1)
AT = At("test", branch="mustafa_inan")


def _lent(url: str, count: int = 3, due_passed: bool = False) -> tuple[Library, World, list[str]]:
    """A library whose first member has some books."""
    opened, world = library(
        url, {"m": {"category": "undergraduate"}}, {f"b{n}": {"type": "book"} for n in range(count)}
    )
    moment = NOW - timedelta(days=40) if due_passed else NOW
    for barcode in world.items.values():
        checkouts.checkout(opened, world.members["m"], barcode, moment, AT)
    return opened, world, list(world.items.values())


def _column(opened: Library, sql: str) -> list[object]:
    with opened.database.read.connect() as connection:
        return list(connection.execute(text(sql)).scalars())


# --------------------------------------------------------------------------------------------------- the file


def test_what_is_taken_down_is_private_and_stays(tmp_path: Path) -> None:
    """Mode 0600 in a folder 0700; a second scan is the first; another process finds it all."""
    folder = tmp_path / "state"
    journal = ReturnJournal(folder)
    assert journal.take_down("B1", NOW) is None
    assert journal.take_down("B2", NOW + HOUR) is None
    assert journal.take_down("B1", NOW + HOUR) == NOW
    assert ReturnJournal(folder).waiting() == 2
    assert stat.S_IMODE((folder / NAME).stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@pytest.mark.parametrize("code", ["", "x" * 65, "a\nb", "\x1b[2J", "a\x00"])
def test_what_can_be_no_barcode_is_not_taken_down(tmp_path: Path, code: str) -> None:
    """Nothing that could tear a line or a screen."""
    with pytest.raises(ValueError, match="no barcode"):
        ReturnJournal(tmp_path).take_down(code, NOW)
    assert not (tmp_path / NAME).exists()


def test_a_torn_line_was_never_confirmed(tmp_path: Path) -> None:
    """Cut anywhere: every whole line counts, and the next return begins a line of its own."""
    journal = ReturnJournal(tmp_path)
    for number in range(3):
        journal.take_down(f"B{number}", NOW)
    whole = (tmp_path / NAME).read_bytes()
    for cut in (*range(0, len(whole), 11), *range(len(whole) - 3, len(whole) + 1)):
        (tmp_path / NAME).write_bytes(whole[:cut])
        before = max(0, whole[:cut].count(b"\n") - 1)
        assert journal.waiting() == before
        assert journal.take_down("B9", NOW) is None
        assert journal.waiting() == before + 1


def _fill_disk(folder: str) -> None:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (300, 300))
    journal = ReturnJournal(Path(folder))
    kept = 0
    for number in range(10):
        try:
            journal.take_down(f"B{number}", NOW)
            kept += 1
        except OSError:
            break
    os._exit(kept)


def test_a_full_disk_is_said_and_tears_nothing(tmp_path: Path) -> None:
    """As many as were confirmed are kept, and no half line."""
    process = multiprocessing.get_context("forkserver").Process(target=_fill_disk, args=(str(tmp_path),))
    process.start()
    process.join()
    assert process.exitcode is not None and 0 < process.exitcode < 10
    assert ReturnJournal(tmp_path).waiting() == process.exitcode
    assert (tmp_path / NAME).read_bytes().endswith(b"\n")


# ------------------------------------------------------------------------------------------------- playing in


def test_each_is_booked_as_of_its_scan(database_url: str, tmp_path: Path) -> None:
    """Late days count to the scan; the journal goes; the outage and the bookings stand in the audit."""
    opened, _world, barcodes = _lent(database_url, due_passed=True)
    journal = ReturnJournal(tmp_path)
    for number, barcode in enumerate(barcodes):
        journal.take_down(barcode, NOW + number * HOUR)
    later = NOW + timedelta(days=3)
    assert journal.play_in(opened, lambda: later, AT) == {"done": 3, "known": 0, "conflict": 0}
    assert not (tmp_path / NAME).exists()
    found = _column(opened, "SELECT count(*) FROM loan WHERE returned_at IS NULL")
    assert found == [0]
    with opened.database.read.connect() as connection:
        moments = connection.execute(text("SELECT at FROM ledger_entry ORDER BY at")).scalars().all()
    assert [str(moment)[:10] for moment in moments] == ["2026-03-02"] * 3
    assert verify(opened.database) == ()
    opened.close()


@POSTGRESQL_AT_LENGTH
def test_conflicts_become_tasks(database_url: str, tmp_path: Path) -> None:
    """Unknown, not on loan, another branch's, lent since, a clock that was ahead, a damaged line: staff see each."""
    people = {"m": {"category": "undergraduate"}, "n": {"category": "undergraduate"}}
    items = {
        "free": {"type": "book"}, "since": {"type": "book"}, "ahead": {"type": "book"},
        "elsewhere": {"type": "book", "branch": "maslak"},
    }  # fmt: skip
    opened, world = library(database_url, people, items)
    branches = [branch.slug for branch in opened.policies.latest.branches]
    with opened.database.write.begin() as connection:
        connection.execute(
            text("UPDATE copy SET branch = :b WHERE id = :id"), {"b": branches[1], "id": world.copies["elsewhere"]}
        )
    at = At("test", branch=branches[0])
    for name, moment in (("ahead", NOW), ("elsewhere", NOW), ("since", NOW + 2 * HOUR)):
        checkouts.checkout(opened, world.members["m"], world.items[name], moment, At("test"))
    journal = ReturnJournal(tmp_path)
    for code, moment in (
        ("424242", NOW + HOUR), (world.items["free"], NOW + HOUR), (world.items["elsewhere"], NOW + HOUR),
        (world.items["since"], NOW + HOUR), (world.items["ahead"], NOW + 30 * HOUR),
    ):  # fmt: skip
        journal.take_down(code, moment)
    with (tmp_path / NAME).open("ab") as file:
        file.write(b"\xff\xfe damaged\n")
    counts = journal.play_in(opened, lambda: NOW + 3 * HOUR, at)
    notes = [str(note) for note in _column(opened, "SELECT note FROM task WHERE slug = 'offline_return' ORDER BY id")]
    reasons = [note.split(" · ")[1] for note in notes]
    assert counts == {"done": 0, "known": 0, "conflict": 6}
    assert reasons == [
        "unknown_barcode", "not_on_loan", "return_elsewhere", "lent_since", "clock_ahead", "unreadable",
    ]  # fmt: skip
    assert _column(opened, "SELECT count(*) FROM loan WHERE closed_at IS NULL") == [3]
    assert not (tmp_path / NAME).exists()
    opened.close()


@POSTGRESQL_AT_LENGTH
def test_a_scan_whose_answer_was_lost_is_no_conflict(database_url: str, tmp_path: Path) -> None:
    """It was booked, then the line broke; the member scanned again, without the library."""
    opened, _world, barcodes = _lent(database_url, 1)
    returns.checkin(opened, barcodes[0], NOW, AT)
    journal = ReturnJournal(tmp_path)
    journal.take_down(barcodes[0], NOW + timedelta(seconds=5))
    assert journal.play_in(opened, lambda: NOW + HOUR, AT) == {"done": 0, "known": 1, "conflict": 0}
    assert _column(opened, "SELECT count(*) FROM task WHERE slug = 'offline_return'") == [0]
    opened.close()


def _play_and_die(url: str, folder: str, after: int) -> None:
    """A terminal that dies when it has played in so many."""
    opened = open_library(settings(url), NOW)
    count = 0

    def clock() -> datetime:
        nonlocal count
        count += 1
        if count > after:
            os.kill(os.getpid(), signal.SIGKILL)
        return NOW + 5 * HOUR

    ReturnJournal(Path(folder)).play_in(opened, clock, AT)


@POSTGRESQL_AT_LENGTH
def test_killed_in_the_middle_nothing_is_played_in_twice(database_url: str, tmp_path: Path) -> None:
    """After any number of returns; a copy that was lent again meanwhile stays lent."""
    opened, world, barcodes = _lent(database_url, 3)
    journal = ReturnJournal(tmp_path)
    for barcode in barcodes:
        journal.take_down(barcode, NOW + HOUR)
    process = multiprocessing.get_context("forkserver").Process(
        target=_play_and_die, args=(database_url, str(tmp_path), 2)
    )  # fmt: skip
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL
    assert _column(opened, "SELECT count(*) FROM loan WHERE closed_at IS NULL") == [1]
    checkouts.checkout(opened, world.members["m"], barcodes[0], NOW + 2 * HOUR, AT)
    assert journal.play_in(opened, lambda: NOW + 6 * HOUR, AT) == {"done": 1, "known": 2, "conflict": 0}
    assert _column(opened, "SELECT count(*) FROM loan WHERE closed_at IS NULL") == [1]
    assert _column(opened, "SELECT count(*) FROM audit_entry WHERE act = 'checkin'") == [3]
    again = NotedReturn("another", 1, barcodes[0], NOW + 3 * HOUR)
    assert play_in(opened, again, NOW + 6 * HOUR, AT) == "done"
    opened.close()


# -------------------------------------------------------------------------------------------------- the watch


def test_the_watch_makes_up_for_an_earlier_outage_at_its_first_look(sqlite_url: str, tmp_path: Path) -> None:
    """The terminal was switched off in the outage: what it had taken down is booked before anything else."""
    opened, _world, barcodes = _lent(sqlite_url, 1)
    journal = ReturnJournal(tmp_path)
    journal.take_down(barcodes[0], NOW + HOUR)
    heard: list[Standing] = []
    watch = Watch(lambda: opened, lambda _each: None, heard.append, _fail, lambda: NOW + 2 * HOUR, AT, journal)
    watch.look()
    assert heard == [Standing.GOOD] and journal.waiting() == 0
    watch.suspect(Standing.AWAY)
    watch.look()
    assert heard == [Standing.GOOD, Standing.GOOD]
    assert _column(opened, "SELECT count(*) FROM audit_entry WHERE act = 'outage'") == [1]
    opened.close()


def test_the_watch_tells_a_wrong_clock_and_when_it_is_mended(sqlite_url: str) -> None:
    """Three minutes behind the last audit entry: out of service; set right: in service."""
    opened, _world, _barcodes = _lent(sqlite_url, 1)
    heard: list[Standing] = []
    now = NOW
    watch = Watch(lambda: opened, lambda _each: None, heard.append, _fail, lambda: now, AT)
    watch.look()
    now = NOW - timedelta(minutes=3)
    watch.look()
    now = NOW - timedelta(minutes=1)
    watch.look()
    assert heard == [Standing.GOOD, Standing.WRONG_CLOCK, Standing.GOOD]
    opened.close()


def test_the_watch_opens_a_library_that_was_not_there(sqlite_url: str) -> None:
    """It tries again, and tells once."""
    opened, _world, _barcodes = _lent(sqlite_url, 1)
    heard: list[Standing] = []
    tries, got = [0], threading.Event()

    def open_it() -> Library:
        tries[0] += 1
        if tries[0] < 3:
            raise DatabaseUnreachable("not yet")
        return opened

    watch = Watch(open_it, lambda _each: got.set(), heard.append, _fail, lambda: NOW, AT)
    for _ in range(4):
        watch.look()
    assert heard == [Standing.AWAY, Standing.GOOD] and got.is_set()
    opened.close()


def _fail(fault: Exception) -> None:
    raise fault
