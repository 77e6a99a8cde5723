"""What is wrong with the form of a value, in a librarian's words instead of pydantic's."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pydantic_core import ErrorDetails

from store.policy.said import Said, said_of

_KINDS = {
    "missing": Said("is missing"),
    "tuple_type": Said("must be a list"),
    "dict_type": Said("must be a table of names and values"),
    "mapping_type": Said("must be a table of names and values"),
    "model_type": Said("must be a table"),
    "bool_type": Said("must be true or false"),
    "int": Said("must be a whole number"),
    "string_type": Said("must be text in quotes"),
    "date": Said("must be a date like 2026-09-01"),
    "time": Said("must be a time like 09:00:00"),
    "too_long": Said("has too many entries"),
    "string_too_short": Said("must not be empty"),
    "string_pattern_mismatch": Said("must be lower-case letters, digits and _"),
}
_BOUNDS: Mapping[str, Callable[[Mapping[str, object]], Said]] = {
    "greater_than_equal": lambda asked: Said("must be at least {least}", least=asked["ge"]),
    "greater_than": lambda asked: Said("must be more than {bound}", bound=asked["gt"]),
    "less_than_equal": lambda asked: Said("must be at most {most}", most=asked["le"]),
    "literal_error": lambda asked: Said("must be {expected}", expected=str(asked["expected"]).replace(" or ", ", ")),
}


def wrong_form(details: ErrorDetails) -> str:
    """What a value must be, or what a check of ours raised; pydantic's own words where nobody needed others yet."""
    kind, asked = details["type"], details.get("ctx", {})
    found = _KINDS.get(kind) or _KINDS.get(kind.partition("_")[0])  # dates and times can be wrong in many ways
    if found is not None:
        return found
    if kind in _BOUNDS:
        return _BOUNDS[kind](asked)
    raised = asked.get("error")
    return said_of(raised) if isinstance(raised, Exception) else details["msg"]
