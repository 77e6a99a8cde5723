"""What is on loan, and the plan of renewals: the new due date, from when, or every reason why not; one key does it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

import store
from screens import words
from screens.member_page import MemberPage
from screens.terminal import Visit
from screens.widgets.button import BigButton
from screens.widgets.columns import Lines, in_columns
from screens.widgets.refusal import RefusalCard, explain
from screens.words import N_, _, ngettext
from store.policy.verdict import Pending, Refused
from store.results.loans import PlannedRenewal
from store.results.returns import Renewed

_BAR = 8
_ORDERS: tuple[tuple[str, Callable[[PlannedRenewal], Any]], ...] = (
    (N_("due date"), lambda loan: (loan.due, loan.title)),
    (N_("title"), lambda loan: loan.title.casefold()),
    (N_("renewals"), lambda loan: (loan.renewals, loan.due)),
    (N_("what can be renewed"), lambda loan: (loan.new_due is None, not loan.staff_decide, loan.due)),
)


class Loans(MemberPage):
    """The member's loans with the renewal that each would get now."""

    of_a_visit = True
    TITLE_WORDS = N_("My loans")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f3", "renew", show=False),
        Binding("f7", "sort", show=False),
        Binding("f8", "mark", show=False),
    ]
    TIPS: ClassVar[tuple[str, ...]] = (
        N_("Each line says what a renewal would bring now: the new due date, or why not and from when."),
        N_("“Renew” renews the marked loans; with none marked, all that can be renewed."),
        N_("Enter, F8 or a touch marks a line; beneath the list stands all that is to be known of it."),
        N_("F7 changes the order of the lines."),
    )

    def body(self) -> Iterable[Widget]:
        """The list, what is to be known of one line, the acts."""
        with Vertical(id="list"):
            yield Static(id="prompt", classes="prompt")
            yield Static(id="columns", classes="columns")
            yield Lines(id="loans")
        with VerticalScroll(id="detail", can_focus=False):
            yield Static(id="about")
            yield RefusalCard((), id="why")
        with Horizontal(id="acts"):
            yield BigButton(id="renew", key="F3", classes="-main")
            yield BigButton(id="mark", key="F8")
            yield BigButton(id="sort", key="F7")
            yield BigButton(id="home", key="F9")

    def on_mount(self) -> None:
        """Nothing is known yet."""
        self._plan: tuple[PlannedRenewal, ...] = ()
        self._marked: set[str] = set()
        self._results: dict[str, Renewed | Pending | Refused] = {}
        self._order = 0
        self._known = False

    def on_screen_resume(self) -> None:
        """Each time the page is shown it is read anew."""
        self._results.clear()
        self._marked.clear()
        self.query_one(Lines).focus()
        if self.terminal.visit is not None:
            self.in_background(self._read(self.terminal.visit))

    async def _read(self, visit: Visit) -> None:
        now, at = self.terminal.now(), self.terminal.at()
        plan = await self.terminal.ask(
            lambda library: store.circulation.renewalplans.renewal_plan(library, visit.member.member_id, now, at)
        )
        if self.terminal.visit is visit:
            self._plan, self._known = plan, True
            self.relabel()

    def relabel(self) -> None:
        """Say every word anew."""
        super().relabel()
        self.query_one("#prompt", Static).update(
            Content(_("Nothing is on loan to you.") if self._known and not self._plan else "")
        )
        self.query_one("#mark", BigButton).say(_("Mark"))
        self.query_one("#sort", BigButton).say(_("Order: {order}").format(order=_(_ORDERS[self._order][0])))
        self.query_one("#home", BigButton).say(_("Home"))
        self._show_table()
        self._say_plan()
        self._show_detail()

    def _show_table(self) -> None:
        wide = self.wide
        widths = (1, 36, 16, 17, 4, 0) if wide else (1, 18, 10, 4, 0)
        head = ("", _("Title"), _("Due"), *((_("Left"),) if wide else ()), _("Ren."), _("Renewal"))
        shown = in_columns(head, widths) if self._plan else Content("")
        self.query_one("#columns", Static).update(shown)
        lines = [(loan.barcode, in_columns(self._cells(loan, wide=wide), widths)) for loan in self._sorted()]
        self.query_one(Lines).write(lines)

    def _sorted(self) -> list[PlannedRenewal]:
        return sorted(self._plan, key=_ORDERS[self._order][1])

    def _cells(self, loan: PlannedRenewal, *, wide: bool) -> tuple[Content, ...]:
        mark = "☑" if loan.barcode in self._marked else "☐" if _renewable(loan) else "!" if loan.overdue else " "
        style = "bold $error" if loan.overdue else "bold $warning" if loan.recalled else ""
        return (
            Content.styled(mark, style),
            Content(loan.title),
            Content.styled(words.due(loan.due, hourly=loan.hourly), style),
            *((self._left(loan),) if wide else ()),
            Content(f"{loan.renewals}/{loan.renewals_allowed}" if loan.renewals_allowed else "–"),
            self._outcome(loan),
        )

    def _left(self, loan: PlannedRenewal) -> Content:
        filled = round(_BAR * loan.elapsed)
        bar = "▰" * filled + "▱" * (_BAR - filled)
        return Content.assemble((bar, "$error" if loan.overdue else "$accent"), f" {self._time_left(loan)}")

    def _time_left(self, loan: PlannedRenewal) -> str:
        left = loan.due - self.terminal.now()
        if loan.overdue:
            return _("late")
        if loan.hourly and left.days < 1:
            return ngettext("{n} hour", "{n} hours", int(left.total_seconds() // 3600))
        return ngettext("{n} day", "{n} days", left.days)

    def _outcome(self, loan: PlannedRenewal) -> Content:
        """What came of a renewal in this visit, else what it would bring."""
        result = self._results.get(loan.barcode)
        if isinstance(result, Renewed):
            done = _("renewed to {due}").format(due=words.due(result.due, hourly=result.hourly))
            return Content.styled(f"✓ {done}", "bold $success")
        if isinstance(result, Pending) or loan.asked:
            return Content.styled("… " + _("staff decide"), "$warning")
        if loan.new_due is not None:
            return Content.styled(f"→ {words.due(loan.new_due, hourly=loan.hourly)}", "$success")
        if loan.staff_decide:
            return Content("? " + _("on request: staff decide"))
        return Content.styled(_why_not(loan), "$text-muted")

    def _say_plan(self) -> None:
        chosen = self._chosen()
        self.query_one("#renew", BigButton).disabled = not chosen
        word = _("Renew the marked") if self._marked else _("Renew all")
        self.query_one("#renew", BigButton).say(f"{word}: {len(chosen)}")

    def _chosen(self) -> list[PlannedRenewal]:
        """The marked loans that can be renewed; with none marked, all that can."""
        can = [loan for loan in self._plan if _renewable(loan)]
        return [loan for loan in can if not self._marked or loan.barcode in self._marked]

    def _current(self) -> PlannedRenewal | None:
        barcode = self.query_one(Lines).current
        return next((loan for loan in self._plan if loan.barcode == barcode), None)

    def _show_detail(self) -> None:
        loan, why = self._current(), self.query_one("#why", RefusalCard)
        result = self._results.get(loan.barcode) if loan else None
        reasons = loan.reasons if loan is not None and result is None else ()
        if isinstance(result, Refused):
            reasons = result.reasons
        why.display = bool(reasons)
        why.show(reasons)
        self.query_one("#about", Static).update(_about(loan) if loan else "")

    @on(Lines.OptionHighlighted)
    def _highlighted(self) -> None:
        self._show_detail()

    @on(Lines.OptionSelected)
    def _selected(self, event: Lines.OptionSelected) -> None:
        event.stop()
        self.action_mark()

    def action_sort(self) -> None:
        """The next order of the lines."""
        self._order = (self._order + 1) % len(_ORDERS)
        self.relabel()

    def action_mark(self) -> None:
        """Mark the line, or take the mark away; what can't be renewed says why instead."""
        loan = self._current()
        if loan is None:
            return
        if not _renewable(loan):
            self.say(f"{loan.title}: {_why_not(loan)}", "bad")
            return
        self._marked ^= {loan.barcode}
        self.relabel()

    def action_renew(self) -> None:
        """Renew what is marked, or all."""
        if self.terminal.visit is not None and self._chosen():
            self.in_background(self._renew(self.terminal.visit, self._chosen()))

    async def _renew(self, visit: Visit, loans: list[PlannedRenewal]) -> None:
        self.say(_("Renewing…"), "wait")
        now, at, member_id = self.terminal.now(), self.terminal.at(), visit.member.member_id
        for loan in loans:
            answer = await self.terminal.ask(
                lambda library, barcode=loan.barcode: store.circulation.renewals.renew(
                    library, member_id, barcode, now, at
                )  # type: ignore[misc]
            )
            if self.terminal.visit is not visit:
                return
            self._results[loan.barcode] = answer
            if isinstance(answer, Renewed):
                visit.renewed.append((loan.title, answer))
        self._marked.clear()
        await self._read(visit)
        self._say_results(loans)

    def _say_results(self, loans: list[PlannedRenewal]) -> None:
        results = [self._results[loan.barcode] for loan in loans]
        done = sum(isinstance(result, Renewed) for result in results)
        waiting = sum(isinstance(result, Pending) for result in results)
        parts = [ngettext("{n} renewed", "{n} renewed", done)]
        if waiting:
            parts.append(ngettext("{n} waits for staff", "{n} wait for staff", waiting))
        refused = len(results) - done - waiting
        if refused:
            parts.append(ngettext("{n} refused", "{n} refused", refused))
        self.say(", ".join(parts), "bad" if refused else "good")

    async def scanned(self, code: str) -> None:
        """An item scanned here is to be borrowed."""
        self.go("checkout", code)

    def forget(self) -> None:
        """The loans go."""
        if self.is_mounted:
            self._plan, self._known = (), False
            self._marked.clear()
            self._results.clear()
            super().forget()
            self.relabel()

    @on(BigButton.Chosen)
    def _button(self, event: BigButton.Chosen) -> None:
        acts = {
            "renew": self.action_renew, "mark": self.action_mark, "sort": self.action_sort, "home": self.action_home,
        }  # fmt: skip
        if event.button.id in acts:
            event.stop()
            acts[event.button.id]()


def _renewable(loan: PlannedRenewal) -> bool:
    return loan.new_due is not None or (loan.staff_decide and not loan.asked)


def _why_not(loan: PlannedRenewal) -> str:
    """The first reason in a few words, or from when it will be possible."""
    if not loan.reasons:
        return ""
    first = loan.reasons[0]
    if first.possible_from is not None:
        return _("from {moment}").format(moment=words.moment(first.possible_from))
    return explain(first).title


def _about(loan: PlannedRenewal) -> Content:
    """The whole line: author, kind, place, lent when, and what lateness costs by now."""
    english = words.current().language == "en"
    kind, branch = (loan.item_type_en, loan.branch_en) if english else (loan.item_type_tr, loan.branch_tr)
    head = f"{loan.title} · {loan.author}" if loan.author else loan.title
    lent = _("borrowed {date}").format(date=words.date(loan.lent_at))
    lines = [Content.assemble((head, "bold"), f"   {kind} · {branch} · {lent}")]
    if loan.overdue:
        today = words.money(loan.fine_today) if loan.fine_today else _("no fine")
        costs = _("Returned now: {today}; a day later: {tomorrow}")
        text = costs.format(today=today, tomorrow=words.money(loan.fine_tomorrow))
        lines.append(Content.styled(text, "bold $warning"))
    if loan.recalled:
        lines.append(Content.styled(_("The library has asked for it back."), "bold $warning"))
    return Content("\n").join(lines)
