"""Money that comes in, is let go, corrected or given back: entries are added, never changed (ITU AMB-017, AMB-018)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time

from sqlalchemy import func, select

from store import rows
from store.act import At
from store.circulation.losses import close_paid_cases
from store.desk.permissions import needs, second_pair_of_eyes
from store.desk.roles import Right
from store.locks import lock_member
from store.money import ledger
from store.money.ledger import Owed
from store.money.receipts import write_receipt
from store.policy.verdict import Number, Reason, Refused
from store.results.money import Credited
from store.states import LedgerKind, PayMethod, Purse, ReceiptKind
from store.transaction import Transaction, use_case

_LET_GO = (LedgerKind.WAIVER, LedgerKind.CORRECTION)


@use_case
@needs(Right.TAKE_MONEY, "payment")
def pay(
    tx: Transaction,
    member_id: int,
    amount: int | None,
    now: datetime,
    at: At,
    note: str = "",
    method: PayMethod = PayMethod.CASH,
    reference: str = "",
) -> Credited | Refused:
    """Take a payment: late fines first, then charges, each oldest first; without an amount all that is owed.

    Refusals: `amount_not_positive`, `nothing_owed`, `amount_above_owed`, `reference_missing` for a card.
    """
    owed = _owed(tx, member_id)
    reason = _unfit(amount, owed)
    if reason is None and method is PayMethod.CARD and not reference.strip():
        reason = Reason("reference_missing", None, "fill_in")
    if reason is not None:
        return _refuse(tx, LedgerKind.PAYMENT, Refused((reason,)), member_id, now, at)
    parts = ledger.spread(owed, amount)
    return _credit(tx, member_id, LedgerKind.PAYMENT, parts, now, at, note, method=method, reference=reference.strip())


@use_case
@needs(Right.CORRECT_MONEY, "waiver")
def waive(
    tx: Transaction, member_id: int, amount: int | None, reason: str, now: datetime, at: At, entry_id: int | None = None
) -> Credited | Refused:
    """Let go what a wrong record has raised, of one charge or of all; the reason stands with it (ITU AMB-018, ITU-G3).

    Above `waive_alone` a second member of staff signs for it. What one person has let go of the same charge on the same
    day counts together. Refusals: those of the amount, `reason_missing`, `charge_settled`, `second_person_required`.
    """
    return _let_go(tx, member_id, LedgerKind.WAIVER, amount, reason, now, at, entry_id)


@use_case
@needs(Right.CORRECT_MONEY, "correction")
def correct(
    tx: Transaction, member_id: int, entry_id: int, amount: int | None, reason: str, now: datetime, at: At
) -> Credited | Refused:
    """Enter against a charge what it should not have been; the charge itself stays as it was written. As `waive`."""
    return _let_go(tx, member_id, LedgerKind.CORRECTION, amount, reason, now, at, entry_id)


@use_case
@needs(Right.CORRECT_MONEY)
def refund(
    tx: Transaction,
    member_id: int,
    entry_id: int,
    amount: int,
    reason: str,
    now: datetime,
    at: At,
    method: PayMethod = PayMethod.CASH,
    reference: str = "",
) -> Credited | Refused:
    """Give back what was paid for a charge (METU AMB-71): at most what was, less what was given back before.

    Refusals: `amount_not_positive`, `amount_above_paid`, `reason_missing`, `second_person_required` as in `waive`.
    """
    lock_member(tx.connection, member_id)
    paid = _paid_for(tx, member_id, entry_id)
    given_back = ledger.given_back(tx.connection, member_id).get(entry_id, 0)
    refused: Refused | None = None
    if amount <= 0:
        refused = Refused((Reason("amount_not_positive", None, "check_amount"),))
    elif amount > paid - given_back:
        numbers: dict[str, Number] = {"amount": amount, "balance": paid - given_back}
        refused = Refused((Reason("amount_above_paid", None, "check_amount", numbers),))
    elif not reason.strip():
        refused = Refused((Reason("reason_missing", None, "fill_in"),))
    elif at.staff is not None and amount + given_back > tx.library.settings.waive_alone:
        refused = second_pair_of_eyes(tx, Right.CORRECT_MONEY, at)
    if refused is not None:
        return _refuse(tx, LedgerKind.REFUND, refused, member_id, now, at)
    entry = ledger.charge(
        tx, member_id, LedgerKind.REFUND, amount, now, at, account={"of": entry_id}, note=reason.strip()
    )
    parts = ((Owed(entry, LedgerKind.REFUND, Purse.CHARGE, amount, None), amount),)
    return _credit(tx, member_id, LedgerKind.REFUND, parts, now, at, reason, method=method, reference=reference.strip())


def _let_go(
    tx: Transaction,
    member_id: int,
    kind: LedgerKind,
    amount: int | None,
    reason: str,
    now: datetime,
    at: At,
    entry_id: int | None,
) -> Credited | Refused:
    owed = _owed(tx, member_id)
    if entry_id is not None:
        owed = tuple(each for each in owed if each.entry_id == entry_id)
    wrong = Reason("charge_settled", None, "see_account") if entry_id is not None and not owed else None
    wrong = wrong or _unfit(amount, owed)
    if wrong is None and not reason.strip():
        wrong = Reason("reason_missing", None, "fill_in")
    parts = ledger.spread(owed, amount)
    refused = Refused((wrong,)) if wrong else _second_needed(tx, parts, now, at)
    if refused is not None:
        return _refuse(tx, kind, refused, member_id, now, at)
    return _credit(tx, member_id, kind, parts, now, at, reason)


def _second_needed(tx: Transaction, parts: Sequence[tuple[Owed, int]], now: datetime, at: At) -> Refused | None:
    """Whether a second person must sign: for more than `waive_alone`, also if it is let go in small steps."""
    if at.staff is None:
        return None
    entry, zone = rows.ledger_entry, tx.library.calendars.zone
    today = datetime.combine(now.astimezone(zone).date(), time(0), zone)
    before = tx.connection.execute(
        select(func.coalesce(func.sum(-entry.c.amount), 0)).where(
            entry.c.settles_id.in_([owed.entry_id for owed, _part in parts]), entry.c.kind.in_(_LET_GO),
            entry.c.staff_id == at.staff, entry.c.at >= today,
        )
    )  # fmt: skip
    total = sum(part for _owed, part in parts) + int(before.scalar_one())
    return second_pair_of_eyes(tx, Right.CORRECT_MONEY, at) if total > tx.library.settings.waive_alone else None


def _credit(
    tx: Transaction,
    member_id: int,
    kind: LedgerKind,
    parts: Sequence[tuple[Owed, int]],
    now: datetime,
    at: At,
    note: str,
    *,
    method: PayMethod = PayMethod.NONE,
    reference: str = "",
) -> Credited:
    used, note = sum(part for _owed, part in parts), note.strip()
    number = write_receipt(
        tx, ReceiptKind(kind.value), member_id, used, now, at, method=method, reference=reference, note=note
    )
    # What is given back raises a charge of its own, which stands corrected at once.
    entered = LedgerKind.CORRECTION if kind is LedgerKind.REFUND else kind
    for owed, part in parts:
        ledger.credit(tx, member_id, owed, entered, part, now, at, receipt=number, note=note)
    close_paid_cases(tx, member_id, now)
    detail: dict[str, object] = {"amount": used, "receipt": number}
    if method is not PayMethod.NONE:
        detail["method"] = method.value
    if kind is not LedgerKind.PAYMENT:
        detail["reason"] = note
    tx.record(kind.value, "done", now, at, member_id=member_id, detail=detail)
    connection = tx.connection
    fines, charges = (ledger.balance(connection, member_id, purse) for purse in (Purse.FINE, Purse.CHARGE))
    return Credited(used, fines, number, fines + charges)


def _owed(tx: Transaction, member_id: int) -> tuple[Owed, ...]:
    lock_member(tx.connection, member_id)
    return ledger.owed_by(tx.connection, member_id)


def _unfit(amount: int | None, owed: Sequence[Owed]) -> Reason | None:
    total = sum(each.left for each in owed)
    if amount is not None and amount <= 0:
        return Reason("amount_not_positive", None, "check_amount")
    if total == 0:
        return Reason("nothing_owed", None, "see_account")
    if amount is not None and amount > total:
        return Reason("amount_above_owed", None, "check_amount", {"amount": amount, "balance": total})
    return None


def _paid_for(tx: Transaction, member_id: int, entry_id: int) -> int:
    entry = rows.ledger_entry
    total = select(func.coalesce(func.sum(-entry.c.amount), 0)).where(
        entry.c.settles_id == entry_id, entry.c.member_id == member_id, entry.c.kind == LedgerKind.PAYMENT
    )
    return int(tx.connection.execute(total).scalar_one())


def _refuse(tx: Transaction, kind: LedgerKind, refused: Refused, member_id: int, now: datetime, at: At) -> Refused:
    tx.record(kind.value, "refused", now, at, member_id=member_id, reasons=refused.reasons)
    return refused
