"""What is wrong with a scenario's table: unknown words, wrong kinds of value, names that stand for nothing, time."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from store.policy.periods import FIRST_YEAR, LAST_YEAR
from store.policy.places import Place
from store.policy.said import Said
from store.scenarios import vocabulary as words
from store.scenarios.shapes import TEXT, Faults, misshapen, unknown

_MOST_LOANS, _MOST_KURUS = 10_000, 1_000_000_000
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WHAT = {"member": Said("member"), "item": Said("item")}


def scenario_faults(table: Mapping[str, Any]) -> Faults:
    """Every fault of one `[[scenario]]`, with its place within it."""
    faults = [*misshapen(table, words.SCENARIO)]
    for key, kind in (
        ("id", TEXT),
        ("title", TEXT),
        ("clauses", Said("a list")),
        ("steps", Said("a list")),
    ):
        if not table.get(key):
            faults.append(((key,), Said("must be {kind}, and not empty", kind=kind)))
    yield from faults
    if not faults:
        yield from _world_faults(table)
        yield from _steps_faults(table["steps"], table.get("members", {}), table.get("items", {}))


def _world_faults(table: Mapping[str, Any]) -> Faults:
    members = table.get("members", {})
    for name, member in members.items():
        yield from _member_faults(("members", name), member)
    yield from _double(("members",), (member.get(Said("number")) for member in members.values()), Said("number"))
    for name, item in table.get("items", {}).items():
        yield from misshapen(item, words.ITEM, ("items", name), ("type",))
        yield from _choice(("items", name, "status"), item.get("status", "on_shelf"), words.ITEM_STATUSES)
    yield from _calendar_faults(table.get("calendar", {}))
    yield from _terms_faults(table.get("terms", ()))


def _member_faults(place: Place, member: Mapping[str, Any]) -> Faults:
    yield from misshapen(member, words.MEMBER, place, ("category",))
    yield from _choice((*place, "status"), member.get("status", "active"), words.STATUSES)
    yield from _choice((*place, "card"), member.get("card", "ok"), words.CARDS)
    for where, count in ((("balance",), member.get("balance", 0)), *_loans(member)):
        most = _MOST_LOANS if where[0] == "loans" else _MOST_KURUS
        if not 0 <= count <= most:
            told = Said(
                "{name} must be a whole number from 0 to {most}, not {count}", name=where[-1], most=most, count=count
            )
            yield (*place, *where), told


def _loans(member: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], int]]:
    return ((("loans", kind), count) for kind, count in member.get("loans", {}).items())


def _double(place: Place, values: Iterable[object], what: Said) -> Faults:
    seen = set()
    for value in values:
        if value is not None and value in seen:
            yield place, Said("the {what} {value!r} stands twice", what=what, value=value)
        seen.add(value)


def _terms_faults(terms: Sequence[Mapping[str, Any]]) -> Faults:
    for number, term in enumerate(terms):
        yield from (lacking := [*misshapen(term, words.TERM, ("terms", number), words.TERM)])
        if not lacking and term["last"] < term["first"]:
            yield ("terms", number), Said("{name} ends before it begins", name=term["name"])
    yield from _double(("terms",), (term.get("name") for term in terms), Said("name"))


def _calendar_faults(calendar: Mapping[str, Any]) -> Faults:
    place: Place = ("calendar",)
    branches = (((*place, "branches", name), one) for name, one in calendar.get("branches", {}).items())
    for where, one in ((place, calendar), *branches):
        for day, hours in one.get("hours", {}).items():
            yield from _choice((*where, "hours", day), day, _DAYS)
            if not _is_hours(hours):
                yield (
                    (*where, "hours", day),
                    Said("{hours!r} is neither 'closed' nor hours like '08:30-17:30'", hours=hours),
                )


def _is_hours(text: str) -> bool:
    if text == "closed":
        return True
    try:
        first, last = text.split("-")
        datetime.strptime(first, "%H:%M")
        return last == "24:00" or datetime.strptime(first, "%H:%M") < datetime.strptime(last, "%H:%M")
    except ValueError:
        return False


def _steps_faults(steps: Sequence[Mapping[str, Any]], members: Mapping[str, Any], items: Mapping[str, Any]) -> Faults:
    last: datetime | None = None
    for number, step in enumerate(steps):
        place: Place = ("steps", number)
        for where, message in _step_faults(step, members, items):
            yield (*place, *where), Said("step {number}: {message}", number=number + 1, message=message)
        at = step.get("at")
        if isinstance(at, datetime) and at.tzinfo is None:
            if last is not None and at < last:
                yield (*place, "at"), Said("step {number}: goes back in time", number=number + 1)
            last = at
            if not FIRST_YEAR <= at.year <= LAST_YEAR:
                yield (
                    (*place, "at"),
                    Said(
                        "step {number}: lies before {first_year} or after {last_year}",
                        number=number + 1,
                        first_year=FIRST_YEAR,
                        last_year=LAST_YEAR,
                    ),
                )


def _step_faults(step: Mapping[str, Any], members: Mapping[str, Any], items: Mapping[str, Any]) -> Faults:
    verb = step.get("do")
    if not isinstance(verb, str) or verb not in words.VERBS:
        yield ("do",), unknown(verb, words.VERBS)
        return
    must, may = (text.split() for text in words.VERBS[verb])
    kinds = {"at": datetime, "do": str, "expect": words.EXPECTED}
    kinds |= {name: words.FIELDS[name] for name in (*must, *may)}
    faults = [*misshapen(step, kinds, (), ("at", *must))]
    yield from faults
    if faults:
        return
    if step["at"].tzinfo is not None:
        yield ("at",), Said("carries an offset; times are the library's wall clock")
    for name, known in (("member", members), ("item", items)):
        if name in must and step[name] not in known:
            yield (name,), Said("no {what} is called {name!r}", what=_WHAT[name], name=step[name])
    for name, choices in words.CHOICES.items():
        if name in step:
            yield from _choice((name,), step[name], choices)
    yield from _expect_faults(step.get("expect", {}), members, items)


def _expect_faults(expect: Mapping[str, Any], members: Mapping[str, Any], items: Mapping[str, Any]) -> Faults:
    place: Place = ("expect",)
    if expect.get("refused") == []:
        yield (*place, "refused"), Said("is empty: leave it out for a step that succeeds")
    yield from _each((*place, "refused"), expect.get("refused", ()), words.REASONS)
    yield from _each((*place, "tasks"), expect.get("tasks", ()), words.TASKS)
    for key, choices in (
        ("pending", words.PENDING), ("item", words.ITEM_STATES), ("member_status", words.MEMBER_STATES),
    ):  # fmt: skip
        if key in expect:
            yield from _choice((*place, key), expect[key], choices)
    if isinstance(expect.get("suspended_until"), str):
        yield from _choice((*place, "suspended_until"), expect["suspended_until"], ("none",))
    yield from _choice((*place, "hold", "status"), expect.get("hold", {}).get("status", "waiting"), words.HOLD_STATES)
    for notice in expect.get("notices", ()):
        yield from misshapen(notice, words.NOTICE, (*place, "notices"), ("kind",))
        yield from _choice((*place, "notices"), notice.get("kind", "recall"), words.NOTICES)
        for name, known in (("member", members), ("item", items)):
            if name in notice and notice[name] not in known:
                yield (*place, "notices"), Said("no {what} is called {name!r}", what=_WHAT[name], name=notice[name])


def _choice(place: Place, value: object, choices: Collection[str]) -> Faults:
    if value not in choices:
        yield place, unknown(value, choices)


def _each(place: Place, values: Iterable[str], choices: Collection[str]) -> Faults:
    for value in values:
        yield from _choice(place, value, choices)
