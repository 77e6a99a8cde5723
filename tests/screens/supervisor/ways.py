"""The ways to every page and state of supervisor mode, a module for each section."""

from __future__ import annotations

from tests.screens.supervisor import ways_terminal, ways_work
from tests.screens.walking import Way

STAFF_WAYS: dict[str, Way] = {**ways_terminal.WAYS, **ways_work.WAYS}
STAFF_PAGES: tuple[str, ...] = (*ways_terminal.PAGES, *ways_work.PAGES)
"Those that are looked at in English and at 80x24, too: every page once."
