"""The policy in plain words for this member: what may be borrowed, how long, what lateness costs, by which clause."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import ClassVar

from textual import on
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

import store
from screens import words
from screens.member_page import MemberPage
from screens.periods import period_words
from screens.terminal import Visit
from screens.widgets.button import BigButton
from screens.widgets.columns import in_columns, in_table
from screens.words import N_, _, ngettext
from store.results.rights import RightLine, Rights


class Rules(MemberPage):
    """Read with the arrow keys or by touch."""

    of_a_visit = True
    TITLE_WORDS = N_("Rules")
    TIPS: ClassVar[tuple[str, ...]] = (
        N_("The rules as they concern you; at the end of each line the clause of the regulation."),
        N_("The regulation's own words stand at the end of the page."),
        N_("The arrow keys and Page Up, Page Down move the page."),
    )

    def body(self) -> Iterable[Widget]:
        """One page to scroll."""
        with VerticalScroll(id="page"):
            yield Static(id="rules")
        with Horizontal(id="acts"):
            yield BigButton(id="home", key="F9")

    def on_mount(self) -> None:
        """Nothing is known yet."""
        self._rights: Rights | None = None

    def on_screen_resume(self) -> None:
        """Each time the page is shown it is read anew."""
        self.query_one("#page").focus()
        if self.terminal.visit is not None:
            self.in_background(self._read(self.terminal.visit))

    async def _read(self, visit: Visit) -> None:
        now = self.terminal.now()
        rights = await self.terminal.ask(
            lambda library: store.rules.rights.rights(library, visit.member.member_id, now)
        )
        if self.terminal.visit is visit:
            self._rights = rights
            self.relabel()

    def relabel(self) -> None:
        """Say every word anew."""
        super().relabel()
        self.query_one("#home", BigButton).say(_("Home"))
        text = Content("\n").join(_told(self._rights, self.width)) if self._rights else Content("")
        self.query_one("#rules", Static).update(text)

    async def scanned(self, code: str) -> None:
        """An item scanned here is to be borrowed."""
        self.go("checkout", code)

    def forget(self) -> None:
        """The category goes, too."""
        if self.is_mounted:
            self._rights = None
            super().forget()
            self.relabel()

    @on(BigButton.Chosen, "#home")
    def _home(self, event: BigButton.Chosen) -> None:
        event.stop()
        self.action_home()


def _told(rights: Rights, width: int) -> Iterator[Content]:
    english = words.current().language == "en"
    title, category = (rights.title_en, rights.category_en) if english else (rights.title_tr, rights.category_tr)
    yield Content.assemble((f"{title} · {category}", "bold $primary"), (f"   {rights.version}", "$text-muted"))
    yield _heading(_("What I may borrow, and what lateness costs"))
    yield from _lent(rights, width, english=english)
    yield _heading(_("How many at once"))
    for limit in rights.limits:
        label = limit.label_en if english else limit.label_tr
        used = _("{used} of {most}").format(used=limit.used, most=limit.most)
        yield in_columns((label, used, _muted(limit.clause)), (30, 12, 0))
    yield _heading(_("Renewals, holds, recall"))
    yield from _services(rights)
    yield _heading(_("What stops me"))
    above = _("Unpaid late fines above {amount}").format(amount=words.money(rights.fines_above))
    yield Content.assemble(above, "   ", _muted(rights.fines_clause))
    yield Content.assemble(_("An overdue item"), "   ", _muted(rights.overdue_clause))
    if rights.not_lent:
        yield _heading(_("What I can't take home"))
        for thing in rights.not_lent:
            name = thing.kind_en if english else thing.kind_tr
            why = _("for use in the library") if thing.in_library else _("not lent to this category")
            yield in_columns((name, why, _muted(thing.clause)), (30, 28, 0))
    if conduct := rights.conduct_en if english else rights.conduct_tr:
        yield _heading(_("How we behave in the library"))
        yield Content(conduct)
    if rights.told:
        yield _heading(_("What else concerns everybody"))
        yield from _words_of(rights.told, english=english)
    yield _heading(_("The regulation's own words"))
    yield from _words_of(rights.clauses, english=english)


def _words_of(clauses: Iterable[tuple[str, str, str]], *, english: bool) -> Iterator[Content]:
    for clause, tr, en in clauses:
        yield Content.assemble((clause, "bold"), f"  “{tr}”", (f"\n    {en}" if english else "", "$text-muted"))


def _heading(text: str) -> Content:
    return Content.styled(f"\n{text}", "bold $accent")


def _muted(clause: str | None) -> Content:
    return Content.styled(clause or _("house rule"), "$text-muted")


def _lent(rights: Rights, width: int, *, english: bool) -> Iterator[Content]:
    """What may be borrowed; what further lateness costs, and (on a small screen) the clauses, on lines of their own."""
    wide = width >= 100
    cited = [_cited(line) for line in rights.lent]
    rows: list[tuple[Content | str, ...]] = [(_("Kind"), _("For"), _("Renewals"), _("Late"))]
    rows += [_right(line, english=english) for line in rights.lent]
    if wide:
        rows = [(*row, clauses) for row, clauses in zip(rows, (Content(""), *cited), strict=True)]
    named, *lines = in_table(rows, width)
    yield named.stylize("$text-muted")
    for right, clauses, line in zip(rights.lent, cited, lines, strict=True):
        yield line
        yield from (Content(f"    {more}") for more in _late(right)[1:])
        if not wide:
            yield Content.assemble("  ", clauses)


def _cited(line: RightLine) -> Content:
    clauses = (line.period_clause, line.renewals_clause, line.fine_clause)
    return _muted(", ".join(dict.fromkeys(clause for clause in clauses if clause)))


def _right(line: RightLine, *, english: bool) -> tuple[str, ...]:
    name = line.kind_en if english else line.kind_tr
    renewals = ngettext("{n} time", "{n} times", line.renewals) if line.renewals else _("none")
    return name, period_words(line.period), renewals, _late(line)[0]


def _late(line: RightLine) -> list[str]:
    if line.unit == "none" or not (line.first or line.later):
        return [_("costs nothing")]
    if line.unit == "hour":
        return [_("{amount} an hour").format(amount=words.money(line.first))]
    told = [_("{amount} a day").format(amount=words.money(line.first))]
    if line.later is not None and line.later != line.first:
        told.append(_("{amount} a day from day {n}").format(amount=words.money(line.later), n=line.first_days + 1))
    if line.free_days:
        told.append(_("none if back by day {n} ({clause})").format(n=line.free_days, clause=line.free_clause or ""))
    return told


def _services(rights: Rights) -> Iterator[Content]:
    if rights.opens_after_percent:
        text = _("A renewal opens after {n} % of the period").format(n=rights.opens_after_percent)
        yield Content.assemble(text, "   ", _muted(rights.opens_clause))
    if rights.holds_most == 0:
        yield Content.assemble(_("No holds"), "   ", _muted(rights.holds_clause))
    else:
        if rights.holds_most is not None:
            most = ngettext("At most {n} hold at once", "At most {n} holds at once", rights.holds_most)
            yield Content.assemble(most, "   ", _muted(rights.holds_clause))
        kept = ngettext("A hold waits {n} day for you", "A hold waits {n} days for you", rights.pickup_days)
        yield Content.assemble(kept, "   ", _muted(rights.pickup_clause))
    recall = ngettext(
        "What the library asks back is due within {n} day",
        "What the library asks back is due within {n} days",
        rights.recall_days,
    )
    yield Content.assemble(recall, "   ", _muted(rights.recall_clause))
