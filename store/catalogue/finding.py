"""Finds whom or what staff mean as they type: a member by card, number, name or e-mail, a copy by barcode, titles."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, exists, func, or_, select

from store import rows
from store.catalogue import describing
from store.catalogue.folding import AFTER_ALL_LETTERS, fold
from store.catalogue.search import search
from store.circulation.facts import read_copy
from store.library import Library
from store.policy.model import Policy
from store.results.catalogue import Hits
from store.results.desk import CardHolder, CopyAtDesk, DeskHits, MemberFound
from store.states import CardStatus
from store.transaction import Reading, query

_MOST = 20
_TITLES = 12
_LONGEST = 100
_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_ENOUGH = 2
"Letters from which on a name is looked for."


def find(library: Library, typed: str, branch: str | None = None) -> DeskHits:
    """Members first, then the copy with this barcode, then titles: the best of each."""
    typed = typed.strip()[:_LONGEST]
    if len(typed) < _ENOUGH:
        return DeskHits()
    copy = copy_in_hand(library, typed)
    people = members(library, typed)
    hits = Hits(()) if "@" in typed else search(library, typed, branch=branch, limit=_TITLES)
    # A surname is no misspelt title.
    titles = () if hits.corrected and people else hits.found
    return DeskHits(people, copy.item if copy else None, titles)


def members(library: Library, typed: str) -> tuple[MemberFound, ...]:
    """Members by card or number, the beginning of their number or e-mail, surname first or given name first.

    Of a name that begins with a given name the last word is the beginning of the surname: `ayse ka` is Ayşe Kaya.
    """
    typed = typed.strip()[:_LONGEST]
    return _members(library, typed) if len(typed) >= _ENOUGH else ()


@query
def card_holder(reading: Reading, code: str) -> CardHolder | None:
    """Whose card this is; None if it is no member's."""
    card = rows.card
    row = reading.connection.execute(
        select(card.c.member_id, card.c.status).where(card.c.number == code, card.c.member_id.is_not(None))
    ).first()
    return None if row is None else CardHolder(row.member_id, str(row.status))


@query
def copy_in_hand(reading: Reading, barcode: str) -> CopyAtDesk | None:
    """The copy with this barcode and who has it, or had it last; None if there is none."""
    policy = reading.library.policies.latest
    connection, loan, member, copies = reading.connection, rows.loan, rows.member, rows.copy
    row = connection.execute(
        select(
            copies.c.title_id, loan.c.due_at, loan.c.hourly, loan.c.closed_at, loan.c.to_be_checked, loan.c.member_id,
            member.c.given_name, member.c.surname,
        )
        .join_from(
            copies, loan,
            or_(and_(loan.c.copy_id == copies.c.id, loan.c.closed_at.is_(None)), loan.c.id == copies.c.last_loan_id),
            isouter=True,
        )
        .join(member, member.c.id == loan.c.member_id, isouter=True)
        .where(copies.c.barcode == barcode)
        .order_by(loan.c.closed_at.is_not(None))
        .limit(1)
    ).first()  # fmt: skip
    copy = None if row is None else read_copy(connection, barcode, None, _LONG_AGO, lock=False)
    if row is None or copy is None:
        return None
    out = row.due_at is not None and row.closed_at is None
    return CopyAtDesk(
        item=describing.item(policy, copy),
        title_id=row.title_id,
        due=row.due_at if out else None,
        hourly=bool(row.hourly),
        borrower_id=row.member_id,
        borrower=f"{row.given_name} {row.surname}" if row.member_id is not None else "",
        to_be_checked=bool(row.to_be_checked),
    )


@query
def _members(reading: Reading, typed: str) -> tuple[MemberFound, ...]:
    member, card = rows.member, rows.card
    lost = exists().where(card.c.member_id == member.c.id, card.c.status == CardStatus.LOST)
    fine = exists().where(card.c.member_id == member.c.id, card.c.status == CardStatus.OK)
    statement = select(
        member.c.id, member.c.number, member.c.surname, member.c.given_name, member.c.category, member.c.status,
        and_(lost, ~fine).label("card_lost"), member.c.name_fold,
    )  # fmt: skip
    found: dict[int, Any] = {}
    # Each condition has an index of its own; joined by OR they would be one slow statement.
    for condition in _conditions(reading.connection, typed):
        if len(found) < _MOST:
            ordered = statement.where(condition).order_by(member.c.name_fold, member.c.id).limit(_MOST)
            found |= {row.id: row for row in reading.connection.execute(ordered)}
    policy = reading.library.policies.latest
    return tuple(_member_found(policy, row) for row in list(found.values())[:_MOST])


def _conditions(connection: Connection, typed: str) -> list[ColumnElement[bool]]:
    member, card, words = rows.member, rows.card, fold(typed).split()
    by_card = select(card.c.member_id).where(card.c.number == typed, card.c.member_id.is_not(None))
    wanted: list[ColumnElement[bool]] = [member.c.id.in_(by_card)]
    if any(letter.isdigit() for letter in typed):
        wanted.append(_begins(connection, member.c.number, typed))
    if "@" in typed or "." in typed:
        wanted.append(_address_begins(connection, typed))
    if words and "@" not in typed:
        wanted.append(_begins(connection, member.c.name_fold, " ".join(words)))
    if len(words) > 1 and "@" not in typed:
        given = [(" " + member.c.name_fold).contains(f" {word}", autoescape=True) for word in words[:-1]]
        wanted.append(and_(_begins(connection, member.c.name_fold, words[-1]), *given))
    return wanted


def _begins(connection: Connection, column: Any, text: str) -> ColumnElement[bool]:  # noqa: ANN401 - a column or a function of one
    compared = column.collate("C") if connection.dialect.name == "postgresql" else column
    return and_(compared >= text, compared < text + AFTER_ALL_LETTERS)


def _address_begins(connection: Connection, typed: str) -> ColumnElement[bool]:
    """Addresses are the same in capitals; each database has its own index for that."""
    email = rows.member.c.email
    if connection.dialect.name == "postgresql":
        return _begins(connection, func.lower(email), typed.lower())
    return _begins(connection, email.collate("NOCASE"), typed)


def _member_found(policy: Policy, row: Any) -> MemberFound:  # noqa: ANN401 - a row
    category = policy.category_of.get(row.category)
    return MemberFound(
        member_id=row.id,
        name=f"{row.given_name} {row.surname}",
        number=row.number,
        category_tr=category.name.tr if category else row.category,
        category_en=category.name.en if category else row.category,
        status=str(row.status),
        card_lost=bool(row.card_lost),
    )
