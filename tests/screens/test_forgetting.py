"""After a visit nothing of the member is left: not in any widget that lives on, not in what the terminal is sent."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest
from textual.pilot import Pilot
from textual.strip import Strip
from textual.widget import Widget

from kiosk.app import Kiosk
from screens.messages import LibraryAway
from tests.screens.conftest import PIN, Place, opened, press, scan, shows, sign_in, type_slowly
from tests.screens.walking import on_duty, section

TRACES = ("Ayşe", "Kaya", "201001", "15201001", PIN, "Tutunamayanlar", "300001", "Hayatlar", "ayse.kaya")


def _texts(thing: object, depth: int = 0) -> Iterator[str]:
    """Every text that an object holds, some levels deep."""
    if isinstance(thing, str):
        yield thing
    elif depth < 4 and isinstance(thing, dict):
        for value in thing.values():
            yield from _texts(value, depth + 1)
    elif depth < 4 and isinstance(thing, list | tuple | set | frozenset):
        for value in thing:
            yield from _texts(value, depth + 1)
    elif depth < 4 and type(thing).__module__.startswith(("screens", "store.results", "textual.content")):
        yield from _texts(getattr(thing, "__dict__", {}), depth + 1)
        for name in getattr(type(thing), "__slots__", ()):
            yield from _texts(getattr(thing, name, None), depth + 1)


def _traces(app: Kiosk, wanted: tuple[str, ...] = TRACES) -> set[str]:
    """What of the member still stands in any installed page or widget, seen or unseen."""
    found: set[str] = set()
    for page in app.pages:
        widgets: list[Widget] = [page, *page.query("*").results(Widget)] if page.is_mounted else [page]
        for widget in widgets:
            for text in [*_texts(vars(widget)), str(widget.render()), *_drawn(widget)]:
                found |= {trace for trace in wanted if trace in text}
    drawn = [line for line in _lines_alive() if id(line) not in _BEFORE]
    return found | {trace for trace in wanted if any(trace in line.text for line in drawn)}


async def _left(pilot: Pilot[None], wanted: tuple[str, ...] = TRACES) -> set[str]:
    """What is left once the next page is drawn: only then does what was drawn before go."""
    assert isinstance(pilot.app, Kiosk)
    for _ in range(40):
        if not (found := _traces(pilot.app, wanted)):
            return found
        await pilot.pause(0.05)
    return found


_BEFORE: dict[int, Strip] = {}
"What programs of other tests have drawn and not yet let go."


@pytest.fixture(autouse=True)
def _nothing_of_others() -> Iterator[None]:
    _BEFORE.update({id(line): line for line in _lines_alive()})
    yield
    _BEFORE.clear()


def _lines_alive() -> list[Strip]:
    gc.collect()
    return [thing for thing in gc.get_objects() if isinstance(thing, Strip)]


def _drawn(widget: Widget) -> Iterator[str]:
    """The lines that are kept so that they need not be drawn again."""
    for line in (*widget._styles_cache._cache.values(), *widget._render_cache.lines):
        yield line.text


@pytest.mark.parametrize("way", ["done", "time-out", "fault of the database"])
async def test_nothing_of_the_member_is_left(place: Place, way: str) -> None:
    """However the visit ends. While it lasts the search finds them, so it can find."""
    app = place.app()
    async with app.run_test(size=(120, 34)) as pilot:
        await opened(pilot)
        await sign_in(pilot)
        await shows(pilot, "Merhaba, Ayşe")
        await scan(pilot, "300001")
        await shows(pilot, "Tutunamayanlar ·")
        assert {"Ayşe", "Tutunamayanlar", "300001"} <= _traces(app)
        if way == "done":
            await press(pilot, "f10")
            await shows(pilot, "Barkod 300001")
            await press(pilot, "f5", "f10")
        elif way == "time-out":
            await app.watch_time(0.0)
        else:
            app.post_message(LibraryAway())
        await shows(pilot, "Kartınızı okutun")
        await pilot.pause()
        assert await _left(pilot) == set()
        assert app.terminal.visit is None


async def test_every_page_forgets(place: Place) -> None:
    """A visit through all pages leaves nothing on any of them."""
    app = place.app()
    async with app.run_test(size=(120, 34)) as pilot:
        await opened(pilot)
        await sign_in(pilot)
        await shows(pilot, "Merhaba, Ayşe")
        for keys in (("f5", "f9"), ("f6", "f9"), ("f8", "f6", "f5", "f7", "f3", "f9", "f9"), ("f9", "f9")):
            await press(pilot, *keys)
        await press(pilot, "f7")
        await type_slowly(pilot, "tutunamayanlar")
        await shows(pilot, "1972")
        await press(pilot, "enter")
        await shows(pilot, "PL248")
        assert {"Hayatlar", "Tutunamayanlar", "ayse.kaya", "15201001"} <= _traces(app)
        await app.watch_time(0.0)
        await shows(pilot, "Kartınızı okutun")
        await pilot.pause()
        assert await _left(pilot) == set()


async def test_rows_that_are_gone_are_not_remembered_by_name(place: Place) -> None:
    """A page remembers whatever was looked up in it, for every state that it was in."""
    app = place.app()
    async with app.run_test(size=(120, 34)) as pilot:
        await opened(pilot)
        await sign_in(pilot)
        await shows(pilot, "Merhaba, Ayşe")
        await scan(pilot, "300001")
        assert _remembered(app)
        await app.watch_time(0.0)
        await shows(pilot, "Kartınızı okutun")
        await pilot.pause()
        assert not _remembered(app)


def _remembered(app: Kiosk) -> int:
    pages = (page for page in app.pages if page is not app.screen)
    return sum(len(node._query_one_cache) for page in pages for node in page.walk_children(with_self=True))


async def test_a_half_typed_form_is_forgotten(place: Place) -> None:
    """Somebody walks away from the first-PIN form."""
    app = place.app()
    async with app.run_test(size=(120, 34)) as pilot:
        await opened(pilot)
        await press(pilot, "f6")
        await type_slowly(pilot, "Kaya")
        assert "Kaya" in _traces(app)
        await app.watch_time(0.0)
        await shows(pilot, "Kartınızı okutun")
        assert await _left(pilot) == set()


async def test_staff_pages_about_items_forget(place: Place) -> None:
    """Who waits for what and who has it leaves with the member of staff."""
    people = ("Cem Ünal", "Gülşah D.", "İbrahim Şahin")
    app = place.app()
    async with app.run_test(size=(120, 34)) as pilot:
        await section(2)(pilot)
        await scan(pilot, "300031")
        await shows(pilot, "İbrahim Şahin", "Gülşah D.")
        await press(pilot, "f3", "f5")
        await shows(pilot, "Cem Ünal")
        await press(pilot, "f9", "down", "down", "down", "enter")
        await shows(pilot, "Gülşah D.")
        assert {"Gülşah D.", "İbrahim Şahin"} <= _traces(app, people)
        await press(pilot, "f10")
        await shows(pilot, "Kartınızı okutun")
        await pilot.pause()
        assert await _left(pilot, people) == set()


async def test_the_desk_forgets(place: Place) -> None:
    """After the duty no name, number or title is left on either page."""
    app = place.app()
    async with app.run_test(size=(120, 34)) as pilot:
        await on_duty()(pilot)
        await scan(pilot, "201001")
        await scan(pilot, "300001")
        await type_slowly(pilot, "kaya")
        await shows(pilot, "15201001")
        await press(pilot, "f6")
        await scan(pilot, "300001")
        await shows(pilot, "Tutunamayanlar")
        assert {"Ayşe", "Kaya", "15201001", "Tutunamayanlar", "300001"} <= _traces(app)
        await app.watch_time(0.0)
        await shows(pilot, "Kartınızı okutun")
        await pilot.pause()
        assert await _left(pilot) == set()


async def test_the_work_list_and_the_letters_forget(place: Place) -> None:
    """Whom they are about, to which address, what a letter said."""
    people = ("Kerem", "Tunç", "15201017", "kerem.tunc", "Kind of Blue", "Defne")
    app = place.app()
    async with app.run_test(size=(120, 34)) as pilot:
        await section(4)(pilot)
        await shows(pilot, "Kerem Tunç")
        await press(pilot, "f9", *["down"] * 5, "enter")
        await shows(pilot, "Defne Ağaoğlu")
        await press(pilot, "down", "f3")
        await shows(pilot, "Sayın Kerem Tunç")
        assert set(people) <= _traces(app, people)
        await press(pilot, "escape", "f10")
        await shows(pilot, "Kartınızı okutun")
        await pilot.pause()
        assert await _left(pilot, people) == set()
