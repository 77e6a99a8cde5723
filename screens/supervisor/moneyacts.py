"""What is done with a member's money: payments, waivers, corrections, refunds, receipts."""

from __future__ import annotations

import store
from screens import words
from screens.account import KINDS
from screens.paperwork import METHODS, receipt_paper
from screens.supervisor.frame import Act, StaffScreen
from screens.supervisor.handing import hand_out
from screens.widgets.answers import Field, Given
from screens.widgets.ask import AskCard
from screens.widgets.choice import Choice
from screens.words import _
from store.desk.roles import Right
from store.policy.verdict import Refused
from store.results.memberrecord import MemberRecord
from store.results.money import Credited
from store.results.statement import ChargeLine
from store.states import PayMethod


class MoneyActs(StaffScreen):
    """The acts; the page that shows the member fills `record` and `read_again`."""

    record: MemberRecord | None = None

    async def read_again(self) -> None:
        """Show the record as the act has left it."""
        raise NotImplementedError

    def subject(self) -> str:
        """The member."""
        account = self.record.account if self.record is not None else None
        return f"{account.given_name} {account.surname} · {account.number}" if account is not None else ""

    def _owed(self) -> int:
        return self.record.statement.fines + self.record.statement.charges if self.record is not None else 0

    async def pay(self) -> None:
        """Take money: late fines first, then charges, each oldest first."""
        record, owed = self.record, self._owed()
        if record is None:
            return
        if not owed:
            self.say(_("Nothing is owed."), "good")
            return
        order = _("Late fines are paid first, then fees and charges, each the oldest first.")
        form = AskCard(
            _("Payment"),
            (
                Field("amount", _("Amount"), "money", value=typed(owed)),
                _method_field(),
                Field("reference", _("Card slip"), required=False, hint=_("only for a card payment")),
            ),
            lines=(_("Owed: {amount}").format(amount=words.money(owed)), order),
        )
        member_id = record.account.member_id
        answer = await self.fill_in(
            form,
            lambda library, now, at, given: store.money.payments.pay(
                library, member_id, given.number("amount"), now, at, "", _method(given), given.written("reference")
            ),
        )
        await self._after(answer, _("{amount} taken, {left} still owed"))

    async def waive(self, line: ChargeLine | None) -> None:
        """Let a charge go, or all that is owed."""
        record = self.record
        if record is None:
            return
        left = line.left if line is not None else self._owed()
        what = charge_words(line) if line is not None else _("everything that is owed")
        member_id, entry = record.account.member_id, line.entry_id if line is not None else None
        answer = await self.fill_in(
            _letting_go(f"{_('Waive')}: {what}", left),
            lambda library, now, at, given: store.money.payments.waive(
                library, member_id, given.number("amount"), given.written("reason"), now, at, entry
            ),
        )
        await self._after(answer, _("{amount} let go, {left} still owed"))

    async def correct(self, line: ChargeLine) -> None:
        """Enter against a charge what it should not have been."""
        record = self.record
        if record is None:
            return
        member_id = record.account.member_id
        answer = await self.fill_in(
            _letting_go(f"{_('Correct')}: {charge_words(line)}", line.left),
            lambda library, now, at, given: store.money.payments.correct(
                library, member_id, line.entry_id, given.number("amount"), given.written("reason"), now, at
            ),
        )
        await self._after(answer, _("{amount} let go, {left} still owed"))

    async def refund(self, line: ChargeLine) -> None:
        """Give back what was paid for a charge."""
        record = self.record
        if record is None:
            return
        form = AskCard(
            _("Give back: {what}").format(what=charge_words(line)),
            (*_sum_fields(line.refundable), _method_field()),
            lines=(_("The charge stays settled: nothing is owed again for it."),),
        )
        member_id = record.account.member_id
        answer = await self.fill_in(
            form,
            lambda library, now, at, given: store.money.payments.refund(
                library,
                member_id,
                line.entry_id,
                given.number("amount"),
                given.written("reason"),
                now,
                at,
                _method(given),
            ),
        )
        await self._after(answer, _("{amount} given back"))

    async def show_receipt(self, number: str) -> None:
        """A receipt on the screen, on paper, by e-mail, in the member's language."""
        receipt = await self.ask_store(lambda library: store.money.receipts.receipt(library, number))
        if receipt is None:
            self.say(_("No receipt has the number {number}.").format(number=number), "bad")
        else:
            await hand_out(self, receipt_paper(receipt, words.translator(receipt.language)))

    async def _after(self, answer: Credited | Refused, told: str) -> None:
        if isinstance(answer, Refused):
            return
        await self.read_again()
        self.say(told.format(amount=words.money(answer.used), left=words.money(answer.owed)), "good")
        await self.show_receipt(answer.receipt)

    def money_acts(self, line: ChargeLine | None, receipt: str = "") -> tuple[Act, ...]:
        """Everything that can be done with the account, and with the charge or receipt under the cursor."""
        do = self.in_background
        acts = [
            Act("pay", _("Take a payment"), Right.TAKE_MONEY, lambda: do(self.pay())),
            Act("waive_all", _("Waive what is owed"), Right.CORRECT_MONEY, lambda: do(self.waive(None))),
        ]
        if line is not None and line.left:
            what = charge_words(line)
            acts += [
                Act("waive", _("Waive: {what}").format(what=what), Right.CORRECT_MONEY, lambda: do(self.waive(line))),
                Act(
                    "correct", _("Correct: {what}").format(what=what), Right.CORRECT_MONEY,
                    lambda: do(self.correct(line)),
                ),
            ]  # fmt: skip
        if line is not None and line.refundable:
            label = _("Give back: {what}").format(what=charge_words(line))
            acts.append(Act("refund", label, Right.CORRECT_MONEY, lambda: do(self.refund(line))))
        if receipt:
            label = _("Receipt {number}").format(number=receipt)
            acts.append(Act("receipt", label, Right.LOOK, lambda: do(self.show_receipt(receipt))))
        return tuple(acts)


def charge_words(line: ChargeLine) -> str:
    """A charge as an act names it."""
    return " ".join(filter(None, (_(KINDS[line.kind]), words.money(line.amount), line.title)))


def typed(kurus: int) -> str:
    """An amount as a field takes it."""
    return f"{kurus // 100},{kurus % 100:02}"


def _letting_go(title: str, left: int) -> AskCard:
    told = _("What is entered stays; this is entered against it, with your name and reason.")
    return AskCard(title, _sum_fields(left), lines=(told,))


def _sum_fields(kurus: int) -> tuple[Field, Field]:
    return Field("amount", _("Amount"), "money", value=typed(kurus)), Field("reason", _("Reason"))


def _method(given: Given) -> PayMethod:
    return PayMethod(given.written("method"))


def _method_field() -> Field:
    methods = tuple(Choice(name, _(label)) for name, label in METHODS.items() if label)
    return Field("method", _("How"), "choice", choices=methods)
