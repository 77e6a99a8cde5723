"""Money that comes in or is let go: the desk's acts on a member's account (ITU AMB-017, AMB-018)."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from store import ledger
from store.act import At
from store.locks import lock_member
from store.losses import close_paid_cases
from store.states import LedgerKind
from store.transaction import Transaction, use_case


@dataclass(frozen=True, slots=True)
class Credited:
    """What a payment or waiver did."""

    used: int
    "Kuruş that went to what was owed."
    balance: int
    "Unpaid late fines afterwards, in kuruş."
    receipt: str


@use_case
def pay(tx: Transaction, member_id: int, amount: int | None, now: datetime, at: At, note: str = "") -> Credited:
    """Take a payment: late fines first, then charges, each oldest first; without an amount all that is owed."""
    return _reduce(tx, member_id, LedgerKind.PAYMENT, amount, now, at, note)


@use_case
def waive(tx: Transaction, member_id: int, amount: int | None, reason: str, now: datetime, at: At) -> Credited:
    """Let go what a wrong record has raised; the reason stands with it (ITU AMB-018, ITU-G3)."""
    return _reduce(tx, member_id, LedgerKind.WAIVER, amount, now, at, reason)


def _reduce(
    tx: Transaction, member_id: int, kind: LedgerKind, amount: int | None, now: datetime, at: At, note: str
) -> Credited:
    lock_member(tx.session.connection(), member_id)
    receipt = uuid.uuid4().hex[:12]
    used = ledger.reduce(tx, member_id, kind, amount, now, at, receipt=receipt, note=note)
    close_paid_cases(tx, member_id, now)
    tx.record(kind.value, "done", now, at, member_id=member_id, detail={"amount": used, "receipt": receipt})
    return Credited(used, ledger.balance(tx.session.connection(), member_id), receipt)
