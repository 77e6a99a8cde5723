"""Builds the demo library: real titles, several branches, people in interesting states; all dates relative to today.

What can be, is done by the real use cases at instants in the past, so that the demo obeys the rules it shows.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from importlib.resources import files

from sqlmodel import Session, select

from store.act import At
from store.calendar.schedule import touch
from store.catalogue.folding import fold
from store.catalogue.vocabulary import learn, words_fold
from store.circulation.checkouts import checkout
from store.circulation.holds import place
from store.circulation.returns import checkin
from store.demo.cast import PEOPLE, PIN, STAFF_PIN, WORKERS, Person
from store.demo.items import POPULAR
from store.demo.work import add_work
from store.library import Library
from store.members import memberships
from store.opening import create_library
from store.results.circulation import CheckedOut
from store.settings import StoreSettings
from store.states import CardStatus, MemberStatus
from store.tables import Card, Copy, Member, OpeningHours, Staff, Teaching, Term, Title

_BRANCHES = ("mustafa_inan", "mechanical", "architecture", "management")
_AT = At("demo", channel="desk")


@dataclass(slots=True)
class _Shelf:
    """Copies that nobody has yet, by item type."""

    free: dict[str, list[str]]

    def take(self, item_type: str) -> str:
        return self.free[item_type].pop(0)


def build(settings: StoreSettings, now: datetime) -> Library:
    """Make the whole demo library in an empty database."""
    library = create_library(settings, now)
    with Session(library.database.write) as session:
        shelf = _add_copies(session, now)
        _add_people(session, library, now)
        _add_calendar(session, now)
        session.commit()
    _play_the_past(library, shelf, now)
    add_work(library, _member_ids(library), shelf.free["book"][::-1], now)
    _settle_states(library)
    return library


def _add_copies(session: Session, now: datetime) -> _Shelf:
    shelf = _Shelf(defaultdict(list))
    number = 300000
    with (files("store.demo") / "titles.csv").open(encoding="utf-8") as file:
        for place_in_list, row in enumerate(csv.DictReader(file)):
            title = _title(row, now)
            session.add(title)
            session.flush()
            assert title.id is not None
            for copy_number in range(int(row["copies"])):
                number += 1
                branch = _branch(row["item_type"], place_in_list + copy_number)
                session.add(_copy(title.id, str(number), row["item_type"], branch, row["shelf_mark"], now))
                if branch == _BRANCHES[0] and title.title != POPULAR:
                    shelf.free[row["item_type"]].append(str(number))
    _add_keys(session, now)
    session.flush()
    titles = session.exec(select(Title)).all()
    learn(session.connection(), (f"{title.title_fold} {title.words_fold}" for title in titles))
    return shelf


def _title(row: dict[str, str], now: datetime) -> Title:
    return Title(
        title=row["title"],
        author=row["author"],
        publisher=row["publisher"],
        year=int(row["year"]) if row["year"] else None,
        language=row["language"],
        isbn=row["isbn"],
        subjects=row["subjects"],
        shelf_mark=row["shelf_mark"],
        title_fold=fold(row["title"]),
        words_fold=words_fold(row["author"], row["isbn"], row["subjects"], row["shelf_mark"]),
        added_at=now,
    )


def _branch(item_type: str, number: int) -> str:
    # Reserve, sound and film stand in the central library; books are spread, most of them there.
    if item_type not in ("book", "depot") or number % 2 == 0:
        return _BRANCHES[0]
    return _BRANCHES[1 + number // 2 % 3]


def _copy(title_id: int, barcode: str, item_type: str, branch: str, shelf_mark: str, now: datetime) -> Copy:
    course = "MAT101" if item_type == "course_reserve" else None
    return Copy(
        barcode=barcode, title_id=title_id, item_type=item_type, branch=branch, shelf_mark=shelf_mark, course=course,
        received_at=now,
    )  # fmt: skip


def _add_keys(session: Session, now: datetime) -> None:
    for item_type, name, first in (
        ("locker_key", "Dolap anahtarı", 410001),
        ("room_key", "Çalışma odası anahtarı", 420001),
    ):
        for number in range(6):
            title = Title(title=f"{name} {number + 1}", title_fold=fold(name), added_at=now)
            session.add(title)
            session.flush()
            assert title.id is not None
            session.add(_copy(title.id, str(first + number), item_type, _BRANCHES[0], "", now))


def _add_people(session: Session, library: Library, now: datetime) -> None:
    # One hash for all members: the PIN is no secret here, and each hash takes its time.
    pin_hash, staff_hash = library.hasher.hash(PIN), library.hasher.hash(STAFF_PIN)
    joined = now - timedelta(days=400)
    for person in PEOPLE:
        member = Member(
            number=f"15{person.card}",
            surname=person.surname,
            given_name=person.given,
            name_fold=fold(f"{person.surname} {person.given}"),
            email=f"{fold(person.given)}.{fold(person.surname)}@itu.edu.tr",
            category=person.category,
            status=MemberStatus.PENDING if person.status == "pending" else MemberStatus.ACTIVE,
            pin_hash=pin_hash if person.pin else None,
            joined_at=joined,
        )
        session.add(member)
        session.flush()
        session.add(Card(number=person.card, member_id=member.id, registered_at=joined))
        if person.teaches and member.id is not None:
            session.add(Teaching(member_id=member.id, course=person.teaches))
    for worker in WORKERS:
        staff = Staff(name=worker.name, role=worker.role, pin_hash=staff_hash, created_at=joined)
        session.add(staff)
        session.flush()
        session.add(Card(number=worker.card, staff_id=staff.id, registered_at=joined))


def _add_calendar(session: Session, now: datetime) -> None:
    for branch in _BRANCHES[1:]:
        for weekday in range(5):
            session.add(OpeningHours(branch=branch, weekday=weekday, opens="08:30", closes="17:00"))
        for weekday in (5, 6):
            session.add(OpeningHours(branch=branch, weekday=weekday))
    year = now.year
    session.add(Term(name=f"{year}-spring", first_day=date(year, 2, 10), last_day=date(year, 6, 12)))
    session.add(Term(name=f"{year}-fall", first_day=date(year, 9, 21), last_day=date(year + 1, 1, 15)))
    touch(session.connection())


def _play_the_past(library: Library, shelf: _Shelf, now: datetime) -> None:
    ids = _member_ids(library)
    acts: list[tuple[datetime, Person, str, datetime | None]] = []
    for person in PEOPLE:
        for item_type, lent, returned in person.returned_late:
            acts.append((_ago(now, lent), person, item_type, _ago(now, returned)))
        for item_type, count, lent in person.past:
            acts += [(_ago(now, lent), person, item_type, None)] * count
    for moment, person, item_type, returned_at in sorted(acts, key=lambda act: act[0]):
        _lend(library, ids[person.card], shelf.take(item_type), moment, returned_at)
    _play_holds(library, ids, now)
    _play_applications(library, ids, now)


def _lend(library: Library, member_id: int, barcode: str, moment: datetime, returned_at: datetime | None) -> None:
    lent = checkout(library, member_id, barcode, moment, _AT)
    if not isinstance(lent, CheckedOut):
        raise AssertionError(f"the demo breaks the rules it shows: {barcode}: {lent.reasons}")
    if returned_at is not None:
        checkin(library, barcode, returned_at, _AT)


def _play_holds(library: Library, ids: dict[str, int], now: datetime) -> None:
    """All copies of a popular title are out; one comes back for the first hold, the second waits."""
    barcodes = _barcodes(library, POPULAR)
    borrowers = ["201005", "201018", "201025", "201007", "201008", "201021", "201024", "201001"]
    for barcode, card in zip(barcodes, borrowers, strict=False):
        _lend(library, ids[card], barcode, _ago(now, 3), None)
    title_id = _title_id(library, POPULAR)
    place(library, ids["201006"], title_id, _ago(now, 2), _AT)
    place(library, ids["201023"], title_id, _ago(now, 1), _AT)
    checkin(library, barcodes[0], now - timedelta(hours=3), _AT)


def _play_applications(library: Library, ids: dict[str, int], now: datetime) -> None:
    """Whoever waits for a decision has applied the day before."""
    waiting = [ids[person.card] for person in PEOPLE if person.status == "pending"]
    with Session(library.database.read) as session:
        forms = [
            session.get_one(Member, member_id).model_dump(
                include={"surname", "given_name", "number", "email", "category"}
            )
            for member_id in waiting
        ]
    for form in forms:
        memberships.apply(library, form, _ago(now, 1), _AT)


def _settle_states(library: Library) -> None:
    """What no use case of the past brings about: pending, cancelled, lost cards, blocks."""
    with Session(library.database.write) as session:
        for person in PEOPLE:
            card = session.exec(select(Card).where(Card.number == person.card)).one()
            member = session.get_one(Member, card.member_id)
            member.status = MemberStatus(person.status)
            member.external_block = person.external_block
            card.status = CardStatus.LOST if person.card_lost else CardStatus.OK
        session.commit()


def _member_ids(library: Library) -> dict[str, int]:
    with Session(library.database.read) as session:
        cards = session.exec(select(Card)).all()
        return {card.number: card.member_id for card in cards if card.member_id is not None}


def _barcodes(library: Library, title: str) -> list[str]:
    with Session(library.database.read) as session:
        return list(session.exec(select(Copy.barcode).join(Title).where(Title.title == title).order_by(Copy.barcode)))


def _title_id(library: Library, title: str) -> int:
    with Session(library.database.read) as session:
        found = session.exec(select(Title.id).where(Title.title == title)).one()
        assert found is not None
        return found


def _ago(now: datetime, days: int) -> datetime:
    return datetime.combine(now.date() - timedelta(days=days), time(9, 30), UTC)
