"""Sums of money as people write them, in Turkish or in English."""

from __future__ import annotations

import re

_WAYS = (
    r"(\d+)(?:[.,](\d{1,2}))?",  # 1250  12,5  12.50
    r"([1-9]\d{0,2}(?:\.\d{3})+)(?:,(\d{1,2}))?",  # 1.250  1.250,00
    r"([1-9]\d{0,2}(?:,\d{3})+)\.(\d{1,2})",  # 1,250.00
)
_MOST = 10**11
"Kuruş; more is a slip of the finger."


def kurus_of(text: str) -> int | None:
    """A sum in kuruş; None for what is none or could be read in two ways.

    A point before three digits groups, as Turkish writes thousands. A comma before three digits would be thousands to
    some and a slip of the kuruş to others, and is refused.
    """
    bare = text.strip().removeprefix("TL").removesuffix("TL").strip()
    found = next(filter(None, (re.fullmatch(way, bare, re.ASCII) for way in _WAYS)), None)
    if found is None:
        return None
    lira, kurus = re.sub(r"\D", "", found[1]), (found[2] or "").ljust(2, "0")
    amount = int(lira) * 100 + int(kurus)
    return amount if amount < _MOST else None
