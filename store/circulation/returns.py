"""Taking items back: the late fine, a suspension, and where the copy goes next."""

from __future__ import annotations

from datetime import datetime

from msgspec.structs import replace
from sqlalchemy import insert, select, update

from store import rows, statements
from store.act import At
from store.catalogue import describing
from store.circulation import losses
from store.circulation.facts import CopyRead, read_copy
from store.circulation.holds import fill_first, retarget, set_state
from store.circulation.loans import LoanRead, change, open_loan
from store.desk.permissions import needs
from store.desk.roles import Right
from store.desk.tasks import UNTIL_RETURN, finish_tasks, raise_task
from store.locks import lock_borrowed, lock_title_of
from store.money import ledger
from store.policy import membership, returning
from store.policy.model import Policy
from store.policy.verdict import Fine, Reason, Refused, ReturnTerms
from store.results.returns import NotReturned, Returned
from store.states import CopyState, LedgerKind, LoanState
from store.transaction import Transaction, use_case

_UNKNOWN = Reason("not_on_loan", None, "ask_desk")
_change_copy = statements.by_id(rows.copy)


@use_case
@needs(Right.LEND)
def checkin(tx: Transaction, barcode: str, now: datetime, at: At, viewer: int | None = None) -> Returned | NotReturned:
    """Take a copy back, whoever brings it (AMB-098): assess the fine, end the loan, route the copy.

    The answer says nothing of the borrower; only to the borrower (`viewer`) does it tell a suspension.

    Refusals: `not_on_loan` (also for an unknown barcode), `return_elsewhere` (ITU-H3; the loan stays open). A copy that
    was recorded as lost is found.
    """
    return take_back(tx, barcode, now, at, viewer)


def take_back(
    tx: Transaction, barcode: str, now: datetime, at: At, viewer: int | None = None
) -> Returned | NotReturned:
    """`checkin` within a transaction that is open."""
    connection, policies = tx.connection, tx.library.policies
    policy = policies.at(now)
    lock_borrowed(connection, barcode)
    lock_title_of(connection, barcode)
    copy = read_copy(connection, barcode, None, now, lock=False)
    if copy is None:
        return _refuse(tx, NotReturned(barcode, None, (_UNKNOWN,)), now, at)
    loan = open_loan(connection, copy_id=copy.copy_id)
    if copy.facts.state == CopyState.LOST:
        return _take_back_lost(tx, copy, loan, now, at)
    if loan is None:
        reasons = returning.not_on_loan().reasons
        return _refuse(tx, NotReturned(barcode, describing.item(policy, copy), reasons), now, at)
    now = max(now, loan.running.lent_at)  # the clock of the terminal that lent it may be a moment ahead
    calendar = tx.library.calendars.of(connection, copy.facts.branch)
    terms = returning.assess(policies, calendar, loan.running, now, at.branch)
    if isinstance(terms, Refused):
        return _refuse(tx, NotReturned(barcode, describing.item(policy, copy), terms.reasons), now, at)
    end_loan(tx, loan, terms, now, at)
    if copy.has_tasks:
        finish_tasks(tx, UNTIL_RETURN, now, at.staff, loan_id=loan.loan_id)
    state = route(tx, copy, now, at)
    goes_to = goes_where(policy, copy, state)
    confirm = tx.library.settings.staff_confirm_returns and at.channel == "kiosk"
    if confirm:
        raise_task(tx, "return_check", now, member_id=loan.member_id, loan_id=loan.loan_id, copy_id=loan.copy_id)
        goes_to = "desk"
    detail: dict[str, object] = {"loan": loan.loan_id, "fine": terms.fine.amount}
    tx.record("checkin", "done", now, at, member_id=loan.member_id, barcode=barcode, detail=detail)
    return Returned(
        item=replace(describing.item(policy, copy), state=state),
        late=terms.late,
        fine=terms.fine,
        suspended_until=terms.suspended_until if viewer == loan.member_id else None,
        suspension_clause=terms.suspension_clause if viewer == loan.member_id else None,
        goes_to=goes_to,
        to_be_checked=confirm,
    )


@use_case
@needs(Right.LEND)
def confirm_return(tx: Transaction, barcode: str, now: datetime, at: At) -> bool:
    """Staff have seen an item that was returned at a terminal; False if none waits to be seen."""
    loan, copy = rows.loan, rows.copy
    found = tx.connection.execute(
        select(loan.c.id, loan.c.member_id)
        .join(copy, copy.c.last_loan_id == loan.c.id)
        .where(copy.c.barcode == barcode, loan.c.to_be_checked.is_(True))
    ).first()
    if found is None:
        return False
    tx.connection.execute(update(loan).where(loan.c.id == found.id).values(to_be_checked=False))
    finish_tasks(tx, "return_check", now, at.staff, loan_id=found.id)
    tx.record("confirm_return", "done", now, at, member_id=found.member_id, barcode=barcode)
    return True


def end_loan(
    tx: Transaction,
    loan: LoanRead,
    terms: ReturnTerms,
    now: datetime,
    at: At,
    returned_at: datetime | None = None,
    *,
    fined: bool | None = None,
) -> None:
    """Close the loan, assess its fine (once, ITU R8) and enter the suspension that the fine brings (ITU-M6b).

    The copy is back on its shelf, until it is sent elsewhere. `returned_at`: when it came back, if that was before now.
    `fined`: whether this return counts as a late one with a fine (ITU-M4), if not by `terms` or by the invoice.
    """
    back = returned_at or now
    connection = tx.connection
    if fined is None:  # a fine that was charged with the invoice (ITU R8) is this late return's, too
        fined = terms.fine.amount > 0 or (loan.running.fine_ended and ledger.was_fined(connection, loan.loan_id))
    values = {
        "state": LoanState.RETURNED, "returned_at": back, "closed_at": now, "fine_ended_at": back, "fined_late": fined,
        "next_event_at": None, "next_event": None,
        "to_be_checked": tx.library.settings.staff_confirm_returns and at.channel == "kiosk",
    }  # fmt: skip
    change(connection, loan.loan_id, values)
    copy = {"state": CopyState.ON_SHELF, "last_loan_id": loan.loan_id}
    connection.execute(_change_copy, {"this": loan.copy_id, **copy})
    if terms.fine.amount > 0:
        ledger.charge(
            tx, loan.member_id, LedgerKind.LATE_FINE, terms.fine.amount, now, at,
            loan_id=loan.loan_id, clause=terms.fine.clause, account=ledger.fine_account(terms.fine),
        )  # fmt: skip
    if fined:
        watch_membership(tx, loan.member_id, now)
    if terms.suspended_until is not None:
        connection.execute(
            insert(rows.suspension).values(
                member_id=loan.member_id, kind=terms.suspension_kind or "", clause=terms.suspension_clause or "",
                starts_at=back, ends_at=terms.suspended_until, loan_id=loan.loan_id, note="",
            )
        )  # fmt: skip


def watch_membership(tx: Transaction, member_id: int, now: datetime) -> None:
    """A retired member's second fined late return: note in the row when staff are asked to cancel (ITU-M4)."""
    connection, policy, member, loan = tx.connection, tx.library.policies.at(now), rows.member, rows.loan
    row = connection.execute(select(member.c.category, member.c.cancel_check_at).where(member.c.id == member_id)).one()
    if row.cancel_check_at is not None or not policy.category(row.category).cancelled_when_late:
        return
    late = connection.execute(
        select(loan.c.returned_at)
        .where(loan.c.member_id == member_id, loan.c.fined_late.is_(True))
        .order_by(loan.c.returned_at)
    ).scalars()
    calendar = tx.library.calendars.of(tx.connection, policy.branches[0].slug)
    moment = membership.cancellation_due(policy, calendar, row.category, tuple(late))
    if moment is not None:
        connection.execute(update(member).where(member.c.id == member_id).values(cancel_check_at=moment))


def route(tx: Transaction, copy: CopyRead, now: datetime, at: At) -> CopyState:
    """Send a copy that stands on its shelf on: of another branch on its way home, else to the first waiting hold."""
    if at.branch is not None and at.branch != copy.facts.branch:
        set_state(tx, copy.copy_id, CopyState.IN_TRANSIT)
        state = CopyState.IN_TRANSIT
    elif copy.waiting and fill_first(tx, copy.copy_id, now):
        return CopyState.HOLD_SHELF
    else:
        state = CopyState.ON_SHELF
    if copy.waiting:
        retarget(tx, copy.title_id, now)
    return state


def goes_where(policy: Policy, copy: CopyRead, state: CopyState) -> str:
    """Where to put it, in a word; keys and whatever else is no publication are handed in at the desk."""
    if state is CopyState.IN_TRANSIT:
        return "transit"
    if state is CopyState.HOLD_SHELF:
        return "hold_shelf"
    return "shelf" if policy.kind(copy.facts.item_type).publication else "desk"


def _take_back_lost(tx: Transaction, copy: CopyRead, loan: LoanRead | None, now: datetime, at: At) -> Returned:
    fine = losses.turn_up(tx, copy, loan, now, at)
    set_state(tx, copy.copy_id, CopyState.ON_SHELF)
    state = route(tx, copy, now, at)
    member_id = loan.member_id if loan else None
    tx.record(
        "checkin", "done", now, at, member_id=member_id, barcode=copy.barcode, detail={"found": True, "fine": fine}
    )
    policy = tx.library.policies.at(now)
    assessed = Fine(fine, "day", 0, 0, (), None)
    item = replace(describing.item(policy, copy), state=state)
    goes_to = goes_where(policy, copy, state)
    return Returned(item, fine > 0, assessed, None, None, goes_to, to_be_checked=False, was_lost=True)


def _refuse(tx: Transaction, answer: NotReturned, now: datetime, at: At) -> NotReturned:
    tx.record("checkin", "refused", now, at, barcode=answer.barcode, reasons=answer.reasons)
    return answer
