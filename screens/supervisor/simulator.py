"""The simulator: one loan lived through under the library's own rules; nothing of it touches the real library."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from threading import Thread
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

import store
from screens import words
from screens.rulebook.sheets import named
from screens.supervisor.frame import Act, StaffScreen
from screens.supervisor.simulator_words import (
    CHANNELS,
    LANGUAGES,
    LOAN_TYPES,
    event_line,
    room_for_words,
    standing_words,
)
from screens.terminal import Terminal
from screens.widgets.answers import Field
from screens.widgets.ask import AskCard
from screens.widgets.button import BigButton
from screens.widgets.choice import Choice
from screens.widgets.columns import Lines
from screens.words import N_, _
from store.desk.roles import Right
from store.policy.model import Policies, Policy
from store.results.simulation import Case, Timeline

if TYPE_CHECKING:
    from store.library import Library
    from store.rules.simulating import Simulation

_NOW = "now"


class StaffSimulator(StaffScreen):
    """The case above, the timeline with what is to come, how things stand beside it."""

    TITLE_WORDS = N_("Simulator")
    SECTION = "policy"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f3", "choose", show=False),
        Binding("f5", "step('hour')", show=False),
        Binding("f6", "step('day')", show=False),
        Binding("f7", "step('event')", show=False),
    ]
    TIPS: ClassVar[tuple[str, ...]] = (
        N_("F3 chooses who borrows what, where and when. Nothing of it touches the library."),
        N_("F5, F6 and F7 let time pass: letters, tasks, fines and suspensions come as they would."),
        N_("F4 renews, returns, loses or recalls the item, or lets another member hold it, at the moment shown."),
        N_("Above the line of now stands what happened; beneath it what is to come if nobody does anything."),
    )

    def __init__(self, terminal: Terminal) -> None:
        super().__init__(terminal)
        self._policies: Policies | None = None
        self._simulation: Simulation | None = None
        self._timeline: Timeline | None = None

    def page(self) -> Iterable[Widget]:
        """The case and its clock, the timeline, the standing, the acts."""
        yield Static(id="about")
        with Horizontal(id="both"):
            yield Lines(id="list")
            with VerticalScroll(id="beside"):
                yield Static(id="standing")
        with Horizontal(id="acts"):
            yield BigButton(id="choose", key="F3", classes="-main")
            yield BigButton(id="hour", key="F5")
            yield BigButton(id="day", key="F6")
            yield BigButton(id="event", key="F7")
            yield BigButton(id="do", key="F4")

    def on_screen_resume(self) -> None:
        """The rules and the calendar are copied anew each time; the last case goes on until then."""
        super().on_screen_resume()
        self.query_one(Lines).focus()
        if self._simulation is None:
            self.in_background(self._open())

    async def _open(self) -> None:
        self.say(_("Preparing…"), "wait")
        made = await self.ask_store(lambda library: _opened(library, self._first_case(library)))
        if made is None:
            return
        self._simulation, self._timeline, self._policies = made
        self.say("")
        self.relabel()

    def _first_case(self, library: Library) -> Case:
        """A book for the first category, here and now."""
        now = self.terminal.now()
        policy = library.policies.at(now)
        category, kind = next(iter(policy.rules.standard))
        branch = self.terminal.settings.branch or policy.branches[0].slug
        return Case(category, kind, branch, now)

    @property
    def _policy(self) -> Policy | None:
        if self._policies is None or self._timeline is None:
            return None
        return self._policies.at(self._timeline.now)

    def relabel(self) -> None:
        """Say every word anew."""
        super().relabel()
        labels = {
            "choose": _("Choose"), "hour": _("+ 1 hour"), "day": _("+ 1 day"), "event": _("Next event"),
            "do": _("What can be done"),
        }  # fmt: skip
        for name, label in labels.items():
            self.query_one(f"#{name}", BigButton).say(label)
        timeline, policy = self._timeline, self._policy
        if timeline is None or policy is None:
            self.query_one("#about", Static).update(_("Preparing…"))
            return
        self.query_one("#about", Static).update(_about(policy, timeline))
        self.query_one("#standing", Static).update(standing_words(timeline))
        width = max(50, self.width - (44 if self.wide else 4))
        room = room_for_words(timeline, width)
        lines = [
            (f"past-{place}", event_line(policy, event, ahead=False, room=room))
            for place, event in enumerate(timeline.past)
        ]
        now = f"──── {words.moment(timeline.now)} "
        lines.append((_NOW, Content.styled(now.ljust(width, "─"), "bold $accent")))
        lines += [
            (f"ahead-{place}", event_line(policy, event, ahead=True, room=room))
            for place, event in enumerate(timeline.ahead)
        ]
        listed = self.query_one(Lines)
        listed.write(lines)
        listed.highlighted = len(timeline.past)

    def acts(self) -> tuple[Act, ...]:
        """What can be done with the simulated item."""
        if self._timeline is None:
            return ()
        labels = {
            "renew": _("Renew"), "return": _("Return"), "report_lost": _("Report it lost"),
            "recall": _("Recall it"), "hold": _("Another member holds it"),
        }  # fmt: skip
        return tuple(Act(name, label, Right.LOOK, self._doer(name)) for name, label in labels.items())

    def _doer(self, name: str) -> Callable[[], None]:
        return lambda: self.in_background(self._do(lambda simulation: simulation.act(name)))

    def action_step(self, how: str) -> None:
        """Let time pass."""
        self.in_background(self._do(lambda simulation: simulation.step(how)))

    async def _do(self, doing: Callable[[Simulation], Timeline]) -> None:
        simulation = self._simulation
        if simulation is None:
            return
        timeline = await self.ask_store(lambda _library: simulation.together(doing))
        if timeline is not None and self._simulation is simulation:
            self._timeline = timeline
            self.relabel()

    def action_choose(self) -> None:
        """Another case."""
        if self._timeline is not None and self._policy is not None:
            self.in_background(self._choose(self._timeline, self._policy))

    async def _choose(self, timeline: Timeline, policy: Policy) -> None:
        case = timeline.case
        local = case.at.astimezone(words.current().zone)
        fields = [
            Field("category", _("Category"), "choice", case.category,
                  choices=tuple(Choice(each.slug, named(each.name)) for each in policy.categories)),
            Field("item_type", _("Item type"), "choice", case.item_type,
                  choices=tuple(Choice(each.slug, named(each.name)) for each in policy.item_types)),
            Field("at", _("Moment"), "moment", f"{local:%d.%m.%Y %H:%M}"),
            Field("branch", _("Branch"), "choice", case.branch,
                  choices=tuple(Choice(each.slug, named(each.name)) for each in policy.branches)),
            Field("channel", _("Channel"), "choice", case.channel, choices=_choices(CHANNELS)),
            Field("loan_type", _("Kind of loan"), "choice", case.loan_type, choices=_choices(LOAN_TYPES)),
            Field("language", _("Publication"), "choice", case.language, choices=_choices(LANGUAGES)),
        ]  # fmt: skip
        given = await self.ask_on(AskCard(_("What is to be simulated?"), fields, confirm=_("Begin")))
        if given is not None:
            wanted = Case(**given)  # type: ignore[arg-type]
            await self._do(lambda simulation: simulation.begin(wanted))

    def forget(self) -> None:
        """The library of its own goes, in a thread: it may still be at work there."""
        simulation, self._simulation, self._timeline = self._simulation, None, None
        if simulation is not None:
            Thread(target=simulation.close, name="simulation", daemon=True).start()
        if self.is_mounted:
            super().forget()

    def on_unmount(self) -> None:
        """The program ends."""
        if self._simulation is not None:
            self._simulation.close()

    @on(BigButton.Chosen)
    def _button(self, event: BigButton.Chosen) -> None:
        name = event.button.id
        if name in ("hour", "day", "event"):
            event.stop()
            self.action_step(name)
        elif name in ("choose", "do"):
            event.stop()
            (self.action_choose if name == "choose" else self.action_acts)()


def _opened(library: Library, case: Case) -> tuple[Simulation, Timeline, Policies]:
    simulation = store.rules.simulating.Simulation(library, case.at)
    return simulation, simulation.begin(case), library.policies


def _choices(labels: dict[str, str]) -> tuple[Choice, ...]:
    return tuple(Choice(slug, _(label)) for slug, label in labels.items())


def _about(policy: Policy, timeline: Timeline) -> Content:
    """Who borrows what, where; by which version; the simulated moment."""
    case = timeline.case
    branch = policy.branch_of.get(case.branch)
    parts = [
        named(policy.category(case.category).name), named(policy.kind(case.item_type).name),
        named(branch.name) if branch else case.branch, _(CHANNELS[case.channel]),
    ]  # fmt: skip
    if case.loan_type != "standard":
        parts.append(_(LOAN_TYPES[case.loan_type]))
    return Content.assemble(
        (words.current().long_date(timeline.now) + " " + words.clock(timeline.now), "bold $accent"),
        "   ", (" · ".join(parts), "bold"), (f"   {timeline.version}", "$text-muted"),
    )  # fmt: skip
