"""A refusal as people read it: the first reason large, the rest beneath, each with its clause, numbers and way out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

from msgspec import Struct
from textual.content import Content
from textual.widgets import Static

from screens import words
from screens.frame import KioskScreen
from screens.widgets.hanging import Hanging
from screens.words import _
from store.policy.said import in_words

if TYPE_CHECKING:
    from store.policy.verdict import Number, Reason

_AT_THE_DESK = {"apply_again", "ask_desk", "check_details", "pay_at_desk", "renew_form", "settle_at_desk"}
"Ways out that lead to the lending desk."
_MONEY = {"balance", "fine_limit", "amount", "fee"}


class Explained(Struct, frozen=True):
    """A reason in words."""

    title: str
    text: str
    remedy: str
    clause: str
    possible_from: str


def explain(reason: Reason) -> Explained:
    """Put a reason into the language spoken now, with the member's own numbers."""
    numbers = {name: _number(name, value, reason.slug) for name, value in reason.numbers.items()}
    # What has a name in each language comes with both: `branch_tr`, `branch_en`.
    spoken = f"_{words.current().language}"
    numbers |= {name.removesuffix(spoken): value for name, value in numbers.items() if name.endswith(spoken)}
    return Explained(
        title=_(f"{reason.slug}.title"),
        text=_filled(_(f"{reason.slug}.text"), numbers),
        remedy=_(f"remedy.{reason.remedy}"),
        clause=reason.clause or _("house rule"),
        possible_from=words.moment(reason.possible_from) if reason.possible_from else "",
    )


def in_short(reasons: Sequence[Reason]) -> Content:
    """Every reason in a line or two, for where there is little room."""
    told = (explain(reason) for reason in reasons)
    return Content("\n").join(Content(f"✗ {each.title}: {each.text} → {each.remedy}") for each in told)


class RefusalCard(Static):
    """Takes room beneath its row, not the screen; the next scan goes on."""

    def __init__(self, reasons: Sequence[Reason], *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes="refusal")
        self._reasons = tuple(reasons)
        self._headline = ""

    def show(self, reasons: Sequence[Reason], headline: str = "") -> None:
        """Show another refusal."""
        self._reasons, self._headline = tuple(reasons), headline
        self.refresh(layout=True)

    def relabel(self) -> None:
        """Say it in the language spoken now."""
        self.refresh(layout=True)

    def render(self) -> Hanging:
        """The first reason large, the others after `also`; the first that sends to the desk says how to reach it."""
        parts: list[Content] = []
        desk = self.screen.desk_contact if isinstance(self.screen, KioskScreen) else ""
        if self._headline:
            parts.append(Content.styled(f"✗ {self._headline}", "$text-muted"))
        for number, reason in enumerate(self._reasons):
            sent_there = reason.remedy in _AT_THE_DESK
            parts.append(_block(explain(reason), desk if sent_there else "", first=number == 0))
            desk = "" if sent_there else desk
        return Hanging(Content("\n").join(parts))


def _block(told: Explained, desk: str, *, first: bool) -> Content:
    sign = "✗ " if first else "+ "
    lines = [
        Content.assemble(
            (f"{sign}{told.title}", "bold $error" if first else "bold"), (f"   {told.clause}", "$text-muted")
        ),
        Content(f"  {told.text}"),
    ]
    if told.possible_from:
        lines.append(Content.styled("  " + _("From {moment} on.").format(moment=told.possible_from), "bold"))
    way_out = Content.assemble("  → ", (told.remedy, "$accent" if first else ""))
    lines.append(Content.assemble(way_out, (f"  {desk}", "$text-muted")) if desk else way_out)
    return Content("\n").join(lines)


def _number(name: str, value: Number, slug: str) -> str:
    if isinstance(value, datetime):
        return words.moment(value)
    if isinstance(value, date):
        return words.date(value)
    if isinstance(value, int) and (name in _MONEY or (slug == "fines_over_limit" and name == "limit")):
        return words.money(value)
    if name == "fields":
        return ", ".join(_(f"field.{field}") for field in str(value).split(", "))
    return in_words(value, _) if isinstance(value, str) else str(value)


def _filled(text: str, numbers: dict[str, str]) -> str:
    return text.format_map(_Gaps(numbers))


class _Gaps(dict[str, str]):
    """A number that a reason does not carry shows as a dash rather than break the screen."""

    def __missing__(self, key: str) -> str:
        return "–"
