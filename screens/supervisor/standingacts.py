"""What is done about a member's standing: suspensions, the student system's block, lists, forms, courses, projects."""

from __future__ import annotations

from datetime import UTC, datetime, time

import store
from screens import words
from screens.supervisor.frame import Act
from screens.supervisor.memberacts import MemberActs
from screens.widgets.answers import Field, Given
from screens.widgets.ask import AskCard
from screens.widgets.choice import Choice
from screens.words import _
from store.desk.roles import Right
from store.policy.verdict import Refused
from store.results.memberrecord import MemberRecord, SuspensionEntry


class StandingActs(MemberActs):
    """The acts on what a member may do."""

    async def discipline(self, record: MemberRecord) -> None:
        """Suspend by a decision, from its effective day on (ITU-N7b, N8)."""
        member_id, today = record.account.member_id, words.example_day(self.terminal.now())
        form = AskCard(
            _("Suspension by decision"),
            (
                Field("day", _("Effective from"), "day", value=today, hint=today),
                Field("note", _("Decision"), hint=_("date and number of the decision")),
            ),
            lines=(_("The rules say how long it lasts."),),
        )
        answer = await self.fill_in(
            form,
            lambda library, now, at, given: store.members.memberfile.discipline(
                library, member_id, _begins(given), now, at, given.written("note")
            ),
        )
        if answer is None:
            self.say(_("The rules of this library know no such suspension."), "bad")
        elif not isinstance(answer, Refused):
            until = words.moment(answer.ends)
            await self.after(answer, _("Suspended until {until} ({clause}).").format(until=until, clause=answer.clause))

    async def end_suspension(self, entry: SuspensionEntry) -> None:
        """End one that was entered by mistake."""
        until = words.moment(entry.ends)
        told = _("The suspension ends now instead of {until}.").format(until=until)
        answer = await self.fill_in(
            AskCard(_("End the suspension"), (Field("reason", _("Reason")),), lines=(told,)),
            lambda library, now, at, given: store.members.memberfile.end_suspension(
                library, entry.suspension_id, given.written("reason"), now, at
            ),
        )
        await self.after(answer, _("The suspension has ended."))

    async def block(self, record: MemberRecord) -> None:
        """Note that the student system blocks the member, or does no longer (ITU-M3a)."""
        member_id, blocked = record.account.member_id, not record.account.external_block
        answer = await self.act(
            lambda library, now, at: store.members.memberfile.set_external_block(library, member_id, blocked, now, at)
        )
        await self.after(answer, _("The block is noted.") if blocked else _("The block is lifted."))

    async def protocol_form(self, record: MemberRecord) -> None:
        """A form that the member has brought (METU-1-C-e.form-sign)."""
        member_id, today = record.account.member_id, words.example_day(self.terminal.now())
        signed = (Choice("yes", _("signed and stamped")), Choice("no", _("not signed")))
        form = AskCard(
            _("Protocol form"),
            (
                Field("institution", _("Institution")),
                Field("dated", _("Date"), "day", hint=today, faults=("document_date_unfit",)),
                Field("signed", _("Signature"), "choice", choices=signed),
            ),
        )
        answer = await self.fill_in(
            form,
            lambda library, now, at, given: store.members.entitlements.record_protocol_form(
                library, member_id, given.day("dated"), given.written("institution"), now, at,
                signed=given["signed"] == "yes",
            ),
        )  # fmt: skip
        await self.after(answer, _("The form is recorded."))

    async def exchange(self, record: MemberRecord) -> None:
        """Put the member on a term's exchange list (METU-1-C-b.list-import)."""
        member_id = record.account.member_id
        terms = await self.ask_store(store.members.entitlements.terms)
        if terms is None:
            return
        if not terms:
            self.say(_("No term is entered yet: see the section “Calendar”."), "bad")
            return
        choices = tuple(Choice(term, term) for term in terms)
        answer = await self.fill_in(
            AskCard(_("Exchange list"), (Field("term", _("Term"), "choice", choices=choices),)),
            lambda library, now, at, given: store.members.entitlements.list_for_exchange(
                library, member_id, given.written("term"), now, at
            ),
        )
        await self.after(answer, _("The member is on the list."))

    async def course(self, record: MemberRecord) -> None:
        """The member teaches a course (ITU-I2b)."""
        member_id = record.account.member_id
        answer = await self.fill_in(
            AskCard(_("Course taught"), (Field("course", _("Course")),)),
            lambda library, now, at, given: store.members.entitlements.assign_course(
                library, member_id, given.written("course"), now, at
            ),
        )
        await self.after(answer, _("The course is recorded."))

    async def project(self, record: MemberRecord) -> None:
        """The member manages a project (METU-2-f.register)."""
        member_id = record.account.member_id
        answer = await self.fill_in(
            AskCard(_("Project managed"), (Field("project", _("Project")),)),
            lambda library, now, at, given: store.members.entitlements.name_project_manager(
                library, member_id, given.written("project"), now, at
            ),
        )
        await self.after(answer, _("The project is recorded."))

    async def strike(self, record: MemberRecord, kind: str, name: str) -> None:
        """Take the member off a list, a course, a project."""
        member_id, told = record.account.member_id, _("This stands no longer: {name}").format(name=name)
        if await self.ask_on(AskCard(_("Strike off"), lines=(told,))) is None:
            return
        if kind == "term":
            answer = await self.act(
                lambda library, now, at: store.members.entitlements.list_for_exchange(
                    library, member_id, name, now, at, listed=False
                )
            )
        elif kind == "course":
            answer = await self.act(
                lambda library, now, at: store.members.entitlements.assign_course(
                    library, member_id, name, now, at, teaches=False
                )
            )
        else:
            answer = await self.act(
                lambda library, now, at: store.members.entitlements.name_project_manager(
                    library, member_id, name, now, at, manages=False
                )
            )
        await self.after(answer, _("Struck off: {name}").format(name=name))

    def standing_acts(self, record: MemberRecord, key: str) -> tuple[Act, ...]:
        """Everything that can be done about the standing, and with the line under the cursor."""
        kind, _colon, name = key.partition(":")
        register, do, acts = Right.REGISTER, self.in_background, []
        entry = next((each for each in record.suspensions if f"{each.suspension_id}" == name), None)
        if kind == "suspension" and entry is not None and entry.ends > self.terminal.now():
            label = _("End the suspension")
            acts.append(Act("end_suspension", label, Right.STATUS, lambda: do(self.end_suspension(entry))))
        if kind in ("term", "course", "project"):
            label = _("Strike off: {name}").format(name=name)
            acts.append(Act("strike", label, register, lambda: do(self.strike(record, kind, name))))
        blocked = record.account.external_block
        block = _("Lift the student system's block") if blocked else _("Note the student system's block")
        acts += [
            Act("discipline", _("Suspend by a decision"), Right.STATUS, lambda: do(self.discipline(record))),
            Act("block", block, Right.STATUS, lambda: do(self.block(record))),
            Act("form", _("Protocol form"), register, lambda: do(self.protocol_form(record))),
            Act("exchange", _("Put on an exchange list"), register, lambda: do(self.exchange(record))),
            Act("course", _("Course taught"), register, lambda: do(self.course(record))),
            Act("project", _("Project managed"), register, lambda: do(self.project(record))),
        ]
        return tuple(acts)


def _begins(given: Given) -> datetime:
    """When the day begins on which a decision takes effect."""
    return datetime.combine(given.day("day"), time(0), words.current().zone).astimezone(UTC)
