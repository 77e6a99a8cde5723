"""Loans, holds, and losses."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field, SQLModel

from store.states import CaseKind, HoldStatus, LoanState
from store.tables.columns import index_where, instant, key, refers, state, unique_where


class Loan(SQLModel, table=True):
    """A copy with a member, from checkout to return or settlement."""

    __tablename__ = "loan"
    __table_args__ = (
        unique_where("uq_loan_open_copy", "closed_at IS NULL", "copy_id"),
        index_where("ix_loan_open_member", "closed_at IS NULL", "member_id"),
        index_where("ix_loan_next_event", "next_event_at IS NOT NULL", "next_event_at"),
        Index("ix_loan_member_lent", "member_id", "lent_at"),
        index_where("ix_loan_open_due", "closed_at IS NULL", "due_at"),
        index_where("ix_loan_lent", "state <> 'undone'", "lent_at", "branch", "copy_id"),
        index_where("ix_loan_returned", "returned_at IS NOT NULL", "returned_at", "branch"),
        index_where("ix_loan_known", "member_id IS NOT NULL AND closed_at IS NOT NULL", "closed_at"),
        CheckConstraint("renewals >= 0 AND renewals_allowed >= 0", name="renewals"),
        CheckConstraint("(state = 'open') <= (closed_at IS NULL)", name="open"),
        CheckConstraint("(state = 'returned') <= (returned_at IS NOT NULL)", name="returned"),
        CheckConstraint("closed_at IS NOT NULL OR member_id IS NOT NULL", name="borrower"),
    )

    id: int | None = key()
    copy_id: int = refers("copy.id")
    member_id: int | None = refers("member.id", optional=True, index=False)
    "Empty once the history is forgotten; never while the loan is open."
    category: str = Field(max_length=40)
    item_type: str = Field(max_length=40)
    branch: str = Field(max_length=40)
    loan_type: str = Field(default="standard", max_length=16)
    hourly: bool = False
    "Due at a time of day rather than at the end of a day."
    state: LoanState = state(LoanState, "state", LoanState.OPEN)
    lent_at: datetime = instant()
    period_start: datetime = instant()
    "Start of the running period: the loan, or the old due date at the loan's time of day (ITU-D1)."
    opens_at: datetime | None = instant(optional=True)
    "From when the loan can be renewed, if ever."
    due_at: datetime = instant()
    renewals: int = 0
    renewals_allowed: int = 0
    policy_version: str = Field(max_length=64)
    visit: str | None = Field(default=None, max_length=40)
    terminal: str = Field(default="", max_length=40)
    renewal_asked_at: datetime | None = instant(optional=True)
    "A renewal that waits for staff (METU-1-C-f.renew)."
    renewal_declined_at: datetime | None = instant(optional=True)
    "When staff declined it: it can be asked for once."
    recalled_at: datetime | None = instant(optional=True)
    due_before_recall: datetime | None = instant(optional=True)
    "The due date that holds again if the recall turns out not to have been delivered (ITU-E2)."
    fine_ended_at: datetime | None = instant(optional=True)
    "When the late fine stopped growing: return, loss report, invoice (ITU-N5, AMB-014)."
    returned_at: datetime | None = instant(optional=True)
    closed_at: datetime | None = instant(optional=True)
    to_be_checked: bool = False
    "Taken back at a terminal; staff have yet to see the item."
    fined_late: bool = False
    "Returned late with a fine (ITU-M4 counts these)."
    overridden: bool = False
    next_event_at: datetime | None = instant(optional=True)
    "The moment of the next notice or step that time brings; what the jobs look for."
    next_event: str | None = Field(default=None, max_length=24)


class Hold(SQLModel, table=True):
    """A claim of a member on a title."""

    __tablename__ = "hold"
    __table_args__ = (
        unique_where("uq_hold_active", "status IN ('waiting', 'ready')", "member_id", "title_id"),
        unique_where("uq_hold_ready_copy", "status = 'ready'", "copy_id"),
        index_where("ix_hold_waiting", "status = 'waiting'", "title_id", "placed_at"),
        index_where("ix_hold_pickup", "status = 'ready'", "pickup_until"),
        Index("ix_hold_placed", "placed_at"),
        CheckConstraint("(status = 'ready') <= (copy_id IS NOT NULL AND pickup_until IS NOT NULL)", name="ready"),
    )

    id: int | None = key()
    title_id: int = refers("title.id")
    member_id: int = refers("member.id")
    status: HoldStatus = state(HoldStatus, "status", HoldStatus.WAITING)
    placed_at: datetime = instant()
    copy_id: int | None = refers("copy.id", optional=True, index=False)
    ready_at: datetime | None = instant(optional=True)
    pickup_until: datetime | None = instant(optional=True)
    closed_at: datetime | None = instant(optional=True)
    closed_why: str | None = Field(default=None, max_length=16)
    "`by_member`, `expired`, `item_lost`, `by_library`, `merged` (of two titles that were one)"
    overridden: bool = False


class HoldTarget(SQLModel, table=True):
    """From when until when a waiting hold burdened a loan (SCENARIOS 5.3); the held rate of a fine asks for it."""

    __tablename__ = "hold_target"
    __table_args__ = (unique_where("uq_hold_target_loan", "until_at IS NULL", "loan_id"),)

    id: int | None = key()
    hold_id: int = refers("hold.id")
    loan_id: int = refers("loan.id")
    from_at: datetime = instant()
    until_at: datetime | None = instant(optional=True)


class LossCase(SQLModel, table=True):
    """A lost or damaged copy until it is replaced, paid, found or closed (ITU-N2 to N6, METU-2-h.lost)."""

    __tablename__ = "loss_case"
    __table_args__ = (
        unique_where("uq_loss_case_open", "settled_at IS NULL", "copy_id", "kind"),
        index_where("ix_loss_case_deadline", "settled_at IS NULL AND overdue_at IS NULL", "deadline"),
    )

    id: int | None = key()
    copy_id: int = refers("copy.id")
    loan_id: int = refers("loan.id")
    member_id: int = refers("member.id")
    kind: CaseKind = state(CaseKind, "kind")
    intentional: bool = False
    declared: bool = False
    "Declared lost by the library because time passed, rather than reported by the member."
    opened_at: datetime = instant()
    deadline: datetime | None = instant(optional=True)
    overdue_at: datetime | None = instant(optional=True)
    "When staff were told that the deadline had passed."
    equivalent_named_at: datetime | None = instant(optional=True)
    frozen_fine: int = 0
    "Late fine in kuruş reckoned up to the report, not yet assessed (METU); 0 where it is assessed at once."
    returned_at: datetime | None = instant(optional=True)
    remedy: str | None = Field(default=None, max_length=24)
    settled_at: datetime | None = instant(optional=True)
    staff_id: int | None = refers("staff.id", optional=True, index=False)
