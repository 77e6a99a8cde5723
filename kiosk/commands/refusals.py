"""What the rules refuse to a command. Apart from what all commands need, since the words stand with the screens'."""

from __future__ import annotations

from collections.abc import Iterable

from screens.widgets.refusal import explain
from store.policy.verdict import Reason


def refusal_in_words(reasons: Iterable[Reason]) -> str:
    """Every reason of a refusal, in the language spoken now."""
    return " ".join(f"{each.title}: {each.text}" for each in map(explain, reasons))
