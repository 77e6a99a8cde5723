"""The wire to a database server: whether anybody still answers at its other end, and letting go when nobody does.

A server that was stopped says so at once. One that is frozen, or behind a network that swallows everything, says
nothing: the operating system goes on acknowledging, and a question would wait for ever. So whoever has waited for a
while asks over a new connection; a server that is only busy, or makes us wait for a lock, answers that.
"""

from __future__ import annotations

import os
import socket
from contextlib import suppress
from typing import Any

from sqlalchemy import Engine, event


class Wire:
    """The open connections of one engine."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._open: set[Any] = set()
        self.cuts = 0
        "How often it was cut: a transaction that began before the last cut must not be committed."
        if engine.dialect.name == "postgresql":
            event.listen(engine, "connect", lambda connection, _record: self._open.add(connection))
            event.listen(engine, "close", lambda connection, _record: self._open.discard(connection))

    def answers(self) -> bool:
        """Whether the server lets us in now; may take as long as a connection may. A file always answers."""
        if self._engine.dialect.name != "postgresql":
            return True
        try:
            arguments, options = self._engine.dialect.create_connect_args(self._engine.url)
            self._engine.dialect.connect(*arguments, **options, connect_timeout=2).close()
        except self._engine.dialect.loaded_dbapi.Error:
            return False
        return True

    def cut(self) -> None:
        """End whatever waits for an answer: its transaction fails, and the server rolls it back when it can."""
        self.cuts += 1
        for connection in tuple(self._open):
            # Closing it would wait for the thread that is using it; its end of the line is shut instead.
            with (
                suppress(OSError, self._engine.dialect.loaded_dbapi.Error),
                socket.socket(fileno=os.dup(connection.fileno())) as line,
            ):
                line.shutdown(socket.SHUT_RDWR)
