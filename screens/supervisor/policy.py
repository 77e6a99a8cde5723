"""The rules: read with their clauses, table by table; searched as typed; their versions, and the ways to new ones."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Static

import store
from screens.rulebook.contents import Chapter, chapters, clause_block, found_clauses, version_sheet
from screens.rulebook.lines import head_line, row_lines
from screens.rulebook.sheets import clauses_of, named
from screens.supervisor.frame import Act, StaffScreen
from screens.terminal import Terminal
from screens.widgets.ask import AskCard
from screens.widgets.button import BigButton
from screens.widgets.columns import Lines
from screens.words import N_, _
from store.desk.roles import Right
from store.policy.model import Policies, Policy
from store.policy.verdict import Refused
from store.results.versions import VersionLine


class StaffPolicy(StaffScreen):
    """Contents on the left, the chosen table on the right, beneath it the clauses of the line under the cursor."""

    TITLE_WORDS = N_("Rules")
    SECTION = "policy"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f3", "search", show=False),
        Binding("f5", "simulate", show=False),
        Binding("f6", "new", show=False),
    ]
    TIPS: ClassVar[tuple[str, ...]] = (
        N_("Choose a table on the left; Enter or Tab goes over to its lines. The clauses of a line stand beneath it."),
        N_("F3 and typing searches the clauses: their ids, the regulation's words, where each is carried out."),
        N_("F5 lives one loan through in the simulator; F6 looks at a new version of the rules and loads it."),
        N_("F4 on a version reads it, or withdraws it before it has begun."),
    )

    def __init__(self, terminal: Terminal) -> None:
        super().__init__(terminal)
        self._policies: Policies | None = None
        self._versions: tuple[VersionLine, ...] = ()
        self._read_version = ""
        "The version that is read; empty: the one in force."
        self._chapters: tuple[Chapter, ...] = ()
        self._told = ""
        "What another page has done."

    def open(self, about: object) -> None:
        """Say what another page has done."""
        self._told = str(about)

    def page(self) -> Iterable[Widget]:
        """Which version, the search, contents and table, the clauses, the acts."""
        yield Static(id="about")
        search = Input(id="search", max_length=100, select_on_focus=False)
        search.cursor_blink = False
        yield search
        with Horizontal(id="both"):
            yield Lines(id="contents")
            with Vertical(id="table"):
                yield Static(id="columns", classes="columns")
                yield Lines(id="list")
        with VerticalScroll(id="detail"):
            yield Static(id="clauses")
        with Horizontal(id="acts"):
            yield BigButton(id="simulate", key="F5", classes="-main")
            yield BigButton(id="new", key="F6")
            yield BigButton(id="find", key="F3")
            yield BigButton(id="do", key="F4")

    def on_screen_resume(self) -> None:
        """Read anew each time: another process may have loaded a version."""
        super().on_screen_resume()
        self.query_one("#contents").focus()
        self.say(self._told, "good" if self._told else "plain")
        self._told = ""
        self.in_background(self._read())

    async def _read(self) -> None:
        now = self.terminal.now()
        found = await self.ask_store(lambda library: (store.rules.versions.versions(library, now), library.policies))
        if found is not None:
            self._versions, self._policies = found
            self.relabel()

    @property
    def _policy(self) -> Policy | None:
        if self._policies is None:
            return None
        for policy in self._policies.versions:
            if policy.version == self._read_version:
                return policy
        return self._policies.at(self.terminal.now())

    def relabel(self) -> None:
        """Say every word anew."""
        super().relabel()
        policy = self._policy
        self.query_one("#search", Input).placeholder = _("Search in the clauses") + "  F3"
        self.query_one("#simulate", BigButton).say(_("Simulator"))
        self.query_one("#new", BigButton).say(_("New version"))
        self.query_one("#new", BigButton).disabled = not self.may(Right.POLICY)
        self.query_one("#find", BigButton).say(_("Search"))
        self.query_one("#do", BigButton).say(_("What can be done"))
        if policy is None:
            return
        told = _("{title}, version {version}").format(title=named(policy.title), version=policy.version)
        self.query_one("#about", Static).update(Content(told))
        self._chapters = (
            Chapter("versions", _("Versions"), version_sheet(self._versions)),
            *chapters(policy, self._room),
        )
        self.query_one("#contents", Lines).write([(each.slug, Content(each.label)) for each in self._chapters])
        self._show_chapter()

    @property
    def _room(self) -> int:
        """Columns for the table."""
        return max(30, self.width - (42 if self.wide else 32))

    def _chapter(self) -> Chapter | None:
        """What is shown: what was found, or the chapter under the cursor."""
        wanted, policy = self.query_one("#search", Input).value.strip(), self._policy
        if wanted and policy is not None:
            return Chapter("found", _("Found"), found_clauses(policy, wanted), of_clauses=True)
        current = self.query_one("#contents", Lines).current
        return next((each for each in self._chapters if each.slug == current), None)

    def _show_chapter(self) -> None:
        chapter, lines = self._chapter(), self.query_one("#list", Lines)
        if chapter is None:
            return
        self.query_one("#columns", Static).update(head_line(chapter.sheet, self._room))
        lines.write([(str(place), line) for place, line in enumerate(row_lines(chapter.sheet, self._room))])
        self._show_clauses()

    def _show_clauses(self) -> None:
        chapter, policy, place = self._chapter(), self._policy, self.query_one("#list", Lines).current
        blocks: list[Content] = []
        if chapter is not None and policy is not None and place is not None and int(place) < len(chapter.sheet.rows):
            row = chapter.sheet.rows[int(place)]
            if not chapter.of_clauses:
                blocks.append(
                    Content.styled(" · ".join(cell.replace("\n", ", ") for cell in row.cells if cell), "bold")
                )
            blocks += [clause_block(policy, clause) for clause in clauses_of(policy, row)]
        self.query_one("#clauses", Static).update(Content("\n").join(blocks))
        self.query_one("#detail", VerticalScroll).scroll_home(animate=False)

    def acts(self) -> tuple[Act, ...]:
        """What can be done with the version under the cursor."""
        chapter, place = self._chapter(), self.query_one("#list", Lines).current
        if chapter is None or chapter.slug != "versions" or place is None:
            return (
                Act("simulate", _("Open the simulator"), Right.LOOK, self.action_simulate),
                Act("new", _("Load a new version"), Right.POLICY, self.action_new),
            )
        line = self._versions[int(place)]
        do = self.in_background
        acts = [Act("read", _("Read this version"), Right.LOOK, lambda: self._choose(line))]
        if line.state == "withdrawn":
            acts.clear()
        if line.state == "to_come":
            acts.append(
                Act("withdraw", _("Withdraw this version"), Right.POLICY, lambda: do(self._withdraw(line.version)))
            )
        return (*acts, Act("new", _("Load a new version"), Right.POLICY, self.action_new))

    def _choose(self, line: VersionLine) -> None:
        self._read_version = line.version
        self.relabel()

    async def _withdraw(self, version: str) -> None:
        warning = _("It will never hold. The version before it stays in force. It can be loaded again.")
        title = _("Withdraw {version}?").format(version=version)
        if await self.ask_on(AskCard(title, lines=(warning,))) is None:
            return
        answer = await self.act(
            lambda library, now, at: store.rules.versions.withdraw_version(library, version, now, at), what=title
        )
        if not isinstance(answer, Refused):
            self._read_version = ""
            self.say(_("{version} is withdrawn.").format(version=version), "good")
            await self._read()

    def action_search(self) -> None:
        """To the search, anew."""
        self.query_one("#search", Input).value = ""
        self.query_one("#search").focus()

    def action_simulate(self) -> None:
        """To the simulator."""
        self.go("staff_simulator")

    def action_new(self) -> None:
        """To the new versions."""
        if self.may(Right.POLICY):
            self.go("staff_policy_new")

    def step_back(self) -> bool:
        """From what was found back to the tables; from a line to the contents."""
        search = self.query_one("#search", Input)
        if search.value:
            search.value = ""
            self.query_one("#contents").focus()
        elif self.query_one("#list").has_focus:
            self.query_one("#contents").focus()
        else:
            return False
        return True

    def forget(self) -> None:
        """The next one begins at the beginning."""
        self._read_version, self._versions = "", ()
        if self.is_mounted:
            self.query_one("#search", Input).value = ""
            super().forget()

    @on(Input.Changed, "#search")
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self._show_chapter()

    @on(Input.Submitted, "#search")
    @on(Lines.OptionSelected, "#contents")
    def _over(self, event: Input.Submitted | Lines.OptionSelected) -> None:
        event.stop()
        self.query_one("#list").focus()

    @on(Lines.OptionHighlighted, "#contents")
    def _other_chapter(self, event: Lines.OptionHighlighted) -> None:
        event.stop()
        if not self.query_one("#search", Input).value:
            self._show_chapter()

    @on(Lines.OptionHighlighted, "#list")
    def _other_line(self, event: Lines.OptionHighlighted) -> None:
        event.stop()
        self._show_clauses()

    @on(Lines.OptionSelected, "#list")
    def _line_chosen(self, event: Lines.OptionSelected) -> None:
        event.stop()
        if (chapter := self._chapter()) is not None and chapter.slug == "versions":
            self.action_acts()
        else:
            self.query_one("#detail").focus()

    @on(BigButton.Chosen)
    def _button(self, event: BigButton.Chosen) -> None:
        acts = {
            "simulate": self.action_simulate, "new": self.action_new, "find": self.action_search,
            "do": self.action_acts,
        }  # fmt: skip
        if event.button.id in acts:
            event.stop()
            acts[event.button.id]()
