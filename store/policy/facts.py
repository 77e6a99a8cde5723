"""What a decision must know: plain frozen values, no rows. Instants are aware, in any zone; money is kuruş."""

from __future__ import annotations

from datetime import date, datetime

from msgspec import Struct


class LoanFacts(Struct, frozen=True):
    """A loan that counts: open, or lost and not settled."""

    loan_id: int
    item_type: str
    loan_type: str
    due: datetime
    title: str = ""
    lost: bool = False
    "Reported or declared lost; then it is no longer overdue but unsettled."


class SuspensionFacts(Struct, frozen=True):
    """A suspension: `reserve` bars every lending service, `discipline` bars loans only."""

    kind: str
    starts: datetime
    ends: datetime
    clause: str | None = None


class MemberFacts(Struct, frozen=True):
    """A member as the rules see one."""

    category: str
    status: str = "active"
    card: str = "ok"
    card_document: bool = False
    "The desk has recorded a document in place of the lost card."
    balance: int = 0
    "Assessed, unpaid late fines."
    loans: tuple[LoanFacts, ...] = ()
    charges_of_lost: bool = False
    "The replacement charge of a lost loan is assessed and not yet paid."
    suspensions: tuple[SuspensionFacts, ...] = ()
    teaches: frozenset[str] = frozenset()
    manages: frozenset[str] = frozenset()
    exchange_terms: frozenset[str] = frozenset()
    protocol_form: date | None = None
    active_holds: int = 0


class LastLoan(Struct, frozen=True):
    """The loan of a copy that ended last (ITU-D5)."""

    mine: bool
    renewals: int
    renewals_allowed: int
    returned_at: datetime


class CopyFacts(Struct, frozen=True):
    """A copy as the rules see one."""

    item_type: str
    branch: str
    state: str = "on_shelf"
    loanable: bool = True
    course: str | None = None
    project: str | None = None
    period: str | None = None
    electronic_access: bool = False
    held_for: str | None = None
    "`me` or `other`: for whom it stands on the hold shelf; None if the pick-up time has passed or nobody waits."
    last_loan: LastLoan | None = None


class Asked(Struct, frozen=True):
    """How a checkout is asked for."""

    channel: str = "kiosk"
    loan_type: str = "standard"
    due: datetime | None = None
    override: bool = False
    "A supervisor allows it in writing."


class RunningLoan(Struct, frozen=True):
    """The loan that a renewal, a return or a notice is about."""

    item_type: str
    loan_type: str
    branch: str
    lent_at: datetime
    period_start: datetime
    due: datetime
    hourly: bool
    opens_at: datetime | None = None
    "From when it can be renewed, as the last checkout or renewal said."
    policy_version: str = ""
    "The version in force at the loan or its last renewal (ITU R21)."
    renewals: int = 0
    renewals_allowed: int = 0
    recalled: bool = False
    renewal_asked: bool = False
    "Staff were asked for the one that may be asked for, and have declined or not yet decided (METU-1-C-f.renew)."
    targeted_by_other: bool = False
    period: str | None = None
    "The shorter or special period of the copy now."
    category: str = ""
    "The borrower's category now."
    lost: bool = False
    fine_ended: bool = False
    "Its late fine was assessed already (invoice, loss)."
    held_spans: tuple[tuple[datetime, datetime | None], ...] = ()
    "From when until when another's hold targeted this loan (METU-T-held)."


class TitleCopy(Struct, frozen=True):
    """A copy of a title that somebody wants to hold."""

    item_type: str
    branch: str
    state: str
    loanable: bool = True
    shelf: str = ""
    "Shelf mark, for the refusal."
    project_loan: bool = False
    electronic_access: bool = False


class TitleFacts(Struct, frozen=True):
    """A title that somebody wants to hold."""

    copies: tuple[TitleCopy, ...]
    mine: bool = False
    "A copy is on loan to the member, or the member holds the title."


class Candidate(Struct, frozen=True):
    """A loan that a waiting hold may target."""

    loan_id: int
    item_type: str
    loan_type: str
    due: datetime
    lent_at: datetime
    barcode: str
    lost: bool = False
    branch: str = ""


class WaitingHold(Struct, frozen=True):
    """A hold that waits, by the category of its member: a copy fills it only if that member may borrow the copy."""

    hold_id: int
    category: str


class Term(Struct, frozen=True):
    """An academic term."""

    name: str
    first: date
    last: date
