"""What staff do with a copy: recall, loss and damage with their settlement, repair, data, stock."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, TypeVar

import store
from screens import words
from screens.supervisor.copywords import (
    CASES,
    REMEDIES,
    chosen_from,
    period_fields,
    period_given,
    yes_or_no,
)
from screens.supervisor.delivery import ask_delivery
from screens.supervisor.frame import Act, StaffScreen
from screens.supervisor.losswords import end_told, loss_told, terms_told
from screens.terminal import Terminal
from screens.widgets.answers import Field, Given
from screens.widgets.ask import AskCard
from screens.widgets.choice import Choice
from screens.widgets.told import ToldCard
from screens.words import _
from store.act import At
from store.desk.roles import Right
from store.policy.verdict import Refused
from store.results.copies import CaseLine, CopyData, CopyPage
from store.states import CaseKind

if TYPE_CHECKING:
    from store.circulation.losses import CaseOpened
    from store.library import Library

R = TypeVar("R")
_AMOUNT = ("current_price", "commission_value")


class CopyActs(StaffScreen):
    """The acts of the copy's page; `shown` is what it shows."""

    def __init__(self, terminal: Terminal) -> None:
        super().__init__(terminal)
        self.barcode = ""
        self.shown: CopyPage | None = None

    async def read(self) -> None:
        """Read the copy anew and show it."""
        raise NotImplementedError

    def copy_acts(self, page: CopyPage) -> Iterator[Act]:
        """Those that its state allows."""
        do, state = self.in_background, page.item.state
        desk, stock = Right.COPIES, Right.WITHDRAW
        if state == "on_loan":
            yield Act("recall", _("Recall"), desk, lambda: do(self._recall()))
            if page.loan is not None and page.loan.recalled:
                label = _("The member was told otherwise")
                yield Act("delivered", label, desk, lambda: do(self._delivered()))
            yield Act("lost", _("Report it lost"), desk, lambda: do(self._lost(page)))
        if state == "lost":
            yield Act("found", _("It is found"), Right.SHELF, lambda: do(self._found()))
        for case in page.cases:
            if case.remedies:
                label = _("Settle: {case}").format(case=_(CASES[case.kind]))
                yield Act(f"settle-{case.kind}", label, desk, lambda case=case: do(self._settle(case)))  # type: ignore[misc]
        if page.equivalents and page.in_print is False and any(case.remedies for case in page.cases):
            yield Act("equivalent", _("An equivalent was named"), desk, lambda: do(self._equivalent()))
        if state != "lost" and (page.history or page.loan):
            yield Act("damaged", _("Report damage"), desk, lambda: do(self._damaged()))
        if state in ("on_shelf", "in_transit", "hold_shelf"):
            yield Act("repair", _("Into repair"), desk, lambda: do(self._repair(page)))
        if state == "in_repair":
            yield Act("repaired", _("Back from repair"), desk, lambda: do(self._repaired()))
        yield Act("period", _("Its own loan period"), Right.PERIODS, lambda: do(self._period(page)))
        yield Act("edit", _("Edit kind, library, shelf mark"), desk, lambda: do(self._edit(page)))
        if state == "withdrawn":
            yield Act("reinstate", _("Take it into the stock again"), stock, lambda: do(self._reinstate()))
        else:
            yield Act("withdraw", _("Withdraw it"), stock, lambda: do(self._withdraw(page)))

    async def finish(self, use_case: Callable[[Library, datetime, At], R], told: str) -> R | Refused:
        """Do the act, say that it is done, and show the copy as it stands now."""
        return await self._finished(await self.act(use_case), told)

    async def finish_form(
        self, form: AskCard, use_case: Callable[[Library, datetime, At, Given], R], told: str
    ) -> R | Refused:
        """The same with what a form asks for."""
        return await self._finished(await self.fill_in(form, use_case), told)

    async def _finished(self, answer: R, told: str) -> R:
        if self.terminal.duty is not None:
            if not isinstance(answer, Refused):
                self.say(told, "good")
            await self.read()
        return answer

    async def _recall(self) -> None:
        barcode, now = self.barcode, self.terminal.now()
        due = await self.ask_store(lambda library: store.circulation.recalls.foresee(library, barcode, now))
        lines = [_("It is not on loan any more.")]
        if due is not None:
            lines = [
                _("The new due date: {date}").format(date=words.date(due)),
                _("A letter goes to the borrower at once; an overdue loan keeps its due date."),
            ]
        if await self.ask_on(AskCard(_("Recall"), lines=lines)) is not None:
            await self.finish(
                lambda library, now, at: store.circulation.recalls.recall(library, barcode, now, at),
                _("The copy is recalled."),
            )

    async def _delivered(self) -> None:
        barcode, moment = self.barcode, await ask_delivery(self)
        if moment is not None:
            await self.finish(
                lambda library, now, at: store.circulation.recalls.recall_delivered(library, barcode, moment, now, at),
                _("The copy is recalled."),
            )

    async def _lost(self, page: CopyPage) -> None:
        barcode, loan = self.barcode, page.loan
        if loan is None or loan.who.member_id is None:
            return
        member_id, foretold = loan.who.member_id, await loss_told(self, barcode)
        lines = (_("{name} has it on loan and reports it lost.").format(name=loan.who.name), *foretold)
        if await self.ask_on(AskCard(_("Report it lost"), lines=lines)) is not None:
            answer = await self.finish(
                lambda library, now, at: store.circulation.losses.report_lost(library, member_id, barcode, now, at),
                _("The loss is recorded."),
            )
            self._say_case(answer)

    async def _damaged(self) -> None:
        barcode, now = self.barcode, self.terminal.now()
        foreseen = await self.ask_store(lambda library: store.circulation.answering.for_damage(library, barcode, now))
        if foreseen is None:
            return
        if isinstance(foreseen, Refused):
            await self._refuse_damage(foreseen)
            return
        answers = _("{who} had it last and answers for it.").format(who=f"{foreseen.name} ({foreseen.number})")
        form = AskCard(
            _("Report damage"),
            (yes_or_no("intentional", _("Intentional"), value=False),),
            lines=(answers, *terms_told(foreseen)),
        )
        answer = await self.finish_form(
            form,
            lambda library, now, at, given: store.circulation.losses.report_damaged(
                library, barcode, now, at, intentional=given["intentional"] == "yes"
            ),
            _("The damage is recorded."),
        )
        self._say_case(answer)

    async def _refuse_damage(self, refused: Refused) -> None:
        """Why damage can't be recorded; of a copy in the library, that nobody can be named for it."""
        if refused.slugs != ("not_on_loan",):
            await self.refuse(refused)
            return
        told = _("It is not known who had it last: that was forgotten when its time was over.")
        await self.ask_on(ToldCard(title=_("Nobody can be named"), lines=(told,)))

    def _say_case(self, answer: CaseOpened | Refused) -> None:
        """What a case costs so far, and until when it is to be settled."""
        if isinstance(answer, Refused) or self.terminal.duty is None:
            return
        told = _("Fine {fine}, fee {fee}.").format(fine=words.money(answer.fine), fee=words.money(answer.fee))
        if answer.deadline is not None:
            told += " " + _("To be settled by {date}.").format(date=words.date(answer.deadline))
        self.say(told, "good")

    async def _found(self) -> None:
        barcode = self.barcode
        lines = (_("The copy is in your hand."), *await end_told(self, barcode, CaseKind.LOST, found=True))
        if await self.ask_on(AskCard(_("It is found"), lines=lines)) is not None:
            await self.finish(
                lambda library, now, at: store.circulation.shelf.handle(library, barcode, now, at),
                _("The copy is found."),
            )

    async def _settle(self, case: CaseLine) -> None:
        barcode, remedies = self.barcode, tuple(Choice(each, _(REMEDIES[each])) for each in case.remedies)
        title = _("Settle: {case}").format(case=_(CASES[case.kind]))
        given = await self.ask_on(AskCard(title, (Field("remedy", _("Remedy"), "choice", choices=remedies),)))
        if given is None:
            return
        remedy, kind = str(given["remedy"]), CaseKind(case.kind)
        lines = (_(REMEDIES[remedy]), *await end_told(self, barcode, kind))
        answer = await self.finish_form(
            AskCard(title, _remedy_fields(remedy, case), lines=lines),
            lambda library, now, at, more: store.circulation.losses.settle(
                library, barcode, remedy, now, at, amount=_amount(more), usd_rate=_rate(more),
                replacement=str(more.get("barcode") or ""), kind=kind,
            ),
            _("The case is settled."),
        )  # fmt: skip
        if not isinstance(answer, Refused) and answer.fee:
            self.say(_("{amount} to pay.").format(amount=words.money(answer.fee)), "good")

    async def _equivalent(self) -> None:
        barcode = self.barcode
        line = _("The borrower has the time of the rules to bring it, from now on.")
        if await self.ask_on(AskCard(_("An equivalent was named"), lines=(line,))) is not None:
            await self.finish(
                lambda library, now, at: store.circulation.losses.name_equivalent(library, barcode, now, at),
                _("The deadline begins today."),
            )

    async def _repair(self, page: CopyPage) -> None:
        barcode = self.barcode
        line = _("Whoever it stands ready for waits again, as the first in the queue.") if page.slip else ""
        if await self.ask_on(AskCard(_("Into repair"), lines=(line,) if line else ())) is not None:
            await self.finish(
                lambda library, now, at: store.catalogue.copies.to_repair(library, barcode, now, at),
                _("The copy is in repair."),
            )

    async def _repaired(self) -> None:
        barcode = self.barcode
        held = await self.finish(
            lambda library, now, at: store.catalogue.copies.from_repair(library, barcode, now, at),
            _("It goes to its shelf."),
        )
        if held is True:
            self.say(_("Somebody waits: it goes to the hold shelf."), "good")

    async def _period(self, page: CopyPage) -> None:
        barcode = self.barcode
        line = _("It holds from the next loan or renewal on; running loans keep their due dates.")
        await self.finish_form(
            AskCard(_("Its own loan period"), period_fields(page.period), lines=(line,)),
            lambda library, now, at, given: store.catalogue.copies.set_period(
                library, barcode, period_given(given), now, at
            ),
            _("Saved."),
        )

    async def _edit(self, page: CopyPage) -> None:
        barcode, item, now = self.barcode, page.item, self.terminal.now()
        offered = await self.ask_store(lambda library: store.catalogue.copypages.choices(library, now))
        if offered is None:
            return
        form = AskCard(
            _("Edit kind, library, shelf mark"),
            (
                Field("kind", _("Kind"), "choice", item.item_type, choices=chosen_from(offered.kinds)),
                Field("branch", _("Library"), "choice", item.branch, choices=chosen_from(offered.branches)),
                Field("mark", _("Shelf mark"), value=item.shelf_mark, required=False),
                yes_or_no("loanable", _("For loan"), value=page.loanable),
            ),
        )
        await self.finish_form(
            form,
            lambda library, now, at, given: store.catalogue.copies.edit_copy(
                library, barcode, _data_given(given), now, at
            ),
            _("Saved."),
        )

    async def _withdraw(self, page: CopyPage) -> None:
        barcode = self.barcode
        lines = [_("Holds that no other copy can fill are cancelled with a letter.")] if page.waiting else []
        await self.finish_form(
            AskCard(_("Withdraw it"), (Field("reason", _("Reason")),), lines=lines),
            lambda library, now, at, given: store.catalogue.stock.withdraw(
                library, barcode, given.written("reason"), now, at
            ),
            _("The copy is withdrawn."),
        )

    async def _reinstate(self) -> None:
        barcode = self.barcode
        if await self.ask_on(AskCard(_("Take it into the stock again"))) is not None:
            await self.finish(
                lambda library, now, at: store.catalogue.stock.reinstate(library, barcode, now, at),
                _("The copy belongs to the stock again."),
            )


def _data_given(given: Given) -> CopyData:
    return CopyData(given.written("kind"), given.written("branch"), given.written("mark"), given["loanable"] == "yes")


def _amount(given: Given) -> int | None:
    return given.number("amount") if "amount" in given else None


def _rate(given: Given) -> Decimal | None:
    rate = given.get("rate")
    return rate if isinstance(rate, Decimal) else None


def _remedy_fields(remedy: str, case: CaseLine) -> tuple[Field, ...]:
    """What a remedy needs to know."""
    if remedy in _AMOUNT:
        return (Field("amount", _("Amount (TL)"), "money"),)
    if remedy == "fixed_amount" and case.in_dollars:
        return (Field("rate", _("Lira for a dollar"), "rate"),)
    if remedy == "replacement_copy":
        return (Field("barcode", _("New barcode"), "code", required=False),)
    return ()
