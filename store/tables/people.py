"""Members, staff, their cards, and what guards their sign-in."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint
from sqlmodel import Field, SQLModel

from store.states import CardStatus, MemberStatus, Role
from store.tables.columns import index_where, instant, key, refers, state


class Member(SQLModel, table=True):
    """A person with an account."""

    __tablename__ = "member"
    __table_args__ = (
        CheckConstraint("pin_hash IS NULL OR length(pin_hash) > 20", name="pin_hash"),
        index_where("ix_member_forget_history", "forget_history", "id"),
        index_where("ix_member_cancel_check", "cancel_check_at IS NOT NULL", "cancel_check_at"),
    )

    id: int | None = key()
    number: str = Field(unique=True, max_length=40)
    "Student or staff number."
    surname: str
    given_name: str
    name_fold: str = Field(default="", index=True)
    "Surname and given name, folded, for the desk's search."
    email: str = ""
    category: str = Field(max_length=40)
    status: MemberStatus = state(MemberStatus, "status", MemberStatus.ACTIVE)
    pin_hash: str | None = None
    language: str | None = Field(default=None, max_length=8)
    receipt: str | None = Field(default=None, max_length=16)
    external_block: bool = False
    "Blocked in the student system, as staff recorded it (ITU-M3a)."
    forget_history: bool = False
    cancel_check_at: datetime | None = instant(optional=True)
    "When staff are asked to cancel the membership, if a fine is unpaid by then (ITU-M4)."
    joined_at: datetime = instant()


class Staff(SQLModel, table=True):
    """A person who works here."""

    __tablename__ = "staff"

    id: int | None = key()
    name: str
    role: Role = state(Role, "role")
    pin_hash: str
    created_at: datetime = instant()
    disabled_at: datetime | None = instant(optional=True)


class Card(SQLModel, table=True):
    """A card opens the account of one member or of one member of staff."""

    __tablename__ = "card"
    __table_args__ = (
        CheckConstraint("(member_id IS NULL) <> (staff_id IS NULL)", name="one_holder"),
        CheckConstraint("length(number) BETWEEN 1 AND 64", name="number_length"),
        index_where("ix_card_lost", "status = 'lost'", "member_id"),
    )

    id: int | None = key()
    number: str = Field(unique=True, max_length=64)
    member_id: int | None = refers("member.id", optional=True)
    staff_id: int | None = refers("staff.id", optional=True)
    status: CardStatus = state(CardStatus, "status", CardStatus.OK)
    registered_at: datetime = instant()
    document: str = ""
    "Issuer and date of the document seen in place of a lost card (METU-2-a.lost-card-doc)."


class Pseudonym(SQLModel, table=True):
    """The only link between a member and the audit. Deleting the row makes the audit anonymous and leaves it whole."""

    __tablename__ = "pseudonym"

    code: str = Field(primary_key=True, max_length=32)
    member_id: int = Field(foreign_key="member.id", ondelete="RESTRICT", unique=True)


class SignInGuard(SQLModel, table=True):
    """Failed tries of one card (by keyed hash, known or not) or one terminal, and until when it is locked."""

    __tablename__ = "sign_in_guard"

    subject: str = Field(primary_key=True, max_length=80)
    failures: int = 0
    lockouts: int = 0
    locked_until: datetime | None = instant(optional=True)
    failed_at: datetime = instant()


class OneTimeCode(SQLModel, table=True):
    """A code sent by e-mail: for a first PIN, a reset, a new address, or an application."""

    __tablename__ = "one_time_code"

    id: int | None = key()
    member_id: int | None = refers("member.id", optional=True)
    "Empty for an applicant, who is no member yet."
    purpose: str = Field(max_length=16)
    code_hash: str
    sent_at: datetime = instant()
    expires_at: datetime = instant()
    tries: int = 0
    used_at: datetime | None = instant(optional=True)
    address: str = ""
    "The new address, when the code confirms one."


class Suspension(SQLModel, table=True):
    """A time during which a member may not borrow (ITU-M6b, ITU-N7b, ITU-N8)."""

    __tablename__ = "suspension"
    __table_args__ = (CheckConstraint("starts_at <= ends_at", name="order"),)

    id: int | None = key()
    member_id: int = refers("member.id")
    kind: str = Field(max_length=24)
    clause: str = Field(max_length=40)
    starts_at: datetime = instant()
    ends_at: datetime = instant()
    loan_id: int | None = refers("loan.id", optional=True, index=False)
    staff_id: int | None = refers("staff.id", optional=True, index=False)
    note: str = ""


class Teaching(SQLModel, table=True):
    """A member teaches a course (ITU-I2b). Without a term: until removed."""

    __tablename__ = "teaching"

    id: int | None = key()
    member_id: int = refers("member.id")
    course: str = Field(max_length=40)
    term: str | None = Field(default=None, foreign_key="term.name", ondelete="RESTRICT")


class ProjectManager(SQLModel, table=True):
    """A member manages a project (METU-2-f.register)."""

    __tablename__ = "project_manager"

    member_id: int = Field(primary_key=True, foreign_key="member.id", ondelete="RESTRICT")
    project: str = Field(primary_key=True, max_length=40)


class ExchangeListing(SQLModel, table=True):
    """A member is on a term's approved exchange list (METU-1-C-b.list-import)."""

    __tablename__ = "exchange_listing"

    member_id: int = Field(primary_key=True, foreign_key="member.id", ondelete="RESTRICT")
    term: str = Field(primary_key=True, foreign_key="term.name", ondelete="RESTRICT")


class ProtocolForm(SQLModel, table=True):
    """A protocol form that staff have checked (METU-1-C-e.form-sign)."""

    __tablename__ = "protocol_form"

    id: int | None = key()
    member_id: int = refers("member.id")
    dated: date
    institution: str = ""
    staff_id: int | None = refers("staff.id", optional=True, index=False)


class Application(SQLModel, table=True):
    """An application for membership and its decision (ITU-MEM-5, ITU-MEM-6)."""

    __tablename__ = "application"
    __table_args__ = (
        index_where("ix_application_deadline", "decided_at IS NULL AND overdue_at IS NULL", "deadline"),
        index_where("ix_application_open", "decided_at IS NULL", "applied_at"),
    )

    id: int | None = key()
    member_id: int = refers("member.id")
    applied_at: datetime = instant()
    deadline: datetime | None = instant(optional=True)
    "Until when it must be decided (ITU-MEM-6)."
    overdue_at: datetime | None = instant(optional=True)
    "When staff were told that the deadline had passed."
    decided_at: datetime | None = instant(optional=True)
    approved: bool | None = None
    reason: str = ""
    staff_id: int | None = refers("staff.id", optional=True, index=False)
