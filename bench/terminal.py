"""The terminal beside the smallest Textual program: cold start, key to its echo, a key to another screen, memory, idle;
then on a big library: a scan to its row on the screen, and a key of a search to the rows that it finds.

All programs run on pseudo-terminals of 120x34, those that are compared in turns within one run, so that a busy machine
disturbs both alike. `python -m bench terminal --scale 1 --folder /tmp/made` for a million titles.
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import insert, select

from bench.big import BRANCHES, PIN, Size, at_bench, barcode, libraries, parser, place
from bench.table import Series, show, show_alone
from screens import words
from store import rows
from store.catalogue.folding import fold
from store.catalogue.search import search
from store.circulation import returns
from store.library import Library
from store.states import CopyState
from tests.terminal import Terminal

_SCANS_EACH = 25
"Items for each of the guests: fewer than teaching staff may borrow."
_STANDING = 18.0
"Seconds that a terminal stands there before the first visit; it makes a page ready in each of most of them."
_STARTS = {"to the first complete screen": "kiosk", "until the library is open": "library"}
_SETTINGS = """
[library]
database = "{database}"
[terminal]
branch = "{branch}"
idle_seconds = 3600
sound = false
[faults]
state_folder = "{folder}/state"
"""


@dataclass(frozen=True, slots=True)
class Program:
    """How to start a program and what to look for."""

    name: str
    command: Sequence[str]
    ready: str
    env: dict[str, str]


def _start(program: Program) -> tuple[Terminal, float]:
    before = time.perf_counter()
    terminal = Terminal(program.command, env=program.env)
    return terminal, (terminal.moment_of(program.ready) - before) * 1000


def _starts(programs: Sequence[Program], starts: int) -> dict[str, tuple[float, ...]]:
    taken: dict[str, list[float]] = {program.name: [] for program in programs}
    for turn in range(starts + 1):
        for program in programs:
            terminal, milliseconds = _start(program)
            terminal.kill()
            if turn:  # the first turn warms the file cache
                taken[program.name].append(milliseconds)
    return {name: tuple(values) for name, values in taken.items()}


@dataclass(frozen=True, slots=True)
class Press:
    """A key, what it brings to the screen, and the key that takes it away again."""

    program: Program
    key: str
    seen: str
    back: str
    first: str = ""


def _presses(presses: Sequence[Press], count: int) -> list[tuple[float, ...]]:
    """Press each program's key in turns."""
    taken: list[list[float]] = [[] for _ in presses]
    terminals = [_start(press.program)[0] for press in presses]
    time.sleep(_STANDING)  # what loads behind the first screen has loaded
    for press, terminal in zip(presses, terminals, strict=True):
        if press.first:
            terminal.press(press.first)
            time.sleep(1)
    for _turn in range(count):
        for press, terminal, times in zip(presses, terminals, taken, strict=True):
            before = time.perf_counter()
            terminal.press(press.key)
            times.append((terminal.moment_of(press.seen) - before) * 1000)
            terminal.press(press.back)
            terminal.moment_of(press.seen, gone=True)
            time.sleep(0.05)
    for terminal in terminals:
        terminal.kill()
    return [tuple(times) for times in taken]


def _at_rest(program: Program) -> tuple[str, float, int]:
    """Memory, CPU in percent, and bytes written in five seconds that nobody touches it."""
    with _start(program)[0] as terminal:
        time.sleep(_STANDING)
        terminal.text()
        written, busy = len(terminal.output), _cpu_seconds(terminal.process.pid)
        time.sleep(5)
        terminal.text()
        used = (_cpu_seconds(terminal.process.pid) - busy) / 5 * 100
        return _memory(terminal), used, len(terminal.output) - written


def _memory(terminal: Terminal) -> str:
    """What it has, and what it had at its peak: while a PIN is checked it has 19 MB more."""
    status = Path(f"/proc/{terminal.process.pid}/status").read_text()
    now, peak = (int(status.partition(name)[2].split()[0]) / 1024 for name in ("VmRSS:", "VmHWM:"))
    return f"{now:6.1f} MB, at its peak {peak:6.1f} MB"


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main(options: Sequence[str] = ()) -> None:
    """Measure and print."""
    asking = parser("terminal", scale=0.02)
    asking.add_argument("--starts", type=int, default=9)
    asking.add_argument("--presses", type=int, default=40)
    asking.add_argument("--scans", type=int, default=2 * _SCANS_EACH)
    asked = asking.parse_args(options)
    with tempfile.TemporaryDirectory() as folder:
        _beside_the_limit({"HOME": folder, "XDG_STATE_HOME": folder, "LANG": "C.UTF-8"}, asked.starts, asked.presses)
    size = Size().scaled(asked.scale)
    with place(asked.folder, asked.only) as where, libraries(where, size) as opened:
        for database, library in opened.items():
            _with_a_library(where.folder, f"{database}, {size}", library, asked.scans)


def _beside_the_limit(home: dict[str, str], starts: int, count: int) -> None:
    hello = Program("hello", [sys.executable, "-m", "bench.hello"], "HELLO-READY", home)
    kiosk = Program("kiosk", [_kiosk(), "demo"], "Kartınızı okutun", home)
    library = Program("library", kiosk.command, _say("Open all day today"), home)
    _start(library)[0].kill()  # builds the demo library once
    started = _starts([hello, kiosk, library], starts)
    pairs = [_pair(what, started[name], started["hello"]) for what, name in _STARTS.items()]
    show("Cold start, ms", pairs)
    f2, f3, f6, escape, erase = "\x1bOQ", "\x1bOR", "\x1b[17~", "\x1b", "\x7f"
    echo = _presses([Press(kiosk, "Q", "Q", erase, f3), Press(hello, "Q", "Q", erase)], count)
    form = _say("Student or staff number")[:19]  # the rest stands in another row
    change = _presses(
        [Press(kiosk, f6, form, escape), Press(hello, f2, "SECOND-READY", escape)],
        count,
    )
    show("Key to repaint, ms", [_pair("letter to its echo", *echo), _pair("key to another screen", *change)])
    for program in (hello, kiosk):
        memory, used, written = _at_rest(program)
        print(f"{program.name:10} {memory}   idle {used:4.1f} % of a core, {written} bytes in 5 s")


def _with_a_library(folder: Path, title: str, library: Library, scans: int) -> None:
    config = folder / "kiosk.toml"
    address = library.settings.database
    config.write_text(_SETTINGS.format(database=address, branch=BRANCHES[0], folder=folder), "utf-8")
    config.chmod(0o600)
    home = {"HOME": str(folder), "XDG_STATE_HOME": str(folder), "LANG": "C.UTF-8"}
    program = Program("kiosk", [_kiosk(), "--config", str(config)], _say("Scan your card"), home)
    taken: list[float] = []
    for guest in _guests(library, -(-scans // _SCANS_EACH)):
        taken += _scans(program, library, guest, min(_SCANS_EACH, scans - len(taken)))
    found = _searches(program, library, scans)
    series = [Series("scan to its row", tuple(taken)), Series("key to the rows it finds", found)]
    # In a tiny library the last letter of a title may bring nothing that was not there before.
    show_alone(f"{title}: ms", [each for each in series if each.values])


def _guests(library: Library, count: int) -> list[str]:
    """Cards of teaching staff without a loan, made at the first run."""
    member, card, now = rows.member, rows.card, datetime.now(UTC)
    cards = [f"GUEST{number:04d}" for number in range(count)]
    with library.database.write.begin() as connection:
        known = set(connection.execute(select(card.c.number).where(card.c.number.in_(cards))).scalars())
        for number in cards:
            if number not in known:
                values = {
                    "number": number, "surname": "Konuk", "given_name": "Deniz", "name_fold": fold("Konuk Deniz"),
                    "email": "konuk@example.edu", "category": "faculty", "status": "active", "language": "tr",
                    "pin_hash": library.hasher.hash(PIN), "external_block": False, "forget_history": False,
                    "joined_at": now,
                }  # fmt: skip
                made = connection.execute(insert(member), values).inserted_primary_key
                assert made is not None
                given = {"number": number, "member_id": made[0], "status": "ok", "registered_at": now, "document": ""}
                connection.execute(insert(card), given)
    return cards


def _scans(program: Program, library: Library, guest: str, count: int) -> list[float]:
    """Sign in and scan one item after another; each begins with other letters than the rows above it."""
    taken, copies = [], _to_scan(library, count)
    with _start(program)[0] as terminal:
        terminal.wait_for(_say("Open all day today"))
        time.sleep(_STANDING)
        terminal.scan(guest)
        terminal.wait_for("PIN", _say("Sign in"))
        for letter in PIN:
            terminal.settle(0.15)
            terminal.press(letter)
        terminal.settle()
        terminal.press("\r")
        terminal.wait_for("Deniz", _say("My account"))
        for code, begins in copies:
            terminal.settle()
            if begins in terminal.text():
                continue
            before = time.perf_counter()
            terminal.press(code + "\r")
            taken.append((terminal.moment_of(begins) - before) * 1000)
        print(f"after {len(taken)} scans of a visit {_memory(terminal)}")
    for code, _begins in copies:
        returns.checkin(library, code, datetime.now(UTC), at_bench())
    return taken


def _to_scan(library: Library, count: int) -> list[tuple[str, str]]:
    copy, title, chance = rows.copy, rows.title, random.Random()
    wanted = select(copy.c.id, title.c.title).join(title, title.c.id == copy.c.title_id)
    with library.database.read.connect() as connection:
        last = connection.execute(select(copy.c.id).order_by(copy.c.id.desc()).limit(1)).scalar_one()
        some = chance.sample(range(1, last + 1), min(last, 20 * count))
        found = connection.execute(wanted.where(copy.c.id.in_(some), copy.c.state == CopyState.ON_SHELF)).all()
    chosen: dict[str, str] = {}
    for copy_id, name in found:
        begins = name[:14]
        if len(begins) == 14 and len(chosen) < count:
            chosen.setdefault(begins, barcode(copy_id))
    return [(code, begins) for begins, code in chosen.items()]


def _searches(program: Program, library: Library, count: int) -> tuple[float, ...]:
    """Type all but the last letter, then time that one until its best hit, that was not there before, is shown."""
    taken = []
    with _start(program)[0] as terminal:
        terminal.wait_for(_say("Open all day today"))
        time.sleep(_STANDING)
        terminal.press("\x1b[15~")
        terminal.wait_for(_say("Results appear while you type."))
        for typed, begins in _to_type(library, count):
            for letter in typed[:-1]:
                terminal.press(letter)
                time.sleep(0.06)
            terminal.settle()
            if begins not in terminal.text():
                before = time.perf_counter()
                terminal.press(typed[-1])
                taken.append((terminal.moment_of(begins) - before) * 1000)
            terminal.press("\x15")
            terminal.settle()
    return tuple(taken)


def _to_type(library: Library, count: int) -> list[tuple[str, str]]:
    """Beginnings of titles, each with the beginning of the hit that its last letter brings to the top."""
    chance, title = random.Random(7), rows.title
    with library.database.read.connect() as connection:
        last = connection.execute(select(title.c.id).order_by(title.c.id.desc()).limit(1)).scalar_one()
        some = chance.sample(range(1, last + 1), min(last, 40 * count))
        folded = connection.execute(select(title.c.title_fold).where(title.c.id.in_(some))).scalars().all()
    chosen: list[tuple[str, str]] = []
    for each in folded:
        typed = each[: chance.randint(3, 9)].rstrip()
        if len(typed) > 2 and len(chosen) < count:
            before, after = (search(library, text, limit=50).found for text in (typed[:-1], typed))
            begins = after[0].title[:22] if after else ""
            if len(begins) > len(typed) and all(begins not in hit.title for hit in before):
                chosen.append((typed, begins))
    return chosen


def _kiosk() -> str:
    return str(Path(sys.executable).parent / "kiosk")


def _say(sentence: str) -> str:
    return words.translator("tr").text(sentence)


def _pair(name: str, ours: tuple[float, ...], limit: tuple[float, ...]) -> tuple[Series, Series]:
    return Series(name, ours), Series(name, limit)


if __name__ == "__main__":
    main(sys.argv[1:])
