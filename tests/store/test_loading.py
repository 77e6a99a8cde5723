"""Files of others into the library: every record accounted for, twice is once, a broken file leaves nothing."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import select

from store import rows
from store.act import At
from store.library import Library
from store.loading.records import BrokenFile, CopyRecord, Damaged, MemberRecord, TitleRecord
from store.loading.reporting import DryRun, Report
from store.loading.tables import read_copies, read_members, read_titles, unknown_columns
from store.loading.writing import load_copies, load_members, load_titles
from store.opening import create_library
from store.upkeep.verifying import verify
from tests.store.worlds import NOW, settings

AT = At("test")
AYSE = MemberRecord("1", "Kaya", "Ayşe", "undergraduate", "a@itu.edu.tr", "C1")
ASK = TitleRecord("t1", "Aşk", "Elif Şafak", copies=(CopyRecord("B1", "t1", "book", "mustafa_inan"),))


@pytest.fixture
def opened(database_url: str) -> Iterator[Library]:
    """An empty library, on either database."""
    library = create_library(settings(database_url), NOW)
    yield library
    assert verify(library.database) == ()
    library.close()


def _load(load: Callable[..., Report], opened: Library, records: Iterable[object], *, dry: bool = False) -> Report:
    report = load(opened, iter(records), NOW, AT, lambda _done: None, dry)
    return dataclasses.replace(report, damaged=list(report.damaged))


def _counts(report: Report) -> tuple[int, int, int, int]:
    return report.added, report.changed, report.unchanged, len(report.damaged)


def _column(opened: Library, table: str, column: str) -> list[Any]:
    found = rows.member.metadata.tables[table]
    with opened.database.read.connect() as connection:
        return list(connection.execute(select(found.c[column]).order_by(found.c.id)).scalars())


def test_titles_twice_are_titles_once(opened: Library) -> None:
    """Added, then unchanged, then changed where the file has changed."""
    records = [ASK, TitleRecord("t2", "İnce Memed")]
    assert _counts(_load(load_titles, opened, records)) == (2, 0, 0, 0)
    again = _load(load_titles, opened, records)
    assert _counts(again) == (0, 0, 2, 0) and (again.copies_added, again.copies_unchanged) == (0, 1)
    assert _counts(_load(load_titles, opened, [replace(ASK, year=2009), records[1]])) == (0, 1, 1, 0)
    assert _column(opened, "title", "year") == [2009, None]


@pytest.mark.parametrize("apart", [1, 500])
def test_of_two_records_with_one_number_the_first_is_taken(opened: Library, apart: int) -> None:
    """In one batch or far apart; the second is named if it says something else, and the next import finds no change."""
    between = [TitleRecord(f"x{number}", f"Arada {number}") for number in range(apart)]
    other = TitleRecord("t1", "Başka", copies=(CopyRecord("B1", "t1", "book", ""), CopyRecord("B2", "t1", "book", "")))
    for _ in range(2):
        report = _load(load_titles, opened, [ASK, *between, other, ASK])
        assert report.damaged == [Damaged(apart + 2, "t1 stands in the file twice; only the first counts")]
        assert report.seen == apart + 3
    assert _counts(report) == (0, 0, apart + 2, 1)
    assert _column(opened, "title", "title")[0] == "Aşk" and _column(opened, "copy", "barcode") == ["B1"]


def test_a_barcode_that_stands_in_the_file_twice_does_not_move(opened: Library) -> None:
    """From title to title with each import; not in a file of copies either."""
    second = TitleRecord("t2", "İnce Memed", copies=(replace(ASK.copies[0], title_number="t2"),))
    for _ in range(2):
        report = _load(load_titles, opened, [ASK, second])
        assert [each.what for each in report.damaged] == ["the barcode B1 stands in the file twice"]
        assert report.copies_changed == 0
        report = _load(load_copies, opened, [*ASK.copies, *second.copies])
        assert _counts(report) == (0, 0, 1, 1)


def test_copies_that_do_not_fit_are_named(opened: Library) -> None:
    """An unknown title, type, branch; a barcode that no column could hold."""
    _load(load_titles, opened, [ASK])
    good = ASK.copies[0]
    wrong = [
        replace(good, barcode="B2", title_number="?"), replace(good, barcode="B3", item_type="scroll"),
        replace(good, barcode="B4", branch="moon"), replace(good, barcode="B" * 65),
        replace(good, barcode="B5", branch=""),
    ]  # fmt: skip
    report = _load(load_copies, opened, wrong)
    assert [each.number for each in report.damaged] == [1, 2, 3, 4] and report.added == 1
    for each, word in zip(report.damaged, ("no title", "scroll", "moon", "64"), strict=True):
        assert word in each.what


def test_members_twice_are_members_once(opened: Library) -> None:
    """With their cards; a second card is given on top, one of another account is not."""
    ali = MemberRecord("2", "Ak", "Ali", "faculty", card="C2")
    assert _counts(_load(load_members, opened, [AYSE, ali])) == (2, 0, 0, 0)
    assert _counts(_load(load_members, opened, [AYSE, ali])) == (0, 0, 2, 0)
    moved = [
        replace(AYSE, category="graduate", card="C9"),
        replace(ali, card="C1"),
        replace(ali, number="3", card="C9"),
    ]
    report = _load(load_members, opened, moved)
    assert report.changed == 1 and [each.number for each in report.damaged] == [2, 3]
    assert _column(opened, "card", "number") == ["C1", "C2", "C9"]
    assert _column(opened, "member", "category") == ["graduate", "faculty"]


def test_a_card_of_the_staff_opens_no_membership(opened: Library) -> None:
    """The new member is named and left out, not taken in without a card."""
    from store.desk.staff import create_staff
    from store.states import Role

    create_staff(opened, "Deniz", "S1", Role.SUPERVISOR, "gozetmen01", NOW, AT)
    report = _load(load_members, opened, [replace(AYSE, card="S1")])
    assert report.damaged == [Damaged(1, "the card S1 opens another account")]
    assert _column(opened, "member", "id") == []


def test_a_number_is_a_card_or_a_barcode_never_both(opened: Library) -> None:
    """The terminal would take the card for the item, and its member could never sign in."""
    _load(load_titles, opened, [ASK])
    barcode = ASK.copies[0].barcode
    report = _load(load_members, opened, [AYSE, replace(AYSE, number="2", card=barcode)])
    assert report.damaged == [Damaged(2, f"the card {barcode} is the barcode of a copy")]
    report = _load(load_copies, opened, [replace(ASK.copies[0], barcode=AYSE.card)])
    assert report.damaged == [Damaged(1, f"the barcode {AYSE.card} is the number of a card")]
    assert (_column(opened, "copy", "barcode"), _column(opened, "card", "number")) == ([barcode], [AYSE.card])


def test_a_broken_file_and_a_trial_leave_nothing(opened: Library) -> None:
    """Neither titles nor words for the search nor an audit entry."""

    def cut_off() -> Iterator[TitleRecord]:
        yield from (TitleRecord(f"x{number}", f"Kitap {number}") for number in range(900))
        raise BrokenFile("cut off")

    before = _column(opened, "audit_entry", "id")
    with pytest.raises(BrokenFile):
        _load(load_titles, opened, cut_off())
    with pytest.raises(DryRun) as tried:
        _load(load_titles, opened, [ASK], dry=True)
    assert tried.value.report.added == 1
    assert _column(opened, "title", "id") == [] and _column(opened, "audit_entry", "id") == before


NASTY = "x\x1b[2J\x98y\x07 \u0131\u0307\n\t'; DROP TABLE title; --\ufffe\u202e"


def _csv(folder: Path, text: str) -> Path:
    path = folder / "file.csv"
    path.write_text(text, "utf-8")
    return path


def test_odd_values_are_taken_or_named_never_fatal(opened: Library, tmp_path: Path) -> None:
    """On PostgreSQL too, which believes no NUL and no text that is longer than its column."""
    header = "control_number,title,author,year,language,isbn\n"
    lines = [
        f'n1,"{NASTY}",a,²,x-very-long-language,²³⁴',
        "n2,a\x00b,,,,",
        f"{'n' * 65},Uzun,,,,",
        f"n4,{'a' * 2001},,,,",
    ]
    lines += ["n5,,,,,", "n6,a,b", "n7,Tek,,99999999,,9E+999999999", "", "n8,Son,,-300.0,TUR,9780306406157.0"]
    report = _load(load_titles, opened, read_titles(_csv(tmp_path, header + "\n".join(lines)), {}, "utf-8"))
    told = {each.number: each.what for each in report.damaged}
    assert set(told) == {2, 3, 4, 5, 6}, "an empty line is no record"
    assert "NUL" in told[2] and "64" in told[3] and "2000" in told[4] and "empty" in told[5] and "columns" in told[6]
    title = _column(opened, "title", "title")[0]
    assert not any(letter < " " or "\x7f" <= letter < "\xa0" for letter in title) and title.startswith("x[2Jy")
    assert _column(opened, "title", "year") == [None, None, -300]
    assert _column(opened, "title", "isbn") == ["", "", "9780306406157"]


def test_members_that_can_not_be_are_named(opened: Library, tmp_path: Path) -> None:
    """Before the database would refuse the whole file."""
    lines = [
        "number,surname,given_name,category,email,card,language",
        f"{'1' * 41},A,B,faculty,,,",
        f"2,A,B,faculty,,{'c' * 65},",
    ]
    lines += ["3,A,B,faculty,,,klingon", "4,A,B,faculty,a b@c,,", "5,A,B,faculty,,,EN"]
    report = _load(load_members, opened, read_members(_csv(tmp_path, "\n".join(lines)), {}, "utf-8"))
    assert [each.number for each in report.damaged] == [1, 2, 3, 4]
    assert _column(opened, "member", "language") == ["en"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_a_mapped_column_goes_before_one_of_our_name(tmp_path: Path, delimiter: str) -> None:
    """As goodbooks has both `title` and `original_title`; what means nothing is told."""
    path = _csv(tmp_path, delimiter.join(("original_title", "title", "price")) + "\n" + delimiter.join("abc") + "\n")
    (record,) = read_titles(path, {"original_title": "title"}, "utf-8")
    assert isinstance(record, TitleRecord) and record.title == "a"
    assert unknown_columns(path, {"original_title": "title"}, "titles", "utf-8") == ["title", "price"]
    with pytest.raises(BrokenFile, match="two columns mean title"):
        list(read_titles(path, {"original_title": "title", "price": "title"}, "utf-8"))


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"barcode\n1\n", b'barcode,control_number,item_type\n"x'])
def test_a_file_that_is_no_table_is_broken(tmp_path: Path, content: bytes) -> None:
    """Empty, in another encoding, without the columns, cut off within quotes."""
    path = tmp_path / "copies.csv"
    path.write_bytes(content)
    with pytest.raises(BrokenFile):
        list(read_copies(path, {}, "utf-8"))
