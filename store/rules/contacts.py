"""Whom a refusal or a form sends people to, by the rules in force."""

from __future__ import annotations

from datetime import datetime

from store.library import Library
from store.results.contacts import Contacts


def contacts(library: Library, now: datetime) -> Contacts:
    """Of the lending desk, of the membership unit, and for trouble with a PIN (ITU-CONTACT, ITU-MEM-9, ITU-MEM-11).

    Asks no database: the rules stand in memory.
    """
    policy = library.policies.at(now)
    return Contacts(policy.contact.tr, policy.contact.en, policy.membership_phone, policy.it_email)
