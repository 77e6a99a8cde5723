"""The work list: everything that waits for a person, the oldest first, and the page on which each is done."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Static

import store
from screens import words
from screens.supervisor.delivery import ask_delivery
from screens.supervisor.frame import Act
from screens.supervisor.paged import PagedScreen, spoken_list
from screens.supervisor.task_kinds import NAMES, age, name_of, note_words, way_to
from screens.terminal import Terminal
from screens.widgets.answers import Field
from screens.widgets.ask import AskCard
from screens.widgets.button import BigButton
from screens.widgets.choice import Choice, ChoiceCard
from screens.widgets.columns import Lines, in_columns
from screens.words import N_, _, ngettext
from store.desk.roles import Right
from store.policy.verdict import Refused
from store.results.tasks import TaskLine, TaskPage, closes

_LATELY = timedelta(days=14)
_ALL = "all"


class StaffTasks(PagedScreen):
    """What waits; or, by F6, what was done lately."""

    TITLE_WORDS = N_("Tasks")
    SECTION = "tasks"
    BUTTONS = (("open", "F3"), ("do", "F4"), ("kind", "F5"), ("done_lately", "F6"))
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f3", "open_task", show=False),
        Binding("f5", "kind", show=False),
        Binding("f6", "lately", show=False),
    ]
    TIPS: ClassVar[tuple[str, ...]] = (
        N_("Enter opens the page on which the task is done; it then leaves the list by itself."),
        N_("F4 closes what is done by hand: a letter written, a block entered, an invoice looked through."),
        N_("F5 shows one kind alone; F6 what was done in the last two weeks; F7 and F8 turn the pages."),
    )

    def __init__(self, terminal: Terminal) -> None:
        super().__init__(terminal)
        self._shown = TaskPage((), False, ())
        self._kind: str | None = None
        self._lately = False

    async def read(self) -> None:
        """What waits, or what was done lately."""
        kind, page, now, lately = self._kind, self._page_number, self.terminal.now(), self._lately
        found = await self.ask_store(
            lambda library: (
                store.desk.worklist.finished(library, kind, now - _LATELY, page, now)
                if lately
                else store.desk.worklist.waiting(library, kind, page, now)
            )
        )
        if found is not None:
            self._shown, self._has_more = found, found.more
            self.relabel()

    def relabel(self) -> None:
        """Say every word anew."""
        super().relabel()
        self.query_one("#count", Static).update(self._count())
        widths = self.widths(32, 11, 18) if self.wide else self.widths(22, 9, 12)
        last = _("Done by") if self._lately else _("Until")
        head = (_("Task"), _("Waits"), last, _("What it is about"))
        self.query_one("#columns", Static).update(in_columns(head, widths) if self._shown.lines else "")
        self.query_one(Lines).write([(str(line.task_id), self._line(line, widths)) for line in self._shown.lines])
        self.query_one("#more", Static).update(self.describe())
        self._say_buttons()
        self.say_pages()

    def _say_buttons(self) -> None:
        for name, label in (("open", _("Open it")), ("do", _("Acts")), ("kind", _("Kind"))):
            self.query_one(f"#{name}", BigButton).say(label)
        self.query_one("#done_lately", BigButton).say(_("What waits") if self._lately else _("Done lately"))
        for name in ("open", "do"):
            self.query_one(f"#{name}", BigButton).disabled = not self._shown.lines

    def _count(self) -> Content:
        if self._lately:
            told = (
                _("Done in the last two weeks, the latest first") if self._shown.lines else _("Nothing was done yet.")
            )
            return Content.styled(spoken_list((told, self._kind_words(), self.page_words())), "bold")
        counts = dict(self._shown.counts)
        number = counts.get(self._kind, 0) if self._kind else sum(counts.values())
        if not number:
            return Content.styled(spoken_list(("✓ " + _("Nothing waits."), self._kind_words())), "bold $success")
        waits = ngettext("{n} task waits", "{n} tasks wait", number)
        return Content.styled(spoken_list((waits, self._kind_words(), self.page_words())), "bold")

    def _kind_words(self) -> str:
        return _("only: {kind}").format(kind=name_of(self._kind)) if self._kind else ""

    def _line(self, line: TaskLine, widths: tuple[int, ...]) -> Content:
        last = Content(line.done_by or _("by itself")) if self._lately else self._deadline(line)
        about = spoken_list((line.member, line.title)) or note_words(line.note)
        return in_columns((name_of(line.slug), age(line.raised_at, self.terminal.now()), last, about), widths)

    def _deadline(self, line: TaskLine) -> Content:
        if line.deadline is None:
            return Content.styled("–", "$text-muted")
        if line.deadline < self.terminal.now():
            return Content.styled("! " + words.date(line.deadline), "bold $error")
        return Content(words.date(line.deadline))

    def describe(self) -> Content:
        """Whom and what it is about, its clause, when it was raised or done, the note."""
        line = self._current()
        if line is None:
            return Content("")
        clause = line.clause or _("house rule")
        since = _("since {moment}").format(moment=words.date(line.raised_at))
        until = _("until {moment}").format(moment=words.moment(line.deadline)) if line.deadline else ""
        done = _("done {moment}").format(moment=words.moment(line.done_at)) if line.done_at else ""
        about = spoken_list((line.member, line.number, line.title, line.barcode, note_words(line.note)))
        return Content.assemble(
            (spoken_list((clause, since, until, done)), "$text-muted"), "\n", about
        )  # fmt: skip

    def _current(self) -> TaskLine | None:
        if not self.is_mounted:
            return None
        chosen = self.query_one(Lines).current
        return next((line for line in self._shown.lines if str(line.task_id) == chosen), None)

    def acts(self) -> tuple[Act, ...]:
        """What can be done with the task under the cursor."""
        line = self._current()
        if line is None:
            return ()
        acts = [Act("open", _("Open the page on which it is done"), Right.LOOK, self.choose)]
        right = closes(line.slug)
        if line.done_at is None and line.slug == "recall_undelivered":
            acts.append(
                Act("delivered", _("The member was told otherwise"), Right.COPIES,
                    lambda: self.in_background(self._delivered(line)))
            )  # fmt: skip
        if line.done_at is None and right is not None:
            label = _(_BY_HAND.get(line.slug, N_("It is done")))
            acts.append(Act("by_hand", label, right, lambda: self.in_background(self._by_hand(line, label, right))))
        return tuple(acts)

    def choose(self) -> None:
        """Open the page on which the task is done."""
        line = self._current()
        if line is None:
            return
        go = way_to(line)
        if go is None:
            self.say(_("No record belongs to this task. F4 closes it."), "bad")
        else:
            self.say("")
            self.post_message(go)

    def action_open_task(self) -> None:
        """The same by its key."""
        self.choose()

    def action_lately(self) -> None:
        """What was done lately, or again what waits."""
        self._lately = not self._lately
        self.begin_at()

    def action_kind(self) -> None:
        """Show one kind alone."""
        self.in_background(self._choose_kind())

    async def _choose_kind(self) -> None:
        counts = dict(self._shown.counts)
        slugs = sorted({*(counts or NAMES), *([self._kind] if self._kind else [])}, key=name_of)
        several = (Choice(slug, name_of(slug), str(counts.get(slug, ""))) for slug in slugs)
        choices = [Choice(_ALL, _("Everything")), *several]
        chosen = await self.ask_on(ChoiceCard(_("Which tasks?"), choices))
        if chosen is not None:
            self._kind = None if chosen == _ALL else chosen
            self.begin_at()

    async def _by_hand(self, line: TaskLine, title: str, right: Right) -> None:
        about = spoken_list((line.member, line.number, line.title))
        field = Field("note", _("Note"), hint=_("what was done, when, by which letter"))
        finish = (
            store.desk.worklist.finish_about_status if right is Right.STATUS else store.desk.worklist.finish_by_hand
        )
        answer = await self.fill_in(
            AskCard(title, (field,), lines=(about,)),
            lambda library, now, at, given: finish(library, line.task_id, given.written("note"), now, at),
        )
        await self._after(answer, _("{task}: done.").format(task=name_of(line.slug)))

    async def _delivered(self, line: TaskLine) -> None:
        moment = await ask_delivery(self)
        if moment is not None:
            answer = await self.act(
                lambda library, now, at: store.circulation.recalls.recall_delivered(
                    library, line.barcode, moment, now, at
                )
            )
            if not isinstance(answer, Refused):
                await self._after(answer, _("Due on {due}").format(due=words.date(answer.due)))

    async def _after(self, answer: object, told: str) -> None:
        if not isinstance(answer, Refused):
            self.say(told, "good")
            await self.read()
            await self._count_tasks()

    def forget(self) -> None:
        """The names go."""
        self._shown, self._kind, self._lately = TaskPage((), False, ()), None, False
        super().forget()

    @on(BigButton.Chosen)
    def _button(self, event: BigButton.Chosen) -> None:
        acts = {
            "open": self.choose, "do": self.action_acts, "kind": self.action_kind, "done_lately": self.action_lately,
        }  # fmt: skip
        if event.button.id in acts:
            event.stop()
            acts[event.button.id]()


_BY_HAND = {
    "letter_to_unit": N_("The letter is written"),
    "invoice_review": N_("The invoice is looked through"),
    "student_system_block": N_("The block is entered in the student system"),
    "cancel_membership": N_("The membership is not cancelled"),
    "offline_return": N_("The return is settled"),
    "pin_guessing": N_("It was looked into"),
}
"How the act that closes a task by hand is called."
