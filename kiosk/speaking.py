"""The language of whoever gives commands; a terminal speaks that of its settings."""

from __future__ import annotations

import gettext
import os

from screens import words
from store.policy.said import in_words, said_of

_ASKED = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")
"The environment's words for the language, the first of which that says anything counts."


def speak() -> None:
    """Speak Turkish if the environment does, else English; so does the library of the command line."""
    asked = next(filter(None, map(os.environ.get, _ASKED)), "")
    words.use("tr" if asked.startswith("tr") else "en")
    gettext.bindtextdomain("click", str(words.FOLDER))
    gettext.textdomain("click")


def told(wrong: Exception | str) -> str:
    """What is wrong, in the language spoken now."""
    return in_words(said_of(wrong) if isinstance(wrong, Exception) else wrong, words._)
