"""A return that staff record with an earlier moment: what lay in the book drop over a closed day was back before."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import delete, func, insert, select, update

from store import rows
from store.act import At
from store.catalogue import describing
from store.circulation import returns
from store.circulation.facts import read_copy
from store.circulation.loans import LoanRead, open_loan
from store.desk.permissions import needs
from store.desk.roles import Right
from store.desk.tasks import UNTIL_RETURN, finish_tasks
from store.locks import lock_loan, lock_title_of
from store.money import ledger
from store.policy import returning
from store.policy.verdict import Fine, Reason, Refused, ReturnTerms
from store.results.desk import SetBack
from store.states import CopyState, LedgerKind, LoanState
from store.transaction import Transaction, use_case

_NOTHING = Fine(0, "day", 0, 0, (), None)


class _Charged(Struct, frozen=True):
    """The late fine that the loan has brought so far, in kuruş, and when it was entered."""

    amount: int
    at: datetime | None


@use_case
@needs(Right.LEND)
def set_back(tx: Transaction, barcode: str, returned_at: datetime, now: datetime, at: At) -> SetBack | Refused:
    """Record that a copy, still on loan or returned last, came back at an earlier instant, and reckon its fine anew.

    Done against what the terminal has seen, so it needs the right to override and a written reason
    (`at.override_reason`). What was charged too much is corrected away as far as it is unpaid.
    Refusals: `reason_missing`, `not_on_loan`, `return_moment_unfit` (in the future, before the loan, or later than
    recorded).
    """
    if at.override_reason is None:
        return _refuse(tx, Reason("reason_missing", None, "fill_in"), barcode, now, at)
    connection, policies = tx.connection, tx.library.policies
    loan = _loan_of(tx, barcode)
    if loan is not None:
        lock_loan(connection, loan.loan_id)
        lock_title_of(connection, barcode)
        loan = open_loan(connection, loan_id=loan.loan_id)
    if loan is None:
        return _refuse(tx, Reason("not_on_loan", None, "ask_desk"), barcode, now, at)
    row = connection.execute(select(rows.loan).where(rows.loan.c.id == loan.loan_id)).one()
    latest = row.returned_at or now
    if not loan.running.lent_at <= returned_at < latest:
        numbers = {"since": loan.running.lent_at, "until": latest}
        return _refuse(tx, Reason("return_moment_unfit", None, "fill_in", numbers), barcode, now, at)
    calendar = tx.library.calendars.of(connection, loan.running.branch)
    terms = returning.assess(policies, calendar, replace(loan.running, fine_ended=False), returned_at)
    assert isinstance(terms, ReturnTerms)
    charged = _charged(tx, loan)
    goes_to = ""
    if row.returned_at is None:
        anew = replace(terms, fine=_NOTHING) if charged.amount else terms
        returns.end_loan(tx, loan, anew, now, at, returned_at, fined=terms.fine.amount > 0)
        copy = read_copy(connection, barcode, None, now, lock=False)
        assert copy is not None
        goes_to = returns.goes_where(policies.at(now), copy, returns.route(tx, copy, now, at))
    else:
        _change_end(tx, loan, terms, returned_at)
    overpaid = 0
    if charged.at is not None and returned_at < charged.at:
        overpaid = _correct(tx, loan, charged.amount - terms.fine.amount, now, at)
    _look_again(tx, loan.member_id, now)
    finish_tasks(tx, (*UNTIL_RETURN, "return_check"), now, at.staff, loan_id=loan.loan_id)
    detail: dict[str, object] = {
        "loan": loan.loan_id, "returned": returned_at.isoformat(), "instead_of": latest.isoformat(),
        "fine": terms.fine.amount, "fine_before": charged.amount, "override_reason": at.override_reason,
    }  # fmt: skip
    tx.record("set_back", "done", now, at, member_id=loan.member_id, barcode=barcode, detail=detail)
    after = read_copy(connection, barcode, None, now, lock=False)
    assert after is not None
    return SetBack(
        item=describing.item(policies.at(now), after),
        returned_at=returned_at,
        was=row.returned_at,
        fine=terms.fine,
        fine_before=charged.amount,
        overpaid=overpaid,
        goes_to=goes_to,
    )


def _loan_of(tx: Transaction, barcode: str) -> LoanRead | None:
    """The loan that is out, else the one that was returned last; a lost copy is found, not returned."""
    connection, copy = tx.connection, rows.copy
    found = connection.execute(
        select(copy.c.id, copy.c.state, copy.c.last_loan_id).where(copy.c.barcode == barcode)
    ).first()
    if found is None or found.state == CopyState.LOST:
        return None
    running = open_loan(connection, copy_id=found.id)
    if running is not None or found.last_loan_id is None:
        return running
    last = open_loan(connection, loan_id=found.last_loan_id)
    return None if last is None or last.running.lost else last


def _charged(tx: Transaction, loan: LoanRead) -> _Charged:
    entry = rows.ledger_entry
    row = tx.connection.execute(
        select(func.coalesce(func.sum(entry.c.amount), 0), func.min(entry.c.at)).where(
            entry.c.loan_id == loan.loan_id, entry.c.kind == LedgerKind.LATE_FINE
        )
    ).one()
    return _Charged(int(row[0]), row[1])


def _change_end(tx: Transaction, loan: LoanRead, terms: ReturnTerms, returned_at: datetime) -> None:
    """The loan ended already: it ended earlier, and its suspension, if it still brings one, runs from then."""
    connection, suspension = tx.connection, rows.suspension
    values = {"returned_at": returned_at, "fined_late": terms.fine.amount > 0, "to_be_checked": False}
    connection.execute(
        update(rows.loan)
        .where(rows.loan.c.id == loan.loan_id, rows.loan.c.state == LoanState.RETURNED)
        .values(values | {"fine_ended_at": returned_at})
    )
    connection.execute(delete(suspension).where(suspension.c.loan_id == loan.loan_id))
    if terms.suspended_until is not None:
        connection.execute(
            insert(suspension).values(
                member_id=loan.member_id, kind=terms.suspension_kind or "", clause=terms.suspension_clause or "",
                starts_at=returned_at, ends_at=terms.suspended_until, loan_id=loan.loan_id, note="",
            )
        )  # fmt: skip


def _correct(tx: Transaction, loan: LoanRead, too_much: int, now: datetime, at: At) -> int:
    """Take back what was charged too much; gives what of it was paid already, in kuruş."""
    for owed in ledger.owed_by(tx.connection, loan.member_id):
        if too_much > 0 and owed.loan_id == loan.loan_id and owed.kind is LedgerKind.LATE_FINE:
            part = min(owed.left, too_much)
            note = at.override_reason or ""
            ledger.credit(tx, loan.member_id, owed, LedgerKind.CORRECTION, part, now, at, note=note)
            too_much -= part
    return max(0, too_much)


def _look_again(tx: Transaction, member_id: int, now: datetime) -> None:
    """Whether a retired member's late returns still ask for the membership's end (ITU-M4)."""
    member = rows.member
    changed = tx.connection.execute(
        update(member).where(member.c.id == member_id, member.c.cancel_check_at.is_not(None))
        .values(cancel_check_at=None)
    )  # fmt: skip
    if changed.rowcount:
        returns.watch_membership(tx, member_id, now)


def _refuse(tx: Transaction, reason: Reason, barcode: str, now: datetime, at: At) -> Refused:
    tx.record("set_back", "refused", now, at, barcode=barcode, reasons=(reason,))
    return Refused((reason,))
