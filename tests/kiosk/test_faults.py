"""Faults: a log without anybody's data, and a count that survives."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kiosk.faults import FaultLimits, FaultLog

SECRET = "gizli123"


class _Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


def _fail(log: FaultLog) -> None:
    try:
        pin = SECRET
        raise RuntimeError(f"cannot hash {pin}")
    except RuntimeError as fault:
        log.record(fault)


def test_the_log_says_where_and_never_what(tmp_path: Path) -> None:
    """File, line and kind of fault; no message, no values."""
    _fail(FaultLog(tmp_path, FaultLimits(), _Clock()))
    written = (tmp_path / "faults.log").read_text()
    assert "RuntimeError" in written and "test_faults.py" in written and "_fail" in written
    assert SECRET not in written and "cannot hash" not in written


def test_several_faults_in_a_short_time_take_the_terminal_out_of_service(tmp_path: Path) -> None:
    """The third within ten minutes; a new process knows it too."""
    clock = _Clock()
    for _ in range(2):
        _fail(FaultLog(tmp_path, FaultLimits(limit=3), clock))
        clock.now += timedelta(minutes=2)
    assert not FaultLog(tmp_path, FaultLimits(limit=3), clock).out_of_service()
    _fail(FaultLog(tmp_path, FaultLimits(limit=3), clock))
    clock.now += timedelta(days=3)
    again = FaultLog(tmp_path, FaultLimits(limit=3), clock)
    assert again.out_of_service()
    again.reset()
    assert not FaultLog(tmp_path, FaultLimits(limit=3), clock).out_of_service()


def test_rare_faults_do_not_add_up(tmp_path: Path) -> None:
    """One a day is no reason to close."""
    clock = _Clock()
    for _ in range(9):
        _fail(FaultLog(tmp_path, FaultLimits(limit=3), clock))
        clock.now += timedelta(days=1)
    assert not FaultLog(tmp_path, FaultLimits(limit=3), clock).out_of_service()


@pytest.mark.parametrize("torn", ["", "{", "null", "2026-", "2026-11-23T09:00:00"])
def test_a_torn_count_is_begun_anew(tmp_path: Path, torn: str) -> None:
    """Power failed while it was written."""
    (tmp_path / "faults-recent").write_text(torn)
    log = FaultLog(tmp_path, FaultLimits(limit=2), _Clock())
    _fail(log)
    assert not log.out_of_service()
    _fail(log)
    assert log.out_of_service()


def test_every_fault_is_told_to_the_library_once(tmp_path: Path) -> None:
    """By the next start that reaches it; one that does not reach it loses none. A torn line is passed over."""
    clock, told = _Clock(), list[datetime]()
    log = FaultLog(tmp_path, FaultLimits(), clock)
    log.tell(told.append)
    _fail(log)
    clock.now += timedelta(hours=1)
    _fail(log)
    with (tmp_path / "faults-untold").open("a", encoding="utf-8") as file:
        file.write("2026-03-0")

    def away(_moment: datetime) -> None:
        raise ConnectionError

    with pytest.raises(ConnectionError):
        log.tell(away)
    FaultLog(tmp_path, FaultLimits(), clock).tell(told.append)
    log.tell(told.append)
    assert told == [clock.now - timedelta(hours=1), clock.now]
