"""The cash of this terminal: what was taken since the last closing, receipts, and the day's closing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

import store
from screens import words
from screens.account import KINDS
from screens.messages import Go
from screens.paperwork import METHODS, closing_paper, receipt_paper
from screens.supervisor.frame import Act, StaffScreen
from screens.supervisor.handing import hand_out
from screens.terminal import Terminal
from screens.widgets.answers import Field
from screens.widgets.ask import AskCard
from screens.widgets.button import BigButton
from screens.widgets.columns import Lines, in_columns
from screens.words import N_, _, ngettext
from store.desk.roles import Right
from store.policy.verdict import Refused
from store.results.money import Drawer, ReceiptLine


class StaffMoney(StaffScreen):
    """The drawer above, its receipts beneath."""

    TITLE_WORDS = N_("Cash")
    SECTION = "money"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f3", "close_day", show=False),
        Binding("f5", "receipt", show=False),
        Binding("f6", "closings", show=False),
    ]
    TIPS: ClassVar[tuple[str, ...]] = (
        N_("Scan a member's card to take a payment."),
        N_("F3 closes the day: count the cash; a difference takes a note."),
        N_("F5 looks a receipt up by its number, F6 shows past closings."),
        N_("Enter shows the receipt under the cursor: read, print or mail it."),
    )

    def __init__(self, terminal: Terminal) -> None:
        super().__init__(terminal)
        self._drawer: Drawer | None = None

    def page(self) -> Iterable[Widget]:
        """The drawer, the receipts, the acts."""
        yield Static(id="drawer")
        yield Static(id="columns", classes="columns")
        yield Lines(id="list")
        with Horizontal(id="acts"):
            yield BigButton(id="close", key="F3", classes="-main")
            yield BigButton(id="receipt", key="F5")
            yield BigButton(id="closings", key="F6")
            yield BigButton(id="do", key="F4")

    def on_screen_resume(self) -> None:
        """Read anew each time."""
        super().on_screen_resume()
        self.query_one(Lines).focus()
        if self.terminal.duty is not None:
            self.in_background(self._read())

    async def _read(self) -> None:
        name = self.terminal.settings.name
        found = await self.ask_store(lambda library: store.money.closings.drawer(library, name))
        if found is not None:
            self._drawer = found
            self.relabel()

    def relabel(self) -> None:
        """Say every word anew."""
        super().relabel()
        drawer, wide = self._drawer, self.wide
        self.query_one("#drawer", Static).update(_sums(drawer) if drawer is not None else "")
        widths = (14, 18, 14, 12, 10, 26, 0) if wide else (12, 16, 12, 11, 6, 0)
        head: tuple[str, ...] = (
            _("Receipt no."), _("When"), _("Act"), _("Amount"), _("How"), _("Member"), _("Taken by"),
        )  # fmt: skip
        self.query_one("#columns", Static).update(in_columns(head[: len(widths)], widths))
        receipts = drawer.receipts if drawer is not None else ()
        lines = [(f"receipt:{line.number}", _line(line, widths)) for line in receipts]
        nothing = ("none", Content.styled(_("Nothing was taken since the last closing."), "$text-muted"))
        self.query_one(Lines).write(lines or [nothing])
        self.query_one("#close", BigButton).say(_("Close the day"))
        self.query_one("#close", BigButton).disabled = not self.may(Right.TAKE_MONEY)
        self.query_one("#receipt", BigButton).say(_("Find a receipt"))
        self.query_one("#closings", BigButton).say(_("Closings"))
        self.query_one("#do", BigButton).say(_("What can be done"))

    def acts(self) -> tuple[Act, ...]:
        """What can be done here, and with the receipt under the cursor."""
        do, acts = self.in_background, []
        number = (self.query_one(Lines).current or "").partition(":")[2]
        if number:
            label = _("Receipt {number}").format(number=number)
            acts.append(Act("show", label, Right.LOOK, lambda: do(self._show(number))))
            acts.append(Act("member", _("The member's account"), Right.LOOK, lambda: do(self._member(number))))
        return (*acts, Act("close", _("Close the day"), Right.TAKE_MONEY, self.action_close_day))

    def action_close_day(self) -> None:
        """Close what was taken since the last closing."""
        if self.may(Right.TAKE_MONEY) and self._drawer is not None:
            self.in_background(self._close(self._drawer))

    async def _close(self, drawer: Drawer) -> None:
        form = AskCard(
            _("Close the day"),
            (
                Field("counted", _("Cash counted"), "money", faults=("amount_not_positive",)),
                Field(
                    "note", _("Note"), required=False, hint=_("needed if the sums differ"),
                    faults=("difference_unexplained",),
                ),
            ),
            lines=(_sums(drawer).plain,),
        )  # fmt: skip
        answer = await self.fill_in(
            form,
            lambda library, now, at, given: store.money.closings.close_day(
                library, given.number("counted"), given.written("note"), now, at
            ),
        )
        if isinstance(answer, Refused):
            return
        receipts = await self.ask_store(lambda library: store.money.closings.receipts_of(library, answer.closing_id))
        await self._read()
        self.say(_("The day is closed. Difference: {amount}").format(amount=words.money(answer.difference)), "good")
        if receipts is not None:
            await hand_out(self, closing_paper(answer, receipts, words.current()))

    def action_receipt(self) -> None:
        """Look a receipt up by its number."""
        self.in_background(self._find())

    async def _find(self) -> None:
        given = await self.ask_on(AskCard(_("Find a receipt"), (Field("number", _("Receipt no."), "code"),)))
        if given is not None:
            await self._show(str(given["number"]))

    async def _show(self, number: str) -> None:
        receipt = await self.ask_store(lambda library: store.money.receipts.receipt(library, number))
        if receipt is None:
            self.say(_("No receipt has the number {number}.").format(number=number), "bad")
        else:
            await hand_out(self, receipt_paper(receipt, words.translator(receipt.language)))

    async def _member(self, number: str) -> None:
        receipt = await self.ask_store(lambda library: store.money.receipts.receipt(library, number))
        if receipt is not None:
            self.post_message(Go("staff_member", about=(receipt.member_id, "money")))

    def action_closings(self) -> None:
        """The closings of the past."""
        self.go("staff_closings")

    async def scanned(self, code: str) -> None:
        """A member's card opens the account; what else is scanned is looked up as a receipt."""
        member_id = await self.ask_store(lambda library: store.members.memberrecords.holder(library, code))
        if member_id is not None:
            self.say("")
            self.post_message(Go("staff_member", about=(member_id, "money")))
        else:
            self.say(_("No member has this card."), "bad")

    def forget(self) -> None:
        """Names and sums go."""
        self._drawer = None
        if self.is_mounted:
            super().forget()

    @on(Lines.OptionSelected)
    def _selected(self, event: Lines.OptionSelected) -> None:
        event.stop()
        number = (event.option_id or "").partition(":")[2]
        if number:
            self.in_background(self._show(number))

    @on(BigButton.Chosen)
    def _button(self, event: BigButton.Chosen) -> None:
        acts = {
            "close": self.action_close_day, "receipt": self.action_receipt, "closings": self.action_closings,
            "do": self.action_acts,
        }  # fmt: skip
        if event.button.id in acts:
            event.stop()
            acts[event.button.id]()


def _sums(drawer: Drawer) -> Content:
    since = _("since {moment}").format(moment=words.moment(drawer.since)) if drawer.since else _("no closing yet")
    taken = _("Cash {cash} · by card {card}").format(cash=words.money(drawer.cash), card=words.money(drawer.card))
    count = ngettext("{n} receipt", "{n} receipts", drawer.count)
    return Content.assemble((taken, "bold"), f"   {count}   ", (f"{drawer.terminal}, {since}", "$text-muted"))


def _line(line: ReceiptLine, widths: tuple[int, ...]) -> Content:
    amount = words.money(-line.amount if line.kind == "refund" else line.amount)
    how = _(METHODS[line.method]) if line.method != "none" else ""
    cells = (line.number, words.moment(line.at), _(KINDS[line.kind]), amount, how, line.member, line.staff)
    return in_columns(cells[: len(widths)], widths)
