"""What differs between two versions of the rules, and what would have come of it, as tables."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING

from screens import words
from screens.periods import period_words
from screens.rulebook.sheets import Sheet, named, sheet
from screens.words import _
from store.policy.comparing import RightChange, TextChange
from store.policy.model import Policy

if TYPE_CHECKING:
    from store.rules.replaying import Replayed

_NOTHING = "–"


def rights(old: Policy, new: Policy, changes: Iterable[RightChange]) -> Sheet:
    """One line for each item type and change, with the categories that share it."""
    shown = sheet(_("Rights that change"), _("Item type"), _("Categories"), _("What"), _("Old"), _("New"))
    lines: defaultdict[tuple[str, str, str | None, str | None, str], list[str]] = defaultdict(list)
    for change in changes:
        lines[change.item_type, change.what, change.old, change.new, change.loan_type].append(change.category)
    for (kind, what, before, after, loan_type), categories in lines.items():
        item = named((new if kind in new.item_type_of else old).kind(kind).name)
        people = ", ".join(named((new if slug in new.category_of else old).category(slug).name) for slug in categories)
        if loan_type != "standard":
            item += f" ({_('term loan') if loan_type == 'term' else _('project loan')})"
        shown.add(item, people, _what(new, what), _value(what, before), _value(what, after))
    return shown


def _what(policy: Policy, what: str) -> str:
    plain = {"lent": _("lent"), "period": _("Loan period"), "renewals": _("Renewals"), "total": _("limit: all items")}
    if what in plain:
        return plain[what]
    group = next((group for group in policy.groups if group.slug == what), None)
    return _("limit: {group}").format(group=named(group.name) if group else what)


def _value(what: str, value: str | None) -> str:
    if value is None:
        return _NOTHING
    if what == "period":
        return period_words(value)
    if what == "lent":
        period, _comma, renewals = value.rpartition(", ")
        return _("{period}, {n} renewals").format(period=period_words(period), n=renewals)
    return value


def others(changes: Iterable[TextChange]) -> Sheet:
    shown = sheet(_("Everything else that changes"), _("Key"), _("Old"), _("New"))
    for change in changes:
        shown.add(change.place, change.old or _NOTHING, change.new or _NOTHING)
    return shown


def replayed(found: Replayed) -> Sheet:
    title = _("{loans} loans and {refusals} refused checkouts of the library, decided again").format(
        loans=found.loans, refusals=found.refusals
    )
    shown = sheet(title, _("What"), _("Old"), _("New"), _("Otherwise"))
    otherwise = [
        (_("refused instead of lent"), found.newly_refused),
        (_("lent instead of refused"), found.newly_lent),
    ]
    shown.add(_("Lent"), str(found.old.lent), str(found.new.lent), _told(otherwise))
    due = [(_("due earlier"), found.due_earlier), (_("due later"), found.due_later)]
    shown.add(_("Due dates"), "", "", _told(due))
    shown.add(
        _("Fines"), words.money(found.old.fines), words.money(found.new.fines), _told([(_("loans"), found.other_fines)])
    )
    letters = [(_("loans"), found.other_letters)]
    shown.add(_("Letters"), str(found.old.letters), str(found.new.letters), _told(letters))
    return shown


def _told(counts: Iterable[tuple[str, int]]) -> str:
    return "\n".join(f"{count} {what}" for what, count in counts if count) or _NOTHING


def refusals(found: Replayed) -> Sheet:
    shown = sheet(_("Refusals by their first reason"), _("Reason"), _("Old"), _("New"))
    for slug in sorted({*found.old.refused, *found.new.refused}):
        shown.add(_(f"{slug}.title"), str(found.old.refused[slug]), str(found.new.refused[slug]))
    return shown
