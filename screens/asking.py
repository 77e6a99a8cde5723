"""Asks the library in a worker thread, and tells one that is busy from one that is gone: within three seconds.

A server that was stopped says so at once. One that is frozen or cut off is silent; so after a second of waiting the
library is asked over a new connection whether it is there, and given up if that is not answered either. Whoever merely
waits for a lock, or for a printer, goes on waiting.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, TypeVar

from store.errors import DatabaseUnreachable

if TYPE_CHECKING:
    from store.library import Library

R = TypeVar("R")
SILENCE, ANSWER = 1.0, 1.2
"Seconds without an answer before it is asked whether anybody is there, and seconds that this may take."


async def ask(library: Library, question: Callable[[Library], R]) -> R:
    """Run the question in a thread. Raises DatabaseUnreachable if the library falls silent: then nothing is done."""
    answer = asyncio.ensure_future(asyncio.to_thread(question, library))
    answer.add_done_callback(_heard)
    while not (await asyncio.wait({answer}, timeout=SILENCE))[0]:
        if await _is_there(library) or answer.done():
            continue
        library.database.wire.cut()
        answer.cancel()
        raise DatabaseUnreachable("the database server does not answer", "check that it runs and can be reached")
    return answer.result()


def _heard(answer: asyncio.Future[R]) -> None:
    """An answer that nobody waits for any more may be a fault; it has been told otherwise."""
    if not answer.cancelled():
        answer.exception()


def _tell(heard: asyncio.Future[bool], there: bool) -> None:
    if not heard.done():
        heard.set_result(there)


async def _is_there(library: Library) -> bool:
    loop = asyncio.get_running_loop()
    heard: asyncio.Future[bool] = loop.create_future()

    def listen() -> None:
        there = library.database.wire.answers()
        with suppress(RuntimeError):  # the loop has ended meanwhile
            loop.call_soon_threadsafe(_tell, heard, there)

    # A thread of its own: those of the pool may all be waiting for the server.
    threading.Thread(target=listen, name="is-there", daemon=True).start()
    try:
        return await asyncio.wait_for(heard, ANSWER)
    except TimeoutError:
        return False
