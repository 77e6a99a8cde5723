"""Exchange lists: who is on a term's list; a list is taken in from a file, or member by member on their records."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

import store
from screens.messages import Go
from screens.supervisor.frame import StaffScreen
from screens.terminal import Terminal
from screens.widgets.ask import AskCard
from screens.widgets.button import BigButton
from screens.widgets.choice import Choice, ChoiceCard
from screens.widgets.columns import Lines, in_columns
from screens.widgets.told import ToldCard
from screens.words import N_, _, ngettext
from store.desk.roles import Right
from store.policy.verdict import Refused
from store.results.memberrecord import Listed

_WIDTHS = (40, 0)


class StaffExchange(StaffScreen):
    """The list of one term."""

    TITLE_WORDS = N_("Exchange lists")
    SECTION = "members"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f3", "take_in", show=False),
        Binding("f5", "term", show=False),
    ]
    TIPS: ClassVar[tuple[str, ...]] = (
        N_("F5 chooses the term. Enter opens the record under the cursor, where a member is struck off."),
        N_("F3 takes a list in from a CSV or text file in the terminal's folder, in place of the old one."),
    )

    def __init__(self, terminal: Terminal) -> None:
        super().__init__(terminal)
        self._term = ""
        self._listed: tuple[Listed, ...] = ()

    def page(self) -> Iterable[Widget]:
        """The list and the acts."""
        yield Static(id="columns", classes="columns")
        yield Lines(id="list")
        with Horizontal(id="acts"):
            yield BigButton(id="take-in", key="F3", classes="-main")
            yield BigButton(id="term", key="F5")

    def on_screen_resume(self) -> None:
        """The latest term, or the one that was chosen."""
        super().on_screen_resume()
        self.query_one(Lines).focus()
        if self.terminal.duty is not None:
            self.in_background(self._read())

    async def _read(self) -> None:
        terms = await self.ask_store(store.members.entitlements.terms)
        if terms is None:
            return
        self._term = self._term if self._term in terms else next(iter(terms), "")
        term = self._term
        found = await self.ask_store(lambda library: store.members.entitlements.exchange_list(library, term))
        if found is not None:
            self._listed = found
            self.relabel()

    def relabel(self) -> None:
        """Say every word anew."""
        super().relabel()
        count = ngettext("{n} member", "{n} members", len(self._listed))
        head = in_columns((_("Term {term}").format(term=self._term or "–"), count), _WIDTHS)
        self.query_one("#columns", Static).update(head)
        lines = [(f"{each.member_id}", in_columns((each.name, each.number), _WIDTHS)) for each in self._listed]
        nobody = ("none", Content.styled(_("Nobody is on the list of this term."), "$text-muted"))
        self.query_one(Lines).write(lines or [nobody])
        self.query_one("#take-in", BigButton).say(_("Take a list in"))
        self.query_one("#take-in", BigButton).disabled = not (self._term and self.may(Right.REGISTER))
        self.query_one("#term", BigButton).say(_("Another term"))

    def action_term(self) -> None:
        """Choose the term."""
        self.in_background(self._choose())

    async def _choose(self) -> None:
        terms = await self.ask_store(store.members.entitlements.terms)
        if terms:
            chosen = await self.ask_on(ChoiceCard(_("Another term"), [Choice(term, term) for term in terms]))
            if chosen is not None:
                self._term = chosen
                await self._read()

    def action_take_in(self) -> None:
        """Take a list in from a file."""
        if self._term and self.may(Right.REGISTER):
            self.in_background(self._take_in(self._term))

    async def _take_in(self, term: str) -> None:
        papers = self.terminal.papers
        names = await self.ask_store(lambda _library: papers.brought() if papers is not None else ())
        if not names:
            self.say(_("No list lies in the terminal's folder ([terminal] folder in kiosk.toml)."), "bad")
            return
        name = await self.ask_on(ChoiceCard(_("Take a list in"), [Choice(each, each) for each in names[:50]]))
        if name is None or papers is None:
            return
        text = await self.ask_store(lambda _library: papers.read(name) or "")
        numbers = numbers_of(text or "")
        if not numbers:
            self.say(_("{file} holds no numbers.").format(file=name), "bad")
            return
        count = ngettext("{n} number", "{n} numbers", len(numbers))
        told = _("{count} from {file} replace the list of the term {term}.").format(count=count, file=name, term=term)
        if await self.ask_on(AskCard(_("Take a list in"), lines=(told,))) is None:
            return
        answer = await self.act(
            lambda library, now, at: store.members.entitlements.set_exchange_list(library, term, numbers, now, at)
        )
        if isinstance(answer, Refused):
            return
        await self._read()
        self.say(ngettext("{n} member is on the list.", "{n} members are on the list.", len(self._listed)), "good")
        if answer:
            await self.ask_on(ToldCard(title=_("Numbers that no member has"), lines=answer))

    def forget(self) -> None:
        """The names go."""
        self._term, self._listed = "", ()
        if self.is_mounted:
            super().forget()

    @on(Lines.OptionSelected)
    def _selected(self, event: Lines.OptionSelected) -> None:
        event.stop()
        if event.option_id is not None and event.option_id.isdigit():
            self.post_message(Go("staff_member", about=int(event.option_id)))

    @on(BigButton.Chosen)
    def _button(self, event: BigButton.Chosen) -> None:
        acts = {"take-in": self.action_take_in, "term": self.action_term}
        if event.button.id in acts:
            event.stop()
            acts[event.button.id]()


def numbers_of(text: str) -> tuple[str, ...]:
    """The numbers of a list: the first column of each line, whatever parts the columns; a heading has no digit."""
    separator = next((each for each in (";", "\t", ",") if each in text), ",")
    first = (row[0].strip() for row in csv.reader(text.splitlines(), delimiter=separator) if row)
    return tuple(dict.fromkeys(number for number in first if any(letter.isdigit() for letter in number)))
