"""Modules that load when first touched: a screen may name them without paying for SQLModel before the first paint."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from types import ModuleType


def submodules_of(package: str) -> Callable[[str], ModuleType]:
    """A package's `__getattr__` that imports the module of this name."""

    def load(name: str) -> ModuleType:
        try:
            return importlib.import_module(f"{package}.{name}")
        except ModuleNotFoundError as missing:
            if missing.name == f"{package}.{name}":
                raise AttributeError(name) from None
            raise

    return load
