"""What comes from the keyboard's line, read so that nothing on it can make the terminal deaf.

Textual reads the line in a thread of its own. A byte that is no UTF-8 (a scanner set to Latin-1 sends such) would end
that thread; the beginning of a paste without its end (a barcode can hold one) would swallow every key that follows.
"""

from __future__ import annotations

import codecs
import time
from collections.abc import Callable, Iterable
from functools import partial

from textual._xterm_parser import XTermParser
from textual.drivers import linux_driver
from textual.message import Message

_BEGIN, _END = "\x1b[200~", "\x1b[201~"
_LONGEST = 0.3
"Seconds; a scanner that pastes is done in a thousandth of it."


class HearingParser(XTermParser):
    """Ends a paste that does not end by itself."""

    def __init__(self, debug: bool = False) -> None:
        super().__init__(debug)
        self._pasting_since: float | None = None
        self._before = ""

    def feed(self, data: str) -> Iterable[Message]:
        """The same keys and pastes, none of them for ever."""
        now = time.monotonic()
        if self._pasting_since is not None and now - self._pasting_since > _LONGEST:
            self._pasting_since = None
            yield from super().feed(_END)
        seen = self._before + data
        begins, ends = seen.rfind(_BEGIN), seen.rfind(_END)
        if begins > ends:
            self._pasting_since = self._pasting_since or now
        elif ends > begins:
            self._pasting_since = None
        self._before = seen[1 - len(_BEGIN) :]
        yield from super().feed(data)


def _decoder(_encoding: str) -> Callable[[], codecs.IncrementalDecoder]:
    return partial(codecs.getincrementaldecoder("utf-8"), "replace")


def hear_everything() -> None:
    """Let Textual's driver read so: it takes both by their names in its module, and a test holds it to that."""
    vars(linux_driver).update(XTermParser=HearingParser, getincrementaldecoder=_decoder)
