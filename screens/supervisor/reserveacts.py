"""What staff do with a copy for courses and projects: the reserve, its instructors, project items, their managers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

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
from screens.widgets.answers import Field, Given
from screens.widgets.ask import AskCard
from screens.widgets.choice import Choice
from screens.words import _
from store.desk.roles import Right
from store.policy.verdict import Refused
from store.results.copies import CopyPage, Known

if TYPE_CHECKING:
    from store.act import At
    from store.library import Library


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
        form = AskCard(
            _("Put it on course reserve"),
            (
                Field("kind", _("Kind"), "choice", page.item.item_type, choices=chosen_from(offered.reserves)),
                Field("course", _("Course"), value=page.course or ""),
                Field("member", _("Instructor"), "code", required=False, hint=_("card or number")),
                Field("term", _("Term"), "choice", choices=_terms(offered.terms)),
                *period_fields(page.period),
            ),
        )
        await self.finish_form(form, partial(_put_on_reserve, barcode), _("The copy stands on reserve."))

    async def _off(self) -> None:
        barcode, now = self.barcode, self.terminal.now()
        offered = await self.ask_store(lambda library: store.catalogue.copypages.choices(library, now))
        if offered is None:
            return
        reserves = {each.slug for each in offered.reserves}
        kinds = chosen_from(each for each in offered.kinds if each.slug not in reserves)
        await self.finish_form(
            AskCard(_("Take it off course reserve"), (Field("kind", _("Kind"), "choice", "book", choices=kinds),)),
            lambda library, now, at, given: store.circulation.reserve.take_off_reserve(
                library, barcode, given.written("kind"), now, at
            ),
            _("The copy stands on the open shelves again."),
        )

    async def _instructor(self, course: str) -> None:
        now = self.terminal.now()
        offered = await self.ask_store(lambda library: store.catalogue.copypages.choices(library, now))
        if offered is None:
            return
        form = AskCard(
            _("Enter an instructor"),
            (
                Field("member", _("Card or number"), "code"),
                Field("term", _("Term"), "choice", choices=_terms(offered.terms)),
            ),
            lines=(course,),
        )
        await self.finish_form(
            form,
            lambda library, now, at, given: store.circulation.reserve.add_instructor(
                library, course, given.written("member"), unless_none(given["term"]), now, at
            ),
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
        form = AskCard(
            _("Project item"),
            (
                Field("project", _("Project"), value=page.project or "", required=False, hint=_("empty: none")),
                Field("member", _("Manager"), "code", required=False, hint=_("card or number")),
            ),
        )
        await self.finish_form(form, partial(_set_project, barcode), _("Saved."))

    async def _manager(self, project: str) -> None:
        await self.finish_form(
            AskCard(_("Enter a project manager"), (Field("member", _("Card or number"), "code"),), lines=(project,)),
            lambda library, now, at, given: store.circulation.reserve.add_manager(
                library, project, given.written("member"), now, at
            ),
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


def _put_on_reserve(barcode: str, library: Library, now: datetime, at: At, given: Given) -> object:
    """The copy, and who teaches the course if that was entered, too."""
    course, member = given.written("course"), given.written("member")
    done = store.circulation.reserve.put_on_reserve(
        library, barcode, given.written("kind"), course, period_given(given), now, at
    )
    if isinstance(done, Refused) or not member:
        return done
    return store.circulation.reserve.add_instructor(library, course, member, unless_none(given["term"]), now, at)


def _set_project(barcode: str, library: Library, now: datetime, at: At, given: Given) -> object:
    """The copy, and who manages the project if that was entered, too."""
    project, member = given.written("project") or None, given.written("member")
    done = store.circulation.reserve.set_project(library, barcode, project, now, at)
    if isinstance(done, Refused) or project is None or not member:
        return done
    return store.circulation.reserve.add_manager(library, project, member, now, at)


def _terms(names: tuple[str, ...]) -> tuple[Choice, ...]:
    return or_none((Choice(name, name) for name in names), _("until removed"))


def _people(known: tuple[Known, ...]) -> tuple[Choice, ...]:
    return tuple(Choice(str(each.member_id), who(each)) for each in known)
