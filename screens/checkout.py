"""Borrowing: scan after scan. Each scan is a row; a refusal takes room beneath its row, and the next scan goes on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

import store
from screens import words
from screens.items import branch_name, by, type_name
from screens.member_page import MemberPage
from screens.terminal import Visit
from screens.widgets.button import BigButton
from screens.widgets.meter import SHORT, WIDTH, meter, side_by_side
from screens.widgets.scan_row import ScanRow, ScanRows
from screens.widgets.try_list import TryList
from screens.words import N_, _, ngettext
from store.policy.verdict import Refused
from store.results.circulation import CheckedOut, NothingToUndo, NotLent, Undone
from store.results.visit import Meter

_MARGINS = 4
"Columns beside the limits."


class Row(ScanRow):
    """One loan or refusal."""

    def __init__(self, answer: CheckedOut | NotLent) -> None:
        super().__init__(_barcode(answer), answer.reasons if isinstance(answer, NotLent) else ())
        self.answer = answer

    def told(self) -> Content:
        """What was lent until when, or what was not."""
        if isinstance(self.answer, NotLent):
            return _not_lent(self.answer)
        return _lent(self.answer, undone=self.has_class("-settled"))


class Checkout(MemberPage):
    """Borrowing within a visit."""

    of_a_visit = True
    TITLE_WORDS = N_("Borrow")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f8", "undo", show=False),
        Binding("f10", "done", show=False),
    ]
    TIPS: ClassVar[tuple[str, ...]] = (
        N_("Scan the items one after another; each shows its due date."),
        N_("What can't be lent says why, with the rule and what you can do."),
        N_("“Undo the last” takes back the last loan of this visit; leave the item with the staff."),
        N_("“Done” shows the receipt and signs you out."),
    )

    def body(self) -> Iterable[Widget]:
        """Limits on top, the rows, the acts; in the demo what to try."""
        yield Static(id="limits")
        with Horizontal(id="work"):
            with Vertical(id="list"):
                yield Static(id="prompt", classes="prompt")
                yield ScanRows(id="rows")
            if self.terminal.items:
                yield TryList(self.terminal.items)
        with Horizontal(id="acts"):
            yield BigButton(id="undo", key="F8")
            yield BigButton(id="home", key="F9")

    def on_mount(self) -> None:
        """Nothing scanned yet."""
        self._meters: tuple[Meter, ...] = ()
        self._meters_known = False

    def on_screen_resume(self) -> None:
        """Show how much may still be borrowed; a scan that the page comes with has asked already."""
        self.set_focus(None)
        if self.terminal.visit is not None and not self.is_answering and not self._meters_known:
            self.in_background(self._read_limits(self.terminal.visit))

    def on_screen_suspend(self) -> None:
        """Elsewhere it may change."""
        self._meters_known = False

    async def _read_limits(self, visit: Visit) -> None:
        now = self.terminal.now()
        account = await self.terminal.ask(
            lambda library: store.members.accounts.account(library, visit.member.member_id, now)
        )
        if self.terminal.visit is visit:
            self._meters, self._meters_known = account.meters, True
            self._show_limits()

    def relabel(self) -> None:
        """Say every word anew; the rows stay."""
        super().relabel()
        rows = self.query(Row)
        self.query_one("#prompt", Static).update(Content("" if rows else _("Scan the items one after another")))
        self.query_one("#undo", BigButton).say(_("Undo the last"))
        self.query_one("#home", BigButton).say(_("Home"))
        self.query_one(ScanRows).relabel()
        for tries in self.query(TryList):
            tries.relabel()
        self._show_limits()

    async def scanned(self, code: str) -> None:
        """Lend it, or say every reason why not."""
        visit = self.terminal.visit
        if visit is None:
            return
        now, at = self.terminal.now(), self.terminal.at()
        answer = await self.terminal.ask(
            lambda library: store.circulation.checkouts.checkout(library, visit.member.member_id, code, now, at)
        )
        if self.terminal.visit is not visit or isinstance(answer, Refused):  # nobody but staff is not permitted
            return
        if isinstance(answer, CheckedOut):
            self._note_loan(visit, answer)
        else:
            self._sound_refusal()
            self.say(answer.item.title if answer.item else answer.barcode, "bad")
        await self._add(Row(answer))
        if not self._meters_known:
            await self._read_limits(visit)

    def _note_loan(self, visit: Visit, answer: CheckedOut) -> None:
        self._merge_meters(answer.meters)
        if not any(lent.loan_id == answer.loan_id for lent in visit.lent):
            visit.lent.append(answer)
        due = words.due(answer.due, hourly=answer.hourly)
        self.say(_("{title}: due {due}").format(title=answer.item.title, due=due), "good")
        self._show_limits()

    async def _add(self, row: Row) -> None:
        await self.query_one(ScanRows).add(row)
        self.query_one("#prompt", Static).update("")

    def _merge_meters(self, newer: tuple[Meter, ...]) -> None:
        known = {each.name: each for each in self._meters}
        known.update({each.name: each for each in newer})
        self._meters = tuple(known.values())

    def _show_limits(self) -> None:
        english, cells = words.current().language == "en", WIDTH if self.wide else SHORT
        told = [
            meter(each.label_en if english else each.label_tr, each.used, each.limit, cells)
            for each in self._meters
            if each.used or each.name == "total"
        ]
        self.query_one("#limits", Static).update(side_by_side(told, self.width - _MARGINS))

    def _sound_refusal(self) -> None:
        if self.terminal.settings.sound:
            self.app.bell()

    def action_undo(self) -> None:
        """Take back the last loan of this visit."""
        if self.terminal.visit is not None:
            self.in_background(self._undo(self.terminal.visit))

    async def _undo(self, visit: Visit) -> None:
        now, at = self.terminal.now(), self.terminal.at()
        answer = await self.terminal.ask(
            lambda library: store.circulation.checkouts.undo_last(library, visit.member.member_id, now, at)
        )
        if self.terminal.visit is not visit or isinstance(answer, Refused):
            return
        if isinstance(answer, NothingToUndo):
            self.say(_("There is no loan of this visit to undo."), "bad")
            return
        self._note_undo(visit, answer)

    def _note_undo(self, visit: Visit, answer: Undone) -> None:
        visit.lent = [lent for lent in visit.lent if lent.item.barcode != answer.item.barcode]
        for row in self.query(Row):
            if row.barcode == answer.item.barcode and isinstance(row.answer, CheckedOut):
                row.add_class("-settled")
                row.relabel()
        self._merge_meters(answer.meters)
        self._show_limits()
        self.say(_("Undone: {title}. Please leave it with the staff.").format(title=answer.item.title), "good")

    def letter_typed(self, letter: str) -> None:
        """In the demo a key stands for a scan."""
        for tries in self.query(TryList):
            tries.press(letter)

    @on(TryList.Picked)
    def _picked(self, event: TryList.Picked) -> None:
        self.take_scan(event.code)

    def forget(self) -> None:
        """Rows and limits go."""
        self._meters, self._meters_known = (), False
        if self.is_mounted:
            super().forget()
            self.query(Row).remove()
            self._show_limits()

    @on(BigButton.Chosen)
    def _chosen(self, event: BigButton.Chosen) -> None:
        acts = {"undo": self.action_undo, "home": self.action_home}
        if event.button.id in acts:
            event.stop()
            acts[event.button.id]()


def _barcode(answer: CheckedOut | NotLent) -> str:
    return answer.item.barcode if answer.item else getattr(answer, "barcode", "")


def _lent(answer: CheckedOut, *, undone: bool) -> Content:
    if undone:
        what = _("undone, leave it with the staff")
        return Content.styled(f"↶ {by(answer.item)}   {what}", "$text-muted")
    due = _("due {due}").format(due=words.due(answer.due, hourly=answer.hourly))
    details = [type_name(answer.item), _renewals(answer), _lateness(answer)]
    if answer.short_period:
        details.append(_("short loan"))
    if answer.from_hold:
        details.append(_("your hold"))
    if answer.repeated:
        details.append(_("already yours in this visit"))
    return Content.assemble(
        ("✓ ", "bold $success"), (by(answer.item), "bold"), "   ", (due, "bold $accent"),
        "\n    ", (" · ".join(details), "$text-muted"),
    )  # fmt: skip


def _renewals(answer: CheckedOut) -> str:
    if not answer.renewals_allowed or answer.renewable_from is None:
        return _("not renewable")
    times = ngettext("{n} renewal", "{n} renewals", answer.renewals_allowed)
    return _("{times}, from {moment}").format(times=times, moment=words.moment(answer.renewable_from))


def _lateness(answer: CheckedOut) -> str:
    if answer.fine_unit == "none" or not answer.fine_first:
        return _("no late fine")
    amount = words.money(answer.fine_first)
    if answer.fine_unit == "hour":
        return _("late: {amount} an hour").format(amount=amount)
    if answer.fine_free_days:
        free = _("late: {amount} a day; none if back by day {days}")
        return free.format(amount=amount, days=answer.fine_free_days)
    return _("late: {amount} a day").format(amount=amount)


def _not_lent(answer: NotLent) -> Content:
    if answer.item is None:
        return Content.styled("✗ " + _("Unknown barcode {code}").format(code=answer.barcode), "bold $error")
    refused = _("not lent")
    place = f"{type_name(answer.item)} · {branch_name(answer.item)}"
    return Content.assemble(
        ("✗ ", "bold $error"), (by(answer.item), "bold"), f"   {refused}\n    ", (place, "$text-muted")
    )
