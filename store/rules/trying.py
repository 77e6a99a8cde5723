"""What a new version of the rules would mean, found out before it is loaded: faults, differences, examples."""

from __future__ import annotations

import re
import tempfile
import tomllib
from collections.abc import Callable, Container, Iterator
from datetime import datetime
from pathlib import Path

from msgspec import Struct, field
from sqlalchemy import Column, Connection, func, select

from store import rows
from store.errors import LibraryError
from store.library import Library
from store.opening import policy_text
from store.policy.comparing import RightChange, TextChange, right_changes, text_changes
from store.policy.load import Fault, PolicyFaults, load_policy, remarks
from store.policy.model import Policy
from store.scenarios.fitting import misfits
from store.scenarios.fresh import fresh_libraries
from store.scenarios.playing import Played, play
from store.scenarios.reading import Scenario, ScenarioFaults, read_files
from store.transaction import Reading, query

_SCENARIO = re.compile(r"^\s*\[\[\s*scenario\s*\]\]", re.MULTILINE)
_LONGEST = 2_000_000
"Bytes of a policy file; what is longer is none."


class PolicyFile(Struct, frozen=True):
    """A file of the folder that may be a version of the rules."""

    name: str
    version: str = ""
    effective_from: str = ""
    trouble: str = ""
    "Why it can't be read."


class Stranger(Struct, frozen=True):
    """What is in the library and unknown to the new version: nobody could lend it, or lend to them, any more."""

    kind: str
    "`category`, `item_type`, `branch`"
    slug: str
    count: int


class Look(Struct, frozen=True):
    """A version as it was looked at; with faults there is nothing to compare."""

    text: str
    policy: Policy | None = None
    in_force: Policy | None = None
    faults: tuple[Fault, ...] = ()
    remarks: tuple[Fault, ...] = ()
    rights: tuple[RightChange, ...] = ()
    others: tuple[TextChange, ...] = ()
    strangers: tuple[Stranger, ...] = ()


class Examples(Struct, frozen=True):
    """How the scenarios of the folder went under a version."""

    held: int = 0
    failed: tuple[Played, ...] = ()
    faults: tuple[tuple[Path, Fault], ...] = field(default=())
    "Files that could not be played."


def policy_files(folder: str) -> tuple[PolicyFile, ...]:
    """The files of the folder that may be versions of the rules, by name. Raises OSError for a folder that is none."""
    if not folder:
        return ()
    return tuple(
        _described(path) for path in sorted(Path(folder).iterdir()) if _is_ours(Path(folder), path) and not _plays(path)
    )


def file_text(folder: str, name: str) -> str:
    """The text of one of these files. Raises OSError, ValueError for what is no text or no file of the folder."""
    path = Path(folder) / name
    if Path(name).name != name or not _is_ours(Path(folder), path):
        raise ValueError(f"{name!r} is no file of the folder")
    return path.read_text("utf-8-sig")


def look(library: Library, text: str, now: datetime) -> Look:
    """Everything that can be said at once; reads the library for what the new version would not know."""
    in_force = library.policies.at(now)
    try:
        policy = load_policy(text)
    except PolicyFaults as wrong:
        return Look(text, in_force=in_force, faults=wrong.faults)
    return Look(
        text, policy, in_force, remarks=remarks(policy, text), rights=tuple(right_changes(in_force, policy)),
        others=tuple(text_changes(in_force, policy)), strangers=_strangers(library, policy),
    )  # fmt: skip


def play_examples(folder: str, look: Look, progress: Callable[[int, int], None] = lambda _done, _all: None) -> Examples:
    """Play the folder's scenarios for this library under the version, each in a library of its own.

    `progress` hears how many of how many are done; what it raises ends it.
    """
    policy = look.policy
    assert policy is not None
    paths = [path for path in sorted(Path(folder).rglob("*.toml")) if _is_ours(Path(folder), path) and _plays(path)]
    scenarios: list[Scenario] = []
    faults: list[tuple[Path, Fault]] = []
    for path in paths:
        try:
            for file in read_files([path]):
                if _is_for(file.policy, policy):
                    strange = list(misfits(file, policy))
                    faults += [(path, fault) for _scenario, fault in strange]
                    unfit = {scenario.id for scenario, _fault in strange}
                    scenarios += [scenario for scenario in file.scenarios if scenario.id not in unfit]
        except ScenarioFaults as wrong:
            faults += wrong.faults
    played = list(_play(look.text, scenarios, progress))
    failed = tuple(each for each in played if not each.holds)
    return Examples(len(played) - len(failed), failed, tuple(faults))


def _play(text: str, scenarios: list[Scenario], progress: Callable[[int, int], None]) -> Iterator[Played]:
    if not scenarios:
        return
    with tempfile.TemporaryDirectory(prefix="kiosk-try-") as folder:
        path = Path(folder) / "version.toml"
        path.write_text(text, "utf-8")
        with fresh_libraries(str(path)) as fresh:
            for number, scenario in enumerate(scenarios, start=1):
                yield play(scenario, fresh)
                progress(number, len(scenarios))


def _is_for(named: str, policy: Policy) -> bool:
    """Whether a scenario file speaks of this library's rules, by name or through any version of them."""
    if named == policy.slug:
        return True
    try:
        return tomllib.loads(policy_text(named)).get("slug") == policy.slug
    except (LibraryError, OSError, ValueError):
        return False


def _is_ours(folder: Path, path: Path) -> bool:
    """A file that really lies in the folder: a link out of it is none."""
    whole = path.resolve()
    return path.suffix == ".toml" and whole.is_file() and whole.is_relative_to(folder.resolve())


def _plays(path: Path) -> bool:
    try:
        return _SCENARIO.search(path.read_text("utf-8")) is not None
    except (OSError, ValueError):
        return False


def _described(path: Path) -> PolicyFile:
    try:
        if path.stat().st_size > _LONGEST:
            return PolicyFile(path.name, trouble="is too long")
        found = tomllib.loads(path.read_text("utf-8"))
    except OSError as fault:
        return PolicyFile(path.name, trouble=fault.strerror or "can't be read")
    except UnicodeDecodeError:
        return PolicyFile(path.name, trouble="is not UTF-8 text")
    except (ValueError, RecursionError) as fault:
        return PolicyFile(path.name, trouble=f"is no TOML: {fault}")
    return PolicyFile(path.name, str(found.get("version", "")), str(found.get("effective_from", "")))


@query
def _strangers(reading: Reading, policy: Policy) -> tuple[Stranger, ...]:
    connection = reading.connection
    return (
        *_unknown(connection, "category", rows.member.c.category, policy.category_of),
        *_unknown(connection, "item_type", rows.copy.c.item_type, policy.item_type_of),
        *_unknown(connection, "branch", rows.copy.c.branch, policy.branch_of),
    )


def _unknown(connection: Connection, kind: str, column: Column[str], known: Container[str]) -> Iterator[Stranger]:
    for slug, count in connection.execute(select(column, func.count()).group_by(column).order_by(column)):
        if slug not in known:
            yield Stranger(kind, slug, count)
