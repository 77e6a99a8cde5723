"""The language of whoever gives commands; a terminal speaks that of its settings."""

from __future__ import annotations

import os

from screens import words
from store.policy.said import in_words, said_of


def speak() -> None:
    """Speak Turkish if the environment does, else English."""
    words.use("tr" if os.environ.get("LANG", "").startswith("tr") else "en")


def told(wrong: Exception | str) -> str:
    """What is wrong, in the language spoken now."""
    return in_words(said_of(wrong) if isinstance(wrong, Exception) else wrong, words._)
