"""Durable checkout, return, renewal and hold, each beside the least that it must do by hand-written SQL.

`python -m bench acts --scale 1 --folder /tmp/made`: 50,000 members, 500,000 copies, 1,000,000 titles, 100,000 open and
1,000,000 past loans. Both sides act in turns on the same disk with the same durability.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from msgspec.structs import replace
from sqlalchemy import func, select, update

from bench.big import NOW, WARM, Size, at_bench, barcode, card, interleaved, libraries, parser, place
from bench.limit import Limit, open_limit
from bench.table import Series, show
from store import rows
from store.circulation import holds, renewals, returns
from store.circulation.checkouts import checkout
from store.library import Library
from store.results.circulation import CheckedOut
from store.results.holds import HoldPlaced
from store.results.returns import Renewed, Returned
from store.states import CopyState, HoldStatus, LoanState

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Work:
    """Who does what: members by id, copies by barcode, titles by id."""

    checkouts: tuple[tuple[int, str], ...]
    renewals: tuple[tuple[int, str], ...]
    holds: tuple[tuple[int, int], ...]
    before: tuple[dict[str, Any], ...]
    "The loans as they were before they were renewed."


def main(options: Sequence[str] = ()) -> None:
    """Build what is missing, act in turns, and print a table for each database."""
    asking = parser("acts", scale=0.02)
    asking.add_argument("--acts", type=int, default=500, help="of each kind")
    asked = asking.parse_args(options)
    size = Size().scaled(asked.scale)
    with place(asked.folder, asked.only) as where, libraries(where, size) as ours:
        bare = where.urls(f"limit-{size.copies}-{size.open_loans + size.past_loans}")
        for database, library in ours.items():
            limit = open_limit(bare[database], size)
            try:
                show(f"{database}, {size}: ms", measure(library, limit, asked.acts))
            finally:
                limit.close()


def measure(library: Library, limit: Limit, acts: int) -> list[tuple[Series, Series]]:
    """Time each act on both sides in turns; afterwards the library is as it was, but for its history."""
    work = choose(library, acts + WARM)
    found = {
        "checkout": interleaved(
            len(work.checkouts),
            ours=lambda turn: lend(library, *work.checkouts[turn]),
            limit=lambda turn: limit.checkout(card(work.checkouts[turn][0]), work.checkouts[turn][1]),
        ),
        "return": interleaved(
            len(work.checkouts),
            ours=lambda turn: take_back(library, work.checkouts[turn][1]),
            limit=lambda turn: limit.give_back(work.checkouts[turn][1]),
        ),
        "renewal": interleaved(
            len(work.renewals),
            ours=lambda turn: renew(library, *work.renewals[turn]),
            limit=lambda turn: limit.renew(card(work.renewals[turn][0]), work.renewals[turn][1]),
        ),
        "hold": interleaved(
            len(work.holds),
            ours=lambda turn: hold(library, *work.holds[turn]),
            limit=lambda turn: limit.hold(card(work.holds[turn][0]), work.holds[turn][1]),
        ),
    }
    restore(library, work)
    limit.forget_holds()
    return [(replace(sides["ours"], name=act), sides["limit"]) for act, sides in found.items()]


def choose(library: Library, count: int) -> Work:
    """Copies on the shelf for members at random; loans that can be renewed now; titles that are out, for others."""
    chance, loan, copy = random.Random(5), rows.loan, rows.copy
    with library.database.read.connect() as connection:
        made = rows.member.c.number.not_like("GUEST%")  # who came for `bench terminal` is unknown to the limit
        members = connection.execute(select(func.max(rows.member.c.id)).where(made)).scalar_one()
        free = connection.execute(select(copy.c.id).where(copy.c.state == CopyState.ON_SHELF)).all()
        ripe = connection.execute(
            select(loan)
            .join(copy, copy.c.id == loan.c.copy_id)
            .where(copy.c.title_id.not_in(_claimed))
            .where(loan.c.state == LoanState.OPEN, loan.c.opens_at <= NOW, loan.c.due_at > NOW, loan.c.renewals == 0)
            .order_by(loan.c.id)
        ).all()
        out = connection.execute(
            select(copy.c.title_id, loan.c.copy_id, loan.c.member_id)
            .join(loan, loan.c.copy_id == copy.c.id)
            .where(loan.c.state == LoanState.OPEN, copy.c.title_id.not_in(_claimed))
            .order_by(copy.c.id)
        ).all()
    renewable = _some(ripe, count, chance)
    renewed = {row.copy_id for row in renewable}
    held = _some([row for row in out if row.copy_id not in renewed], count, chance)
    return Work(
        tuple((chance.randint(1, members), barcode(row.id)) for row in _some(free, count, chance)),
        tuple((row.member_id, barcode(row.copy_id)) for row in renewable),
        tuple(((row.member_id + turn % (members - 1)) % members + 1, row.title_id) for turn, row in enumerate(held)),
        tuple(dict(row._mapping) for row in renewable),
    )


_claimed = select(rows.hold.c.title_id).where(rows.hold.c.status.in_((HoldStatus.WAITING, HoldStatus.READY)))


def _some(found: Sequence[R], count: int, chance: random.Random) -> list[R]:
    return chance.sample(found, min(count, len(found)))


def lend(library: Library, member_id: int, code: str) -> None:
    """A checkout that succeeds."""
    answer = checkout(library, member_id, code, NOW, at_bench(f"visit-{member_id}"))
    assert isinstance(answer, CheckedOut), answer


def take_back(library: Library, code: str) -> None:
    """A return that succeeds."""
    answer = returns.checkin(library, code, NOW, at_bench())
    assert isinstance(answer, Returned), answer


def renew(library: Library, member_id: int, code: str) -> None:
    """A renewal that succeeds."""
    answer = renewals.renew(library, member_id, code, NOW, at_bench(f"visit-{member_id}"))
    assert isinstance(answer, Renewed), answer


def hold(library: Library, member_id: int, title_id: int) -> None:
    """A hold that is placed."""
    answer = holds.place(library, member_id, title_id, NOW, at_bench(f"visit-{member_id}"))
    assert isinstance(answer, HoldPlaced), answer


def restore(library: Library, work: Work) -> None:
    """Cancel the holds as a member would, and let renewed loans be renewable again in the next run."""
    for member_id, title_id in work.holds:
        holds.cancel(library, member_id, title_id, NOW, at_bench())
    with library.database.write.begin() as connection:
        for loan in work.before:
            connection.execute(update(rows.loan).where(rows.loan.c.id == loan["id"]).values(loan))
