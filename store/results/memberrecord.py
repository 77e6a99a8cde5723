"""A member's record as staff see it, and what stands on the lists of members."""

from __future__ import annotations

from datetime import date, datetime

from msgspec import Struct

from store.results.desk import OverrideLine
from store.results.money import ReceiptLine
from store.results.statement import Statement
from store.results.visit import Account


class MemberForm(Struct, frozen=True):
    """What staff enter about a person."""

    surname: str
    given_name: str
    number: str
    email: str
    category: str = ""
    "Only for a new member."


class CategoryLine(Struct, frozen=True):
    """A patron category to choose."""

    slug: str
    name_tr: str
    name_en: str
    needs: str | None
    "What it asks for: `exchange_list`, `protocol_form`."


class Waiting(Struct, frozen=True):
    """A member who waits for a decision of the staff."""

    member_id: int
    name: str
    number: str
    category_tr: str
    category_en: str
    since: datetime
    until: datetime | None
    "Until when it must be decided; None: no time is written."
    days_left: int | None
    "Working days up to the deadline's, today not counted; negative once it has passed."


class WaitingMembers(Struct, frozen=True):
    """The work lists of the members' section, the oldest first, at most a page of each."""

    applications: tuple[Waiting, ...]
    cancellations: tuple[Waiting, ...]
    "Memberships that staff are asked to cancel (ITU-M4)."
    lost_cards: tuple[Waiting, ...]
    "Active members whose card is lost and who have no other."


class CardLine(Struct, frozen=True):
    """A card of the member."""

    number: str
    status: str
    registered_at: datetime
    document: str


class SuspensionEntry(Struct, frozen=True):
    """A suspension with what staff wrote about it."""

    suspension_id: int
    kind: str
    clause: str
    starts: datetime
    ends: datetime
    note: str
    staff: str


class FormLine(Struct, frozen=True):
    """A protocol form."""

    institution: str
    dated: date
    good_through: date | None


class OpenTask(Struct, frozen=True):
    """Work that waits about the member."""

    task_id: int
    slug: str
    raised_at: datetime
    deadline: datetime | None
    title: str


class ActLine(Struct, frozen=True):
    """An act of or about the member, as the audit has it."""

    at: datetime
    act: str
    outcome: str
    barcode: str
    staff: str
    "Empty for an act of the member's own, or of the library."
    reasons: tuple[str, ...]
    "The reasons of a refusal."
    why: str
    "What the staff wrote."


class Listed(Struct, frozen=True):
    """A member on a list."""

    member_id: int
    name: str
    number: str


class MemberRecord(Struct, frozen=True):
    """Everything about a member; of the PIN only whether there is one."""

    account: Account
    statement: Statement
    joined_at: datetime
    has_pin: bool
    locked_until: datetime | None
    "Wrong tries have locked a card, the number or the PIN."
    applied_at: datetime | None
    "Of an application that waits."
    decide_until: datetime | None
    cards: tuple[CardLine, ...]
    suspensions: tuple[SuspensionEntry, ...]
    teaches: tuple[str, ...]
    manages: tuple[str, ...]
    exchange_terms: tuple[str, ...]
    forms: tuple[FormLine, ...]
    tasks: tuple[OpenTask, ...]
    receipts: tuple[ReceiptLine, ...]
    acts: tuple[ActLine, ...]
    overrides: tuple[OverrideLine, ...]
