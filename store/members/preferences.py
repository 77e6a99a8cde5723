"""What a member sets: language, receipt, whether the history is kept, and a new e-mail address by a mailed code."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update

from store import rows
from store.act import At
from store.members.addresses import is_address
from store.members.forgetting import forget_loans
from store.members.memberpins import judge_code, mail_code, use_up
from store.policy.verdict import Reason, Refused
from store.results.members import CodeSent
from store.transaction import Transaction, use_case

RECEIPTS = ("none", "mail", "print")


@use_case
def set_language(tx: Transaction, member_id: int, language: str, now: datetime, at: At) -> None:
    """The language in which the terminal greets the member and letters are written."""
    _set(tx, member_id, "language", language, now, at)


@use_case
def set_receipt(tx: Transaction, member_id: int, how: str, now: datetime, at: At) -> None:
    """What happens at the end of a visit: nothing, a letter, or paper. Raises ValueError for anything else."""
    if how not in RECEIPTS:
        raise ValueError(f"{how!r} is no kind of receipt; there are {', '.join(RECEIPTS)}")
    _set(tx, member_id, "receipt", how, now, at)


@use_case
def set_forgetting(tx: Transaction, member_id: int, forget: bool, now: datetime, at: At) -> int:
    """Have returned loans forgotten at once from now on, the past ones included; gives how many were forgotten."""
    _set(tx, member_id, "forget_history", forget, now, at)
    return forget_loans(tx, now, now, member_id=member_id) if forget else 0


@use_case
def ask_address_code(tx: Transaction, member_id: int, address: str, now: datetime, at: At) -> CodeSent | Refused:
    """Send a code to the new address: whoever reads it there may have the letters sent there."""
    address = address.strip()
    if not is_address(address):
        refused = Refused((Reason("address_unfit", None, "check_address"),))
        tx.record("address_code", "refused", now, at, member_id=member_id, reasons=refused.reasons)
        return refused
    return mail_code(tx, member_id, "address", address, now, at)


@use_case
def confirm_address(tx: Transaction, member_id: int, ticket: int, code: str, now: datetime, at: At) -> Refused | None:
    """Take the new address over, if the code is right and was this member's."""
    refused = judge_code(tx, ticket, code, now)
    code_sent = rows.one_time_code
    row = tx.connection.execute(
        select(code_sent).where(code_sent.c.id == ticket, code_sent.c.member_id == member_id)
    ).first()
    if refused is not None or row is None or row.purpose != "address":
        refused = refused or Refused((Reason("code_expired", None, "ask_new_code"),))
        tx.record("address", "refused", now, at, member_id=member_id, reasons=refused.reasons)
        return refused
    use_up(tx, ticket, now)
    _set(tx, member_id, "email", row.address, now, at)
    return None


def _set(tx: Transaction, member_id: int, what: str, value: str | bool, now: datetime, at: At) -> None:
    tx.connection.execute(update(rows.member).where(rows.member.c.id == member_id).values({what: value}))
    # An address is the member's own affair: the audit knows that it changed, not what it is.
    detail = {} if what == "email" else {what: value}
    tx.record(f"set_{what}", "done", now, at, member_id=member_id, detail=detail)
