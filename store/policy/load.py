"""Read a policy file and say everything that is wrong with it, each fault with its place."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from msgspec import Struct, ValidationError

from store.policy.check import check, check_versions
from store.policy.check_reach import remarked
from store.policy.form import read_form, wrong_form
from store.policy.model import Policies, Policy
from store.policy.places import FILE, Place, Places, written
from store.policy.said import Said, at_line, joined

_TOML_LINE = re.compile(r"at line (\d+)")


class Fault(Struct, frozen=True):
    """Something wrong with a policy file."""

    place: str
    "The table and key, as `loans[3].period`; `file` for the whole."
    line: int | None
    message: str

    def said(self) -> Said:
        """One line for people."""
        return at_line(self.line, self.place, self.message)

    def __str__(self) -> str:
        """In English."""
        return self.said()


class PolicyFaults(Exception):
    """A policy file that can't be used; `faults` holds every one that was found, in order of place."""

    def __init__(self, source: str, faults: Iterable[Fault]) -> None:
        """`source` names the file."""
        self.source = source
        self.faults = tuple(sorted(faults, key=lambda fault: (fault.line or 0, fault.place)))
        faults_said = joined((fault.said() for fault in self.faults), "; ")
        super().__init__(Said("{source}: {faults}", source=source, faults=faults_said))


def load_policy(source: Path | str, name: str = "policy") -> Policy:
    """The policy in a file (a Path), or in text; `name` is what a text is called by in its faults.

    Raises PolicyFaults: first all faults of form (unknown keys, wrong kinds of value), and once the form is right all
    faults of sense (check.py). Raises OSError if the file can't be read.
    """
    if isinstance(source, str):
        return _read(source, name)
    try:
        text = source.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise PolicyFaults(str(source), [Fault(FILE, None, Said("is not UTF-8 text"))]) from error
    return _read(text, str(source))


def load_policies(sources: Iterable[Path | str]) -> Policies:
    """Versions of one library's policy, put in order of date. Raises PolicyFaults as `load_policy` does."""
    versions = tuple(sorted((load_policy(source) for source in sources), key=lambda policy: policy.effective_from))
    faults = [Fault(FILE, None, message) for message in check_versions(versions)]
    if faults:
        raise PolicyFaults("versions", faults)
    return Policies(versions)


def remarks(policy: Policy, text: str) -> tuple[Fault, ...]:
    """What is no fault of a policy, but is probably not meant, with its place in the text; in order of place."""
    places = Places(text)
    found = (Fault(written(place), places.line(place), message) for place, message in remarked(policy))
    return tuple(sorted(found, key=lambda remark: remark.line or 0))


def shipped(name: str) -> Policies:
    """A policy that comes with the program, by name. Raises LookupError for a name that none has."""
    if name not in shipped_names():
        raise LookupError(f"no policy {name!r} comes with the program: there are {', '.join(shipped_names())}")
    text = _folder().joinpath(f"{name}.toml").read_text("utf-8")
    return Policies((_read(text, f"{name}.toml"),))


def shipped_names() -> tuple[str, ...]:
    """The policies that come with the program: the files of its folder, lists of holidays aside."""
    names = (entry.name.removesuffix(".toml") for entry in _folder().iterdir() if entry.name.endswith(".toml"))
    return tuple(sorted(name for name in names if not name.startswith("holidays")))


def _folder() -> Traversable:
    return files("store").joinpath("policies")


def _read(text: str, source: str) -> Policy:
    places = Places(text)
    try:
        data = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # endless numbers and nests are no TOMLDecodeError
        found = _TOML_LINE.search(str(error))
        line = int(found[1]) if found else None
        raise PolicyFaults(source, [Fault(FILE, line, Said("is no TOML: {fault}", fault=str(error)))]) from error
    _one_for_both(data)
    try:
        policy = read_form(data, Policy)
    except ValidationError as error:
        raise PolicyFaults(source, _told(places, wrong_form(data, Policy))) from error
    if faults := _told(places, check(policy)):
        raise PolicyFaults(source, faults)
    return policy


def _told(places: Places, wrong: Iterable[tuple[Place, str]]) -> set[Fault]:
    return {Fault(written(place), places.line(place), said) for place, said in wrong}


def _one_for_both(data: Mapping[str, Any]) -> None:
    """Where a clause is carried out may be said in one text: it stands for both languages."""
    clauses = data.get("register_of_clauses")
    for clause in clauses.values() if isinstance(clauses, dict) else ():
        if isinstance(clause, dict) and isinstance(where := clause.get("where"), str):
            clause["where"] = {"tr": where, "en": where}
