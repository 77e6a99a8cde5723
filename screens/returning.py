"""Returning: scan after scan, signed in or not. Each row says how late, what it costs and where to put the item."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import on
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

import store
from screens import words
from screens.fines import arithmetic
from screens.items import STATES, branch_name, by, type_name
from screens.limited import NOT_TAKEN_DOWN, NotedRow
from screens.member_page import MemberPage
from screens.widgets.button import BigButton
from screens.widgets.scan_row import ScanRow, ScanRows
from screens.widgets.try_list import TryList
from screens.words import N_, _, ngettext
from store.errors import DatabaseUnreachable
from store.policy.verdict import Refused
from store.results.returns import NotReturned, Returned

PLACES = {
    "shelf": N_("put it on the return shelf"),
    "hold_shelf": N_("put it on the hold shelf"),
    "transit": N_("put it on the return shelf; it travels to its own library"),
    "desk": N_("give it to the staff at the desk"),
}


class ReturnRow(ScanRow):
    """One return or refusal; nothing in it says whose loan it was."""

    def __init__(self, answer: Returned | NotReturned) -> None:
        if isinstance(answer, NotReturned):
            super().__init__(answer.barcode, answer.reasons)
        else:
            super().__init__(answer.item.barcode)
        self.answer = answer

    def told(self) -> Content:
        """What was taken back and where it goes, or what was not."""
        return _returned(self.answer) if isinstance(self.answer, Returned) else _not_returned(self.answer)


class Returns(MemberPage):
    """No card is needed to return."""

    TITLE_WORDS = N_("Return")
    TIPS: ClassVar[tuple[str, ...]] = (
        N_("Scan the items one after another; no card is needed."),
        N_("Each row says where to put the item. A late fine is shown with its arithmetic."),
        N_("What can't be returned here says where it can; the loan stays open until then."),
    )

    def body(self) -> Iterable[Widget]:
        """The rows, in the demo what to try, and the way home."""
        yield Static(id="limited")
        with Horizontal(id="work"):
            with Vertical(id="list"):
                yield Static(id="prompt", classes="prompt")
                yield ScanRows(id="rows")
            if self.terminal.loans:
                yield TryList(self.terminal.loans)
        with Horizontal(id="acts"):
            yield BigButton(id="home", key="F9")

    def on_screen_resume(self) -> None:
        """The home page belongs to who is signed in."""
        self.set_focus(None)
        self.query_one("#home").display = self.terminal.visit is not None
        self.relabel()

    def relabel(self) -> None:
        """Say every word anew; the rows stay."""
        super().relabel()
        limited = self.query_one("#limited", Static)
        limited.display = self.terminal.takes_returns
        limited.update(_limited())
        prompt = "" if self.query(ScanRow) else _("Scan the items one after another; no card is needed")
        self.query_one("#prompt", Static).update(Content(prompt))
        self.query_one("#home", BigButton).say(_("Home"))
        self.query_one(ScanRows).relabel()
        for tries in self.query(TryList):
            tries.relabel()

    def way_out(self) -> str:
        """Signed in or not, there is something to be done with."""
        return _("Done")

    async def scanned(self, code: str) -> None:
        """Take it back, or say why not; take it down if the library is away, or goes away meanwhile."""
        if self.terminal.takes_returns:
            await self._take_down(code)
            return
        try:
            await self._return(code)
        except DatabaseUnreachable:
            if self.terminal.can_take_down:
                await self._take_down(code)
            raise

    async def is_staff_card(self, code: str) -> bool:
        """A return is taken down if the library goes away over the question."""
        try:
            return await super().is_staff_card(code)
        except DatabaseUnreachable:
            if self.terminal.can_take_down:
                await self._take_down(code)
            raise

    async def _return(self, code: str) -> None:
        visit, now, at = self.terminal.visit, self.terminal.now(), self.terminal.at()
        viewer = visit.member.member_id if visit else None
        answer = await self.terminal.ask(
            lambda library: store.circulation.returns.checkin(library, code, now, at, viewer)
        )
        if self.terminal.visit is not visit or isinstance(answer, Refused):  # nobody but staff is not permitted
            return
        if isinstance(answer, Returned):
            if visit is not None:
                visit.note_return(answer)
            self.say(f"{answer.item.title}: {_(PLACES[answer.goes_to])}", "good")
        else:
            if self.terminal.settings.sound:
                self.app.bell()
            self.say(answer.item.title if answer.item else answer.barcode, "bad")
        await self._add(ReturnRow(answer))

    async def _take_down(self, code: str) -> None:
        now = self.terminal.now()
        try:
            before = await self.terminal.take_down(code, now)
        except (OSError, ValueError):
            self.say(_(NOT_TAKEN_DOWN), "bad")
            return
        self.say(code, "good")
        await self._add(NotedRow(code, before or now, again=before is not None))

    async def _add(self, row: ScanRow) -> None:
        await self.query_one(ScanRows).add(row)
        self.query_one("#prompt", Static).update("")

    def letter_typed(self, letter: str) -> None:
        """In the demo a key stands for a scan."""
        for tries in self.query(TryList):
            tries.press(letter)

    @on(TryList.Picked)
    def _picked(self, event: TryList.Picked) -> None:
        self.take_scan(event.code)

    def forget(self) -> None:
        """The rows go."""
        if self.is_mounted:
            super().forget()
            self.query(ScanRow).remove()

    @on(BigButton.Chosen, "#home")
    def _home(self, event: BigButton.Chosen) -> None:
        event.stop()
        self.action_home()


def _limited() -> Content:
    return Content.assemble(
        ("! " + _("Limited service"), "bold $warning"),
        "   ",
        _("The library's records can't be reached just now: what you scan is taken down and booked as of this moment."),
        "\n",
        (_("Late days count up to the scan, not up to the booking. Your account shows it afterwards."), "$text-muted"),
    )


def _returned(answer: Returned) -> Content:
    place = _(PLACES[answer.goes_to])
    lines = [
        Content.assemble(
            ("✓ ", "bold $success"),
            (by(answer.item), "bold"),
            "   ",
            _lateness(answer),
            "   ",
            ("→ " + place, "bold $accent"),
        )
    ]
    if answer.fine.amount or answer.late:
        lines += [Content.styled("    " + line, "$text-muted") for line in arithmetic(answer.fine)]
    if answer.suspended_until is not None:
        text = _("You may not borrow until {moment} ({clause}).")
        text = text.format(moment=words.moment(answer.suspended_until), clause=answer.suspension_clause)
        lines.append(Content.styled("    ! " + text, "bold $warning"))
    if answer.to_be_checked:
        lines.append(
            Content.styled("    " + _("Staff will look at it; until then your account says so."), "$text-muted")
        )
    return Content("\n").join(lines)


def _lateness(answer: Returned) -> Content:
    if answer.was_lost:
        return Content(_("it was recorded as lost and has turned up: thank you"))
    if not answer.late:
        return Content.styled(_("on time"), "$success")
    late = answer.fine.late
    if answer.fine.unit == "hour":
        length = ngettext("{n} hour late", "{n} hours late", late)
    else:
        length = ngettext("{n} day late", "{n} days late", late)
    cost = words.money(answer.fine.amount) if answer.fine.amount else _("no fine")
    return Content.assemble((f"{length} · {cost}", "bold $warning" if answer.fine.amount else ""))


def _not_returned(answer: NotReturned) -> Content:
    if answer.item is None:
        return Content.styled("✗ " + _("Unknown barcode {code}").format(code=answer.barcode), "bold $error")
    where = f"{type_name(answer.item)} · {branch_name(answer.item)} · {_(STATES[answer.item.state])}"
    head = Content.assemble(("✗ ", "bold $error"), (by(answer.item), "bold"), "   ", _("not taken back"))
    return Content.assemble(head, "\n    ", (where, "$text-muted"))
