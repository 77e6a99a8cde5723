"""Killed at any moment, without room, unwritable, damaged: the library is whole, or what is not is named."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from kiosk.commands.doctor import CHECKS, check_clock, check_database
from kiosk.config import Config, FaultsTable, LibraryTable
from store import circulation
from store.act import At
from store.database import open_database
from store.errors import DatabaseDamaged, DatabaseUnreachable
from store.migrating import migrate
from store.opening import open_library
from store.results.circulation import CheckedOut
from store.verifying import verify
from tests import postgresql
from tests.crash import Crashes, make, settings
from tests.store.worlds import NOW, library

AT = At("t")


def _doctor(url: str, folder: Path) -> list[str]:
    config = Config(library=LibraryTable(database=url), faults=FaultsTable(state_folder=str(folder)))
    return [found.what for check in (check_database, check_clock) for found in check(config) if found.kind == "bad"]


def _run(url: str, folder: Path, seed: int, rounds: int, server: postgresql.Server | None = None) -> Crashes:
    make(url)
    crashes = Crashes(url, folder, seed)
    for number in range(1, rounds + 1):
        if server is not None and number % 10 == 5:
            crashes.round(server.kill if number % 20 == 5 else server.stop, server.start)
        else:
            crashes.round()
        assert _doctor(url, folder) == []
    return crashes


def test_killed_at_a_random_moment(database_url: str, tmp_path: Path) -> None:
    """A slice of the long run: two terminals, killed."""
    crashes = _run(database_url, tmp_path, 7, 2)
    assert crashes.acts > 0


@pytest.mark.reliability
@pytest.mark.parametrize("seed", range(5))
def test_killed_at_500_random_moments_on_sqlite(sqlite_url: str, tmp_path: Path, seed: int) -> None:
    """Five libraries, 50 rounds each, two terminals killed in each round."""
    _report("sqlite", _run(sqlite_url, tmp_path, seed, 50))


@pytest.mark.reliability
@pytest.mark.parametrize("seed", range(5))
def test_killed_at_500_random_moments_on_postgresql(tmp_path: Path, seed: int) -> None:
    """The same on a durable server that is killed itself in every twentieth round, and stopped in as many."""
    with postgresql.own_server() as server, postgresql.database(server.url) as url:
        migrate(url)
        _report("postgresql", _run(url, tmp_path, seed, 55, server))


def _report(name: str, crashes: Crashes) -> None:
    print(f"{name}: {crashes.rounds} rounds of two terminals, {crashes.acts} acts, {crashes.untold} untold")
