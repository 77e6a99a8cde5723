"""No key, chord, paste or mouse leads out of the program, and no PIN leaves its field: each trap with its cure."""

from __future__ import annotations

from datetime import timedelta

import pytest
from textual import events
from textual.widgets import Input

import store.circulation.checkouts
from screens.widgets.pin_field import PinField
from tests.screens.conftest import Place, opened, press, scan, shows, sign_in, text_of, type_slowly

CHORDS = [
    "ctrl+c",
    "ctrl+q",
    "ctrl+z",
    "ctrl+backslash",
    "ctrl+p",
    "ctrl+d",
    "ctrl+s",
    "ctrl+x",
    "f11",
    "ctrl+l",
    "alt+f4",
]


@pytest.mark.parametrize("chord", CHORDS)
async def test_no_chord_ends_or_opens_anything(place: Place, chord: str) -> None:
    """The program runs on, on the same page, with nothing on top of it."""
    app = place.app()
    async with app.run_test(size=(120, 34)) as pilot:
        await opened(pilot)
        before, pages = text_of(app), list(app.screen_stack)
        await press(pilot, chord)
        assert app.is_running and app.screen_stack == pages
        assert text_of(app) == before


async def test_the_pin_never_reaches_the_clipboard(place: Place) -> None:
    """Select all, copy, cut: Textual's own masked field would send the plain PIN to the terminal."""
    app = place.app()
    async with app.run_test(size=(120, 34)) as pilot:
        await opened(pilot)
        await scan(pilot, "201001")
        await type_slowly(pilot, "gizli99")
        await press(pilot, "shift+home", "ctrl+c", "ctrl+x")
        assert app.clipboard == ""
        assert app.screen.query_one(PinField).peek() == "gizli99"


async def test_nothing_is_pasted_into_a_pin(place: Place) -> None:
    """What lies in the clipboard belonged to somebody else."""
    app = place.app()
    async with app.run_test(size=(120, 34)) as pilot:
        await opened(pilot)
        await scan(pilot, "201001")
        app.post_message(events.Paste("birinin pini"))
        await pilot.pause()
        assert app.screen.query_one(PinField).peek() == ""


async def test_a_pin_is_not_carried_by_messages(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Input.Changed carries the plain value upwards; it must stop in the field."""
    app = place.app()
    heard: list[str] = []
    original = app.on_event

    async with app.run_test(size=(120, 34)) as pilot:
        await opened(pilot)
        await scan(pilot, "201001")
        screen = app.screen
        screen_event = screen.on_event

        async def listen(event: events.Event) -> None:
            heard.append(repr(event))
            await screen_event(event)

        monkeypatch.setattr(screen, "on_event", listen)
        post = screen.post_message

        def overhear(message: object) -> bool:
            if isinstance(message, Input.Changed):
                heard.append(message.value)
            return post(message)  # type: ignore[arg-type]

        monkeypatch.setattr(screen, "post_message", overhear)
        await type_slowly(pilot, "gizli99")
        await pilot.pause()
    assert original is not None
    assert not any("gizli99" in each for each in heard)


async def test_the_pin_stands_on_the_screen_as_dots(place: Place) -> None:
    """Who looks over the shoulder sees how long it is, no more."""
    app = place.app()
    async with app.run_test(size=(120, 34)) as pilot:
        await opened(pilot)
        await scan(pilot, "201001")
        await type_slowly(pilot, "gizli99")
        shown = await shows(pilot, "•••••••")
        assert "gizli99" not in shown


@pytest.mark.parametrize("page", ["field", "pin", "button", "card"])
async def test_a_burst_leaves_no_letters_and_presses_nothing(place: Place, page: str) -> None:
    """Into a field, the PIN field, a button with the focus, a card on top: the code arrives, nothing else happens."""
    app = place.app()
    async with app.run_test(size=(120, 34)) as pilot:
        await opened(pilot)
        if page == "field":
            await press(pilot, "f6")
            await type_slowly(pilot, "Yı")
            await scan(pilot, "300001")
            assert app.screen.query_one("#surname", Input).value == "Yı"
            await shows(pilot, "Önce formu doldurun")
        elif page == "pin":
            await scan(pilot, "201001")
            await type_slowly(pilot, "ab")
            await scan(pilot, "201002")
            assert app.screen.query_one(PinField).peek() == ""
        elif page == "button":
            app.screen.query_one("#first").focus()
            await scan(pilot, "300001")
            await shows(pilot, "Tutunamayanlar", "Yeri raftır")
        else:
            await press(pilot, "f1")
            await shows(pilot, "Yardım")
            await scan(pilot, "300001")
            await shows(pilot, "Tutunamayanlar", "Yeri raftır")


async def test_a_fault_ends_the_terminal_even_if_it_can_not_be_written_down(place: Place) -> None:
    """A full disk, a file in the folder's place: a terminal that lives on deaf would be worse."""
    (place.folder / "state").write_text("", "utf-8")
    app = place.app()
    with pytest.raises(RuntimeError):
        async with app.run_test(size=(120, 34)) as pilot:
            await opened(pilot)

            def fail() -> None:
                raise RuntimeError

            app.call_later(fail)
            await pilot.pause()
            await pilot.pause()
    assert app.return_code == 70


async def test_a_fault_prints_nothing_and_exits_for_a_restart(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    """No traceback, no locals; a log with places only; exit code 70."""
    app = place.app()
    with pytest.raises(RuntimeError):
        async with app.run_test(size=(120, 34)) as pilot:
            await opened(pilot)

            def fail() -> None:
                pin = "gizli99"
                raise RuntimeError(pin)

            app.call_later(fail)
            await pilot.pause()
            await pilot.pause()
    assert app.return_code == 70
    written = (place.folder / "state" / "faults.log").read_text()
    assert "RuntimeError" in written and "gizli99" not in written
    out = capsys.readouterr()
    assert "gizli99" not in out.out + out.err and "Traceback" not in out.out + out.err


async def test_after_repeated_faults_only_a_supervisor_brings_it_back(place: Place) -> None:
    """It starts straight into the out-of-service page; a member's card leads nowhere; a supervisor's does."""
    (place.folder / "state").mkdir()
    (place.folder / "state" / "out-of-service").touch()
    app = place.app()
    async with app.run_test(size=(120, 34)) as pilot:
        await opened(pilot)
        await shows(pilot, "Bu terminal hizmet dışıdır", "This terminal is out of service")
        await scan(pilot, "201001")
        await type_slowly(pilot, "deneme1")
        await press(pilot, "enter")
        await shows(pilot, "Bu terminal hizmet dışıdır")
        await scan(pilot, "209001")
        await type_slowly(pilot, "gozetmen01")
        await press(pilot, "enter")
        await shows(pilot, "GÖZETMEN KİPİ")
        await press(pilot, "f5")
        await shows(pilot, "Kartınızı okutun")


@pytest.mark.parametrize("size", [(20, 5), (79, 23), (200, 60)])
async def test_resizing_is_harmless(place: Place, size: tuple[int, int]) -> None:
    """Too small, or large: no fault."""
    app = place.app()
    async with app.run_test(size=(120, 34)) as pilot:
        await opened(pilot)
        await pilot.resize_terminal(*size)
        await press(pilot, "f6")
        assert app.is_running


async def test_a_clock_that_is_set_back_takes_the_terminal_out_of_service(place: Place) -> None:
    """In mid-visit: the next question ends it; nothing is done by a wrong clock; set right, it goes on by itself."""
    app = place.app()
    async with app.run_test(size=(120, 34)) as pilot:
        await opened(pilot)
        await sign_in(pilot, "201019")
        await shows(pilot, "Merhaba, Yağmur")
        place.clock.now -= timedelta(minutes=10)
        await scan(pilot, "300001")
        await shows(pilot, "Saati yanlış", "Its clock is wrong")
        assert app.terminal.visit is None
        await scan(pilot, "201019")
        await shows(pilot, "Saati yanlış")
        place.clock.now += timedelta(minutes=10)
        await shows(pilot, "Kartınızı okutun")
    assert place.library is not None
    assert store.circulation.checkouts.what_is(place.library, "300001").state == "on_shelf"  # type: ignore[union-attr]
