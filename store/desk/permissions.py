"""The check that stands before every act of the staff: whether it is theirs to do.

An act without a member of staff (`at.staff` is None) is the library's own: a job, an import, a command of the
administrator.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import select

from store import rows
from store.act import At
from store.desk.roles import Right, may
from store.policy.verdict import Reason, Refused
from store.transaction import Transaction

P = ParamSpec("P")
R = TypeVar("R")


ACTS: dict[str, tuple[Right, Callable[..., object]]] = {}
"Every guarded act by its name, for the test that nobody does what is not theirs to do."


def needs(
    right: Right, act: str | None = None
) -> Callable[[Callable[Concatenate[Transaction, P], R]], Callable[Concatenate[Transaction, P], R | Refused]]:
    """Let the act be done only by staff who have the right: stands beneath `@use_case`.

    `act`: as the audit calls it, if not by the function's name. Whoever does it against the rules
    (`at.override_reason`) or has signed for it must have the right to override, and says why. Members and jobs, who
    act for themselves, are not asked. Refusals: `not_permitted`, `reason_missing`.
    """

    def guard(function: Callable[Concatenate[Transaction, P], R]) -> Callable[Concatenate[Transaction, P], R | Refused]:
        called = inspect.signature(function)

        @wraps(function)
        def run(tx: Transaction, /, *args: P.args, **kwargs: P.kwargs) -> R | Refused:
            given = called.bind(tx, *args, **kwargs).arguments
            now, at = given["now"], given["at"]
            refused = _forbidden(tx, right, at) if at.staff is not None else None
            if refused is not None:
                tx.record(act or function.__name__, "refused", now, at, reasons=refused.reasons)
                return refused
            return function(tx, *args, **kwargs)

        ACTS[f"{function.__module__}.{function.__name__}"] = (right, run)
        return run

    return guard


def second_pair_of_eyes(tx: Transaction, right: Right, at: At, *others: Right) -> Refused | None:
    """A grave act: a second member of staff must have signed for it, another than who acts, who has the right too.

    `others`: rights that do as well, where few have the first. Refusal: `second_person_required` with all of them.
    """
    second = at.second
    if at.staff is None or (
        second is not None and second != at.staff and any(_has(tx, second, each) for each in (right, *others))
    ):
        return None
    rights = ", ".join((right, *others))
    return Refused((Reason("second_person_required", None, "sign_in_second", {"rights": rights}),))


def _forbidden(tx: Transaction, right: Right, at: At) -> Refused | None:
    missing: Right | None = None
    if at.staff is None or not _has(tx, at.staff, right):
        missing = right
    elif at.override_reason is not None:
        if not at.override_reason.strip():
            return Refused((Reason("reason_missing", None, "fill_in"),))
        if not any(_has(tx, each, Right.OVERRIDE) for each in (at.staff, at.second) if each is not None):
            missing = Right.OVERRIDE
    return Refused((Reason("not_permitted", None, "ask_colleague", {"right": missing.value}),)) if missing else None


def _has(tx: Transaction, staff_id: int, right: Right) -> bool:
    staff = rows.staff
    role = tx.connection.execute(
        select(staff.c.role).where(staff.c.id == staff_id, staff.c.disabled_at.is_(None))
    ).scalar()
    return role is not None and may(role, right)
