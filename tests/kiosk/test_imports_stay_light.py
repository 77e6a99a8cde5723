"""The first picture waits for nothing that it does not need: what is imported when, told by real processes."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from screens.member_pages import ACTS

HEAVY = (
    "alembic", "argon2", "babel", "click", "holidays", "icalendar", "passlib", "psycopg", "pydantic", "pymarc", "segno",
    "smtplib", "sqlalchemy", "sqlmodel",
)  # fmt: skip
ROOT = Path(__file__).parents[2]

FIRST_FRAME = """
import asyncio, json, sys, threading
from datetime import UTC, datetime
from pathlib import Path
import kiosk.cli
from kiosk.config_file import load_config
from kiosk.terminal_command import run_from
from kiosk.running import run_terminal
from kiosk.app import Kiosk
from kiosk.faults import FaultLog
from kiosk.receipts import make_receipts
from screens import words
from screens.terminal import Terminal

folder = Path(sys.argv[1])
config = load_config(Path("kiosk.toml"))
words.use(config.terminal.language)
painted, may_open = [], threading.Event()

def open_library():
    may_open.wait(20)
    raise SystemExit

terminal = Terminal(config.terminal_settings(), lambda: datetime.now(UTC), receipts=make_receipts(config))
app = Kiosk(terminal, open_library, FaultLog(folder / "state", config.fault_limits(), lambda: datetime.now(UTC)))

async def look():
    async with app.run_test(size=(120, 34)) as pilot:
        words_shown = " ".join(str(each.render()) for each in app.screen.walk_children() if not each.children)
        painted.append(words.current().text("Scan your card") in words_shown)
        painted.append(sorted(name for name in HEAVY if name in sys.modules))
        may_open.set()
        app.exit()

asyncio.run(look())
print(json.dumps(painted))
"""


def _python(code: str, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], cwd=ROOT, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip().splitlines()[-1]


def _loaded(statement: str) -> list[str]:
    """Which heavy packages a statement loads in a process of its own."""
    told = _python(f"{statement}\nimport json, sys\nprint(json.dumps([n for n in {HEAVY!r} if n in sys.modules]))")
    found: list[str] = json.loads(told)
    return found


def test_the_first_picture_is_painted_without_the_heavy_packages(tmp_path: Path) -> None:
    """The welcome page stands, and neither the database nor Babel nor the commands' library has been loaded."""
    shown, loaded = json.loads(_python(f"HEAVY = {HEAVY!r}\n{FIRST_FRAME}", str(tmp_path)))
    assert shown, "this was not the first page"
    assert loaded == []


@pytest.mark.parametrize(
    ("module", "allowed"),
    [
        ("kiosk.cli", set()),
        ("kiosk.terminal_command", set()),
        ("kiosk.running", set()),
        ("kiosk.demo", set()),
        ("kiosk.commands", {"click"}),
    ],
)
def test_each_door_loads_only_its_own(module: str, allowed: set[str]) -> None:
    """The commands need click; their modules load when they are used."""
    assert set(_loaded(f"import {module}")) <= allowed


def test_what_is_asked_for_is_there_all_the_same() -> None:
    """The test would see it: opening a library loads the database, making one the models, a date Babel."""
    assert "sqlalchemy" in _loaded("import store.opening")
    assert "sqlmodel" in _loaded("import store.tables")
    assert "babel" in _loaded("from screens import words; words.warm_up()")


AT_WORK = ("calendar", "catalogue", "circulation", "desk", "jobs", "mail", "members", "money", "results")
"Rooms of the store whose acts read and write columns."


def test_a_terminal_at_work_loads_no_mapped_classes() -> None:
    """SQLModel and its mapped classes define the tables; members, staff and the jobs need their columns only."""
    acts = sorted(
        path.relative_to(ROOT).with_suffix("").as_posix().replace("/", ".")
        for room in AT_WORK
        for path in (ROOT / "store" / room).glob("[!_]*.py")
    )
    ground = ("store.opening", "store.demo.today", "store.demo.items", "store.upkeep.clocks", "store.rules.versions")
    terminal = ("kiosk.equipment", "kiosk.clerk", "kiosk.postman", "screens.member_pages", "screens.supervisor")
    assert len(acts) > 50
    statement = f"import {', '.join((*acts, *ground, *terminal))}"
    loaded = _loaded(f"{statement}; import sys; assert 'sqlalchemy.orm' not in sys.modules")
    assert "sqlalchemy" in loaded and not {"sqlmodel", "pydantic"} & set(loaded)


def test_what_members_pages_ask_of_the_store_is_loaded_before_they_ask() -> None:
    """Every `store.ROOM.NAME.` that stands on one of them."""
    pages = [page.read_text("utf-8") for page in (ROOT / "screens").glob("*.py")]
    asked = {name for page in pages for name in re.findall(r"\bstore\.(\w+\.\w+)\.\w+\(", page)}
    assert asked <= set(ACTS)
    assert len(asked) > 10
