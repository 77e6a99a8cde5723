"""Titles and copies: entered, corrected, described, searched."""

from typing import TYPE_CHECKING

from store.lazily import submodules_of

if TYPE_CHECKING:
    from store.catalogue import (
        cataloguing,
        codes,
        copies,
        copypages,
        describing,
        finding,
        folding,
        matching,
        search,
        stock,
        titlepages,
        titles,
        vocabulary,
    )

__all__ = [
    "cataloguing",
    "codes",
    "copies",
    "copypages",
    "describing",
    "finding",
    "folding",
    "matching",
    "search",
    "stock",
    "titlepages",
    "titles",
    "vocabulary",
]
__getattr__ = submodules_of(__name__)
