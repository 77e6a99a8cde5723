"""The form of a policy file: read into its tables, or all that has the wrong form, in a librarian's words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from difflib import get_close_matches
from typing import TypeVar

import msgspec
from msgspec import inspect as kinds

from store.policy.places import Place
from store.policy.said import Said, said_of

T = TypeVar("T")
Wrong = Iterator[tuple[Place, str]]
"Places, and what is wrong there."
_TEXT = Said("must be text in quotes")
_LIST = Said("must be a list")


def read_form(data: Mapping[str, object], kind: type[T]) -> T:
    """The tables of a file. Raises msgspec.ValidationError for the first thing that has the wrong form."""
    return msgspec.convert(data, kind, dec_hook=_read_text, builtin_types=(date, datetime, time))


def wrong_form(data: Mapping[str, object], kind: type) -> Wrong:
    """Every value that has the wrong form, every key that is not known or missing, with its place."""
    return _wrong(data, kinds.type_info(kind), ())


def _read_text(kind: type, value: object) -> object:
    """Text that must say something: `PeriodText`, `ZoneText`."""
    if not isinstance(value, str):
        raise ValueError(_TEXT)
    return kind(value)


def _wrong(value: object, kind: kinds.Type, place: Place) -> Wrong:
    match kind:
        case kinds.StructType():
            yield from _table(value, kind, place)
        case kinds.DictType():
            yield from _names(value, kind, place)
        case kinds.VarTupleType() | kinds.TupleType():
            yield from _list(value, kind, place)
        case kinds.UnionType():
            yield from _choice(value, kind, place)
        case _:
            if (said := _leaf(value, kind)) is not None:
                yield place, said


def _table(value: object, kind: kinds.StructType, place: Place) -> Wrong:
    if not isinstance(value, dict):
        yield place, Said("must be a table")
        return
    fields = {field.encode_name: field for field in kind.fields}
    for key, each in value.items():
        if key in fields:
            yield from _wrong(each, fields[key].type, (*place, key))
        elif near := get_close_matches(key, fields, n=1):
            yield (*place, key), Said("is not a known key; did you mean {near!r}?", near=near[0])
        else:
            yield (*place, key), Said("is not a known key")
    for name, field in fields.items():
        if field.required and name not in value:
            yield (*place, name), Said("is missing")


def _names(value: object, kind: kinds.DictType, place: Place) -> Wrong:
    if not isinstance(value, dict):
        yield place, Said("must be a table of names and values")
        return
    for key, each in value.items():
        yield from _wrong(key, kind.key_type, (*place, key))
        yield from _wrong(each, kind.value_type, (*place, key))


def _list(value: object, kind: kinds.VarTupleType | kinds.TupleType, place: Place) -> Wrong:
    if not isinstance(value, list):
        yield place, _LIST
        return
    items = kind.item_types if isinstance(kind, kinds.TupleType) else (kind.item_type,) * len(value)
    if len(value) != len(items):
        yield place, Said("has too many entries") if len(value) > len(items) else Said("has too few entries")
    for number, (each, item) in enumerate(zip(value, items, strict=False)):
        yield from _wrong(each, item, (*place, number))


def _choice(value: object, kind: kinds.UnionType, place: Place) -> Wrong:
    """Wrong if it is none of them. A list is meant as a list, whatever else might stand there; nothing is left out."""
    choices = [each for each in kind.types if not isinstance(each, kinds.NoneType)]
    if isinstance(value, list):
        choices = [each for each in choices if isinstance(each, kinds.VarTupleType | kinds.TupleType)] or choices
    found = [list(_wrong(value, each, place)) for each in choices]
    if all(found):
        yield from (wrong for each in found for wrong in each)


def _leaf(value: object, kind: kinds.Type) -> str | None:
    match kind:
        case kinds.IntType():
            return _number(value, kind)
        case kinds.StrType():
            return _text(value, kind)
        case kinds.LiteralType(values=words):
            return None if value in words else Said("must be {expected}", expected=", ".join(map(repr, words)))
        case kinds.BoolType():
            return None if isinstance(value, bool) else Said("must be true or false")
        case kinds.DateType():
            is_day = isinstance(value, date) and not isinstance(value, datetime)
            return None if is_day else Said("must be a date like 2026-09-01")
        case kinds.TimeType():
            return None if isinstance(value, time) else Said("must be a time like 09:00:00")
        case kinds.CustomType(cls=text):
            return _meaning(value, text)
    raise TypeError(f"nobody says what is wrong with {kind}")


def _number(value: object, kind: kinds.IntType) -> Said | None:
    if not isinstance(value, int) or isinstance(value, bool):
        return Said("must be a whole number")
    if kind.ge is not None and value < kind.ge:
        return Said("must be at least {least}", least=kind.ge)
    if kind.gt is not None and value <= kind.gt:
        return Said("must be more than {bound}", bound=kind.gt)
    return Said("must be at most {most}", most=kind.le) if kind.le is not None and value > kind.le else None


def _text(value: object, kind: kinds.StrType) -> Said | None:
    if not isinstance(value, str):
        return _TEXT
    if len(value) < (kind.min_length or 0):
        return Said("must not be empty")
    if kind.pattern is not None and re.search(kind.pattern, value) is None:
        return Said("must be lower-case letters, digits and _")
    return None


def _meaning(value: object, kind: type) -> str | None:
    try:
        _read_text(kind, value)
    except ValueError as error:
        return said_of(error)
    return None
