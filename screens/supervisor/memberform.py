"""The form of a member: what staff enter about a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from screens.supervisor.memberpanel import spoken
from screens.widgets.answers import Answer, Field
from screens.widgets.choice import Choice
from screens.words import _
from store.results.memberrecord import CategoryLine, MemberForm, MemberRecord


def form_fields(record: MemberRecord | None = None) -> tuple[Field, ...]:
    """Name, number, address; filled in for a member who is known."""
    account = record.account if record is not None else None
    return (
        Field("given_name", _("Given name"), value=account.given_name if account else "", faults=("name_missing",)),
        Field("surname", _("Surname"), value=account.surname if account else ""),
        Field("number", _("Member no."), value=account.number if account else "", hint=_("student or staff number")),
        Field("email", _("E-mail"), value=account.email if account else "", required=False, faults=("address_unfit",)),
    )


def category_field(categories: Sequence[CategoryLine], chosen: str = "") -> Field:
    """The categories of the rules, to choose one from."""
    choices = tuple(Choice(each.slug, spoken(each.name_tr, each.name_en)) for each in categories)
    return Field("category", _("Category"), "choice", value=chosen, choices=choices, by_hand=True)


def form_of(given: Mapping[str, Answer]) -> MemberForm:
    """What was entered."""
    names = ("surname", "given_name", "number", "email", "category")
    return MemberForm(*(str(given.get(name) or "") for name in names))
