"""Reads scenario files: whole, or every fault with its place."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from store.policy.load import Fault
from store.policy.places import FILE, Place, Places, written
from store.policy.said import Said, at_line, joined
from store.scenarios.checking import scenario_faults


@dataclass(frozen=True, slots=True)
class Scenario:
    """One worked example: a world, and steps in it."""

    id: str
    title: str
    clauses: tuple[str, ...]
    members: Mapping[str, Mapping[str, Any]]
    items: Mapping[str, Mapping[str, Any]]
    calendar: Mapping[str, Any]
    terms: tuple[Mapping[str, Any], ...]
    steps: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class ScenarioFile:
    """The scenarios of one policy in one file."""

    path: Path
    policy: str
    "A shipped policy's name, or the path of a policy file."
    scenarios: tuple[Scenario, ...]
    places: Places = field(compare=False, repr=False)

    def fault(self, place: Place, message: str) -> Fault:
        """What is wrong at a place of the file, with its line."""
        return Fault(written(place), self.places.line(place), message)


class ScenarioFaults(Exception):
    """Files that could not be read; `faults` pairs each file with what is wrong in it, `read` are the others."""

    def __init__(self, faults: Sequence[tuple[Path, Fault]], read: Sequence[ScenarioFile]) -> None:
        """Keep every fault of every file."""
        self.faults, self.read = tuple(faults), tuple(read)
        super().__init__(joined((at_line(None, str(path), fault.said()) for path, fault in faults), "; "))


def read_files(paths: Iterable[Path]) -> tuple[ScenarioFile, ...]:
    """Read files, and folders with all their `*.toml`. Raises ScenarioFaults with every fault of every file."""
    read: list[ScenarioFile] = []
    faults: list[tuple[Path, Fault]] = []
    ids: dict[str, Path] = {}
    for path in _files(paths, faults):
        file, found = _read(path)
        faults += [(path, fault) for fault in found]
        if file is None:
            continue
        others = [(each.id, other) for each in file.scenarios if (other := ids.setdefault(each.id, path)) is not path]
        faults += [(path, Fault(name, None, Said("stands in {other} too", other=other))) for name, other in others]
        if not others:
            read.append(file)
    if faults:
        raise ScenarioFaults(faults, read)
    return tuple(read)


def _files(paths: Iterable[Path], faults: list[tuple[Path, Fault]]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            inside = sorted(path.rglob("*.toml"))
            if not inside:
                faults.append((path, Fault(Said("folder"), None, Said("holds no scenario file (*.toml)"))))
            yield from inside
        else:
            yield path


def _read(path: Path) -> tuple[ScenarioFile | None, list[Fault]]:
    try:
        text = path.read_text("utf-8-sig")
        document = tomllib.loads(text)
    except OSError as fault:
        return None, [Fault(FILE, None, fault.strerror or Said("can't be read"))]
    except UnicodeDecodeError:
        return None, [Fault(FILE, None, Said("is not UTF-8 text"))]
    except (ValueError, RecursionError) as fault:  # endless numbers and nests are no TOMLDecodeError
        return None, [Fault(FILE, None, Said("is no TOML: {fault}", fault=fault))]
    places = Places(text)
    faults = [Fault(written(place), places.line(place), message) for place, message in _document_faults(document)]
    if faults:
        return None, faults
    scenarios = tuple(map(_scenario, document["scenario"]))
    return ScenarioFile(path, _policy(path, document["policy"]), scenarios, places), []


def _document_faults(document: Mapping[str, Any]) -> Iterator[tuple[Place, Said]]:
    for key in document:
        if key not in ("policy", "scenario"):
            yield (key,), Said("unknown word {key!r}", key=key)
    if not isinstance(document.get("policy"), str):
        yield ("policy",), Said("must name a policy: itu, metu or a policy file")
    scenarios = document.get("scenario")
    if not isinstance(scenarios, list) or not all(isinstance(each, dict) for each in scenarios):
        yield ("scenario",), Said("must be tables: [[scenario]]")
        return
    ids: set[str] = set()
    for number, scenario in enumerate(scenarios):
        place: Place = ("scenario", number)
        for where, message in scenario_faults(scenario):
            yield (*place, *where), Said("{id}: {message}", id=scenario.get("id", "?"), message=message)
        if str(scenario.get("id")) in ids:
            yield (*place, "id"), Said("{id}: the id stands twice", id=scenario["id"])
        ids.add(str(scenario.get("id")))


def _policy(path: Path, name: str) -> str:
    """A path is meant from the scenario file's own folder."""
    if name.endswith(".toml"):
        return str((path.parent / name).resolve())
    return name


def _scenario(table: Mapping[str, Any]) -> Scenario:
    return Scenario(
        id=table["id"],
        title=table["title"],
        clauses=tuple(table["clauses"]),
        members=table.get("members", {}),
        items=table.get("items", {}),
        calendar=table.get("calendar", {}),
        terms=tuple(table.get("terms", ())),
        steps=tuple(table["steps"]),
    )
