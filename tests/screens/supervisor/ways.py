"""The ways to every page and state of supervisor mode, a module for each section."""

from __future__ import annotations

from tests.screens.supervisor import ways_shelf, ways_terminal, ways_titles
from tests.screens.walking import Way

STAFF_WAYS: dict[str, Way] = {**ways_titles.WAYS, **ways_shelf.WAYS, **ways_terminal.WAYS}
STAFF_PAGES: tuple[str, ...] = (*ways_titles.PAGES, *ways_shelf.PAGES, *ways_terminal.PAGES)
"Those that are looked at in English and at 80x24, too: every page once."
