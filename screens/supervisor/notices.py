"""The letters: what waits in the queue, what went, what did not arrive; read, send again, correct, give up."""

from __future__ import annotations

from typing import ClassVar, get_args

from textual import on
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Static

import store
from screens import words
from screens.account import LETTERS
from screens.messages import Go
from screens.supervisor.delivery import ask_delivery
from screens.supervisor.frame import Act
from screens.supervisor.letter_card import LetterCard
from screens.supervisor.paged import PagedScreen, spoken_list
from screens.terminal import Terminal
from screens.widgets.answers import Field
from screens.widgets.ask import AskCard
from screens.widgets.button import BigButton
from screens.widgets.choice import Choice, ChoiceCard
from screens.widgets.columns import Lines, in_columns
from screens.words import N_, _, ngettext
from store.desk.roles import Right
from store.policy.verdict import Refused
from store.results.letters import COUNTED, VIEWS, LetterLine, LetterPage, SentAgain, View
from store.states import NoticeStatus

_WAITS = N_("To be mended")
_VIEWS: dict[View, str] = {
    "waits": _WAITS,
    "queued": N_("In the queue"),
    "sent": N_("Sent"),
    "failed": N_("Not sent"),
    "bounced": N_("Came back"),
}
_KINDS = LETTERS | {"pin_code": N_("Code")}
_ALL = "all"


class StaffNotices(PagedScreen):
    """First what did not arrive and waits for staff; F5 shows the others."""

    TITLE_WORDS = N_("Letters")
    SECTION = "notices"
    BUTTONS = (("read", "F3"), ("do", "F4"), ("view", "F5"), ("kind", "F6"))
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f3", "read_letter", show=False),
        Binding("f5", "view", show=False),
        Binding("f6", "kind", show=False),
    ]
    TIPS: ClassVar[tuple[str, ...]] = (
        N_("Enter shows a letter as it went or will go; codes are nobody's to read but their addressee's."),
        N_("F4 sends it again, corrects the address, or gives it up. F5 shows the queue and what was sent."),
        N_("A member's card scanned here shows the letters to that member alone."),
    )

    def __init__(self, terminal: Terminal) -> None:
        super().__init__(terminal)
        self._shown = LetterPage((), False, ())
        self._view: View = "waits"
        self._kind: str | None = None
        self._member: int | None = None

    def open(self, about: object) -> None:
        """The letters to a member; to everybody for 0."""
        if isinstance(about, int):
            self._member, self._kind, self._page_number = about or None, None, 0
            self._view = "waits"
            if self.is_current:
                self.read_anew()

    async def read(self) -> None:
        """A page of the letters in view; a member's, if none of them waits for staff, as they were sent."""
        view, kind, member, page = self._view, self._kind, self._member, self._page_number
        found = await self.ask_store(lambda library: store.mail.letters.letters(library, view, kind, member, page))
        if found is not None:
            self._shown, self._has_more = found, found.more
            self.relabel()

    def relabel(self) -> None:
        """Say every word anew."""
        super().relabel()
        self.query_one("#count", Static).update(self._count())
        widths = self.widths(18, 24, 24) if self.wide else self.widths(10, 18, 20)
        head = (_("Date"), _("Letter"), _("Member"), _("State"))
        self.query_one("#columns", Static).update(in_columns(head, widths) if self._shown.lines else "")
        self.query_one(Lines).write([(str(line.notice_id), self._line(line, widths)) for line in self._shown.lines])
        self.query_one("#more", Static).update(self.describe())
        for name, label in (("read", _("Read")), ("do", _("Acts")), ("view", _("Which")), ("kind", _("Kind"))):
            self.query_one(f"#{name}", BigButton).say(label)
        for name in ("read", "do"):
            self.query_one(f"#{name}", BigButton).disabled = not self._shown.lines
        self.say_pages()

    def _count(self) -> Content:
        counts = dict(self._shown.counts)
        parts: list[Content] = []
        for view in VIEWS:
            number = counts.get(view, 0)
            told = f"{_(_VIEWS[view])} {number if number < COUNTED else f'{COUNTED}+'}"
            shown = view == self._view
            parts.append(Content.styled(f"▸ {told}" if shown else told, "bold $accent" if shown else "$text-muted"))
        only = [_("only: {kind}").format(kind=_(_KINDS.get(self._kind, self._kind)))] if self._kind else []
        if self._member is not None:
            name = next((line.member for line in self._shown.lines), "")
            only.append(_("only to {member}").format(member=name) if name else _("only to one member"))
        told = spoken_list((*only, self.page_words())) or self._nothing()
        return Content("\n").join([Content("   ").join(parts), *([Content(told)] if told else [])])

    def _nothing(self) -> str:
        if self._shown.lines:
            return ""
        return "✓ " + _("Every letter arrived, as far as is known.") if self._view == "waits" else _("No letters.")

    def _line(self, line: LetterLine, widths: tuple[int, ...]) -> Content:
        kind = _(_KINDS.get(line.kind, line.kind))
        when = words.moment(line.at) if self.wide else words.date(line.at)
        return in_columns((when, kind, line.member or line.address, _state(line)), widths)

    def describe(self) -> Content:
        """The address, what it is about, what went wrong."""
        line = self._current()
        if line is None:
            return Content("")
        tries = ngettext("{n} try", "{n} tries", line.attempts) if line.attempts else ""
        again = _("next {moment}").format(moment=words.moment(line.next_try_at)) if line.next_try_at else ""
        about = spoken_list((line.address, line.number, line.title, line.barcode))
        return Content.assemble(about, "\n", (spoken_list((line.trouble, tries, again)), "$warning"))

    def _current(self) -> LetterLine | None:
        if not self.is_mounted:
            return None
        chosen = self.query_one(Lines).current
        return next((line for line in self._shown.lines if str(line.notice_id) == chosen), None)

    def acts(self) -> tuple[Act, ...]:
        """What can be done with the letter under the cursor."""
        line = self._current()
        if line is None:
            return ()
        do, right = self.in_background, Right.NOTICES
        acts = []
        if not line.secret:
            acts.append(Act("read", _("Read"), Right.LOOK, self.choose))
        if not line.secret and line.status is not NoticeStatus.QUEUED:
            acts.append(Act("again", _("Send again"), right, lambda: do(self._again(line))))
        if line.member_id is not None:
            acts.append(Act("address", _("Correct the address"), right, lambda: do(self._address(line))))
        if line.kind == "recall" and line.waits and line.barcode:
            told = _("The member was told otherwise")
            acts.append(Act("delivered", told, Right.COPIES, lambda: do(self._delivered(line))))
        if line.waits or line.status is NoticeStatus.QUEUED:
            acts.append(Act("give_up", _("Give it up"), right, lambda: do(self._give_up(line))))
        if line.member_id is not None:
            acts.append(Act("member", _("Open the member's record"), Right.LOOK, lambda: self._member_of(line)))
        if self._member is None and line.member_id is not None:
            acts.append(Act("only", _("Only letters to this member"), Right.LOOK, lambda: self._only(line.member_id)))
        elif self._member is not None:
            acts.append(Act("everybody", _("Letters to everybody"), Right.LOOK, lambda: self._only(None)))
        return tuple(acts)

    def choose(self) -> None:
        """Read the letter under the cursor."""
        line = self._current()
        if line is not None:
            self.in_background(self._show(line))

    def action_read_letter(self) -> None:
        """The same by its key."""
        self.choose()

    async def _show(self, line: LetterLine) -> None:
        now, reader, notice_id = self.terminal.now(), self.terminal.letters, line.notice_id
        letter = await self.ask_store(lambda library: store.mail.letters.letter(library, notice_id, now))
        if isinstance(letter, Refused):
            await self.refuse(letter)
        elif letter is not None and reader is not None:
            read = await self.ask_store(lambda library: (reader.read(library, letter),))
            if read is not None and read[0] is not None:
                subject, text = read[0]
                await self.ask_on(LetterCard(letter.address, subject, text))
            elif read is not None:
                self.say(_("The library's own template for this letter can't be used."), "bad")

    async def _again(self, line: LetterLine) -> None:
        answer = await self.act(
            lambda library, now, at: store.mail.letters.send_again(library, line.notice_id, now, at)
        )
        await self._after(answer, _("The letter is in the queue again."))

    async def _address(self, line: LetterLine) -> None:
        told = _("All letters to {member} go to the new address. This one is sent again.").format(member=line.member)
        field = Field("address", _("E-mail address"), value=line.address)
        answer = await self.fill_in(
            AskCard(_("Correct the address"), (field,), lines=(told,)),
            lambda library, now, at, given: store.mail.letters.correct_address(
                library, line.notice_id, given.written("address"), now, at
            ),
        )
        sent = isinstance(answer, SentAgain)
        told = _("The address is corrected, and the letter in the queue again.")
        await self._after(answer, told if sent else _("The address is corrected."))

    async def _give_up(self, line: LetterLine) -> None:
        told = _("Nothing more is tried for this letter. No date and no fine changes by it.")
        field = Field("note", _("Note"), hint=_("why, or how the member was reached"))
        answer = await self.fill_in(
            AskCard(_("Give it up"), (field,), lines=(told,)),
            lambda library, now, at, given: store.mail.letters.give_up(
                library, line.notice_id, given.written("note"), now, at
            ),
        )
        await self._after(answer, _("The letter is given up."))

    async def _delivered(self, line: LetterLine) -> None:
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

    def _member_of(self, line: LetterLine) -> None:
        self.post_message(Go("staff_member", about=line.member_id))

    def _only(self, member_id: int | None) -> None:
        self._member = member_id
        self.begin_at()

    async def scanned(self, code: str) -> None:
        """A member's card: the letters to that member alone."""
        member_id = await self.terminal.ask(lambda library: store.mail.letters.addressee(library, code))
        if member_id is None:
            self.say(_("No member has this card: {code}").format(code=code), "bad")
        else:
            self.say("")
            self._only(member_id)

    def action_view(self) -> None:
        """Show other letters."""
        self.in_background(self._choose_view())

    async def _choose_view(self) -> None:
        counts = dict(self._shown.counts)
        choices = [Choice(view, _(label), str(counts.get(view, 0))) for view, label in _VIEWS.items()]
        chosen = await self.ask_on(ChoiceCard(_("Which letters?"), choices))
        for view in get_args(View):
            if chosen == view:
                self._view = view
                self.begin_at()

    def action_kind(self) -> None:
        """Show one kind alone."""
        self.in_background(self._choose_kind())

    async def _choose_kind(self) -> None:
        choices = [Choice(_ALL, _("Everything")), *(Choice(slug, _(name)) for slug, name in _KINDS.items())]
        chosen = await self.ask_on(ChoiceCard(_("Which kind?"), choices))
        if chosen is not None:
            self._kind = None if chosen == _ALL else chosen
            self.begin_at()

    def forget(self) -> None:
        """Names, addresses and titles go."""
        self._shown, self._view, self._kind, self._member = LetterPage((), False, ()), "waits", None, None
        super().forget()

    @on(BigButton.Chosen)
    def _button(self, event: BigButton.Chosen) -> None:
        acts = {"read": self.choose, "do": self.action_acts, "view": self.action_view, "kind": self.action_kind}
        if event.button.id in acts:
            event.stop()
            acts[event.button.id]()


def _state(line: LetterLine) -> Content:
    if line.waits:
        return Content.styled("! " + _(_WAITS), "bold $error")
    if line.status is NoticeStatus.SENT and line.sent_at is not None:
        return Content("✓ " + words.moment(line.sent_at))
    view: View = next(view for view in VIEWS if view == line.status)
    return Content.styled(_(_VIEWS[view]), "$text-muted")
