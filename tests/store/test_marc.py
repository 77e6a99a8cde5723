"""MARC21 as libraries write it and as cables damage it: ISO 2709, XML, UTF-8 and MARC-8; and ISBNs of all habits."""

from __future__ import annotations

import io
from pathlib import Path

import pymarc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.loading.isbn import both_forms, clean_isbn
from store.loading.marc import Holdings, read_marc
from store.loading.records import BrokenFile, Damaged, TitleRecord

DATA = Path(__file__).parents[3] / "shared" / "data"


def _record(number: str, title: str, *held: dict[str, str]) -> pymarc.Record:
    record = pymarc.Record(force_utf8=True)
    fields = [
        ("245", {"a": title, "b": "roman /"}),
        ("100", {"a": "Şafak, Elif,"}),
        ("264", {"b": "Doğan,", "c": "[2009]"}),
    ]
    fields += [("020", {"a": "978-605-111-107-3 (ciltli)"}), *(("952", each) for each in held)]
    all_fields = [pymarc.Field("001", data=number), pymarc.Field("008", data=f"{'':35}tur  ")]
    for tag, parts in fields:
        subfields = [pymarc.Subfield(code, text) for code, text in parts.items()]
        all_fields.append(pymarc.Field(tag, pymarc.Indicators(" ", " "), subfields))
    record.add_field(*all_fields)  # type: ignore[no-untyped-call]
    return record


def _read(folder: Path, content: bytes, holdings: Holdings = Holdings()) -> list[TitleRecord | Damaged]:  # noqa: B008
    path = folder / "file.mrc"
    path.write_bytes(content)
    return list(read_marc(path, holdings))


HELD = {"p": " B1 ", "b": "MAIN", "y": "BK", "o": "PL248"}


def _xml(*records: pymarc.Record) -> bytes:
    out = io.BytesIO()
    writer = pymarc.XMLWriter(out)
    for record in records:
        writer.write(record)
    writer.close(close_fh=False)
    return out.getvalue()


@pytest.mark.parametrize("form", ["binary", "binary, lines", "xml"])
def test_a_record_and_its_copies_are_read(tmp_path: Path, form: str) -> None:
    """The same from every form; the library's own codes are translated, a holding without a barcode is none."""
    records = [_record("t1", "Aşk :", HELD, {"b": "MAIN"}), _record("t2", "İskender")]
    between = b"\r\n" if form == "binary, lines" else b""
    content = _xml(*records) if form == "xml" else between.join(record.as_marc() for record in records) + between
    first, second = _read(tmp_path, content, Holdings(branches={"MAIN": "mustafa_inan"}, item_types={"BK": "book"}))
    assert isinstance(first, TitleRecord) and isinstance(second, TitleRecord)
    assert (first.title, first.author, first.publisher) == ("Aşk : roman", "Şafak, Elif", "Doğan")
    assert (first.year, first.language, first.control_number) == (2009, "tr", "t1")
    (copy,) = first.copies
    assert (copy.barcode, copy.branch, copy.item_type, copy.shelf_mark) == ("B1", "mustafa_inan", "book", "PL248")
    assert second.copies == ()


def test_damaged_records_are_named_and_the_next_is_read(tmp_path: Path) -> None:
    """A wrong length, a lost directory, no title, a number that no column holds; each by its place in the file."""
    good = _record("t1", "Aşk").as_marc()
    untitled = _record("t2", "x").as_marc().replace(b"245", b"246", 1)
    long = _record("n" * 65, "Uzun").as_marc()
    chunks = [good, b"99999" + good[5:], b"garbage\x1d", good[:60] + b"\x1d", untitled, b"\x1d", long, good]
    read = _read(tmp_path, b"".join(chunks))
    assert len(read) == len(chunks)
    assert [place for place, each in enumerate(read, 1) if isinstance(each, TitleRecord)] == [1, 8]
    assert [each.number for each in read if isinstance(each, Damaged)] == [2, 3, 4, 5, 6, 7]
    assert all(each.what for each in read if isinstance(each, Damaged))


@pytest.mark.parametrize(
    "content",
    [b"", b"\n\n", b"title,author\n" * 9000, _record("t1", "Aşk").as_marc() + b"00500nam", b"<collection>", b"<a/>",
     _xml() or b"<", _xml(_record("t1", "Aşk"))[:-30], b"<?xml version='1.0'?><!DOCTYPE x [<!ENTITY y SYSTEM 'file:///etc/passwd'>]><x>&y;</x>"],
    ids=["empty", "blank", "table", "cut off", "open", "other", "no record", "xml cut off", "entity"],
)  # fmt: skip
def test_a_file_that_is_not_whole_is_broken(tmp_path: Path, content: bytes) -> None:
    """Nothing of it is believed."""
    with pytest.raises(BrokenFile):
        _read(tmp_path, content)


def test_what_marc8_and_sorting_signs_leave_behind_is_gone(tmp_path: Path) -> None:
    """Escape sequences and the signs around an article that is not sorted by are no letters."""
    (read,) = _read(
        tmp_path, _record("t\x1b1", "\x98The\x9c Köln \x1b(BConcert", {"p": "B\x1b2", "o": "a\tb"}).as_marc()
    )
    assert isinstance(read, TitleRecord)
    assert read.title == "The Köln (BConcert roman" and read.control_number == "t1"
    assert (read.copies[0].barcode, read.copies[0].shelf_mark) == ("B2", "a b")


@pytest.mark.parametrize(("name", "count"), [("jazz_1k.mrc", 1000), ("nepali.marc", 96), ("hebrew.marc", 20)])
def test_records_of_others_are_read_whole(name: str, count: int) -> None:
    """Real files that nobody here wrote: every record, every one with a title, few without a language."""
    if not (DATA / name).is_file():
        pytest.skip(f"{DATA / name} is not there: real records in MARC-8, Devanagari and Hebrew were not read")
    read = [each for each in read_marc(DATA / name, Holdings()) if isinstance(each, TitleRecord)]
    assert len(read) == count
    assert len({each.control_number for each in read}) == count
    assert sum(bool(each.language) for each in read) > 0.9 * count
    assert not any(letter < " " or "\x7f" <= letter < "\xa0" for each in read for letter in each.title + each.author)


@pytest.mark.parametrize(
    ("written", "clean"),
    [
        ("978-0-306-40615-7", "9780306406157"), ("0-306-40615-2 (pbk.)", "0306406152"), ("306406152", "0306406152"),
        ("080442957x", "080442957X"), ("9780306406157.0", "9780306406157"), ("9.780306406157E+12", "9780306406157"),
        ("9780306406158", ""), ("0306406153", ""), ("9.78E+12", ""), ("9E+999999999", ""), ("²³⁴", ""),
        ("٠٣٠٦٤٠٦١٥٢", ""), ("", ""), ("X" * 10, ""), ("(none)", ""), ("1.0.0", ""), ("NaN", ""),
        ("1" * 3000 + ".0", ""),
    ],
)  # fmt: skip
def test_an_isbn_is_cleaned_or_dropped(written: str, clean: str) -> None:
    """No number is better than a wrong one, and no number takes the program's time."""
    assert clean_isbn(written) == clean


@given(st.text(max_size=30))
def test_no_text_breaks_the_isbn(text: str) -> None:
    """What comes out is clean, and both its forms are."""
    clean = clean_isbn(text)
    assert clean_isbn(clean) == clean
    assert all(clean_isbn(form) == form for form in both_forms(clean))


def test_both_forms_name_one_book() -> None:
    """Readers type either; the numbers of 979 have one form."""
    assert set(both_forms("0306406152")) == set(both_forms("9780306406157")) == {"0306406152", "9780306406157"}
    assert both_forms("9791090636071") == ("9791090636071",) and both_forms("") == ()
