"""New versions of the rules: a file of the folder is looked at, tried and compared; then it is loaded by two people."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Static

import store
from screens import words
from screens.messages import Go
from screens.rulebook import comparing, lines
from screens.supervisor.frame import StaffScreen
from screens.supervisor.trial_words import check_words, example_words, examples_told, stranger_words
from screens.terminal import Duty, Terminal
from screens.widgets.answers import Field
from screens.widgets.ask import AskCard
from screens.widgets.button import BigButton
from screens.widgets.columns import Lines, in_columns
from screens.words import N_, _
from store.desk.roles import Right
from store.policy.model import Policies
from store.policy.verdict import Refused

if TYPE_CHECKING:
    from store.library import Library
    from store.rules.replaying import Replayed
    from store.rules.trying import Examples, Look, PolicyFile

_WIDTHS = (30, 20, 14, 0)


class _GaveUp(Exception):
    """Nobody waits for the trial any more."""


class StaffPolicyNew(StaffScreen):
    """The files of the folder; then, for one of them, everything that is to be known before it is loaded."""

    TITLE_WORDS = N_("New version")
    SECTION = "policy"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f3", "look", show=False),
        Binding("f5", "load", show=False),
    ]
    TIPS: ClassVar[tuple[str, ...]] = (
        N_("The files lie in the folder that kiosk.toml names as policy_folder; the administrator puts them there."),
        N_("F3 looks at the file under the cursor: faults, differences, examples, what the past would have been."),
        N_("F5 loads it, from a day to come; a second policy owner or a supervisor signs for it."),
        N_("Until that day it can be withdrawn. Running loans keep the version under which they were made."),
    )

    @dataclass
    class Progress(Message):
        """A trial has come so far; sent from its thread."""

        label: str
        done: int
        all: int

    def __init__(self, terminal: Terminal) -> None:
        super().__init__(terminal)
        self._files: tuple[PolicyFile, ...] | None = None
        self._trouble = ""
        self._forget_look()

    def _forget_look(self) -> None:
        self._name = ""
        self._look: Look | None = None
        self._examples: Examples | None = None
        self._replayed: Replayed | None = None

    def page(self) -> Iterable[Widget]:
        """The files, or what was found out about one of them."""
        yield Static(id="about")
        yield Static(id="columns", classes="columns")
        yield Lines(id="list")
        with VerticalScroll(id="told"):
            yield Static(id="text")
        with Horizontal(id="acts"):
            yield BigButton(id="look", key="F3", classes="-main")
            yield BigButton(id="load", key="F5")

    def on_screen_resume(self) -> None:
        """Read anew each time; what was looked at stays to be loaded."""
        super().on_screen_resume()
        self.relabel()
        if self._look is None:
            self.query_one(Lines).focus()
            self.in_background(self._read())

    async def _read(self) -> None:
        found = await self.ask_store(_listed)
        if found is not None:
            self._files, self._trouble = found
            self.relabel()

    def relabel(self) -> None:
        """Say every word anew."""
        super().relabel()
        looking = self._look is not None
        self.query_one("#list").display = self.query_one("#columns").display = not looking
        self.query_one("#told").display = looking
        self.query_one("#look", BigButton).say(_("Another file") if looking else _("Look at it"))
        self.query_one("#load", BigButton).say(_("Load it"))
        may_load = self._look is not None and self._look.policy is not None and self.may(Right.POLICY)
        self.query_one("#load", BigButton).disabled = not may_load
        self.query_one("#about", Static).update(Content(self._about()))
        if looking:
            room = max(60, self.width - 8)
            self.query_one("#text", Static).update(Content("\n").join(self._told(room)))
            return
        head = (_("File"), _("Version"), _("From"), _("State"))
        self.query_one("#columns", Static).update(in_columns(head, _WIDTHS))
        self.query_one(Lines).write([(str(place), _line(file)) for place, file in enumerate(self._files or ())])

    def _about(self) -> str:
        if self._look is not None:
            return str(self._name)
        if self._trouble:
            return _("The folder can't be read: {trouble}").format(trouble=self._trouble)
        if self._files == ():
            return _("No file lies in the folder of new versions (policy_folder in kiosk.toml).")
        return ""

    def _told(self, room: int) -> Iterator[Content]:
        """Every finding, in the order in which it is found out."""
        assert self._look is not None
        yield from check_words(self._look)
        old, new = self._look.in_force, self._look.policy
        if old is None or new is None:
            return
        yield from stranger_words(self._look.strangers)
        if not self._look.rights and not self._look.others:
            yield Content.styled(_("It says the same as the version in force."), "bold")
        if self._look.rights:
            yield lines.told(comparing.rights(old, new, self._look.rights), room)
        if self._look.others:
            yield lines.told(comparing.others(self._look.others), room)
        if self._examples is not None:
            yield from example_words(self._examples)
        if self._replayed is not None:
            yield lines.told(comparing.replayed(self._replayed), room)
            if self._replayed.old.refused or self._replayed.new.refused:
                yield lines.told(comparing.refusals(self._replayed), room)

    # Looking --------------------------------------------------------------------------------------------------------

    def action_look(self) -> None:
        """Look at the file under the cursor; or go back to the files."""
        if self._look is not None:
            self._forget_look()
            self.relabel()
            self.query_one(Lines).focus()
            self.in_background(self._read())
            return
        current = self.query_one(Lines).current
        if current is not None and self._files:
            self.in_background(self._try(self._files[int(current)].name))

    async def _try(self, name: str) -> None:
        now = self.terminal.now()
        found = await self.ask_store(lambda library: _looked_at(library, name, now))
        if found is None:
            return
        if isinstance(found, str):
            self.say(found, "bad")
            return
        self._forget_look()
        self._name, self._look = name, found
        self.relabel()
        self.query_one("#told").focus()
        if found.policy is None:
            self.say(_("It can't be loaded."), "bad")
            return
        await self._try_further(found)
        if self._look is found:
            self.say(_("Looked through. F5 loads it."), "good")

    async def _try_further(self, look: Look) -> None:
        """What takes longer: examples and the past, each shown when it is known; leaving gives it up."""
        duty, policy, now = self.terminal.duty, look.policy, self.terminal.now()
        assert policy is not None
        try:
            told = _("Examples")
            examples = await self.ask_store(
                lambda library: store.rules.trying.play_examples(
                    library.settings.policy_folder, look, self._hear(duty, look, told)
                )
            )
            if self._look is not look:
                return
            self._examples = examples
            self.relabel()
            told_past = _("Members of the past")
            replayed = await self.ask_store(
                lambda library: store.rules.replaying.replay(
                    library, library.policies, Policies((policy,)), now, self._hear(duty, look, told_past)
                )
            )
        except _GaveUp:
            return
        if self._look is look:
            self._replayed = replayed
            self.relabel()

    def _hear(self, duty: Duty | None, look: Look, label: str) -> Callable[[int, int], None]:
        def heard(done: int, everything: int) -> None:
            if self.terminal.duty is not duty or self._look is not look:
                raise _GaveUp
            if done == everything or done % max(1, everything // 50) == 0:
                self.post_message(self.Progress(label, done, everything))

        return heard

    @on(Progress)
    def _progress(self, event: Progress) -> None:
        event.stop()
        if self._look is not None:
            self.say(f"{event.label}: {event.done} / {event.all}", "wait")

    # Loading --------------------------------------------------------------------------------------------------------

    def action_load(self) -> None:
        """Ask from when and by which decision; then load it."""
        if self._look is not None and self._look.policy is not None and self.may(Right.POLICY):
            self.in_background(self._load(self._look))

    async def _load(self, look: Look) -> None:
        policy, now = look.policy, self.terminal.now()
        assert policy is not None and look.in_force is not None
        earliest = await self.ask_store(
            lambda library: store.rules.versions.first_possible_day(library.policies.at(now), now)
        )
        if earliest is None:
            return
        first = max(earliest, policy.effective_from)
        form = AskCard(
            _("Load version {version}").format(version=policy.version),
            (
                Field(
                    "day", _("Holds from"), "day", f"{first:%d.%m.%Y}", faults=("policy_day_begun", "policy_day_taken")
                ),
                Field("decision", _("Decision (date, number)")),
            ),
            lines=(
                _("From that day on it decides at every terminal. Loans that run keep their version."),
                examples_told(self._examples),
            ),
            confirm=_("Load it"),
        )
        answer = await self.fill_in(
            form,
            lambda library, at_now, at, given: (
                store.rules.versions.load_version(
                    library, look.text, given.day("day"), given.written("decision"), at_now, at
                )
                or given.day("day")
            ),
        )
        if not isinstance(answer, Refused):
            self._forget_look()
            told = _("{version} is loaded and holds from {day}.")
            told = told.format(version=policy.version, day=words.current().long_date(answer))
            self.post_message(Go("staff_policy", about=told))

    def step_back(self) -> bool:
        """From the findings to the files."""
        if self._look is not None:
            self.action_look()
            return True
        return False

    def forget(self) -> None:
        """What was looked at goes; a trial that is on gives up."""
        self._forget_look()
        self._files = None
        if self.is_mounted:
            super().forget()

    @on(Lines.OptionSelected)
    def _selected(self, event: Lines.OptionSelected) -> None:
        event.stop()
        self.action_look()

    @on(BigButton.Chosen)
    def _button(self, event: BigButton.Chosen) -> None:
        acts = {"look": self.action_look, "load": self.action_load}
        if event.button.id in acts:
            event.stop()
            acts[event.button.id]()


def _listed(library: Library) -> tuple[tuple[PolicyFile, ...], str]:
    try:
        return store.rules.trying.policy_files(library.settings.policy_folder), ""
    except OSError as fault:
        return (), fault.strerror or str(fault)


def _looked_at(library: Library, name: str, now: datetime) -> Look | str:
    try:
        text = store.rules.trying.file_text(library.settings.policy_folder, name)
    except (OSError, ValueError) as fault:
        return _("{file} can't be read: {fault}").format(file=name, fault=fault)
    return store.rules.trying.look(library, text, now)


def _line(file: PolicyFile) -> Content:
    state = Content.styled(f"✗ {file.trouble}", "$error") if file.trouble else Content("")
    return in_columns((file.name, file.version, file.effective_from, state), _WIDTHS)
