"""What is only ever added to: money, letters, tasks, the audit; and what the library knows about itself."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from store.states import LedgerKind, NoticeStatus, Purse
from store.tables.columns import index_where, instant, key, kurus, refers, state


class LedgerEntry(SQLModel, table=True):
    """An entry in a member's account, never changed: what is owed is positive, what reduces it is negative."""

    __tablename__ = "ledger_entry"
    __table_args__ = (
        Index("ix_ledger_entry_member_purse", "member_id", "purse"),
        index_where("ix_ledger_entry_receipt", "receipt IS NOT NULL", "receipt"),
        Index("ix_ledger_entry_at", "at"),
        CheckConstraint("(kind IN ('payment', 'waiver', 'correction')) = (amount < 0) AND amount <> 0", name="sign"),
        CheckConstraint("(amount < 0) <= (settles_id IS NOT NULL)", name="settles"),
    )

    id: int | None = key()
    member_id: int = refers("member.id", index=False)
    kind: LedgerKind = state(LedgerKind, "kind")
    purse: Purse = state(Purse, "purse")
    amount: int = kurus()
    at: datetime = instant()
    loan_id: int | None = refers("loan.id", optional=True)
    "The only column that may change: emptied when the history is forgotten."
    settles_id: int | None = refers("ledger_entry.id", optional=True)
    "The charge that a payment, waiver or correction reduces."
    clause: str | None = Field(default=None, max_length=40)
    account: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    "How it was reckoned: late days or hours and their rates."
    receipt: str | None = Field(default=None, max_length=40)
    staff_id: int | None = refers("staff.id", optional=True, index=False)
    terminal: str = Field(default="", max_length=40)
    note: str = ""


class Notice(SQLModel, table=True):
    """A letter, written together with its cause and sent afterwards."""

    __tablename__ = "notice"
    __table_args__ = (
        index_where("ix_notice_queue", "status = 'queued'", "next_try_at"),
        Index("ix_notice_status", "status", "id"),
    )

    id: int | None = key()
    kind: str = Field(max_length=32)
    member_id: int | None = refers("member.id", optional=True)
    "Empty for the code of an applicant, who is no member yet."
    loan_id: int | None = refers("loan.id", optional=True)
    hold_id: int | None = refers("hold.id", optional=True, index=False)
    copy_id: int | None = refers("copy.id", optional=True, index=False)
    at: datetime = instant()
    "The moment at which it was due, whenever it was written or sent."
    facts: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    once: str | None = Field(default=None, unique=True, max_length=120)
    "What this letter is, so that it can't be written twice: kind, loan or hold, and period."
    address: str = ""
    language: str = Field(default="tr", max_length=8)
    status: NoticeStatus = state(NoticeStatus, "status", NoticeStatus.QUEUED)
    attempts: int = 0
    next_try_at: datetime | None = instant(optional=True)
    sent_at: datetime | None = instant(optional=True)
    message_id: str | None = Field(default=None, unique=True, max_length=120)
    sent_as: str | None = Field(default=None, index=True, max_length=120)
    "The Message-ID of the letter that carried it: that of the day's first notice of its kind."
    trouble: str = ""


class Task(SQLModel, table=True):
    """Work that waits for a person."""

    __tablename__ = "task"
    __table_args__ = (
        index_where("ix_task_open", "done_at IS NULL", "raised_at"),
        index_where("ix_task_open_loan", "done_at IS NULL", "loan_id"),
        index_where("ix_task_done", "done_at IS NOT NULL", "done_at"),
    )

    id: int | None = key()
    slug: str = Field(max_length=40)
    raised_at: datetime = instant()
    deadline: datetime | None = instant(optional=True)
    member_id: int | None = refers("member.id", optional=True)
    loan_id: int | None = refers("loan.id", optional=True, index=False)
    copy_id: int | None = refers("copy.id", optional=True)
    hold_id: int | None = refers("hold.id", optional=True, index=False)
    once: str | None = Field(default=None, unique=True, max_length=120)
    done_at: datetime | None = instant(optional=True)
    staff_id: int | None = refers("staff.id", optional=True, index=False)
    note: str = ""


class AuditEntry(SQLModel, table=True):
    """An act, a refusal or a failed sign-in: who (by pseudonym), where, when, which clauses. Never changed."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        UniqueConstraint("chain", "seq", name="uq_audit_entry_chain"),
        index_where("ix_audit_entry_refused", "outcome = 'refused'", "at"),
    )

    id: int | None = key()
    chain: str = Field(max_length=64)
    "The terminal or staff process whose entries follow one another."
    seq: int
    at: datetime = instant(index=True)
    act: str = Field(max_length=40)
    outcome: str = Field(max_length=16)
    channel: str = Field(max_length=16)
    terminal: str = Field(default="", max_length=40)
    visit: str | None = Field(default=None, max_length=40)
    who: str | None = Field(default=None, max_length=32, index=True)
    "Pseudonym of the member."
    staff_id: int | None = refers("staff.id", optional=True, index=False)
    barcode: str | None = Field(default=None, max_length=64)
    reasons: list[list[str | None]] = Field(default_factory=list, sa_type=JSON)
    "Pairs of reason and clause."
    detail: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    hash_before: str = Field(max_length=64)
    hash: str = Field(max_length=64)


class PolicyVersion(SQLModel, table=True):
    """A policy file as it was loaded, from when it holds, and who loaded it (ITU-N10, METU-M4-2)."""

    __tablename__ = "policy_version"

    version: str = Field(primary_key=True, max_length=64)
    effective_from: datetime = instant()
    text: str
    loaded_at: datetime = instant()
    staff_id: int | None = refers("staff.id", optional=True, index=False)
    decision: str = ""
    "Reference of the decision that made it (ITU-N9)."
    withdrawn_at: datetime | None = instant(optional=True)
    "Taken back before it began: it never holds."


class JobRun(SQLModel, table=True):
    """How far a job has come: everything due up to and including this instant is done."""

    __tablename__ = "job_run"

    job: str = Field(primary_key=True, max_length=40)
    done_until: datetime = instant()


class Setting(SQLModel, table=True):
    """What the library knows about itself: its secret, whether it is the demo."""

    __tablename__ = "setting"

    key: str = Field(primary_key=True, max_length=40)
    value: str
