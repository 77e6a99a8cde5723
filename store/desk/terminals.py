"""Acts of the staff on a terminal itself: they change nothing of the library, but are written down."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from store.act import At
from store.desk.permissions import needs
from store.desk.roles import Right
from store.policy.verdict import Refused
from store.transaction import Transaction, use_case


@use_case
@needs(Right.TERMINAL, "terminal")
def tend(tx: Transaction, act: str, detail: Mapping[str, object], now: datetime, at: At) -> Refused | None:
    """Write down that somebody tends the terminal, before it is done: `terminal_restart`, `terminal_setting`, …"""
    tx.record(act, "done", now, at, detail=detail)
    return None


@use_case
def record_fault(tx: Transaction, happened: datetime, now: datetime, at: At) -> None:
    """The terminal's program failed, and was started again: for the report on the terminals."""
    tx.record("fault", "failed", now, at, detail={"happened": happened.isoformat()})
