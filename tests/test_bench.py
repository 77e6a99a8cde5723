"""Each bench runs to its end, on a library so small that its figures mean nothing."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

from bench.__main__ import NAMES, main

_SMALL = ["--scale", "0.0002"]
_TINY = {
    "acts": [*_SMALL, "--acts", "3"],
    "decisions": ["--decisions", "20"],
    "growth": ["--loans", "1", "--acts", "2", "--plans"],
    "imports": ["--records", "20", "--once", "--only", "sqlite"],
    "jobs": ["--loans", "20", "--due", "10"],
    "search": [*_SMALL, "--queries", "1"],
    "terminal": [*_SMALL, "--only", "sqlite", "--starts", "1", "--presses", "1", "--scans", "2"],
    "year": ["--scale", "0.0001", "--days", "40"],
}
_TOLD = {
    "acts": "ratio", "decisions": "metu", "growth": "look through a whole table", "imports": "MARC into SQLite",
    "jobs": "letters/s", "search": "different answers", "terminal": "scan to its row", "year": "the busiest hour",
}  # fmt: skip
_SLOW = {"terminal", "imports"}
"Programs are started for them: a matter for `make reliability`."


def test_every_bench_is_tried() -> None:
    """A new one needs a line here."""
    assert set(_TINY) == set(_TOLD) == set(NAMES)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for all, so that the libraries are made once."""
    return tmp_path_factory.mktemp("bench")


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.reliability if name in _SLOW else ()) for name in _TINY]
)
def test_it_runs(
    name: str, kept: Path, pg_server: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With its own options, on both databases where it knows both."""
    monkeypatch.setenv("KIOSK_TEST_PG_URL", pg_server)
    folder = [] if name == "decisions" else ["--folder", str(kept)]
    importlib.import_module(f"bench.{name}").main([*_TINY[name], *folder])
    assert _TOLD[name] in capsys.readouterr().out


def test_unknown_names_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """And the known ones are named."""
    assert main(["speed"]) == 2
    assert "acts" in capsys.readouterr().err
