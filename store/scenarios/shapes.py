"""Whether a piece of TOML has the shape that it must have; only then is it worth asking what it says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from difflib import get_close_matches
from typing import Any

from store.policy.places import Place
from store.scenarios.vocabulary import ANY

Faults = Iterator[tuple[Place, str]]
Shape = Any
"A type; several; `[shape]`, a list of it; `{key: shape}`, a table of these keys; `{ANY: shape}`, of any keys."
_KINDS = {
    str: "text in quotes", int: "a whole number", bool: "true or false", dict: "a table",
    datetime: "a date and time without offset", date: "a date",
}  # fmt: skip


def misshapen(value: object, shape: Shape, place: Place = (), must: Iterable[str] = ()) -> Faults:
    """Every place at which the value is not what the shape says; `must`: keys that a table may not lack."""
    if isinstance(shape, list):
        yield from _list(value, shape[0], place)
    elif isinstance(shape, Mapping):
        yield from _table(value, shape, place, must)
    elif not _is(value, shape):
        yield place, f"{place[-1] if place else 'it'} must be {_KINDS.get(shape, 'a number')}, not {value!r}"


def unknown(value: object, known: Iterable[str]) -> str:
    """What to say of a word that is none of these."""
    near = get_close_matches(str(value), list(known), 1)
    return f"unknown word {value!r}" + (f": did you mean {near[0]!r}?" if near else "")


def _list(value: object, shape: Shape, place: Place) -> Faults:
    if not isinstance(value, list):
        yield place, "must be a list"
        return
    for number, each in enumerate(value):
        yield from misshapen(each, shape, (*place, number))


def _table(value: object, shape: Mapping[str, Shape], place: Place, must: Iterable[str]) -> Faults:
    if not isinstance(value, dict):
        yield place, "must be a table"
        return
    for key, each in value.items():
        if key not in shape and ANY not in shape:
            yield (*place, key), unknown(key, shape)
        else:
            yield from misshapen(each, shape.get(key, shape.get(ANY)), (*place, key))
    for key in must:
        if key not in value:
            yield place, f"has no {key!r}"


def _is(value: object, kind: Shape) -> bool:
    if isinstance(value, bool) or (isinstance(value, datetime) and kind is date):
        return kind is bool
    return isinstance(value, kind)
