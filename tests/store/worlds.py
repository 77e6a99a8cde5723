"""Small libraries for the store's tests, made as scenarios make theirs, on either database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from store.library import Library
from store.opening import create_library
from store.scenarios import world
from store.scenarios.reading import Scenario
from store.scenarios.world import World
from store.settings import PinHashing, StoreSettings

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
CHEAP = PinHashing(memory_kib=8, time_cost=1, parallelism=1)


def settings(url: str, policy: str = "itu", **more: Any) -> StoreSettings:  # noqa: ANN401 - any setting
    """Settings with quick hashes."""
    return StoreSettings(database=url, policy=policy, terminal="test", pin_hashing=CHEAP, **more)


def library(
    url: str, members: dict[str, dict[str, Any]], items: dict[str, dict[str, Any]], policy: str = "itu"
) -> tuple[Library, World]:
    """A library with these members and items, as a scenario file would write them."""
    opened = create_library(settings(url, policy), NOW)
    scenario = Scenario("test", "test", (), members, items, {}, (), ())
    return opened, world.build(opened, scenario, NOW - timedelta(days=1))
