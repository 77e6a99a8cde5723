"""Lending at the desk: what is missing is asked for; what is refused can be allowed, held, or taken back first.

Without a member an item that is scanned says what it is.
"""

from __future__ import annotations

from datetime import datetime

from msgspec.structs import replace

import store
from screens import words
from screens.items import STATES, by
from screens.messages import Go
from screens.supervisor.deskacts import DeskActs
from screens.supervisor.frame import Act
from screens.supervisor.overriding import Way, Wayout, way_out
from screens.widgets.answers import Field
from screens.widgets.ask import AskCard
from screens.widgets.choice import Choice, ChoiceCard
from screens.words import N_, _
from store.act import At
from store.desk.roles import Right
from store.policy.verdict import Refused
from store.results.circulation import CheckedOut, NothingToUndo, NotLent, Undone
from store.results.loans import PlannedRenewal
from store.results.titles import MyHold

_TAKE_BACK = "take_back"
LOAN_TYPES = {"term": N_("for the term"), "project": N_("for a project")}


class DeskLending(DeskActs):
    """Lending to the member at the desk."""

    async def lend(self, barcode: str, at: At | None = None) -> None:
        """Lend to the member at the desk; what is missing is asked for, what is refused can be allowed or not."""
        desk, at = self.seated, at or self.circumstances()
        if desk is None:
            return
        mine = next((loan for loan in desk.loans if loan.barcode == barcode), None)
        if mine is not None and barcode not in self.lent:
            await self._already_out(mine)
            return
        member_id, known, before = desk.account.member_id, at, ""
        while True:
            tried = known
            answer = await self.act(
                lambda library, now, at: store.circulation.checkouts.checkout(library, member_id, barcode, now, at),
                tried, tell=False,
            )  # fmt: skip
            if not self.still(desk):
                return
            if isinstance(answer, CheckedOut):
                await self._lent(answer, before)
                return
            way = await self._not_lent(answer, barcode, tried)
            if way is None or not self.still(desk):
                return
            if way.slug == _TAKE_BACK:
                fine = await self._take_from(barcode)
                if fine is None or not self.still(desk):
                    return
                before = fine
            known = way.at

    async def _take_from(self, barcode: str) -> str | None:
        """Take it back from who has it, and say whom that cost what; None if it was refused."""
        copy = await self.ask_store(lambda library: store.catalogue.finding.copy_in_hand(library, barcode))
        returned = await self.checkin(barcode)
        if returned is None or copy is None:
            return None
        told = _("{name}: {amount} late fine")
        fine = returned.fine.amount
        return told.format(name=copy.borrower, amount=words.money(fine)) if fine else ""

    async def _lent(self, answer: CheckedOut, before: str) -> None:
        """Show the loan. `before`: what the return that came first has cost."""
        self.lent |= {answer.item.barcode}
        due = words.due(answer.due, hourly=answer.hourly)
        await self.read_again()
        self.mark(f"loan:{answer.item.barcode}")
        told = _("{title}: due {due}").format(title=answer.item.title, due=due)
        self.say(" · ".join(filter(None, (told, before))), "good")

    async def _not_lent(self, answer: NotLent | Refused, barcode: str, at: At) -> Wayout | None:
        """How, and with which circumstances, to try again; None: it stays refused."""
        if isinstance(answer, Refused):
            await self.refuse(answer)
            return None
        self.sound_refusal()
        if answer.item is None:
            self.say(_("Unknown barcode {code}").format(code=barcode), "bad")
            return None
        self.say(answer.item.title, "bad")
        if at.due is None and [reason.slug for reason in answer.reasons] == ["desk_only"]:
            return await self._with_due(answer.item.title, at)
        what, other = answer.item.title, None
        if answer.item.state == "on_loan":
            what, other = await self._with_borrower(what, barcode), Way(_TAKE_BACK, _("Take it back first"))
        elif answer.can_hold:
            other = Way("hold", _("Place a hold"))
        chosen = await way_out(self, what, answer.reasons, at, other)
        if chosen is not None and chosen.slug == "hold":
            title_id = await self.ask_store(lambda library: store.catalogue.titlepages.title_of(library, barcode))
            if title_id is not None:
                await self.place_hold(title_id, answer.item.title)
            return None
        return chosen

    async def _with_borrower(self, title: str, barcode: str) -> str:
        """The title, and from whom it would be taken."""
        copy = await self.ask_store(lambda library: store.catalogue.finding.copy_in_hand(library, barcode))
        if copy is None or copy.due is None:
            return title
        due = words.due(copy.due, hourly=copy.hourly)
        return title + "\n" + _("On loan to {name}, due {due}").format(name=copy.borrower, due=due)

    async def _with_due(self, title: str, at: At) -> Wayout | None:
        given = await self.ask_on(
            AskCard(
                title,
                (Field("due", _("Due"), "moment", hint=words.example_day(self.terminal.now())),),
                lines=(_("The lending library says until when. Without a time: the end of the day."),),
            )
        )
        if given is None:
            return None
        due = given["due"]
        assert isinstance(due, datetime)
        return Wayout("due", replace(at, due=due))

    async def lend_as(self) -> None:
        """Lend once for the term or for a project."""
        given = await self.ask_on(
            AskCard(
                _("Another kind of loan"),
                (
                    Field("barcode", _("Barcode"), "code"),
                    Field(
                        "kind", _("Kind of loan"), "choice",
                        choices=tuple(Choice(slug, _(label)) for slug, label in LOAN_TYPES.items()),
                    ),
                ),
            )
        )  # fmt: skip
        if given is not None:
            await self.lend(str(given["barcode"]), replace(self.circumstances(), loan_type=str(given["kind"])))

    async def _already_out(self, loan: PlannedRenewal) -> None:
        chosen = await self.ask_on(
            ChoiceCard(
                _("{title}: on loan to this member").format(title=loan.title),
                (Choice("renew", _("Renew it")), Choice("back", _("Take it back"))),
            )
        )
        if chosen == "renew":
            await self.renew(loan)
        elif chosen == "back":
            await self.take_back(loan)

    async def undo(self) -> None:
        """Take back the last loan of this duty to the member."""
        if self.seated is None:
            return
        member_id = self.seated.account.member_id
        answer = await self.act(
            lambda library, now, at: store.circulation.checkouts.undo_last(library, member_id, now, at)
        )
        if isinstance(answer, NothingToUndo):
            self.say(_("There is no loan to undo."), "bad")
        elif isinstance(answer, Undone):
            self.lent -= {answer.item.barcode}
            await self.read_again()
            self.say(_("Undone: {title}. It is to be reshelved.").format(title=answer.item.title), "good")

    def acts_for_member(self, loan: PlannedRenewal | None, hold: MyHold | None) -> tuple[Act, ...]:
        """What can be done with the marked line, then what else for the member."""
        if self.seated is None:
            return ()
        record = Go("staff_member", about=self.seated.account.member_id)
        document = Act(
            "document", _("Record the document for the lost card"), Right.LEND, self.doing(self.record_document)
        )
        return (
            *(self.acts_on_loan(loan) if loan is not None else ()),
            *(self.acts_on_hold(hold) if hold is not None else ()),
            Act("all", _("Renew everything that can be renewed"), Right.LEND, self.doing(self.renew_all)),
            Act("lend_as", _("Lend for the term or for a project"), Right.LEND, self.doing(self.lend_as)),
            *((document,) if self.seated.card_status == "lost" else ()),
            Act("undo", _("Undo the last loan"), Right.LEND, self.doing(self.undo)),
            Act("record", _("The member's record"), Right.LOOK, lambda: self.leave_for(record)),
        )

    # An item without a member ---------------------------------------------------------------------------------------

    async def about_copy(self, code: str) -> None:
        """What a copy in hand is, when nobody stands at the desk: take it back, its borrower, its records."""
        copy = await self.ask_store(lambda library: store.catalogue.finding.copy_in_hand(library, code))
        if copy is None:
            self.say(_("Unknown barcode {code}").format(code=code), "bad")
            return
        self.say(copy.item.title, "plain")
        state = _(STATES[copy.item.state])
        if copy.due is not None:
            state = _("On loan, due {due}.").format(due=words.due(copy.due, hourly=copy.hourly))
        lends = self.may(Right.LEND)
        choices = []
        if copy.due is not None or copy.to_be_checked or copy.item.state == "lost":
            choices.append(Choice("back", _("Take it back"), enabled=lends))
        if copy.borrower_id is not None:
            whose = _("The borrower: {name}") if copy.due is not None else _("The last borrower: {name}")
            choices.append(Choice("borrower", whose.format(name=copy.borrower)))
        choices += [Choice("copy", _("The record of the copy")), Choice("title", _("The title"))]
        chosen = await self.ask_on(ChoiceCard(f"{by(copy.item)}\n{code} · {state}", choices))
        if chosen == "back":
            self.go("staff_returns", code)
        elif chosen == "borrower" and copy.borrower_id is not None:
            await self.seat(copy.borrower_id)
        elif chosen == "copy":
            self.post_message(Go("staff_copy", about=code))
        elif chosen == "title":
            self.post_message(Go("staff_title", about=copy.title_id))
