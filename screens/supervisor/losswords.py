"""What a loss, damage, settlement or find brings, told before it is confirmed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import store
from screens import words
from screens.supervisor.frame import StaffScreen
from screens.words import _
from store.states import CaseKind

if TYPE_CHECKING:
    from store.circulation.answering import Answerable, CaseSums


async def loss_told(page: StaffScreen, barcode: str) -> tuple[str, ...]:
    """Fine, fee and deadline, if the loan of the copy were lost now."""
    now = page.terminal.now()
    foreseen = await page.ask_store(lambda library: store.circulation.answering.for_loss(library, barcode, now))
    return tuple(terms_told(foreseen)) if foreseen is not None else ()


async def end_told(page: StaffScreen, barcode: str, kind: CaseKind, *, found: bool = False) -> tuple[str, ...]:
    """What becomes of fee and fine, if the case were settled or the copy turned up now."""
    sums = await page.ask_store(lambda library: store.circulation.answering.of_case(library, barcode, kind))
    return tuple(_found(sums) if found else _settled(sums))


def terms_told(foreseen: Answerable) -> Iterator[str]:
    """What a loss or damage would cost, and until when it would have to be settled."""
    if foreseen.fee:
        yield _("The fee is entered now: {amount}.").format(amount=words.money(foreseen.fee))
    if foreseen.fine:
        told = _("The late fine is entered now: {amount}.")
        if not foreseen.fine_now:
            told = _("The late fine stands still at {amount}; it is entered when the case is settled.")
        yield told.format(amount=words.money(foreseen.fine))
    if foreseen.deadline is not None:
        yield _("To be settled by {date}.").format(date=words.date(foreseen.deadline))


def _found(sums: CaseSums | None) -> Iterator[str]:
    """What happens to fee and fine when a lost copy turns up."""
    if sums is not None and sums.fee:
        yield _("The fee of {amount} falls away.").format(amount=words.money(sums.fee))
    else:
        yield _("What was paid for it stays paid: it can be given back in the member's record.")
    if sums is not None:
        yield from _fine_told(sums)


def _settled(sums: CaseSums | None) -> Iterator[str]:
    """What stays owed or is entered when a case is settled, whatever the remedy."""
    if sums is not None:
        if sums.fee:
            yield _("The fee of {amount} stays owed; it can be waived in the member's record.").format(
                amount=words.money(sums.fee)
            )
        yield from _fine_told(sums)


def _fine_told(sums: CaseSums) -> Iterator[str]:
    if sums.frozen:
        yield _("The late fine is entered now: {amount}.").format(amount=words.money(sums.frozen))
