"""The demo library: its file of titles is sound, its people exist, and what is built from both obeys the rules."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

import pytest
from sqlalchemy import select

from store import rows
from store.demo.building import build
from store.demo.cast import PEOPLE, PIN, SHOWN, STAFF_PIN, WORKERS
from store.demo.items import POPULAR, demo_items, demo_loans
from store.desk.staff import staff_pin_faults
from store.library import Library
from store.loading.isbn import clean_isbn
from store.policy.load import shipped
from store.states import MemberStatus, Role
from store.upkeep.verifying import verify
from tests.store.worlds import settings

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
POLICY = shipped("itu").latest
pytestmark = pytest.mark.xdist_group("demo")  # one process builds it
with (files("store.demo") / "titles.csv").open(encoding="utf-8") as _file:
    TITLES = list(csv.DictReader(_file))


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """The whole demo, built once: no test here changes it."""
    path = tmp_path_factory.mktemp("demo") / "demo.db"
    library = build(settings(f"sqlite:///{path}"), NOW)
    yield library
    library.close()


def test_every_title_has_a_name_and_copies() -> None:
    """No cell is missing or left over, and nothing has stray spaces around it."""
    for row in TITLES:
        assert None not in row and None not in row.values(), row
        assert row["title"] and int(row["copies"]) >= 1, row
        assert all(value == value.strip() for value in row.values()), row
        assert not row["year"] or 1000 < int(row["year"]) <= NOW.year, row
        assert len(row["language"]) == 2, row


def test_every_isbn_has_its_check_digit() -> None:
    """Written as digits only; an empty cell says that the number is not known."""
    assert [row["title"] for row in TITLES if row["isbn"] != clean_isbn(row["isbn"])] == []


def test_no_title_stands_there_twice() -> None:
    """The same work may be there as a book and as a reserve copy; a shelf mark belongs to one title."""
    seen = Counter((row["title"], row["author"], row["item_type"]) for row in TITLES)
    assert [title for title, count in seen.items() if count > 1] == []
    marks = Counter((row["shelf_mark"], row["item_type"]) for row in TITLES if row["shelf_mark"])
    assert [mark for mark, count in marks.items() if count > 1] == []


def test_the_policy_knows_every_item_type() -> None:
    """And most of its types are there to be tried."""
    used = {row["item_type"] for row in TITLES}
    assert used <= set(POLICY.item_type_of)
    assert set(POLICY.item_type_of) - used == {"locker_key", "room_key"}, "the keys have no record of their own"


def test_every_card_opens_one_account() -> None:
    """Of members and staff together; every card on the first page belongs to somebody."""
    cards = [person.card for person in PEOPLE] + [worker.card for worker in WORKERS]
    assert len(set(cards)) == len(cards)
    assert set(SHOWN) <= {person.card for person in PEOPLE}


def test_the_policy_knows_what_the_people_are_and_borrow() -> None:
    """Categories, item types, states; a supervisor, and another to sign; every category is played by somebody."""
    assert {person.category for person in PEOPLE} == set(POLICY.category_of)
    borrowed = {kind for person in PEOPLE for kind, _, _ in (*person.past, *person.returned_late)}
    assert borrowed <= set(POLICY.item_type_of)
    assert {person.status for person in PEOPLE} <= set(MemberStatus)
    assert [worker.role for worker in WORKERS].count(Role.SUPERVISOR) == 2
    for person in PEOPLE:
        assert all(lent > back > 0 for _, lent, back in person.returned_late), person.card


def test_the_pins_shown_are_ones_that_the_rules_allow(demo: Library) -> None:
    """Who copies them from the first page gets in."""
    from store.policy import pins

    assert pins.check(POLICY, PIN) is None
    assert staff_pin_faults(demo, STAFF_PIN, NOW) is None


def test_every_cast_member_is_in_the_library(demo: Library) -> None:
    """With the name, category, number and card that the cast says."""
    statement = select(rows.card.c.number, rows.member).join(rows.member, rows.card.c.member_id == rows.member.c.id)
    with demo.database.read.connect() as connection:
        found = {row["number"]: row for row in connection.execute(statement).mappings()}
        staff = set(connection.execute(select(rows.card.c.number).where(rows.card.c.staff_id.is_not(None))).scalars())
    assert set(found) == {person.card for person in PEOPLE}
    for person in PEOPLE:
        row = found[person.card]
        told = (row["given_name"], row["surname"], row["category"], row["status"], row["pin_hash"] is not None)
        assert told == (person.given, person.surname, person.category, person.status, person.pin is not None)
        assert row["email"].isascii() and "@" in row["email"]
    assert staff == {worker.card for worker in WORKERS}


def test_every_copy_has_a_barcode_of_its_own_in_a_branch_of_the_policy(demo: Library) -> None:
    """As many as the file says, and the keys; no barcode is also a card: one scan means one thing."""
    copy = rows.copy
    with demo.database.read.connect() as connection:
        copies = connection.execute(select(copy.c.barcode, copy.c.branch, copy.c.item_type)).all()
    assert len(copies) == sum(int(row["copies"]) for row in TITLES) + 12
    barcodes = {row.barcode for row in copies}
    assert len(barcodes) == len(copies)
    assert barcodes.isdisjoint(person.card for person in (*PEOPLE, *WORKERS))
    assert {row.branch for row in copies} <= set(POLICY.branch_of)
    assert {row.item_type for row in copies} == set(POLICY.item_type_of)


def test_the_loans_of_the_cast_are_open(demo: Library) -> None:
    """Each of the past, and the copies of the popular title on top."""
    loan, card = rows.loan, rows.card
    statement = select(card.c.number).join(loan, loan.c.member_id == card.c.member_id).where(loan.c.closed_at.is_(None))
    with demo.database.read.connect() as connection:
        open_loans = Counter(connection.execute(statement).scalars())
    for person in PEOPLE:
        assert open_loans[person.card] >= sum(count for _, count, _ in person.past), person.card
    assert any(row["title"] == POPULAR for row in TITLES)


def test_it_breaks_none_of_its_own_rules(demo: Library) -> None:
    """The verifier finds nothing, and there is something of everything to try."""
    assert verify(demo.database) == ()
    labels = [english for _, _, english in demo_items(demo)]
    for kind in ("book", "audiovisual", "course reserve", "sheet music", "library use only", "locker key"):
        assert any(kind in label for label in labels), kind
    assert any("on loan" in label for label in labels) and any("on the hold shelf" in label for label in labels)
    assert len(demo_loans(demo)) >= 8


@pytest.mark.parametrize("day", [(2026, 1, 1), (2028, 2, 29)])
def test_it_can_be_built_on_any_day(tmp_path: Path, day: tuple[int, int, int]) -> None:
    """New Year, a leap day."""
    library = build(settings(f"sqlite:///{tmp_path / 'demo.db'}"), datetime(*day, 0, 30, tzinfo=UTC))
    assert verify(library.database) == ()
    library.close()
