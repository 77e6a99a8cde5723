"""Taking items back at the desk: scan after scan; what a terminal took back is seen; a date is set back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from msgspec.structs import replace
from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

import store
from screens import words
from screens.fines import arithmetic
from screens.items import by
from screens.messages import Go
from screens.returning import PLACES, ReturnRow
from screens.supervisor.frame import Act, StaffScreen
from screens.terminal import Terminal
from screens.widgets.answers import Field, Given
from screens.widgets.ask import AskCard
from screens.widgets.button import BigButton
from screens.widgets.scan_row import ScanRow, ScanRows
from screens.words import N_, _
from store.desk.roles import Right
from store.policy.verdict import Refused
from store.results.circulation import Item
from store.results.desk import DeskTask, SetBack
from store.results.returns import Returned

if TYPE_CHECKING:
    from store.act import At
    from store.library import Library


class SeenRow(ScanRow):
    """An item that a terminal took back and that staff have now seen."""

    def __init__(self, item: Item) -> None:
        super().__init__(item.barcode)
        self._item = item

    def told(self) -> Content:
        """It is back."""
        return Content.assemble(("✓ ", "bold $success"), (by(self._item), "bold"), "   ", _("seen: it is back"))


class SetBackRow(ScanRow):
    """A return with an earlier moment, and what it costs then."""

    def __init__(self, answer: SetBack) -> None:
        super().__init__(answer.item.barcode)
        self._answer = answer

    def told(self) -> Content:
        """When it was back, what the fine is now, what is to be given back."""
        answer = self._answer
        back = _("returned {moment}").format(moment=words.moment(answer.returned_at))
        place = f"   → {_(PLACES[answer.goes_to])}" if answer.goes_to else ""
        lines = [Content.assemble(("✓ ", "bold $success"), (by(answer.item), "bold"), f"   {back}", (place, "$accent"))]
        fine = _("late fine {amount}").format(amount=words.money(answer.fine.amount))
        if answer.fine_before:
            fine += " " + _("(before: {amount})").format(amount=words.money(answer.fine_before))
        lines.append(Content.styled("    " + " · ".join((fine, *arithmetic(answer.fine))), "$text-muted"))
        if answer.overpaid:
            text = _("{amount} of it were paid: give them back at the cash.")
            lines.append(Content.styled("    ! " + text.format(amount=words.money(answer.overpaid)), "bold $warning"))
        return Content("\n").join(lines)


class StaffReturns(StaffScreen):
    """A mode of the desk: every item that is scanned is taken back."""

    TITLE_WORDS = N_("Take back")
    SECTION = "desk"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f3", "borrower", show=False),
        Binding("f5", "desk", show=False),
        Binding("f7", "set_back", show=False),
    ]
    TIPS: ClassVar[tuple[str, ...]] = (
        N_("Scan the items one after another; each row says where the item goes and what lateness costs."),
        N_("What a terminal took back and nobody has seen yet is seen by a scan here."),
        N_("F7 records that the last item was back before: it lay in the book drop over a closed day."),
        N_("F3 calls the borrower of the last item to the desk; F5 goes back to the desk."),
    )

    def __init__(self, terminal: Terminal) -> None:
        super().__init__(terminal)
        self._last = ""
        self._tasks: tuple[DeskTask, ...] = ()

    def page(self) -> Iterable[Widget]:
        """What to do, the rows, what waits to be seen, the acts."""
        yield Static(id="prompt")
        yield Static(id="waiting")
        yield ScanRows(id="rows")
        with Horizontal(id="acts"):
            yield BigButton(id="set-back", key="F7")
            yield BigButton(id="borrower", key="F3")
            yield BigButton(id="desk", key="F5")

    def open(self, about: object) -> None:
        """Taking back needs to know nothing; a barcode is scanned instead."""

    def on_screen_resume(self) -> None:
        """What waits to be seen."""
        self.set_focus(None)
        self.relabel()
        if self.terminal.duty is not None:
            self.in_background(self._read())

    async def _read(self) -> None:
        tasks = await self.ask_store(store.desk.deskviews.waiting)
        self._tasks = tuple(each for each in tasks or () if each.slug == "return_check")
        self.relabel()

    def relabel(self) -> None:
        """Say every word anew; the rows stay."""
        super().relabel()
        self.query_one("#prompt", Static).update(Content(_("TAKING BACK: scan the items one after another")))
        lines = (
            [Content.styled(_("Returned at a terminal and not seen yet; scan them:"), "bold")] if self._tasks else []
        )
        lines += [
            Content(f"  {each.barcode}  {each.title} · {words.moment(each.raised_at)}") for each in self._tasks[:10]
        ]
        self.query_one("#waiting", Static).update(Content("\n").join(lines))
        self.query_one("#waiting").display = bool(lines) and not self.query(ScanRow)
        self.query_one(ScanRows).relabel()
        self.query_one("#set-back", BigButton).say(_("Was back before"))
        self.query_one("#borrower", BigButton).say(_("Borrower"))
        self.query_one("#borrower").disabled = not self._last
        self.query_one("#desk", BigButton).say(_("Desk"))

    async def scanned(self, code: str) -> None:
        """See it, or take it back, or say why not."""
        copy = await self.ask_store(lambda library: store.catalogue.finding.copy_in_hand(library, code))
        if copy is not None and copy.to_be_checked:
            seen = await self.act(
                lambda library, now, at: store.circulation.returns.confirm_return(library, code, now, at)
            )
            if seen is True:
                self._last = code
                self.say(copy.item.title, "good")
                await self._show(SeenRow(copy.item))
                await self._read()
            return
        answer = await self.act(lambda library, now, at: store.circulation.returns.checkin(library, code, now, at))
        if isinstance(answer, Refused) or self.terminal.duty is None:
            return
        if isinstance(answer, Returned):
            self._last = code
            self.say(f"{answer.item.title}: {_(PLACES[answer.goes_to])}", "good")
        else:
            if self.terminal.settings.sound:
                self.app.bell()
            self._last = code if answer.item is not None else self._last
            self.say(answer.item.title if answer.item else answer.barcode, "bad")
        await self._show(ReturnRow(answer))

    async def _show(self, row: ScanRow) -> None:
        await self.query_one(ScanRows).add(row)
        self.relabel()

    def acts(self) -> tuple[Act, ...]:
        """Set a date back; the borrower."""
        return (
            Act("set_back", _("It was back before: set the date back"), Right.LEND, self.action_set_back),
            Act("borrower", _("The borrower of the last item"), Right.LOOK, self.action_borrower),
            Act("desk", _("Back to the desk"), Right.LOOK, self.action_desk),
        )

    def action_set_back(self) -> None:
        """An item was back before it was scanned; a supervisor says so, or signs for a clerk who does."""
        if self.may(Right.LEND):
            self.in_background(self._set_back())

    async def _set_back(self) -> None:
        lines = [_("The fine is reckoned anew. The record shows both moments, the reason, and who did it.")]
        if not self.may(Right.OVERRIDE):
            lines.append(_("A supervisor must sign for it with card and PIN."))
        form = AskCard(
            _("Set the date of a return back"),
            (
                Field("barcode", _("Barcode"), "code", value=self._last, faults=("not_on_loan",)),
                Field(
                    "moment", _("Was back at"), "moment", hint=f"{words.example_day(self.terminal.now())} 18:00",
                    faults=("return_moment_unfit",),
                ),
                Field("why", _("Reason"), hint=_("book drop, closed day …"), faults=("reason_missing",)),
            ),
            lines=lines,
        )  # fmt: skip
        duty = self.terminal.duty
        while (given := await self.ask_on(form)) is not None:
            at = await self._signed(form, replace(self.terminal.at_desk(), override_reason=given.written("why")))
            answer = await self.act(partial(_backdated, given), at, tell=False) if at is not None else None
            if isinstance(answer, SetBack):
                self._last = answer.item.barcode
                self.say(answer.item.title, "good")
                await self._show(SetBackRow(answer))
            if isinstance(answer, SetBack) or self.terminal.duty is not duty:
                break
            form = form.again(answer.reasons if answer is not None else ())

    async def _signed(self, form: AskCard, at: At) -> At | None:
        """The circumstances with a supervisor's signature where one is needed; None: nobody has signed."""
        if self.may(Right.OVERRIDE):
            return at
        second = await self.second_signature(form.heading, form.filled(), (Right.OVERRIDE,))
        return replace(at, second=second.staff_id) if second is not None else None

    def action_borrower(self) -> None:
        """Who had the last item: a fine may have to be talked about."""
        if self._last:
            self.in_background(self._borrower())

    async def _borrower(self) -> None:
        code = self._last
        copy = await self.ask_store(lambda library: store.catalogue.finding.copy_in_hand(library, code))
        if copy is None or copy.borrower_id is None:
            self.say(_("Nobody is known to have had it."), "bad")
        else:
            self.post_message(Go("staff_desk", about=copy.borrower_id))

    def action_desk(self) -> None:
        """Back to the desk."""
        self.go("staff_desk")

    def forget(self) -> None:
        """The rows go."""
        self._last, self._tasks = "", ()
        if self.is_mounted:
            self.query(ScanRow).remove()
            super().forget()

    @on(BigButton.Chosen)
    def _button(self, event: BigButton.Chosen) -> None:
        acts = {"set-back": self.action_set_back, "borrower": self.action_borrower, "desk": self.action_desk}
        if event.button.id in acts:
            event.stop()
            acts[event.button.id]()


def _backdated(given: Given, library: Library, now: datetime, at: At) -> SetBack | Refused:
    return store.circulation.backdating.set_back(library, given.written("barcode"), given.moment("moment"), now, at)
