"""Titles entered, corrected, merged and deleted by hand; the search follows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from store import rows
from store.act import At
from store.catalogue import cataloguing, copypages
from store.catalogue.search import search
from store.circulation import checkouts, holds, returns
from store.library import Library
from store.policy.verdict import Refused
from store.results.copies import TitleData
from store.results.holds import HoldPlaced
from store.scenarios.world import World
from store.upkeep.verifying import verify
from tests.store import worlds
from tests.store.worlds import NOW

AT = At("test", "desk")
LATER = NOW + timedelta(days=1)
PEOPLE = {name: {"category": "undergraduate"} for name in ("ayse", "can", "ece", "ela")}
BOOK = TitleData("Işık Ağacı", "Gürbüz, Şule", isbn="978-975-08-0001-3", language="tr")


@pytest.fixture
def place(database_url: str) -> Iterator[tuple[Library, World]]:
    """Two titles that are one; whole afterwards."""
    library, world = worlds.library(database_url, PEOPLE, {"a": {"type": "book"}, "b": {"type": "book"}})
    yield library, world
    assert verify(library.database) == ()
    library.close()


def _slugs(answer: object) -> tuple[str, ...]:
    assert isinstance(answer, Refused), answer
    return answer.slugs


def _found(library: Library, typed: str) -> list[str]:
    return [found.title for found in search(library, typed).found]


def test_a_title_is_found_as_it_was_written_last(place: tuple[Library, World]) -> None:
    """New words are learnt, old ones bring nothing any more, slips of the new ones are forgiven."""
    library, _world = place
    made = cataloguing.create_title(library, BOOK, NOW, AT)
    assert isinstance(made, int) and _found(library, "isik gurbuz") == ["Işık Ağacı"]
    corrected = TitleData("Gölge Ağacı", "Gürbüz, Şule", electronic_access=True, in_print=False, year=1998)
    assert cataloguing.edit_title(library, made, corrected, NOW, AT) is None
    assert _found(library, "isik") == [] and _found(library, "glge") == ["Gölge Ağacı"]
    record = copypages.title_record(library, made, NOW)
    assert record is not None and record.data == corrected
    assert cataloguing.delete_title(library, made, NOW, AT) is None
    assert _found(library, "golge") == [] and copypages.title_record(library, made, NOW) is None


def test_what_is_no_title_is_refused(place: tuple[Library, World]) -> None:
    """Nothing, too much, or what is gone; a title with copies stays."""
    library, world = place
    assert _slugs(cataloguing.create_title(library, TitleData(" "), NOW, AT)) == ("title_missing",)
    assert _slugs(cataloguing.create_title(library, TitleData("a\x00"), NOW, AT)) == ("text_unfit",)
    assert _slugs(cataloguing.create_title(library, TitleData("a", language="türkçedir"), NOW, AT)) == ("text_unfit",)
    unfit = cataloguing.create_title(library, TitleData("a", author="b" * 5000, year=20250), NOW, AT)
    assert isinstance(unfit, Refused) and unfit.reasons[0].numbers == {"fields": "author, year"}
    assert _slugs(cataloguing.edit_title(library, 999, BOOK, NOW, AT)) == ("title_unknown",)
    assert _slugs(cataloguing.delete_title(library, world.titles["a"], NOW, AT)) == ("title_in_use",)
    assert _slugs(cataloguing.merge_titles(library, world.titles["a"], world.titles["a"], NOW, AT)) == ("same_title",)
    assert _slugs(cataloguing.merge_titles(library, 999, world.titles["a"], NOW, AT)) == ("title_unknown",)


def test_two_titles_become_one(place: tuple[Library, World]) -> None:
    """Who holds both keeps the older hold; the copy that stood ready for the newer goes to the first in the queue."""
    library, world = place
    one, two = world.titles["a"], world.titles["b"]
    with library.database.write.begin() as connection:
        connection.execute(update(rows.title).where(rows.title.c.id == one).values(control_number="ocm1"))
    for item in ("a", "b"):
        checkouts.checkout(library, world.members["ayse"], world.items[item], NOW, AT)
    placed = [("can", two), ("ece", two), ("can", one), ("ela", one)]
    for minute, (who, title) in enumerate(placed):
        moment = NOW + timedelta(minutes=minute)
        assert isinstance(holds.place(library, world.members[who], title, moment, AT), HoldPlaced)
    returns.checkin(library, world.items["a"], LATER, AT)
    assert cataloguing.merge_titles(library, one, two, LATER, AT) is None
    record = copypages.title_record(library, two, LATER)
    assert record is not None and record.control_number == "ocm1" and len(record.copies) == 2
    queue = [(line.who.member_id, line.until is not None) for line in record.queue]
    assert queue == [
        (world.members["can"], True), (world.members["ece"], False), (world.members["ela"], False),
    ]  # fmt: skip
    with library.database.read.connect() as connection:
        ended = select(rows.hold.c.closed_why).where(rows.hold.c.closed_why.is_not(None))
        acts = list(connection.execute(ended).scalars())
        entries = connection.exec_driver_sql("SELECT act FROM audit_entry WHERE act = 'merge_titles'").all()
    assert acts == ["merged"] and len(entries) == 1
    assert copypages.title_record(library, one, LATER) is None


def test_a_copy_on_the_shelf_serves_who_waited_for_the_other(place: tuple[Library, World]) -> None:
    """Merged, it need not wait for the loan to come back."""
    library, world = place
    checkouts.checkout(library, world.members["ayse"], world.items["a"], NOW, AT)
    holds.place(library, world.members["can"], world.titles["a"], NOW, AT)
    assert cataloguing.merge_titles(library, world.titles["a"], world.titles["b"], LATER, AT) is None
    page = copypages.copy_page(library, world.items["b"], LATER)
    assert page is not None and page.slip is not None and page.item.state == "hold_shelf"
