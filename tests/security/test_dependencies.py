"""Nothing of others' making gets in unseen: every package is named, pinned, and known by its hashes."""

from __future__ import annotations

import re
from importlib.metadata import distributions
from pathlib import Path

HOUSE = Path(__file__).parents[2]
LOCK = (HOUSE / "requirements.lock").read_text("utf-8")
_PINNED = re.compile(r"([a-z0-9-]+)==([^ ;]+)((?: *;[^\\]+)?)((?: \\\n +--hash=sha256:[0-9a-f]{64})+)\n")
OUR_OWN = {"kiosk", "pip", "setuptools", "wheel"}
"Our program, and what Python itself brings into a virtual environment."


def _name(written: str) -> str:
    return re.sub(r"[-_.]+", "-", written).lower()


def test_every_requirement_is_pinned_and_hashed() -> None:
    """Not a line of the lock is anything else."""
    found = _PINNED.findall(LOCK)
    assert len(found) > 30
    rest = re.sub(r"^ *#.*\n", "", _PINNED.sub("", LOCK), flags=re.MULTILINE).strip()
    assert rest == "", rest[:200]


def test_nothing_is_installed_that_is_not_locked() -> None:
    """In the environment that runs this: the very versions, and no stowaway."""
    locked = {_name(name): version for name, version, *_ in _PINNED.findall(LOCK)}
    installed = {_name(each.metadata["Name"]): each.version for each in distributions()}
    others = {name: version for name, version in installed.items() if name not in OUR_OWN}
    assert {name: version for name, version in others.items() if locked.get(name) != version} == {}


def test_the_installation_asks_for_hashes_and_ci_for_an_audit() -> None:
    """The Makefile installs by hash only; each run of CI looks the packages up among the known vulnerabilities."""
    makefile = (HOUSE / "Makefile").read_text("utf-8")
    assert "--require-hashes" in makefile and ".ci/audit.py" in makefile
    assert "make audit" in (HOUSE / ".ci" / "run").read_text("utf-8")
