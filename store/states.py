"""The states that records pass through: plain words, shared by the tables and the screens."""

from __future__ import annotations

from enum import StrEnum


class MemberStatus(StrEnum):
    """Where a membership stands (ITU-MEM-6, ITU-M4; METU-M3-1)."""

    PENDING = "pending"
    ACTIVE = "active"
    REJECTED = "rejected"
    CANCELLED = "cancelled"


class CardStatus(StrEnum):
    """Whether a card still opens anything (ITU-A4a, METU-2-a.lost-card)."""

    OK = "ok"
    LOST = "lost"
    REPLACED = "replaced"


class Role(StrEnum):
    """What a member of staff may do."""

    CIRCULATION = "circulation"
    SUPERVISOR = "supervisor"
    POLICY_OWNER = "policy_owner"


class CopyState(StrEnum):
    """Where a copy is."""

    ON_SHELF = "on_shelf"
    ON_LOAN = "on_loan"
    HOLD_SHELF = "hold_shelf"
    IN_TRANSIT = "in_transit"
    IN_REPAIR = "in_repair"
    LOST = "lost"
    WITHDRAWN = "withdrawn"


class LoanState(StrEnum):
    """How a loan stands; a lost loan is closed at once or stays open until settled, as the policy says."""

    OPEN = "open"
    RETURNED = "returned"
    LOST = "lost"
    UNDONE = "undone"


class HoldStatus(StrEnum):
    """How a hold stands."""

    WAITING = "waiting"
    READY = "ready"
    FULFILLED = "fulfilled"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


class LedgerKind(StrEnum):
    """What an entry in a member's account is: the first five are owed, the last three reduce what is owed."""

    LATE_FINE = "late_fine"
    PROCESSING_FEE = "processing_fee"
    REPLACEMENT = "replacement"
    DAMAGE = "damage"
    REFUND = "refund"
    PAYMENT = "payment"
    WAIVER = "waiver"
    CORRECTION = "correction"


class ReceiptKind(StrEnum):
    """What a receipt is for."""

    PAYMENT = "payment"
    WAIVER = "waiver"
    CORRECTION = "correction"
    REFUND = "refund"


class PayMethod(StrEnum):
    """How money went over the desk; `none` where none did."""

    CASH = "cash"
    CARD = "card"
    NONE = "none"


class Purse(StrEnum):
    """Late fines count against the fine limit; charges (fees, replacements) do not."""

    FINE = "fine"
    CHARGE = "charge"


class NoticeStatus(StrEnum):
    """How far a letter has come."""

    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"
    BOUNCED = "bounced"


class CaseKind(StrEnum):
    """Why a copy needs replacing."""

    LOST = "lost"
    DAMAGED = "damaged"
