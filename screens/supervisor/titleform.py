"""The form of a title: what is asked, and what was given."""

from __future__ import annotations

from collections.abc import Mapping

from screens.supervisor.copywords import yes_or_no
from screens.widgets.answers import Answer, Field
from screens.widgets.choice import Choice
from screens.words import _
from store.results.copies import TitleData

_PRINT = {"unknown": None, "yes": True, "no": False}


def title_fields(data: TitleData | None) -> tuple[Field, ...]:
    """Every field of a title; filled in with what stands there."""
    known = data or TitleData("")
    printed = next(name for name, value in _PRINT.items() if value == known.in_print)
    choices = (
        Choice("unknown", _("nobody has looked it up")),
        Choice("yes", _("yes")),
        Choice("no", _("out of print")),
    )
    return (
        Field("title", _("Title"), value=known.title),
        Field("author", _("Author"), value=known.author, required=False),
        Field("publisher", _("Publisher"), value=known.publisher, required=False),
        Field("year", _("Year"), "number", str(known.year or ""), required=False),
        Field("language", _("Language"), value=known.language, hint="tr, en, de …"),
        Field("isbn", "ISBN", "code", known.isbn, required=False),
        Field("subjects", _("Subjects"), value=known.subjects, required=False),
        Field("shelf_mark", _("Shelf mark"), value=known.shelf_mark, required=False),
        Field("in_print", _("In print"), "choice", printed, choices=choices),
        yes_or_no("electronic", _("Readable on the net"), value=known.electronic_access),
    )


def data_given(given: Mapping[str, Answer]) -> TitleData:
    """The answers as a title."""
    texts = {
        name: str(given[name] or "")
        for name in ("title", "author", "publisher", "language", "isbn", "subjects", "shelf_mark")
    }
    year = given["year"]
    return TitleData(
        **texts,
        year=year if isinstance(year, int) else None,
        in_print=_PRINT[str(given["in_print"])],
        electronic_access=given["electronic"] == "yes",
    )
