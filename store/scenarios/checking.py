"""What is wrong with a scenario's table: unknown words, wrong kinds of value, names that stand for nothing, time."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date, datetime
from difflib import get_close_matches
from typing import Any

from store.policy.places import Place
from store.scenarios import vocabulary as words

Faults = Iterator[tuple[Place, str]]
_KINDS = {
    str: "text in quotes", int: "a whole number", bool: "true or false", list: "a list", dict: "a table",
    datetime: "a date and time without offset", date: "a date",
}  # fmt: skip
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def scenario_faults(table: Mapping[str, Any]) -> Faults:
    """Every fault of one `[[scenario]]`, with its place within it."""
    yield from _known(table, words.SCENARIO, ())
    for key, kind in (("id", str), ("title", str), ("clauses", list), ("steps", list)):
        if not isinstance(table.get(key), kind) or not table[key]:
            yield (key,), f"must be {_KINDS[kind]}, and not empty"
    members, items = table.get("members", {}), table.get("items", {})
    for name, member in members.items():
        yield from _member_faults(("members", name), member)
    for name, item in items.items():
        yield from _typed(("items", name), item, words.ITEM, ("type",))
        yield from _choice(("items", name, "status"), item.get("status", "on_shelf"), words.ITEM_STATUSES)
    yield from _calendar_faults(table.get("calendar", {}))
    for number, term in enumerate(table.get("terms", ())):
        kinds = {"name": str, "first": date, "last": date}
        yield from _typed(("terms", number), term, kinds, tuple(kinds))
    if isinstance(table.get("steps"), list):
        yield from _steps_faults(table["steps"], members, items)


def _member_faults(place: Place, member: Mapping[str, Any]) -> Faults:
    yield from _typed(place, member, words.MEMBER, ("category",))
    yield from _choice((*place, "status"), member.get("status", "active"), words.STATUSES)
    yield from _choice((*place, "card"), member.get("card", "ok"), words.CARDS)


def _calendar_faults(calendar: Mapping[str, Any]) -> Faults:
    place: Place = ("calendar",)
    yield from _known(calendar, ("hours", "closed", "holidays", "branches"), place)
    for where, one in (
        (place, calendar),
        *(((*place, "branches", name), one) for name, one in calendar.get("branches", {}).items()),
    ):
        for day, hours in one.get("hours", {}).items():
            yield from _choice((*where, "hours", day), day, _DAYS)
            if not isinstance(hours, str) or not _is_hours(hours):
                yield (*where, "hours", day), f"{hours!r} is neither 'closed' nor hours like '08:30-17:30'"
        for key in ("closed", "holidays"):
            if not all(isinstance(day, date) for day in one.get(key, ())):
                yield (*where, key), "must be a list of dates"


def _is_hours(text: str) -> bool:
    if text == "closed":
        return True
    try:
        first, last = text.split("-")
        datetime.strptime(first, "%H:%M")
        return last == "24:00" or bool(datetime.strptime(last, "%H:%M"))
    except ValueError:
        return False


def _steps_faults(steps: Iterable[Any], members: Mapping[str, Any], items: Mapping[str, Any]) -> Faults:
    last: datetime | None = None
    for number, step in enumerate(steps):
        place: Place = ("steps", number)
        if not isinstance(step, dict):
            yield place, "must be a table"
            continue
        for where, message in _step_faults(step, members, items):
            yield (*place, *where), f"step {number + 1}: {message}"
        at = step.get("at")
        if isinstance(at, datetime) and at.tzinfo is None:
            if last is not None and at < last:
                yield (*place, "at"), f"step {number + 1}: goes back in time"
            last = at


def _step_faults(step: Mapping[str, Any], members: Mapping[str, Any], items: Mapping[str, Any]) -> Faults:
    verb = step.get("do")
    if verb not in words.VERBS:
        yield from _choice(("do",), verb, words.VERBS)
        return
    must, may = (text.split() for text in words.VERBS[verb])
    kinds = {"at": datetime, "do": str, "expect": dict} | {name: words.FIELDS[name] for name in (*must, *may)}
    yield from _typed((), step, kinds, ("at", *must))
    if isinstance(step.get("at"), datetime) and step["at"].tzinfo is not None:
        yield ("at",), "carries an offset; times are the library's wall clock"
    for name, known in (("member", members), ("item", items)):
        if name in must and name in step and step[name] not in known:
            yield (name,), f"no {name} is called {step[name]!r}"
    for name, choices in words.CHOICES.items():
        if name in step and name in (*must, *may):
            yield from _choice((name,), step[name], choices)
    yield from _expect_faults(step.get("expect", {}), members, items)


def _expect_faults(expect: Mapping[str, Any], members: Mapping[str, Any], items: Mapping[str, Any]) -> Faults:
    place: Place = ("expect",)
    yield from _typed(place, expect, words.EXPECTED, ())
    if expect.get("refused") == []:
        yield (*place, "refused"), "is empty: leave it out for a step that succeeds"
    yield from _each((*place, "refused"), expect.get("refused", ()), words.REASONS)
    yield from _each((*place, "tasks"), expect.get("tasks", ()), words.TASKS)
    for key, choices in (
        ("pending", words.PENDING), ("item", words.ITEM_STATES), ("member_status", words.MEMBER_STATES),
    ):  # fmt: skip
        if key in expect:
            yield from _choice((*place, key), expect[key], choices)
    if isinstance(expect.get("suspended_until"), str):
        yield from _choice((*place, "suspended_until"), expect["suspended_until"], ("none",))
    if "hold" in expect:
        yield from _typed((*place, "hold"), expect["hold"], words.HOLD, ())
        yield from _choice((*place, "hold", "status"), expect["hold"].get("status", "waiting"), words.HOLD_STATES)
    for notice in expect.get("notices", ()):
        yield from _typed((*place, "notices"), notice, words.NOTICE, ("kind",))
        yield from _choice((*place, "notices"), notice.get("kind"), words.NOTICES)
        for name, known in (("member", members), ("item", items)):
            if name in notice and notice[name] not in known:
                yield (*place, "notices"), f"no {name} is called {notice[name]!r}"


def _typed(place: Place, table: Any, kinds: Mapping[str, Any], must: Iterable[str]) -> Faults:  # noqa: ANN401 - unread TOML
    if not isinstance(table, dict):
        yield place, "must be a table"
        return
    yield from _known(table, kinds, place)
    for key in must:
        if key not in table:
            yield place, f"has no {key!r}"
    for key, kind in kinds.items():
        value = table.get(key)
        if value is not None and (not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool)):
            yield (*place, key), f"{key} must be {_KINDS.get(kind, 'a number')}, not {value!r}"


def _known(table: Mapping[str, Any], known: Iterable[str], place: Place) -> Faults:
    for key in table:
        if key not in known:
            yield (*place, key), _unknown(key, known)


def _choice(place: Place, value: object, choices: Collection[str]) -> Faults:
    if value not in choices:
        yield place, _unknown(value, choices)


def _each(place: Place, values: Iterable[object], choices: Collection[str]) -> Faults:
    for value in values:
        yield from _choice(place, value, choices)


def _unknown(value: object, known: Iterable[str]) -> str:
    near = get_close_matches(str(value), list(known), 1)
    return f"unknown word {value!r}" + (f": did you mean {near[0]!r}?" if near else "")
