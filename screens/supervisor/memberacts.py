"""What is done about a member as a person: application, data, category, cards, PIN, the end of the membership."""

from __future__ import annotations

import store
from screens import words
from screens.papers import Paper
from screens.paperwork import certificate, obstacle_lines, obstacles_paper
from screens.supervisor.frame import Act
from screens.supervisor.handing import hand_out, save
from screens.supervisor.memberform import category_field, form_fields, form_of
from screens.supervisor.moneyacts import MoneyActs
from screens.widgets.answers import Field
from screens.widgets.ask import AskCard
from screens.widgets.choice import Choice, ChoiceCard
from screens.widgets.told import ToldCard
from screens.words import _
from store.desk.roles import Right
from store.policy.verdict import Refused
from store.results.memberrecord import MemberRecord, OpenTask


class MemberActs(MoneyActs):
    """The acts on the person."""

    async def approve(self, record: MemberRecord) -> None:
        """Grant the application (ITU-MEM-6)."""
        member_id = record.account.member_id
        told = _("The membership starts now, and the member gets a letter.")
        if await self.ask_on(AskCard(_("Approve the application"), lines=(told,))) is not None:
            answer = await self.act(
                lambda library, now, at: store.members.memberships.approve(library, member_id, now, at)
            )
            await self.after(answer, _("The application is approved."))

    async def reject(self, record: MemberRecord) -> None:
        """Decline it with a reason, which the applicant is told (AMB-104)."""
        member_id = record.account.member_id
        told = _("The applicant reads the reason in a letter.")
        answer = await self.fill_in(
            AskCard(_("Decline the application"), (Field("reason", _("Reason")),), lines=(told,)),
            lambda library, now, at, given: store.members.memberships.reject(
                library, member_id, given.written("reason"), now, at
            ),
        )
        await self.after(answer, _("The application is declined."))

    async def edit(self, record: MemberRecord) -> None:
        """Correct name, number and address."""
        member_id = record.account.member_id
        answer = await self.fill_in(
            AskCard(_("Correct the data"), form_fields(record)),
            lambda library, now, at, given: store.members.memberfile.edit(library, member_id, form_of(given), now, at),
        )
        await self.after(answer, _("The data are corrected."))

    async def category(self, record: MemberRecord) -> None:
        """Another patron category; running loans keep their due dates (AMB-042)."""
        member_id, now = record.account.member_id, self.terminal.now()
        known = await self.ask_store(lambda library: store.members.memberrecords.categories(library, now))
        if known is None:
            return
        field, told = category_field(known, record.account.category), _("Running loans keep their due dates.")
        answer = await self.fill_in(
            AskCard(_("Change the category"), (field,), lines=(told,)),
            lambda library, now, at, given: store.members.memberfile.set_category(
                library, member_id, given.written("category"), now, at
            ),
        )
        await self.after(answer, _("The category is changed."))

    async def lose_card(self, record: MemberRecord) -> None:
        """The card opens nothing from now on (ITU-A4a)."""
        member_id, told = record.account.member_id, _("The card opens nothing from now on.")
        if await self.ask_on(AskCard(_("Card lost"), lines=(told,))) is not None:
            answer = await self.act(
                lambda library, now, at: store.members.membercards.lose_card(library, member_id, now, at)
            )
            await self.after(answer, _("The card is reported lost."))

    async def find_card(self, record: MemberRecord) -> None:
        """The lost card has turned up."""
        member_id = record.account.member_id
        answer = await self.act(
            lambda library, now, at: store.members.membercards.find_card(library, member_id, now, at)
        )
        await self.after(answer, _("The card opens the account again."))

    async def new_card(self, record: MemberRecord) -> None:
        """A card in place of all older ones, by scan."""
        member_id = record.account.member_id
        told = _("Scan the new card. All older cards of the member open nothing any more.")
        answer = await self.fill_in(
            AskCard(_("New card"), (Field("card", _("Card"), "code"),), lines=(told,)),
            lambda library, now, at, given: store.members.membercards.new_card(
                library, member_id, given.written("card"), now, at
            ),
        )
        await self.after(answer, _("The new card opens the account."))

    async def clear_pin(self, record: MemberRecord) -> None:
        """Nobody sees a PIN: it is taken away, and the member makes another."""
        member_id = record.account.member_id
        told = _("The PIN is taken away. The member makes a first PIN anew, by a code that is mailed.")
        if await self.ask_on(AskCard(_("Clear the PIN"), lines=(told,))) is not None:
            answer = await self.act(
                lambda library, now, at: store.members.membercards.clear_pin(library, member_id, now, at)
            )
            await self.after(answer, _("The PIN is cleared."))

    async def unlock(self, record: MemberRecord) -> None:
        """Wrong tries are forgotten."""
        member_id = record.account.member_id
        answer = await self.act(lambda library, now, at: store.members.membercards.unlock(library, member_id, now, at))
        await self.after(answer, _("The tries begin anew."))

    async def cancel(self, record: MemberRecord) -> None:
        """End the membership (ITU-M4)."""
        member_id = record.account.member_id
        told = _("What is on loan stays owed; holds are given up.")
        answer = await self.fill_in(
            AskCard(_("Cancel the membership"), (Field("reason", _("Reason")),), lines=(told,)),
            lambda library, now, at, given: store.members.memberships.cancel_membership(
                library, member_id, now, at, given.written("reason")
            ),
        )
        await self.after(answer, _("The membership is cancelled."))

    async def reopen(self, record: MemberRecord) -> None:
        """An ended membership goes on."""
        member_id = record.account.member_id
        answer = await self.act(
            lambda library, now, at: store.members.memberships.renew_membership(library, member_id, now, at)
        )
        await self.after(answer, _("The membership is open again."))

    async def clear(self, record: MemberRecord) -> None:
        """Clearance: the certificate, or the list of what stands in its way (METU-M5-1)."""
        member_id, now = record.account.member_id, self.terminal.now()
        speak = words.translator(record.statement.language or "tr")
        found = await self.ask_store(lambda library: store.members.memberships.obstacles(library, member_id))
        if found is None:
            return
        if found.loans or found.cases or found.fines or found.charges:
            lines = (*obstacle_lines(found, words.current()),)
            await self.ask_on(ToldCard(title=_("Clearance is not possible yet"), lines=lines))
            await hand_out(self, obstacles_paper(record, found, now, speak))
            return
        told = _("Nothing stands against it. The membership ends, and holds are given up.")
        if await self.ask_on(AskCard(_("Clearance"), lines=(told,))) is None:
            return
        answer = await self.act(
            lambda library, now, at: store.members.memberships.clearance(library, member_id, now, at)
        )
        await self.after(answer, _("Clearance is granted."))
        if not isinstance(answer, Refused):
            await hand_out(self, certificate(record, now, speak))

    async def export(self, record: MemberRecord) -> None:
        """Everything that is kept about the member, as a file (a right under the law)."""
        member_id, papers = record.account.member_id, self.terminal.papers
        told = _("Everything that the library keeps about the member, as a JSON file.")
        if papers is None or await self.ask_on(AskCard(_("Data about the member"), lines=(told,))) is None:
            return
        answer = await self.act(
            lambda library, now, at: store.members.memberdata.everything(library, member_id, now, at)
        )
        if not isinstance(answer, Refused):
            await self.give_data(record, answer)

    async def give_data(self, record: MemberRecord, text: str) -> None:
        """Save it into the terminal's folder, mail it to the member, or print it."""
        papers, account = self.terminal.papers, record.account
        if papers is None:
            return
        name, file = f"{account.given_name} {account.surname}", f"member-{account.number}.json"
        title, told = _("Data about the member"), _("Everything that the library keeps about you is in the file.")
        ways = [
            Choice("save", _("Save as a file"), "" if papers.can_save else _("no folder is set"), papers.can_save),
            Choice("mail", _("Send by e-mail"), account.email, papers.can_mail and bool(account.email)),
            Choice("print", _("Print"), "", papers.can_print),
        ]
        how = await self.ask_on(ChoiceCard(title, ways))
        language = words.current().language
        if how == "save":
            await save(self, file, text)
        elif how is not None:
            lines = (told,) if how == "mail" else tuple(text.splitlines())
            paper = Paper(title, lines, language, name, account.email)
            attached = (file, text) if how == "mail" else None
            trouble = await self.ask_store(
                lambda _library: (papers.mail(paper, attached) if attached else papers.print(paper)) or ""
            )
            if trouble is not None:
                self.say(trouble or _("Done."), "bad" if trouble else "good")
        await self.read_again()

    async def finish_task(self, task: OpenTask) -> None:
        """Say that a letter was written, or that something else was done that no act of the program does."""
        about_status = task.slug == "student_system_block"
        finish = store.desk.worklist.finish_about_status if about_status else store.desk.worklist.finish_by_hand
        answer = await self.fill_in(
            AskCard(_("What was done?"), (Field("note", _("Note"), hint=_("to whom, when, by which number")),)),
            lambda library, now, at, given: finish(library, task.task_id, given.written("note"), now, at),
        )
        await self.after(answer, _("The task is done."))

    async def after(self, answer: object, told: str) -> None:
        """Show the record as it is now, and say what was done."""
        if not isinstance(answer, Refused):
            await self.read_again()
            self.say(told, "good")

    def person_acts(self, record: MemberRecord, task: OpenTask | None) -> tuple[Act, ...]:
        """Everything that can be done about the person, as things stand."""
        status, register, do = record.account.status, Right.REGISTER, self.in_background
        cards = {card.status for card in record.cards}
        acts = []
        if task is not None and task.slug in ("letter_to_unit", "invoice_review", "student_system_block"):
            right = Right.STATUS if task.slug == "student_system_block" else Right.NOTICES
            acts.append(Act("task", _("The task is done"), right, lambda: do(self.finish_task(task))))
        if status == "pending":
            acts += [
                Act("approve", _("Approve the application"), register, lambda: do(self.approve(record))),
                Act("reject", _("Decline the application"), register, lambda: do(self.reject(record))),
            ]
        acts += [
            Act("edit", _("Correct the data"), register, lambda: do(self.edit(record))),
            Act("category", _("Change the category"), Right.STATUS, lambda: do(self.category(record))),
            Act("new_card", _("New card"), register, lambda: do(self.new_card(record))),
        ]
        if "ok" in cards:
            acts.append(Act("lose_card", _("Card lost"), register, lambda: do(self.lose_card(record))))
        if "lost" in cards:
            acts.append(Act("find_card", _("Card found"), register, lambda: do(self.find_card(record))))
        if record.has_pin:
            acts.append(Act("clear_pin", _("Clear the PIN"), register, lambda: do(self.clear_pin(record))))
        if record.locked_until is not None:
            acts.append(Act("unlock", _("Unlock"), register, lambda: do(self.unlock(record))))
        acts.append(Act("clear", _("Clearance"), register, lambda: do(self.clear(record))))
        if status == "active":
            acts.append(Act("cancel", _("Cancel the membership"), Right.STATUS, lambda: do(self.cancel(record))))
        if status == "cancelled":
            acts.append(Act("reopen", _("Open the membership again"), Right.STATUS, lambda: do(self.reopen(record))))
        acts.append(Act("export", _("Data about the member"), register, lambda: do(self.export(record))))
        return tuple(acts)
