"""What is wrong with a file, a line of it or a database: in English, and so that it can be said in another language."""

from __future__ import annotations

from collections.abc import Callable, Iterable


class Said(str):
    """An English sentence that remembers its message and what fills it in, so that who shows it can translate it."""

    __slots__ = ("message", "values")
    message: str
    values: dict[str, object]

    def __new__(cls, message: str, /, **values: object) -> Said:
        """Fill the message in; what fills it in may be a sentence of its own."""
        made = super().__new__(cls, message.format(**values))
        made.message, made.values = message, values
        return made


def at_line(line: int | None, place: str, wrong: str) -> Said:
    """What is wrong, after its place in a file."""
    if line is None:
        return Said("{place}: {wrong}", place=place, wrong=wrong)
    return Said("line {line}, {place}: {wrong}", line=line, place=place, wrong=wrong)


def joined(sentences: Iterable[str], between: str) -> Said:
    """Several sentences as one."""
    values = {f"sentence_{number}": sentence for number, sentence in enumerate(sentences)}
    return Said(between.join(f"{{{name}}}" for name in values), **values)


def said_of(fault: Exception) -> str:
    """What a fault says, as it was said."""
    return fault.args[0] if fault.args and isinstance(fault.args[0], Said) else str(fault) or type(fault).__name__


def in_words(sentence: str, translate: Callable[[str], str]) -> str:
    """The sentence in the language of `translate`; what is no `Said` stays as it is."""
    if not isinstance(sentence, Said):
        return sentence
    values = {
        name: in_words(value, translate) if isinstance(value, Said) else value
        for name, value in sentence.values.items()
    }
    return translate(sentence.message).format(**values)
