"""The kinds of tasks: how each is called, and the page on which it is done."""

from __future__ import annotations

from datetime import datetime

from screens import words
from screens.messages import Go
from screens.words import N_, _, ngettext
from store.results.tasks import TaskLine

NAMES = {
    "membership_decision_overdue": N_("Application to decide"),
    "cancel_membership": N_("Cancel the membership?"),
    "student_system_block": N_("Block in the student system"),
    "letter_to_unit": N_("Letter to the unit"),
    "invoice_review": N_("Invoice to look through"),
    "renewal_decision": N_("Renewal to decide"),
    "hold_shelf_pull": N_("To the hold shelf"),
    "reshelve": N_("Back to its shelf"),
    "return_check": N_("Returned item to look at"),
    "offline_return": N_("Return that could not be booked"),
    "replacement_check": N_("Replacement of an item"),
    "replacement_overdue": N_("Replacement is late"),
    "recall_undelivered": N_("Recall did not arrive"),
    "notice_undelivered": N_("Letter did not arrive"),
    "pin_guessing": N_("Somebody guesses PINs"),
}
_DESK, _RETURNS, _SHELF = "staff_desk", "staff_returns", "staff_shelf"
_MEMBER, _COPY, _LETTERS = "staff_member", "staff_copy", "staff_notices"
_DONE_ON = {
    "membership_decision_overdue": _MEMBER,
    "cancel_membership": _MEMBER,
    "student_system_block": _MEMBER,
    "letter_to_unit": _MEMBER,
    "invoice_review": _MEMBER,
    "renewal_decision": _DESK,
    "hold_shelf_pull": _SHELF,
    "reshelve": _SHELF,
    "return_check": _RETURNS,
    "offline_return": _COPY,
    "replacement_check": _COPY,
    "replacement_overdue": _COPY,
    "recall_undelivered": _LETTERS,
    "notice_undelivered": _LETTERS,
}


def name_of(slug: str) -> str:
    """The kind in the language spoken now; of one that nobody named its slug, readable."""
    return _(NAMES[slug]) if slug in NAMES else slug.replace("_", " ")


def way_to(line: TaskLine) -> Go | None:
    """The page on which the task is done; of an unknown kind the copy's or the member's. None: there is none."""
    page = _DONE_ON.get(line.slug, _COPY if line.barcode else _MEMBER)
    if page in (_SHELF, _RETURNS):
        return Go(page)
    if page == _LETTERS:
        return Go(page, about=line.member_id or 0)
    about = (line.barcode or None) if page == _COPY else line.member_id
    return Go(page, about=about) if about is not None else None


def note_words(note: str) -> str:
    """A note in words: codes of reasons by their titles, instants as people say them."""
    return " · ".join(_part(part) for part in note.split(" · ") if part)


def _part(part: str) -> str:
    if words.current().knows(f"{part}.title"):
        return _(f"{part}.title")
    try:
        moment = datetime.fromisoformat(part)
    except ValueError:
        return part
    return words.moment(moment) if moment.tzinfo is not None else part


def age(since: datetime, now: datetime) -> str:
    """How long ago: minutes, hours, then days."""
    minutes = max(0, int((now - since).total_seconds())) // 60
    if minutes < 60:
        return ngettext("{n} minute", "{n} minutes", minutes)
    if minutes < 48 * 60:
        return ngettext("{n} hour", "{n} hours", minutes // 60)
    return ngettext("{n} day", "{n} days", minutes // 60 // 24)
