"""What every page of supervisor mode shares: the banner, the sections, and the way of an act.

A page fills `page()`; an act is done with `await self.act(...)` within `self.in_background(...)`: it names who acts,
asks for a second sign-in where one is needed, and shows every reason of a refusal.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, ClassVar, TypeVar

from msgspec import Struct
from msgspec.structs import replace
from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Static

import store
from screens.frame import WIDE, KioskScreen
from screens.messages import Go
from screens.supervisor.second import SecondSignIn, Signing
from screens.supervisor.sections import DESK, ROLES, SECTIONS, Section, walked
from screens.terminal import Terminal
from screens.widgets.answers import Given
from screens.widgets.ask import AskCard
from screens.widgets.card import Card
from screens.widgets.choice import Choice, ChoiceCard
from screens.widgets.told import ToldCard
from screens.words import N_, _
from store.act import At
from store.desk.roles import Right, holders, may
from store.policy.verdict import Reason, Refused
from store.results.visit import StaffSignedIn

if TYPE_CHECKING:
    from store.library import Library

R = TypeVar("R")
A = TypeVar("A")


class Act(Struct, frozen=True):
    """Something that staff may do with what a page shows."""

    slug: str
    label: str
    "Already in the language spoken now."
    right: Right
    run: Callable[[], None]
    "Begins it; usually `self.in_background(...)`."
    hint: str = ""


class SectionTab(Static):
    """One section's name; a touch opens it."""

    @dataclass
    class Opened(Message):
        """The section is wanted."""

        section: Section

    def __init__(self, section: Section, *, lit: bool) -> None:
        super().__init__(classes="-lit" if lit else "")
        self.section = section
        self.count = 0

    def relabel(self) -> None:
        """Say its name; with the number of tasks that wait, if it is theirs and there is room."""
        name = _(self.section.label)
        self.update(Content(f"{name} {self.count}" if self.count and self.app.size.width >= WIDE else name))

    def on_click(self) -> None:
        """Open it."""
        self.post_message(self.Opened(self.section))


class StaffScreen(KioskScreen):
    """A page of supervisor mode."""

    SECTION: ClassVar[str] = ""
    "The section whose tab is lit."
    for_staff = True
    TIPS: ClassVar[tuple[str, ...]] = (
        N_("F9 shows the sections, F4 what can be done here, F10 leaves supervisor mode."),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f9", "sections", show=False),
        Binding("f4", "acts", show=False),
    ]

    def __init__(self, terminal: Terminal) -> None:
        super().__init__(terminal)
        self._reading = asyncio.Lock()

    def body(self) -> Iterable[Widget]:
        """The banner, the sections, the page."""
        yield Static(id="banner")
        with Horizontal(id="sections"):
            for section in SECTIONS:
                yield SectionTab(section, lit=section.slug == self.SECTION)
        yield from self.page()

    def page(self) -> Iterable[Widget]:
        """What stands beneath the sections."""
        raise NotImplementedError

    def relabel(self) -> None:
        """Say every word anew."""
        super().relabel()
        for tab in self.query(SectionTab):
            tab.relabel()
        self._say_banner("")

    def on_screen_resume(self) -> None:
        """Each time the page is shown: who is on duty, and how much work waits."""
        self._say_banner("")
        if self.terminal.duty is not None:
            self.in_background(self._count_tasks())

    async def _count_tasks(self) -> None:
        waiting = await self.ask_store(store.desk.tasks.count_open)
        if waiting is None:
            return
        for tab in self.query(SectionTab):
            tab.count = waiting if tab.section.slug == "tasks" else 0
            tab.relabel()

    def show_left(self, left: float) -> None:
        """How long until the time-out, in the banner."""
        minutes, seconds = divmod(max(0, round(left)), 60)
        self._say_banner(_("{time} left").format(time=f"{minutes}:{seconds:02}"))

    def _say_banner(self, left: str) -> None:
        duty = self.terminal.duty
        who = f"{duty.who.name} ({_(ROLES[duty.who.role])})" if duty else ""
        mode = _("SUPERVISOR MODE")
        told = Content.assemble(f"▓▓ {mode} ▓▓  ", (who, "bold"), f"   {left}" if left else "")
        for banner in self.query("#banner").results(Static):  # none yet, before the page is composed
            banner.update(told)

    def way_out(self) -> str:
        """Leave supervisor mode."""
        return _("Done")

    def show_member(self) -> None:
        """Who is on duty stands in the banner."""
        self.query_one("#who", Static).update(Content("F9 " + _("Sections")))

    async def scanned(self, code: str) -> None:
        """What a page has no use for itself: a member's card goes to the desk, an item's barcode opens the copy."""
        holder = await self.ask_store(lambda library: store.catalogue.finding.card_holder(library, code))
        if holder is not None:
            self.post_message(Go("staff_desk", code))
        elif await self.ask_store(lambda library: store.catalogue.titlepages.title_of(library, code)) is not None:
            self.post_message(Go("staff_copy", about=code))
        elif self.terminal.duty is not None:
            self.say(_("Unknown barcode {code}").format(code=code), "bad")

    # What a page may do ---------------------------------------------------------------------------------------------

    def may(self, right: Right) -> bool:
        """Whether who is on duty has the right."""
        return self.terminal.duty is not None and may(self.terminal.duty.who.role, right)

    async def act(
        self,
        use_case: Callable[[Library, datetime, At], R],
        at: At | None = None,
        *,
        tell: bool = True,
        what: str = "",
        lines: Iterable[str] = (),
    ) -> R | Refused:
        """Do an act of the staff and give its answer; a refusal is shown with every reason, and given too.

        An act that a second member of staff must sign for asks for their card and PIN, and is done then; `what` and
        `lines` tell them of it. `at`: changed circumstances (`replace(self.terminal.at_desk(), due=…)`). `tell=False`:
        who calls shows the refusal.
        """
        duty, now = self.terminal.duty, self.terminal.now()
        at = at or self.terminal.at_desk()
        answer = await self.terminal.ask(lambda library: use_case(library, now, at))
        if isinstance(answer, Refused) and answer.slugs == ("second_person_required",):
            second = await self.second_signature(what, lines, _rights(answer.reasons[0]))
            if second is None or self.terminal.duty is not duty:
                return answer
            with_both = replace(at, second=second.staff_id)
            answer = await self.terminal.ask(lambda library: use_case(library, now, with_both))
        if isinstance(answer, Refused) and tell and self.terminal.duty is duty:
            await self.refuse(answer)
        return answer

    async def second_signature(
        self, what: str, lines: Iterable[str], rights: tuple[Right, ...]
    ) -> StaffSignedIn | None:
        """Ask another member of staff, who has one of the rights, to sign for an act; None: nobody has."""
        told = tuple(line for line in (self.subject(), *lines) if line)
        return await self.ask_on(SecondSignIn(self.terminal, Signing(what, told, rights)))

    def subject(self) -> str:
        """Whom or what the page shows, for who is to sign for an act."""
        return ""

    async def fill_in(self, form: AskCard, use_case: Callable[[Library, datetime, At, Given], R]) -> R | Refused:
        """Ask with the form, do the act with what was given, and give its answer.

        After a refusal the form is there again as it was filled, with the words of the refusal. One that was closed
        gives the last refusal, or one without reasons.
        """
        duty = self.terminal.duty
        answer: R | Refused = Refused(())
        while (given := await self.ask_on(form)) is not None:
            act = partial(_filled, use_case, given)
            answer = await self.act(act, tell=False, what=form.heading, lines=form.filled())
            if not isinstance(answer, Refused) or self.terminal.duty is not duty:
                break
            form = form.again(answer.reasons)
        return answer

    async def refuse(self, refused: Refused) -> None:
        """Show every reason, and wait until it was read."""
        await self.ask_on(ToldCard(refused.reasons))

    async def ask_on(self, card: Card[A]) -> A | None:
        """Put a card over the page and wait for its answer; None if it was closed. Within `in_background` only."""
        return await self.app.push_screen_wait(card)

    async def ask_store(self, question: Callable[[Library], A]) -> A | None:
        """Read something; None if who asked has gone meanwhile, so that nothing is shown to somebody else.

        One reading after the other: what was read before an act must not come after what was read since.
        """
        duty = self.terminal.duty
        async with self._reading:
            answer = await self.terminal.ask(question)
        return answer if self.terminal.duty is duty and duty is not None else None

    def acts(self) -> tuple[Act, ...]:
        """Everything that can be done with what the page shows now."""
        return ()

    def action_acts(self) -> None:
        """The list of acts; those that need another role say which."""
        if self.terminal.duty is not None and self.acts():
            self.in_background(self._choose_act())

    async def _choose_act(self) -> None:
        acts = {act.slug: act for act in self.acts()}
        choices = [
            Choice(act.slug, act.label, act.hint if self.may(act.right) else _needs(act.right), self.may(act.right))
            for act in acts.values()
        ]
        chosen = await self.ask_on(ChoiceCard(_("What is to be done?"), choices))
        if chosen is not None:
            acts[chosen].run()

    def action_sections(self) -> None:
        """The list of sections."""
        self.in_background(self._choose_section())

    async def _choose_section(self) -> None:
        chosen = await self.ask_on(
            ChoiceCard(_("Sections"), [Choice(section.slug, _(section.label)) for section in SECTIONS])
        )
        for section in SECTIONS:
            if section.slug == chosen:
                self._begin_section(section)

    def _begin_section(self, section: Section) -> None:
        if self.terminal.duty is not None:
            self.terminal.duty.trail = ()
        self.say("")
        self.post_message(Go(section.page, about=section.begins))

    @on(SectionTab.Opened)
    def _opened(self, event: SectionTab.Opened) -> None:
        event.stop()
        self._begin_section(event.section)

    # The way back ---------------------------------------------------------------------------------------------------

    def action_back(self) -> None:
        """One step: within the page, else to the page that led here, at last to the desk. Only F10 leaves."""
        duty = self.terminal.duty
        if duty is not None and not self.step_back():
            self.go(duty.trail[-2] if len(duty.trail) > 1 else DESK)

    def step_back(self) -> bool:
        """Undo what was opened or typed on the page last; False if there is nothing."""
        return False

    @on(Go)
    def _gone(self, event: Go) -> None:
        if self.terminal.duty is not None:  # and the app does the rest
            self.terminal.duty.trail = walked(self.terminal.duty.trail, event.screen)

    def forget(self) -> None:
        """Whatever a page knows of members goes; a page that keeps more drops it here first."""
        if self.is_mounted:
            super().forget()
            self.relabel()


def _filled(
    use_case: Callable[[Library, datetime, At, Given], R], given: Given, library: Library, now: datetime, at: At
) -> R:
    return use_case(library, now, at, given)


def _rights(reason: Reason) -> tuple[Right, ...]:
    return tuple(Right(each) for each in str(reason.numbers["rights"]).split(", "))


def _needs(right: Right) -> str:
    """Which roles have the right."""
    return _("needs: {roles}").format(roles=", ".join(_(ROLES[role]) for role in holders(right)))
