"""The papers of the desk in words: receipts of payments, certificates, what stands against leaving, closings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from screens.account import KINDS
from screens.papers import Paper
from screens.words import N_, Translator
from store.results.memberrecord import MemberRecord
from store.results.members import Obstacle, Obstacles
from store.results.money import Closing, ReceiptLine, ReceiptRead

METHODS = {"cash": N_("cash"), "card": N_("card"), "none": ""}
_TITLES = {
    "payment": N_("Receipt {number}"),
    "waiver": N_("Waiver {number}"),
    "correction": N_("Correction {number}"),
    "refund": N_("Refund {number}"),
}


def receipt_paper(receipt: ReceiptRead, speak: Translator) -> Paper:
    """What was paid, let go, corrected or given back, for what, how, and what is still owed."""
    line = receipt.line
    return Paper(
        speak.text(_TITLES[line.kind]).format(number=line.number),
        tuple(_receipt_lines(receipt, speak)),
        speak.language,
        line.member,
        receipt.email,
    )


def _receipt_lines(receipt: ReceiptRead, speak: Translator) -> Iterator[str]:
    line = receipt.line
    yield f"{speak.long_date(line.at)} {speak.clock(line.at)}"
    yield f"{line.member}, {receipt.number_of_member}"
    yield ""
    for part in receipt.parts:
        yield f"{speak.text(KINDS[part.kind])}, {speak.date(part.at)}: {speak.money(part.amount)}"
        if part.title:
            yield f"  {part.title}"
        if part.clause:
            yield f"  {part.clause}"
    yield ""
    how = f" ({speak.text(METHODS[line.method])})" if line.method != "none" else ""
    yield f"{speak.text(KINDS[line.kind])}: {speak.money(line.amount)}{how}"
    if line.reference:
        yield speak.text(N_("Card slip {reference}")).format(reference=line.reference)
    if line.note:
        yield line.note
    yield speak.text(N_("Still owed: {amount}")).format(amount=speak.money(receipt.owed))
    yield ", ".join(filter(None, (receipt.terminal, line.staff)))


def certificate(record: MemberRecord, now: datetime, speak: Translator) -> Paper:
    """The library's confirmation that nothing stands against the member's leaving (METU-M5-1)."""
    account = record.account
    name = f"{account.given_name} {account.surname}"
    lines = (
        f"{speak.long_date(now)} {speak.clock(now)}",
        "",
        speak.text(N_("Name: {name}")).format(name=name),
        speak.text(N_("Number: {number}")).format(number=account.number),
        "",
        speak.text(N_("This member has returned everything and owes the library nothing. The membership has ended.")),
        "",
        speak.text(N_("Signature and stamp:")),
        "",
    )
    return Paper(speak.text(N_("Clearance certificate")), lines, speak.language, name, account.email)


def obstacles_paper(record: MemberRecord, found: Obstacles, now: datetime, speak: Translator) -> Paper:
    """The list that the member takes along: what to bring back, what to settle, what to pay."""
    account = record.account
    name = f"{account.given_name} {account.surname}"
    lines = [
        f"{speak.long_date(now)} {speak.clock(now)}",
        f"{name}, {account.number}",
        "",
        *obstacle_lines(found, speak),
    ]
    return Paper(speak.text(N_("What stands against clearance")), tuple(lines), speak.language, name, account.email)


def obstacle_lines(found: Obstacles, speak: Translator) -> Iterator[str]:
    """The same as lines."""
    blocks: tuple[tuple[str, Sequence[Obstacle]], ...] = (
        (speak.text(N_("To be returned:")), found.loans),
        (speak.text(N_("Lost or damaged, to be settled:")), found.cases),
    )
    for heading, things in blocks:
        if things:
            yield heading
        for thing in things:
            until = f", {speak.date(thing.until)}" if thing.until is not None else ""
            yield f"  {thing.title} ({thing.barcode}{until})"
    if found.fines:
        yield speak.text(N_("Late fines: {amount}")).format(amount=speak.money(found.fines))
    if found.charges:
        yield speak.text(N_("Fees and charges: {amount}")).format(amount=speak.money(found.charges))


def closing_paper(closing: Closing, receipts: Sequence[ReceiptLine], speak: Translator) -> Paper:
    """The day's closing with every receipt that it counts."""
    title = speak.text(N_("Closing {number}, {terminal}"))
    return Paper(
        title.format(number=closing.closing_id, terminal=closing.terminal),
        (*closing_lines(closing, speak), "", *(_counted(receipt, speak) for receipt in receipts)),
        speak.language,
    )


def closing_lines(closing: Closing, speak: Translator) -> Iterator[str]:
    """The sums of a closing, and who has counted."""
    since = speak.moment(closing.since) if closing.since is not None else "–"
    yield f"{since} – {speak.moment(closing.closed_at)}"
    yield speak.count("{n} receipt", "{n} receipts", closing.payments)
    yield speak.text(N_("Cash that should be there: {amount}")).format(amount=speak.money(closing.cash_expected))
    yield speak.text(N_("Cash counted: {amount}")).format(amount=speak.money(closing.cash_counted))
    yield speak.text(N_("Difference: {amount}")).format(amount=speak.money(closing.difference))
    yield speak.text(N_("By card: {amount}")).format(amount=speak.money(closing.card_expected))
    if closing.note:
        yield speak.text(N_("Note: {note}")).format(note=closing.note)
    if closing.staff:
        yield closing.staff


def _counted(line: ReceiptLine, speak: Translator) -> str:
    kind, how = speak.text(KINDS[line.kind]), speak.text(METHODS[line.method]) if line.method != "none" else ""
    return " ".join(filter(None, (line.number, speak.clock(line.at), kind, speak.money(line.amount), how)))
