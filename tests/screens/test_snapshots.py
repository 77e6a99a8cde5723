"""How every page and state looks: all in Turkish at 120x34, every page once in English and once at 80x24."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.screens.conftest import Place
from tests.screens.pages import WAYS, app_for
from tests.screens.supervisor.ways import STAFF_PAGES

PAGES = [
    "welcome",
    "help",
    "sign-in",
    "first-pin",
    "home",
    "checkout-lent",
    "checkout-refused",
    "application",
    "returns",
    "loans",
    "holds-ready",
    "search",
    "title-holdable",
    "account",
    "settings-pin",
    "rules",
    "receipt",
    "countdown",
    *STAFF_PAGES,
    "away",
    "returns-limited",
]
pytestmark = pytest.mark.usefixtures("no_seconds_pass")
Compare = Callable[..., bool]


@pytest.mark.parametrize("name", sorted(WAYS))
def test_every_state_in_turkish(place: Place, snap_compare: Compare, name: str) -> None:
    """As members see it standing."""
    assert snap_compare(app_for(place, name), terminal_size=(120, 34), run_before=WAYS[name])


@pytest.mark.parametrize("name", PAGES)
def test_every_page_in_english(place: Place, snap_compare: Compare, name: str) -> None:
    """The same pages in the other language."""
    assert snap_compare(app_for(place, name, "en"), terminal_size=(120, 34), run_before=WAYS[name])


@pytest.mark.parametrize("name", PAGES)
def test_every_page_small(place: Place, snap_compare: Compare, name: str) -> None:
    """The smallest terminal that is supported."""
    assert snap_compare(app_for(place, name), terminal_size=(80, 24), run_before=WAYS[name])
