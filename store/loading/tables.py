"""CSV files of titles, copies and members: any delimiter, a column map, every fault with its line."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TypeVar

from store.loading.isbn import clean_isbn
from store.loading.records import BrokenFile, CopyRecord, Damaged, MemberRecord, TitleRecord, believable
from store.policy.said import Said, said_of

T = TypeVar("T")
TITLE_COLUMNS = (
    "control_number", "title", "author", "publisher", "year", "language", "isbn", "subjects", "shelf_mark",
)  # fmt: skip
COPY_COLUMNS = ("barcode", "control_number", "item_type", "branch", "shelf_mark", "course", "project")
MEMBER_COLUMNS = ("number", "surname", "given_name", "category", "email", "card", "language")
COLUMNS = {
    "titles": TITLE_COLUMNS,
    "copies": COPY_COLUMNS,
    "members": MEMBER_COLUMNS,
    "loans": ("barcode", "member", "lent", "due", "renewals", "loan_type", "reminders"),
    "holds": ("control_number", "member", "placed", "barcode", "pickup_until"),
    "fines": ("reference", "member", "amount", "kind", "charged", "note"),
    "calendar": ("kind", "branch", "day", "until", "opens", "closes", "name"),
}
"What each kind of file may hold; other columns are left out."
_LANGUAGES = {"eng": "en", "tur": "tr", "ger": "de", "fre": "fr", "spa": "es", "ara": "ar", "per": "fa", "jpn": "ja"}


def read_titles(path: Path, columns: Mapping[str, str], encoding: str) -> Iterator[TitleRecord | Damaged]:
    """Titles; without a control number the ISBN, else title and author, identify one."""
    return read_table(path, columns, TITLE_COLUMNS, ("title",), encoding, _title)


def read_copies(path: Path, columns: Mapping[str, str], encoding: str) -> Iterator[CopyRecord | Damaged]:
    """Copies of titles that are in the catalogue already."""
    return read_table(path, columns, COPY_COLUMNS, ("barcode", "control_number", "item_type"), encoding, _copy)


def read_members(path: Path, columns: Mapping[str, str], encoding: str) -> Iterator[MemberRecord | Damaged]:
    """Members; PINs are never imported: each makes an own first one."""
    return read_table(path, columns, MEMBER_COLUMNS, ("number", "surname", "given_name", "category"), encoding, _member)


def unknown_columns(path: Path, columns: Mapping[str, str], kind: str, encoding: str) -> list[str]:
    """The columns of the file that mean nothing here: they are left out, and said so."""
    with path.open(encoding=encoding, newline="") as file:
        header = next(csv.reader(file, delimiter=_delimiter(path, encoding)), [])
    return [name for name, ours in zip(header, _meanings(header, columns), strict=True) if ours not in COLUMNS[kind]]


def _meanings(header: list[str], columns: Mapping[str, str]) -> list[str]:
    """Our name of each column; one that is mapped goes before one that happens to have our name."""
    names = [name.strip() for name in header]
    mapped = {columns[name] for name in names if name in columns}
    ours = [columns.get(name, "" if name in mapped else name) for name in names]
    twice = next((name for name in ours if name and ours.count(name) > 1), None)
    if twice is not None:
        raise BrokenFile(
            Said("two columns mean {name}; map one of them to another name with --map YOURS=OURS", name=twice)
        )
    return ours


def read_table(
    path: Path,
    columns: Mapping[str, str],
    known: tuple[str, ...],
    required: tuple[str, ...],
    encoding: str,
    make: Callable[[Mapping[str, str]], T],
) -> Iterator[T | Damaged]:
    """The rows of a file as `make` reads them; a row for which it raises ValueError is damaged. Raises BrokenFile."""
    try:
        with path.open(encoding=encoding, newline="") as file:
            rows = csv.reader(file, delimiter=_delimiter(path, encoding), strict=True)
            header = _meanings(next(rows, []), columns)
            missing = [name for name in required if name not in header]
            if missing:
                raise BrokenFile(
                    Said(
                        "no column {names}; map one with --map YOURS={name}", names=", ".join(missing), name=missing[0]
                    )
                )
            for number, row in enumerate(filter(None, rows), 1):
                yield _one(number, header, row, known, make)
    except UnicodeDecodeError as wrong:
        raise BrokenFile(
            Said("it is not {encoding} text (byte {place}); name its --encoding", encoding=encoding, place=wrong.start)
        ) from wrong
    except csv.Error as wrong:
        raise BrokenFile(
            Said("it is no CSV table: {fault} (line {line})", fault=str(wrong), line=rows.line_num)
        ) from wrong


def _one(
    number: int, header: list[str], row: list[str], known: tuple[str, ...], make: Callable[[Mapping[str, str]], T]
) -> T | Damaged:
    if len(row) != len(header):
        return Damaged(number, Said("it has {n} columns, the header {header}", n=len(row), header=len(header)))
    try:
        values = {name: believable(value, name) for name, value in zip(header, row, strict=True) if name in known}
        return make(values)
    except ValueError as wrong:
        return Damaged(number, said_of(wrong))


def _delimiter(path: Path, encoding: str) -> str:
    with path.open(encoding=encoding, newline="") as file:
        header = file.readline()
    return max(",;\t|", key=header.count)


def _title(row: Mapping[str, str]) -> TitleRecord:
    title = filled(row, "title")
    isbn = clean_isbn(row.get("isbn", ""))
    author = row.get("author", "")
    own = believable(row.get("control_number", ""), "control_number", 64) or (f"isbn-{isbn}" if isbn else "")
    language = row.get("language", "").lower()
    return TitleRecord(
        control_number=own or "csv-" + hashlib.sha256(f"{title}|{author}".encode()).hexdigest()[:24],
        title=title,
        author=author,
        publisher=row.get("publisher", ""),
        year=_year(row.get("year", "")),
        language=_LANGUAGES.get(language, language.partition("-")[0])[:8],
        isbn=isbn,
        subjects=row.get("subjects", ""),
        shelf_mark=row.get("shelf_mark", ""),
    )


def _copy(row: Mapping[str, str]) -> CopyRecord:
    return CopyRecord(
        barcode=filled(row, "barcode"),
        title_number=filled(row, "control_number"),
        item_type=filled(row, "item_type"),
        branch=row.get("branch", ""),
        shelf_mark=row.get("shelf_mark", ""),
        course=row.get("course") or None,
        project=row.get("project") or None,
    )


def _member(row: Mapping[str, str]) -> MemberRecord:
    email = row.get("email", "")
    if email and ("@" not in email or " " in email):
        raise ValueError(Said("{address!r} is no e-mail address", address=email))
    language = row.get("language", "").lower()
    if language not in ("", "tr", "en"):
        raise ValueError(Said("letters are not written in {language!r}: tr, en or nothing", language=language))
    return MemberRecord(
        number=believable(filled(row, "number"), "number", 40),
        surname=filled(row, "surname"),
        given_name=filled(row, "given_name"),
        category=filled(row, "category"),
        email=email,
        card=believable(row.get("card", ""), "card", 64),
        language=language or None,
    )


def filled(row: Mapping[str, str], name: str) -> str:
    """The value of a column that must not be empty. Raises ValueError."""
    if not row.get(name):
        raise ValueError(Said("{name} is empty", name=name))
    return row[name]


def _year(written: str) -> int | None:
    text = written.removesuffix(".0")
    return int(text) if text.removeprefix("-").isdecimal() and len(text) <= 5 else None
