"""The ways to every page and state of supervisor mode: those of each module `ways_<section>` beside this one."""

from __future__ import annotations

import pkgutil
from importlib import import_module
from pathlib import Path

from tests.screens.walking import Way

_MODULES = [
    import_module(f"{__package__}.{found.name}")
    for found in pkgutil.iter_modules([str(Path(__file__).parent)])
    if found.name.startswith("ways_")
]
STAFF_WAYS: dict[str, Way] = {name: way for module in _MODULES for name, way in module.WAYS.items()}
STAFF_PAGES: tuple[str, ...] = tuple(name for module in _MODULES for name in module.PAGES)
"Those that are looked at in English and at 80x24, too: every page once."
