"""The language of whoever gives commands; a terminal speaks that of its settings."""

from __future__ import annotations

import os

from screens import words


def speak() -> None:
    """Speak Turkish if the environment does, else English."""
    words.use("tr" if os.environ.get("LANG", "").startswith("tr") else "en")
