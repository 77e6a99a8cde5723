"""Reports for looking: chosen on the left, drawn on the right, for a period and a branch; saved as CSV."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

import store
from screens import words
from screens.supervisor.frame import StaffScreen
from screens.supervisor.paged import spoken_list
from screens.supervisor.report_kinds import REPORTS, Asked, Counted, Report
from screens.terminal import Terminal
from screens.widgets.button import BigButton
from screens.widgets.choice import Choice, ChoiceCard
from screens.widgets.columns import Lines
from screens.widgets.plots import Plot
from screens.words import N_, _
from store.results.reports import PERIODS, BranchName, Period, Span

_PERIODS: dict[Period, str] = {
    "today": N_("Today"),
    "week": N_("7 days"),
    "month": N_("30 days"),
    "term": N_("Term"),
    "year": N_("A year"),
}
_ALL = "-"


class StaffReports(StaffScreen):
    """No member is named here."""

    TITLE_WORDS = N_("Reports")
    SECTION = "reports"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f3", "period", show=False),
        Binding("f5", "branch", show=False),
        Binding("f6", "save", show=False),
    ]
    TIPS: ClassVar[tuple[str, ...]] = (
        N_("Choose a report with the arrows or a touch; F3 changes the period, F5 the branch."),
        N_("F6 saves what is shown as a CSV file, which only the terminal's own account can read."),
        N_("Refusals of a branch are those of its copies; money is that of its loans."),
    )

    def __init__(self, terminal: Terminal) -> None:
        super().__init__(terminal)
        self._chosen: Report = REPORTS[0]
        self._period: Period = "month"
        self._branch: str | None = None
        self._branches: tuple[BranchName, ...] = ()
        self._asked: Asked | None = None
        self._found: dict[str, Counted] = {}
        "What was counted for this period and branch, so that looking back costs nothing."

    def page(self) -> Iterable[Widget]:
        """Which reports there are, the picture, the acts."""
        yield Static(id="about")
        with Horizontal(id="both"):
            yield Lines(id="kinds")
            with VerticalScroll(id="picture"):
                yield Plot(id="plot")
        with Horizontal(id="acts"):
            yield BigButton(id="period", key="F3", classes="-main")
            yield BigButton(id="branch", key="F5")
            yield BigButton(id="save", key="F6")

    def on_screen_resume(self) -> None:
        """Counted anew each time."""
        super().on_screen_resume()
        self.query_one(Lines).focus()
        self.in_background(self._begin())

    async def _begin(self) -> None:
        """Another period or branch, or a new look: count again."""
        now, period = self.terminal.now(), self._period
        about = await self.ask_store(
            lambda library: (store.desk.reports.span(library, period, now), store.desk.reports.branches(library, now))
        )
        if about is None:
            return
        span, self._branches = about
        self._found = {}
        self._asked = Asked(span, self._branch, now) if span is not None else None
        self.relabel()
        await self._count()

    async def _count(self) -> None:
        """Count the chosen report, if it is not known yet; who looks on meanwhile is told."""
        report, asked = self._chosen, self._asked
        if asked is None or report.slug in self._found:
            self._draw()
            return
        self.query_one(Plot).show(lambda _width, _height: Content.styled("… " + _("Counting"), "$text-muted"))
        found = await self.ask_store(lambda library: report.count(library, asked))
        if found is not None and self._asked is asked:
            self._found[report.slug] = found
            self._draw()

    def _draw(self) -> None:
        report, asked = self._chosen, self._asked
        if asked is None:
            self.query_one(Plot).show(lambda _width, _height: Content(_("No term has begun yet.")))
        elif report.slug in self._found:
            self.query_one(Plot).show(self._found[report.slug].draw)
        self.query_one("#save", BigButton).disabled = report.slug not in self._found or self.terminal.reports is None

    def relabel(self) -> None:
        """Say every word anew."""
        super().relabel()
        self.query_one("#about", Static).update(self._about())
        self.query_one(Lines).write([(report.slug, Content(_(report.label))) for report in REPORTS])
        self.query_one("#period", BigButton).say(_("Period"))
        self.query_one("#branch", BigButton).say(_("Branch"))
        self.query_one("#save", BigButton).say(_("Save as CSV"))
        self._draw()

    def _about(self) -> str:
        asked, report = self._asked, self._chosen
        branch = _("all branches") if self._branch is None else self._branch_words(self._branch)
        where = branch if report.by_branch else ""
        if asked is None or not report.by_period:
            return spoken_list((_(report.label), _("as it stands now") if not report.by_period else "", where))
        return spoken_list((_(report.label), _(_PERIODS[self._period]), _dates(asked.span), where))

    def _branch_words(self, slug: str) -> str:
        named = next((each for each in self._branches if each.slug == slug), None)
        return slug if named is None else named.tr if words.current().language == "tr" else named.en

    @on(Lines.OptionHighlighted)
    def _highlighted(self, event: Lines.OptionHighlighted) -> None:
        event.stop()
        report = next((each for each in REPORTS if each.slug == event.option_id), None)
        if report is not None and report is not self._chosen:
            self._chosen = report
            self.say("")
            self.query_one("#about", Static).update(self._about())
            self.in_background(self._count())

    def action_period(self) -> None:
        """Choose the period."""
        self.in_background(self._choose_period())

    async def _choose_period(self) -> None:
        chosen = await self.ask_on(
            ChoiceCard(_("Which period?"), [Choice(period, _(label)) for period, label in _PERIODS.items()])
        )
        for period in PERIODS:
            if chosen == period:
                self._period = period
                self.say("")
                await self._begin()

    def action_branch(self) -> None:
        """Choose the branch."""
        self.in_background(self._choose_branch())

    async def _choose_branch(self) -> None:
        several = (Choice(each.slug, self._branch_words(each.slug)) for each in self._branches)
        chosen = await self.ask_on(ChoiceCard(_("Which branch?"), [Choice(_ALL, _("all branches")), *several]))
        if chosen is not None:
            self._branch = None if chosen == _ALL else chosen
            self.say("")
            await self._begin()

    def action_save(self) -> None:
        """Save what is shown."""
        if not self.query_one("#save", BigButton).disabled:
            self.in_background(self._save())

    async def _save(self) -> None:
        report, asked, folder = self._chosen, self._asked, self.terminal.reports
        if asked is None or folder is None:
            return
        header, rows = [_(name) for name in report.header], self._found[report.slug].rows()
        name = "-".join(filter(None, (report.slug, self._branch if report.by_branch else None, _stamp(report, asked))))
        try:
            path = await self.ask_store(lambda _library: folder.save(name, header, rows))
        except OSError as fault:
            text = _("The report can't be saved: {why}. See [reports] in kiosk.toml.")
            self.say(text.format(why=fault.strerror or type(fault).__name__), "bad")
            return
        if path is not None:
            self.say(_("Saved: {path}").format(path=path), "good")

    def forget(self) -> None:
        """As at first for who comes next."""
        self._chosen, self._period, self._branch = REPORTS[0], "month", None
        self._asked, self._found = None, {}
        super().forget()

    @on(BigButton.Chosen)
    def _button(self, event: BigButton.Chosen) -> None:
        acts = {"period": self.action_period, "branch": self.action_branch, "save": self.action_save}
        if event.button.id in acts:
            event.stop()
            acts[event.button.id]()


def _dates(span: Span) -> str:
    first, last = words.date(span.since), words.date(span.until)
    return first if first == last else f"{first} – {last}"


def _stamp(report: Report, asked: Asked) -> str:
    """The days that it is about, in the name of its file."""
    zone = words.current().zone
    last = f"{(asked.span.until if report.by_period else asked.now).astimezone(zone):%Y%m%d}"
    return f"{asked.span.since.astimezone(zone):%Y%m%d}-{last}" if report.by_period else last
