"""A charge in words: how it was reckoned, `7 days × 0,50 + 1 day × 1,00 = 4,50 TL`, and what has become of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from screens import words
from screens.words import N_, _, ngettext
from store.policy.verdict import Fine, FineLine
from store.results.statement import ChargeLine

_SETTLED = {"payment": N_("paid"), "waiver": N_("let go"), "correction": N_("corrected")}


def arithmetic(fine: Fine) -> Iterator[str]:
    """The sum with its clauses, and what was not counted."""
    charged = [line for line in fine.lines if line.rate]
    if charged and fine.amount:
        clauses = ", ".join(dict.fromkeys(line.clause for line in charged if line.clause)) or (fine.clause or "")
        yield f"{' + '.join(_term(line, fine.unit) for line in charged)} = {words.money(fine.amount)}   {clauses}"
    for line in fine.lines:
        if not line.rate and line.count:
            free = ngettext("{n} day costs nothing", "{n} days cost nothing", line.count)
            yield f"{free}   {line.clause or ''}".rstrip()
    if fine.closed:
        yield ngettext("{n} closed day is not counted", "{n} closed days are not counted", fine.closed)


def recorded(amount: int, account: Mapping[str, Any], clause: str | None) -> Iterator[str]:
    """The same from an entry of the account, as it was written then."""
    lines = tuple(FineLine(kind, count, rate, clause) for kind, count, rate in account.get("lines", ()))
    if lines:
        unit = str(account.get("unit", "day"))
        yield from arithmetic(Fine(amount, unit, account.get("late", 0), account.get("closed", 0), lines, clause))


def outcome(line: ChargeLine) -> str:
    """What is left of a charge, or every way in which it was settled."""
    if line.left:
        return _("{amount} to pay").format(amount=words.money(line.left))
    ways = [_(how) for kind, how in _SETTLED.items() if kind in line.settled]
    if line.kind == "refund" or line.given_back == line.amount:
        ways = [_("given back")]
    elif line.given_back:
        ways.append(_("given back"))
    return ", ".join(ways)


def _term(line: FineLine, unit: str) -> str:
    if unit == "hour":
        length = ngettext("{n} hour", "{n} hours", line.count)
    else:
        length = ngettext("{n} day", "{n} days", line.count)
    what = f"{length} × {words.money(line.rate)}"
    return _("{term} (another waited)").format(term=what) if line.kind == "held" else what
