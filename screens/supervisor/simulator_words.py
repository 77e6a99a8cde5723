"""The simulator's timeline and standing, in words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from textual.content import Content

from screens import words
from screens.account import KINDS
from screens.rulebook.sheets import named
from screens.supervisor.copywords import STATES
from screens.supervisor.task_kinds import name_of
from screens.widgets.columns import in_columns
from screens.widgets.facts import facts
from screens.widgets.refusal import explain
from screens.words import N_, _
from store.policy.model import Policy
from store.results.simulation import Event, Standing, Timeline

CHANNELS = {
    "kiosk": N_("terminal"), "desk": N_("desk"), "web": N_("web"), "phone": N_("telephone"), "email": N_("e-mail"),
}  # fmt: skip
LOAN_TYPES = {"standard": N_("ordinary loan"), "term": N_("term loan"), "project": N_("project loan")}
LANGUAGES = {"tr": N_("Turkish"), "en": N_("foreign")}
ACTS = {
    "checkout": N_("Loan"), "renew": N_("Renewal"), "return": N_("Return"), "report_lost": N_("Loss"),
    "recall": N_("Recall"), "hold": N_("Hold of another"),
}  # fmt: skip
_SUSPENSIONS = {"reserve": N_("a late reserve item"), "discipline": N_("a disciplinary penalty")}
_SIGNS = {
    "lent": "→", "renewed": "↻", "returned": "←", "refused": "✗", "charge": "₺", "letter": "✉", "task": "☐",
    "suspended": "!", "lost": "!", "declared": "!", "late": "!", "due": "◆", "opens": "↻", "recalled": "◀",
}  # fmt: skip

_WHEN = 16
_COLOURS = {"refused": "$error", "charge": "$warning", "suspended": "$error", "declared": "$error"}


def event_line(policy: Policy, event: Event, *, ahead: bool, room: int) -> Content:
    """A line of the timeline: when, what (in so many columns), by which clause."""
    sign = _SIGNS.get(event.kind, "·")
    colour = {"refused": "$error", "charge": "$warning", "suspended": "$error", "declared": "$error"}.get(
        event.kind, ""
    )
    what = Content.styled(f"{sign} {event_words(policy, event)}", "$text-muted" if ahead else colour)
    clause = Content.styled(_clause(event), "$text-muted")
    when = Content.styled(words.moment(event.at), "$text-muted" if ahead else "bold")
    return in_columns((when, what, clause), (_WHEN, room, 0))


def _clause(event: Event) -> str:
    return event.clause or (_("house rule") if event.kind == "refused" else "")


def room_for_words(timeline: Timeline, width: int) -> int:
    """Columns for what happened: what moments and clauses leave of the width."""
    clauses = [len(_clause(event)) for event in (*timeline.past, *timeline.ahead)]
    return max(20, width - _WHEN - max(clauses, default=0) - 4)


def event_words(policy: Policy, event: Event) -> str:
    """What happened, or is to come."""
    numbers = event.numbers
    told = {
        "lent": lambda: _("Lent, due {moment}").format(moment=_due(numbers["due"])),
        "renewed": lambda: _("Renewed, due {moment}").format(moment=_due(numbers["due"])),
        "recalled": lambda: _("Recalled, due {moment}").format(moment=_due(numbers["due"])),
        "asked": lambda: _("Renewal asked for: staff decide"),
        "returned": lambda: _("Returned late") if numbers["late"] else _("Returned"),
        "held": lambda: _("Held by another, place {n}").format(n=numbers["position"]),
        "lost": lambda: _("Reported lost"),
        "declared": lambda: _("Declared lost"),
        "letter": lambda: _letter(policy, event),
        "task": lambda: _("Task: {task}").format(task=name_of(event.what)),
        "charge": lambda: f"{_(KINDS[event.what])}: {_money(numbers['amount'])}",
        "suspended": lambda: _("Suspended until {moment}").format(moment=_due(numbers["until"])),
        "suspension_ends": lambda: _("The suspension ends"),
        "hold_ends": lambda: _("The held item was not collected: it passes on"),
        "opens": lambda: _("Can be renewed from now on"),
        "due": lambda: _("Due"),
        "late": lambda: _late(event),
        "refused": lambda: _refused(event),
    }[event.kind]()
    return told + _by_then(event)


def _letter(policy: Policy, event: Event) -> str:
    letter = policy.letter_of.get(event.what)
    return _("Letter: {letter}").format(letter=named(letter.name) if letter else event.what)


def _late(event: Event) -> str:
    late = event.numbers["late"]
    if event.what == "hour":
        return _("Late hour {n}").format(n=late)
    return _("Late day {n}").format(n=late)


def _refused(event: Event) -> str:
    assert event.reason is not None
    return _("{act} refused: {reason}").format(act=_(ACTS[event.what]), reason=explain(event.reason).title)


def _by_then(event: Event) -> str:
    """What a return would cost at that moment."""
    if event.kind not in ("late", "letter", "task") or "amount" not in event.numbers:
        return ""
    return " · " + _("fine {amount}").format(amount=_money(event.numbers["amount"]))


def _due(instant: object) -> str:
    assert isinstance(instant, datetime)
    whole_day = f"{instant.astimezone(words.current().zone):%H:%M:%S}" == "23:59:59"
    return words.date(instant) if whole_day else words.moment(instant)


def _money(kurus: object) -> str:
    assert isinstance(kurus, int)
    return words.money(kurus)


def standing_words(timeline: Timeline) -> Content:
    """How things stand at the simulated moment."""
    return facts(_standing(timeline.standing))


def _standing(standing: Standing) -> Iterator[tuple[str, Content | str]]:
    yield _("Item"), _(STATES.get(standing.copy_state, standing.copy_state))
    if standing.due is not None:
        yield _("Due"), Content.styled(_due(standing.due), "bold")
        yield _("Renewals"), _("{used} of {most}").format(used=standing.renewals, most=standing.renewals_allowed)
        if standing.opens_at is not None and standing.renewals < standing.renewals_allowed:
            yield _("Window opens"), words.moment(standing.opens_at)
        yield _("Renewal now"), _renewal(standing)
        if standing.renewal_reasons and standing.renewal_reasons[0].clause:
            yield "", Content.styled(standing.renewal_reasons[0].clause, "$text-muted")
        fine = words.money(standing.fine_now)
        clause = f"  {standing.fine_clause}" if standing.fine_clause else ""
        yield _("Return now"), Content.assemble(fine, (clause, "$text-muted"))
        if standing.suspended_if_returned is not None:
            yield "", _("suspended until {moment}").format(moment=words.moment(standing.suspended_if_returned))
    yield _("Unpaid"), words.money(standing.balance)
    if standing.suspended_until is not None:
        yield _("Suspended"), Content.styled(words.moment(standing.suspended_until), "bold $error")


def _renewal(standing: Standing) -> Content:
    if standing.new_due is not None:
        return Content.styled("✓ " + _("until {moment}").format(moment=_due(standing.new_due)), "$success")
    if standing.staff_decide:
        return Content(_("staff decide"))
    if not standing.renewal_reasons:
        return Content("–")
    return Content.styled(f"✗ {explain(standing.renewal_reasons[0]).title}", "$error")
