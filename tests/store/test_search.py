"""The search: as people type, on both databases the same hits, whatever is typed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert, update
from sqlmodel import Session

from store import rows
from store.catalogue.folding import fold
from store.catalogue.search import search
from store.catalogue.vocabulary import learn, slips_between, words_fold
from store.demo.building import build
from store.library import Library
from store.opening import open_library
from store.settings import PinHashing, StoreSettings
from store.upkeep.copying import copy_library
from tests import postgresql

NOW = datetime(2026, 3, 2, 11, 32, tzinfo=UTC)
CHEAP = PinHashing(memory_kib=8, time_cost=1, parallelism=1)
EXTRA = (
    ("Işığın Kâğıdı", "Şule Öğüt", "9789750719387", "Şiir; Çeviri", "PL248 .O33"),
    ("İstanbul'un Irmakları", "Ilgın İnce", "", "Coğrafya", "DR716 .I5"),
    ("C++ Primer", "Stanley B. Lippman", "0321714113", "Computer science", "QA76 .L67"),
)


@pytest.fixture(scope="module")
def libraries(tmp_path_factory: pytest.TempPathFactory, pg_server: str) -> Iterator[dict[str, Library]]:
    """The demo's catalogue and three titles more, on both databases."""
    folder: Path = tmp_path_factory.mktemp("search")
    url = f"sqlite:///{folder / 'demo.db'}"
    library = build(StoreSettings(database=url, pin_hashing=CHEAP), NOW)
    with library.database.write.begin() as connection:
        for title, author, isbn, subjects, mark in EXTRA:
            values = {
                "title": title, "author": author, "publisher": "", "language": "tr", "isbn": isbn,
                "subjects": subjects, "shelf_mark": mark, "electronic_access": False, "added_at": NOW,
                "title_fold": fold(title), "words_fold": words_fold(author, isbn, subjects, mark),
            }  # fmt: skip
            connection.execute(insert(rows.title), values)
            learn(connection, (str(values["title_fold"]), str(values["words_fold"])))
    with postgresql.database(pg_server) as pg_url:
        copy_library(url, pg_url)
        other = open_library(StoreSettings(database=pg_url, pin_hashing=CHEAP))
        yield {"sqlite": library, "postgresql": other}
        other.close()
    library.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def library(request: pytest.FixtureRequest, libraries: dict[str, Library]) -> Library:
    """Each test runs on both."""
    return libraries[request.param]


FINDS = {
    "isigin kagidi": "Işığın Kâğıdı",
    "IŞIĞIN KAĞIDI": "Işığın Kâğıdı",
    "ışığın kâğ": "Işığın Kâğıdı",
    "ISIGIN": "Işığın Kâğıdı",
    "istanbul irmak": "İstanbul'un Irmakları",
    "İSTANBULUN": "İstanbul'un Irmakları",
    "ogut sule": "Işığın Kâğıdı",
    "çevi şiir": "Işığın Kâğıdı",
    "978-975-07-1938-7": "Işığın Kâğıdı",
    "9750719387": "Işığın Kâğıdı",
    "0-321-71411-3": "C++ Primer",
    "9780321714114": "C++ Primer",
    "DR716": "İstanbul'un Irmakları",
    "dr716 .i5": "İstanbul'un Irmakları",
    "primer lipp": "C++ Primer",
}


@pytest.mark.parametrize("typed", FINDS)
def test_it_is_found_as_it_is_typed(library: Library, typed: str) -> None:
    """Case, Turkish letters, order, beginnings of words, both forms of an ISBN."""
    hits = search(library, typed)
    assert hits.found[0].title == FINDS[typed]
    assert hits.corrected == ""


def test_a_number_is_a_whole_word_and_an_isbn_begins_with_nine_digits(library: Library) -> None:
    """Thousands of ISBNs begin with the same eight digits; a year is found as it is."""
    assert search(library, "97897507").found == ()
    assert [hit.title for hit in search(library, "978975071").found] == ["Işığın Kâğıdı"]
    assert "Tutunamayanlar" in [hit.title for hit in search(library, "pl248 1972").found]
    assert search(library, "pl248 19").found


@pytest.mark.parametrize(
    ("typed", "meant", "title"),
    [
        ("tutunamyanlar", "tutunamayanlar", "Tutunamayanlar"),
        ("ttunamayanlar", "tutunamayanlar", "Tutunamayanlar"),
        ("isigni kagidi", "isigin kagidi", "Işığın Kâğıdı"),
        ("lipman primr", "lippman primer", "C++ Primer"),
    ],
)
def test_a_slip_is_forgiven_and_said(library: Library, typed: str, meant: str, title: str) -> None:
    """A letter left out, doubled or swapped."""
    hits = search(library, typed)
    assert (hits.corrected, hits.found[0].title) == (meant, title)


@pytest.mark.parametrize("typed", ["", "   ", "…", "'\"*", "\x00\x1b[31m", "((((", "-", "’"])
def test_nothing_to_look_for_finds_nothing(library: Library, typed: str) -> None:
    """Signs alone are no words."""
    assert search(library, typed).found == ()


@pytest.mark.parametrize(
    "typed",
    ['" OR 1=1 --', "NEAR(a b)", "title_fold: x", "a* OR b*", "{a b}", "%", "x" * 10_000, "ş" * 300, "😀 kitap"],
)
def test_whatever_is_typed_is_only_words(library: Library, typed: str) -> None:
    """Operators of either database mean nothing here."""
    assert len(search(library, typed).found) <= 50


def test_the_title_that_begins_so_comes_first(library: Library) -> None:
    """Then what contains it, then the shorter."""
    titles = [found.title for found in search(library, "ankara").found]
    assert titles[0] == "Ankara"


def test_only_what_stands_here(library: Library) -> None:
    """A copy on the shelf of the branch."""
    everywhere, here = (
        {found.title_id for found in search(library, "oguz atay", branch="mustafa_inan", only_here=only).found}
        for only in (False, True)
    )
    assert here < everywhere
    found = search(library, "oguz atay", branch="mustafa_inan", only_here=True).found
    assert all(each.on_shelf_here > 0 for each in found)


def test_a_changed_and_a_deleted_title(library: Library) -> None:
    """The index follows the table."""
    title = rows.title
    values = {
        "title": "Geçici", "author": "", "publisher": "", "language": "tr", "isbn": "", "subjects": "",
        "shelf_mark": "", "electronic_access": False, "added_at": NOW, "title_fold": "gecici", "words_fold": "",
    }  # fmt: skip
    with library.database.write.begin() as connection:
        inserted = connection.execute(insert(title), values).inserted_primary_key
        assert inserted is not None
        key = inserted[0]
    assert [found.title_id for found in search(library, "gecici").found] == [key]
    with library.database.write.begin() as connection:
        connection.execute(update(title).where(title.c.id == key).values(title_fold="kalici"))
    assert search(library, "gecici").found == ()
    assert search(library, "kalici").found[0].title_id == key
    with library.database.write.begin() as connection:
        connection.execute(delete(title).where(title.c.id == key))
    assert search(library, "kalici").found == ()


WORDS = sorted({word for title, *_ in EXTRA for word in fold(title).split()} | {"atay", "turk", "roman", "ask", "ve"})
NUMBERS = ("tutunamayanlar", "9789750719387", "9750719387", "032171411x", "1972", "pl248")
TYPED = st.sampled_from(WORDS).flatmap(lambda word: st.sampled_from([word, word[:3], word[:2]]))
TYPED |= st.sampled_from(NUMBERS).flatmap(lambda word: st.integers(1, len(word)).map(lambda size: word[:size]))


@given(st.lists(TYPED, max_size=3), st.booleans())
@settings(max_examples=90, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_both_databases_find_the_same(libraries: dict[str, Library], words: list[str], here: bool) -> None:
    """In the same order."""
    one, other = (
        search(libraries[name], " ".join(words), branch="mustafa_inan", only_here=here)
        for name in ("sqlite", "postgresql")
    )
    assert one == other


NUMBERED = [*range(8_100, 8_300), *range(20_000, 20_300), *range(131_000, 131_200), *range(140_000, 140_300)]


def _has_both(number: int) -> bool:
    return number % 5 < 3


@pytest.fixture
def a_thousand_alike(libraries: dict[str, Library]) -> Iterator[None]:
    """Titles with one word in common, most of them with another, on both sides of 8,192 and of 131,072."""
    title = rows.title
    made = [
        {
            "id": number, "title": f"Bir {number}", "author": "", "publisher": "", "language": "tr", "isbn": "",
            "subjects": "", "shelf_mark": "", "electronic_access": False, "added_at": NOW,
            "title_fold": f"bir {number}", "words_fold": "herkeste" + " cogunda" * _has_both(number),
        }
        for number in NUMBERED
    ]  # fmt: skip
    for library in libraries.values():
        with library.database.write.begin() as connection:
            connection.execute(insert(title), made)
    yield
    for library in libraries.values():
        with library.database.write.begin() as connection:
            connection.execute(delete(title).where(title.c.id.in_(NUMBERED)))


@pytest.mark.usefixtures("a_thousand_alike")
@pytest.mark.parametrize("typed", ["herkeste", "cogunda", "herkeste cogunda"])
def test_of_a_thousand_titles_the_same_five_hundred_are_read(library: Library, typed: str) -> None:
    """Those with the lowest numbers, wherever the parts end in which PostgreSQL looks."""
    matching = [number for number in NUMBERED if _has_both(number) or "cogunda" not in typed]
    found = search(library, typed, limit=1000).found
    assert sorted(hit.title_id for hit in found) == matching[:500]


@pytest.mark.parametrize(
    ("one", "other", "slips"), [("atay", "atay", 0), ("atay", "atya", 1), ("atay", "tay", 1), ("kitap", "ktiab", 2)]
)
def test_slips_are_counted(one: str, other: str, slips: int) -> None:
    """Left out, added, changed, swapped."""
    assert slips_between(one, other) == slips


def test_a_title_without_words_is_no_fault(library: Library) -> None:
    """A record may hold signs only."""
    with Session(library.database.write) as session:
        values = {
            "title": "…", "author": "", "publisher": "", "language": "tr", "isbn": "", "subjects": "",
            "shelf_mark": "", "electronic_access": False, "added_at": NOW, "title_fold": "", "words_fold": "",
        }  # fmt: skip
        session.connection().execute(insert(rows.title), values)
        session.rollback()
