"""The work list as staff see it, and who may close what by hand."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from store.desk.roles import Right

BY_THEIR_ACT = (
    "membership_decision_overdue", "hold_shelf_pull", "reshelve", "recall_undelivered", "notice_undelivered",
    "replacement_check", "replacement_overdue", "renewal_decision", "return_check",
)  # fmt: skip
"Closed by the act that they ask for, and by nothing else."
BY_HAND = {"student_system_block": Right.STATUS, "cancel_membership": Right.STATUS}
"Closed with a note by who has the right; any other kind takes `notices`."


def closes(slug: str) -> Right | None:
    """The right that closes a task of this kind by hand; None: only its own act does."""
    return None if slug in BY_THEIR_ACT else BY_HAND.get(slug, Right.NOTICES)


class TaskLine(Struct, frozen=True):
    """One task: what waits, since when, until when, about whom and what."""

    task_id: int
    slug: str
    raised_at: datetime
    deadline: datetime | None
    clause: str | None
    "Of the rules in force; None: the house's own."
    member_id: int | None
    member: str
    number: str
    barcode: str
    title: str
    branch: str
    "Slug of the branch of the copy; empty without one."
    done_at: datetime | None
    done_by: str
    "Who closed it; empty if the library did so itself."
    note: str


class TaskPage(Struct, frozen=True):
    """A page of the work list."""

    lines: tuple[TaskLine, ...]
    more: bool
    "There are further pages."
    counts: tuple[tuple[str, int], ...]
    "How many wait of each kind, of those that wait at all."
