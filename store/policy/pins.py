"""What a PIN is made of, and what sign-in and the PIN forms answer (ITU-PIN-1 to PIN-6, METU AMB-83)."""

from __future__ import annotations

from store.policy.model import Policy
from store.policy.verdict import Reason, Refused

_REMEDIES = {
    "card_blocked": "ask_desk",
    "pin_incorrect": "try_again",
    "pin_locked": "wait_until",
    "pin_already_set": "reset_pin",
    "pin_identity_mismatch": "check_details",
}


def check(policy: Policy, pin: str) -> Refused | None:
    """Every fault of a new PIN, or None (ITU R19): long enough, lower-case letters of the language and digits only."""
    rules = policy.pins
    reasons = []
    if any(letter.isupper() for letter in pin):
        reasons.append(Reason("pin_uppercase", rules.uppercase, "change_pin"))
    if len(pin) < rules.length:
        reasons.append(Reason("pin_too_short", rules.too_short, "change_pin", {"length": rules.length}))
    # A capital letter is one fault, not two; digits are the ten of the keypad, not those of every script.
    if any(sign not in rules.letters and sign not in "0123456789" and not sign.isupper() for sign in pin):
        reasons.append(Reason("pin_bad_character", rules.bad_character, "change_pin"))
    return Refused(tuple(reasons)) if reasons else None


def refusal(policy: Policy, slug: str) -> Refused:
    """The answer `card_blocked`, `pin_incorrect`, `pin_locked`, `pin_already_set` or `pin_identity_mismatch`."""
    rules = policy.pins
    clause = {
        "card_blocked": policy.card_lost_clause,
        "pin_incorrect": rules.incorrect,
        "pin_locked": None,
        "pin_already_set": rules.already_set,
        "pin_identity_mismatch": rules.mismatch,
    }[slug]
    return Refused((Reason(slug, clause, _REMEDIES[slug]),))
