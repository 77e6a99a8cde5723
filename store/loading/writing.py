"""Writes what was read: one transaction for a whole file, records compared with what is there, nothing done twice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import insert

from store import rows, statements
from store.act import At
from store.catalogue.folding import fold
from store.catalogue.vocabulary import learn, words_fold
from store.circulation.loans import category_changed
from store.loading.records import CopyRecord, Damaged, MemberRecord, TitleRecord
from store.loading.reporting import Progress, Report, batches, change, finish, known_rows
from store.loading.seen import Seen
from store.members.memberships import save_application
from store.policy.model import Policy
from store.policy.said import Said
from store.policy.verdict import Refused
from store.states import CardStatus, CopyState, MemberStatus
from store.transaction import Transaction, use_case


@use_case
def load_titles(
    tx: Transaction, records: Iterable[TitleRecord | Damaged], now: datetime, at: At, progress: Progress, dry: bool
) -> Report:
    """Titles with the copies in their records. Raises BrokenFile from the reader: then nothing was written."""
    report, policy = Report(), tx.library.policies.at(now)
    with Seen() as seen:
        for batch in batches(records, report, progress, lambda record: record.control_number):
            _write_titles(tx, [record for _, record in batch], now, report)
            copies = [(number, copy) for number, record in batch for copy in record.copies]
            _write_copies(tx, copies, policy, now, report, seen, apart=True)
    return finish(tx, report, "titles", now, at, dry)


@use_case
def load_copies(
    tx: Transaction, records: Iterable[CopyRecord | Damaged], now: datetime, at: At, progress: Progress, dry: bool
) -> Report:
    """Copies of titles that are in the catalogue. Raises BrokenFile from the reader: then nothing was written."""
    report, policy = Report(), tx.library.policies.at(now)
    with Seen() as seen:
        for batch in batches(records, report, progress):
            _write_copies(tx, batch, policy, now, report, seen, apart=False)
    return finish(tx, report, "copies", now, at, dry)


@use_case
def load_members(
    tx: Transaction, records: Iterable[MemberRecord | Damaged], now: datetime, at: At, progress: Progress, dry: bool
) -> Report:
    """Members and their cards. Raises BrokenFile from the reader: then nothing was written."""
    report, policy = Report(), tx.library.policies.at(now)
    for batch in batches(records, report, progress, lambda record: record.number):
        _write_members(tx, batch, policy, now, report)
    return finish(tx, report, "members", now, at, dry)


@use_case
def load_applications(
    tx: Transaction, records: Iterable[MemberRecord | Damaged], now: datetime, at: At, progress: Progress, dry: bool
) -> Report:
    """Applications for membership, each with its deadline from now on (ITU-MEM-5, MEM-6). Raises BrokenFile.

    Who has applied already is left as it is; members and incomplete records are left out.
    """
    report, policy = Report(), tx.library.policies.at(now)
    for batch in batches(records, report, progress):
        for number, record in batch:
            _apply(tx, number, record, policy, now, at, report)
    return finish(tx, report, "applications", now, at, dry)


def _apply(
    tx: Transaction, number: int, record: MemberRecord, policy: Policy, now: datetime, at: At, report: Report
) -> None:
    known = known_rows(tx, rows.member, "number", [record.number]).get(record.number)
    if known is not None and known["status"] == MemberStatus.PENDING:
        report.unchanged += 1
        return
    if record.category not in policy.category_of:
        report.damaged.append(
            Damaged(number, Said("the policy knows no category {category!r}", category=record.category))
        )
        return
    form = {name: getattr(record, name) for name in ("surname", "given_name", "number", "email", "category")}
    answer = save_application(tx, form, now, at)
    if isinstance(answer, Refused):
        report.damaged.append(Damaged(number, ", ".join(answer.slugs), answer.reasons))
    else:
        report.added += 1


def _write_titles(tx: Transaction, records: list[TitleRecord], now: datetime, report: Report) -> None:
    known = known_rows(tx, rows.title, "control_number", [record.control_number for record in records])
    fresh: dict[str, dict[str, Any]] = {}
    written = [(record, _title_values(record)) for record in records]
    for record, values in written:
        if record.control_number not in known:
            fresh[record.control_number] = {**values, "electronic_access": False, "added_at": now}
            report.added += 1
        else:
            change(tx, rows.title, known[record.control_number], values, report)
    if fresh:
        tx.connection.execute(insert(rows.title), list(fresh.values()))
    learn(tx.connection, (f"{values['title_fold']} {values['words_fold']}" for _, values in written))


def _title_values(record: TitleRecord) -> dict[str, Any]:
    return {
        "control_number": record.control_number, "title": record.title, "author": record.author,
        "publisher": record.publisher, "year": record.year, "language": record.language or "und",
        "isbn": record.isbn, "subjects": record.subjects, "shelf_mark": record.shelf_mark,
        "title_fold": fold(record.title),
        "words_fold": words_fold(record.author, record.isbn, record.subjects, record.shelf_mark),
    }  # fmt: skip


def _write_copies(
    tx: Transaction,
    records: list[tuple[int, CopyRecord]],
    policy: Policy,
    now: datetime,
    report: Report,
    seen: Seen,
    *,
    apart: bool,
) -> None:
    """`seen`: barcodes of this file so far. `apart`: the copies of title records are counted on their own."""
    titles = known_rows(tx, rows.title, "control_number", [record.title_number for _, record in records])
    known = known_rows(tx, rows.copy, "barcode", [record.barcode for _, record in records])
    cards = known_rows(tx, rows.card, "number", [record.barcode for _, record in records])
    counts = Report()
    fresh: dict[str, dict[str, Any]] = {}
    for number, record in records:
        wrong = _wrong_with_copy(record, policy, titles, cards)
        if wrong is not None:
            report.damaged.append(Damaged(number, wrong))
            continue
        values = {
            "barcode": record.barcode, "title_id": titles[record.title_number]["id"],
            "item_type": record.item_type, "branch": record.branch or policy.branches[0].slug,
            "shelf_mark": record.shelf_mark, "course": record.course, "project": record.project,
        }  # fmt: skip
        if seen.note(record.barcode) is not None:
            report.damaged.append(
                Damaged(number, Said("the barcode {barcode} stands in the file twice", barcode=record.barcode))
            )
            continue
        if record.barcode in known:
            change(tx, rows.copy, known[record.barcode], values, counts)
        else:
            fresh[record.barcode] = {**values, "state": CopyState.ON_SHELF, "loanable": True, "received_at": now}
            counts.added += 1
    if fresh:
        tx.connection.execute(insert(rows.copy), list(fresh.values()))
    _add(report, counts, apart=apart)


def _add(report: Report, counts: Report, *, apart: bool) -> None:
    if apart:
        report.copies_added += counts.added
        report.copies_changed += counts.changed
        report.copies_unchanged += counts.unchanged
    else:
        report.added += counts.added
        report.changed += counts.changed
        report.unchanged += counts.unchanged


def _wrong_with_copy(
    record: CopyRecord, policy: Policy, titles: Mapping[str, Any], cards: Mapping[str, Any]
) -> str | None:
    if record.title_number not in titles:
        return Said("no title has the number {number}", number=record.title_number)
    if record.item_type not in policy.item_type_of:
        return Said("the policy knows no item type {item_type!r}", item_type=record.item_type)
    if record.branch and record.branch not in policy.branch_of:
        return Said("the policy knows no branch {branch!r}", branch=record.branch)
    if len(record.barcode) > 64:
        return Said("the barcode is longer than 64 characters")
    if record.barcode in cards:
        return Said("the barcode {barcode} is the number of a card", barcode=record.barcode)
    return None


def _write_members(
    tx: Transaction, records: list[tuple[int, MemberRecord]], policy: Policy, now: datetime, report: Report
) -> None:
    known = known_rows(tx, rows.member, "number", [record.number for _, record in records])
    cards = known_rows(tx, rows.card, "number", [record.card for _, record in records if record.card])
    copies = known_rows(tx, rows.copy, "barcode", [record.card for _, record in records if record.card])
    for number, record in records:
        owner = cards.get(record.card, {}).get("member_id") if record.card in cards else None
        mine = known.get(record.number, {}).get("id")
        if record.category not in policy.category_of:
            report.damaged.append(
                Damaged(number, Said("the policy knows no category {category!r}", category=record.category))
            )
        elif record.card in cards and (owner is None or owner != mine):
            report.damaged.append(Damaged(number, Said("the card {card} opens another account", card=record.card)))
        elif record.card in copies:
            report.damaged.append(Damaged(number, Said("the card {card} is the barcode of a copy", card=record.card)))
        else:
            known[record.number] = _write_member(tx, record, known.get(record.number), now, report)
            if record.card and record.card not in cards:
                cards[record.card] = _give_card(tx, known[record.number]["id"], record.card, now)


def _write_member(
    tx: Transaction, record: MemberRecord, before: dict[str, Any] | None, now: datetime, report: Report
) -> dict[str, Any]:
    values = {
        "number": record.number, "surname": record.surname, "given_name": record.given_name,
        "name_fold": fold(f"{record.surname} {record.given_name}"), "category": record.category,
        "email": record.email, "language": record.language,
    }  # fmt: skip
    if before is not None:
        change(tx, rows.member, before, values, report)
        if before["category"] != record.category:
            category_changed(tx, before["id"], now)
        return {**before, **values}
    fresh = {
        **values,
        "status": MemberStatus.ACTIVE,
        "external_block": False,
        "forget_history": False,
        "joined_at": now,
    }
    member_id = statements.inserted(tx.connection, insert(rows.member), fresh)
    report.added += 1
    return {**fresh, "id": member_id}


def _give_card(tx: Transaction, member_id: int, number: str, now: datetime) -> dict[str, Any]:
    values = {"number": number, "member_id": member_id, "status": CardStatus.OK, "registered_at": now, "document": ""}
    tx.connection.execute(insert(rows.card), values)
    return values
