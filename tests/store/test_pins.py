"""PINs: hashed with argon2id, never stored as they are; checked alike whether somebody has them or not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select, text

from store import members, rows
from store.act import At
from store.database import open_database
from store.library import Library
from store.opening import open_library
from store.pins import PinHasher
from store.policy import pins
from store.policy.load import shipped
from store.results.visit import SignedIn
from store.settings import PinHashing, StoreSettings
from store.signin import sign_in
from store.staff import CardTaken, create_staff, staff_pin_faults
from store.states import Role
from store.policy.verdict import Refused
from tests.store.worlds import CHEAP, NOW, library

AT = At("kiosk-1")
PIN = "çiğdem7"
POLICY = shipped("itu").latest


def _slugs(answer: Refused | None) -> tuple[str, ...]:
    return answer.slugs if answer is not None else ()


def test_a_hash_is_salted_argon2id_with_the_set_cost() -> None:
    """Two hashes of one PIN differ, and neither holds it."""
    hasher = PinHasher(PinHashing(memory_kib=64, time_cost=3, parallelism=1))
    one, other = hasher.hash(PIN), hasher.hash(PIN)
    assert one != other
    assert one.startswith("$argon2id$v=19$m=64,t=3,p=1$")
    assert PIN not in one
    assert hasher.check(PIN, one) == hasher.check(PIN, other) == (True, None)


@pytest.mark.parametrize("wrong", ["", "ciğdem7", "çiğdem", "çiğdem77", "Çiğdem7", "çiğdem7 ", "\x00", "ç" * 5000])
def test_another_pin_is_wrong(wrong: str) -> None:
    """Also one without its marks, an empty one, and one that no keypad could type."""
    hasher = PinHasher(CHEAP)
    assert hasher.check(wrong, hasher.hash(PIN)) == (False, None)


def test_the_defaults_are_those_of_the_settings_and_above_the_floor() -> None:
    """19 MiB, two passes, one lane: what OWASP asks at least."""
    assert PinHasher(PinHashing()).hash(PIN).startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_without_a_hash_the_same_work_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    """The time must not tell whether a card is known: both answers hash once."""
    from passlib.handlers.argon2 import argon2

    hashed: list[object] = []
    real: Callable[..., Any] = argon2.verify.__func__  # type: ignore[attr-defined]

    hasher = PinHasher(CHEAP)
    hasher.warm_up()
    stored = hasher.hash(PIN)

    def counted(cls: object, *args: object, **more: object) -> object:
        hashed.append(cls)
        return real(cls, *args, **more)

    monkeypatch.setattr(argon2, "verify", classmethod(counted))
    assert hasher.check("x", None) == (False, None)
    unknown = len(hashed)
    assert hasher.check("x", stored) == (False, None)
    assert unknown == len(hashed) - unknown
