"""How copies, their states, cases and loans are told to staff."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from textual.content import Content

from screens import words
from screens.periods import period_words
from screens.widgets.ask import Answer, Field
from screens.widgets.choice import Choice
from screens.words import N_, _
from store.results.copies import CaseLine, CopyLoan, Known, Named
from store.results.shelf import Slip

STATES = {
    "on_shelf": N_("on the shelf"),
    "on_loan": N_("on loan"),
    "hold_shelf": N_("on the hold shelf"),
    "in_transit": N_("on its way"),
    "in_repair": N_("in repair"),
    "lost": N_("lost"),
    "withdrawn": N_("out of the stock"),
}
CASES = {"lost": N_("loss"), "damaged": N_("damage")}
REMEDIES = {
    "replacement_copy": N_("another copy was brought"),
    "current_price": N_("the current price"),
    "commission_value": N_("the value that the commission has set"),
    "fixed_amount": N_("the fixed amount of the tariff"),
    "closed": N_("closed without a charge"),
    "found": N_("found"),
}
_NONE = "-"
_ENDS = {"lost": N_("lost"), "undone": N_("undone")}


def name_of(each: Named) -> str:
    """What can be chosen, in the language spoken now."""
    return each.en if words.current().language == "en" else each.tr


def branch_of(slip: Slip) -> str:
    """The branch of a slip in the language spoken now."""
    return slip.branch_en if words.current().language == "en" else slip.branch_tr


def chosen_from(named: Iterable[Named]) -> tuple[Choice, ...]:
    """The same as lines to choose from."""
    return tuple(Choice(each.slug, name_of(each)) for each in named)


def who(known: Known) -> str:
    """Name and number, while they are known."""
    return f"{known.name} ({known.number})" if known.member_id is not None else _("nobody knows any more")


def whom(slip: Slip) -> str:
    """For whom a copy waits, short enough for others to see."""
    return f"{slip.name}  {slip.number}"


def slip_lines(slip: Slip) -> tuple[str, ...]:
    """The slip on paper: the name large, then what it is and until when it waits."""
    until = _("Until {date}").format(date=words.date(slip.until))
    return (whom(slip), "", slip.title, slip.barcode, branch_of(slip), until)


def period_told(period: str | None) -> str:
    """A copy's own period, or nothing."""
    return period_words(period) if period else ""


def period_fields(period: str | None) -> tuple[Field, ...]:
    """Asks for a period; left empty, the rules' own holds again."""
    count, _space, unit = (period or "").partition(" ")
    units = (Choice("hour", _("hours")), Choice("day", _("days")))
    hint = _("empty: as the rules say")
    return (
        Field("count", _("Length"), "number", count if count.isdigit() else "", required=False, hint=hint),
        Field("unit", _("Unit"), "choice", value=unit.removesuffix("s") or "day", choices=units),
    )


def period_given(given: Mapping[str, Answer]) -> str | None:
    """What was asked for, as the rules write it."""
    return f"{given['count']} {given['unit']}s" if given["count"] else None


def yes_or_no(slug: str, label: str, *, value: bool) -> Field:
    """A question with two answers."""
    both = (Choice("yes", _("yes")), Choice("no", _("no")))
    return Field(slug, label, "choice", value="yes" if value else "no", choices=both)


def or_none(choices: Iterable[Choice], none: str) -> tuple[Choice, ...]:
    """The choices, with none of them first."""
    return (Choice(_NONE, none), *choices)


def unless_none(answer: Answer) -> str | None:
    """What was chosen of `or_none`."""
    return None if answer in (None, _NONE) else str(answer)


def case_told(case: CaseLine) -> Content:
    """A case in a line or two: what, who, since when, until when, how it ended."""
    told = [_(CASES[case.kind]) + (f" ({_('intentional')})" if case.intentional else "")]
    told.append(who(case.who))
    told.append(_("since {date}").format(date=words.date(case.opened_at)))
    if case.remedy is not None:
        told.append(_(REMEDIES[case.remedy]))
    if case.settled_at is not None:
        told.append(_("settled {date}").format(date=words.date(case.settled_at)))
    elif case.remedy is not None:
        told.append(_("waits for the payment"))
    elif case.deadline is not None:
        told.append(_("deadline {date}").format(date=words.date(case.deadline)))
    return Content.styled(" · ".join(told), "$text-muted" if case.settled_at else "$warning")


def loan_told(loan: CopyLoan) -> tuple[str, str, str]:
    """Who, from when, until when."""
    back = words.date(loan.returned_at) if loan.returned_at else ""
    return who(loan.who), words.date(loan.lent_at), _(_ENDS[loan.state]) if loan.state in _ENDS else back
