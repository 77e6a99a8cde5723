"""Whether a piece of TOML has the shape that it must have; only then is it worth asking what it says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from difflib import get_close_matches
from typing import Any

from store.policy.places import Place
from store.policy.said import Said
from store.scenarios.vocabulary import ANY

Faults = Iterator[tuple[Place, Said]]
Shape = Any
"A type; several; `[shape]`, a list of it; `{key: shape}`, a table of these keys; `{ANY: shape}`, of any keys."
TEXT = Said("text in quotes")
_NUMBER = Said("a number")
_KINDS = {
    str: TEXT, int: Said("a whole number"), bool: Said("true or false"), dict: Said("a table"),
    datetime: Said("a date and time without offset"), date: Said("a date"),
}  # fmt: skip


def misshapen(value: object, shape: Shape, place: Place = (), must: Iterable[str] = ()) -> Faults:
    """Every place at which the value is not what the shape says; `must`: keys that a table may not lack."""
    if isinstance(shape, list):
        yield from _list(value, shape[0], place)
    elif isinstance(shape, Mapping):
        yield from _table(value, shape, place, must)
    elif not _is(value, shape):
        name = place[-1] if place else Said("it")
        kind = _KINDS.get(shape, _NUMBER)
        yield place, Said("{name} must be {kind}, not {value!r}", name=name, kind=kind, value=value)


def unknown(value: object, known: Iterable[str]) -> Said:
    """What to say of a word that is none of these."""
    near = get_close_matches(str(value), list(known), 1)
    if near:
        return Said("unknown word {value!r}: did you mean {near!r}?", value=value, near=near[0])
    return Said("unknown word {value!r}", value=value)


def _list(value: object, shape: Shape, place: Place) -> Faults:
    if not isinstance(value, list):
        yield place, Said("must be a list")
        return
    for number, each in enumerate(value):
        yield from misshapen(each, shape, (*place, number))


def _table(value: object, shape: Mapping[str, Shape], place: Place, must: Iterable[str]) -> Faults:
    if not isinstance(value, dict):
        yield place, Said("must be a table")
        return
    for key, each in value.items():
        if key not in shape and ANY not in shape:
            yield (*place, key), unknown(key, shape)
        else:
            yield from misshapen(each, shape.get(key, shape.get(ANY)), (*place, key))
    for key in must:
        if key not in value:
            yield place, Said("has no {key!r}", key=key)


def _is(value: object, kind: Shape) -> bool:
    if isinstance(value, bool) or (isinstance(value, datetime) and kind is date):
        return kind is bool
    return isinstance(value, kind)
