"""The hold shelf: one scan does the next right thing, whatever state a copy is in; the lists say what waits."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from msgspec.structs import replace

from store.act import At
from store.catalogue import copies, stock
from store.circulation import checkouts, holds, losses, returns, shelf
from store.jobs.running import run_due
from store.library import Library
from store.policy.verdict import Refused
from store.results.shelf import Handled
from store.scenarios.world import World
from store.upkeep.verifying import verify
from tests.store import worlds
from tests.store.worlds import NOW

AT = At("test", "desk")
DAY = timedelta(days=1)
PEOPLE = {name: {"category": "undergraduate", "given_name": name, "surname": "Öz"} for name in ("ayse", "can", "ece")}


@pytest.fixture
def place(database_url: str) -> Iterator[tuple[Library, World]]:
    """A book and a key of the first policy; whole afterwards."""
    library, world = worlds.library(database_url, PEOPLE, {"b": {"type": "book"}, "key": {"type": "locker_key"}})
    yield library, world
    assert verify(library.database) == ()
    library.close()


def _scan(library: Library, barcode: str, day: int, at: At = AT) -> Handled:
    handled = shelf.handle(library, barcode, NOW + day * DAY, at)
    assert isinstance(handled, Handled), handled
    return handled


def _lend_and_hold(library: Library, world: World, *waiting: str) -> str:
    checkouts.checkout(library, world.members["ayse"], world.items["b"], NOW, AT)
    for who in waiting:
        holds.place(library, world.members[who], world.titles["b"], NOW, AT)
    return world.items["b"]


def test_a_return_goes_to_the_first_who_waits(place: tuple[Library, World]) -> None:
    """With the slip in the answer; nothing is left to carry, and another scan says only that it stands there."""
    library, world = place
    barcode = _lend_and_hold(library, world, "can", "ece")
    first = _scan(library, barcode, 1)
    assert (first.did, first.goes_to) == ("returned", "hold_shelf")
    assert first.slip is not None and first.slip.name == "can Ö." and len(first.slip.number) == 5
    assert _scan(library, barcode, 1).did == "ready"
    lists = shelf.lists(library, None, NOW + DAY)
    assert [line.item.barcode for line in lists.ready] == [barcode]
    assert (lists.pull, lists.clear, lists.travelling) == ((), (), ())


def test_what_nobody_collects_goes_to_the_next_and_then_back(place: tuple[Library, World]) -> None:
    """Whether the night's job has been there already or not."""
    library, world = place
    barcode = _lend_and_hold(library, world, "can", "ece")
    until = _scan(library, barcode, 1).slip
    assert until is not None
    past = (until.until - NOW).days + 1
    assert [line.item.barcode for line in shelf.lists(library, None, NOW + past * DAY).clear] == [barcode]
    handled = _scan(library, barcode, past)
    assert (handled.did, handled.goes_to) == ("expired", "hold_shelf")
    assert handled.slip is not None and handled.slip.name == "ece Ö."
    run_due(library, NOW + 30 * DAY, AT)
    (line,) = shelf.lists(library, "mustafa_inan", NOW + 30 * DAY).clear
    assert line.item.barcode == barcode and shelf.lists(library, "mechanical", NOW + 30 * DAY).clear == ()
    assert (_scan(library, barcode, 30).did, _scan(library, barcode, 30).did) == ("reshelved", "nothing")
    assert shelf.lists(library, None, NOW + 30 * DAY).clear == ()


def test_what_a_terminal_took_back_is_pulled(place: tuple[Library, World]) -> None:
    """Members put it on the return shelf; staff carry it, with one scan."""
    library, world = place
    barcode = _lend_and_hold(library, world, "can")
    returns.checkin(library, barcode, NOW + DAY, At("kiosk"))
    (line,) = shelf.lists(library, None, NOW + DAY).pull
    assert line.slip is not None and line.item.barcode == barcode
    assert _scan(library, barcode, 1).did == "pulled"
    assert shelf.lists(library, None, NOW + DAY).pull == ()


def test_lost_and_repaired_and_gone(place: tuple[Library, World]) -> None:
    """A lost copy is found; what is in repair or withdrawn is told; unknown codes are refused; keys go to the desk."""
    library, world = place
    barcode = _lend_and_hold(library, world)
    losses.report_lost(library, world.members["ayse"], barcode, NOW + DAY, AT)
    assert (_scan(library, barcode, 2).did, _scan(library, barcode, 2).goes_to) == ("found", "shelf")
    copies.to_repair(library, barcode, NOW + 2 * DAY, AT)
    assert _scan(library, barcode, 2).did == "in_repair"
    stock.withdraw(library, barcode, "", NOW + 2 * DAY, AT)
    assert _scan(library, barcode, 2).did == "withdrawn"
    assert _scan(library, world.items["key"], 2).goes_to == "desk"
    unknown = shelf.handle(library, "nothing", NOW, AT)
    assert isinstance(unknown, Refused) and unknown.slugs == ("copy_unknown",)


def test_a_copy_travels_home(database_url: str) -> None:
    """Where returns are taken anywhere (METU): on its way since its return, received at its own branch alone."""
    people = {name: {"category": "undergraduate"} for name in ("ayse", "can")}
    library, world = worlds.library(database_url, people, {"b": {"type": "book"}}, "metu")
    home = library.policies.latest.branches[0].slug
    barcode = world.items["b"]
    checkouts.checkout(library, world.members["ayse"], barcode, NOW, AT)
    holds.place(library, world.members["can"], world.titles["b"], NOW, AT)
    elsewhere = replace(AT, branch="elsewhere")
    assert (_scan(library, barcode, 1, elsewhere).goes_to, _scan(library, barcode, 1, elsewhere).did) == (
        "transit", "travels",
    )  # fmt: skip
    (line,) = shelf.lists(library, home, NOW + DAY).travelling
    assert (line.item.branch, line.since) == (home, NOW + DAY)
    received = _scan(library, barcode, 2, replace(AT, branch=home))
    assert (received.did, received.goes_to) == ("received", "hold_shelf") and received.slip is not None
    assert verify(library.database) == ()
    library.close()


def test_a_return_elsewhere_is_refused(sqlite_url: str) -> None:
    """Where the lending branch alone takes it back (ITU-H3)."""
    library, world = worlds.library(sqlite_url, PEOPLE, {"b": {"type": "book"}})
    barcode = _lend_and_hold(library, world)
    answer = shelf.handle(library, barcode, NOW + DAY, replace(AT, branch="mechanical"))
    assert isinstance(answer, Refused) and answer.slugs == ("return_elsewhere",)
    library.close()
