"""Tells a scanner's burst from a person's typing, whatever has the focus.

A scanner types a code and Enter a few milliseconds apart. Where no field has the focus, printable keys mean nothing to
a kiosk, so they are kept back. Where one has, letters pass at once, as typing must not lag (6 ms an echo, against 41
if held back); when Enter shows that they were a burst, the field gets back what it held before.
A scanner that sends a control character first needs no timing at all.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, auto

SHORTEST = 6
LONGEST = 64
GAP = 0.050
"Seconds; a person is slower, a scanner faster."
DEAF = 0.300
"Seconds after a scan during which Enter does nothing."
_EDITING = {"backspace", "delete", "left", "right", "home", "end"}


class Meaning(Enum):
    """What to do with a key."""

    PASS = auto()
    "A person's key: let it through."
    KEEP = auto()
    "Part of a burst, or meaningless here: nobody else gets it."
    SCANNED = auto()
    "The Enter of a burst: `Scanner.code` is what was scanned."
    UNREADABLE = auto()
    "The Enter of a burst that is no code: too long, or with control characters."


@dataclass(slots=True)
class Scanner:
    """Watches keys and their times."""

    prefix: str | None = None
    "A control character that the scanner sends first, as Textual names the key (`ctrl+b`)."
    code: str = ""
    _letters: list[str] = field(default_factory=list)
    _count: int = 0
    _last: float = -1.0
    _prefixed: bool = False
    _spoilt: bool = False
    _deaf_until: float = -1.0

    @property
    def last(self) -> float:
        """When the last key came."""
        return self._last

    @property
    def in_burst(self) -> bool:
        """Letters have come that may turn out to be a scan."""
        return self._count > 0 or self._prefixed

    @property
    def first(self) -> bool:
        """The key just seen began a burst: now is the time to remember what the field holds."""
        return self._count == 1 and not self._prefixed

    def see(self, key: str, character: str | None, time: float, *, in_field: bool) -> Meaning:
        """Judge a key by its place in time; `in_field`: a text field has the focus and would show it."""
        if time - self._last > GAP and not (self._prefixed and time - self._last < DEAF):
            self._begin_anew()
        self._last = time
        if self.prefix is not None and key == self.prefix:
            self._begin_anew()
            self._prefixed = True
            return Meaning.KEEP
        if key == "enter":
            return self._end(time)
        if in_field and key in _EDITING:
            return Meaning.PASS
        if character is not None and character.isprintable() and len(character) == 1:
            return self._letter(character, in_field=in_field)
        return self._other()

    def _letter(self, character: str, *, in_field: bool) -> Meaning:
        self._count += 1
        if len(self._letters) <= LONGEST:
            self._letters.append(character)
        keep = self._prefixed or not in_field or self._count > LONGEST
        if character == " " and self._count == 1 and not self._prefixed and not in_field:
            self._begin_anew()
            return Meaning.PASS  # a person presses the button that has the focus
        return Meaning.KEEP if keep else Meaning.PASS

    def _other(self) -> Meaning:
        # Within a burst a control key is part of a forged or broken barcode: it must not press a binding.
        if not self.in_burst:
            return Meaning.PASS
        self._spoilt = True
        self._count += 1
        return Meaning.KEEP

    def _end(self, time: float) -> Meaning:
        is_scan = self._prefixed or self._count >= SHORTEST
        if not is_scan:
            self._begin_anew()
            return Meaning.KEEP if time < self._deaf_until else Meaning.PASS
        self.code = "".join(self._letters).strip()
        good = not self._spoilt and 0 < self._count <= LONGEST and self.code != ""
        self._begin_anew()
        self._deaf_until = time + DEAF
        return Meaning.SCANNED if good else Meaning.UNREADABLE

    def forget(self) -> None:
        """Whatever came so far belongs to nothing that comes now: a visit has ended."""
        self._begin_anew()
        self._last = -1.0

    def _begin_anew(self) -> None:
        self._letters.clear()
        self._count = 0
        self._prefixed = False
        self._spoilt = False
