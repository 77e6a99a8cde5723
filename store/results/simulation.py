"""What the simulator shows: a case, what happened in it, and what is to come if nobody does anything."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct, field

from store.policy.verdict import Number, Reason


class Case(Struct, frozen=True):
    """A loan to try: who borrows what, where and when."""

    category: str
    item_type: str
    branch: str
    at: datetime
    loan_type: str = "standard"
    language: str = "tr"
    "Of the item: what a lost one costs may depend on it."
    channel: str = "kiosk"
    "Through which it is lent and renewed."


class Event(Struct, frozen=True):
    """A line of the timeline."""

    at: datetime
    kind: str
    """What happened: `lent`, `renewed`, `asked` (staff decide), `returned`, `lost`, `recalled`, `held`, `refused`,
    `letter`, `task`, `charge`, `suspended`, `declared`; what is to come: `opens`, `due`, `late`, `letter`, `task`,
    `declared`, `hold_ends`, `suspension_ends`."""
    clause: str | None = None
    what: str = ""
    "Kind of letter or charge, slug of a task, the act that was refused."
    numbers: Mapping[str, Number] = field(default_factory=dict)
    "`due`, `until`, `amount` (kuruş), `late`, `goes_to`, `position`."
    reason: Reason | None = None
    "Of a refusal."


class Standing(Struct, frozen=True):
    """How the loan and its borrower stand at the simulated moment."""

    copy_state: str
    balance: int
    suspended_until: datetime | None
    due: datetime | None = None
    "None: nothing is on loan."
    hourly: bool = False
    renewals: int = 0
    renewals_allowed: int = 0
    opens_at: datetime | None = None
    new_due: datetime | None = None
    "What a renewal now would bring."
    renewal_reasons: tuple[Reason, ...] = ()
    "Why a renewal now would be refused."
    staff_decide: bool = False
    fine_now: int = 0
    "What a return now would cost, in kuruş."
    fine_clause: str | None = None
    suspended_if_returned: datetime | None = None


class Timeline(Struct, frozen=True):
    """The simulation at one moment."""

    case: Case
    now: datetime
    version: str
    past: tuple[Event, ...]
    ahead: tuple[Event, ...]
    standing: Standing
