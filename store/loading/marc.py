"""MARC21 records, ISO 2709 or MARCXML, UTF-8 or MARC-8, as titles and copies.

The file is split into records here: pymarc stops for good at the first wrong record length.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from xml.sax.expatreader import create_parser
from xml.sax.handler import feature_namespaces

from msgspec import Struct, field
from pymarc import MARCReader, Record, XmlHandler
from pymarc.exceptions import (
    BaseAddressInvalid,
    BaseAddressNotFound,
    EndOfRecordNotFound,
    NoFieldsFound,
    PymarcException,
    RecordDirectoryInvalid,
    RecordLeaderInvalid,
    RecordLengthInvalid,
    TruncatedRecord,
)  # fmt: skip

from store.loading.isbn import clean_isbn
from store.loading.records import BrokenFile, CopyRecord, Damaged, TitleRecord, believable
from store.policy.said import Said, said_of

_END = b"\x1d"
_CHUNK = 1 << 20
_LONGEST_RECORD = 99_999
_LANGUAGES = {
    "tur": "tr", "ota": "tr", "eng": "en", "ger": "de", "fre": "fr", "spa": "es", "ita": "it", "rus": "ru", "ara": "ar",
    "per": "fa", "gre": "el", "lat": "la", "heb": "he", "nep": "ne", "jpn": "ja", "chi": "zh", "por": "pt", "dut": "nl",
}  # fmt: skip
_YEAR = re.compile(r"(1[4-9]|20)\d\d")


class Holdings(Struct, frozen=True):
    """Where a record keeps its copies, and what its codes mean here."""

    tag: str = "952"
    barcode: str = "p"
    branch: str = "b"
    item_type: str = "y"
    shelf_mark: str = "o"
    default_branch: str = ""
    default_item_type: str = "book"
    branches: Mapping[str, str] = field(default_factory=dict)
    item_types: Mapping[str, str] = field(default_factory=dict)


def read_marc(path: Path, holdings: Holdings, encoding: str | None = None) -> Iterator[TitleRecord | Damaged]:
    """Every record of the file, in order. `encoding` names what is not UTF-8 (else MARC-8 is meant).

    Raises BrokenFile for a file that ends within a record or is no MARC at all.
    """
    with path.open("rb") as file:
        start = file.read(64).lstrip(b"\xef\xbb\xbf \r\n\t")
    records = _xml_records(path) if start.startswith(b"<") else _binary_records(path, encoding)
    for number, record in enumerate(records, 1):
        if isinstance(record, str):
            yield Damaged(number, record)
            continue
        try:
            yield _title(record, holdings)
        except (ValueError, KeyError, IndexError) as wrong:
            yield Damaged(number, said_of(wrong))


def _binary_records(path: Path, encoding: str | None) -> Iterator[Record | str]:
    for chunk in _chunks(path):
        yield _decode(chunk, encoding)


def _chunks(path: Path) -> Iterator[bytes]:
    rest = b""
    found = False
    with path.open("rb") as file:
        while data := file.read(_CHUNK):
            *whole, rest = (rest + data).split(_END)
            for record in whole:
                found = True
                yield record.lstrip(b"\r\n") + _END
            if len(rest) > _LONGEST_RECORD and not found:
                raise BrokenFile(Said("this is no MARC file: no record ends within the first 100,000 bytes"))
    if rest.strip(b"\r\n\x1a\x00 "):
        raise BrokenFile(Said("the file ends within a record: it was cut off"))
    if not found:
        raise BrokenFile(Said("the file holds no record"))


def _decode(chunk: bytes, encoding: str | None) -> Record | str:
    try:
        chunk.decode("utf-8", "strict")
        is_utf8 = True
    except UnicodeDecodeError:
        is_utf8 = False
    options: dict[str, object] = {"hide_utf8_warnings": True}
    if is_utf8:
        options["force_utf8"] = True
    elif encoding is not None:
        options["file_encoding"] = encoding
    # What MARC-8 can't say is printed by the library; it would tear the progress bar.
    with contextlib.redirect_stderr(io.StringIO()):
        try:
            reader = MARCReader(chunk, **options)  # type: ignore[arg-type]
            record = next(reader, None)
        except (PymarcException, ValueError, LookupError) as wrong:
            return _told(wrong)
    return record if isinstance(record, Record) else _told(reader.current_exception)


def _told(wrong: BaseException | None) -> str:
    match wrong:
        case UnicodeError():
            return Said("its letters are of another encoding: name it with --encoding")
        case RecordLengthInvalid() | TruncatedRecord() | EndOfRecordNotFound():
            return Said("it is not as long as it says")
        case RecordLeaderInvalid() | RecordDirectoryInvalid() | BaseAddressInvalid() | BaseAddressNotFound():
            return Said("its leader or directory is damaged")
        case NoFieldsFound():
            return Said("it has no fields")
        case _:
            return Said("it can't be read")


class _Arriving(XmlHandler):
    """Records as the parser comes to their ends."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.arrived: list[Record] = []

    def process_record(self, record: Record) -> None:
        """Keep a record until it is fetched."""
        self.arrived.append(record)


def _xml_records(path: Path) -> Iterator[Record]:
    handler, parser = _Arriving(), create_parser()
    parser.setContentHandler(handler)
    parser.setFeature(feature_namespaces, True)
    found, chunk = False, None
    with path.open("rb") as file:
        while chunk != b"":
            chunk = file.read(_CHUNK)
            try:
                parser.feed(chunk) if chunk else parser.close()
            except Exception as wrong:
                # Whatever the XML reader raises (expat, SAX, attribute look-ups): the file is not whole.
                raise BrokenFile(Said("the XML can't be read: {fault}", fault=str(wrong))) from wrong
            found = found or bool(handler.arrived)
            yield from handler.arrived
            handler.arrived.clear()
    if not found:
        raise BrokenFile(Said("the file holds no record"))


def _title(record: Record, holdings: Holdings) -> TitleRecord:
    title = believable(_text(record, "245", "a", "b", "n", "p").rstrip(" /:;,"), "title")
    if not title:
        raise ValueError(Said("it has no title (245)"))
    author = believable((_text(record, "100", "a") or _text(record, "110", "a") or _text(record, "700", "a")), "author")
    published = _text(record, "264", "c") or _text(record, "260", "c")
    year = _YEAR.search(published)
    control = _control_number(record, title, author)
    return TitleRecord(
        control_number=control,
        title=title,
        author=author.rstrip(" ,"),
        publisher=believable((_text(record, "264", "b") or _text(record, "260", "b")).rstrip(" ,:;"), "publisher"),
        year=int(year[0]) if year else None,
        language=_language(record),
        isbn=clean_isbn(_text(record, "020", "a").split(" ")[0]),
        subjects=believable("; ".join(each["a"] for each in record.get_fields("650") if each.get("a")), "subjects"),
        shelf_mark=believable(_text(record, "050", "a", "b") or _text(record, "090", "a", "b"), "shelf mark"),
        copies=tuple(_copies(record, control, holdings)),
    )


def _copies(record: Record, control: str, holdings: Holdings) -> Iterator[CopyRecord]:
    for held in record.get_fields(holdings.tag):
        barcode = believable(held.get(holdings.barcode) or "", "barcode")
        if not barcode:
            continue
        branch, kind = held.get(holdings.branch) or "", held.get(holdings.item_type) or ""
        yield CopyRecord(
            barcode=barcode,
            title_number=control,
            item_type=holdings.item_types.get(kind, kind) or holdings.default_item_type,
            branch=holdings.branches.get(branch, branch) or holdings.default_branch,
            shelf_mark=believable(held.get(holdings.shelf_mark) or "", "shelf mark"),
        )


def _control_number(record: Record, title: str, author: str) -> str:
    fields = record.get_fields("001")
    number = believable(fields[0].data or "", "control number", 64) if fields else ""
    if number:
        return number
    return "marc-" + hashlib.sha256(f"{title}|{author}".encode()).hexdigest()[:24]


def _language(record: Record) -> str:
    fixed = record.get_fields("008")
    code = (fixed[0].data or "")[35:38] if fixed else ""
    code = code if code.strip().isalpha() and len(code) == 3 else _text(record, "041", "a")[:3]
    return _LANGUAGES.get(code, believable(code, "language"))


def _text(record: Record, tag: str, *codes: str) -> str:
    fields = record.get_fields(tag)
    if not fields:
        return ""
    return " ".join(value for code in codes for value in fields[0].get_subfields(code) if value)
