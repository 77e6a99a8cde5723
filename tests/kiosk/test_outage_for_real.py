"""The installed program on a real pseudo-terminal, its server behind a network that can swallow everything."""

from __future__ import annotations

import selectors
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from store.database import open_database
from store.demo.building import build
from store.settings import StoreSettings
from store.upkeep.copying import copy_library
from store.upkeep.verifying import verify
from tests import postgresql
from tests.terminal import Terminal

pytestmark = pytest.mark.reliability
KIOSK = Path(sys.executable).parent / "kiosk"
CARD, PIN, FREE = "201019", "deneme1", ["300001", "300003", "300684", "300685", "300704", "300721"]
AWAY, BACK = "ulaşılamıyor", "yeniden ulaşılıyor"
SETTINGS = """
[library]
database = "{database}"
[terminal]
branch = "mustafa_inan"
typed_cards = true
idle_seconds = 600
sound = false
[faults]
state_folder = "{folder}/state"
"""


class Network(threading.Thread):
    """A line from a port to the server; while it swallows, nothing arrives and nothing ends."""

    def __init__(self, server: Path) -> None:
        super().__init__(name="network", daemon=True)
        self._server = server
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._listening, selectors.EVENT_READ)
        self._other: dict[socket.socket, socket.socket] = {}
        self._swallowed: list[socket.socket] = []
        self.swallows = False
        self.port: int = self._listening.getsockname()[1]

    def run(self) -> None:
        """Carry bytes both ways, or nowhere."""
        while True:
            for key, _events in self._selector.select(0.05):
                side = key.fileobj
                assert isinstance(side, socket.socket)
                if side is self._listening:
                    self._join(side.accept()[0])
                else:
                    self._carry(side)

    def _join(self, caller: socket.socket) -> None:
        if self.swallows:
            self._swallowed.append(caller)  # it waits for an answer for ever
            return
        server = socket.socket(socket.AF_UNIX)
        try:
            server.connect(str(self._server))
        except OSError:  # nobody listens there
            caller.close()
            server.close()
            return
        for one, other in ((caller, server), (server, caller)):
            self._other[one] = other
            self._selector.register(one, selectors.EVENT_READ)

    def _carry(self, side: socket.socket) -> None:
        if side not in self._other:  # it went with the other
            return
        try:
            data = side.recv(65536)
        except OSError:
            data = b""
        other = self._other[side]
        if self.swallows and data:
            return
        with suppress(OSError):
            if data:
                other.sendall(data)
                return
        for each in (side, other):
            with suppress(KeyError):
                self._selector.unregister(each)
            self._other.pop(each, None)
            each.close()


@pytest.fixture(scope="module")
def server() -> Iterator[postgresql.Server]:
    """A durable server."""
    with postgresql.own_server() as started:
        yield started


def _library(folder: Path, url: str) -> None:
    demo = f"sqlite:///{folder}/demo.db"
    build(StoreSettings(database=demo), datetime.now(UTC)).close()
    copy_library(demo, url)


def _terminal(folder: Path, address: str) -> Terminal:
    config = folder / "kiosk.toml"
    config.write_text(SETTINGS.format(folder=folder, database=address), "utf-8")
    config.chmod(0o600)
    return Terminal([str(KIOSK), "--config", str(config)], env={"HOME": str(folder), "LANG": "C.UTF-8"}, cwd=folder)


def _sign_in(terminal: Terminal) -> None:
    terminal.wait_for("Kartınızı okutun")
    terminal.scan(CARD)
    terminal.wait_for("Kart okundu")
    for letter in PIN:
        terminal.settle(0.15)
        terminal.press(letter)
    terminal.settle()
    terminal.press("\r")
    terminal.wait_for("Merhaba, Yağmur")


def _scalar(url: str, sql: str) -> int:
    database = open_database(url)
    with database.read.connect() as connection:
        found = connection.exec_driver_sql(sql).scalar_one()
    database.close()
    return int(found)


def test_stopped_killed_frozen_cut_off(server: postgresql.Server, tmp_path: Path) -> None:
    """Each in mid-visit, in a loop: the sentence comes, the member is gone from the screen, it comes back by itself.

    How long the sentence took is printed: the time-outs promise three seconds on a machine that is not loaded.
    """
    network = Network(server.home / ".s.PGSQL.5432")
    network.start()
    with postgresql.database(server.url) as url:
        _library(tmp_path, url)
        name = url.partition("@/")[2].partition("?")[0]
        waited: dict[str, list[float]] = {}
        with _terminal(tmp_path, f"postgresql+psycopg://kiosk@127.0.0.1:{network.port}/{name}") as terminal:
            for number, book in enumerate(FREE * 2):
                how = ("stop", "kill", "freeze", "cut off")[number % 4]
                _sign_in(terminal)
                lent = _scalar(url, "SELECT count(*) FROM loan WHERE closed_at IS NULL")
                _take_away(server, network, how)
                began = time.monotonic()
                terminal.scan(book)
                terminal.wait_for(AWAY)
                waited.setdefault(how, []).append(time.monotonic() - began - 0.4)  # the scanner's settling
                assert "Yağmur" not in terminal.wait_gone("Merhaba")
                _bring_back(server, network, how)
                terminal.wait_for(BACK, seconds=60)
                assert _scalar(url, "SELECT count(*) FROM loan WHERE closed_at IS NULL") == lent
        for how, seconds in waited.items():
            print(f"{how}: sentence after {min(seconds):.1f} to {max(seconds):.1f} s, {len(seconds)} times")
        database = open_database(url)
        assert verify(database) == ()
        database.close()
    assert not (tmp_path / "state" / "faults.log").exists()


def _take_away(server: postgresql.Server, network: Network, how: str) -> None:
    if how == "cut off":
        network.swallows = True
    else:
        getattr(server, how)()


def _bring_back(server: postgresql.Server, network: Network, how: str) -> None:
    if how == "cut off":
        network.swallows = False
    elif how == "freeze":
        server.thaw()
    else:
        server.start()


def test_power_fails_in_the_middle_of_an_outage(server: postgresql.Server, tmp_path: Path) -> None:
    """The terminal is killed with returns in its journal; started again, it books them when the server is back."""
    with postgresql.database(server.url) as url:
        _library(tmp_path, url)
        out = "SELECT count(*) FROM loan JOIN copy ON copy.id = copy_id WHERE barcode = '300679' AND closed_at IS NULL"
        assert _scalar(url, out) == 1
        with _terminal(tmp_path, url) as terminal:
            terminal.wait_for("Kartınızı okutun", "Bugün")
            server.stop()
            terminal.press("\x1bOS")
            terminal.scan("300679")
            terminal.wait_for("Kısıtlı hizmet", "Barkod 300679")
            terminal.kill()
        with _terminal(tmp_path, url) as terminal:
            terminal.wait_for(AWAY)
            server.start()
            terminal.wait_for(BACK, seconds=60)
        assert _scalar(url, out) == 0
