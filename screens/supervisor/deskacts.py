"""What is done for the member at the desk with loans, holds and the card; a refusal shows what can still be done."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

from msgspec.structs import replace

import store
from screens import words
from screens.messages import Go
from screens.returning import PLACES
from screens.supervisor.frame import Act, StaffScreen
from screens.supervisor.losswords import loss_told
from screens.supervisor.overriding import ALLOW, way_out
from screens.widgets.answers import Field
from screens.widgets.ask import AskCard
from screens.widgets.told import ToldCard
from screens.words import _, ngettext
from store.act import At
from store.desk.roles import Right
from store.policy.verdict import Pending, Refused
from store.results.desk import DeskMember
from store.results.loans import PlannedRenewal
from store.results.returns import NotReturned, Renewed, Returned
from store.results.titles import MyHold

if TYPE_CHECKING:
    from store.library import Library

R = TypeVar("R")


class DeskActs(StaffScreen):
    """The acts; the page that shows the member fills `seat`, `read_again` and `mark`."""

    seated: DeskMember | None = None
    "Who stands at the desk."
    lent: frozenset[str] = frozenset()
    "Barcodes lent since the member came."

    async def seat(self, member_id: int) -> None:
        """Another member comes to the desk."""
        raise NotImplementedError

    async def read_again(self) -> None:
        """Show the member as the act has left the record."""
        raise NotImplementedError

    def subject(self) -> str:
        """The member at the desk."""
        account = self.seated.account if self.seated is not None else None
        return f"{account.given_name} {account.surname} · {account.number}" if account is not None else ""

    def still(self, desk: DeskMember) -> bool:
        """Whether the same member stands at the desk as when an act began."""
        return self.seated is not None and self.seated.account.member_id == desk.account.member_id

    def circumstances(self) -> At:
        """At the desk; on the document where the card is lost and one was recorded."""
        at = self.terminal.at_desk()
        document = self.seated is not None and bool(self.seated.card_document)
        return replace(at, card_document=document)

    # Loans that are out ---------------------------------------------------------------------------------------------

    async def renew(self, loan: PlannedRenewal, channel: str = "desk") -> None:
        """Renew, as the member asks here or by telephone (ITU-D3)."""
        desk = self.seated
        if desk is None:
            return
        member_id, at = desk.account.member_id, replace(self.terminal.at_desk(), channel=channel)
        answer: Renewed | Pending | None = await self._with_way_out(
            loan.title, at,
            lambda library, now, at: store.circulation.renewals.renew(library, member_id, loan.barcode, now, at),
        )  # fmt: skip
        if answer is None or not self.still(desk):
            return
        await self.read_again()
        if isinstance(answer, Pending):
            self.say(_("{title}: asked for, staff decide").format(title=loan.title), "wait")
        else:
            due = words.due(answer.due, hourly=answer.hourly)
            self.say(_("{title}: renewed to {due}").format(title=loan.title, due=due), "good")

    async def renew_all(self) -> None:
        """Renew everything that can be renewed now."""
        desk = self.seated
        if desk is None:
            return
        member_id, done = desk.account.member_id, 0
        for loan in desk.loans:
            if loan.new_due is not None:
                answer = await self.act(
                    lambda library, now, at, barcode=loan.barcode: store.circulation.renewals.renew(  # type: ignore[misc]
                        library, member_id, barcode, now, at
                    ),
                    tell=False,
                )
                done += isinstance(answer, Renewed)
        if self.still(desk):
            await self.read_again()
            if done:
                self.say(ngettext("{n} renewed", "{n} renewed", done), "good")
            else:
                self.say(_("Nothing here can be renewed now."))

    async def decide(self, loan: PlannedRenewal, *, approve: bool) -> None:
        """Grant or decline a renewal that was asked for (METU-1-C-f.renew); the member gets a letter."""
        desk = self.seated
        if desk is None:
            return
        member_id = desk.account.member_id
        if not approve:
            declined = await self.act(
                lambda library, now, at: store.circulation.renewals.reject_renewal(
                    library, member_id, loan.barcode, now, at
                )
            )
            if declined is None:
                await self.read_again()
                self.say(_("{title}: the renewal is declined").format(title=loan.title), "good")
            return
        grant = store.circulation.renewals.approve_renewal
        answer = await self._with_way_out(
            loan.title, self.terminal.at_desk(),
            lambda library, now, at: grant(library, member_id, loan.barcode, now, at),
        )  # fmt: skip
        if answer is not None:
            await self.read_again()
            due = words.due(answer.due, hourly=answer.hourly)
            self.say(_("{title}: renewed to {due}").format(title=loan.title, due=due), "good")

    async def take_back(self, loan: PlannedRenewal) -> None:
        """The member hands an item in."""
        if await self.checkin(loan.barcode) is not None:
            await self.read_again()

    async def checkin(self, barcode: str) -> Returned | None:
        """Take a copy back; None if it was refused, which is shown."""
        answer = await self.act(lambda library, now, at: store.circulation.returns.checkin(library, barcode, now, at))
        if isinstance(answer, Refused):
            return None
        if isinstance(answer, NotReturned):
            await self.ask_on(ToldCard(answer.reasons))
            return None
        self.lent -= {barcode}
        fine = f" · {words.money(answer.fine.amount)}" if answer.fine.amount else ""
        self.say(f"{answer.item.title}: {_(PLACES[answer.goes_to])}{fine}", "good")
        return answer

    async def report_lost(self, loan: PlannedRenewal) -> None:
        """The member says that it is lost: the fine ends or freezes, the fee is entered (ITU-N2, METU tariff)."""
        if self.seated is None:
            return
        member_id = self.seated.account.member_id
        lines = await loss_told(self, loan.barcode)
        if await self.ask_on(AskCard(_("Lost: {title}").format(title=loan.title), lines=lines)) is None:
            return
        answer = await self.act(
            lambda library, now, at: store.circulation.losses.report_lost(library, member_id, loan.barcode, now, at)
        )
        if not isinstance(answer, Refused):
            await self.read_again()
            self.say(_("{title}: recorded as lost").format(title=loan.title), "good")

    async def recall(self, loan: PlannedRenewal) -> None:
        """The library needs it before its due date (ITU-E1, METU-2-c)."""
        warning = _("The due date is brought forward and the borrower gets a letter.")
        if await self.ask_on(AskCard(_("Recall: {title}").format(title=loan.title), lines=(warning,))) is None:
            return
        answer = await self.act(
            lambda library, now, at: store.circulation.recalls.recall(library, loan.barcode, now, at)
        )
        if not isinstance(answer, Refused):
            await self.read_again()
            due = words.due(answer.due, hourly=loan.hourly)
            self.say(_("{title}: recalled, due {due}").format(title=loan.title, due=due), "good")

    # Holds and cards ------------------------------------------------------------------------------------------------

    async def place_hold(self, title_id: int, title: str) -> None:
        """Put the member into the title's queue."""
        desk = self.seated
        if desk is None:
            return
        member_id = desk.account.member_id
        answer = await self._with_way_out(
            title, self.terminal.at_desk(),
            lambda library, now, at: store.circulation.holds.place(library, member_id, title_id, now, at),
        )  # fmt: skip
        if answer is not None and self.still(desk):
            await self.read_again()
            self.mark(f"hold:{title_id}")
            self.say(_("{title}: held, place {n} in the queue").format(title=title, n=answer.position), "good")

    async def cancel_hold(self, hold: MyHold) -> None:
        """The member gives the hold up; what stood ready passes on."""
        if self.seated is None:
            return
        member_id = self.seated.account.member_id
        if await self.ask_on(AskCard(_("Cancel the hold: {title}").format(title=hold.title))) is None:
            return
        answer = await self.act(
            lambda library, now, at: store.circulation.holds.cancel(library, member_id, hold.title_id, now, at)
        )
        if not isinstance(answer, Refused):
            await self.read_again()
            self.say(_("Cancelled: {title}").format(title=hold.title), "good")

    async def record_document(self) -> None:
        """The document in place of the lost card: who issued it and when (METU-2-a.lost-card-doc)."""
        if self.seated is None:
            return
        member_id = self.seated.account.member_id
        form = AskCard(
            _("Document in place of the lost card"),
            (
                Field("issuer", _("Issued by")),
                Field(
                    "dated", _("Date"), "day", hint=words.example_day(self.terminal.now()),
                    faults=("document_date_unfit",),
                ),
            ),
        )  # fmt: skip
        answer = await self.fill_in(
            form,
            lambda library, now, at, given: store.members.carddocuments.record_card_document(
                library, member_id, given.written("issuer"), given.day("dated"), now, at
            ),
        )
        if answer is None:
            await self.read_again()
            self.say(_("The document is recorded."), "good")

    # What can be chosen ---------------------------------------------------------------------------------------------

    def acts_on_loan(self, loan: PlannedRenewal) -> tuple[Act, ...]:
        """Everything that can be done with a loan."""
        decide = (
            (
                Act("approve", _("Grant the renewal"), Right.LEND, self.doing(lambda: self.decide(loan, approve=True))),
                Act(
                    "reject", _("Decline the renewal"), Right.LEND, self.doing(lambda: self.decide(loan, approve=False))
                ),
            )
            if loan.asked
            else ()
        )
        renew = _("Renew: {title}").format(title=loan.title)
        record = Go("staff_copy", about=loan.barcode)
        return (
            *decide,
            Act("renew", renew, Right.LEND, self.doing(lambda: self.renew(loan))),
            Act("phone", _("Renew by telephone"), Right.LEND, self.doing(lambda: self.renew(loan, "phone"))),
            Act("back", _("Take it back"), Right.LEND, self.doing(lambda: self.take_back(loan))),
            Act("lost", _("The member has lost it"), Right.COPIES, self.doing(lambda: self.report_lost(loan))),
            Act("recall", _("Recall it"), Right.COPIES, self.doing(lambda: self.recall(loan))),
            Act("copy", _("The record of the copy"), Right.LOOK, lambda: self.leave_for(record)),
        )

    def acts_on_hold(self, hold: MyHold) -> tuple[Act, ...]:
        """Everything that can be done with a hold."""
        label = _("Cancel the hold: {title}").format(title=hold.title)
        return (Act("cancel", label, Right.LEND, self.doing(lambda: self.cancel_hold(hold))),)

    def doing(self, job: Callable[[], Coroutine[None, None, None]]) -> Callable[[], None]:
        """What begins a job when it is called."""
        return lambda: self.in_background(job())

    def leave_for(self, page: Go) -> None:
        """To another page; the member stays at the desk."""
        self.say("")
        self.post_message(page)

    # What they share ------------------------------------------------------------------------------------------------

    async def _with_way_out(
        self, what: str, at: At, use_case: Callable[[Library, datetime, At], R | Refused]
    ) -> R | None:
        """Do an act; if it is refused, show the reasons and do it again if it is allowed. None: it stays refused."""
        while True:
            answer = await self.act(use_case, at, tell=False)
            if not isinstance(answer, Refused):
                return answer
            self.sound_refusal()
            if "not_permitted" in answer.slugs or "reason_missing" in answer.slugs:
                await self.refuse(answer)
                return None
            chosen = await way_out(self, what, answer.reasons, at)
            if chosen is None or chosen.slug != ALLOW:
                return None
            at = chosen.at

    def mark(self, key: str) -> None:
        """Put the cursor of the list on a line."""
        raise NotImplementedError

    def sound_refusal(self) -> None:
        """So that who looks at the items hears it."""
        if self.terminal.settings.sound:
            self.app.bell()
