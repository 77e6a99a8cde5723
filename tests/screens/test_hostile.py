"""Who stands at the terminal with a keyboard, a scanner, a mouse or a finger, and a barcode or a name of their own."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text, update
from textual import events
from textual.keys import Keys
from textual.pilot import Pilot
from textual.widgets import Input

from kiosk.app import Kiosk
from screens.frame import KioskScreen
from screens.widgets.button import BigButton
from screens.widgets.pin_field import PinField
from store import rows
from store.database import open_database
from tests.screens.conftest import Place, _send, answered, opened, press, scan, shows, sign_in, text_of, type_slowly
from tests.screens.pages import WAYS, app_for

LONG = pytest.mark.reliability
LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
MODIFIERS = ("ctrl", "alt", "shift", "ctrl+shift", "ctrl+alt", "alt+shift", "super", "hyper", "meta")


def _keys() -> Iterator[str]:
    """Every key that Textual knows, and every letter and function key with every modifier."""
    yield from (key.value for key in Keys)
    for modifier in MODIFIERS:
        yield from (f"{modifier}+{letter}" for letter in LETTERS)
        yield from (f"{modifier}+f{number}" for number in range(1, 13))
        yield from (f"{modifier}+{name}" for name in ("escape", "tab", "enter", "delete", "home", "end", "insert"))


def _is_locked(app: Kiosk) -> bool:
    """Whether a person is still inside the program, among the pages of members."""
    pages = [screen for screen in app.screen_stack if isinstance(screen, KioskScreen)]
    return app.is_running and app.return_code is None and not any(page.for_staff for page in pages)


async def _to_welcome(pilot: Pilot[None]) -> None:
    await opened(pilot)


async def _to_form(pilot: Pilot[None]) -> None:
    await opened(pilot)
    await press(pilot, "f6")


async def _to_home(pilot: Pilot[None]) -> None:
    await opened(pilot)
    await sign_in(pilot, "201019")
    await shows(pilot, "Yağmur")


PAGES = {"welcome": _to_welcome, "form": _to_form, "home": _to_home}


@pytest.mark.parametrize("page", ["home", *(pytest.param(page, marks=LONG) for page in ("welcome", "form"))])
async def test_no_key_of_any_keyboard_leads_out(place: Place, page: str) -> None:
    """Each with each modifier, on a page of its own choosing: the program runs on, and no staff page opens."""
    app = place.app()
    async with app.run_test(size=(120, 34)) as pilot:
        await PAGES[page](pilot)
        for number, key in enumerate(_keys()):
            _send(app, key, after=1.0)
            if number % 25 == 0:
                await pilot.pause()
                assert _is_locked(app), key
        await answered(pilot)
        assert _is_locked(app)
        assert app.clipboard == ""


@pytest.mark.parametrize("page", ["home", *(pytest.param(page, marks=LONG) for page in ("welcome", "form"))])
async def test_no_click_anywhere_leads_out(place: Place, page: str) -> None:
    """With every button and modifier, dragged, scrolled: nobody gets further than a member may."""
    app, dice = place.app(), random.Random(page)
    async with app.run_test(size=(120, 34)) as pilot:
        await PAGES[page](pilot)
        for _ in range(60):
            x, y, button = dice.randrange(120), dice.randrange(34), dice.randrange(4)
            kind = dice.choice((events.MouseDown, events.MouseUp, events.MouseMove, events.MouseScrollDown))
            shift, meta, ctrl = (dice.random() < 0.3 for _ in range(3))
            app.post_message(kind(None, x, y, 0, 0, button, shift, meta, ctrl, screen_x=x, screen_y=y))
        await pilot.pause()
        await answered(pilot)
        assert _is_locked(app)


PASTES = (
    "x" * 10_000, "300001\x1b[2J", "\x1b]52;c;Z2l6bGk=\x07", "300001\r300002", "\x00" * 50, "\x03\x04\x1a", "a b c",
    "201\N{RIGHT-TO-LEFT OVERRIDE}001", "\x1b[200~300001", "  ",
)  # fmt: skip


@pytest.mark.parametrize("page", ["welcome", "form"])
async def test_nothing_but_a_plain_code_can_be_pasted(place: Place, page: str) -> None:
    """Into no field, onto no page: ten thousand letters, control characters, lines, escape sequences."""
    app = place.app()
    async with app.run_test(size=(120, 34)) as pilot:
        await PAGES[page](pilot)
        before = text_of(app)
        for paste in PASTES:
            app.post_message(events.Paste(paste))
            await pilot.pause()
        await answered(pilot)
        assert text_of(app) == before
        assert all(not field.value for field in app.screen.query(Input))


async def test_a_card_that_is_answered_twice_closes_only_itself(place: Place) -> None:
    """A double touch, or a stuck key: both answers are on their way before the first is taken."""
    app = place.app()
    async with app.run_test(size=(120, 34)) as pilot:
        await _to_home(pilot)
        await press(pilot, "f1")
        card, page = app.screen, app.screen_stack[-2]
        back = card.query_one("#back", BigButton)
        for _ in range(3):
            back.on_click()
        await pilot.pause()
        await answered(pilot)
        assert app.screen is page and card not in app.screen_stack
        assert _is_locked(app) and app.terminal.visit is not None


BARCODES = (
    "9" * 64, "'; DROP TABLE copy; --", "[red]x[/red]abc", "[@click=app.quit]abc[/]", "../../etc/passwd", "%s%n%x%d",
    "{0}{1}{pin}", "ğüşıöç", "300001 300001", "=1+1+1", "\\x1b[2J123", "<script>1</script>",
)  # fmt: skip


async def test_no_barcode_is_more_than_a_code(place: Place) -> None:
    """SQL, markup, formats, paths: an item that is not known, in these very letters, and the visit goes on."""
    app = place.app()
    async with app.run_test(size=(120, 34)) as pilot:
        await _to_home(pilot)
        for code in BARCODES:
            await scan(pilot, code)
            assert _is_locked(app) and app.terminal.visit is not None, code
            _check_drawn(app)
        await scan(pilot, "300001")
        await shows(pilot, "Tutunamayanlar")


MARKUP = " [red]x[/red][@click=app.quit]ç[/] [/b] \x1b[31m\x07"
POISONED = ("welcome-item", "checkout-lent", "title-held", "account", "staff-accounts", "staff-desk-acts")
ALSO_POISONED = tuple(name for name in WAYS if name not in (*POISONED, "first-pin-code"))
"The form of the first PIN finds no member under a name that was poisoned."


@pytest.fixture(scope="module")
def poisoned(demo_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo library, every title, author, name and shelf mark of which is a program."""
    path = tmp_path_factory.mktemp("poisoned") / "demo.db"
    path.write_bytes(demo_template.read_bytes())
    database = open_database(f"sqlite:///{path}")
    with database.write.begin() as connection:
        for table, columns in (
            (rows.title, ("title", "author", "publisher", "shelf_mark")), (rows.copy, ("shelf_mark",)),
            (rows.member, ("surname",)), (rows.staff, ("name",)),
        ):  # fmt: skip
            connection.execute(update(table).values({name: table.c[name] + MARKUP for name in columns}))
        # Before the name and short: the walks wait for a name and its surname side by side, in narrow columns, too.
        connection.execute(update(rows.member).values(given_name="\x1b[b]\x07" + rows.member.c.given_name))
        facts = connection.execute(text("SELECT id, facts FROM notice")).all()
        for key, written in facts:
            changed = written.replace('"title": "', '"title": "[red]x[/red][@click=app.quit]')
            connection.execute(text("UPDATE notice SET facts = :facts WHERE id = :id"), {"facts": changed, "id": key})
    database.close()
    return path


@pytest.mark.parametrize("name", [*POISONED, *(pytest.param(name, marks=LONG) for name in ALSO_POISONED)])
async def test_no_title_or_name_is_markup(tmp_path: Path, poisoned: Path, name: str) -> None:
    """It is drawn letter by letter: no colour, no link to an action, no control character reaches the terminal."""
    database = tmp_path / "library.db"
    database.write_bytes(poisoned.read_bytes())
    place = Place(tmp_path, database)
    app = app_for(place, name)
    async with app.run_test(size=(120, 34)) as pilot:
        await WAYS[name](pilot)
        await pilot.pause()
        _check_drawn(app)
        assert app.is_running
        if name == "welcome-item":  # not swallowed either: the title as the catalogue has it
            assert "Tutunamayanlar [red]x[/red][@click=app.quit]" in text_of(app)
    if place.library is not None:
        place.library.close()


def _check_drawn(app: Kiosk) -> None:
    """What is on its way to the terminal is letters; nothing in it can be clicked into an action."""
    for strip in app.screen._compositor.render_strips():
        for segment in strip:
            assert all(letter.isprintable() or letter in " \u00a0" for letter in segment.text), repr(segment.text)
            assert segment.style is None or "@click" not in segment.style.meta, repr(segment.text)


async def test_who_looks_over_the_shoulder_reads_no_pin_and_no_address(place: Place) -> None:
    """In the settings the old PIN and the new stand as dots; the address to which a code goes is mostly hidden."""
    app = place.app()
    async with app.run_test(size=(120, 34)) as pilot:
        await opened(pilot)
        await press(pilot, "f6")
        for field in ("Yıldız", "Elif", "15201010", ""):
            await type_slowly(pilot, field)
            await press(pilot, "enter")
        shown = await shows(pilot, "@itu.edu.tr")
        assert "elif.yildiz" not in shown and "•••@itu.edu.tr" in shown
        await app.watch_time(0.0)
        await sign_in(pilot, "201019")
        await shows(pilot, "Yağmur")
        await press(pilot, "f8", "f7", "f3")
        for hidden in app.screen.query(PinField):
            hidden.focus()
            await type_slowly(pilot, "gizli99")
            assert hidden.peek() == "gizli99"
        assert "gizli99" not in text_of(app)
