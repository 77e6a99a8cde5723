"""A new version of the rules: looked at first, signed for by two, noticed by every process, withdrawn in time."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from importlib.resources import files
from pathlib import Path

import pytest
from msgspec.structs import replace
from sqlmodel import Session, select

from store.act import At
from store.circulation import checkouts
from store.desk import staff
from store.library import Library
from store.opening import open_library
from store.policy.verdict import Refused
from store.results.circulation import CheckedOut
from store.rules import trying, versions
from store.states import Role
from store.tables import AuditEntry
from tests.store.worlds import NOW, library, settings

AT = At("test", "desk")
FIRST_DAY = date(2026, 3, 10)
PEOPLE = {"ali": {"category": "undergraduate"}}
ITEMS = {f"b{number}": {"type": "book"} for number in range(3)}


def _shipped(name: str) -> str:
    return (files("store") / "policies" / f"{name}.toml").read_text("utf-8")


def newer(version: str = "itu-2026-1") -> str:
    """The İTÜ rules with shorter periods; its own day lies in the past, as in a file that was copied."""
    changed = _shipped("itu").replace('version = "itu-2019-1"', f'version = "{version}"')
    return changed.replace('period = "15 days"', 'period = "10 days"')


def _staff(opened: Library) -> dict[str, int]:
    made: dict[str, int] = {}
    for name, role in (
        ("owner", Role.POLICY_OWNER),
        ("fellow", Role.POLICY_OWNER),
        ("boss", Role.SUPERVISOR),
        ("clerk", Role.CIRCULATION),
    ):
        answer = staff.create_staff(opened, name, f"S-{name}", role, "gozetmen01", NOW, AT)
        assert isinstance(answer, int)
        made[name] = answer
    return made


def _slugs(answer: Refused | None) -> tuple[str, ...]:
    return answer.slugs if isinstance(answer, Refused) else ()


def test_two_load_a_version_and_every_process_goes_by_it(database_url: str) -> None:
    """Another terminal, open all the while, lends by the old rules until the day and by the new ones from then on."""
    here, world = library(database_url, PEOPLE, ITEMS)
    there = open_library(settings(database_url))
    who = _staff(here)
    owner = replace(AT, staff=who["owner"])
    for second in (None, who["owner"], who["clerk"]):
        alone = versions.load_version(here, newer(), FIRST_DAY, "S-2026/3", NOW, replace(owner, second=second))
        assert _slugs(alone) == ("second_person_required",)
    assert versions.load_version(here, newer(), FIRST_DAY, "S-2026/3", NOW, replace(owner, second=who["boss"])) is None

    def lent(item: str, now: datetime) -> date:
        answer = checkouts.checkout(there, world.members["ali"], world.items[item], now, AT)
        assert isinstance(answer, CheckedOut)
        return answer.due.astimezone(there.calendars.zone).date()

    midnight = datetime.combine(FIRST_DAY, datetime.min.time(), there.calendars.zone).astimezone(UTC)
    assert lent("b0", midnight - timedelta(seconds=1)) == date(2026, 3, 24)
    assert lent("b1", midnight) == date(2026, 3, 20)
    lines = versions.versions(there, NOW)
    assert [(line.version, line.state, line.loaded_by, line.decision) for line in lines] == [
        ("itu-2026-1", "to_come", "owner", "S-2026/3"), ("itu-2019-1", "in_force", "", ""),
    ]  # fmt: skip
    assert [line.state for line in versions.versions(there, midnight)] == ["in_force", "past"]
    with Session(here.database.read) as session:
        entry = session.exec(select(AuditEntry).where(AuditEntry.act == "load_policy")).one()
    assert (entry.staff_id, entry.detail["second"], entry.detail["from"]) == (who["owner"], who["boss"], "2026-03-10")
    here.close()
    there.close()


def test_a_version_is_withdrawn_before_its_day_and_not_after(database_url: str) -> None:
    """Its row stays, it never holds, and the same version can be loaded again; the day must not have begun."""
    here, world = library(database_url, PEOPLE, ITEMS)
    who = _staff(here)
    both = replace(AT, staff=who["owner"], second=who["fellow"])
    assert versions.load_version(here, newer(), FIRST_DAY, "S-1", NOW, both) is None
    alone = versions.withdraw_version(here, "itu-2026-1", NOW, replace(both, second=None))
    assert _slugs(alone) == ("second_person_required",)
    assert versions.withdraw_version(here, "itu-2026-1", NOW, both) is None
    assert next(line.state for line in versions.versions(here, NOW)) == "withdrawn"
    lent = checkouts.checkout(here, world.members["ali"], world.items["b0"], NOW + timedelta(days=10), AT)
    assert isinstance(lent, CheckedOut)
    assert here.policies.at(NOW + timedelta(days=10)).version == "itu-2019-1"
    again = open_library(settings(database_url))
    assert [policy.version for policy in again.policies.versions] == ["itu-2019-1"]
    again.close()
    assert versions.load_version(here, newer(), FIRST_DAY, "S-2", NOW, both) is None
    begun = datetime.combine(FIRST_DAY, datetime.min.time(), here.calendars.zone)
    for version in ("itu-2026-1", "itu-2019-1", "nothing"):
        assert _slugs(versions.withdraw_version(here, version, begun, both)) == ("policy_in_force",)
    here.close()


@pytest.mark.parametrize(
    ("text", "day", "decision", "slugs"),
    [
        (newer(), date(2026, 3, 2), "S-1", ("policy_day_begun",)),
        (newer(), date(2020, 1, 1), " ", ("policy_day_begun", "decision_missing")),
        (newer("itu-2019-1"), FIRST_DAY, "S-1", ("policy_version_known",)),
        (newer(), date(2019, 1, 1), "S-1", ("policy_day_taken", "policy_day_begun")),
        (newer().replace("Europe/Istanbul", "Asia/Tokyo"), FIRST_DAY, "S-1", ("policy_of_another_library",)),
        (_shipped("metu"), FIRST_DAY, "S-1", ("policy_of_another_library",)),
        (newer().replace("percent = 50", "percent = 500"), FIRST_DAY, "S-1", ("policy_faulty",)),
        ("", FIRST_DAY, "S-1", ("policy_faulty",)),
        ("no rules", FIRST_DAY, "S-1", ("policy_faulty",)),
    ],
)  # fmt: skip
def test_what_can_not_be_loaded_is_refused(
    sqlite_url: str, text: str, day: date, decision: str, slugs: tuple[str, ...]
) -> None:
    """Before anybody is asked to sign for it; nothing is left of it."""
    here, _world = library(sqlite_url, PEOPLE, ITEMS)
    assert _slugs(versions.load_version(here, text, day, decision, NOW, AT)) == slugs
    assert len(versions.versions(here, NOW)) == 1
    here.close()


def test_a_version_is_looked_at_before_it_is_loaded(sqlite_url: str, tmp_path: Path) -> None:
    """Faults with their places; else what differs, who would be strange to it, and how the folder's examples go."""
    here, _world = library(sqlite_url, PEOPLE, ITEMS)
    seen = trying.look(here, newer(), NOW)
    assert seen.faults == () and {change.what for change in seen.rights} == {"period"} and seen.others == ()
    bad = trying.look(here, newer().replace("opens_after_percent = 50", "opens_after_percent = 500"), NOW)
    assert bad.policy is None and [fault.place for fault in bad.faults] == ["renewals.opens_after_percent"]
    gone = trying.look(here, newer().replace('slug = "undergraduate"', 'slug = "student"'), NOW)
    assert gone.policy is None or ("category", "undergraduate", 1) in [
        (each.kind, each.slug, each.count) for each in gone.strangers
    ]
    folder = tmp_path / "rules"
    folder.mkdir()
    (folder / "new.toml").write_text(newer(), "utf-8")
    (folder / "examples.toml").write_text(_EXAMPLES, "utf-8")
    (folder / "other.toml").write_text(
        _EXAMPLES.replace('policy = "itu"', 'policy = "metu"').replace("T-", "M-"), "utf-8"
    )
    (folder / "broken.toml").write_text("[[scenario]]\nid = 1\n", "utf-8")
    heard: list[tuple[int, int]] = []
    examples = trying.play_examples(str(folder), seen, lambda done, of: heard.append((done, of)))
    assert (examples.held, [each.scenario.id for each in examples.failed]) == (1, ["T-old"])
    assert heard == [(1, 2), (2, 2)] and {path.name for path, _fault in examples.faults} == {"broken.toml"}
    here.close()


_EXAMPLE = """
[[scenario]]
id = "{id}"
title = "A book for so many days"
clauses = ["ITU-C4"]
members = {{ ali = {{ category = "undergraduate" }} }}
items = {{ b1 = {{ type = "book" }} }}
steps = [
{{ at = 2026-03-02T10:00:00, do = "checkout", member = "ali", item = "b1", expect = {{ due = {due}T23:59:59 }} }},
]
"""
_EXAMPLES = 'policy = "itu"\n' + "".join(
    _EXAMPLE.format(id=name, due=due) for name, due in (("T-new", "2026-03-12"), ("T-old", "2026-03-17"))
)


def test_only_files_of_the_folder_are_read(tmp_path: Path) -> None:
    """No path leads out of it, nor a link; what can't be read says why; examples are no rules."""
    outside = tmp_path / "secret.toml"
    outside.write_text('version = "1"', "utf-8")
    folder = tmp_path / "rules"
    folder.mkdir()
    (folder / "good.toml").write_text('version = "2"\neffective_from = 2026-05-01\n', "utf-8")
    (folder / "bad.toml").write_text("version = ", "utf-8")
    (folder / "binary.toml").write_bytes(b"\xff\xfe\x00")
    (folder / "examples.toml").write_text(_EXAMPLES, "utf-8")
    (folder / "notes.txt").write_text("no rules", "utf-8")
    (folder / "link.toml").symlink_to(outside)
    found = {file.name: file for file in trying.policy_files(str(folder))}
    assert set(found) == {"good.toml", "bad.toml", "binary.toml"}
    assert (found["good.toml"].version, found["good.toml"].effective_from) == ("2", "2026-05-01")
    assert found["bad.toml"].trouble and found["binary.toml"].trouble
    assert trying.file_text(str(folder), "good.toml").startswith("version")
    for name in ("../secret.toml", str(outside), "link.toml", "notes.txt", "none.toml", ""):
        with pytest.raises(ValueError, match="no file"):
            trying.file_text(str(folder), name)
    assert trying.policy_files("") == ()
