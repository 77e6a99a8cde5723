"""A terminal on the demo library of a fixed day: cheap hashes, a frozen clock, a database file of the test's own."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec.structs import replace
from rich.console import RenderableType
from textual import events
from textual._compositor import Compositor
from textual._context import visible_screen_stack
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet
from textual.css.types import CSSLocation
from textual.dom import DOMNode
from textual.pilot import Pilot
from textual.screen import ModalScreen, Screen

import store
from kiosk.app import Kiosk
from kiosk.care import Care
from kiosk.config import FaultsTable, MailTable
from kiosk.config_file import load_config
from kiosk.faults import FaultLimits, FaultLog
from kiosk.journal import ReturnJournal
from kiosk.papers import Papers
from kiosk.postman import LetterReader
from kiosk.printer import FilePrinter
from kiosk.receipts import Receipts
from kiosk.report_folder import ReportFolder
from screens import words
from screens.messages import Admitted
from screens.terminal import Terminal, TerminalSettings, TryThis
from store.demo.building import build
from store.library import Library
from store.opening import open_library
from store.results.visit import SignedIn, StaffSignedIn
from store.settings import PinHashing, StoreSettings
from tests.conftest import made_once
from tests.screens.supervisor.new_rules import rules_folder

NOW = datetime(2026, 3, 2, 11, 32, tzinfo=UTC)
PIN = "deneme1"
PATIENCE = 500
"Hundredths of a second."
CHEAP = PinHashing(memory_kib=8, time_cost=1, parallelism=1)
SETTINGS = TerminalSettings(
    name="test-1",
    library_tr="Mustafa İnan Kütüphanesi",
    library_en="Mustafa İnan Library",
    branch="mustafa_inan",
    sound=False,
)


class Clock:
    """Stands still until a test moves it."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


class Place:
    """A terminal, its app, and the library behind it."""

    def __init__(self, folder: Path, database: Path) -> None:
        self.folder = folder
        self.clock = Clock()
        self.store = StoreSettings(
            database=f"sqlite:///{database}", terminal="test-1", pin_hashing=CHEAP, applicant_domains=("itu.edu.tr",),
            policy_folder=rules_folder(),
        )  # fmt: skip
        self.library: Library | None = None

    def app(self, settings: TerminalSettings = SETTINGS, cards: tuple[TryThis, ...] = (), **changes: object) -> Kiosk:
        """A fresh program on this library."""
        settings = replace(settings, **changes)
        words.use(settings.language)
        receipts = Receipts(
            {"tr": settings.library_tr, "en": settings.library_en},
            FilePrinter(self.folder / "printed.txt", 42),
            MailTable(kind="file", folder=str(self.folder / "mail")),
        )
        care = self.care(receipts)
        terminal = Terminal(
            settings, self.clock, receipts=receipts, care=care, cards=cards, letters=LetterReader(care.config),
            reports=ReportFolder(self.folder / "reports"), papers=Papers(receipts, self.folder / "papers", self.clock),
        )  # fmt: skip
        folder = self.folder / "state"
        return Kiosk(terminal, self.open, FaultLog(folder, FaultLimits(), self.clock), ReturnJournal(folder))

    def care(self, receipts: Receipts) -> Care:
        """The terminal's own services, on a kiosk.toml of the test's own."""
        path = self.folder / "kiosk.toml"
        if not path.exists():
            path.write_text('[library]\ndatabase = "sqlite:///kiosk.db"\n\n[terminal]\nname = "test-1"\n', "utf-8")
            path.chmod(0o600)
        config = load_config(path)
        config = dataclasses.replace(
            config,
            mail=receipts.mail_settings,
            library=dataclasses.replace(config.library, database=self.store.database),
            faults=FaultsTable(state_folder=str(self.folder / "state")),
        )
        return Care(config, path, receipts, self.clock)

    def open(self) -> Library:
        """What the app calls in its thread."""
        self.library = open_library(self.store, self.clock())
        return self.library


@pytest.fixture(scope="session", autouse=True)
def styles_read_once() -> Iterator[None]:
    """Every program of these tests has the same styles; each alone would read them again, a sixth of its time."""
    read: dict[tuple[object, ...], list[RuleSet]] = {}
    real = Stylesheet._parse_rules

    def parse(sheet: Stylesheet, css: str, read_from: CSSLocation, **how: object) -> list[RuleSet]:
        key = (css, read_from, *how.items(), *sheet._variables.items())
        if key not in read:
            read[key] = real(sheet, css, read_from, **how)  # type: ignore[arg-type]
        return read[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Stylesheet, "_parse_rules", parse)
        yield


@pytest.fixture(scope="session", autouse=True)
def drawn_when_looked_at() -> Iterator[None]:
    """No line is there to be drawn on: the screen is drawn for `text_of` and for pictures, not at every change."""
    real = Compositor.render_update

    def render(
        compositor: Compositor, full: bool = False, screen_stack: list[Screen[object]] | None = None, **how: bool
    ) -> RenderableType | None:
        if full:
            return real(compositor, full, screen_stack, **how)
        visible_screen_stack.set(screen_stack or [])
        compositor._dirty_regions.clear()
        return None

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Compositor, "render_update", render)
        yield


@pytest.fixture(scope="session")
def demo_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo library of NOW, built once."""

    def make(path: Path) -> None:
        build(StoreSettings(database=f"sqlite:///{path}", terminal="demo", pin_hashing=CHEAP), NOW).close()

    return made_once(tmp_path_factory, "demo.db", make)


@pytest.fixture
def place(demo_template: Path, tmp_path: Path) -> Iterator[Place]:
    """A terminal on a copy of the demo library."""
    database = tmp_path / "library.db"
    database.write_bytes(demo_template.read_bytes())
    spot = Place(tmp_path, database)
    yield spot
    if spot.library is not None:
        spot.library.close()
    words.use("tr")
    words.live_on(None)


@pytest.fixture(scope="session", autouse=True)
def only_the_busy_are_waited_for() -> Iterator[None]:
    """A pause asks every widget, two of five messages of a whole walk; those at rest need not be asked."""

    async def wait(pilot: Pilot[None], timeout: float = 30.0) -> bool:
        app = pilot.app
        if not app.screen_stack:
            return False
        busy = (node for node in app.screen.walk_children() if _has_to_do(node))
        handled = [done for node in (app, app.screen, *busy) if node.call_later((done := asyncio.Event()).set)]
        fault = asyncio.create_task(vars(app)["_exception_event"].wait())
        everyone = asyncio.gather(*(done.wait() for done in handled))
        await asyncio.wait([fault, everyone], timeout=timeout, return_when=asyncio.FIRST_COMPLETED)
        fault.cancel()
        return everyone.done() or not everyone.cancel()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Pilot, "_wait_for_screen", wait)
        yield


def _has_to_do(node: DOMNode) -> bool:
    """Whether a message waits for it, or one is being handled."""
    queue = vars(node)["_message_queue"]
    return not (queue.empty() and queue.ready_event._waiters)


@pytest.fixture
def no_seconds_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever counts real seconds stands still: the time that is left in supervisor mode, the countdown."""

    async def nothing(_app: Kiosk) -> None: ...

    monkeypatch.setattr(Kiosk, "_each_second", nothing)


async def shows(pilot: Pilot[None], *words: str) -> str:
    """Wait until all the words stand on the screen together; give its text. AssertionError if they never do."""
    app = pilot.app
    assert isinstance(app, Kiosk)
    for _ in range(PATIENCE):
        shown = text_of(app)
        if all(word in shown for word in words):
            return shown
        await asyncio.sleep(0.01)
    raise AssertionError(f"waited for {words}; the screen shows:\n{text_of(app)}")


async def opened(pilot: Pilot[None]) -> Kiosk:
    """Wait until the library behind the first page is open, and has told the page what it asks."""
    app = pilot.app
    assert isinstance(app, Kiosk)
    for _ in range(PATIENCE):
        if app.terminal.is_ready:
            await pilot.pause()
            await answered(pilot)  # the hours of today
            return app
        await asyncio.sleep(0.01)
    raise AssertionError("the library did not open")


async def scan(pilot: Pilot[None], code: str) -> None:
    """A burst of the scanner, whatever has the focus; waits until its answer stands on the scan line."""
    app = pilot.app
    assert isinstance(app, Kiosk)
    _Keyboard.time += 1.0
    for letter in (*code, "enter"):
        _send(app, letter, after=0.002)
    await pilot.pause()
    await answered(pilot)


async def answered(pilot: Pilot[None]) -> None:
    """Wait until no question to the store is open and every message has been handled."""
    app = pilot.app
    assert isinstance(app, Kiosk)
    for _ in range(PATIENCE):
        if not _at_work(app):
            await pilot.pause()
            if not _at_work(app):
                return
        await asyncio.sleep(0.01)
    raise AssertionError("the store did not answer")


def _at_work(app: Kiosk) -> bool:
    """Whether something goes on by itself; what waits for a person's answer to a card does not."""
    if app.terminal.open_questions:
        return True
    waits = isinstance(app.screen, ModalScreen)
    return not waits and any(each.group in ("scans", "jobs") and not each.is_finished for each in app.workers)


async def sign_in(pilot: Pilot[None], card: str = "201001", pin: str = PIN) -> None:
    """Scan a card and type its PIN, slowly enough for a person."""
    app = pilot.app
    assert isinstance(app, Kiosk)
    await scan(pilot, card)
    await shows(pilot, "PIN")
    await type_slowly(pilot, pin)
    await press(pilot, "enter")


async def admit(pilot: Pilot[None], card: str = "201001", pin: str = PIN) -> None:
    """Be signed in without the keys of it, a third of a walk's time: for tests that are about something else."""
    app = await opened(pilot)
    now, at = app.terminal.now(), app.terminal.at()
    who = await app.terminal.ask(lambda library: store.members.signin.sign_in(library, card, pin, now, at))
    assert isinstance(who, SignedIn | StaffSignedIn)
    app.post_message(Admitted(who))
    await pilot.pause()
    await answered(pilot)


async def type_slowly(pilot: Pilot[None], text: str) -> None:
    """Letters at a person's pace: each is a key of its own."""
    app = pilot.app
    assert isinstance(app, Kiosk)
    for letter in text:
        _send(app, "space" if letter == " " else letter, after=1.0)
    await pilot.pause()


async def press(pilot: Pilot[None], *keys: str) -> None:
    """Keys at a person's pace, each answered before the next."""
    app = pilot.app
    assert isinstance(app, Kiosk)
    for key in keys:
        _send(app, key, after=1.0)
        await pilot.pause()
        await answered(pilot)


class _Keyboard:
    """Key times are the sender's, so that no test depends on how fast this machine is."""

    time = 1000.0


def _send(app: Kiosk, key: str, *, after: float) -> None:
    characters = {"enter": "\r", "space": " ", "backspace": "\x7f"}
    event = events.Key(key, key if len(key) == 1 else characters.get(key))
    _Keyboard.time += after
    event.time = _Keyboard.time
    app.post_message(event)


def text_of(app: Kiosk) -> str:
    """Everything that stands on the screen, as text."""
    visible_screen_stack.set(app._background_screens)
    strips = app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip) for strip in strips).replace("\u00a0", " ")
