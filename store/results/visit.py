"""Who signed in, and what the home screen shows of them."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from store.states import Role


class SignedIn(Struct, frozen=True):
    """A member who has shown card and PIN."""

    member_id: int
    given_name: str
    surname: str
    category: str
    language: str | None
    receipt: str | None
    email: str


class StaffSignedIn(Struct, frozen=True):
    """A member of staff who has shown card and PIN."""

    staff_id: int
    name: str
    role: Role


class SignInRefused(Struct, frozen=True):
    """One answer for a wrong PIN and an unknown card; `locked_until` if tries are used up."""

    slug: str
    "`pin_incorrect`, `pin_locked`, `card_blocked`; of a second signature also `own_signature`, `signer_not_permitted`"
    clause: str | None
    locked_until: datetime | None = None


class Meter(Struct, frozen=True):
    """How much of a limit is used. `limit` None: no limit."""

    name: str
    "Limit or group slug of the policy; `total` for the limit over all kinds."
    label_tr: str
    label_en: str
    used: int
    limit: int | None


class LoanLine(Struct, frozen=True):
    """An open loan as a member sees it."""

    loan_id: int
    barcode: str
    title: str
    author: str
    item_type: str
    due: datetime
    hourly: bool
    overdue: bool
    recalled: bool
    renewals: int
    renewals_allowed: int
    opens_at: datetime | None


class ReadyHold(Struct, frozen=True):
    """A copy that waits on the hold shelf."""

    title: str
    author: str
    branch: str
    pickup_until: datetime


class SuspensionLine(Struct, frozen=True):
    """Why and until when the member may not borrow."""

    kind: str
    clause: str
    until: datetime


class Account(Struct, frozen=True):
    """Everything that the home screen needs, read in one transaction."""

    member_id: int
    given_name: str
    surname: str
    number: str
    category: str
    category_tr: str
    category_en: str
    status: str
    loans: tuple[LoanLine, ...]
    meters: tuple[Meter, ...]
    fines: int
    "Assessed, unpaid late fines in kuruş."
    fine_limit: int
    "Above this, nothing is lent (ITU-A5, METU-2-b)."
    charges: int
    "Unpaid fees and replacement charges in kuruş."
    being_checked: tuple[str, ...]
    "Titles that were returned at a terminal and that staff have yet to see."
    ready_holds: tuple[ReadyHold, ...]
    waiting_holds: int
    suspensions: tuple[SuspensionLine, ...]
    external_block: bool
    block_clause: str | None
    "By which the other system blocks."
    email: str
    receipt: str | None
