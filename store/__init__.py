"""The library: policy, tables, transactions. Submodules load when first touched, since SQLModel costs half a second."""

from __future__ import annotations

import importlib
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from store import accounts as accounts
    from store import circulation as circulation
    from store import library as library
    from store import members as members
    from store import signin as signin


def __getattr__(name: str) -> ModuleType:
    """Import `store.<name>` on first use, so that a screen may name it without paying for it before the first paint."""
    try:
        return importlib.import_module(f"store.{name}")
    except ModuleNotFoundError as missing:
        if missing.name == f"store.{name}":
            raise AttributeError(name) from None
        raise
