"""What a decision says: the terms of what is allowed, what it waits for, or every reason why not."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from msgspec import Struct, field

Number = int | str | date | datetime


class Reason(Struct, frozen=True):
    """Why an act is refused: one of the slugs that every policy shares, with the clause that says so."""

    slug: str
    clause: str | None
    "None: a house rule that no clause states."
    remedy: str
    "What to do, as a slug of the message catalogue (`remedy.<slug>`)."
    numbers: Mapping[str, Number] = field(default_factory=dict)
    "The member's own numbers: count, limit, balance (kuruş), titles, until, branch, group."
    possible_from: datetime | None = None
    "From when the same act would work, where time alone mends it."


class Refused(Struct, frozen=True):
    """Every reason that applies, in the one order that all policies share; the first is the primary one."""

    reasons: tuple[Reason, ...]

    @property
    def slugs(self) -> tuple[str, ...]:
        """The reasons' names."""
        return tuple(reason.slug for reason in self.reasons)


class Pending(Struct, frozen=True):
    """The act waits for a person (METU-1-C-f.renew)."""

    slug: str
    clause: str | None


class LoanTerms(Struct, frozen=True):
    """A loan that may be made."""

    due: datetime
    hourly: bool
    "Due at a time of day: its lateness is told in hours and its notices follow the hourly schedule."
    period_start: datetime
    renewals_allowed: int
    opens_at: datetime | None
    "From when the loan can be renewed; None if never."
    clause: str | None
    "The clause of the period."
    short_period: bool
    overridden: tuple[str, ...] = ()
    "Reasons that a supervisor set aside."


class RenewalTerms(Struct, frozen=True):
    """A renewal that may be made."""

    due: datetime
    period_start: datetime
    renewals: int
    renewals_allowed: int
    opens_at: datetime | None
    clause: str | None
    overridden: tuple[str, ...] = ()


class HoldTerms(Struct, frozen=True):
    """A hold that may be placed."""

    overridden: tuple[str, ...] = ()


class FineLine(Struct, frozen=True):
    """One line of the account of a fine: so many days or hours at one rate."""

    kind: str
    "`first` (days 1-7), `later` (day 8 on), `held`, `hour`, `forgiven`"
    count: int
    rate: int
    "Kuruş for each; 0 for forgiven days."
    clause: str | None = None

    @property
    def amount(self) -> int:
        """Kuruş for the line."""
        return self.count * self.rate


class Fine(Struct, frozen=True):
    """What lateness costs and how it is reckoned."""

    amount: int
    "Kuruş."
    unit: str
    "`day` or `hour`"
    late: int
    "Open late days or completed open late hours."
    closed: int
    "Late days on which the branch was closed: not counted."
    lines: tuple[FineLine, ...]
    clause: str | None


class ReturnTerms(Struct, frozen=True):
    """A return that is accepted."""

    late: bool
    fine: Fine
    suspended_until: datetime | None
    suspension_clause: str | None
    suspension_kind: str | None = None


class PlannedNotice(Struct, frozen=True):
    """A letter or step that time brings to a loan."""

    kind: str
    "A notice kind of the shared vocabulary, the slug of a staff task, or `lost` for the declaration of loss."
    at: datetime


class LossTerms(Struct, frozen=True):
    """What a report or declaration of loss or a finding of damage does."""

    closes_loan: bool
    fine: Fine | None
    "The late fine up to the report; None if there is none to reckon."
    fine_now: bool
    "Assessed at once (ITU-N5) rather than at settlement (METU)."
    fee: int
    "Processing fee in kuruş, assessed at once; 0: none."
    fee_clause: str | None
    deadline: datetime | None
    deadline_clause: str | None


class Charge(Struct, frozen=True):
    """What a settlement costs."""

    amount: int
    "Kuruş."
    clause: str | None
    withdraws: bool
    "The lost copy leaves the catalogue."


class SuspensionTerms(Struct, frozen=True):
    """A suspension that a decision or a fine brings."""

    kind: str
    starts: datetime
    ends: datetime
    clause: str


class FirstStep(Struct, frozen=True):
    """What lateness costs at first: for the receipt and the checkout screen."""

    amount: int
    "Kuruş for the first day or hour that is charged."
    unit: str
    "`day`, `hour` or `none`"
    free_days: int
    clause: str | None


class Usage(Struct, frozen=True):
    """How much of a limit a member uses."""

    name: str
    tr: str
    en: str
    used: int
    limit: int


class ApplicationTerms(Struct, frozen=True):
    """An application that is complete: until when it must be decided (None: no deadline is written)."""

    deadline: datetime | None
    clause: str | None


class Cleared(Struct, frozen=True):
    """Nothing stands against the member's leaving."""
