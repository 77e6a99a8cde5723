"""What the desk sees: whom and what it finds, the member who stands there, the copy in hand, what was overridden."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from store.policy.verdict import Fine, Reason
from store.results.catalogue import Found
from store.results.circulation import Item
from store.results.loans import PlannedRenewal
from store.results.titles import MyHold
from store.results.visit import Account


class MemberFound(Struct, frozen=True):
    """A member in a list of hits."""

    member_id: int
    name: str
    number: str
    category_tr: str
    category_en: str
    status: str
    card_lost: bool


class DeskHits(Struct, frozen=True):
    """What was found for what was typed: members, the copy with this very barcode, titles."""

    members: tuple[MemberFound, ...] = ()
    copy: Item | None = None
    titles: tuple[Found, ...] = ()


class CardHolder(Struct, frozen=True):
    """Whose card was scanned; `replaced` cards open nothing any more."""

    member_id: int
    status: str


class DeskMember(Struct, frozen=True):
    """The member at the desk: everything that staff ask before they act."""

    account: Account
    card: str
    "The number of the card that counts; empty if there is none."
    card_status: str
    card_document: str
    "Issuer and date of the document seen in place of the lost card."
    against: tuple[Reason, ...]
    "What refuses a checkout whatever the item."
    loans: tuple[PlannedRenewal, ...]
    holds: tuple[MyHold, ...]


class DeskTask(Struct, frozen=True):
    """Something that waits at the desk."""

    slug: str
    "`renewal_decision` or `return_check`"
    raised_at: datetime
    barcode: str
    title: str
    member_id: int
    member: str


class CopyAtDesk(Struct, frozen=True):
    """The copy in hand."""

    item: Item
    title_id: int
    due: datetime | None
    "When it is due back, if it is out."
    hourly: bool
    borrower_id: int | None
    "Who has it now, else who had it last and is still known."
    borrower: str
    to_be_checked: bool
    "Returned at a terminal; staff have yet to see it."


class SetBack(Struct, frozen=True):
    """A return that was recorded with an earlier moment."""

    item: Item
    returned_at: datetime
    was: datetime | None
    "The moment recorded before; None: it was still on loan."
    fine: Fine
    "What the lateness costs now."
    fine_before: int
    "What had been charged, in kuruş."
    overpaid: int
    "Kuruş of it that were paid already and are to be given back."
    goes_to: str
    "As in Returned; empty if it was back already."


class OverrideLine(Struct, frozen=True):
    """What staff allowed against the rules, or set right by hand, with the written reason."""

    at: datetime
    act: str
    "`checkout`, `renew`, `approve_renewal`, `hold`, `set_back`"
    barcode: str
    "Empty for a hold."
    title: str
    reasons: tuple[str, ...]
    "The reasons of the refusal that were set aside."
    why: str
    staff: str
    second: str
    "Who signed for it, if who acted had not the right."
