"""What is wrong with a file or a line of it: said in English, and so that a command can say it in another language."""

from __future__ import annotations

from collections.abc import Callable


class Said(str):
    """An English sentence that remembers its message and what fills it in, so that who shows it can translate it."""

    __slots__ = ("message", "values")
    message: str
    values: dict[str, object]

    def __new__(cls, message: str, **values: object) -> Said:
        """Fill the message in."""
        made = super().__new__(cls, message.format(**values))
        made.message, made.values = message, values
        return made


def said_of(fault: Exception) -> str:
    """What a fault says, as it was said."""
    return fault.args[0] if fault.args and isinstance(fault.args[0], Said) else str(fault) or type(fault).__name__


def in_words(sentence: str, translate: Callable[[str], str]) -> str:
    """The sentence in the language of `translate`; what is no `Said` stays as it is."""
    return translate(sentence.message).format(**sentence.values) if isinstance(sentence, Said) else sentence
