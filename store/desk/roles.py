"""What each role of the staff may do."""

from __future__ import annotations

from enum import StrEnum

from store.states import Role


class Right(StrEnum):
    """A kind of act; the message catalogue names each as `right.<slug>`."""

    LOOK = "look"
    "Read members' records, copies, tasks, letters, reports."
    LEND = "lend"
    "Lend, take back, renew and hold for members at the desk."
    REGISTER = "register"
    "New members, their data, cards, PINs, lists and forms; decide applications; clearance."
    TAKE_MONEY = "take_money"
    "Payments, receipts, the day's closing."
    COPIES = "copies"
    "States of copies: lost, damaged, found, repair, settled; recall; reserve; titles and new copies."
    SHELF = "shelf"
    "The hold shelf and what is in transit."
    NOTICES = "notices"
    "Send a letter again, correct an address; finish a task."
    OVERRIDE = "override"
    "Allow what the rules refuse, with a written reason; set a return's date back."
    CORRECT_MONEY = "correct_money"
    "Waive and correct."
    STATUS = "status"
    "Category, suspensions, blocks, cancellation of memberships."
    WITHDRAW = "withdraw"
    "Take copies out of the stock, merge titles."
    PERIODS = "periods"
    "Shorten the loan period of titles in demand (ITU-C16)."
    STAFF = "staff"
    "Accounts of the staff."
    TERMINAL = "terminal"
    "Settings, tests, restart and end of a terminal."
    POLICY = "policy"
    "Load a version of the rules."
    CALENDAR = "calendar"
    "Hours, closed days, holidays, terms."


_DESK = {
    Right.LOOK, Right.LEND, Right.REGISTER, Right.TAKE_MONEY, Right.COPIES, Right.SHELF, Right.NOTICES,
}  # fmt: skip
RIGHTS: dict[Role, frozenset[Right]] = {
    Role.CIRCULATION: frozenset(_DESK),
    Role.SUPERVISOR: frozenset(
        _DESK
        | {
            Right.OVERRIDE,
            Right.CORRECT_MONEY,
            Right.STATUS,
            Right.WITHDRAW,
            Right.PERIODS,
            Right.STAFF,
            Right.TERMINAL,
        }
    ),
    Role.POLICY_OWNER: frozenset({Right.LOOK, Right.PERIODS, Right.POLICY, Right.CALENDAR}),
}


def may(role: Role, right: Right) -> bool:
    """Whether a role has a right."""
    return right in RIGHTS[role]


def holders(right: Right) -> tuple[Role, ...]:
    """The roles that have a right."""
    return tuple(role for role in Role if may(role, right))
