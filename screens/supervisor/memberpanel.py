"""How a member's record is told: who it is in a few lines, and the lines of each of its views."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from textual.content import Content

from screens import words
from screens.account import DELIVERIES, KINDS, LETTERS, SUSPENSIONS
from screens.fines import outcome, recorded
from screens.paperwork import METHODS
from screens.supervisor import actwords, task_kinds
from screens.supervisor.deskpanel import STATUSES
from screens.widgets.columns import in_columns, last_column
from screens.words import N_, _
from store.results.memberrecord import MemberRecord

CARDS = {"ok": N_("in use"), "lost": N_("reported lost"), "replaced": N_("replaced")}
VIEWS = {
    "person": ("F5", N_("Person")),
    "money": ("F6", N_("Money")),
    "standing": ("F7", N_("Standing")),
    "letters": ("F8", N_("Letters")),
    "history": ("F11", N_("History")),
    "acts": ("F12", N_("Acts")),
}
Line = tuple[str, Content]
"A key and what stands on the line; keys begin with what it is: `charge:7`."


def spoken(tr: str, en: str) -> str:
    """Of a name in two languages the one that is spoken now."""
    return en if words.current().language == "en" else tr


def head(record: MemberRecord) -> Content:
    """Name, number, category, status; then what stands out."""
    account = record.account
    category = spoken(account.category_tr, account.category_en)
    status = _(STATUSES[account.status])
    first = Content.assemble(
        (f"{account.given_name} {account.surname}", "bold $primary"),
        f"  {account.number}  ",
        (f"{category} · {status}", "$text-muted" if account.status == "active" else "bold $warning"),
    )
    return Content("\n").join([first, Content("   ").join(_notable(record))])


def _notable(record: MemberRecord) -> Iterator[Content]:
    account = record.account
    over = account.fines > account.fine_limit
    money = _("Unpaid fines {fines}, charges {charges}").format(
        fines=words.money(account.fines), charges=words.money(account.charges)
    )
    yield Content.styled(money, "bold $error" if over else "$text-muted")
    if record.decide_until is not None:
        until = _("decide by {day}").format(day=words.date(record.decide_until))
        yield Content.styled(until, "bold $warning")
    for suspension in account.suspensions:
        yield Content.styled(_("suspended until {day}").format(day=words.moment(suspension.until)), "bold $error")
    if account.external_block:
        yield Content.styled(_("blocked in the student system"), "bold $warning")
    if not record.has_pin:
        yield Content.styled(_("no PIN yet"), "$warning")
    if record.locked_until is not None:
        yield Content.styled(_("locked until {moment}").format(moment=words.moment(record.locked_until)), "bold $error")


_WIDTHS = {
    "person": ((18, 28, 0), (18, 36, 0)),
    "money": ((11, 15, 16, 10, 0), (16, 18, 30, 14, 0)),
    "standing": ((22, 34, 0), (22, 44, 0)),
    "letters": ((18, 24, 14, 0), (18, 24, 36, 0)),
    "history": ((18, 28, 14, 0), (18, 40, 14, 0)),
    "acts": ((18, 22, 10, 0), (18, 28, 12, 0)),
}
"Of the columns of each view, in a narrow window and in a wide one."


def lines(record: MemberRecord, view: str, *, wide: bool) -> list[Line]:
    """What a view shows; a line says so where there is nothing."""
    views = {
        "person": _person, "money": _money, "standing": _standing, "letters": _letters, "history": _history,
        "acts": _acts,
    }  # fmt: skip
    nothing = ("none", Content.styled(_("Nothing here."), "$text-muted"))
    return list(views[view](record, _WIDTHS[view][wide])) or [nothing]


def hangs_at(view: str, *, wide: bool) -> int:
    """Where the last column of a view begins."""
    return last_column(_WIDTHS[view][wide])


def _person(record: MemberRecord, widths: Sequence[int]) -> Iterator[Line]:
    account = record.account

    def row(key: str, *cells: Content | str) -> Line:
        return key, in_columns(tuple(cells) + ("",) * (3 - len(cells)), widths)

    for task in record.tasks:
        until = words.date(task.deadline) if task.deadline else ""
        name = task_kinds.name_of(task.slug)
        yield row(f"task:{task.task_id}", Content.styled("! " + _("Task"), "bold $warning"), name, until or task.title)
    yield row("email", _("E-mail address"), account.email or "–")
    yield row("joined", _("Member since"), words.current().long_date(record.joined_at))
    if record.applied_at is not None:
        yield row("applied", _("Applied"), words.moment(record.applied_at))
    yield row("pin", "PIN", _("made by the member") if record.has_pin else _("none yet"))
    for card in record.cards:
        style = "" if card.status == "ok" else "$text-muted" if card.status == "replaced" else "bold $error"
        state = Content.styled(_(CARDS[card.status]), style)
        yield row(f"card:{card.number}", _("Card"), card.number, Content.assemble(state, f"  {card.document}"))
    for loan in account.loans:
        due = words.due(loan.due, hourly=loan.hourly)
        told = Content.styled(due, "bold $error" if loan.overdue else "")
        yield row(f"loan:{loan.barcode}", _("On loan"), loan.title, told)


def _money(record: MemberRecord, widths: Sequence[int]) -> Iterator[Line]:
    for line in record.statement.charge_lines:
        sums = " · ".join(recorded(line.amount, line.account, line.clause)) or line.clause or ""
        cells = (
            words.date(line.at), _(KINDS[line.kind]), line.title, words.money(line.amount),
            Content.styled(outcome(line), "bold $warning" if line.left else "$text-muted"),
        )  # fmt: skip
        content = in_columns(cells, widths)
        if sums:
            content = Content("\n").join([content, Content.styled(f"    {sums}", "$text-muted")])
        yield f"charge:{line.entry_id}", content
    for receipt in record.receipts:
        how = _(METHODS[receipt.method]) if receipt.method != "none" else receipt.note
        told = " ".join(filter(None, (receipt.number, how, receipt.reference, receipt.staff)))
        paid = (words.date(receipt.at), _(KINDS[receipt.kind]), "", words.money(-receipt.amount), told)
        yield f"receipt:{receipt.number}", Content.styled(in_columns(paid, widths).plain, "$success")
    for number, credit in enumerate(record.statement.credit_lines):
        if not credit.receipt:  # what the rules themselves take back, as of an item that was found
            entered = (words.date(credit.at), _(KINDS[credit.kind]), "", words.money(-credit.amount), "")
            yield f"credit:{number}", Content.styled(in_columns(entered, widths).plain, "$success")


def _standing(record: MemberRecord, widths: Sequence[int]) -> Iterator[Line]:
    for each in record.suspensions:
        span = f"{words.moment(each.starts)} – {words.moment(each.ends)}"
        about = " ".join(filter(None, (each.clause, each.note, each.staff)))
        kind = _(SUSPENSIONS.get(each.kind, each.kind))
        yield f"suspension:{each.suspension_id}", in_columns((kind, span, about), widths)
    if record.account.external_block:
        yield "block", in_columns((_("Student system"), _("blocked"), record.account.block_clause or ""), widths)
    for form in record.forms:
        through = words.date(form.good_through) if form.good_through else "–"
        dated = _("dated {day}, good through {until}").format(day=words.date(form.dated), until=through)
        yield f"form:{form.dated}", in_columns((_("Protocol form"), dated, form.institution), widths)
    lists: tuple[tuple[str, str, Sequence[str]], ...] = (
        ("term", _("Exchange list"), record.exchange_terms),
        ("course", _("Teaches"), record.teaches),
        ("project", _("Manages"), record.manages),
    )
    for slug, label, names in lists:
        for name in names:
            yield f"{slug}:{name}", in_columns((label, name, ""), widths)


def _letters(record: MemberRecord, widths: Sequence[int]) -> Iterator[Line]:
    for number, line in enumerate(record.statement.notices):
        kind, how = _(LETTERS.get(line.kind, line.kind)), _(DELIVERIES[line.status])
        yield f"letter:{number}", in_columns((words.moment(line.at), kind, line.title, how), widths)


def _history(record: MemberRecord, widths: Sequence[int]) -> Iterator[Line]:
    for number, each in enumerate(record.overrides):
        signed = ", ".join(filter(None, (each.staff, each.second)))
        why = f"{actwords.name_of(each.act)}: {each.why} ({signed})"
        cells = (words.moment(each.at), each.title, _("allowed"), why)
        yield f"override:{number}", Content.styled(in_columns(cells, widths).plain, "$warning")
    for number, loan in enumerate(record.statement.history):
        back = words.date(loan.returned_at) if loan.returned_at else _("lost")
        fined = _("with a fine") if loan.fined else ""
        yield f"past:{number}", in_columns((words.date(loan.lent_at), loan.title, back, fined), widths)


def _acts(record: MemberRecord, widths: Sequence[int]) -> Iterator[Line]:
    for number, each in enumerate(record.acts):
        why = _told(each.reasons)
        about = " · ".join(filter(None, (each.staff, each.barcode, each.why, why)))
        outcome = _(actwords.OUTCOMES.get(each.outcome, each.outcome))
        style = "$error" if each.outcome == "refused" else ""
        cells = (words.moment(each.at), actwords.name_of(each.act), Content.styled(outcome, style), about)
        yield f"act:{number}", in_columns(cells, widths)


def _told(reasons: Sequence[str]) -> str:
    """The first reason, and how many more there were."""
    more = f" +{len(reasons) - 1}" if len(reasons) > 1 else ""
    return _(f"{reasons[0]}.title") + more if reasons else ""
