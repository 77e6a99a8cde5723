"""Hashes PINs with argon2id through passlib. Slow on purpose (40 ms): never on the event loop or in a transaction."""

from __future__ import annotations

import ctypes
from contextlib import suppress

from passlib.context import CryptContext

from store.settings import PinHashing

_LONGEST = 1024
"Characters; more than any field takes, and less than passlib refuses with an exception."
_M_MMAP_THRESHOLD, _LARGE = -3, 2**20


class PinHasher:
    """Hashes and checks PINs. A PIN that nobody has takes as long to check as one that somebody has."""

    def __init__(self, parameters: PinHashing) -> None:
        self._context = CryptContext(
            schemes=["argon2"],
            argon2__type="ID",
            argon2__memory_cost=parameters.memory_kib,
            argon2__time_cost=parameters.time_cost,
            argon2__parallelism=parameters.parallelism,
        )

    def warm_up(self) -> None:
        """Make the hash that unknown cards are checked against: the first such check would take longer than others."""
        _give_back_large_memory()
        self._context.dummy_verify()

    def hash(self, pin: str) -> str:
        """A new salted hash."""
        return str(self._context.hash(pin))

    def check(self, pin: str, stored: str | None) -> tuple[bool, str | None]:
        """Whether the PIN is right, and a new hash to store if the parameters have risen since.

        Without a stored hash, or for a text that is no PIN by its length, the answer is no, after the same work.
        """
        if stored is None or len(pin) > _LONGEST:
            self._context.dummy_verify()
            return False, None
        right, newer = self._context.verify_and_update(pin, stored)
        return bool(right), newer if right else None


def _give_back_large_memory() -> None:
    """After each check the system gets its 19 MiB back; glibc alone keeps what it has once given out twice."""
    with suppress(OSError, AttributeError):  # another C library
        ctypes.CDLL(None).mallopt(_M_MMAP_THRESHOLD, _LARGE)
