"""Versions of the rules in one library: a loan keeps those under which it was made or last renewed (ITU R21)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path

from msgspec.structs import replace

from store.act import At
from store.catalogue import copypages
from store.circulation import checkouts, renewals, returns
from store.circulation.returns import confirm_return
from store.opening import open_library
from store.results.circulation import CheckedOut
from store.results.returns import Renewed, Returned
from tests.store.worlds import NOW, library, settings

AT = At("test")
NEW_FROM = datetime(2026, 3, 10, tzinfo=UTC)


def _newer(folder: Path) -> str:
    """The İTÜ rules with dearer fines and shorter periods from a later day on."""
    text = (files("store") / "policies" / "itu.toml").read_text("utf-8")
    changed = text.replace('version = "itu-2019-1"', 'version = "itu-2026-1"')
    changed = changed.replace("effective_from = 2019-01-01", "effective_from = 2026-03-10")
    changed = changed.replace('period = "15 days"', 'period = "10 days"').replace("first = 50 ", "first = 80 ")
    assert changed.count("80 ") and changed.count("10 days")
    path = folder / "newer.toml"
    path.write_text(changed, "utf-8")
    return str(path)


def test_a_loan_keeps_the_version_it_was_made_under(database_url: str, tmp_path: Path) -> None:
    """Due date and fine of the old loan are the old ones; a loan and a renewal afterwards go by the new."""
    people = {"ali": {"category": "undergraduate"}, "ece": {"category": "undergraduate"}}
    opened, world = library(database_url, people, {f"b{n}": {"type": "book"} for n in range(3)})
    for number in range(2):
        checkouts.checkout(opened, world.members["ali"], world.items[f"b{number}"], NOW, AT)
    opened.close()
    opened = open_library(settings(database_url, _newer(tmp_path)))
    assert [policy.version for policy in opened.policies.versions] == ["itu-2019-1", "itu-2026-1"]
    renewed = renewals.renew(opened, world.members["ali"], world.items["b1"], NEW_FROM, AT)
    assert isinstance(renewed, Renewed)
    assert renewed.due.astimezone(opened.calendars.zone).date().isoformat() == "2026-03-27"
    lent = checkouts.checkout(opened, world.members["ece"], world.items["b2"], NEW_FROM, AT)
    assert isinstance(lent, CheckedOut)
    assert lent.due.astimezone(opened.calendars.zone).date().isoformat() == "2026-03-20"
    old = returns.checkin(opened, world.items["b0"], datetime(2026, 3, 22, 12, tzinfo=UTC), AT)
    new = returns.checkin(opened, world.items["b2"], datetime(2026, 3, 25, 12, tzinfo=UTC), AT)
    assert isinstance(old, Returned) and isinstance(new, Returned)
    assert (old.fine.late, old.fine.amount) == (5, 250)
    assert (new.fine.late, new.fine.amount) == (5, 400)
    opened.close()


def test_before_its_day_a_version_decides_nothing(database_url: str, tmp_path: Path) -> None:
    """It is in the library, and waits."""
    opened, world = library(database_url, {"ali": {"category": "undergraduate"}}, {"b0": {"type": "book"}})
    opened.close()
    opened = open_library(settings(database_url, _newer(tmp_path)))
    lent = checkouts.checkout(opened, world.members["ali"], world.items["b0"], NOW, AT)
    assert isinstance(lent, CheckedOut)
    assert lent.due.astimezone(opened.calendars.zone).date().isoformat() == "2026-03-17"
    opened.close()


def test_a_return_that_staff_are_to_see(database_url: str) -> None:
    """The loan ends at the scan; the account says that it is being checked until staff have seen the item."""
    from store.members.accounts import account

    opened, world = library(database_url, {"ali": {"category": "undergraduate"}}, {"b0": {"type": "book"}})
    opened.settings = replace(opened.settings, staff_confirm_returns=True)
    checkouts.checkout(opened, world.members["ali"], world.items["b0"], NOW, AT)
    now = NOW + timedelta(days=1)
    answer = returns.checkin(opened, world.items["b0"], now, AT)
    assert isinstance(answer, Returned)
    assert (answer.to_be_checked, answer.goes_to) == (True, "desk")
    assert account(opened, world.members["ali"], now).being_checked == ("b0",)
    assert account(opened, world.members["ali"], now).loans == ()
    assert confirm_return(opened, world.items["b0"], now, At("desk", channel="desk"))
    assert not confirm_return(opened, world.items["b0"], now, At("desk", channel="desk"))
    assert account(opened, world.members["ali"], now).being_checked == ()
    opened.close()


def test_another_terminal_answers_by_the_new_version_from_its_first_question_on(
    database_url: str, tmp_path: Path
) -> None:
    """The rules are those of the moment at which the library is read, not of the question before."""
    first, _world = library(database_url, {"ali": {"category": "undergraduate"}}, {"b0": {"type": "book"}})
    name = copypages.choices(first, NOW).kinds[0].tr
    path = Path(_newer(tmp_path))
    text = path.read_text("utf-8").replace("effective_from = 2026-03-10", "effective_from = 2026-03-01")
    path.write_text(text.replace(f'name = {{ tr = "{name}"', 'name = { tr = "Cilt"', 1), "utf-8")
    open_library(settings(database_url, str(path))).close()
    assert copypages.choices(first, NOW).kinds[0].tr == "Cilt"
    first.close()
