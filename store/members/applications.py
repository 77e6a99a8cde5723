"""Applying for membership at a terminal: first the institution's sign-in, then the form (ITU-MEM-1 to MEM-6).

The sign-in stands behind a small interface. What is built is a code mailed to an address of the institution: who reads
it there belongs to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from store.act import At
from store.library import Library
from store.members import guards
from store.members.memberpins import code_of, judge_code, mail_code, use_up
from store.members.memberships import Applied, save_application
from store.policy import membership, pins
from store.policy.verdict import Reason, Refused
from store.results.members import CodeSent
from store.results.rights import CategoryChoice
from store.transaction import Transaction, use_case

_PURPOSE = "application"


class InstitutionSignIn(Protocol):
    """How an applicant proves to belong to the institution; gives the e-mail address that is proven."""

    def begin(self, tx: Transaction, claim: str, language: str, now: datetime, at: At) -> CodeSent | Refused:
        """Start the proof for who claims to be somebody there."""
        ...

    def proven(self, tx: Transaction, ticket: int, answer: str, now: datetime) -> str | Refused:
        """The proven address, or why it is not proven."""
        ...


class MailedCode:
    """A code to an address at one of the hosts that `applicant_domains` names."""

    def begin(self, tx: Transaction, claim: str, language: str, now: datetime, at: At) -> CodeSent | Refused:
        """Mail the code. Refusals: `address_unfit` for an address elsewhere, `pin_locked` after too many."""
        address = claim.strip()
        name, _sign, host = address.rpartition("@")
        fit = name and host.lower() in tx.library.settings.applicant_domains and address.isprintable()
        if not fit or any(letter.isspace() for letter in address) or len(address) > 200:
            hosts = ", ".join(tx.library.settings.applicant_domains)
            return Refused((Reason("address_elsewhere", None, "check_address", {"hosts": hosts}),))
        until = guards.count_try(tx, guards.subject(tx.library, "applicant", address.lower()), now)
        until = until or guards.count_terminal_try(tx, at.terminal, now)
        if until is not None:
            reason = pins.refusal(tx.library.policies.at(now), "pin_locked").reasons[0]
            return Refused((Reason(reason.slug, reason.clause, reason.remedy, possible_from=until),))
        return mail_code(tx, None, _PURPOSE, address, now, at, language)

    def proven(self, tx: Transaction, ticket: int, answer: str, now: datetime) -> str | Refused:
        """The address to which the code went. Refusals: `code_incorrect`, `code_expired`."""
        refused = judge_code(tx, ticket, answer, now)
        if refused is not None:
            return refused
        row = code_of(tx, ticket)
        if row.purpose != _PURPOSE:
            return Refused((Reason("code_expired", None, "ask_new_code"),))
        return str(row.address)


SIGN_IN: InstitutionSignIn = MailedCode()


def categories(library: Library, now: datetime) -> tuple[CategoryChoice, ...]:
    """The categories that an applicant may choose from; staff check the choice when they decide."""
    policy = library.policies.at(now)
    if not membership.open_to_applicants(policy):
        return ()
    return tuple(
        CategoryChoice(each.slug, each.name.tr, each.name.en) for each in policy.categories if not each.borrows_nothing
    )


@use_case
def ask_proof(tx: Transaction, claim: str, language: str, now: datetime, at: At) -> CodeSent | Refused:
    """Begin the institution's sign-in (ITU-MEM-3)."""
    answer = SIGN_IN.begin(tx, claim, language, now, at)
    if isinstance(answer, Refused):
        tx.record("application_code", "refused", now, at, reasons=answer.reasons)
    return answer


@use_case
def check_proof(tx: Transaction, ticket: int, code: str, now: datetime, at: At) -> Refused | None:
    """Whether the proof holds; it stays good for the form (ITU-MEM-4)."""
    proven = SIGN_IN.proven(tx, ticket, code, now)
    if isinstance(proven, Refused):
        tx.record("application_proof", "refused", now, at, reasons=proven.reasons)
        return proven
    return None


@use_case
def apply_proven(
    tx: Transaction, ticket: int, code: str, form: Mapping[str, str], now: datetime, at: At
) -> Applied | Refused:
    """Save the form of who is proven, with the proven address, and use the proof up (ITU-MEM-5)."""
    proven = SIGN_IN.proven(tx, ticket, code, now)
    if isinstance(proven, Refused):
        tx.record("apply", "refused", now, at, reasons=proven.reasons)
        return proven
    answer = save_application(tx, {**form, "email": proven}, now, at)
    if isinstance(answer, Applied):
        use_up(tx, ticket, now)
        guards.absolve(tx, guards.subject(tx.library, "applicant", proven.lower()), f"terminal:{at.terminal}")
    return answer
