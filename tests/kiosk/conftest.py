"""Today's demo library, as `kiosk demo` makes it at its first start of a day."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from store.demo.today import demo_library
from store.settings import StoreSettings
from tests.conftest import made_once


@pytest.fixture(scope="session")
def todays_demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file to copy from, made once: with PINs kept as they are kept, it takes some seconds."""

    def make(path: Path) -> None:
        demo_library(StoreSettings(database=f"sqlite:///{path}", terminal="demo-1"), datetime.now(UTC)).close()

    return made_once(tmp_path_factory, "todays-demo.db", make)
