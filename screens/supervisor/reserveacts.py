"""What staff do with a copy for courses and projects: the reserve, its instructors, project items, their managers."""

from __future__ import annotations

from collections.abc import Iterator

import store
from screens.supervisor.copyacts import CopyActs
from screens.supervisor.copywords import (
    chosen_from,
    or_none,
    period_fields,
    period_given,
    unless_none,
    who,
)
from screens.supervisor.frame import Act
from screens.widgets.ask import AskCard, Field
from screens.widgets.choice import Choice
from screens.words import _
from store.desk.roles import Right
from store.policy.verdict import Refused
from store.results.copies import CopyPage, Known


class ReserveActs(CopyActs):
    """The acts of the copy's page that are about courses and projects."""

    def reserve_acts(self, page: CopyPage) -> Iterator[Act]:
        """Those that its data allow."""
        do, desk = self.in_background, Right.COPIES
        if page.item.state != "withdrawn":
            label = _("Reserve: course and period") if page.reserve else _("Put it on course reserve")
            yield Act("reserve", label, desk, lambda: do(self._reserve(page)))
        if page.reserve:
            yield Act("off", _("Take it off course reserve"), desk, lambda: do(self._off()))
        if page.course is not None:
            course = page.course
            yield Act("instructor", _("Enter an instructor"), desk, lambda: do(self._instructor(course)))
        if page.instructors:
            yield Act("no-instructor", _("Remove an instructor"), desk, lambda: do(self._no_instructor(page)))
        yield Act("project", _("Project item: register, change, end"), desk, lambda: do(self._project(page)))
        if page.project is not None:
            project = page.project
            yield Act("manager", _("Enter a project manager"), desk, lambda: do(self._manager(project)))
        if page.managers:
            yield Act("no-manager", _("Remove a project manager"), desk, lambda: do(self._no_manager(page)))

    async def _reserve(self, page: CopyPage) -> None:
        barcode, now = self.barcode, self.terminal.now()
        offered = await self.ask_store(lambda library: store.catalogue.copypages.choices(library, now))
        if offered is None:
            return
        given = await self.ask_on(
            AskCard(
                _("Put it on course reserve"),
                (
                    Field("kind", _("Kind"), "choice", page.item.item_type, choices=chosen_from(offered.reserves)),
                    Field("course", _("Course"), value=page.course or ""),
                    Field("member", _("Instructor"), "code", required=False, hint=_("card or number")),
                    Field("term", _("Term"), "choice", choices=_terms(offered.terms)),
                    *period_fields(page.period),
                ),
            )
        )
        if given is None:
            return
        kind, course, period = str(given["kind"]), str(given["course"]), period_given(given)
        answer = await self.finish(
            lambda library, now, at: store.circulation.reserve.put_on_reserve(
                library, barcode, kind, course, period, now, at
            ),
            _("{course}: the copy stands on reserve.").format(course=course),
        )
        if not isinstance(answer, Refused) and given["member"]:
            await self._enter_instructor(course, str(given["member"]), unless_none(given["term"]))

    async def _off(self) -> None:
        barcode, now = self.barcode, self.terminal.now()
        offered = await self.ask_store(lambda library: store.catalogue.copypages.choices(library, now))
        if offered is None:
            return
        reserves = {each.slug for each in offered.reserves}
        kinds = chosen_from(each for each in offered.kinds if each.slug not in reserves)
        given = await self.ask_on(
            AskCard(_("Take it off course reserve"), (Field("kind", _("Kind"), "choice", "book", choices=kinds),))
        )
        if given is not None:
            kind = str(given["kind"])
            await self.finish(
                lambda library, now, at: store.circulation.reserve.take_off_reserve(library, barcode, kind, now, at),
                _("The copy stands on the open shelves again."),
            )

    async def _instructor(self, course: str) -> None:
        now = self.terminal.now()
        offered = await self.ask_store(lambda library: store.catalogue.copypages.choices(library, now))
        if offered is None:
            return
        given = await self.ask_on(
            AskCard(
                _("Enter an instructor"),
                (
                    Field("member", _("Card or number"), "code"),
                    Field("term", _("Term"), "choice", choices=_terms(offered.terms)),
                ),
                lines=(course,),
            )
        )
        if given is not None:
            await self._enter_instructor(course, str(given["member"]), unless_none(given["term"]))

    async def _enter_instructor(self, course: str, member: str, term: str | None) -> None:
        await self.finish(
            lambda library, now, at: store.circulation.reserve.add_instructor(library, course, member, term, now, at),
            _("{course}: the instructor is entered.").format(course=course),
        )

    async def _no_instructor(self, page: CopyPage) -> None:
        course, people = page.course or "", _people(page.instructors)
        given = await self.ask_on(AskCard(_("Remove an instructor"), (Field("who", course, "choice", choices=people),)))
        if given is not None:
            member_id = int(str(given["who"]))
            await self.finish(
                lambda library, now, at: store.circulation.reserve.remove_instructor(
                    library, course, member_id, now, at
                ),
                _("{course}: removed.").format(course=course),
            )

    async def _project(self, page: CopyPage) -> None:
        barcode = self.barcode
        given = await self.ask_on(
            AskCard(
                _("Project item"),
                (
                    Field("project", _("Project"), value=page.project or "", required=False, hint=_("empty: none")),
                    Field("member", _("Manager"), "code", required=False, hint=_("card or number")),
                ),
            )
        )
        if given is None:
            return
        project = str(given["project"]) if given["project"] else None
        told = _("{project}: registered.").format(project=project) if project else _("It belongs to no project now.")
        answer = await self.finish(
            lambda library, now, at: store.circulation.reserve.set_project(library, barcode, project, now, at), told
        )
        if not isinstance(answer, Refused) and project and given["member"]:
            await self._enter_manager(project, str(given["member"]))

    async def _manager(self, project: str) -> None:
        given = await self.ask_on(
            AskCard(_("Enter a project manager"), (Field("member", _("Card or number"), "code"),), lines=(project,))
        )
        if given is not None:
            await self._enter_manager(project, str(given["member"]))

    async def _enter_manager(self, project: str, member: str) -> None:
        await self.finish(
            lambda library, now, at: store.circulation.reserve.add_manager(library, project, member, now, at),
            _("{project}: the manager is entered.").format(project=project),
        )

    async def _no_manager(self, page: CopyPage) -> None:
        project, people = page.project or "", _people(page.managers)
        given = await self.ask_on(
            AskCard(_("Remove a project manager"), (Field("who", project, "choice", choices=people),))
        )
        if given is not None:
            member_id = int(str(given["who"]))
            await self.finish(
                lambda library, now, at: store.circulation.reserve.remove_manager(library, project, member_id, now, at),
                _("{project}: removed.").format(project=project),
            )


def _terms(names: tuple[str, ...]) -> tuple[Choice, ...]:
    return or_none((Choice(name, name) for name in names), _("until removed"))


def _people(known: tuple[Known, ...]) -> tuple[Choice, ...]:
    return tuple(Choice(str(each.member_id), who(each)) for each in known)
