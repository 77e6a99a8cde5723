"""Supervisor mode's own frame: entering it anywhere, leaving it, its time-out; accounts, and the terminal's acts."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot

from kiosk.app import EXIT_RESTART
from kiosk.care import Care
from kiosk.config_file import load_config
from kiosk.faults import FaultLimits, FaultLog
from screens.care import Finding
from store.desk import staff
from store.members.signin import sign_in as sign_in_at
from store.results.visit import StaffSignedIn
from store.states import Role
from tests.screens.conftest import Place, answered, opened, press, scan, shows, sign_in, text_of, type_slowly
from tests.screens.supervisor.audit import entries
from tests.screens.walking import CLERK, STAFF_PIN, SUPERVISOR, on_duty, section

WIDE = (120, 34)


async def test_staff_enter_in_the_middle_of_a_visit_which_ends(place: Place) -> None:
    """A card of the staff scanned anywhere asks for its PIN; what the member did stands, nothing of them stays."""
    app = place.app()
    async with app.run_test(size=WIDE) as pilot:
        await opened(pilot)
        await sign_in(pilot)
        await scan(pilot, "300001")
        await shows(pilot, "Tutunamayanlar")
        await scan(pilot, CLERK)
        await shows(pilot, "PIN")
        await type_slowly(pilot, STAFF_PIN)
        await press(pilot, "enter")
        await shows(pilot, "GÖZETMEN KİPİ", "Selin Kara")
        assert app.terminal.visit is None and app.theme == "staff"
        assert "Ayşe" not in text_of(app)
        await press(pilot, "f10")
        await shows(pilot, "Kartınızı okutun")
        assert app.terminal.duty is None and app.theme == "member"


async def test_its_colours_come_and_go_with_it(place: Place) -> None:
    """Every part of a page wears them the second time as the first, and no member's page ever does."""
    app, seen = place.app(), []

    def colours() -> list[tuple[str, str]]:
        return [
            (part.styles.background.hex, part.styles.color.hex) for part in app.screen.walk_children(with_self=True)
        ]

    async with app.run_test(size=WIDE) as pilot:
        await opened(pilot)
        for _ in range(2):
            for enter, shown in ((sign_in, "Merhaba, Ayşe"), (on_duty(), "GÖZETMEN KİPİ")):
                seen.append(colours())
                await enter(pilot)
                await shows(pilot, shown)
                seen.append(colours())
                await app.watch_time(0.0)
                await shows(pilot, "Kartınızı okutun")
    welcome, home, welcome_again, staff = seen[:4]
    assert welcome == welcome_again and seen[4:] == seen[:4]
    assert {back for back, _ in staff} & {back for back, _ in [*welcome, *home]} == {"#00000000"}


async def test_supervisor_mode_has_a_time_out_of_its_own(place: Place) -> None:
    """The banner says how long; then the terminal is the members' again."""
    app = place.app(staff_idle_seconds=3600.0, countdown_seconds=10.0)
    async with app.run_test(size=WIDE) as pilot:
        await on_duty()(pilot)
        page = app.page_shown()
        assert page is not None and page.idle_seconds() == 3600.0
        page.show_left(291.0)
        await shows(pilot, "4:51 kaldı")
        await app.watch_time(0.0)
        await pilot.pause()
        await shows(pilot, "Kartınızı okutun")
        assert app.terminal.duty is None


async def test_a_card_left_open_is_closed_with_the_duty(place: Place) -> None:
    """Somebody walks away over a question: whoever comes next is not asked it."""
    app = place.app()
    async with app.run_test(size=WIDE) as pilot:
        await section(10, "f6", "wait:Selin", "f3", "wait:Yeni hesap")(pilot)
        await type_slowly(pilot, "Yarim Kalan")
        await app.watch_time(0.0)
        await answered(pilot)
        await shows(pilot, "Kartınızı okutun")
        await section(10, "f6", "wait:Selin")(pilot)
        assert "Yarim" not in text_of(app)


async def test_an_account_is_made_and_works_at_once(place: Place) -> None:
    """Name, card by scan, role, PIN twice; after a refusal all but the PINs stands there, and the cursor in these."""
    app = place.app()
    async with app.run_test(size=WIDE) as pilot:
        await section(10, "f6", "wait:Selin")(pilot)
        await _new_account(pilot, "kisa123", "kisa123")
        await shows(pilot, "PIN çok kısa", "10", "Ada Er", "209900")
        await _type_pins(pilot, "yenigorev01", "yenigorev02")
        await shows(pilot, "İki PIN aynı değil", "Ada Er", "209900")
        await _type_pins(pilot, "yenigorev01", "yenigorev01")
        await shows(pilot, "✓ Ada Er: hesap açık.")
    assert place.library is not None
    who = sign_in_at(place.library, "209900", "yenigorev01", place.clock(), app.terminal.at())
    assert isinstance(who, StaffSignedIn) and who.role is Role.CIRCULATION
    assert [entry.staff_id for entry in entries(place, "create_staff")][-1] == _id(place, SUPERVISOR)


async def _new_account(pilot: Pilot[None], *pins: str) -> None:
    await press(pilot, "f3")
    await type_slowly(pilot, "Ada Er")
    await press(pilot, "enter")
    await scan(pilot, "209900")
    await press(pilot, "tab" if pilot.app.focused is not None and pilot.app.focused.id == "field-card" else "enter")
    await _type_pins(pilot, *pins)


async def _type_pins(pilot: Pilot[None], *pins: str) -> None:
    for pin in pins:
        await type_slowly(pilot, pin)
        await press(pilot, "enter")


async def test_acts_of_another_role_are_shown_but_not_offered(place: Place) -> None:
    """Desk staff see the terminal's doors shut; F12 does nothing."""
    app = place.app()
    async with app.run_test(size=WIDE) as pilot:
        await section(10, card=CLERK)(pilot)
        await press(pilot, "f12", "f3", "f6")
        assert app.is_running and "Emin misiniz" not in text_of(app)
        assert all(button.disabled for button in app.screen.query(".doors BigButton"))


async def test_a_supervisor_ends_the_program(place: Place) -> None:
    """Asked once more, written down, then it ends with the code that leaves it stopped."""
    app = place.app()
    async with app.run_test(size=WIDE) as pilot:
        await section(10, "f12", "wait:Emin misiniz", "enter")(pilot)
        await pilot.pause()
    assert app.return_code == 0 and not app.is_running
    assert [entry.staff_id for entry in entries(place, "terminal_end")] == [_id(place, SUPERVISOR)]


async def test_the_program_is_started_anew(place: Place) -> None:
    """By touch, with a code of its own."""
    app = place.app()
    async with app.run_test(size=WIDE) as pilot:
        await section(10)(pilot)
        await pilot.click("#restart")
        await shows(pilot, "Emin misiniz")
        await press(pilot, "enter")
        await pilot.pause()
    assert app.return_code == EXIT_RESTART


async def test_a_terminal_out_of_service_is_brought_back(place: Place) -> None:
    """After repeated faults a supervisor lands on the terminal's page; F5 serves members again."""
    log = FaultLog(place.folder / "state", FaultLimits(limit=1), place.clock)
    log.record(RuntimeError())
    app = place.app()
    async with app.run_test(size=WIDE) as pilot:
        await opened(pilot)
        await sign_in(pilot, SUPERVISOR, STAFF_PIN)
        await shows(pilot, "Yeniden hizmette")
        await press(pilot, "f5")
        await shows(pilot, "Kartınızı okutun")
    assert not log.out_of_service()


async def test_a_setting_is_written_for_the_next_start(place: Place) -> None:
    """A wrong value is named and changes nothing; a right one stands in the file with all else as it was."""
    app = place.app()
    path = place.folder / "kiosk.toml"
    async with app.run_test(size=WIDE) as pilot:
        await section(10, "f3", "wait:library.policy")(pilot)
        before = path.read_text("utf-8")
        await _change(pilot, "terminal-idle_seconds", "5")
        await shows(pilot, "✗", "10 ile 3600")
        assert path.read_text("utf-8") == before
        await _change(pilot, "terminal-idle_seconds", "90")
        await shows(pilot, "✓ Yazıldı")
        assert load_config(path).terminal.idle_seconds == 90 and before.splitlines()[0] in path.read_text("utf-8")
        assert path.stat().st_mode & 0o777 == 0o600
        await _change(pilot, "library-database", None)
        await shows(pilot, "yalnızca sistem yöneticisi")
    assert [entry.detail for entry in entries(place, "terminal_setting")] == [{"setting": "terminal.idle_seconds"}] * 2


async def _change(pilot: Pilot[None], name: str, value: str | None) -> None:
    from screens.widgets.columns import Lines

    lines = pilot.app.screen.query_one(Lines)
    lines.highlighted = lines.get_option_index(name)
    await press(pilot, "f3")
    if value is not None:
        await press(pilot, *(["backspace"] * 6))
        await type_slowly(pilot, value)
        await press(pilot, "enter")


async def test_printer_and_mail_are_tried(place: Place) -> None:
    """A page with Turkish letters, a letter to an address; what is no address is said to be none."""
    app = place.app()
    async with app.run_test(size=WIDE) as pilot:
        await section(10, "f8", "wait:Basıldı")(pilot)
        assert "ç ğ ı ö ş ü" in (place.folder / "printed.txt").read_text("utf-8")
        await _test_letter(pilot, "bilgi@itu.edu.tr")
        await shows(pilot, "Posta sunucusu mektubu aldı")
        assert len(list((place.folder / "mail").glob("*.eml"))) == 1
        await _test_letter(pilot, "kimse")
        await shows(pilot, "✗")
    assert [len(entries(place, act)) for act in ("terminal_test_print", "terminal_test_mail")] == [1, 2]


async def _test_letter(pilot: Pilot[None], address: str) -> None:
    await press(pilot, "f11")
    await type_slowly(pilot, address)
    await press(pilot, "enter")


async def test_everything_is_looked_at(place: Place) -> None:
    """What is well and what must be mended, with how."""
    app = place.app()
    async with app.run_test(size=WIDE) as pilot:
        await section(10, "f7")(pilot)
        await shows(pilot, "✓ Veritabanına ulaşılıyor", "→")


async def test_the_log_tells_places_and_nobodys_data(place: Place) -> None:
    """What failed and where; never what was typed."""
    try:
        raise RuntimeError("gizli123")
    except RuntimeError as fault:
        FaultLog(place.folder / "state", FaultLimits(), place.clock).record(fault)
    app = place.app()
    async with app.run_test(size=WIDE) as pilot:
        await section(10)(pilot)
        await pilot.click("#log")
        shown = await shows(pilot, "RuntimeError")
        assert "gizli" not in shown


def _id(place: Place, card: str) -> int:
    assert place.library is not None
    return next(line.staff_id for line in staff.accounts(place.library) if line.card == card)


async def test_a_warning_of_the_doctor_is_not_all_well(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is said beneath agrees with the worst line above."""
    found = (Finding("good", "Saat doğru"), Finding("warn", "Yazıcı kurulmamış"))
    monkeypatch.setattr(Care, "doctor", lambda _care: found)
    app = place.app()
    async with app.run_test(size=WIDE) as pilot:
        await section(10, "f7")(pilot)
        assert "Her şey yolunda" not in await shows(pilot, "! Yazıcı kurulmamış", "Çalışıyor; “!”")
