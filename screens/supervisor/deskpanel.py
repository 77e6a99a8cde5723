"""How the desk tells who stands there: the short facts, what stands against a loan, what is held and out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from textual.content import Content

from screens import words
from screens.widgets.columns import in_columns
from screens.widgets.meter import meter
from screens.widgets.refusal import explain
from screens.words import N_, _, ngettext
from store.results.desk import DeskHits, DeskMember, DeskTask, MemberFound
from store.results.loans import PlannedRenewal
from store.results.titles import MyHold

STATUSES = {
    "pending": N_("application pending"),
    "active": N_("active"),
    "rejected": N_("rejected"),
    "cancelled": N_("cancelled"),
}
TASKS = {"renewal_decision": N_("renewal to decide"), "return_check": N_("return to be seen")}
_REASONS = 3
Line = tuple[str, Content]
"A key and what stands on the line; keys begin with what the line is: `loan:`, `hold:`, `member:`, `copy:`, `title:`."


def is_english() -> bool:
    """Whether the terminal speaks English now."""
    return words.current().language == "en"


def empty() -> Content:
    """What to do at an empty desk."""
    steps = (
        (_("A card"), _("scanned: the member stands at the desk, and items scanned then are lent")),
        (_("An item"), _("scanned: what it is, who has it, take it back")),
        (_("Typing"), _("finds members by name, number or e-mail, items by barcode, titles")),
    )
    width = max(len(step) for step, _what in steps)
    return Content("\n").join(
        Content.assemble((f"{step:<{width}}  ", "bold $accent"), (what, "$text-muted")) for step, what in steps
    )


def facts(desk: DeskMember, *, wide: bool) -> Content:
    """Name, number, category, status, card; meters; money and holds; what stands against a loan."""
    account = desk.account
    category = account.category_en if is_english() else account.category_tr
    head = Content.assemble(
        (f"{account.given_name} {account.surname}", "bold $primary"), f"  {account.number}  ",
        (" · ".join((category, _(STATUSES[account.status]), _card(desk))), "$text-muted"),
    )  # fmt: skip
    lines = [head, _meters(desk, wide=wide), Content("   ").join(_money(desk))]
    return Content("\n").join([*(line for line in lines if line), *_against(desk)])


def _card(desk: DeskMember) -> str:
    if not desk.card:
        return _("no card")
    if desk.card_status == "lost":
        document = desk.card_document
        return _("CARD LOST, document: {document}").format(document=document) if document else _("CARD LOST")
    return _("card {number}").format(number=desk.card)


def _meters(desk: DeskMember, *, wide: bool) -> Content:
    shown = [each for each in desk.account.meters if each.used or each.name == "total"]
    told = [
        meter(each.label_en if is_english() else each.label_tr, each.used, each.limit)
        for each in (shown if wide else shown[:2])
    ]
    return Content("   ").join(told)


def _money(desk: DeskMember) -> Iterator[Content]:
    account = desk.account
    over = account.fines > account.fine_limit
    fines = _("Unpaid fines {amount}").format(amount=words.money(account.fines))
    yield Content.styled(fines, "bold $error" if over else "$warning" if account.fines else "$text-muted")
    if account.charges:
        yield Content.styled(_("Unpaid charges {amount}").format(amount=words.money(account.charges)), "$warning")
    if account.ready_holds:
        ready = ngettext("{n} hold ready", "{n} holds ready", len(account.ready_holds))
        yield Content.styled(f"★ {ready}", "bold $success")
    if account.external_block:
        yield Content.styled("! " + _("blocked in the student system"), "bold $warning")
    if account.being_checked:
        yield Content(ngettext("{n} return to be seen", "{n} returns to be seen", len(account.being_checked)))


def _against(desk: DeskMember) -> list[Content]:
    lines = []
    for reason in desk.against[:_REASONS]:
        told = explain(reason)
        until = "   " + _("From {moment} on.").format(moment=told.possible_from) if told.possible_from else ""
        lines.append(
            Content.assemble((f"✗ {told.title}", "bold $error"), (f"  {told.clause}", "$text-muted"), f"{until}")
        )
    more = len(desk.against) - _REASONS
    if more > 0:
        lines.append(Content(ngettext("and {n} reason more", "and {n} reasons more", more)))
    return lines


def loan_head(*, wide: bool) -> Content:
    """The columns of what is out and held."""
    return in_columns(("", _("Title"), _("Due"), _("Ren."), _("Renewal")), _loan_widths(wide=wide))


def lines_of(desk: DeskMember, new: frozenset[str], *, wide: bool) -> list[Line]:
    """Holds that stand ready, then the loans, the soonest due first, then what waits. `new`: lent just now."""
    ready = [hold for hold in desk.holds if hold.ready]
    above = {reason.slug for reason in desk.against}
    waits = [hold for hold in desk.holds if not hold.ready]
    return [
        *((f"hold:{hold.title_id}", _hold_line(hold, wide=wide)) for hold in ready),
        *((f"loan:{each.barcode}", _loan_line(each, above, wide=wide, new=each.barcode in new)) for each in desk.loans),
        *((f"hold:{hold.title_id}", _hold_line(hold, wide=wide)) for hold in waits),
    ]


def _loan_widths(*, wide: bool) -> tuple[int, ...]:
    return (1, 44, 18, 4, 36) if wide else (1, 30, 16, 4, 18)


def _loan_line(loan: PlannedRenewal, against: set[str], *, wide: bool, new: bool) -> Content:
    style = "bold $error" if loan.overdue else "bold $warning" if loan.recalled else ""
    mark = "!" if loan.overdue or loan.recalled else "✓" if new else " "
    cells = (
        Content.styled(mark, style or "bold $success"),
        Content(loan.title),
        Content.styled(words.due(loan.due, hourly=loan.hourly), style),
        Content(f"{loan.renewals}/{loan.renewals_allowed}" if loan.renewals_allowed else "–"),
        _renewal(loan, against),
    )
    return in_columns(cells, _loan_widths(wide=wide))


def _renewal(loan: PlannedRenewal, against: set[str]) -> Content:
    """What a renewal would bring; what stands against the member is said above already."""
    if loan.asked:
        return Content.styled("… " + _("asked for: decide"), "bold $warning")
    if loan.new_due is not None:
        return Content.styled(f"→ {words.due(loan.new_due, hourly=loan.hourly)}", "$success")
    if loan.staff_decide:
        return Content(_("on request"))
    own = [reason for reason in loan.reasons if reason.slug not in against]
    told = explain(own[0]).title if own else _("see above")
    if loan.recalled:
        told = _("recalled")
    return Content.styled(told, "$text-muted")


def _hold_line(hold: MyHold, *, wide: bool) -> Content:
    if hold.ready and hold.pickup_until is not None:
        mark, when = "★", Content.styled(_("until {date}").format(date=words.date(hold.pickup_until)), "bold $success")
        told = _("hold: ready on the shelf")
    else:
        mark, when = "…", Content(_("place {n}").format(n=hold.position))
        told = _("hold: waiting")
    cells = (Content(mark), Content(hold.title), when, Content("–"), Content.styled(told, "$text-muted"))
    return in_columns(cells, _loan_widths(wide=wide))


def _hit_widths(*, wide: bool) -> tuple[int, ...]:
    return (10, 44, 24, 0) if wide else (8, 30, 18, 0)


def hit_lines(hits: DeskHits, *, wide: bool) -> list[Line]:
    """Members, the copy, titles: what each is stands in front."""
    widths = _hit_widths(wide=wide)
    lines = [(f"member:{each.member_id}", in_columns(_member_cells(each), widths)) for each in hits.members]
    if hits.copy is not None:
        copy = hits.copy
        kind = copy.item_type_en if is_english() else copy.item_type_tr
        cells = (_kind(_("item")), Content.styled(copy.title, "bold"), Content(kind), Content(copy.barcode))
        lines.append((f"copy:{copy.barcode}", in_columns(cells, widths)))
    for title in hits.titles:
        state = ngettext("{n} on the shelf", "{n} on the shelf", title.on_shelf) if title.copies else _("no copies")
        cells = (_kind(_("work")), Content(title.title), Content(title.author), Content.styled(state, "$text-muted"))
        lines.append((f"title:{title.title_id}", in_columns(cells, widths)))
    return lines


def _member_cells(found: MemberFound) -> tuple[Content, ...]:
    category = found.category_en if is_english() else found.category_tr
    state = "" if found.status == "active" else _(STATUSES[found.status])
    if found.card_lost:
        state = ", ".join(filter(None, (state, _("CARD LOST"))))
    number = Content.assemble(found.number, (f"  {state}" if state else "", "bold $warning"))
    return _kind(_("member")), Content.styled(found.name, "bold"), Content(category), number


def _kind(word: str) -> Content:
    return Content.styled(word, "$accent")


def task_lines(tasks: tuple[DeskTask, ...], now: datetime, *, wide: bool) -> list[Line]:
    """What waits at the desk, the oldest first, with its age."""
    widths = (20, 40, 24, 0) if wide else (18, 26, 16, 0)
    lines = []
    for number, task in enumerate(tasks):
        days = (now - task.raised_at).days
        age = ngettext("{n} day", "{n} days", days) if days else _("today")
        cells = (_kind(_(TASKS[task.slug])), Content(task.title), Content(task.member), Content(age))
        lines.append((f"task:{number}", in_columns(cells, widths)))
    return lines
