"""The ways to every page and state, for whatever walks them: snapshots, the search for clipped words, pictures."""

from __future__ import annotations

from msgspec.structs import replace
from textual.pilot import Pilot

from kiosk.app import Kiosk
from kiosk.demo import demo_cards
from screens.messages import ClockIsWrong, LibraryAway
from screens.terminal import TryThis
from tests.screens.conftest import Place, admit, opened, press, scan, shows, sign_in, type_slowly
from tests.screens.supervisor.ways import STAFF_WAYS
from tests.screens.walking import Way, then


async def _welcome(pilot: Pilot[None]) -> None:
    await opened(pilot)


async def _item(pilot: Pilot[None]) -> None:
    await opened(pilot)
    await scan(pilot, "300001")
    await shows(pilot, "Tutunamayanlar")


async def _help(pilot: Pilot[None]) -> None:
    await opened(pilot)
    await press(pilot, "f1")


async def _sign_in(pilot: Pilot[None]) -> None:
    await opened(pilot)
    await scan(pilot, "201001")
    await shows(pilot, "PIN")


async def _typed_card(pilot: Pilot[None]) -> None:
    await opened(pilot)
    await press(pilot, "f3")


async def _wrong_pin(pilot: Pilot[None]) -> None:
    await opened(pilot)
    await sign_in(pilot, pin="yanlis1")
    await shows(pilot, "✗")


async def _locked(pilot: Pilot[None]) -> None:
    await opened(pilot)
    for _ in range(5):
        await sign_in(pilot, pin="yanlis1")
    await shows(pilot, "14:47")


async def _form(pilot: Pilot[None]) -> None:
    await opened(pilot)
    await press(pilot, "f6")


async def _form_refused(pilot: Pilot[None]) -> None:
    await _form(pilot)
    for field in ("Kimse", "Yok", "1", ""):
        await type_slowly(pilot, field)
        await press(pilot, "enter")
    await shows(pilot, "✗")


async def _code(pilot: Pilot[None]) -> None:
    await _form(pilot)
    for field in ("Yıldız", "Elif", "15201010", ""):
        await type_slowly(pilot, field)
        await press(pilot, "enter")
    await shows(pilot, "@itu.edu.tr")


def _home(card: str) -> Way:
    async def go(pilot: Pilot[None]) -> None:
        await admit(pilot, card)
        await shows(pilot, "▱", "/")

    return go


async def _checkout_empty(pilot: Pilot[None]) -> None:
    await _home("201019")(pilot)
    await press(pilot, "f3")


def _checkout(card: str, *items: str) -> Way:
    async def go(pilot: Pilot[None]) -> None:
        await _home(card)(pilot)
        for item in items:
            await scan(pilot, item)

    return go


async def _undone(pilot: Pilot[None]) -> None:
    await _checkout("201019", "300001", "300704")(pilot)
    await press(pilot, "f8")


def _door(card: str, key: str, *shown: str) -> Way:
    """From the home page through a door."""

    async def go(pilot: Pilot[None]) -> None:
        await _home(card)(pilot)
        await press(pilot, key)
        if shown:
            await shows(pilot, *shown)

    return go


async def _receipt(pilot: Pilot[None]) -> None:
    await _checkout("201019", "300001", "300704", "300721")(pilot)
    await press(pilot, "f10")
    await shows(pilot, "300721")


async def _countdown(pilot: Pilot[None]) -> None:
    await _home("201001")(pilot)
    app = pilot.app
    assert isinstance(app, Kiosk)
    for timer in list(app._timers):
        timer.pause()  # the app's own seconds would count on
    await app.watch_time(9.0)
    await pilot.pause()


async def _away(pilot: Pilot[None]) -> None:
    """The library can't be reached, and nobody looks whether it is back."""
    app = await opened(pilot)
    app._watch.stop()
    app.post_message(LibraryAway())
    await shows(pilot, "ulaşılamıyor", "can't be reached")


async def _away_unlimited(pilot: Pilot[None]) -> None:
    pilot.app.terminal.settings = replace(pilot.app.terminal.settings, limited_service=False)  # type: ignore[attr-defined]
    await _away(pilot)


async def _wrong_clock(pilot: Pilot[None]) -> None:
    app = await opened(pilot)
    app._watch.stop()
    app.post_message(ClockIsWrong())
    await shows(pilot, "Saati yanlış")


WAYS: dict[str, Way] = {
    "welcome": _welcome,
    "welcome-item": _item,
    "help": _help,
    "sign-in": _sign_in,
    "sign-in-typed": _typed_card,
    "sign-in-wrong": _wrong_pin,
    "sign-in-locked": _locked,
    "first-pin": _form,
    "first-pin-refused": _form_refused,
    "first-pin-code": _code,
    "home": _home("201001"),
    "home-overdue": _home("201002"),
    "home-fined": _home("201004"),
    "home-hold-ready": _home("201006"),
    "home-suspended": _home("201009"),
    "home-pending": _home("201013"),
    "checkout-empty": _checkout_empty,
    "checkout-lent": _checkout("201019", "300001", "300684", "300704", "300721"),
    "checkout-refused": _checkout("201003", "300001"),
    "checkout-many-reasons": _checkout("201002", "300731", "300006"),
    "checkout-unknown": _checkout("201019", "999999"),
    "checkout-undone": _undone,
    "application": then(_welcome, "f8"),
    "application-code": then(_welcome, "f8", "type:yeni.kisi@itu.edu.tr", "enter", "wait:y•••@itu"),
    "returns-empty": then(_welcome, "f4"),
    "returns": then(_welcome, "f4", "scan:999999", "scan:300001", "scan:300679", "scan:300008"),
    "loans": _door("201001", "f5", "0/3"),
    "loans-renewable": _door("201016", "f5", "→"),
    "loans-renewed": then(_door("201016", "f5", "→"), "f3", "wait:1/3"),
    "loans-empty": _door("201019", "f5"),
    "holds-ready": _door("201006", "f6", "★"),
    "holds-empty": _door("201019", "f6"),
    "search-empty": then(_welcome, "f5"),
    "search": then(_welcome, "f5", "type:oguz ata", "wait:Tutunamayanlar"),
    "search-corrected": then(_welcome, "f5", "type:tutunamyanlar", "wait:1972"),
    "search-nothing": then(_welcome, "f5", "type:qqqqqqq", "wait:“qqqqqqq”"),
    "title-refused": then(_door("201001", "f7"), "type:tutunamayanlar", "wait:1972", "enter", "wait:PL248"),
    "title-holdable": then(_door("201019", "f7"), "type:kurk mantolu", "wait:Madonna", "enter", "wait:PL248"),
    "title-held": then(_door("201019", "f7"), "type:kurk mantolu", "wait:Madonna", "enter", "wait:PL248", "f3"),
    "account": _door("201004", "f8", "TL"),
    "account-empty": _door("201019", "f8", "TL"),
    "account-limits": then(_door("201009", "f8", "TL"), "f4"),
    "account-letters": then(_door("201002", "f8", "TL"), "f5"),
    "account-history": then(_door("201004", "f8", "TL"), "f6"),
    "settings": then(_door("201001", "f8", "TL"), "f7"),
    "settings-pin": then(_door("201001", "f8", "TL"), "f7", "f3"),
    "rules": _door("201001", "f9", "ITU-"),
    "receipt": _receipt,
    "countdown": _countdown,
    **STAFF_WAYS,
    "away": _away,
    "away-unlimited": _away_unlimited,
    "returns-limited": then(_away, "f4", "scan:300679", "scan:300008", "scan:300679"),
    "out-of-service-clock": _wrong_clock,
}


def app_for(place: Place, name: str, language: str = "tr") -> Kiosk:
    """The program as the page needs it: typed cards for all, the demo's list on the welcome page."""
    cards: tuple[TryThis, ...] = demo_cards() if name == "welcome" else ()
    return place.app(
        cards=cards, typed_cards=True, language=language, idle_seconds=3600.0, countdown_seconds=10.0,
        applications=True, web_address="https://kutuphane.itu.edu.tr",
    )  # fmt: skip
