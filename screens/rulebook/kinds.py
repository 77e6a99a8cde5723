"""The kinds of clauses by name: who or what carries them out."""

from __future__ import annotations

from screens import words
from screens.words import N_
from store.policy.services import Clause, ClauseKind

KIND_NAMES: dict[ClauseKind, str] = {
    "rule": N_("enforced"),
    "data": N_("data"),
    "job": N_("scheduled"),
    "staff": N_("decided by staff"),
    "shown": N_("shown"),
    "human": N_("human duty"),
}


def carried_out(clause: Clause) -> str:
    """Where a clause is carried out; of a human duty, what is offered for it."""
    return clause.where.tr if words.current().language == "tr" else clause.where.en
